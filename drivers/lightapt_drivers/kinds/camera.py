"""A camera: exposures of its chip, as pictures to the clients or to files."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from lightapt_drivers import (
    MAIN,
    OPTIONS,
    ButtonVector,
    DefNumber,
    DefSwitch,
    DefText,
    DriverInterface,
    Numbers,
    NumberVector,
    Permission,
    Snooped,
    Standard,
    Switches,
    SwitchState,
    SwitchVector,
    TextVector,
    WhileBusy,
    load,
    on_connect,
    on_new,
    operation,
)

from . import chips
from .chips import IMAGE, IMAGE_INFO
from .delivery import Delivery
from .exposures import Exposure, Picture, Sensor
from .head import Head
from .keywords import Keywords

if TYPE_CHECKING:
    from lightapt_protocol.fits import Observation

__all__ = ["Camera", "Take"]

Take: TypeAlias = Callable[[Exposure], Awaitable[Picture]]
"""Takes a picture."""
_PICTURES: Final = "lightapt_drivers.kinds.pictures"
"""The module that loads numpy, which takes its time: threads import it, and not before a camera is connected."""


class Camera(Delivery, Keywords):
    """Takes pictures. A driver says what its chip is (:meth:`set_sensor`), and fills in :meth:`take`.

    What it may lack: gain, offset, the pattern of a colour chip: :meth:`hide` them.
    """

    interface: ClassVar[DriverInterface] = DriverInterface.CCD

    exposure = chips.exposure(Standard.CCD_EXPOSURE, group=MAIN)
    abort = chips.abort(Standard.CCD_ABORT_EXPOSURE, group=MAIN)
    image = chips.image(Standard.CCD1, label="Picture", group=IMAGE_INFO)
    frame = chips.area(Standard.CCD_FRAME, group=IMAGE)
    binning = chips.binning(Standard.CCD_BINNING, group=IMAGE)
    frame_type = chips.frame_types(Standard.CCD_FRAME_TYPE, group=IMAGE)
    info = chips.info(Standard.CCD_INFO, group=IMAGE_INFO)
    compression = chips.compression(Standard.CCD_COMPRESSION, group=IMAGE)
    frame_reset = ButtonVector.standard_buttons(Standard.CCD_FRAME_RESET, "Reset", label="Whole chip", group=IMAGE)
    gain = NumberVector(
        Standard.CCD_GAIN, DefNumber("GAIN", 0, label="Gain", format="%.0f", max=100), label="Gain", saved=True
    )
    offset = NumberVector(
        Standard.CCD_OFFSET, DefNumber("OFFSET", 0, label="Offset", format="%.0f", max=100), label="Offset", saved=True
    )
    colours = TextVector(
        Standard.CCD_CFA,
        DefText("CFA_OFFSET_X", "0", label="Offset across"),
        DefText("CFA_OFFSET_Y", "0", label="Offset down"),
        DefText("CFA_TYPE", "", label="Pattern"),
        label="Colour filters",
        group=IMAGE_INFO,
        perm=Permission.READ_ONLY,
    )
    scope = NumberVector(
        Standard.SCOPE_INFO,
        DefNumber("FOCAL_LENGTH", 0, label="Focal length (mm; 0: as the mount says)", format="%.2f", max=100_000),
        DefNumber("APERTURE", 0, label="Aperture (mm; 0: as the mount says)", format="%.2f", max=10_000),
        label="Optics",
        group=OPTIONS,
        saved=True,
    )
    transfer_format = SwitchVector(
        Standard.CCD_TRANSFER_FORMAT,
        DefSwitch("FORMAT_FITS", SwitchState.ON, label="FITS"),
        label="Encode",
        group=IMAGE,
    )
    capture_format = SwitchVector(
        Standard.CCD_CAPTURE_FORMAT,
        DefSwitch("INDI_MONO", SwitchState.ON, label="Mono"),
        label="Format",
        group=IMAGE,
    )

    mount = Snooped(
        "ACTIVE_TELESCOPE",
        Standard.EQUATORIAL_EOD_COORD,
        Standard.EQUATORIAL_COORD,
        Standard.GEOGRAPHIC_COORD,
        Standard.TELESCOPE_INFO,
        Standard.TELESCOPE_PIER_SIDE,
        device="Telescope Simulator",
        label="Telescope",
    )
    rotator = Snooped("ACTIVE_ROTATOR", Standard.ABS_ROTATOR_ANGLE, device="Rotator Simulator", label="Rotator")
    focuser = Snooped(
        "ACTIVE_FOCUSER",
        Standard.ABS_FOCUS_POSITION,
        Standard.FOCUS_TEMPERATURE,
        device="Focuser Simulator",
        label="Focuser",
    )
    wheel = Snooped(
        "ACTIVE_FILTER",
        Standard.FILTER_SLOT,
        Standard.FILTER_NAME,
        device="Filter Simulator",
        label="Filter wheel",
    )

    @cached_property
    def head(self) -> Head:
        """The camera's chip."""
        return Head(
            info=self.info,
            exposure=self.exposure,
            frame=self.frame,
            binning=self.binning,
            frame_type=self.frame_type,
            compression=self.compression,
            image=self.image,
        )

    # For a driver to fill in.

    async def take(self, exposure: Exposure) -> Picture:
        """Expose, read out and return the picture; cancelled, stop the hardware.

        Raises:
            DriverError: The camera does not do it.
        """
        raise NotImplementedError

    def check_binning(self, across: int, down: int) -> None:
        """Refuse a binning that lies within the chip's limits. Most do any.

        Raises:
            RefusedError: The camera does not do it.
        """

    def framed(self) -> None:
        """Take note that the frame or its binning is another one; a driver calls the base's."""

    def observed(self, head: Head, exposure: Exposure) -> Observation:
        """Return what is known of an exposure as it begins; a driver adds to the base's what it knows besides."""
        from .pictures import observed

        known = observed(
            exposure, head.sensor, mount=self.mount, focuser=self.focuser, wheel=self.wheel, rotator=self.rotator
        )
        return replace(
            known,
            instrument=self.name,
            gain=self.gain.value if self.is_due(self.gain) else None,
            offset=self.offset.value if self.is_due(self.offset) else None,
            object=self.keywords["FITS_OBJECT"] or None,
            observer=self.keywords["FITS_OBSERVER"] or None,
            focal_length=self.scope["FOCAL_LENGTH"] or known.focal_length,
            aperture=self.scope["APERTURE"] or known.aperture,
        )

    # For a driver to use.

    @property
    def sensor(self) -> Sensor:
        """What the chip is."""
        return self.head.sensor

    def set_sensor(self, sensor: Sensor) -> None:
        """Say what the chip is."""
        self.head.fit(sensor)
        self.colours.change(CFA_TYPE=sensor.bayer)
        (self.show if sensor.bayer else self.hide)(self.colours)
        self.framed()

    async def expose(self, head: Head, seconds: float, take: Take) -> None:
        """Take a picture with one of the heads, and deliver it.

        Raises:
            DriverError: It cannot be taken, or not be saved.
        """
        await asyncio.to_thread(load, _PICTURES)
        await self.check_delivery()
        exposure = head.planned(seconds)
        observation = self.observed(head, exposure)
        with head.reserving(exposure, self.with_own(observation.cards())):
            with head.counting_down(exposure.seconds):
                picture = await take(exposure)
            await self._deliver(head, exposure, picture, observation)

    async def _deliver(self, head: Head, exposure: Exposure, picture: Picture, observation: Observation) -> None:
        from .pictures import bayer, name_facts

        observation = replace(observation, bayer=bayer(picture.bayer), **picture.facts)
        await self.deliver(
            head.image,
            picture.pixels,
            self.with_own(observation.cards()),
            facts=name_facts(exposure, observation),
            compressed=head.is_compressed,
        )

    # What clients ask.

    @on_connect
    async def _get_ready(self) -> None:
        # Nobody waits for it: it is done when the first picture is due.
        asyncio.get_running_loop().run_in_executor(None, load, _PICTURES)

    @operation(exposure, while_busy=WhileBusy.REFUSE)
    async def _expose(self, wanted: Numbers) -> None:
        await self.expose(self.head, wanted.value, self.take)

    @on_new(abort)
    async def _abort(self, _: Switches) -> None:
        await self.cancel(self.exposure)

    @on_new(frame)
    async def _set_frame(self, wanted: Numbers) -> None:
        self.head.take_frame(wanted)
        self.framed()

    @on_new(binning)
    async def _set_binning(self, wanted: Numbers) -> None:
        self.check_binning(int(wanted["HOR_BIN"]), int(wanted["VER_BIN"]))
        self.binning.ok(wanted)
        self.framed()

    @on_new(frame_reset)
    async def _reset_frame(self, _: Switches) -> None:
        self.head.reset()
        self.binning.ok(HOR_BIN=1, VER_BIN=1)
        self.framed()
