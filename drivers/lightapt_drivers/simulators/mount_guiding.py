"""The guide port of a mount: four relays, each closed for the time of a pulse."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .mount_geometry import Axes
from .mount_vocabulary import Direction

__all__ = ["GuidePort"]


@dataclass(frozen=True, slots=True)
class _Pulse:
    end: float
    velocity: Axes


class GuidePort:
    """Which relays are closed, until when, and what each adds to the velocity of the axes.

    A pulse that comes while its own relay is closed keeps it closed until the later of both ends; relays of opposite
    directions cancel each other while both are closed; the two axes know nothing of each other.
    """

    def __init__(self) -> None:
        self._pulses: dict[Direction, _Pulse] = {}

    def close(self, direction: Direction, velocity: Axes, *, until: float) -> Axes:
        """Close a relay; return the velocity that this adds."""
        running = self._pulses.get(direction)
        if running is None:
            self._pulses[direction] = _Pulse(until, velocity)
            return velocity
        self._pulses[direction] = replace(running, end=max(until, running.end))
        return Axes(0.0, 0.0)

    def open(self, direction: Direction) -> Axes:
        """Open a relay; return the velocity that this adds."""
        pulse = self._pulses.pop(direction, None)
        return Axes(0.0, 0.0) if pulse is None else pulse.velocity * -1

    def clear(self) -> tuple[Direction, ...]:
        """Open all relays, the axes being told anew what to do; return those that were closed."""
        closed = tuple(self._pulses)
        self._pulses.clear()
        return closed

    def next_end(self) -> tuple[float, Direction] | None:
        """Return when the next pulse ends, and which."""
        ends = [(pulse.end, direction) for direction, pulse in self._pulses.items()]
        return min(ends, key=lambda end: end[0], default=None)

    def remaining(self, direction: Direction, now: float) -> float:
        """Return for how many seconds a relay will stay closed."""
        pulse = self._pulses.get(direction)
        return 0.0 if pulse is None else max(0.0, pulse.end - now)

    def velocity(self) -> Axes:
        """Return what the closed relays add to the velocity of the axes."""
        return sum((pulse.velocity for pulse in self._pulses.values()), Axes(0.0, 0.0))
