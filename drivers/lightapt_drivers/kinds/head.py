"""A camera's head: one chip as its properties have it. Cameras have one, those with a guide head two."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Final

from lightapt_drivers import LiveBlob, LiveNumber, LiveSwitch, Numbers, RefusedError

from .exposures import Area, Exposure, FrameType, Sensor

if TYPE_CHECKING:
    from lightapt_protocol.fits import Card, Pixels, Plan

__all__ = ["Head"]

_TICK: Final = 1.0
"""Seconds from one count of the countdown to the next."""
_UNKNOWN: Final = Sensor(1, 1, 1.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Making:
    """A picture that is in the making: its exposure, the file that it will be, and what gives memory for that."""

    exposure: Exposure
    plan: Plan
    memory: Callable[[], memoryview | None]


@dataclass(slots=True, eq=False)
class Head:
    """The properties of one chip, and the rules between them.

    Attributes:
        info: CCD_INFO or GUIDER_INFO; the others accordingly.
        sensor: What the chip is; :meth:`fit` sets it.
    """

    _: KW_ONLY
    info: LiveNumber
    exposure: LiveNumber
    frame: LiveNumber
    binning: LiveNumber
    frame_type: LiveSwitch
    compression: LiveSwitch
    image: LiveBlob
    sensor: Sensor = _UNKNOWN
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _making: _Making | None = None

    def fit(self, sensor: Sensor) -> None:
        """Have the properties say what the chip is.

        A frame that was the whole chip, or does not lie on the new one, becomes the whole of that.
        """
        is_whole = self.area == self.sensor.whole or not sensor.whole.holds(self.area)
        self.sensor = sensor
        info = (
            sensor.width,
            sensor.height,
            (sensor.pixel_width * sensor.pixel_height) ** 0.5,
            sensor.pixel_width,
            sensor.pixel_height,
            sensor.bits,
        )
        self.info.set(dict(zip(self.info, map(float, info), strict=True)))
        limits = ((0, sensor.width - 1), (0, sensor.height - 1), (1, sensor.width), (1, sensor.height))
        for member, (least, most) in zip(self.frame, limits, strict=True):
            self.frame.limit(member, min=least, max=most)
        if is_whole:
            self.reset()
        for member, most in zip(self.binning, sensor.max_binning, strict=True):
            self.binning.limit(member, min=1, max=most)

    def reset(self) -> None:
        """Read the whole chip."""
        self.frame.ok(X=0, Y=0, WIDTH=self.sensor.width, HEIGHT=self.sensor.height)

    @property
    def area(self) -> Area:
        """The part of the chip to read."""
        return _area(self.frame["X"], self.frame["Y"], self.frame["WIDTH"], self.frame["HEIGHT"])

    @property
    def bins(self) -> tuple[int, int]:
        """Pixels that are read as one, across and down."""
        return int(self.binning["HOR_BIN"]), int(self.binning["VER_BIN"])

    @property
    def is_compressed(self) -> bool:
        """Whether its pictures are to be compressed."""
        return self.compression["INDI_ENABLED"]

    @contextmanager
    def reserving(self, exposure: Exposure, cards: Sequence[Card]) -> Generator[None]:
        """Find memory for an exposure's picture as a file, while it is in the making.

        Args:
            exposure: What is made meanwhile.
            cards: Of the header, as far as they are known.
        """
        from .pictures import blank

        plan = None if self.is_compressed else blank(exposure.shape, cards, depth=self.sensor.bits)
        with self.image.reserving(plan.size if plan else 0) as memory:
            self._making = None if plan is None else _Making(exposure, plan, memory)
            try:
                yield
            finally:
                self._making = None

    def room(self, exposure: Exposure) -> Pixels | None:
        """Return where in its file an exposure's picture may be made, so that it need not be copied there.

        For threads, as it waits for the memory; None where there is none. The array is big-endian, as FITS is.
        """
        making = self._making
        if making is None or making.exposure is not exposure:
            return None
        memory = making.memory()
        return None if memory is None else making.plan.room(memory)

    def take_frame(self, wanted: Numbers) -> None:
        """Read this part of the chip from now on.

        Raises:
            RefusedError: It does not lie on the chip.
        """
        area = _area(wanted["X"], wanted["Y"], wanted["WIDTH"], wanted["HEIGHT"])
        if not self.sensor.whole.holds(area):
            raise RefusedError(
                f"a frame of {area.width} by {area.height} at ({area.x}, {area.y}) does not lie on the chip of "
                f"{self.sensor.width} by {self.sensor.height}"
            )
        self.frame.ok(X=area.x, Y=area.y, WIDTH=area.width, HEIGHT=area.height)

    def planned(self, seconds: float, *, area: Area | None = None) -> Exposure:
        """Return the exposure that the properties ask for, as it begins; a bias frame is as short as can be.

        Args:
            seconds: How long.
            area: A part of the frame.

        Raises:
            RefusedError: The frame is smaller than a binned pixel.
        """
        frame, (across, down) = self.area, self.bins
        if frame.width < across or frame.height < down:
            raise RefusedError(
                f"the frame, {frame.width} by {frame.height}, is smaller than a pixel binned {across} by {down}"
            )
        type = FrameType[self.frame_type.choice.removeprefix("FRAME_")]
        if type is FrameType.BIAS:
            seconds, _ = self.exposure.range(next(iter(self.exposure)))
        now, number = datetime.now(UTC), next(self._numbers)
        return Exposure(seconds, type, area or frame, (across, down), started=now, number=number)

    @contextmanager
    def counting_down(self, seconds: float) -> Generator[None]:
        """Tell again and again how much is left of an exposure, which is made meanwhile; nothing when it ends."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        timer: asyncio.TimerHandle | None = None

        def tell() -> None:
            nonlocal timer
            left = max(0.0, end - loop.time())
            self.exposure.busy(self._left(left))
            timer = loop.call_later(min(left, _TICK), tell) if left > 0 else None

        tell()
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()
            self.exposure.change(self._left(0.0))

    def _left(self, seconds: float) -> dict[str, float]:
        return dict.fromkeys(self.exposure, round(seconds, 3))


def _area(x: float, y: float, width: float, height: float) -> Area:
    return Area(int(x), int(y), int(width), int(height))
