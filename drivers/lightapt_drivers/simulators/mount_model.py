"""A simulated equatorial mount: told what to do and what time it is, it says where it points.

It knows no clock, no device and no protocol.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from .mount_config import NorthPulse
from .mount_frames import SIDEREAL_RATE
from .mount_geometry import Axes, MountKind, PierSide, home
from .mount_installation import Installation
from .mount_limits import Limit, MeridianAction
from .mount_mechanism import Slew, Target
from .mount_pointing import Horizontal
from .mount_vocabulary import Direction, MountRefusedError, MountState, Refusal, SlewRate, TrackMode, TrackRate

__all__ = ["Mount"]

_REST: Final = Axes(0.0, 0.0)
_REFUSALS: Final = {
    Limit.HORIZON: Refusal.HORIZON_LIMIT,
    Limit.MERIDIAN: Refusal.MERIDIAN_LIMIT,
    Limit.DECLINATION: Refusal.DECLINATION_LIMIT,
}
_BUSY: Final = {
    MountState.SLEWING: "slewing: wait for it or abort it",
    MountState.PARKING: "parking: wait for it or abort it",
    MountState.HOMING: "going home: wait for it or abort it",
}


class Mount(Installation):
    """A mount that takes commands.

    Each command says what time it is, as Unix time in seconds; all that was due before happens first, and is told by
    the next :meth:`advance`.
    """

    @property
    def is_parked(self) -> bool:
        """Whether it is parked."""
        return self._is_parked

    @property
    def is_tracking(self) -> bool:
        """Whether it tracks; during a slew, whether it will if the slew is aborted."""
        return self._is_tracking

    @property
    def target(self) -> Target | None:
        """Where in the sky a goto is under way to."""
        return self._slew.to if self._slew is not None and isinstance(self._slew.to, Target) else None

    @property
    def track_mode(self) -> TrackMode:
        """What it follows when it tracks."""
        return self._mode

    @property
    def sync_offset(self) -> Axes:
        """What syncs have added to the encoders, in degrees."""
        return self._sync_offset

    def side_for(self, ra: float, *, now: float) -> PierSide | None:
        """Return the side from which a goto would go to a right ascension in hours; None for a fork."""
        self._run_until(now)
        return None if self._config.kind is MountKind.FORK else self._chosen_side(ra)

    def guide_remaining(self, direction: Direction) -> float:
        """Return how many seconds of a guide pulse are left."""
        return self._guide.remaining(direction, self.now)

    def goto(self, ra: float, dec: float, *, now: float, track: bool = True, side: PierSide | None = None) -> None:
        """Slew to a place in the sky; a goto under way gives way to the new one.

        Args:
            ra: Right ascension in hours, equinox of date.
            dec: Declination in degrees.
            now: Unix time in seconds.
            track: Whether to follow it then; otherwise the mount stops where the place was when it arrived.
            side: From which side of the pier; None leaves that to the mount.

        Raises:
            MountRefusedError: The mount is parked, parks or goes home, or the place is beyond a limit.
        """
        self._run_until(now)
        self._refuse_while_parked_or(MountState.PARKING, MountState.HOMING)
        self._begin(Slew(MountState.SLEWING, self._target(ra, dec, side), track=track))

    def check_target(self, ra: float, dec: float, *, now: float) -> None:
        """See whether the mount may go to a place in the sky, whatever it is doing.

        Raises:
            MountRefusedError: It is beyond a limit.
        """
        self._run_until(now)
        self._target(ra, dec, None)

    def goto_horizontal(self, target: Horizontal, *, now: float) -> None:
        """Slew to a place above the ground and stay there.

        Raises:
            MountRefusedError: As for :meth:`goto`.
        """
        self._run_until(now)
        self._refuse_while_parked_or(MountState.PARKING, MountState.HOMING)
        _refuse_nowhere(target.azimuth, target.altitude)
        axes = self._frame.axes_to_horizontal(target, self._frame.side(self._believed))
        self._refuse_beyond_limits(axes)
        self._begin(Slew(MountState.SLEWING, axes - self._sync_offset))

    def sync(self, ra: float, dec: float, *, now: float) -> None:
        """Learn that the telescope looks at a place in the sky: from now on the encoders are read with an offset.

        Raises:
            MountRefusedError: The mount is parked or slews.
        """
        self._run_until(now)
        self._refuse_while_parked_or(*_BUSY)
        _refuse_nowhere(ra, dec)
        self._sync_offset = self._frame.axes_to(ra, dec, self._chosen_side(ra)) - self.encoders
        self._follow()

    def forget_syncs(self, *, now: float) -> None:
        """Take the encoders for what they read again.

        Raises:
            MountRefusedError: The mount is parked or slews.
        """
        self._run_until(now)
        self._refuse_while_parked_or(*_BUSY)
        self._sync_offset = _REST
        self._follow()

    def abort(self, *, now: float) -> None:
        """Stop slews, motion by hand and guide pulses; tracking is again what it was before."""
        self._run_until(now)
        tracking = self._is_tracking
        self._halt()
        self._is_tracking = tracking
        self._follow()

    def set_tracking(self, on: bool, *, now: float) -> None:
        """Follow the sky, or stop doing so; during a goto, say what comes after it.

        Raises:
            MountRefusedError: On, while the mount is parked, parks or goes home, or is beyond a limit.
        """
        self._run_until(now)
        if on:
            self._refuse_while_parked_or(MountState.PARKING, MountState.HOMING)
            self._was_warned = False
            self._refuse_farther(self._tracking_velocity(True))
        if self._slew is not None and self._slew.purpose is MountState.SLEWING:
            self._slew = replace(self._slew, track=on)
        self._is_tracking = on
        self._follow()

    def set_track_mode(self, mode: TrackMode, *, now: float) -> None:
        """Choose what to follow."""
        self._run_until(now)
        self._mode = mode
        self._follow()

    def set_custom_rate(self, rate: TrackRate, *, now: float) -> None:
        """Set the rate of the custom mode."""
        self._run_until(now)
        self._custom = rate
        self._follow()

    def move(self, direction: Direction, rate: SlewRate, *, now: float) -> None:
        """Move by hand, on top of tracking, until told to stop.

        Raises:
            MountRefusedError: The mount is parked or slews, or is beyond a limit.
        """
        self._run_until(now)
        self._refuse_while_parked_or(*_BUSY)
        hand = self._toward(direction, self._config.hand_rate(rate))
        still = Axes(self._hand.primary, 0.0) if direction.is_declination else Axes(0.0, self._hand.secondary)
        self._was_warned = False
        self._refuse_farther(hand)
        self._hand = still + hand
        self._follow()

    def stop(self, direction: Direction, *, now: float) -> None:
        """Stop motion by hand to this direction and its opposite."""
        self._run_until(now)
        primary, secondary = self._hand.primary, self._hand.secondary
        self._hand = Axes(primary, 0.0) if direction.is_declination else Axes(0.0, secondary)
        self._follow()

    def guide(self, direction: Direction, seconds: float, *, now: float) -> None:
        """Give a guide pulse; several at once go as :class:`~.mount_guiding.GuidePort` says.

        Raises:
            MountRefusedError: The mount is parked or slews, or the time is negative.
        """
        self._run_until(now)
        self._refuse_while_parked_or(*_BUSY)
        if not 0 <= seconds < math.inf:
            raise MountRefusedError(Refusal.VALUE, f"a guide pulse lasts 0 s or longer, not {seconds}")
        config = self._config
        fraction = config.guide_rate_dec if direction.is_declination else config.guide_rate_ra
        velocity = self._toward(direction, fraction * SIDEREAL_RATE)
        if direction.is_declination and config.north_pulse is NorthPulse.MECHANICAL:
            velocity = velocity * self._northward
        self._drive.nudge(self._guide.close(direction, velocity, until=self.now + seconds))

    def end_pulse(self, direction: Direction, *, now: float) -> None:
        """End a guide pulse before its time; harmless where there is none."""
        self._run_until(now)
        self._drive.nudge(self._guide.open(direction))

    def park(self, *, now: float) -> None:
        """Slew to the park position and stay there; harmless when parked.

        Raises:
            MountRefusedError: The mount goes home.
        """
        self._run_until(now)
        if not self._is_parked:
            self._refuse_while_parked_or(MountState.HOMING)
            self._begin(Slew(MountState.PARKING, self.park_axes))

    def unpark(self, *, now: float) -> None:
        """Take commands again, and stay; stops parking that is under way, and is harmless when not parked."""
        self._run_until(now)
        self._is_parked = False
        if self.state is MountState.PARKING:
            self._halt()
            self._follow()

    def go_home(self, *, now: float) -> None:
        """Slew to where the mount was put up, and stay there.

        Raises:
            MountRefusedError: The mount is parked or parks.
        """
        self._run_until(now)
        self._refuse_while_parked_or(MountState.PARKING)
        self._begin(Slew(MountState.HOMING, home(northern=self._site.is_northern)))

    def _target(self, ra: float, dec: float, side: PierSide | None) -> Target:
        _refuse_nowhere(ra, dec)
        target = Target(ra % 24, dec, side or self._chosen_side(ra))
        self._refuse_beyond_limits(self._frame.axes_to(target.ra, target.dec, target.side))
        return target

    def _chosen_side(self, ra: float) -> PierSide:
        return self._frame.chosen_side(self._frame.side(self._believed), ra)

    def _toward(self, direction: Direction, speed: float) -> Axes:
        if direction.is_declination:
            return Axes(0.0, speed * direction.sign * self._northward)
        return Axes(speed * direction.sign, 0.0)

    def _refuse_while_parked_or(self, *states: MountState) -> None:
        if self._is_parked:
            raise MountRefusedError(Refusal.PARKED, "the mount is parked: unpark it first")
        if self.state in states:
            raise MountRefusedError(Refusal.SLEWING, f"the mount is {_BUSY[self.state]} first")

    def _refuse_beyond_limits(self, axes: Axes) -> None:
        """Refuse to go to a position of the axes, as the mount believes them."""
        limit = self._config.limits.forbid(axes, self._config.kind, self._site)
        if limit is not None:
            raise self._beyond(limit, "the target is")

    def _refuse_farther(self, velocity: Axes) -> None:
        """Refuse to move on where a limit is already behind."""
        limits = self._config.limits
        limit = limits.breached(self._believed, velocity, kind=self._config.kind, site=self._site)
        if limit is None or (limit is Limit.MERIDIAN and limits.at_meridian is MeridianAction.WARN):
            return
        raise self._beyond(limit, "the mount is")

    def _beyond(self, limit: Limit, what: str) -> MountRefusedError:
        limits = self._config.limits
        where = {
            Limit.HORIZON: f"below the lowest altitude of {limits.lowest_altitude}°",
            Limit.MERIDIAN: f"more than {limits.past_meridian}° past the meridian",
            Limit.DECLINATION: "at the end of the declination axis",
        }
        return MountRefusedError(_REFUSALS[limit], f"{what} {where[limit]}: choose another, or change the limit")


def _refuse_nowhere(longitude: float, latitude: float) -> None:
    if not (math.isfinite(longitude) and -90 <= latitude <= 90):
        raise MountRefusedError(
            Refusal.VALUE, f"there is no place at {longitude}, {latitude}: the second is from -90 to 90 degrees"
        )
