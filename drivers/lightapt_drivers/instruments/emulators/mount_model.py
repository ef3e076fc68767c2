"""How an emulated mount moves. No I/O, and time comes from outside.

Angles are degrees here, right ascension too; directions on the sky, by the mount's own equinox.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

__all__ = ["SIDEREAL", "Motion", "MountModel", "sidereal_time"]

_DAY: Final = 86400.0
SIDEREAL: Final = 360.98564736629 / _DAY
"""Degrees a second by which the sky turns."""


def sidereal_time(now: float, longitude: float) -> float:
    """Return the mean sidereal time in degrees, good to a second.

    Source: US Naval Observatory, Computing Approximate Sidereal Time.

    Args:
        now: Seconds since 1970, UTC.
        longitude: Degrees east.
    """
    days = now / _DAY + 2440587.5 - 2451545.0
    return (280.46061837 + 360.98564736629 * days + longitude) % 360


class Motion(Enum):
    """What a mount is doing."""

    STILL = auto()
    TRACKING = auto()
    SLEWING = auto()
    PARKING = auto()
    PARKED = auto()


@dataclass(slots=True)
class MountModel:
    """Two axes. Call :meth:`advance` before anything else.

    Attributes:
        latitude: Degrees north.
        longitude: Degrees east.
        slew_speed: Degrees a second of each axis.
        track_rate: What is tracked, as a multiple of the stars' speed.
        ra: Where the telescope points, in degrees.
        dec: Likewise.
        motion: What it is doing.
        side: The side of the pier, by the target of the last slew: E, W, or N before any.
    """

    latitude: float = 50.0
    longitude: float = 0.0
    slew_speed: float = 4.0
    track_rate: float = 1.0
    ra: float = 0.0
    dec: float = 90.0
    motion: Motion = Motion.STILL
    side: str = "N"
    now: float | None = None
    _target: tuple[float, float] = (0.0, 90.0)
    _manual: tuple[float, float] = (0.0, 0.0)
    _pulses: tuple[tuple[float, float], tuple[float, float]] = ((0.0, 0.0), (0.0, 0.0))

    def advance(self, now: float) -> None:
        """Let time pass until a moment, in seconds since 1970."""
        if self.now is None:  # it has been at rest at the pole, as long as one likes
            self.now, self.ra = now, self.sidereal_time(now)
        while self.now < now:
            ends = [end for _, end in self._pulses if self.now < end < now]
            self._step(min(ends, default=now))

    def sidereal_time(self, now: float) -> float:
        """Return the sidereal time at the mount, in degrees."""
        return sidereal_time(now, self.longitude)

    def altitude(self, ra: float, dec: float) -> float:
        """Return the altitude of a direction, in degrees."""
        hour_angle = math.radians(self._sidereal() - ra)
        phi, delta = math.radians(self.latitude), math.radians(dec)
        sine = math.sin(phi) * math.sin(delta) + math.cos(phi) * math.cos(delta) * math.cos(hour_angle)
        return math.degrees(math.asin(max(-1.0, min(1.0, sine))))

    def azimuth(self, ra: float, dec: float) -> float:
        """Return the azimuth of a direction, in degrees from north by east."""
        hour_angle = math.radians(self._sidereal() - ra)
        phi, delta = math.radians(self.latitude), math.radians(dec)
        north = math.cos(phi) * math.sin(delta) - math.sin(phi) * math.cos(delta) * math.cos(hour_angle)
        return math.degrees(math.atan2(-math.cos(delta) * math.sin(hour_angle), north)) % 360

    def slew(self, ra: float, dec: float) -> None:
        """Start to slew; tracking follows."""
        self._go(ra, dec, Motion.SLEWING)
        self.side = "E" if (self._sidereal() - ra) % 360 < 180 else "W"

    def park(self) -> None:
        """Start to slew to the pole, to rest there."""
        self._go(self._sidereal(), math.copysign(90.0, self.latitude), Motion.PARKING)

    def sync(self, ra: float, dec: float) -> None:
        """Take a direction for the one in which the telescope points."""
        self.ra, self.dec = ra % 360, dec

    def move(self, *, east: float | None = None, north: float | None = None) -> None:
        """Set the speed of motion by hand, in degrees a second; None leaves an axis as it is."""
        self._manual = (self._manual[0] if east is None else east, self._manual[1] if north is None else north)

    def halt(self) -> None:
        """Stop motion by hand, and a slew."""
        self._manual = (0.0, 0.0)
        if self.motion is Motion.SLEWING:
            self.motion = Motion.TRACKING
        elif self.motion is Motion.PARKING:
            self.motion = Motion.STILL

    def pulse(self, seconds: float, *, east: float | None = None, north: float | None = None) -> None:
        """Move at a speed, in degrees a second, for a time; None leaves an axis as it is."""
        end = self._moment() + seconds
        eastern, northern = self._pulses
        self._pulses = (eastern if east is None else (east, end), northern if north is None else (north, end))

    def _go(self, ra: float, dec: float, motion: Motion) -> None:
        self._manual = (0.0, 0.0)
        self._target = (ra % 360, dec)
        self.motion = motion

    def _step(self, until: float) -> None:
        seconds, self.now = until - self._moment(), until
        if self.motion in (Motion.SLEWING, Motion.PARKING):
            self._toward(seconds)
        else:
            self._drift(seconds, until)

    def _drift(self, seconds: float, until: float) -> None:
        tracked = self.track_rate if self.motion is Motion.TRACKING else 0.0
        # A pulse's speed counts as long as it has not ended; no step goes beyond an end.
        east, north = (speed if until <= end else 0.0 for speed, end in self._pulses)
        self.ra = (self.ra + seconds * (SIDEREAL * (1 - tracked) + self._manual[0] + east)) % 360
        self.dec = max(-90.0, min(90.0, self.dec + seconds * (self._manual[1] + north)))

    def _toward(self, seconds: float) -> None:
        most = self.slew_speed * seconds
        ra_way = (self._target[0] - self.ra + 180) % 360 - 180
        dec_way = self._target[1] - self.dec
        self.ra = (self.ra + max(-most, min(most, ra_way))) % 360
        self.dec += max(-most, min(most, dec_way))
        if abs(ra_way) <= most and abs(dec_way) <= most:
            self.ra, self.dec = self._target
            self.motion = Motion.TRACKING if self.motion is Motion.SLEWING else Motion.PARKED

    def _sidereal(self) -> float:
        return self.sidereal_time(self._moment())

    def _moment(self) -> float:
        return 0.0 if self.now is None else self.now
