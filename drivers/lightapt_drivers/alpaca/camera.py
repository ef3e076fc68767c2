"""An Alpaca camera as an INDI device."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, Final

from lightapt_drivers import (
    MAIN,
    ButtonVector,
    DefNumber,
    DefSwitch,
    DriverInterface,
    HardwareError,
    LinkLostError,
    NumberVector,
    Permission,
    RefusedError,
    Switches,
    on_connect,
    on_disconnect,
    on_new,
    time_limit,
)

from ..kinds.exposures import Exposure, FrameType, Picture
from .arrivals import Arrival
from .asking import told
from .camera_cooling import setting
from .camera_setup import CameraSetup
from .camera_words import CameraState, began_at
from .errors import AlpacaError
from .guiding import AlpacaGuider
from .look import Look
from .session import Ask, if_told

if TYPE_CHECKING:
    from .images import ImageReceiver

__all__ = ["AlpacaCamera"]

_ACCEPT: Final = "application/imagebytes, application/json"
_SLOWEST: Final = 250_000.0
"""Bytes a second of a network that is worth waiting for."""
_NEAR: Final = 1.0
"""Seconds before an exposure's end from which on the camera is looked at often."""
_BEGIN_BEFORE_P7: Final = 60.0
"""Seconds longer than the exposure itself that StartExposure of an old driver may take."""


