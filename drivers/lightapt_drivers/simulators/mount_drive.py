"""The two motors of a mount, and the telescope that hangs on them by a play."""

from __future__ import annotations

from .mount_axes import Motion, at_rest, ramp, slew
from .mount_geometry import Axes
from .mount_pointing_errors import follow_with_play

__all__ = ["Drive"]

_ENGAGED = 1e-9
"""Degrees within which the teeth of a gear touch."""


class Drive:
    """Two axes that move as told, each by its own motion; time only goes forward.

    Args:
        now: Unix time in seconds.
        position: Where the axes stand, in degrees.
    """

    def __init__(self, now: float, position: Axes) -> None:
        self.now = now
        self._play = 0.0
        self.place(position)

    @property
    def position(self) -> Axes:
        """Where the encoders, which sit on the motors, say that the axes are."""
        return Axes(self._primary.at(self.now)[0], self._secondary.at(self.now)[0])

    @property
    def velocity(self) -> Axes:
        """How fast the motors turn, in degrees a second."""
        return Axes(self._primary.at(self.now)[1], self._secondary.at(self.now)[1])

    @property
    def load(self) -> Axes:
        """Where the telescope is, which may lag behind the declination motor."""
        return Axes(self.position.primary, self._load)

    @property
    def load_velocity(self) -> Axes:
        """How fast the telescope turns."""
        velocity = self.velocity
        behind = self.position.secondary - self._load
        pushed = behind >= self._play / 2 - _ENGAGED if velocity.secondary > 0 else behind <= _ENGAGED - self._play / 2
        return velocity if pushed else Axes(velocity.primary, 0.0)

    @property
    def arrival(self) -> float:
        """When both axes have done what they were told, and move evenly."""
        return max(self._primary.end, self._secondary.end)

    @property
    def top_speed(self) -> Axes:
        """The highest speeds that the axes will reach, in degrees a second."""
        return Axes(self._primary.since(self.now).top_speed(), self._secondary.since(self.now).top_speed())

    def advance(self, now: float) -> None:
        """Let time pass."""
        if now <= self.now:
            return
        for turn in self._secondary.turns(self.now, now):
            self._push(turn)
        self._push(now)
        self.now = now

    def place(self, position: Axes) -> None:
        """Put the axes somewhere, at rest and in the middle of the play: not a motion, but a new beginning."""
        self._primary = at_rest(self.now, position.primary)
        self._secondary = at_rest(self.now, position.secondary)
        self._load = position.secondary

    def set_play(self, degrees: float) -> None:
        """Set how far the declination motor turns for nothing after a reversal."""
        self._play = degrees
        self._push(self.now)

    def nudge(self, velocity: Axes) -> None:
        """Make both axes faster by so much from now on, at once, whatever they do."""
        self._primary = self._primary.nudged(self.now, velocity.primary)
        self._secondary = self._secondary.nudged(self.now, velocity.secondary)

    def ramp(self, velocity: Axes, *, acceleration: float) -> None:
        """Bring both axes to a velocity."""
        self._primary = ramp(self._primary.since(self.now), velocity.primary, acceleration=acceleration)
        self._secondary = ramp(self._secondary.since(self.now), velocity.secondary, acceleration=acceleration)

    def slew(self, target: Axes, *, drift: Axes, speed: float, acceleration: float) -> None:
        """Bring both axes to a target that drifts, each as fast as it can."""
        self._primary = self._slew(self._primary, target.primary, drift.primary, speed, acceleration)
        self._secondary = self._slew(self._secondary, target.secondary, drift.secondary, speed, acceleration)

    def _slew(self, motion: Motion, target: float, drift: float, speed: float, acceleration: float) -> Motion:
        return slew(motion.since(self.now), target, drift=drift, speed=speed, acceleration=acceleration)

    def _push(self, time: float) -> None:
        self._load = follow_with_play(self._secondary.at(time)[0], self._load, width=self._play)
