"""Where a mount points: what it believes from its axes, and where the telescope truly looks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from .mount_config import MountConfig
from .mount_frames import (
    SIDEREAL_RATE,
    Site,
    Vector,
    angles,
    horizontal,
    hour_angle_of,
    rotated,
    sidereal_time,
    vector,
    wrap_degrees,
)
from .mount_geometry import Axes, MountKind, PierSide, axes_toward, choose_side, equatorial

__all__ = ["Frame", "Horizontal", "Pointing", "TruePointing"]

_DEGREES_AN_HOUR: Final = 15.0
_ARCSECONDS: Final = 3600.0
_STEP: Final = 0.5
"""Half of the seconds over which rates are taken: the periodic error bends little in them."""


@dataclass(frozen=True, slots=True)
class Horizontal:
    """A direction by altitude and azimuth (from north by east), in degrees."""

    altitude: float
    azimuth: float


@dataclass(frozen=True, slots=True)
class Pointing:
    """Where a mount believes to point, equinox of date.

    Attributes:
        ra: Right ascension in hours.
        dec: Declination in degrees.
        hour_angle: In hours, from -12 to 12.
        horizontal: Altitude and azimuth.
        side: Side of the pier on which the telescope is; None for a fork.
    """

    ra: float
    dec: float
    hour_angle: float
    horizontal: Horizontal
    side: PierSide | None


@dataclass(frozen=True, slots=True)
class TruePointing:
    """Where a telescope looks, equinox of date, and how fast that changes.

    Attributes:
        ra: Right ascension in hours.
        dec: Declination in degrees.
        rotation: Position angle (from north by east, in degrees) of the tube's upper side: 0 where the telescope is
            west of a well-aligned mount, 180 after a flip.
        ra_rate: Arcseconds of right ascension (15 to a second of it) a second; not shortened by the declination.
        dec_rate: Arcseconds a second.
        rotation_rate: Arcseconds a second.
    """

    ra: float
    dec: float
    rotation: float
    ra_rate: float
    dec_rate: float
    rotation_rate: float

    @property
    def east_rate(self) -> float:
        """How fast it moves east, in arcseconds on the sky a second."""
        return self.ra_rate * math.cos(math.radians(self.dec))


@dataclass(frozen=True, slots=True)
class Frame:
    """What turns axes into directions at one moment: the mount's build, its site and the time.

    Attributes:
        config: The mount's options.
        site: Where it stands.
        utc: Unix time in seconds.
    """

    config: MountConfig
    site: Site
    utc: float

    @property
    def kind(self) -> MountKind:
        """How the mount is built."""
        return self.config.kind

    @property
    def sidereal_time(self) -> float:
        """Local apparent sidereal time, in degrees."""
        return sidereal_time(self.utc, self.site.longitude)

    def side(self, axes: Axes) -> PierSide:
        """Return the side of the pier on which the telescope is."""
        return equatorial(axes, self.kind)[2]

    def pointing(self, axes: Axes) -> Pointing:
        """Return where a mount without errors points."""
        hour_angle, dec, side = equatorial(axes, self.kind)
        return Pointing(
            ra=_hours(self.sidereal_time - hour_angle),
            dec=dec,
            hour_angle=hour_angle / _DEGREES_AN_HOUR,
            horizontal=Horizontal(*horizontal(hour_angle, dec, self.site.latitude)),
            side=None if self.kind is MountKind.FORK else side,
        )

    def hour_angle(self, ra: float) -> float:
        """Return the hour angle of a right ascension in hours, in degrees from -180 to 180."""
        return wrap_degrees(self.sidereal_time - ra * _DEGREES_AN_HOUR)

    def chosen_side(self, now: PierSide, ra: float) -> PierSide:
        """Return the side from which a goto goes to a right ascension in hours."""
        return choose_side(now, self.hour_angle(ra), self.config.flip_after)

    def axes_toward(self, hour_angle: float, dec: float, side: PierSide) -> Axes:
        """Return where the axes stand to look at an hour angle and declination, in degrees."""
        return axes_toward(hour_angle, dec, side, kind=self.kind, northern=self.site.is_northern)

    def axes_to(self, ra: float, dec: float, side: PierSide) -> Axes:
        """Return where the axes stand to look at a place in the sky; right ascension in hours."""
        return self.axes_toward(self.hour_angle(ra), dec, side)

    def axes_to_horizontal(self, target: Horizontal, now: PierSide) -> Axes:
        """Return where the axes stand to look at a place above the ground, from the side that a goto takes."""
        hour_angle, dec = hour_angle_of(target.altitude, target.azimuth, self.site.latitude)
        return self.axes_toward(hour_angle, dec, choose_side(now, hour_angle, self.config.flip_after))

    def true_pointing(self, axes: Axes, velocity: Axes) -> TruePointing:
        """Return where the telescope looks whose axes are there, and turn so fast (degrees, and degrees a second)."""
        time = self.sidereal_time
        ra, dec, rotation = self._aim(axes, time)
        before = self._aim(axes + velocity * -_STEP, time - SIDEREAL_RATE * _STEP)
        after = self._aim(axes + velocity * _STEP, time + SIDEREAL_RATE * _STEP)
        rates = (wrap_degrees(b - a) * _ARCSECONDS / (2 * _STEP) for a, b in zip(before, after, strict=True))
        return TruePointing(_hours(ra), dec, rotation, *rates)

    def _aim(self, axes: Axes, sidereal_time: float) -> Vector:
        """Return right ascension, declination and rotation in degrees."""
        errors = self.config.errors
        turned = axes.primary + errors.periodic_error(axes.primary)
        # The direction as the mount's own equatorial frame has it; the tube's upper side is 90° farther up the axis.
        around, dec, side = equatorial(Axes(turned, axes.secondary), self.kind)
        rotation = 0.0 if side is PierSide.WEST else 180.0
        matrix = errors.polar_rotation(self.site)
        if matrix is not None:
            up = vector(around, dec + 90) if side is PierSide.WEST else vector(around, dec - 90)
            aim = rotated(matrix, vector(around, dec))
            rotation = _position_angle(aim, rotated(matrix, up))
            around, dec = angles(aim)
        return sidereal_time - around, dec, rotation


def _position_angle(aim: Vector, up: Vector) -> float:
    """Return the angle from north by east of a direction at right angles to where one looks."""
    eastward = up[0] * aim[1] - up[1] * aim[0]
    return math.degrees(math.atan2(eastward, up[2])) % 360


def _hours(degrees: float) -> float:
    # The second remainder is for angles just under 0, which the first rounds to 360.
    return degrees % 360 / _DEGREES_AN_HOUR % 24
