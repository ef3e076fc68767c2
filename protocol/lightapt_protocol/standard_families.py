"""Families of standard properties: alike but for their names, which say the channel or parameter that each is of.

Sources and spelling are those of :mod:`.standard`.
"""

from __future__ import annotations

from enum import Enum

from .vocabulary import PropertyKind

__all__ = ["StandardFamily"]


class StandardFamily(Enum):
    """A family of standard properties.

    Attributes:
        beginning: What their names begin with.
        kind: What their members are.
        members: The members' names in the standard order; empty where the one member has the property's name.
        doc: What each is for, with units.
    """

    def __init__(self, beginning: str, kind: PropertyKind, members: str, doc: str) -> None:
        self.beginning = beginning
        self.kind = kind
        self.members = tuple(members.split())
        self.doc = doc

    def of(self, which: int | str) -> str:
        """Return the name of the property of this channel or parameter."""
        return f"{self.beginning}{which}"

    # A table: one row a family.
    # fmt: off
    WEATHER_LIMITS = ("", PropertyKind.NUMBER, "MIN_OK MAX_OK PERC_WARN",
        "Between which values a member of WEATHER_PARAMETERS is safe, and how near to them, in per cent of the "
        "range, it is a warning. Newer drivers have ALERT_TYPE behind these: 1 if it is safe outside them.")
    DIGITAL_OUTPUT = ("DIGITAL_OUTPUT_", PropertyKind.SWITCH, "OFF ON",
        "An output that is switched, from 1. Newer than libindi 1.9.9, as are the next three.")
    PULSE = ("PULSE_", PropertyKind.NUMBER, "DURATION",
        "After how many milliseconds an output goes off by itself; 0 for never. From 0, unlike the outputs.")
    DIGITAL_INPUT = ("DIGITAL_INPUT_", PropertyKind.SWITCH, "OFF ON", "An input that is on or off, from 1; read-only.")
    ANALOG_INPUT = ("ANALOG_INPUT_", PropertyKind.NUMBER, "", "An input that is measured, from 1; read-only.")
    # fmt: on
