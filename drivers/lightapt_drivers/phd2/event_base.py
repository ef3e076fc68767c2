"""What all of PHD2's events have, how their members are read, and the events that are not PHD2's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar, overload

from .values import as_number, as_text, as_whole

__all__ = ["Event", "LinkLost", "LinkMade", "StarSeen", "StateRead", "UnknownEvent", "told"]


T = TypeVar("T")


@overload
def told(name: str, read: Callable[[object], T | None]) -> T | None: ...
@overload
def told(name: str, read: Callable[[object], T | None], default: T) -> T: ...
def told(name: str, read: Callable[[object], T | None], default: T | None = None) -> T | None:
    """Return a field that is read of a member of PHD2's event.

    Args:
        name: The member's.
        read: Makes a value of it; None if it cannot.
        default: If it is not there, or cannot be read.
    """
    return field(default=default, metadata={"name": name, "read": read})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base: something that happened at PHD2.

    Attributes:
        timestamp: PHD2's clock, in seconds since 1970.
        host: Its host's name.
        instance: Its number there, from 1.
    """

    name: ClassVar[str] = ""
    """What PHD2 calls it."""

    timestamp: float | None = told("Timestamp", as_number)
    host: str | None = told("Host", as_text)
    instance: int | None = told("Inst", as_whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade(Event):
    """Not PHD2's: the connection is there, and the state has been read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLost(Event):
    """Not PHD2's: the connection has gone.

    Attributes:
        reason: Why, in words.
    """

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRead(Event):
    """Not PHD2's: the state has been read anew.

    Attributes:
        is_whole: Whether all of it was in doubt, and not only what PHD2 never tells of by itself.
    """

    is_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent(Event):
    """An event that is not known here.

    Attributes:
        called: PHD2's name of it.
        members: All that came with it.
    """

    called: str = ""
    members: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class StarSeen(Event):
    """What a frame says of the star.

    Attributes:
        frame: The frame's number.
        star_mass: The star's light, in ADU.
        snr: Its signal to noise.
        hfd: Its half-flux diameter, in pixels.
        error_code: PHD2's number of what is wrong; 0 if nothing is, 1 if the star is saturated.
        status: The same in words.
    """

    frame: int | None = told("Frame", as_whole)
    star_mass: float | None = told("StarMass", as_number)
    snr: float | None = told("SNR", as_number)
    hfd: float | None = told("HFD", as_number)
    error_code: int = told("ErrorCode", as_whole, 0)
    status: str | None = told("Status", as_text)
