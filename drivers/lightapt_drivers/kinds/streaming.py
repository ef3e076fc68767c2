"""Video: frames of 8 bits a pixel, one after another, as fast as they are made and taken."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from lightapt_drivers import (
    DefNumber,
    DefSwitch,
    Numbers,
    NumberVector,
    Permission,
    RefusedError,
    Standard,
    State,
    Switches,
    SwitchState,
    SwitchVector,
    on_new,
)

from . import chips
from .camera import Camera
from .exposures import Area, Exposure

if TYPE_CHECKING:
    from lightapt_protocol.fits import Pixels

__all__ = ["FrameRate", "Streaming"]

_GROUP = "Streaming"


class FrameRate:
    """Frames a second: of the last second, and of all; `now` is in seconds."""

    def __init__(self, now: float) -> None:
        self._began = now
        self._all = 0
        self._second = now
        self._of_second = 0

    def count(self, now: float) -> tuple[float, float] | None:
        """Take note of a frame; return both rates once a second."""
        self._all += 1
        self._of_second += 1
        if now - self._second < 1.0:
            return None
        rates = self._of_second / (now - self._second), self._all / (now - self._began)
        self._second, self._of_second = now, 0
        return rates


class Streaming(Camera):
    """A camera that sends video. A driver fills in :meth:`video_frame`.

    The next frame is begun when the one before has gone: where frames are made faster than they are taken, fewer are
    made. The video is what CCD_STREAM_FRAME says of the frame: its numbers are pixels of the picture, binned ones and
    from the frame's own corner on, so that its width and height are the video's.
    """

    video = SwitchVector.standard(Standard.CCD_VIDEO_STREAM, "On", "Off", on="STREAM_OFF", label="Video", group=_GROUP)
    video_exposure = NumberVector(
        Standard.STREAMING_EXPOSURE,
        DefNumber("STREAMING_EXPOSURE_VALUE", 0.05, label="Duration (s)", format="%.6f", min=0.000001, max=60),
        DefNumber("STREAMING_DIVISOR_VALUE", 1, label="Send one of", format="%.0f", min=1, max=15, step=1),
        label="Video frame",
        group=_GROUP,
        saved=True,
    )
    frame_rate = NumberVector(
        Standard.FPS,
        DefNumber("EST_FPS", 0, label="Now (frames/s)", format="%.2f"),
        DefNumber("AVG_FPS", 0, label="On average (frames/s)", format="%.2f"),
        label="Frame rate",
        group=_GROUP,
        perm=Permission.READ_ONLY,
    )
    encoder = SwitchVector(
        Standard.CCD_STREAM_ENCODER,
        DefSwitch("RAW", SwitchState.ON, label="Raw"),
        label="Encoder",
        group=_GROUP,
    )
    video_area = chips.area(Standard.CCD_STREAM_FRAME, group=_GROUP)

    stream_format: ClassVar = ".stream"

    async def video_frame(self, exposure: Exposure) -> Pixels:
        """Return one frame, of bytes: rows by columns."""
        raise NotImplementedError

    def framed(self) -> None:
        """See :class:`Camera`: the video is again of all that the frame holds."""
        super().framed()
        area, (across, down) = self.head.area, self.head.bins
        width, height = max(1, area.width // across), max(1, area.height // down)
        whole = {"X": 0.0, "Y": 0.0, "WIDTH": float(width), "HEIGHT": float(height)}
        limits = {"X": (0, width - 1), "Y": (0, height - 1), "WIDTH": (1, width), "HEIGHT": (1, height)}
        for member, (least, most) in limits.items():
            if self.video_area.range(member) != (least, most):
                self.video_area.limit(member, min=least, max=most)
        self.video_area.change(whole, state=State.OK)

    @on_new(video_area)
    async def _set_video_area(self, wanted: Numbers) -> None:
        # Clients bound each number for itself, and count on the camera for the rest.
        widest, highest = (self.video_area.range(member)[1] for member in ("WIDTH", "HEIGHT"))
        x, y = wanted["X"], wanted["Y"]
        self.video_area.ok(X=x, Y=y, WIDTH=min(wanted["WIDTH"], widest - x), HEIGHT=min(wanted["HEIGHT"], highest - y))

    @on_new(video)
    async def _switch_video(self, wanted: Switches) -> None:
        if wanted["STREAM_OFF"]:
            if self.video.is_busy:
                await self.cancel(self.exposure)
            self.video.idle(STREAM_OFF=True)
        elif self.video.is_busy:
            self.video.busy(STREAM_ON=True)
        elif self.is_active(self.exposure):
            raise RefusedError(f"{self.name} is exposing: wait, or abort that first")
        else:
            self.video.set(STREAM_ON=True)
            await self.begin(self.video, self._stream, lane=self.exposure)

    async def _stream(self) -> None:
        clock = asyncio.get_running_loop().time
        rate = FrameRate(clock())
        number = 0
        try:
            while True:
                seconds = self.video_exposure["STREAMING_EXPOSURE_VALUE"]
                due = clock() + seconds
                frame = await self.video_frame(self.head.planned(seconds, area=self._filmed))
                number += 1
                if number % int(self.video_exposure["STREAMING_DIVISOR_VALUE"]) == 0:
                    await self.image.send(frame.reshape(-1).data, format=self.stream_format)
                if rates := rate.count(clock()):
                    self.frame_rate.ok(EST_FPS=rates[0], AVG_FPS=rates[1])
                await asyncio.sleep(max(0.0, due - clock()))
        finally:
            self.video.set(STREAM_OFF=True)
            self.frame_rate.idle(EST_FPS=0, AVG_FPS=0)

    @property
    def _filmed(self) -> Area:
        """The part of the chip that the video is of."""
        (across, down), frame, video = self.head.bins, self.head.area, self.video_area
        return Area(
            frame.x + int(video["X"]) * across,
            frame.y + int(video["Y"]) * down,
            int(video["WIDTH"]) * across,
            int(video["HEIGHT"]) * down,
        )
