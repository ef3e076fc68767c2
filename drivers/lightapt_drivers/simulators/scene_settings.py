"""What a simulated camera is told of itself and hears of its surroundings: the properties, and their values as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lightapt_drivers import (
    DefNumber,
    DefSwitch,
    LiveSnoop,
    NumberVector,
    Snooped,
    Standard,
    SwitchState,
    SwitchVector,
)
from lightapt_drivers.kinds.camera import Camera
from lightapt_drivers.kinds.chips import IMAGE
from lightapt_drivers.kinds.exposures import Exposure, Sensor
from lightapt_drivers.kinds.neighbours import filter_name, is_on, number

from .lasting import SIMULATION

__all__ = ["TRUE_POINTING", "SceneSettings", "Settings", "Shot", "Surroundings"]

TRUE_POINTING = "TRUE_POINTING"
"""The simulated mount's own word on where it points."""
TRUE_FOCUS = "TRUE_FOCUS"
"""The simulated focuser's own word on where it is, backlash and all."""
TRUE_ROTATION = "TRUE_ROTATION"
"""The simulated rotator's own word on how it turns the camera, whatever it calls that."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of the devices around a camera; None for what is not.

    Attributes:
        ra: Where the mount points by its own coordinates: hours, equinox of date.
        dec: Degrees, equinox of date.
        latitude: Of the site, in degrees.
        longitude: Degrees, east positive.
        focus: The focuser's position in steps.
        filter: The name of the filter in the light.
        angle: The rotator's, in degrees.
        is_covered: Whether the telescope's cap is on.
        panel: How bright a light box shines, as a part of its brightest; None where it does not.
    """

    ra: float | None = None
    dec: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    focus: float | None = None
    filter: str | None = None
    angle: float = 0.0
    is_covered: bool = False
    panel: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the camera itself is told.

    Attributes:
        focal_length: In mm.
        aperture: In mm.
        seeing: Width of a star's image at the zenith, arcsec.
        darkness: Of the zenith, V mag/arcsec².
        best_focus: Step of the focuser at which stars are sharp.
        rotation: Degrees that the camera is turned by in its holder.
        follows_clock: Whether day, twilight and Moon are as the clock says; otherwise it is a moonless night.
    """

    focal_length: float = 350.0
    aperture: float = 70.0
    seeing: float = 2.5
    darkness: float = 20.5
    best_focus: float = 50_000.0
    rotation: float = 0.0
    follows_clock: bool = False


@dataclass(frozen=True, slots=True)
class Shot:
    """An exposure and all that its picture depends on, as it was when the exposure began.

    Attributes:
        chip: What is exposed.
        exposure: How.
        around: What is known of the other devices.
        settings: What the camera is told.
        gain: In steps of 0.1 dB.
        offset: Units that a pixel without an electron shows.
        temperature: Of the chip, °C.
        serial: Tells one chip's noise and defects from another's.
        seed: Of the sky, of noise and defects.
        wcs: Whether the header tells where the pixels lie on the sky.
    """

    chip: Sensor
    exposure: Exposure
    around: Surroundings = Surroundings()
    settings: Settings = Settings()
    gain: float = 0.0
    offset: float = 100.0
    temperature: float = 0.0
    serial: int = 0
    seed: int = 0
    wcs: bool = False

    @property
    def start(self) -> float:
        """When it began, Unix seconds."""
        return self.exposure.started.timestamp()

    @property
    def end(self) -> float:
        """When it is over, Unix seconds."""
        return self.start + self.exposure.seconds


class SceneSettings(Camera):
    """A camera before the simulated sky: what clients can set of that, and the other devices that play a part."""

    gain = Camera.gain.but(DefNumber("GAIN", 0, label="Gain (0.1 dB)", format="%.0f", max=400))
    offset = Camera.offset.but(DefNumber("OFFSET", 100, label="Offset (ADU)", format="%.0f", max=5000))
    capture_format = SwitchVector(
        Standard.CCD_CAPTURE_FORMAT,
        DefSwitch("INDI_MONO_16", SwitchState.ON, label="16 bits"),
        DefSwitch("INDI_MONO_8", label="8 bits"),
        label="Format",
        group=IMAGE,
        saved=True,
    )
    chip = NumberVector(
        "SIMULATOR_SETTINGS",
        DefNumber("SIM_XRES", 0, label="Width (pixels)", format="%.0f", min=64, max=16000, step=1),
        DefNumber("SIM_YRES", 0, label="Height (pixels)", format="%.0f", min=64, max=16000, step=1),
        DefNumber("SIM_XSIZE", 0, label="Pixel (µm)", format="%.2f", min=1, max=30),
        DefNumber("SIM_ROTATION", 0, label="Turned by (°)", format="%.2f", min=-360, max=360),
        label="Chip",
        group=SIMULATION,
        always=True,
        saved=True,
    )
    colour = SwitchVector(
        "SIMULATE_BAYER",
        DefSwitch("INDI_ENABLED", label="Colour"),
        DefSwitch("INDI_DISABLED", SwitchState.ON, label="Monochrome"),
        label="Chip is",
        group=SIMULATION,
        always=True,
        saved=True,
    )
    focusing = NumberVector(
        "SIM_FOCUSING",
        DefNumber("SIM_FOCUS_POSITION", 50_000, label="Sharp at (steps)", format="%.0f", max=1_000_000),
        DefNumber("SIM_SEEING", 2.5, label="Seeing (arcsec)", format="%.2f", min=0.3, max=20),
        label="Focus and seeing",
        group=SIMULATION,
        always=True,
        saved=True,
    )
    night = NumberVector(
        "SIM_SKY",
        DefNumber("SIM_SKY_BRIGHTNESS", 20.5, label="Zenith (mag/arcsec²)", format="%.1f", min=10, max=23),
        DefNumber("SIM_AMBIENT", 15, label="Air (°C)", format="%.1f", min=-40, max=45),
        label="Night",
        group=SIMULATION,
        always=True,
        saved=True,
    )
    clock = SwitchVector(
        "SIM_CLOCK",
        DefSwitch("INDI_ENABLED", label="By the clock"),
        DefSwitch("INDI_DISABLED", SwitchState.ON, label="Always dark"),
        label="Day and Moon",
        group=SIMULATION,
        always=True,
        saved=True,
    )
    wcs = SwitchVector.standard(
        Standard.WCS_CONTROL,
        "Write",
        "Leave out",
        on="WCS_DISABLE",
        label="World coordinates",
        group=SIMULATION,
        always=True,
        saved=True,
    )

    mount = Snooped(
        "ACTIVE_TELESCOPE",
        *Camera.mount.names,
        TRUE_POINTING,
        device=Camera.mount.device,
        label=Camera.mount.label,
    )
    focuser = Snooped(
        "ACTIVE_FOCUSER",
        *Camera.focuser.names,
        TRUE_FOCUS,
        device=Camera.focuser.device,
        label=Camera.focuser.label,
    )
    rotator = Snooped(
        "ACTIVE_ROTATOR",
        *Camera.rotator.names,
        TRUE_ROTATION,
        device=Camera.rotator.device,
        label=Camera.rotator.label,
    )
    cap = Snooped("ACTIVE_CAP", Standard.CAP_PARK, device="Dust Cover Simulator", label="Dust cap")
    light = Snooped(
        "ACTIVE_LIGHT",
        Standard.FLAT_LIGHT_CONTROL,
        Standard.FLAT_LIGHT_INTENSITY,
        device="Light Panel Simulator",
        label="Light box",
    )

    optics_members: ClassVar[tuple[str, str]] = ("TELESCOPE_FOCAL_LENGTH", "TELESCOPE_APERTURE")
    """Of TELESCOPE_INFO: which of the mount's telescopes the camera is behind."""
    default_optics: ClassVar[tuple[float, float]] = (350.0, 70.0)
    """Focal length and aperture in mm, where nobody tells."""

    def surroundings(self) -> Surroundings:
        """Return what is known of the other devices at the moment."""
        focus = number(self.focuser, TRUE_FOCUS, "POSITION")
        if focus is None:
            focus = number(self.focuser, Standard.ABS_FOCUS_POSITION, "FOCUS_ABSOLUTE_POSITION")
        angle = number(self.rotator, TRUE_ROTATION, "ANGLE")
        if angle is None:
            angle = number(self.rotator, Standard.ABS_ROTATOR_ANGLE, "ANGLE")
        return Surroundings(
            ra=number(self.mount, Standard.EQUATORIAL_EOD_COORD, "RA"),
            dec=number(self.mount, Standard.EQUATORIAL_EOD_COORD, "DEC"),
            latitude=number(self.mount, Standard.GEOGRAPHIC_COORD, "LAT"),
            longitude=number(self.mount, Standard.GEOGRAPHIC_COORD, "LONG"),
            focus=focus,
            filter=filter_name(self.wheel),
            angle=angle or 0.0,
            is_covered=is_on(self.cap, Standard.CAP_PARK, "PARK"),
            panel=_brightness(self.light),
        )

    def settings(self) -> Settings:
        """Return what the camera itself is told."""
        focal_length, aperture = self._optics()
        return Settings(
            focal_length=focal_length,
            aperture=aperture,
            seeing=self.focusing["SIM_SEEING"],
            darkness=self.night["SIM_SKY_BRIGHTNESS"],
            best_focus=self.focusing["SIM_FOCUS_POSITION"],
            rotation=self.chip["SIM_ROTATION"],
            follows_clock=self.clock["INDI_ENABLED"],
        )

    def _optics(self) -> tuple[float, float]:
        """Return focal length and aperture in mm: what the camera is told, or else the mount, or the default."""
        by_mount = [number(self.mount, Standard.TELESCOPE_INFO, member) for member in self.optics_members]
        by_camera = self.scope["FOCAL_LENGTH"], self.scope["APERTURE"]
        focal_length, aperture = (
            one or other or default
            for one, other, default in zip(by_camera, by_mount, self.default_optics, strict=True)
        )
        return focal_length, aperture


def _brightness(light: LiveSnoop) -> float | None:
    """Return how bright a light box shines, as a part of its brightest; None where it does not."""
    prop = light.find(Standard.FLAT_LIGHT_INTENSITY)
    if prop is None or not is_on(light, Standard.FLAT_LIGHT_CONTROL, "FLAT_LIGHT_ON"):
        return None
    member = next((one for one in prop.members.values() if isinstance(one, DefNumber)), None)
    if member is None or member.value <= 0:
        return None
    return member.value / member.max if member.max > 0 else 1.0
