"""A simulated camera: it exposes a chip to an artificial sky and sends FITS files."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from lightapt_protocol.members import DefBlob, DefNumber
from lightapt_protocol.messages import AnyDefinition, DefBlobVector, DefNumberVector
from lightapt_protocol.mirror import Property
from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import Permission, State

from .definitions import MAIN, Identity, switches
from .device import Device
from .exposure import CHIP, PIXEL_SIZE, WHOLE_CHIP, Area, Exposure, FrameType
from .program import run
from .properties import one_on, values
from .requests import RefusedError
from .stdio import Port

__all__ = ["Ccd", "main"]

_IMAGE: Final = "Image"
_TYPES: Final = dict(zip(Standard.CCD_FRAME_TYPE.members, FrameType, strict=True))


class Ccd(Device):
    """The simulated camera.

    Args:
        name: The device's name.
        port: Its server.
        period: Seconds from one count of the countdown to the next.
    """

    identity = Identity("CCD Simulator", "LightAPT CCD simulator", "lightapt-ccd", DriverInterface.CCD)

    def __init__(self, name: str, port: Port, *, period: float = 1.0) -> None:
        super().__init__(name, port)
        self._period = period
        self._count = 0
        self.on(Standard.CCD_EXPOSURE, self._expose)
        self.on(Standard.CCD_ABORT_EXPOSURE, self._abort)
        self.on(Standard.CCD_FRAME, self._set_frame)
        self.on(Standard.UPLOAD_MODE, self._set_upload_mode)

    def definitions(self) -> Iterator[AnyDefinition]:
        """See :class:`~lightapt_drivers.device.Device`."""
        yield from _control(self.name)
        yield from _chip(self.name)

    @property
    def _is_exposing(self) -> bool:
        return self.properties[Standard.CCD_EXPOSURE].state is State.BUSY

    async def _expose(self, asked: Property) -> None:
        if self._is_exposing:
            raise RefusedError(f"{self.name} is exposing: wait or abort that first")
        exposure = self._exposure(asked.number("CCD_EXPOSURE_VALUE"))
        await self._count_down(exposure.seconds)
        self.start(self._take_picture(exposure))

    def _exposure(self, seconds: float) -> Exposure:
        area, binning = _area(self.properties[Standard.CCD_FRAME]), _binning(self.properties[Standard.CCD_BINNING])
        if area.width < binning[0] or area.height < binning[1]:
            raise RefusedError(f"a frame of {area.width} by {area.height} does not fill a binned pixel")
        self._count += 1
        return Exposure(
            seconds,
            datetime.now(UTC),
            type=_TYPES[self.properties[Standard.CCD_FRAME_TYPE].switches_on()[0]],
            area=area,
            binning=binning,
            number=self._count,
        )

    async def _take_picture(self, exposure: Exposure) -> None:
        clock = asyncio.get_running_loop().time
        end = clock() + exposure.seconds
        while (left := end - clock()) > 0:
            await asyncio.sleep(min(left, self._period))
            await self._count_down(max(0.0, end - clock()))
        file = await asyncio.to_thread(_fits_file, exposure, self.name)
        await self.send_blob(Standard.CCD1, "CCD1", data=file, format=".fits")
        await self.set(Standard.CCD_EXPOSURE, {"CCD_EXPOSURE_VALUE": 0.0}, state=State.OK)

    async def _count_down(self, seconds: float) -> None:
        await self.set(Standard.CCD_EXPOSURE, {"CCD_EXPOSURE_VALUE": seconds}, state=State.BUSY)

    async def _abort(self, asked: Property) -> None:
        await self.stop()
        if self._is_exposing:
            await self.set(Standard.CCD_EXPOSURE, {"CCD_EXPOSURE_VALUE": 0.0}, state=State.IDLE)
        await self.set(asked.name, one_on(asked, ""), state=State.OK)

    async def _set_frame(self, asked: Property) -> None:
        if not WHOLE_CHIP.holds(_area(asked)):
            raise RefusedError(f"the frame must lie within the chip of {CHIP[0]} by {CHIP[1]} pixels")
        await self.set(asked.name, values(asked), state=State.OK)

    async def _set_upload_mode(self, asked: Property) -> None:
        if not asked.is_on("UPLOAD_CLIENT"):
            raise RefusedError(f"{self.name} saves no files: pictures go to the client")
        await self.set(asked.name, values(asked), state=State.OK)


def _area(frame: Property) -> Area:
    return Area(*(int(frame.number(member)) for member in Standard.CCD_FRAME.members))


def _binning(binning: Property) -> tuple[int, int]:
    return int(binning.number("HOR_BIN")), int(binning.number("VER_BIN"))


def _fits_file(exposure: Exposure, instrument: str) -> bytes:
    from .picture import fits_file  # numpy and astropy take their time to load, and not every camera is used

    return fits_file(exposure, instrument=instrument)


def _control(device: str) -> Iterator[AnyDefinition]:
    yield DefNumberVector(
        device,
        Standard.CCD_EXPOSURE,
        label="Expose",
        group=MAIN,
        members=(DefNumber("CCD_EXPOSURE_VALUE", 1.0, label="Duration (s)", format="%5.3f", max=3600.0, step=0.001),),
    )
    yield switches(device, Standard.CCD_ABORT_EXPOSURE, labels=("Abort",), label="Abort exposure")
    yield switches(
        device,
        Standard.CCD_FRAME_TYPE,
        labels=("Light", "Bias", "Dark", "Flat"),
        on="FRAME_LIGHT",
        label="Frame type",
        group=_IMAGE,
    )
    yield switches(
        device,
        Standard.UPLOAD_MODE,
        labels=("Client", "Local", "Both"),
        on="UPLOAD_CLIENT",
        label="Upload",
        group=_IMAGE,
    )
    yield DefBlobVector(
        device,
        Standard.CCD1,
        label="Picture",
        group=_IMAGE,
        perm=Permission.READ_ONLY,
        members=(DefBlob("CCD1", label="Picture"),),
    )


def _chip(device: str) -> Iterator[AnyDefinition]:
    width, height = CHIP
    yield DefNumberVector(
        device,
        Standard.CCD_INFO,
        label="Chip",
        group=_IMAGE,
        perm=Permission.READ_ONLY,
        members=(
            DefNumber("CCD_MAX_X", width, label="Width (pixels)", format="%.0f"),
            DefNumber("CCD_MAX_Y", height, label="Height (pixels)", format="%.0f"),
            DefNumber("CCD_PIXEL_SIZE", PIXEL_SIZE, label="Pixel (µm)", format="%.2f"),
            DefNumber("CCD_PIXEL_SIZE_X", PIXEL_SIZE, label="Pixel's width (µm)", format="%.2f"),
            DefNumber("CCD_PIXEL_SIZE_Y", PIXEL_SIZE, label="Pixel's height (µm)", format="%.2f"),
            DefNumber("CCD_BITSPERPIXEL", 16, label="Bits a pixel", format="%.0f"),
        ),
    )
    yield DefNumberVector(
        device,
        Standard.CCD_FRAME,
        label="Frame",
        group=_IMAGE,
        members=(
            DefNumber("X", 0, label="Left", format="%.0f", max=width - 1, step=1),
            DefNumber("Y", 0, label="Top", format="%.0f", max=height - 1, step=1),
            DefNumber("WIDTH", width, label="Width", format="%.0f", min=1, max=width, step=1),
            DefNumber("HEIGHT", height, label="Height", format="%.0f", min=1, max=height, step=1),
        ),
    )
    yield DefNumberVector(
        device,
        Standard.CCD_BINNING,
        label="Binning",
        group=_IMAGE,
        members=(
            DefNumber("HOR_BIN", 1, label="Across", format="%.0f", min=1, max=4, step=1),
            DefNumber("VER_BIN", 1, label="Down", format="%.0f", min=1, max=4, step=1),
        ),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command ``lightapt-ccd``; return its exit code."""
    return run(Ccd, arguments)


if __name__ == "__main__":
    sys.exit(main())
