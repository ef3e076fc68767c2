"""What PHD2 answers, as typed results."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from .errors import AnswerError
from .values import as_flag, as_list, as_mapping, as_member, as_number, as_position, as_text, as_whole
from .words import Position, Region, ShiftAxes, ShiftUnits

__all__ = [
    "Calibration",
    "CoolerStatus",
    "Equipment",
    "Gear",
    "LockShift",
    "Profile",
    "StarImage",
    "VariableDelay",
    "read_calibration",
    "read_cooler",
    "read_equipment",
    "read_lock_shift",
    "read_profile",
    "read_profiles",
    "read_region",
    "read_star_image",
    "read_variable_delay",
]


@dataclass(frozen=True, slots=True)
class Profile:
    """An equipment profile.

    Attributes:
        id: PHD2's number of it.
        name: What people call it.
        is_selected: Whether it is the current one.
    """

    id: int
    name: str
    is_selected: bool = False


@dataclass(frozen=True, slots=True)
class Gear:
    """A piece of equipment of the profile."""

    name: str
    is_connected: bool


@dataclass(frozen=True, slots=True)
class Equipment:
    """The profile's equipment; None is what it does not have."""

    camera: Gear | None = None
    mount: Gear | None = None
    aux_mount: Gear | None = None
    ao: Gear | None = None
    rotator: Gear | None = None

    @property
    def all(self) -> tuple[Gear, ...]:
        """What there is."""
        return tuple(gear for gear in (self.camera, self.mount, self.aux_mount, self.ao, self.rotator) if gear)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a mount moves the star.

    Attributes:
        is_calibrated: Whether it is known; the rest is None if not.
        x_angle: The direction of right ascension on the camera, in degrees; y_angle that of declination.
        x_rate: The speed along it, in pixels per second; y_rate likewise.
        x_parity: ``+``, ``-`` or ``?``; y_parity likewise.
        declination: Where it was made, in degrees, None if PHD2 does not know: it then says what is no declination.
    """

    is_calibrated: bool
    x_angle: float | None = None
    x_rate: float | None = None
    x_parity: str | None = None
    y_angle: float | None = None
    y_rate: float | None = None
    y_parity: str | None = None
    declination: float | None = None


@dataclass(frozen=True, slots=True)
class StarImage:
    """The guide star and what is around it.

    Attributes:
        frame: The frame's number.
        width: Columns.
        height: Rows.
        star: Where the star is, in pixels of this image; None if PHD2 does not say.
        pixels: ``width * height`` pixels of 16 bits, little-endian, row by row.
    """

    frame: int
    width: int
    height: int
    star: Position | None
    pixels: bytes


@dataclass(frozen=True, slots=True)
class CoolerStatus:
    """The camera's cooler: temperatures in °C, power in percent; None is what the camera does not tell."""

    is_on: bool
    temperature: float | None = None
    setpoint: float | None = None
    power: float | None = None


@dataclass(frozen=True, slots=True)
class LockShift:
    """How the lock position moves, to follow a comet.

    Attributes:
        is_enabled: Whether it does.
        rate: Along the axes; None if none has been set.
    """

    is_enabled: bool
    rate: tuple[float, float] | None = None
    units: ShiftUnits = ShiftUnits.ARCSEC_PER_HOUR
    axes: ShiftAxes = ShiftAxes.RA_DEC


@dataclass(frozen=True, slots=True)
class VariableDelay:
    """The pause between exposures: the short one while PHD2 is settling or has lost the star.

    In seconds, which PHD2 cuts to whole ones.
    """

    is_enabled: bool
    short: float
    long: float


def _members(value: object, method: str) -> Mapping[str, object]:
    if (members := as_mapping(value)) is None:
        raise AnswerError(f"{method} is answered by {str(value)[:80]!r}, which is not an object", method=method)
    return members


def read_profile(value: object, *, method: str = "get_profile") -> Profile:
    """Return a profile.

    Raises:
        AnswerError: It is none. Likewise for all below.
    """
    members = _members(value, method)
    number = as_whole(members.get("id"))
    if number is None:
        raise AnswerError(f"{method} is answered by a profile without an id", method=method)
    selected = as_flag(members.get("selected"))
    return Profile(number, as_text(members.get("name")) or f"Profile {number}", is_selected=bool(selected))


