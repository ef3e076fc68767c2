"""What makers of LX200-like mounts say differently, chosen by the name that a mount gives its product.

Source: INDIGO's reference of LX200 dialects, which goes through the makers' documents; the OnStep command protocol.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["DIALECTS", "GENERIC", "Dialect", "dialect_of"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """The commands in which mounts differ, without ``:`` and ``#``.

    Attributes:
        name: The dialect's name, for people.
        products: What the product names of these mounts begin with.
        track: Starts to follow the sky; None where that depends on how the mount stands (``:AA#``, ``:AP#``).
        rest: Stops following it; empty where no command does.
        unpark: Brings a parked mount back; empty where no command does.
        pier_side: Asks for the side of the pier; empty where the mount does not know it.
        has_bars: Whether ``:D#`` tells a slew from its end.
        has_flags: Whether ``:GU#`` tells all of how the mount is, as of the OnStep family.
        has_pulses: Whether ``:Mg#`` moves it at the guide rate for a time.
    """

    name: str
    products: tuple[str, ...]
    track: str | None = None
    rest: str = "AL"
    unpark: str = ""
    pier_side: str = ""
    has_bars: bool = True
    has_flags: bool = False
    has_pulses: bool = True


GENERIC: Final = Dialect("generic", (), has_pulses=False)
"""What mounts may be taken to speak that do not say who they are, as the LX200 Classic."""

DIALECTS: Final = (
    Dialect("Meade", ("Autostar", "LX", "ETX", "RCX", "DS-", "LS-"), unpark="hW"),
    Dialect("10micron", ("10micron",), unpark="PO", pier_side="pS"),
    Dialect("Gemini", ("Losmandy Gemini",), rest="", unpark="hW", pier_side="Gm", has_bars=False),
    Dialect("OnStep", ("On-Step", "OnStep"), track="Te", rest="Td", unpark="hR", pier_side="Gm", has_flags=True),
    Dialect("NYX", ("NYX",), track="Te", rest="Td", unpark="hR", pier_side="Gm", has_bars=False),
    Dialect("TeenAstro", ("TeenAstro",), track="Te", rest="Td", unpark="hR", pier_side="Gm"),
    Dialect("ZWO", ("AM5", "AM3"), track="Te", rest="Td", unpark="Spu", pier_side="Gm", has_bars=False),
    Dialect("OpenAstroTech", ("OpenAstro",), track="MT1", rest="MT0", unpark="hU"),
)


def dialect_of(product: str) -> Dialect:
    """Return the dialect of a mount by its product's name, which may be empty."""
    return next((dialect for dialect in DIALECTS if product.startswith(dialect.products)), GENERIC)
