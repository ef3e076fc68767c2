"""How far a mount may go: above a lowest altitude, and not too far past the meridian."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Final

from .mount_frames import Site, horizontal
from .mount_geometry import Axes, MountKind, equatorial, home, reach

__all__ = ["Limit", "Limits", "MeridianAction"]

_LOOK_AHEAD: Final = 0.1
"""Seconds from which it is judged whether the telescope sinks."""


class Limit(Enum):
    """A limit that can be reached."""

    HORIZON = "horizon"
    MERIDIAN = "meridian"
    DECLINATION = "declination"


class MeridianAction(Enum):
    """What the mount does when tracking takes it to the meridian limit."""

    STOP = "stop"
    WARN = "warn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a mount.

    Attributes:
        lowest_altitude: Degrees above the horizon; None lets it look anywhere.
        past_meridian: How far past the meridian the mount may track, in degrees of hour angle: on a German mount how
            far its counterweights may go up, on a fork how far past the lower meridian. None for no limit.
        at_meridian: What happens there.
    """

    lowest_altitude: float | None = None
    past_meridian: float | None = 20.0
    at_meridian: MeridianAction = MeridianAction.STOP

    def forbid(self, axes: Axes, kind: MountKind, site: Site) -> Limit | None:
        """Return the limit that forbids to go to a position of the axes."""
        if self._height(axes, kind, site) < 0:
            return Limit.HORIZON
        return Limit.MERIDIAN if self._before_meridian(axes, kind) < 0 else None

    def breached(self, axes: Axes, velocity: Axes, *, kind: MountKind, site: Site) -> Limit | None:
        """Return the limit that the axes are beyond while they go farther; the way back is always open."""
        height = self._height(axes, kind, site)
        if height < 0 and self._height(axes + velocity * _LOOK_AHEAD, kind, site) < height:
            return Limit.HORIZON
        if _before_end(axes, kind, site) < 0 and _leaves(axes, velocity, kind, site):
            return Limit.DECLINATION
        if self._before_meridian(axes, kind) < 0 and axes.primary * velocity.primary > 0:
            return Limit.MERIDIAN
        return None

    def unwatched(self, axes: Axes, speed: Axes, *, kind: MountKind, site: Site) -> float:
        """Return for how many seconds no limit can be passed by axes no faster than that; 0 or less beyond one."""
        return min(
            _seconds(self._height(axes, kind, site), speed.primary + speed.secondary),
            _seconds(self._before_meridian(axes, kind), speed.primary),
            _seconds(_before_end(axes, kind, site), speed.secondary),
        )

    def _height(self, axes: Axes, kind: MountKind, site: Site) -> float:
        if self.lowest_altitude is None:
            return math.inf
        hour_angle, dec, _ = equatorial(axes, kind)
        return horizontal(hour_angle, dec, site.latitude)[0] - self.lowest_altitude

    def _before_meridian(self, axes: Axes, kind: MountKind) -> float:
        if self.past_meridian is None:
            return math.inf
        return reach(kind) + self.past_meridian - abs(axes.primary)


def _seconds(way: float, speed: float) -> float:
    return way / speed if speed > 0 else math.inf


def _middle(kind: MountKind, site: Site) -> tuple[float, float]:
    """Return the middle of the declination axis' way, and how far it goes to both sides."""
    if kind is MountKind.GERMAN:
        return home(northern=site.is_northern).secondary, 180.0
    return 0.0, 90.0


def _before_end(axes: Axes, kind: MountKind, site: Site) -> float:
    middle, half = _middle(kind, site)
    return half - abs(axes.secondary - middle)


def _leaves(axes: Axes, velocity: Axes, kind: MountKind, site: Site) -> bool:
    return (axes.secondary - _middle(kind, site)[0]) * velocity.secondary > 0