def read_profiles(value: object) -> tuple[Profile, ...]:
    """Return the profiles of a list."""
    if (profiles := as_list(value)) is None:
        raise AnswerError("get_profiles is not answered by a list", method="get_profiles")
    return tuple(read_profile(one, method="get_profiles") for one in profiles)


def read_equipment(value: object) -> Equipment:
    """Return the equipment."""
    members = _members(value, "get_current_equipment")
    return Equipment(*(_gear(members.get(name)) for name in ("camera", "mount", "aux_mount", "AO", "rotator")))


def _gear(value: object) -> Gear | None:
    if (members := as_mapping(value)) is None:
        return None
    return Gear(as_text(members.get("name")) or "?", bool(as_flag(members.get("connected"))))


def read_calibration(value: object) -> Calibration:
    """Return a calibration; an impossible declination, which PHD2 has for an unknown one, is None."""
    members = _members(value, "get_calibration_data")
    if not as_flag(members.get("calibrated")):
        return Calibration(is_calibrated=False)
    declination = as_number(members.get("declination"))
    return Calibration(
        is_calibrated=True,
        x_angle=as_number(members.get("xAngle")),
        x_rate=as_number(members.get("xRate")),
        x_parity=as_text(members.get("xParity")),
        y_angle=as_number(members.get("yAngle")),
        y_rate=as_number(members.get("yRate")),
        y_parity=as_text(members.get("yParity")),
        declination=declination if declination is not None and abs(declination) <= 90 else None,
    )


def read_star_image(value: object) -> StarImage:
    """Return the image; its pixels are as many as it says."""
    method = "get_star_image"
    members = _members(value, method)
    width, height = as_whole(members.get("width")) or 0, as_whole(members.get("height")) or 0
    try:
        pixels = base64.b64decode(as_text(members.get("pixels")) or "", validate=True)
    except (binascii.Error, ValueError):
        raise AnswerError(f"the pixels of {method} are not base64", method=method) from None
    if not pixels or len(pixels) != 2 * width * height:
        reason = f"{method} has {len(pixels)} bytes of pixels, and should have those of {width} x {height}"
        raise AnswerError(reason, method=method)
    star = as_position(members.get("star_pos"))
    return StarImage(as_whole(members.get("frame")) or 0, width, height, star, pixels)


def read_cooler(value: object) -> CoolerStatus:
    """Return the cooler's status."""
    members = _members(value, "get_cooler_status")
    return CoolerStatus(
        is_on=bool(as_flag(members.get("coolerOn"))),
        temperature=as_number(members.get("temperature")),
        setpoint=as_number(members.get("setpoint")),
        power=as_number(members.get("power")),
    )


def read_lock_shift(value: object) -> LockShift:
    """Return the lock shift."""
    members = _members(value, "get_lock_shift_params")
    rate = as_position(members.get("rate"))
    return LockShift(
        is_enabled=bool(as_flag(members.get("enabled"))),
        rate=None if rate is None else (rate.x, rate.y),
        units=as_member(ShiftUnits)(members.get("units")) or ShiftUnits.ARCSEC_PER_HOUR,
        axes=as_member(ShiftAxes)(members.get("axes")) or ShiftAxes.RA_DEC,
    )


def read_variable_delay(value: object) -> VariableDelay:
    """Return the delays."""
    members = _members(value, "get_variable_delay_settings")
    short, long = as_number(members.get("ShortDelaySeconds")), as_number(members.get("LongDelaySeconds"))
    return VariableDelay(bool(as_flag(members.get("Enabled"))), short or 0.0, long or 0.0)


def read_region(value: object) -> Region | None:
    """Return the limit frame's region; None for the whole frame."""
    roi = as_list(_members(value, "get_limit_frame").get("roi"))
    if roi is None or len(roi) != 4:
        return None
    numbers = [as_whole(one) for one in roi]
    return None if None in numbers else Region(*(number or 0 for number in numbers))
