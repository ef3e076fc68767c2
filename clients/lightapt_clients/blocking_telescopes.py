"""The kinds that look at the sky, mounts, guiders and cameras, for programs that do not await; see :mod:`.kinds`."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime

from . import kinds
from .blobs import Blob
from .blocking_devices import KindFace
from .faces import Waits
from .portal import Following

__all__ = ["Camera", "Guider", "Mount"]


class Guider(KindFace[kinds.Guider]):
    """See :class:`.kinds.Guider`."""

    __slots__ = ()

    pulse = Waits(kinds.Guider.pulse)


class Mount(KindFace[kinds.Mount]):
    """See :class:`.kinds.Mount`."""

    __slots__ = ()

    @property
    def position(self) -> kinds.Equatorial:
        """Where it points, by the equator and equinox of the day."""
        return self.inner.position

    @property
    def position_j2000(self) -> kinds.Equatorial:
        """Where it points, by those of J2000."""
        return self.inner.position_j2000

    @property
    def horizontal(self) -> kinds.Horizontal:
        """Where it points in the sky; reckoned from its location where the mount does not tell."""
        return self.inner.horizontal

    @property
    def pier_side(self) -> kinds.PierSide | None:
        """The side of the pier on which the telescope is; None where the mount does not know."""
        return self.inner.pier_side

    @property
    def is_slewing(self) -> bool:
        """Whether it is on its way to a place."""
        return self.inner.is_slewing

    @property
    def is_parked(self) -> bool:
        """Whether it is parked, and refuses to move."""
        return self.inner.is_parked

    @property
    def is_tracking(self) -> bool:
        """Whether it follows the sky."""
        return self.inner.is_tracking

    @property
    def track_mode(self) -> kinds.TrackMode:
        """What it follows while it tracks."""
        return self.inner.track_mode

    @property
    def track_rate(self) -> tuple[float, float]:
        """The custom rate, in right ascension and declination, in arcseconds a second."""
        return self.inner.track_rate

    @property
    def rates(self) -> Sequence[str]:
        """The names of the speeds of motion by hand, from the slowest to the fastest."""
        return self.inner.rates

    @property
    def location(self) -> kinds.Location:
        """Where it is."""
        return self.inner.location

    @property
    def utc(self) -> datetime:
        """What time it was, by its clock, when it last told; an aware datetime in UTC."""
        return self.inner.utc

    goto = Waits(kinds.Mount.goto)
    goto_horizontal = Waits(kinds.Mount.goto_horizontal)
    sync = Waits(kinds.Mount.sync)
    abort = Waits(kinds.Mount.abort)
    park = Waits(kinds.Mount.park)
    unpark = Waits(kinds.Mount.unpark)
    set_park = Waits(kinds.Mount.set_park)
    go_home = Waits(kinds.Mount.go_home)
    find_home = Waits(kinds.Mount.find_home)
    set_home = Waits(kinds.Mount.set_home)
    track = Waits(kinds.Mount.track)
    set_track_rate = Waits(kinds.Mount.set_track_rate)
    choose_rate = Waits(kinds.Mount.choose_rate)
    move = Waits(kinds.Mount.move)
    pulse = Waits(kinds.Mount.pulse)
    set_location = Waits(kinds.Mount.set_location)
    set_time = Waits(kinds.Mount.set_time)

    @contextmanager
    def moving(self, direction: kinds.Direction) -> Generator[None]:
        """Move by hand for as long as the block lasts, however it ends."""
        with self.portal.entered(self.inner.moving(direction)):
            yield


class Camera(KindFace[kinds.Camera]):
    """See :class:`.kinds.Camera`."""

    __slots__ = ()

    @property
    def is_exposing(self) -> bool:
        """Whether an exposure is under way."""
        return self.inner.is_exposing

    @property
    def exposure_left(self) -> float:
        """Seconds that the exposure under way has still to go; 0 while there is none."""
        return self.inner.exposure_left

    @property
    def temperature(self) -> float:
        """Temperature of the chip in °C."""
        return self.inner.temperature

    @property
    def is_cooling(self) -> bool:
        """Whether the cooler is on."""
        return self.inner.is_cooling

    @property
    def cooler_power(self) -> float:
        """Power of the cooler in per cent."""
        return self.inner.cooler_power

    @property
    def gain(self) -> float:
        """The gain, in the camera's own units."""
        return self.inner.gain

    @property
    def offset(self) -> float:
        """The offset, in the camera's own units."""
        return self.inner.offset

    @property
    def chip(self) -> kinds.Chip:
        """What it looks with."""
        return self.inner.chip

    @property
    def frame(self) -> kinds.Area:
        """The part of the chip that is read."""
        return self.inner.frame

    @property
    def binning(self) -> tuple[int, int]:
        """How many pixels become one, across and down."""
        return self.inner.binning

    @property
    def frame_type(self) -> kinds.FrameType:
        """What the next exposure is."""
        return self.inner.frame_type

    @property
    def upload(self) -> kinds.Upload:
        """Where pictures go."""
        return self.inner.upload

    @property
    def saved_file(self) -> str:
        """The path of the last picture that the driver has saved, where it runs; empty where there is none."""
        return self.inner.saved_file

    expose = Waits(kinds.Camera.expose)
    abort = Waits(kinds.Camera.abort)
    cool_to = Waits(kinds.Camera.cool_to)
    cool = Waits(kinds.Camera.cool)
    set_gain = Waits(kinds.Camera.set_gain)
    set_offset = Waits(kinds.Camera.set_offset)
    set_frame = Waits(kinds.Camera.set_frame)
    reset_frame = Waits(kinds.Camera.reset_frame)
    set_binning = Waits(kinds.Camera.set_binning)
    set_frame_type = Waits(kinds.Camera.set_frame_type)
    set_upload = Waits(kinds.Camera.set_upload)

    @contextmanager
    def stream(self) -> Generator[Following[Blob]]:
        """Send video for as long as the block lasts; what is yielded gives the newest frame that there is."""
        with self.portal.entered(self.inner.stream()) as frames:
            yield Following(self.portal, frames)
