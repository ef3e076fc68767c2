"""Whether a device that has come to an end is where it was sent. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from lightapt_protocol.messages import AnyRequest
from lightapt_protocol.mirror import Property
from lightapt_protocol.vocabulary import State

from ..requests import is_as_asked, otherwise

__all__ = ["OK_IS_ALL", "Goal", "as_asked", "near_to", "on_circle", "within"]

Goal: TypeAlias = Callable[[Property, Property], bool]
"""Whether it is there: of the property as it is now, Ok or Idle, and as it was before."""


def _ok_is_all(now: Property, _: Property) -> bool:
    return now.state is State.OK


OK_IS_ALL: Final[Goal] = _ok_is_all
"""For what shows its end only by Ok: an exposure, so many steps. Idle is what libindi says of what was stopped."""


def as_asked(request: AnyRequest) -> Goal:
    """Return whether it has the values that were asked for."""

    def is_there(now: Property, _: Property) -> bool:
        return is_as_asked(now, request) if now.state is State.IDLE else not otherwise(now, request)

    return is_there


def within(left: Callable[[Property], float], near: float) -> Goal:
    """Return whether it is nearer than so much, whatever it says; `left` tells how far it is from its target."""
    return lambda now, _: left(now) < near


def near_to(left: Callable[[Property], float], near: float, *, slack: float) -> Goal:
    """As :func:`within`, but one that says Ok may end less exactly: by as much as `slack`, if it has gone there.

    So a device that stops a few steps short is believed; one that has not moved, or was stopped on its way, is not.
    """

    def is_there(now: Property, before: Property) -> bool:
        return left(now) < near or (now.state is State.OK and left(now) < min(slack, left(before) / 2))

    return is_there


def on_circle(member: str, angle: float) -> Callable[[Property], float]:
    """Return how many degrees a property's member is from an angle, the short way round."""
    return lambda now: abs((now.number(member) - angle + 180) % 360 - 180)
