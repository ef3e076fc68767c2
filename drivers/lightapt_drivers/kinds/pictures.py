"""Pictures as files: the pixels and what is known of an exposure become the bytes that travel and are saved.

Loads numpy, so cameras import it in a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from lightapt_drivers import BlobBuffer, DriverError, LiveSnoop, Standard
from lightapt_drivers.sky import frames
from lightapt_protocol import blobs, fits, shared_memory

from .exposures import Exposure, FrameType, Sensor
from .neighbours import filter_name, is_on, number
from .uploads import Place, save

__all__ = ["Encoded", "Finished", "Form", "bayer", "blank", "encode", "finish", "name_facts", "observed"]

_TYPES: Final[Mapping[FrameType, fits.ImageType]] = {
    FrameType.LIGHT: fits.ImageType.LIGHT,
    FrameType.BIAS: fits.ImageType.BIAS,
    FrameType.DARK: fits.ImageType.DARK,
    FrameType.FLAT: fits.ImageType.FLAT,
}


class Form(Enum):
    """How a picture travels; the values are the formats of BLOBs."""

    PLAIN = ".fits"
    RICE = ".fits.fz"
    ZLIB = ".fits.z"

    @classmethod
    def of(cls, *, compressed: bool, by: str) -> Form:
        """Return the form that a camera's properties ask for."""
        return cls[by] if compressed else cls.PLAIN

    @property
    def ending(self) -> str:
        """The ending of files: of zlib's form there are none that other programs would read."""
        return Form.PLAIN.value if self is Form.ZLIB else self.value


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """A picture that is ready to go.

    Attributes:
        form: What it is.
        buffer: Its bytes.
        plain_size: How many they were before compression; None where the file is what it is.
    """

    form: Form
    buffer: BlobBuffer
    plain_size: int | None

    def write_to(self, file: BinaryIO) -> None:
        """Write it to a file, as its ending says."""
        if self.plain_size is not None:
            file.write(blobs.decompress(self.buffer.memory, self.plain_size, limit=self.plain_size))
        elif self.buffer.is_shared:
            for piece in shared_memory.pieces(self.buffer.descriptor, self.buffer.size):
                file.write(piece)
        else:
            file.write(self.buffer.memory)


@dataclass(frozen=True, slots=True, eq=False)
class Finished:
    """A picture that can be sent, and that was saved if it was to be.

    Attributes:
        picture: What can be sent; its buffer is to be closed.
        path: Where it was saved.
        fault: Why it was not, though it was to be.
    """

    picture: Encoded
    path: Path | None = None
    fault: DriverError | None = None

    def drop(self) -> None:
        """Have nothing left of it."""
        self.picture.buffer.close()
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def finish(
    pixels: fits.Pixels,
    cards: Sequence[fits.Card],
    form: Form,
    *,
    buffer: Callable[[int], BlobBuffer],
    place: Place | None,
    facts: Mapping[str, str],
) -> Finished:
    """Return a picture encoded, and saved if there is a place for it.

    Args:
        pixels: Of the picture.
        cards: Of its header.
        form: What it is to be.
        buffer: Gives memory to encode it in.
        place: Where to save it.
        facts: What fields of the file's name stand for.

    Raises:
        EncodeError: FITS has no such pixels.
        OSError: There is no memory.
    """
    picture = encode(pixels, cards, form, buffer)
    if place is None:
        return Finished(picture)
    try:
        return Finished(picture, save(picture.write_to, place, ending=form.ending, facts=facts))
    except DriverError as error:
        return Finished(picture, fault=error)
    except BaseException:
        picture.buffer.close()
        raise


def blank(shape: tuple[int, int], cards: Sequence[fits.Card], *, depth: int) -> fits.Plan:
    """Return how a picture becomes a file that is yet to be taken: of rows and columns, and of so many bits a pixel."""
    type = np.uint8 if depth <= 8 else np.uint16 if depth <= 16 else np.int32
    return fits.plan(np.broadcast_to(np.zeros((), type), shape), cards)


def encode(pixels: fits.Pixels, cards: Sequence[fits.Card], form: Form, buffer: Callable[[int], BlobBuffer]) -> Encoded:
    """Return a picture in memory that `buffer` gives: uncompressed it is written there once and for all.

    Raises:
        EncodeError: FITS has no such pixels.
        OSError: There is no memory.
    """
    if form is Form.RICE:
        return Encoded(form, _filled(fits.encode_compressed(pixels, cards), buffer), None)
    plan = fits.plan(pixels, cards)
    if form is Form.ZLIB:
        return Encoded(form, _filled(blobs.compress(fits.encode(pixels, cards)), buffer), plan.size)
    memory = buffer(plan.size)
    try:
        if memory.is_mapped:
            plan.write_into(memory.memory)
        else:
            plan.write_to(memory.descriptor)
    except BaseException:
        memory.close()
        raise
    return Encoded(form, memory, None)


