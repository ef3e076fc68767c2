"""How states and values look: a sign and a colour, so that no one depends on colours."""

from __future__ import annotations

from typing import Final

from rich.text import Text

from lightapt_protocol.vocabulary import State

from .messages import printable

__all__ = ["AWAY", "FAINT", "NAME", "cell", "light", "right", "state_text"]

FAINT: Final = "dim"
NAME: Final = "bold"
AWAY: Final = "bold red"

_SIGNS: Final = {
    State.IDLE: ("○", "dim"),
    State.OK: ("●", "green"),
    State.BUSY: ("◐", "yellow"),
    State.ALERT: ("▲", "bold red"),
}


def light(state: State) -> tuple[str, str]:
    """Return the sign of a state, and its style."""
    return _SIGNS[state]


def state_text(state: State) -> Text:
    """Return a state as sign and word."""
    sign, style = _SIGNS[state]
    return Text(f"{sign} {state.name.capitalize()}", style)


def cell(text: str, style: str = "") -> Text:
    """Return text that may come from a device, for one line."""
    return Text(printable(text), style, no_wrap=True, overflow="ellipsis")


def right(text: str, style: str = "") -> Text:
    """Return text at the right of its column."""
    return Text(text, style, justify="right", no_wrap=True)
