"""A camera."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Final, SupportsFloat, TypeVar

from lightapt_protocol.mirror import Change
from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import PropertyKind, State

from ..answers import GRACE
from ..blobs import Blob
from ..devices import Property, Value
from ..errors import AlertError, DisconnectedError, MissingError, RequestError
from ..limits import in_time
from ..requests import is_as_asked, request_for
from ..subscriptions import BlobStream
from .base import Kind
from .goals import OK_IS_ALL, within

__all__ = ["Area", "Camera", "Chip", "FrameType", "Upload"]

E = TypeVar("E", bound=Enum)
_DOWNLOAD: Final = 60.0
"""Seconds that a picture may take behind its exposure."""
_COOLING: Final = 1800.0
_REGULATED: Final = 1.0
"""°C from what was asked for within which a cooler has done it."""
_VIDEO: Final = ".stream"
"""How the formats of video frames begin."""
_CONTROLS: Final = "CCD_CONTROLS"
"""Where drivers have gain and offset that do not define the standard properties."""


class FrameType(Enum):
    """What an exposure is; the values are the names of INDI's switches."""

    LIGHT = "FRAME_LIGHT"
    BIAS = "FRAME_BIAS"
    DARK = "FRAME_DARK"
    FLAT = "FRAME_FLAT"


class Upload(Enum):
    """Where pictures go; the values are the names of INDI's switches."""

    CLIENT = "UPLOAD_CLIENT"
    """To the programs that want them."""
    LOCAL = "UPLOAD_LOCAL"
    """Into files, where the driver runs."""
    BOTH = "UPLOAD_BOTH"