def _filled(data: bytes, buffer: Callable[[int], BlobBuffer]) -> BlobBuffer:
    memory = buffer(len(data))
    memory.memory[:] = data
    return memory


# What is known of it.


def observed(
    exposure: Exposure, sensor: Sensor, *, mount: LiveSnoop, focuser: LiveSnoop, wheel: LiveSnoop, rotator: LiveSnoop
) -> fits.Observation:
    """Return what is known of an exposure by the chip and by the other devices."""
    ra, dec = _pointing(mount, exposure)
    latitude, longitude = (number(mount, Standard.GEOGRAPHIC_COORD, member) for member in ("LAT", "LONG"))
    altitude, azimuth = _horizontal(ra, dec, latitude, longitude, exposure)
    return fits.Observation(
        began=exposure.started,
        exposure=exposure.seconds,
        image_type=_TYPES[exposure.type],
        binning=exposure.binning,
        pixel_size=(sensor.pixel_width, sensor.pixel_height),
        subframe=(exposure.area.x // exposure.binning[0], exposure.area.y // exposure.binning[1]),
        row_order=fits.RowOrder.TOP_DOWN,
        filter=filter_name(wheel),
        focal_length=_measure(mount, "TELESCOPE_FOCAL_LENGTH"),
        aperture=_measure(mount, "TELESCOPE_APERTURE"),
        focus_position=_whole(number(focuser, Standard.ABS_FOCUS_POSITION, "FOCUS_ABSOLUTE_POSITION")),
        focus_temperature=number(focuser, Standard.FOCUS_TEMPERATURE, "TEMPERATURE"),
        rotator_angle=number(rotator, Standard.ABS_ROTATOR_ANGLE, "ANGLE"),
        ra=ra,
        dec=dec,
        altitude=altitude,
        azimuth=azimuth,
        pier_side=next((side for side in fits.PierSide if _is_on_side(mount, side)), None),
        latitude=latitude,
        longitude=longitude,
        elevation=number(mount, Standard.GEOGRAPHIC_COORD, "ELEV"),
        telescope=mount.device if ra is not None else None,
        software="LightAPT",
    )


def bayer(pattern: str) -> fits.BayerPattern | None:
    """Return the pattern as the header has it; None for none."""
    return fits.BayerPattern(pattern) if pattern else None


def name_facts(exposure: Exposure, observation: fits.Observation) -> dict[str, str]:
    """Return what the fields of a file name's pattern stand for."""
    began = exposure.started
    return {
        "date": f"{began:%Y-%m-%d}",
        "time": f"{began:%H-%M-%S}",
        "datetime": f"{began:%Y-%m-%dT%H-%M-%S}",
        "target": observation.object or "",
        "type": exposure.type.value,
        "filter": observation.filter or "",
        "exposure": f"{exposure.seconds:g}",
        "binning": "x".join(map(str, exposure.binning)),
        "gain": "" if observation.gain is None else f"{observation.gain:g}",
        "temperature": "" if observation.temperature is None else f"{observation.temperature:.0f}",
    }


def _pointing(mount: LiveSnoop, exposure: Exposure) -> tuple[float | None, float | None]:
    """Return where the mount points: right ascension and declination in degrees, J2000."""
    ra, dec = (number(mount, Standard.EQUATORIAL_COORD, member) for member in ("RA", "DEC"))
    if ra is not None and dec is not None:
        return ra * 15, dec
    ra, dec = (number(mount, Standard.EQUATORIAL_EOD_COORD, member) for member in ("RA", "DEC"))
    if ra is None or dec is None:
        return None, None
    there = frames.j2000(ra * 15, dec, exposure.started.timestamp())
    return float(there[0]), float(there[1])


def _horizontal(
    ra: float | None, dec: float | None, latitude: float | None, longitude: float | None, exposure: Exposure
) -> tuple[float | None, float | None]:
    """Return apparent altitude and azimuth of a J2000 place, where all that it takes is known."""
    if ra is None or dec is None or latitude is None or longitude is None:
        return None, None
    when = exposure.started.timestamp()
    ra, dec = frames.equinox_of_date(ra, dec, when)
    hour_angle = frames.hour_angle(ra, frames.sidereal_time(when, longitude))
    altitude, azimuth = frames.horizontal(hour_angle, dec, latitude)
    return float(frames.apparent_altitude(float(altitude))), float(azimuth)


def _is_on_side(mount: LiveSnoop, side: fits.PierSide) -> bool:
    return is_on(mount, Standard.TELESCOPE_PIER_SIDE, f"PIER_{side}")


def _measure(mount: LiveSnoop, member: str) -> float | None:
    """Return a length of the telescope; 0 stands for one that is not known."""
    return number(mount, Standard.TELESCOPE_INFO, member) or None


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
