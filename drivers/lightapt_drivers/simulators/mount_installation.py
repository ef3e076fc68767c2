"""How a mount is set up: its options, its site, its clock and its park position. All can be changed at any time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from .mount_config import MountConfig
from .mount_drive import Drive
from .mount_frames import Site
from .mount_geometry import Axes, choose_side, equatorial, home
from .mount_mechanism import Mechanism
from .mount_pointing import Horizontal

__all__ = ["Installation", "ParkPosition", "Stand"]

ParkPosition: TypeAlias = Axes | Horizontal
"""Where a mount parks: what its encoders read there, or where it looks."""

_REST: Final = Axes(0.0, 0.0)
_ARCSECONDS: Final = 3600.0
_DEGREES_AN_HOUR: Final = 15.0
_HOME_SWITCH: Final = 1e-6
"""Degrees within which the mount counts as at home."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How a mount was left; it goes on by itself from there.

    Attributes:
        time: When, as Unix time in seconds.
        encoders: What the encoders of the axes read, in degrees.
        sync_offset: What syncs had added to them.
        is_tracking: Whether it tracked, at the sidereal rate.
        is_parked: Whether it was parked.
    """

    time: float
    encoders: Axes
    sync_offset: Axes = _REST
    is_tracking: bool = False
    is_parked: bool = False


class Installation(Mechanism):
    """A mount that is set up; it stands at its park position in the beginning.

    Args:
        config: The options.
        site: Where it stands.
        now: Unix time in seconds.
        park: Where it parks; at home if None.
        is_parked: Whether it is parked in the beginning.
    """

    def __init__(
        self, config: MountConfig, site: Site, *, now: float, park: ParkPosition | None = None, is_parked: bool = False
    ) -> None:
        super().__init__(config, site, now)
        self._park = park
        self._is_parked = is_parked
        self._drive.place(self.park_axes)

    @property
    def config(self) -> MountConfig:
        """The options."""
        return self._config

    @property
    def site(self) -> Site:
        """Where the mount stands."""
        return self._site

    @property
    def park_position(self) -> ParkPosition | None:
        """Where it parks; None is at home."""
        return self._park

    @property
    def park_axes(self) -> Axes:
        """What the encoders read at the park position; syncs do not move it."""
        if self._park is None:
            return home(northern=self._site.is_northern)
        if isinstance(self._park, Axes):
            return self._park
        return self._frame.axes_to_horizontal(self._park, self._frame.side(self._drive.position))

    @property
    def park_place(self) -> tuple[float, float]:
        """Where the telescope looks at the park position: hour angle in hours from -12 to 12, and declination."""
        hour_angle, dec, _ = equatorial(self.park_axes, self._config.kind)
        return hour_angle / _DEGREES_AN_HOUR, dec

    @property
    def stand(self) -> Stand:
        """How the mount stands, apart from motion by hand and slews."""
        return Stand(self.now, self.encoders, self._sync_offset, self._is_tracking, self._is_parked)

    @property
    def is_at_home(self) -> bool:
        """Whether it rests at home."""
        away = self.encoders - home(northern=self._site.is_northern)
        return self._drive.velocity == _REST and max(abs(away.primary), abs(away.secondary)) < _HOME_SWITCH

    def configure(self, config: MountConfig, *, now: float) -> None:
        """Change the options; another kind of mount is put up anew, at rest at its park position."""
        self._run_until(now)
        kind, self._config = self._config.kind, config
        self._drive.set_play(config.errors.backlash / _ARCSECONDS)
        if config.kind is not kind:
            self._put_up()
        self._resume()

    def set_site(self, site: Site, *, now: float) -> None:
        """Change where the mount stands; in the other hemisphere it is put up anew, at rest at its park position."""
        self._run_until(now)
        was_northern, self._site = self._site.is_northern, site
        if site.is_northern is not was_northern:
            self._put_up()
        self._resume()

    def set_clock(self, utc: float, *, now: float) -> None:
        """Set the observatory's clock, and with it the sky: a night can be simulated by day.

        Args:
            utc: What it is to say now, as Unix time in seconds.
            now: Unix time in seconds.
        """
        self._run_until(now)
        self._clock_offset = utc - self.now
        self._resume()

    def set_park(self, position: ParkPosition | None, *, now: float) -> None:
        """Choose where to park next time; None is at home."""
        self._run_until(now)
        self._park = position

    def set_park_here(self, *, now: float) -> None:
        """Choose the place where the mount is as the one to park at."""
        self.set_park(self._position_at(now), now=now)

    def set_park_toward(self, hour_angle: float, dec: float, *, now: float) -> None:
        """Choose to park looking there, in hours and degrees, from the side of the pier that a goto would take."""
        self._run_until(now)
        frame, around = self._frame, hour_angle * _DEGREES_AN_HOUR
        side = choose_side(frame.side(self._drive.position), around, self._config.flip_after)
        self.set_park(frame.axes_toward(around, dec, side), now=now)

    def take_stand(self, stand: Stand, *, now: float) -> None:
        """Be a mount that was left so, and let happen what has happened since: it may have tracked to a limit."""
        self._halt()
        self._drive = Drive(min(stand.time, now), stand.encoders)
        self._drive.set_play(self._config.errors.backlash / _ARCSECONDS)
        self._sync_offset, self._is_parked = stand.sync_offset, stand.is_parked
        self._is_tracking = stand.is_tracking and not stand.is_parked
        self._follow()
        self._run_until(now)

    def _position_at(self, now: float) -> Axes:
        self._run_until(now)
        return self.encoders

    def _put_up(self) -> None:
        """Put the mount up anew: what its axes meant is past."""
        self._halt()
        self._sync_offset = _REST
        if isinstance(self._park, Axes):
            self._park = None
        self._drive.place(self.park_axes)

    def _resume(self) -> None:
        """Go on with what was under way, under the new circumstances."""
        if self._slew is not None:
            self._begin(self._slew)
        self._follow()
