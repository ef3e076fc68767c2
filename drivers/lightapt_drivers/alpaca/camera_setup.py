"""How a bridged camera is set up: its sensor, its levels and its ways to read out, as far as it has them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from lightapt_drivers import (
    DefNumber,
    DefSwitch,
    DefText,
    HardwareError,
    Numbers,
    NumberVector,
    Permission,
    RefusedError,
    State,
    Switches,
    SwitchState,
    SwitchVector,
    TextVector,
    on_new,
)

from ..kinds.camera import Camera
from ..kinds.chips import IMAGE, IMAGE_INFO
from ..kinds.exposures import Exposure, Sensor
from ..kinds.head import Head
from .asking import told
from .camera_cooling import CameraCooling
from .camera_levels import Level
from .camera_words import SensorType, depth_of, mosaic
from .session import if_told

if TYPE_CHECKING:
    from lightapt_protocol.fits import Observation

__all__ = ["CameraSetup"]

_FORMATS: Final = {SensorType.MONOCHROME: ("INDI_MONO", "Mono"), SensorType.COLOR: ("INDI_RGB", "RGB")}
_RAW: Final = ("INDI_RAW", "Raw")


class CameraSetup(CameraCooling):
    """Knows what the camera is, and how it is set."""

    gain_names = SwitchVector("CCD_GAIN_NAMES", label="Gain by name")
    offset_names = SwitchVector("CCD_OFFSET_NAMES", label="Offset by name")
    readout_modes = SwitchVector("READOUT_MODE", label="Readout mode", group=IMAGE)
    fast_readout = SwitchVector(
        "FAST_READOUT",
        DefSwitch("INDI_ENABLED", label="Fast"),
        DefSwitch("INDI_DISABLED", label="Best"),
        label="Readout",
        group=IMAGE,
    )
    sub_exposure = NumberVector(
        "SUB_EXPOSURE",
        DefNumber("SECONDS", 0, label="Each (s)", format="%g", max=3600),
        label="Parts of an exposure",
        group=IMAGE,
    )
    camera_info = TextVector(
        "CAMERA_INFO",
        DefText("SENSOR_NAME", label="Sensor"),
        DefText("SENSOR_TYPE", label="Colours"),
        DefText("SHUTTER", label="Mechanical shutter"),
        label="Camera",
        group=IMAGE_INFO,
        perm=Permission.READ_ONLY,
    )
    sensor_info = NumberVector(
        "SENSOR_INFO",
        DefNumber("ELECTRONS_PER_ADU", 0, label="Electrons a unit", format="%g"),
        DefNumber("FULL_WELL_CAPACITY", 0, label="Full well (electrons)", format="%.0f"),
        DefNumber("MAX_ADU", 0, label="Largest value", format="%.0f"),
        DefNumber("EXPOSURE_RESOLUTION", 0, label="Exposures in steps of (s)", format="%g"),
        label="Sensor",
        group=IMAGE_INFO,
        perm=Permission.READ_ONLY,
    )

    longest_exposure: ClassVar[float] = 7200.0
    """Seconds, of cameras that do not say."""

    _sensor_type: SensorType = SensorType.MONOCHROME
    _bayer_offset: tuple[int, int] = (0, 0)
    _bins_alike: bool = False
    """Whether binning is the same across and down."""

    def observed(self, head: Head, exposure: Exposure) -> Observation:
        """See :class:`Camera`."""
        modes = self.readout_modes.definition.members if self.is_due(self.readout_modes) else ()
        mode = next((one.label for one in modes if self.readout_modes[one.name]), None)
        electrons = self.sensor_info["ELECTRONS_PER_ADU"] or None
        return replace(super().observed(head, exposure), electrons=electrons, readout_mode=mode)

    async def learn_setup(self) -> None:
        """Learn all of it."""
        self._bins_alike = not await self.offers(lambda device: device.CanAsymmetricBin)
        await self.learn_sensor()
        await self.learn_cooling()
        await self._learn_readout()
        duration = await told(self.session, lambda device: device.SubExposureDuration)
        (self.hide if duration is None else self.show)(self.sub_exposure)
        self.sub_exposure.change(SECONDS=duration or 0.0)

    async def learn_sensor(self) -> None:
        """Learn what depends on the readout mode: the sensor, its levels, and how long it may be exposed."""
        session = self.session
        self._sensor_type = await self._learn_colours()
        max_adu = await told(session, lambda device: device.MaxADU)
        sensor = Sensor(
            await session.whole(lambda device: device.CameraXSize),
            await session.whole(lambda device: device.CameraYSize),
            await self._pixel_size("PixelSizeX"),
            await self._pixel_size("PixelSizeY"),
            bits=depth_of(max_adu),
            max_binning=(await self._max_bin("MaxBinX"), await self._max_bin("MaxBinY")),
            bayer=self.mosaic_at(0, 0),
        )
        if min(sensor.width, sensor.height) < 1:
            raise HardwareError(f"the camera says that its sensor has {sensor.width} by {sensor.height} pixels")
        self.set_sensor(sensor)
        for level in self.levels:
            there = await level.learn(session)
            (self.show if there else self.hide)(level.number)
            (self.show if there and level.has_names else self.hide)(level.names)
        await self._learn_exposures()
        await self._learn_facts(max_adu)

    @property
    def levels(self) -> tuple[Level, Level]:
        """Gain and offset."""
        return Level("Gain", self.gain, self.gain_names), Level("Offset", self.offset, self.offset_names)

    def mosaic_at(self, x: int, y: int) -> str:
        """Return the colours that begin at a pixel of the sensor; empty where it has no mosaic."""
        return mosaic(self._sensor_type, across=x - self._bayer_offset[0], down=y - self._bayer_offset[1])

    def check_binning(self, across: int, down: int) -> None:
        """See :class:`Camera`."""
        if self._bins_alike and across != down:
            raise RefusedError(f"the camera bins across as down: {across} by {across}, not {across} by {down}")

    async def _pixel_size(self, member: str) -> float:
        size = await told(self.session, lambda device: getattr(device, member)) or 0.0
        return size if size > 0 else 1.0

    async def _max_bin(self, member: str) -> int:
        return max(1, round(await told(self.session, lambda device: getattr(device, member)) or 1))

    async def _learn_colours(self) -> SensorType:
        number = await told(self.session, lambda device: device.get("sensortype"))
        try:
            type = SensorType(int(number or 0))
        except ValueError:
            self.log.warning("the camera says that its sensor is of type %g, which nobody knows", number)
            type = SensorType.MONOCHROME
        offsets = (0.0, 0.0)
        if type not in _FORMATS:
            x = await told(self.session, lambda device: device.BayerOffsetX)
            y = await told(self.session, lambda device: device.BayerOffsetY)
            offsets = (x or 0.0, y or 0.0)
        self._bayer_offset = int(offsets[0]), int(offsets[1])
        name, label = _FORMATS.get(type, _RAW)
        self.capture_format.redefine(DefSwitch(name, SwitchState.ON, label=label))
        return type

    async def _learn_exposures(self) -> None:
        least = await told(self.session, lambda device: device.ExposureMin) or 0.0
        most = await told(self.session, lambda device: device.ExposureMax) or self.longest_exposure
        step = await told(self.session, lambda device: device.ExposureResolution) or 0.0
        most = most if most > least else self.longest_exposure
        self.exposure.limit("CCD_EXPOSURE_VALUE", min=max(0.0, least), max=most, step=max(0.0, step))
        self.sensor_info.change(EXPOSURE_RESOLUTION=max(0.0, step))

    async def _learn_facts(self, max_adu: float | None) -> None:
        session = self.session
        self.camera_info.ok(
            SENSOR_NAME=await if_told(session.text(lambda device: device.SensorName)) or "",
            SENSOR_TYPE=self._sensor_type.name.capitalize()
            if self._sensor_type in _FORMATS
            else self._sensor_type.name,
            SHUTTER="Yes" if await self.offers(lambda device: device.HasShutter) else "No",
        )
        self.sensor_info.ok(MAX_ADU=max_adu or 0.0)
        await self._learn_amplifier()

    async def _learn_amplifier(self) -> None:
        """Learn what depends on the gain, too."""
        self.sensor_info.change(
            ELECTRONS_PER_ADU=await told(self.session, lambda device: device.ElectronsPerADU) or 0.0,
            FULL_WELL_CAPACITY=await told(self.session, lambda device: device.FullWellCapacity) or 0.0,
        )

    async def _learn_readout(self) -> None:
        fast = await self.offers(lambda device: device.CanFastReadout)
        (self.show if fast else self.hide)(self.fast_readout)
        if fast:
            on = bool(await if_told(self.session.flag(lambda device: device.FastReadout)))
            self.fast_readout.change(INDI_ENABLED=on, INDI_DISABLED=not on)
        modes = await if_told(self.session.texts(lambda device: device.ReadoutModes)) or []
        (self.show if modes else self.hide)(self.readout_modes)
        if modes:
            current = await told(self.session, lambda device: device.ReadoutMode)
            members = [
                DefSwitch(f"MODE_{number}", SwitchState(int(number == current)), label=mode)
                for number, mode in enumerate(modes)
            ]
            self.readout_modes.redefine(*members, state=State.OK)

    async def _tell_readout(self) -> None:
        """Show the readout mode, as the device has it."""
        current = await told(self.session, lambda device: device.ReadoutMode)
        member = f"MODE_{-1 if current is None else int(current)}"
        self.readout_modes.choose(member if member in self.readout_modes else "", state=State.OK)

    # What clients ask.

    @on_new(Camera.gain)
    async def _set_gain(self, wanted: Numbers) -> None:
        await self.levels[0].set(self.session, wanted.value)
        await self._learn_amplifier()

    @on_new(Camera.offset)
    async def _set_offset(self, wanted: Numbers) -> None:
        await self.levels[1].set(self.session, wanted.value)

    @on_new(gain_names)
    async def _choose_gain(self, wanted: Switches) -> None:
        await self.levels[0].choose(self.session, wanted.choice)
        await self._learn_amplifier()

    @on_new(offset_names)
    async def _choose_offset(self, wanted: Switches) -> None:
        await self.levels[1].choose(self.session, wanted.choice)

    @on_new(readout_modes)
    async def _choose_readout(self, wanted: Switches) -> None:
        number = list(self.readout_modes).index(wanted.choice)
        await self.session.call(lambda device: setattr(device, "ReadoutMode", number))
        await self._tell_readout()
        await self.learn_sensor()

    @on_new(fast_readout)
    async def _read_fast(self, wanted: Switches) -> None:
        on = wanted["INDI_ENABLED"]
        await self.session.call(lambda device: setattr(device, "FastReadout", on))
        self.fast_readout.ok(wanted)
        await self.learn_sensor()

    @on_new(sub_exposure)
    async def _divide_exposures(self, wanted: Numbers) -> None:
        seconds = wanted.value
        await self.session.call(lambda device: setattr(device, "SubExposureDuration", seconds))
        self.sub_exposure.ok(wanted)
