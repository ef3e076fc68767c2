"""How an axis moves: pieces of constant acceleration, worked out beforehand and asked for any moment."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

__all__ = ["Motion", "Phase", "at_rest", "ramp", "slew"]


@dataclass(frozen=True, slots=True)
class Phase:
    """Some seconds of constant acceleration, in degrees a second squared."""

    duration: float
    acceleration: float


@dataclass(frozen=True, slots=True)
class Motion:
    """What an axis does from a moment on: its phases, then constant velocity for ever.

    Attributes:
        start: Unix time in seconds.
        position: Degrees at the start.
        velocity: Degrees a second at the start.
        phases: What follows.
    """

    start: float
    position: float
    velocity: float
    phases: tuple[Phase, ...] = ()

    @property
    def end(self) -> float:
        """When the last phase is over."""
        return self._pieces(math.inf)[-1].start

    def at(self, time: float) -> tuple[float, float]:
        """Return position and velocity at a time, not before the start."""
        here = self._pieces(time)[-1]
        return _moved(here, time - here.start)

    def since(self, time: float) -> Motion:
        """Return the rest of this motion, starting at a time."""
        here = self._pieces(time)[-1]
        done = time - here.start
        position, velocity = _moved(here, done)
        phases = here.phases
        if phases:
            phases = (replace(phases[0], duration=phases[0].duration - done), *phases[1:])
        return Motion(time, position, velocity, phases)

    def nudged(self, time: float, velocity: float) -> Motion:
        """Return this motion, faster by so much from a time on."""
        rest = self.since(time)
        return replace(rest, velocity=rest.velocity + velocity)

    def turns(self, begin: float, end: float) -> Iterator[float]:
        """Yield the times between two at which the axis turns back."""
        for piece in self._pieces(end):
            if not piece.phases or not piece.phases[0].acceleration:
                continue
            turn = piece.start - piece.velocity / piece.phases[0].acceleration
            last = min(end, piece.start + piece.phases[0].duration)
            if max(begin, piece.start) < turn < last:
                yield turn

    def top_speed(self) -> float:
        """Return the highest speed from the start on, in degrees a second."""
        return max(abs(piece.velocity) for piece in self._pieces(math.inf))

    def _pieces(self, until: float) -> list[Motion]:
        """Return this motion, and what is left of it at the beginning of each later phase, up to a time."""
        pieces: list[Motion] = [self]
        while (here := pieces[-1]).phases and here.start + here.phases[0].duration <= until:
            first, *rest = here.phases
            position, velocity = _moved(here, first.duration)
            pieces.append(Motion(here.start + first.duration, position, velocity, tuple(rest)))
        return pieces


def _moved(motion: Motion, seconds: float) -> tuple[float, float]:
    acceleration = motion.phases[0].acceleration if motion.phases else 0.0
    velocity = motion.velocity + acceleration * seconds
    return motion.position + (motion.velocity + velocity) / 2 * seconds, velocity


def at_rest(time: float, position: float) -> Motion:
    """Return the motion of an axis that stands still."""
    return Motion(time, position, 0.0)


def ramp(now: Motion, velocity: float, *, acceleration: float) -> Motion:
    """Return how an axis comes from what it does to a velocity, and keeps it."""
    change = velocity - now.velocity
    if not change:
        return replace(now, phases=())
    phase = Phase(abs(change) / acceleration, math.copysign(acceleration, change))
    return replace(now, phases=(phase,))


def slew(now: Motion, target: float, *, drift: float, speed: float, acceleration: float) -> Motion:
    """Return the fastest way to a target that drifts, ending on it and drifting with it: a trapezoid of velocity.

    Args:
        now: What the axis does; the slew starts where it starts.
        target: Where the target is at that moment, in degrees.
        drift: How fast the target moves, in degrees a second; well below ``speed``.
        speed: What the axis never exceeds, unless it does so now.
        acceleration: In degrees a second squared, the same for braking.
    """
    # Seen from the target, which moves evenly, it is a slew to a place at rest.
    way, begin, fastest = target - now.position, now.velocity - drift, speed - abs(drift)
    braking = begin * abs(begin) / (2 * acceleration)
    sign = math.copysign(1.0, way - braking)
    way, begin = sign * way, sign * begin
    # Without a limit of speed the peak follows from the ways of speeding up and braking, which make up the whole.
    peak = min(fastest, math.sqrt(max(0.0, acceleration * way + begin * begin / 2)))
    first = Phase(abs(peak - begin) / acceleration, sign * math.copysign(acceleration, peak - begin))
    covered = (peak + begin) / 2 * first.duration + peak * peak / (2 * acceleration)
    cruise = Phase(max(0.0, way - covered) / peak if peak > 0 else 0.0, 0.0)
    brake = Phase(peak / acceleration, -sign * acceleration)
    return replace(now, phases=tuple(phase for phase in (first, cruise, brake) if phase.duration > 0))
