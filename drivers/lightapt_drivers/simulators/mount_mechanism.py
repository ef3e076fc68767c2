"""A mount as time passes: slews that arrive, pulses that end, limits that are reached.

All that happens between two calls is found in its order and worked out exactly, so that it makes no difference how
often one looks. Limits alone are watched from moment to moment, at times that do not depend on the calls.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, replace
from functools import partial
from typing import Final

from .mount_config import MountConfig
from .mount_drive import Drive
from .mount_frames import SIDEREAL_RATE, Site
from .mount_geometry import Axes, PierSide, home
from .mount_guiding import GuidePort
from .mount_limits import Limit, Limits, MeridianAction
from .mount_pointing import Frame, Pointing, TruePointing
from .mount_vocabulary import Direction, EventKind, MountEvent, MountState, TrackMode, TrackRate

__all__ = ["Mechanism", "Slew", "Target"]

_REST: Final = Axes(0.0, 0.0)
_ARCSECONDS: Final = 3600.0
_WATCHES_A_SECOND: Final = 8
"""How often the limits are watched, at whole parts of a second: a power of two, so that the times are exact."""
_LONGEST_UNWATCHED: Final = 86_400.0
_STOPPED: Final = {
    Limit.HORIZON: EventKind.HORIZON_LIMIT,
    Limit.MERIDIAN: EventKind.MERIDIAN_LIMIT,
    Limit.DECLINATION: EventKind.DECLINATION_LIMIT,
}
_ARRIVED: Final = {
    MountState.SLEWING: EventKind.ARRIVED,
    MountState.PARKING: EventKind.PARKED,
    MountState.HOMING: EventKind.AT_HOME,
}


@dataclass(frozen=True, slots=True)
class Target:
    """A place in the sky, right ascension in hours and declination in degrees, and the side to look at it from."""

    ra: float
    dec: float
    side: PierSide


@dataclass(frozen=True, slots=True)
class Slew:
    """A slew that is under way.

    Attributes:
        purpose: SLEWING, PARKING or HOMING.
        to: Where to; axes are the encoders'.
        track: Whether the mount tracks when it has arrived.
    """

    purpose: MountState
    to: Target | Axes
    _: KW_ONLY
    track: bool = False


class Mechanism:
    """The state of a mount, and its life in time. All that is asked of it is as of its own present, ``now``.

    Args:
        config: The options.
        site: Where it stands.
        now: Unix time in seconds.
    """

    def __init__(self, config: MountConfig, site: Site, now: float) -> None:
        self._config = config
        self._site = site
        self._clock_offset = 0.0
        self._drive = Drive(now, home(northern=site.is_northern))
        self._drive.set_play(config.errors.backlash / _ARCSECONDS)
        self._guide = GuidePort()
        self._hand = _REST
        self._slew: Slew | None = None
        self._sync_offset = _REST
        self._is_tracking = False
        self._is_parked = False
        self._mode = TrackMode.SIDEREAL
        self._custom = TrackRate(SIDEREAL_RATE * _ARCSECONDS)
        self._was_warned = False
        self._events: list[MountEvent] = []

    @property
    def now(self) -> float:
        """Unix time up to which all has happened, in seconds."""
        return self._drive.now

    @property
    def utc(self) -> float:
        """What the observatory's clock says, as Unix time in seconds."""
        return self.now + self._clock_offset

    @property
    def state(self) -> MountState:
        """What the mount is doing."""
        if self._slew is not None:
            return self._slew.purpose
        if self._is_parked:
            return MountState.PARKED
        if self._hand != _REST:
            return MountState.MOVING
        return MountState.TRACKING if self._is_tracking else MountState.IDLE

    @property
    def encoders(self) -> Axes:
        """What the encoders of the axes read, in degrees."""
        return self._drive.position

    @property
    def reported(self) -> Pointing:
        """Where the mount believes to point: its encoders and what it learnt from syncs."""
        return self._frame.pointing(self._believed)

    @property
    def truth(self) -> TruePointing:
        """Where the telescope looks."""
        return self._frame.true_pointing(self._drive.load, self._drive.load_velocity)

    @property
    def track_rate(self) -> TrackRate:
        """The rate at which the mount tracks, when it does."""
        rate = self._mode.value
        return self._custom if rate is None else rate

    @property
    def next_event(self) -> float | None:
        """When a guide pulse ends or a slew arrives next, if nothing comes between: a time to look at the mount."""
        times = [pulse[0] for pulse in [self._guide.next_end()] if pulse is not None]
        if self._slew is not None:
            times.append(self._drive.arrival)
        return min(times, default=None)

    @property
    def steady_at(self) -> float:
        """When the axes will turn evenly, if nothing comes between; past if they do."""
        return self._drive.arrival

    def advance(self, now: float) -> tuple[MountEvent, ...]:
        """Let time pass, and return what has happened since the last call; a time that is past is taken for now."""
        self._run_until(now)
        events, self._events = tuple(self._events), []
        return events

    @property
    def _frame(self) -> Frame:
        return Frame(self._config, self._site, self.utc)

    @property
    def _believed(self) -> Axes:
        return self._drive.position + self._sync_offset

    @property
    def _limits(self) -> Limits:
        limits = self._config.limits
        return replace(limits, past_meridian=None) if self._was_warned else limits

    def _run_until(self, now: float) -> None:
        while (due := self._next_due()) is not None and due[0] <= max(now, self.now):
            time, happen = due
            self._drive.advance(time)
            happen()
        self._drive.advance(now)

    def _next_due(self) -> tuple[float, Callable[[], None]] | None:
        """Return when something will happen next, and what."""
        due: list[tuple[float, Callable[[], None]]] = []
        if (pulse := self._guide.next_end()) is not None:
            due.append((pulse[0], partial(self._end_pulse, pulse[1])))
        if self._slew is not None:
            due.append((self._drive.arrival, partial(self._arrive, self._slew)))
        elif self._is_tracking or self._hand != _REST:
            due.append((self._next_watch(), self._watch))
        return min(due, key=lambda what: what[0], default=None)

    def _end_pulse(self, direction: Direction) -> None:
        self._drive.nudge(self._guide.open(direction))
        self._happened(EventKind.GUIDED, direction)

    def _arrive(self, slew: Slew) -> None:
        self._slew = None
        self._is_tracking = slew.track
        self._is_parked = slew.purpose is MountState.PARKING
        self._follow()
        self._happened(_ARRIVED[slew.purpose])

    def _next_watch(self) -> float:
        """Return when to watch the limits next: the last of the times before which none can be passed."""
        # The point at which an axis could stop goes at most twice as fast as the axis.
        speed = self._drive.top_speed * 2
        unwatched = self._limits.unwatched(self._stopping_point, speed, kind=self._config.kind, site=self._site)
        at_least = math.floor(self.now * _WATCHES_A_SECOND) + 1
        until = self.now + min(unwatched, _LONGEST_UNWATCHED)
        return max(at_least, math.floor(until * _WATCHES_A_SECOND)) / _WATCHES_A_SECOND

    def _watch(self) -> None:
        velocity = self._drive.velocity
        limit = self._limits.breached(self._stopping_point, velocity, kind=self._config.kind, site=self._site)
        if limit is None:
            return
        if limit is Limit.MERIDIAN and self._config.limits.at_meridian is MeridianAction.WARN:
            self._was_warned = True
            self._happened(EventKind.MERIDIAN_WARNING)
            return
        self._halt()
        self._follow()
        self._happened(_STOPPED[limit])

    @property
    def _stopping_point(self) -> Axes:
        """Where the axes, as the mount believes them, would come to rest if they braked now."""
        velocity, twice = self._drive.velocity, 2 * self._config.acceleration
        way = Axes(
            velocity.primary * abs(velocity.primary) / twice, velocity.secondary * abs(velocity.secondary) / twice
        )
        return self._believed + way

    def _begin(self, slew: Slew) -> None:
        """Start a slew, or plan it anew from where it is."""
        self._slew = slew
        self._hand = _REST
        self._was_warned = False
        self._drop_pulses()
        drift = _REST
        target = slew.to
        if isinstance(target, Target):
            # The target moves with the sky, whatever is tracked later: the mount arrives at it, not where it was.
            drift = Axes(SIDEREAL_RATE, 0.0)
            target = self._frame.axes_to(target.ra, target.dec, target.side) - self._sync_offset
        self._drive.slew(target, drift=drift, speed=self._config.speed, acceleration=self._config.acceleration)

    def _follow(self) -> None:
        """Let the axes do what tracking, the hand and the guide port ask for, unless they are slewing."""
        if self._slew is None:
            asked = self._tracking_velocity(self._is_tracking) + self._hand + self._guide.velocity()
            self._drive.ramp(asked, acceleration=self._config.acceleration)

    def _halt(self) -> None:
        """Forget what the axes are doing; they go on until told to follow."""
        self._slew = None
        self._hand = _REST
        self._is_tracking = False
        self._drop_pulses()

    def _drop_pulses(self) -> None:
        for direction in self._guide.clear():
            self._happened(EventKind.GUIDED, direction)

    def _tracking_velocity(self, tracking: bool) -> Axes:
        rate = self.track_rate
        if not tracking:
            return _REST
        return Axes(rate.ra, rate.dec * self._northward) * (1 / _ARCSECONDS)

    @property
    def _northward(self) -> int:
        """Which way the declination axis turns toward north: backward where the telescope is east of the pier."""
        return 1 if self._frame.side(self._believed) is PierSide.WEST else -1

    def _happened(self, kind: EventKind, direction: Direction | None = None) -> None:
        self._events.append(MountEvent(self.now, kind, direction))