@dataclass(frozen=True, slots=True)
class Chip:
    """What a camera looks with.

    Attributes:
        width: In pixels.
        height: Likewise.
        pixel_width: In micrometres.
        pixel_height: Likewise.
        bits: Of a pixel.
    """

    width: int
    height: int
    pixel_width: float
    pixel_height: float
    bits: int


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a chip, in unbinned pixels.

    Attributes:
        x: Its left edge.
        y: Its upper edge.
        width: Across.
        height: Down.
    """

    x: int
    y: int
    width: int
    height: int


class Camera(Kind):
    """A camera: its main chip."""

    interface: ClassVar[DriverInterface] = DriverInterface.CCD
    essential: ClassVar[Standard] = Standard.CCD_EXPOSURE

    # Pictures.

    async def expose(self, seconds: float, *, download: float | None = _DOWNLOAD) -> Blob:
        """Take a picture, and return it when it has come. Who is cancelled meanwhile stops the exposure.

        Args:
            seconds: To expose.
            download: Seconds that it may take behind the exposure.

        Raises:
            AbortedError: The exposure was stopped.
            RequestError: That is no time.
        """
        seconds = _seconds(seconds, self.name)
        await self._property(Standard.CCD_EXPOSURE)
        self._check_upload()
        patience = None if download is None else seconds + download
        async with self.device.blobs(await self._image()) as blobs:
            with self._dropping_others(blobs, seconds):
                await self._move(
                    Standard.CCD_EXPOSURE,
                    timeout=patience,
                    grace=GRACE,
                    abort=Standard.CCD_ABORT_EXPOSURE,
                    goal=OK_IS_ALL,
                    echoes=True,
                    CCD_EXPOSURE_VALUE=seconds,
                )
            try:
                async with in_time(download):
                    return await _picture(blobs)
            except TimeoutError as error:
                raise self.device.client.late(f"the picture of {self.name}", download) from error

    @contextmanager
    def _dropping_others(self, blobs: BlobStream, seconds: float) -> Generator[None]:
        """Drop the pictures that come before the camera shows that it begins with so many seconds."""
        was = self.device[Standard.CCD_EXPOSURE].now
        request = request_for(was, {"CCD_EXPOSURE_VALUE": seconds})

        def hear(change: Change | None) -> None:
            nonlocal was
            if change is not None and change.current is not None:
                before, was = was, change.current
                if was.state is State.BUSY and before.state is not State.BUSY and is_as_asked(was, request):
                    blobs.drop()

        with self.device.client.expecting(hear, device=self.name, name=Standard.CCD_EXPOSURE):
            yield

    @property
    def is_exposing(self) -> bool:
        """Whether an exposure is under way."""
        return self.device[Standard.CCD_EXPOSURE].state is State.BUSY

    @property
    def exposure_left(self) -> float:
        """Seconds that the exposure under way has still to go; 0 while there is none."""
        exposure = self.device[Standard.CCD_EXPOSURE]
        return exposure.number("CCD_EXPOSURE_VALUE") if exposure.state is State.BUSY else 0.0

    async def abort(self) -> None:
        """Stop the exposure, and drop the picture."""
        await self._press(Standard.CCD_ABORT_EXPOSURE, "ABORT")

    @asynccontextmanager
    async def stream(self) -> AsyncGenerator[BlobStream]:
        """Send video for as long as the block lasts; what is yielded gives the newest frame that there is."""
        switch = await self._property(Standard.CCD_VIDEO_STREAM)
        async with self.device.blobs(await self._image(), newest=True) as blobs:
            await switch.start(STREAM_ON=True)
            try:
                yield blobs
            finally:
                await switch.set(STREAM_OFF=True, timeout=10.0)

    def _check_upload(self) -> None:
        mode = self.device[Standard.UPLOAD_MODE]
        if mode.exists and mode.choice == "UPLOAD_LOCAL":
            words = "the camera keeps its pictures where it is: choose UPLOAD_CLIENT or UPLOAD_BOTH"
            raise AlertError(self.name, mode.name, words)

    async def _image(self) -> str:
        """Return the name of the BLOB that pictures are."""
        if not self._has(Standard.CCD1):
            others = [prop.name for prop in self.device.properties.values() if prop.kind is PropertyKind.BLOB]
            if others:
                return others[0]
        return (await self._property(Standard.CCD1)).name

    # Cooling.

    @property
    def temperature(self) -> float:
        """Temperature of the chip in °C."""
        return self.device[Standard.CCD_TEMPERATURE].number("CCD_TEMPERATURE_VALUE")

    @property
    def is_cooling(self) -> bool:
        """Whether the cooler is on."""
        return self.device[Standard.CCD_COOLER].is_on("COOLER_ON")

    @property
    def cooler_power(self) -> float:
        """Power of the cooler in per cent."""
        return self.device[Standard.CCD_COOLER_POWER].number("CCD_COOLER_VALUE")

    async def cool_to(self, celsius: float, *, timeout: float | None = _COOLING) -> None:
        """Cool, or warm, the chip to a temperature in °C, and wait until it has that; the cooler stays on."""
        temperature = await self._property(Standard.CCD_TEMPERATURE)
        if not temperature.now.perm.writable:
            raise MissingError(f"{self.name} has no cooler")
        goal = within(lambda now: abs(now.number("CCD_TEMPERATURE_VALUE") - celsius), _REGULATED)
        await self._move(Standard.CCD_TEMPERATURE, timeout=timeout, goal=goal, CCD_TEMPERATURE_VALUE=celsius)

    async def cool(self, on: bool = True) -> None:
        """Switch the cooler on, or off."""
        await self._start(Standard.CCD_COOLER, **{"COOLER_ON" if on else "COOLER_OFF": True})

    # How pictures are taken.

    @property
    def gain(self) -> float:
        """The gain, in the camera's own units."""
        prop, member = self._control(Standard.CCD_GAIN, "GAIN", "Gain")
        return prop.number(member)

    async def set_gain(self, value: float) -> None:
        """Set the gain, in the camera's own units."""
        prop, member = self._control(Standard.CCD_GAIN, "GAIN", "Gain")
        await self._set(prop.name, **{member: value})

    @property
    def offset(self) -> float:
        """The offset, in the camera's own units."""
        prop, member = self._control(Standard.CCD_OFFSET, "OFFSET", "Offset")
        return prop.number(member)

    async def set_offset(self, value: float) -> None:
        """Set the offset, in the camera's own units."""
        prop, member = self._control(Standard.CCD_OFFSET, "OFFSET", "Offset")
        await self._set(prop.name, **{member: value})

    def _control(self, name: str, member: str, other: str) -> tuple[Property, str]:
        controls = self.device[_CONTROLS]
        return (controls, other) if not self._has(name) and other in controls else (self.device[name], member)

    @property
    def chip(self) -> Chip:
        """What it looks with."""
        info = self.device[Standard.CCD_INFO].number
        return Chip(
            int(info("CCD_MAX_X")),
            int(info("CCD_MAX_Y")),
            info("CCD_PIXEL_SIZE_X"),
            info("CCD_PIXEL_SIZE_Y"),
            int(info("CCD_BITSPERPIXEL")),
        )

    @property
    def frame(self) -> Area:
        """The part of the chip that is read."""
        area = self.device[Standard.CCD_FRAME].number
        return Area(int(area("X")), int(area("Y")), int(area("WIDTH")), int(area("HEIGHT")))

    async def set_frame(self, area: Area) -> None:
        """Read only a part of the chip from now on."""
        await self._set(Standard.CCD_FRAME, X=area.x, Y=area.y, WIDTH=area.width, HEIGHT=area.height)

    async def reset_frame(self) -> None:
        """Read the whole chip from now on."""
        chip = self.chip
        await self.set_frame(Area(0, 0, chip.width, chip.height))

    @property
    def binning(self) -> tuple[int, int]:
        """How many pixels become one, across and down."""
        binning = self.device[Standard.CCD_BINNING].number
        return int(binning("HOR_BIN")), int(binning("VER_BIN"))

    async def set_binning(self, across: int, down: int | None = None) -> None:
        """Make so many pixels one; down as many as across, if not given."""
        await self._set(Standard.CCD_BINNING, HOR_BIN=across, VER_BIN=across if down is None else down)

    @property
    def frame_type(self) -> FrameType:
        """What the next exposure is; MissingError where the camera tells nothing that INDI knows."""
        return _chosen(FrameType, self.device[Standard.CCD_FRAME_TYPE])

    async def set_frame_type(self, what: FrameType) -> None:
        """Say what the next exposure is."""
        await self._set(Standard.CCD_FRAME_TYPE, **{what.value: True})

    # Where pictures go.

    @property
    def upload(self) -> Upload:
        """Where pictures go; MissingError where the camera tells nothing that INDI knows."""
        return _chosen(Upload, self.device[Standard.UPLOAD_MODE])

    @property
    def saved_file(self) -> str:
        """The path of the last picture that the driver has saved, where it runs; empty where there is none."""
        path = self.device[Standard.CCD_FILE_PATH]
        return path.text("FILE_PATH") if path.exists else ""

    async def set_upload(self, where: Upload, *, folder: str = "", prefix: str = "") -> None:
        """Say where pictures go.

        Args:
            where: To programs, into files, or both.
            folder: For files, where the driver runs; as before, if not given.
            prefix: Their names, in which XXX becomes a number, ISO8601 the time; as before, if not given.
        """
        settings: dict[str, Value] = {"UPLOAD_DIR": folder, "UPLOAD_PREFIX": prefix}
        if any(settings.values()):
            kept = await self._property(Standard.UPLOAD_SETTINGS)
            await kept.set({name: value or kept[name] for name, value in settings.items()})
        await self._set(Standard.UPLOAD_MODE, **{where.value: True})


def _seconds(value: object, name: str) -> float:
    if not isinstance(value, SupportsFloat):
        raise RequestError(f"{name}: an exposure takes a number of seconds, not {value!r}")
    return float(value)


def _chosen(kind: type[E], prop: Property) -> E:
    try:
        return kind(prop.choice)
    except ValueError:
        chosen = f"{prop.choice}, which is none of INDI's own" if prop.choice else "none"
        raise MissingError(f"{prop.device.name}.{prop.name}: of its switches the one that is on is {chosen}") from None


async def _picture(blobs: BlobStream) -> Blob:
    async for blob in blobs:
        if not blob.format.startswith(_VIDEO):
            return blob
    raise DisconnectedError("the client was closed before the picture had come")