class AlpacaCamera(CameraSetup, AlpacaGuider):
    """Alpaca camera."""

    device_name: ClassVar[str] = "Alpaca Camera"
    patience: ClassVar[float] = 60.0
    """Seconds after an exposure in which it must be read out, and seconds of a download besides its bytes'."""

    stop_exposure = ButtonVector(
        "CCD_STOP_EXPOSURE", DefSwitch("STOP", label="Stop, and keep the picture"), label="End", group=MAIN
    )
    progress = NumberVector(
        "CCD_PROGRESS",
        DefNumber("PERCENT_COMPLETED", 0, label="Completed (%)", format="%.0f", max=100),
        label="Progress",
        group=MAIN,
        perm=Permission.READ_ONLY,
    )
    _activity: int | None = None
    _is_ready: bool | None = False
    """Whether there is an image; None where the last look has not told."""
    _can_guide: bool = False
    _can_abort: bool = False
    _can_stop: bool = False
    _ends: float | None = None
    """When the exposure that goes on should end, by the loop's clock."""
    _has_begun: bool = False
    """Whether the camera was seen at work since the exposure was asked for."""
    _is_set: dict[str, int] = {}  # noqa: RUF012 - only ever replaced
    """Binning and frame of the camera's last image; empty where it may have others now."""
    _times_learnt: int = 0

    async def read(self, look: Look) -> bool:
        """Read what it does and how cold it is."""
        await self._read_exposure(look)
        await self.read_temperatures(look)
        self._guides = await look.moves("IsPulseGuiding") if self._can_guide else False
        ends_soon = self._ends is not None and asyncio.get_running_loop().time() > self._ends - _NEAR
        return ends_soon or self._guides

    async def _read_exposure(self, look: Look) -> None:
        if not look.has_state and self._ends is None:  # of old devices each takes a request
            return
        self._activity = await look.whole("CameraState")
        self._is_ready = await look.flag("ImageReady")
        if (percent := await look.number("PercentCompleted")) is not None:
            self.progress.change(PERCENT_COMPLETED=percent)

    @on_connect
    async def _greet(self) -> None:
        self._ends, self._is_set, self._is_ready = None, {}, False
        self._can_guide = await self.offers(lambda device: device.CanPulseGuide)
        self._can_abort = await self.offers(lambda device: device.CanAbortExposure)
        self._can_stop = await self.offers(lambda device: device.CanStopExposure)
        (self.show if self._can_guide else self.hide)(self.pulses_ns, self.pulses_we)
        self.is_also(DriverInterface.GUIDER, on=self._can_guide)
        (self.show if self._can_stop else self.hide)(self.stop_exposure)
        await self.learn_setup()
        await self.look_now()

    @on_disconnect
    async def _forget(self) -> None:
        self._ends = None

    async def learn_sensor(self) -> None:
        """See :class:`CameraSetup`. With the readout mode the camera may change its frame as well."""
        self._is_set = {}
        self._times_learnt += 1
        await super().learn_sensor()

    # Exposures.

    async def take(self, exposure: Exposure) -> Picture:
        """See :class:`Camera`."""
        learnt = self._times_learnt
        frame = await self._set_frame_of(exposure)
        light = exposure.type not in (FrameType.DARK, FrameType.BIAS)
        loop = asyncio.get_running_loop()
        receiver = loop.run_in_executor(None, self._make_receiver, exposure)
        try:
            self._ends = loop.time() + exposure.seconds
            self._is_ready = self._has_begun = False
            await self.act(
                lambda device: device.StartExposure(exposure.seconds, light),
                limit=exposure.seconds + _BEGIN_BEFORE_P7,
            )
            await self._wait_for_image(exposure.seconds)
            picture = await self._fetch(exposure, await receiver)
        except (asyncio.CancelledError, HardwareError) as error:
            if not isinstance(error, LinkLostError):
                await self._end_exposure()
            raise
        finally:
            self._ends = None
        if self._times_learnt == learnt:
            self._is_set = frame
        return picture

    async def _set_frame_of(self, exposure: Exposure) -> dict[str, int]:
        """Have the camera's binning and frame, and return them; in binned pixels, and only what it does not have yet.

        That it has them is known only once its image is of this frame: other clients may change it.
        """
        across, down = exposure.binning
        rows, columns = exposure.shape
        wanted = {
            "BinX": across,
            "BinY": down,
            "StartX": exposure.area.x // across,
            "StartY": exposure.area.y // down,
            "NumX": columns,
            "NumY": rows,
        }
        known, self._is_set = self._is_set, {}
        # Some cameras reset the frame with the binning.
        is_other_binning = any(known.get(member) != wanted[member] for member in ("BinX", "BinY"))
        for member, value in wanted.items():
            if is_other_binning or known.get(member) != value:
                await self.session.call(setting(member, value))
        return wanted

    async def _wait_for_image(self, seconds: float) -> None:
        """Wait until the camera has the image.

        Raises:
            HardwareError: It does not get one.
        """
        loop, arrival = asyncio.get_running_loop(), Arrival()
        timer = loop.call_later(max(0.0, seconds - _NEAR), self.hurry)
        try:
            async with time_limit(seconds + self.patience):
                # What was so before the exposure was asked for may still be on its way here, with its old image.
                while not (
                    await self._look_again() and arrival.is_over(moves=self._works(), there=bool(self._is_ready))
                ):
                    pass
        except TimeoutError:
            words = f"the camera has no image ready {self.patience:g} s after the end of the exposure"
            why = self.unread("ImageReady", "CameraState")
            raise HardwareError(f"{words}: {why.reason}" if why else words) from None
        finally:
            timer.cancel()
        if not self._is_ready:
            raise HardwareError("the exposure ended without an image: was it aborted by hand?")

    async def _look_again(self) -> bool:
        """Return whether a look that begins from now on tells what the camera does."""
        if not await self.looked_well():
            return False
        if self._activity == CameraState.ERROR:
            raise HardwareError("the camera reports an error of its own (CameraState)")
        return self._is_ready is not None

    def _works(self) -> bool:
        """Whether the camera exposes or reads out, and no image is ready yet."""
        is_due = self._ends is None or asyncio.get_running_loop().time() >= self._ends - _NEAR
        if self._activity not in (None, CameraState.IDLE):
            self._has_begun = True
        if self._is_ready:  # one of before may still seem to be ready when an exposure has just begun
            return not is_due and self._activity in (CameraState.WAITING, CameraState.EXPOSING)
        if self._activity != CameraState.IDLE:
            return True
        return not (is_due or self._has_begun)  # some take their time to begin

    async def _fetch(self, exposure: Exposure, receiver: ImageReceiver) -> Picture:
        rows, columns = exposure.shape
        limit = self.patience + rows * columns * 4 / _SLOWEST
        facts = await self._facts(exposure)
        pixels = await self.session.download("imagearray", _ACCEPT, by=receiver.receive, limit=limit)
        if pixels.shape[-2:] != (rows, columns):
            raise HardwareError(
                f"the camera has sent an image of {pixels.shape[-1]} by {pixels.shape[-2]} pixels, where the frame is "
                f"of {columns} by {rows}"
            )
        return Picture(pixels, self._bayer_of(exposure) if pixels.ndim == 2 else "", facts)

    def _make_receiver(self, exposure: Exposure) -> ImageReceiver:
        """Return what is to receive the image, and is ready for it. This is done in a thread: it takes its time."""
        from .images import ImageReceiver  # and with it numpy

        receiver = ImageReceiver(f"GET imagearray of {self.place}", depth=self.sensor.bits)
        receiver.prepare(self.head.room(exposure))
        return receiver

    def _bayer_of(self, exposure: Exposure) -> str:
        """Return the pattern of an image's first pixels: FITS knows those of two by two, and binning mixes them."""
        pattern = self.mosaic_at(exposure.area.x, exposure.area.y)
        return pattern if exposure.binning == (1, 1) and sorted(pattern) == ["B", "G", "G", "R"] else ""

    async def _facts(self, exposure: Exposure) -> dict[str, Any]:
        """Return what the camera says of its last exposure."""
        seconds = await told(self.session, lambda device: device.LastExposureDuration)
        began = await if_told(self.session.text(lambda device: device.LastExposureStartTime))
        facts: dict[str, Any] = {"began": began_at(began or "", exposure.started)}
        return facts if seconds is None or seconds < 0 else {**facts, "exposure": seconds}

    async def _end_exposure(self) -> None:
        """Have the camera let go of an exposure that nobody wants any more; it may have no part in it."""
        ask: Ask[object] = lambda device: device.AbortExposure()  # noqa: E731 - as all that is asked
        if not self._can_abort:
            if not self._can_stop:
                return
            ask = lambda device: device.StopExposure()  # noqa: E731
        try:
            await self.stop(ask)
        except AlpacaError as error:
            self.log.warning("the exposure cannot be aborted: %s", error.reason)

    @on_new(stop_exposure)
    async def _stop(self, wanted: Switches) -> None:
        if not wanted.choice:
            return
        if self._ends is None:
            raise RefusedError("no exposure is under way")
        await self.stop(lambda device: device.StopExposure())
        self._ends = asyncio.get_running_loop().time()
