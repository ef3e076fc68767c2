"""The thermal model of a cooled sensor: how its temperature follows the cooler. No INDI, no clock of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

__all__ = ["Cooler"]

_SECONDS: Final = 25.0
"""In which a sensor that is left alone comes nearer to what is around it by a factor of e."""
_STEP: Final = 0.5
"""Seconds between two decisions of the control."""
_SETTLED: Final = 7200.0
"""Seconds after which nothing changes any more, at any slope that makes sense."""
_CONTROL: Final = 4.0
"""Seconds in which the cooler's control makes up for a difference to the target."""


@dataclass(slots=True)
class Cooler:
    """A Peltier cooler with its control.

    The sensor drifts to the ambient temperature less what the power takes (`reach` °C at full power): a body of one
    heat capacity, as Newton's law of cooling has it. The control asks for the power that holds the target, and more
    while it is not reached.

    Attributes:
        ambient: °C around the camera.
        reach: °C below ambient that full power holds.
        temperature: Of the sensor, °C.
        power: 0 to 1.
        slope: °C a minute that the target is neared by at most; 0: as fast as it goes.
    """

    ambient: float = 15.0
    reach: float = 40.0
    temperature: float = 15.0
    power: float = 0.0
    slope: float = 0.0
    _target: float | None = None
    _setpoint: float = 0.0
    _then: float | None = None

    def aim(self, target: float | None) -> None:
        """Bring the sensor to `target` °C; None: switch off."""
        if self._target is None:
            self._setpoint = self.temperature
        self._target = target

    @property
    def is_on(self) -> bool:
        """Whether it cools."""
        return self._target is not None

    def advance(self, now: float) -> None:
        """Let time pass; `now` in seconds."""
        elapsed = 0.0 if self._then is None else min(max(0.0, now - self._then), _SETTLED)
        self._then = now
        while elapsed > 0:
            step = min(elapsed, _STEP)
            self._step(step)
            elapsed -= step

    def _step(self, seconds: float) -> None:
        self.power = self._asked(seconds)
        rest = self.ambient - self.power * self.reach
        self.temperature = rest + (self.temperature - rest) * math.exp(-seconds / _SECONDS)

    def _asked(self, seconds: float) -> float:
        """Return the power that the control asks for."""
        if self._target is None:
            return 0.0
        most = self.slope / 60 * seconds if self.slope else math.inf
        self._setpoint += max(-most, min(most, self._target - self._setpoint))
        hold = (self.ambient - self._setpoint) / self.reach
        push = (self.temperature - self._setpoint) * _SECONDS / _CONTROL / self.reach
        return max(0.0, min(1.0, hold + push))
