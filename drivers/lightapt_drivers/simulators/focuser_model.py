"""A focuser's mechanics as time passes: a motor that counts its steps, a gear with play, a drawtube.

It knows no clock, no device and no protocol. Steps are the motor's; outward is positive.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

__all__ = ["FocuserConfig", "FocuserMechanism", "Stand", "temperature"]

_DAY: Final = 86_400.0
_WARMEST: Final = 15 * 3600.0
"""Local solar time, in seconds, at which a day is warmest; the night cools until twelve hours later."""


@dataclass(frozen=True, slots=True)
class FocuserConfig:
    """How a focuser is built, and in what weather it stands.

    Attributes:
        travel: Steps from one end of the drawtube to the other.
        start: Where it is when it is new.
        speed: Steps a second, unless a client asks for another speed.
        backlash: Steps that a reversal takes before the drawtube follows.
        drift: Steps by which the focus shifts for each °C that it gets warmer, though the motor stands still.
        warmth: Mean temperature of a day, in °C.
        swing: How far the temperature goes from the mean, in °C.
    """

    travel: float = 100_000.0
    start: float = 50_000.0
    speed: float = 5_000.0
    backlash: float = 40.0
    drift: float = 0.0
    warmth: float = 10.0
    swing: float = 4.0


@dataclass(frozen=True, slots=True)
class Stand:
    """Where all parts stand.

    Attributes:
        counted: What the motor's counter says.
        drawtube: Where the drawtube is.
        play: How far the gear's play is taken up: 0 after motions inward, the whole backlash after motions outward.
    """

    counted: float
    drawtube: float
    play: float = 0.0


class FocuserMechanism:
    """The mechanics of one focuser; each method that takes time says what time it is, in seconds.

    Attributes:
        speed: Steps a second, from now on.

    Args:
        config: How it is built.
        now: The time.
    """

    def __init__(self, config: FocuserConfig, *, now: float) -> None:
        self.speed = config.speed
        self._travel = config.travel
        self._backlash = config.backlash
        self._stand = Stand(config.start, config.start)
        self._target: float | None = None
        self._is_reversed = False
        self._now = now

    @property
    def stand(self) -> Stand:
        """Where all parts stand; the counter counts whole steps."""
        return replace(self._stand, counted=float(round(self._stand.counted)))

    @property
    def is_moving(self) -> bool:
        """Whether the motor turns."""
        return self._target is not None

    @property
    def remaining(self) -> float:
        """Seconds until the motor stops by itself."""
        return 0.0 if self._target is None else abs(self._target - self._stand.counted) / self.speed

    def start(self, target: float, *, now: float) -> None:
        """Start to move to a position, as the counter counts."""
        self.advance(now)
        self._target = target

    def advance(self, now: float) -> None:
        """Let time pass; when the clock is set back, none has passed."""
        elapsed, self._now = max(0.0, now - self._now), now
        if self._target is None:
            return
        way = self._target - self._stand.counted
        if abs(way) <= elapsed * self.speed:
            self._turn(way)
            self._target = None
        else:
            self._turn(math.copysign(elapsed * self.speed, way))

    def stop(self, *, now: float) -> None:
        """Stop the motor, on the next whole step."""
        self.advance(now)
        if self._target is not None:
            here = self._stand.counted
            self._turn((math.ceil(here) if self._target > here else math.floor(here)) - here)
            self._target = None

    def sync(self, counted: float) -> None:
        """Set the counter; nothing moves."""
        self._stand = replace(self._stand, counted=counted)

    def reverse(self, *, reverse: bool) -> None:
        """Have the counter count up while the drawtube goes inward, or as it was; nothing moves."""
        self._is_reversed = reverse

    def set_backlash(self, steps: float) -> None:
        """Have this backlash from now on."""
        self._backlash = steps

    def place(self, stand: Stand) -> None:
        """Put all parts somewhere, as by hand."""
        self._stand = stand
        self._target = None

    def _turn(self, steps: float) -> None:
        """Turn the motor: it first takes up the play, and then takes the drawtube with it, up to its ends."""
        play = min(self._stand.play, self._backlash) + (-steps if self._is_reversed else steps)
        taken_up = min(max(play, 0.0), self._backlash)
        drawtube = min(max(self._stand.drawtube + play - taken_up, 0.0), self._travel)
        self._stand = Stand(self._stand.counted + steps, drawtube, taken_up)


def temperature(config: FocuserConfig, *, now: float, longitude: float = 0.0) -> float:
    """Return the temperature in °C: the same at the same time of every day, falling from afternoon to early morning.

    Args:
        config: The weather.
        now: Unix time in seconds.
        longitude: Of the place, in degrees east.
    """
    local = now + longitude / 360 * _DAY
    return config.warmth + config.swing * math.cos(2 * math.pi * (local - _WARMEST) / _DAY)
