"""What the simulated cameras share: a sensor as one likes it, before the sky as the other devices have it."""

from __future__ import annotations

import asyncio
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from lightapt_drivers import Change, DefNumber, Device, Numbers, Switches, load, on_connect, on_new, on_snoop
from lightapt_drivers.kinds.cooling import Cooling
from lightapt_drivers.kinds.exposures import Exposure, Picture, Sensor
from lightapt_drivers.kinds.streaming import Streaming

from .cooler import Cooler
from .pointing_log import PointingLog, Sample, path_of
from .scene_settings import TRUE_POINTING, SceneSettings, Shot

if TYPE_CHECKING:
    from lightapt_protocol.fits import Pixels

__all__ = ["SimulatedCamera"]

_ANOTHER_CLOCK: Final = 10.0
"""Seconds by which a mount's time may differ from ours; one that is farther off was set to another night."""


class SimulatedCamera(Cooling, Streaming, SceneSettings):
    """A simulated camera.

    Args:
        name: The device's name.
        seed: Of the sky, and of the sensor's noise and defects.
        clock: Returns the time that the cooler's model goes by, in seconds.
    """

    default_sensor: ClassVar[Sensor]
    serial: ClassVar[int]
    """Tells the noise of one camera from that of another."""

    def __init__(self, name: str = "", *, seed: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(name)
        self._seed = seed
        self._time = clock
        self._log = PointingLog()
        self._starts: list[float] = []
        self._cooler = Cooler()
        chip = self.default_sensor
        members = {"SIM_XRES": chip.width, "SIM_YRES": chip.height, "SIM_XSIZE": chip.pixel_width}
        declared = {one.name: one for one in self.chip.definition.members if isinstance(one, DefNumber)}
        declared |= {name: replace(declared[name], value=float(value)) for name, value in members.items()}
        self.chip.redefine(*declared.values())
        self._build()

    @classmethod
    def add_options(cls, parser: ArgumentParser) -> None:
        """See :class:`Device`."""
        parser.add_argument(
            "--seed",
            type=_natural,
            default=0,
            help="of the sky's faint stars, and of the noise: the same again for the same",
        )

    @classmethod
    def from_options(cls, options: Namespace) -> Device:
        """See :class:`Device`."""
        return cls(options.name, seed=options.seed)

    # What a camera does.

    async def take(self, exposure: Exposure) -> Picture:
        """See :class:`Camera`."""
        return await self.take_with(self.sensor, exposure, serial=self.serial)

    async def take_with(self, chip: Sensor, exposure: Exposure, *, serial: int) -> Picture:
        """Take a picture with one of the camera's chips."""
        shot = self._shot(chip, exposure, serial=serial)
        self._starts.append(shot.start)
        try:
            await asyncio.sleep(exposure.seconds)
            told = self._log.during(shot.start, shot.end)
        finally:
            self._starts.remove(shot.start)
            self._log.forget(min(self._starts, default=shot.start))
        return await asyncio.to_thread(_photograph, shot, told)

    async def video_frame(self, exposure: Exposure) -> Pixels:
        """See :class:`Streaming`."""
        shot = self._shot(replace(self.sensor, bits=8), exposure, serial=self.serial)
        told = self._log.during(shot.start, shot.end)
        picture = await asyncio.to_thread(_photograph, shot, told)
        return picture.pixels

    async def read_cooler(self) -> tuple[float, float]:
        """See :class:`Cooling`."""
        self._cooler.ambient = self.night["SIM_AMBIENT"]
        self._cooler.slope = self.ramp["RAMP_SLOPE"]
        self._cooler.advance(self._time())
        return self._cooler.temperature, self._cooler.power * 100

    async def set_target(self, celsius: float) -> None:
        """See :class:`Cooling`."""
        self._cooler.aim(celsius)

    async def set_cooler(self, *, on: bool) -> None:
        """See :class:`Cooling`."""
        if on != self._cooler.is_on:
            self._cooler.aim(self.temperature.value if on else None)

    # What one can change of it.

    @on_connect
    async def _load_the_sky(self) -> None:
        # Nobody waits for it: it is done when the first picture is due.
        asyncio.get_running_loop().run_in_executor(None, _load)

    @on_new(SceneSettings.chip)
    async def _set_chip(self, wanted: Numbers) -> None:
        self.chip.ok(wanted)
        self._build()

    @on_new(SceneSettings.colour)
    async def _set_colour(self, wanted: Switches) -> None:
        self.colour.ok(wanted)
        self._build()

    @on_new(SceneSettings.capture_format)
    async def _set_format(self, wanted: Switches) -> None:
        self.capture_format.ok(wanted)
        self._build()

    @on_snoop(SceneSettings.mount, TRUE_POINTING)
    async def _pointed(self, change: Change) -> None:
        if change.current is None:
            return
        ra, dec, east, north, angle, when = (
            change.current.number(member)
            for member in ("RA_J2000", "DEC_J2000", "RATE_RA", "RATE_DEC", "POSITION_ANGLE", "TIME")
        )
        now = time.time()
        if abs(when - now) > _ANOTHER_CLOCK:
            when = now
        self._log.add(Sample(when, ra, dec, east, north, angle))
        self._log.forget(min(self._starts, default=when))

    def _build(self) -> None:
        """Have the sensor that the properties describe."""
        self.set_sensor(
            Sensor(
                int(self.chip["SIM_XRES"]),
                int(self.chip["SIM_YRES"]),
                self.chip["SIM_XSIZE"],
                self.chip["SIM_XSIZE"],
                bits=8 if self.capture_format["INDI_MONO_8"] else 16,
                bayer="RGGB" if self.colour["INDI_ENABLED"] else "",
            )
        )

    def _shot(self, chip: Sensor, exposure: Exposure, *, serial: int) -> Shot:
        return Shot(
            chip,
            exposure,
            self.surroundings(),
            self.settings(),
            gain=self.gain.value,
            offset=self.offset.value,
            temperature=self._cooler.temperature,
            serial=serial,
            seed=self._seed,
            wcs=self.wcs["WCS_ENABLE"],
        )


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ArgumentTypeError(f"{text} is negative")
    return number


# For threads: numpy and the stars take their time to load, and pictures theirs to be made.


def _load() -> None:
    load(f"{__package__}.scene").load()


def _photograph(shot: Shot, told: Sequence[Sample]) -> Picture:
    from . import scene

    return scene.photograph(shot, path_of(told, shot.start, shot.end))
