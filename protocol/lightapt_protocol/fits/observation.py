"""What is known of an exposure → the cards of its header, by the keywords that amateur and professional programs share.

Sources: FITS standard 4.0 (DATE-OBS, TELESCOP, OBJECT, EQUINOX …); the SBIG extensions, version 1.0 (IMAGETYP, XPIXSZ,
CCD-TEMP, OBJCTRA, SITELAT …); MaxIm DL's header definitions (BAYERPAT, XBAYROFF, PIERSIDE, AIRMASS …); what libindi
1.9.9 and N.I.N.A. write (GAIN, OFFSET, FOCUSPOS, ROTATANG, ROWORDER).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeAlias

from ..numbers import format_sexagesimal
from ..timestamps import timestamp_from_datetime
from .cards import Card, Value, ascii_text
from .wcs import TangentPlane

__all__ = ["BayerPattern", "ImageType", "Observation", "PierSide", "RowOrder", "airmass"]

_MJD_ZERO: Final = datetime(1858, 11, 17, tzinfo=UTC)
_DAY: Final = 86400.0

_Row: TypeAlias = tuple[str, Value, str]
_Pair: TypeAlias = tuple[float, float]


class ImageType(StrEnum):
    """What an exposure is for, in the words that INDI and the SBIG extensions have for IMAGETYP."""

    LIGHT = "Light Frame"
    BIAS = "Bias Frame"
    DARK = "Dark Frame"
    FLAT = "Flat Frame"


class PierSide(StrEnum):
    """On which side of the pier the telescope is (PIERSIDE)."""

    EAST = "EAST"
    WEST = "WEST"


class BayerPattern(StrEnum):
    """The colours of the first two rows of a colour sensor (BAYERPAT)."""

    RGGB = "RGGB"
    BGGR = "BGGR"
    GRBG = "GRBG"
    GBRG = "GBRG"


class RowOrder(StrEnum):
    """Whether the first row of the file is to be shown at the bottom, as FITS has it, or at the top (ROWORDER)."""

    BOTTOM_UP = "BOTTOM-UP"
    TOP_DOWN = "TOP-DOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What is known of an exposure. What is None, or not a finite number, has no card.

    Attributes:
        began: When the exposure began, aware of its time zone; DATE-OBS and MJD-OBS.
        ended: When it ended; DATE-END.
        exposure: Its length in seconds; EXPTIME.
        image_type: What it is for; IMAGETYP.
        binning: Sensor pixels to a pixel, across and up; XBINNING, YBINNING.
        pixel_size: Width and height of a pixel of the sensor, in micrometres; XPIXSZ and YPIXSZ are these times the
            binning.
        subframe: First column and row of the sensor that is in the image, in binned pixels; XORGSUBF, YORGSUBF.
        gain: In the camera's own unit; GAIN.
        offset: In the camera's own unit; OFFSET.
        electrons: To a unit of the image, before binning; EGAIN, as MaxIm DL and N.I.N.A. have it.
        readout_mode: Its name; READOUTM, as they have it.
        temperature: Of the sensor, in degrees Celsius; CCD-TEMP.
        set_temperature: What the cooler is to reach; SET-TEMP.
        bayer: Colours of the sensor; BAYERPAT.
        bayer_offset: Where the pattern begins in the image, across and up; XBAYROFF, YBAYROFF.
        row_order: How to show the rows; ROWORDER.
        filter: Its name; FILTER.
        focal_length: In millimetres; FOCALLEN.
        aperture: Diameter in millimetres; APTDIA.
        focus_position: In steps; FOCUSPOS.
        focus_temperature: At the focuser, in degrees Celsius; FOCUSTEM.
        rotator_angle: Degrees; ROTATANG.
        ra: Right ascension of the telescope in degrees, J2000; RA, OBJCTRA.
        dec: Declination of the telescope in degrees, J2000; DEC, OBJCTDEC.
        altitude: Degrees above the horizon; OBJCTALT, and AIRMASS where that is not given.
        azimuth: Degrees from north by east; OBJCTAZ.
        airmass: In units of that at the zenith; AIRMASS.
        pier_side: Where the telescope is; PIERSIDE.
        latitude: Of the observatory in degrees, north positive; SITELAT.
        longitude: Degrees, east positive; SITELONG, between -180 and 180.
        elevation: Metres above the sea; SITEELEV.
        object: What is observed; OBJECT.
        telescope: TELESCOP.
        instrument: The camera; INSTRUME.
        observer: Who observes; OBSERVER.
        software: What writes the file; SWCREATE.
        wcs: Where the pixels lie on the sky; CTYPE, CRPIX, CRVAL, CD.
    """

    began: datetime | None = None
    ended: datetime | None = None
    exposure: float | None = None
    image_type: ImageType | None = None
    binning: tuple[int, int] | None = None
    pixel_size: _Pair | None = None
    subframe: tuple[int, int] | None = None
    gain: float | None = None
    offset: float | None = None
    electrons: float | None = None
    readout_mode: str | None = None
    temperature: float | None = None
    set_temperature: float | None = None
    bayer: BayerPattern | None = None
    bayer_offset: tuple[int, int] = (0, 0)
    row_order: RowOrder | None = None
    filter: str | None = None
    focal_length: float | None = None
    aperture: float | None = None
    focus_position: int | None = None
    focus_temperature: float | None = None
    rotator_angle: float | None = None
    ra: float | None = None
    dec: float | None = None
    altitude: float | None = None
    azimuth: float | None = None
    airmass: float | None = None
    pier_side: PierSide | None = None
    latitude: float | None = None
    longitude: float | None = None
    elevation: float | None = None
    object: str | None = None
    telescope: str | None = None
    instrument: str | None = None
    observer: str | None = None
    software: str | None = None
    wcs: TangentPlane | None = None

    def cards(self) -> Iterator[Card]:
        """Yield the cards for what is known; names are written as far as ASCII goes (:func:`ascii_text`).

        Raises:
            ValueError: A time does not know its zone.
        """
        for rows in (_time, _frame, _sensor, _optics, _pointing, _site, _names):
            yield from _known(rows(self))
        if self.wcs is not None:
            yield from self.wcs.cards()
        if self.wcs is not None or _is_known(self.ra):
            yield Card("RADESYS", "FK5", "frame of the equatorial coordinates")
            yield Card("EQUINOX", 2000.0, "[yr] equinox of the equatorial coordinates")


def airmass(altitude: float) -> float | None:
    """Return the air mass at an altitude in degrees, or None below the horizon (Pickering 2002, DIO 12, p. 20)."""
    if not 0 <= altitude <= 90:
        return None
    return 1 / math.sin(math.radians(altitude + 244 / (165 + 47 * altitude**1.1)))


def _is_known(value: object) -> bool:
    return value is not None and not (isinstance(value, float) and not math.isfinite(value))


def _known(rows: Iterable[_Row]) -> Iterator[Card]:
    for keyword, value, comment in rows:
        if _is_known(value):
            yield Card(keyword, ascii_text(value) if isinstance(value, str) else value, comment)


def _pair(pair: tuple[float, float] | None) -> tuple[float | None, float | None]:
    return (None, None) if pair is None else pair


def _time(known: Observation) -> Iterator[_Row]:
    if known.began is not None:
        yield "DATE-OBS", timestamp_from_datetime(known.began), "start of the exposure"
    if known.ended is not None:
        yield "DATE-END", timestamp_from_datetime(known.ended), "end of the exposure"
    if known.began is not None:
        yield "MJD-OBS", round((known.began - _MJD_ZERO).total_seconds() / _DAY, 8), "[d] start of the exposure"
        yield "TIMESYS", "UTC", "scale of all times"


def _frame(known: Observation) -> Iterator[_Row]:
    across, up = _pair(known.binning)
    width, height = _pair(known.pixel_size)
    column, row = _pair(known.subframe)
    yield "EXPTIME", _real(known.exposure), "[s] length of the exposure"
    yield "IMAGETYP", known.image_type, "what the exposure is for"
    yield "XBINNING", across, "sensor pixels to a pixel, across"
    yield "YBINNING", up, "sensor pixels to a pixel, up"
    yield "XPIXSZ", _product(width, across or 1), "[um] width of a pixel, binned"
    yield "YPIXSZ", _product(height, up or 1), "[um] height of a pixel, binned"
    yield "XORGSUBF", column, "[pixel] first column on the sensor, binned"
    yield "YORGSUBF", row, "[pixel] first row on the sensor, binned"


def _sensor(known: Observation) -> Iterator[_Row]:
    yield "GAIN", known.gain, "gain, in the camera's unit"
    yield "OFFSET", known.offset, "offset, in the camera's unit"
    yield "EGAIN", _real(known.electrons), "[electron/adu] electrons to a unit"
    yield "READOUTM", known.readout_mode, "name of the readout mode"
    yield "CCD-TEMP", _real(known.temperature), "[degC] temperature of the sensor"
    yield "SET-TEMP", _real(known.set_temperature), "[degC] temperature that is asked for"
    yield "ROWORDER", known.row_order, "how to show the rows"
    if known.bayer is not None:
        yield "BAYERPAT", known.bayer, "colours of the sensor"
        yield "XBAYROFF", known.bayer_offset[0], "[pixel] offset of the pattern, across"
        yield "YBAYROFF", known.bayer_offset[1], "[pixel] offset of the pattern, up"


def _optics(known: Observation) -> Iterator[_Row]:
    yield "FILTER", known.filter, "name of the filter"
    yield "FOCALLEN", _real(known.focal_length), "[mm] focal length"
    yield "APTDIA", _real(known.aperture), "[mm] diameter of the aperture"
    yield "FOCUSPOS", known.focus_position, "[step] position of the focuser"
    yield "FOCUSTEM", _real(known.focus_temperature), "[degC] temperature at the focuser"
    yield "ROTATANG", _real(known.rotator_angle), "[deg] angle of the rotator"


def _pointing(known: Observation) -> Iterator[_Row]:
    if _is_known(known.ra) and known.ra is not None:
        yield "RA", known.ra % 360.0, "[deg] right ascension of the telescope, J2000"
        yield "OBJCTRA", _hours(known.ra), "[h m s] right ascension of the telescope, J2000"
    if _is_known(known.dec) and known.dec is not None:
        yield "DEC", _real(known.dec), "[deg] declination of the telescope, J2000"
        yield "OBJCTDEC", _degrees(known.dec), "[d m s] declination of the telescope, J2000"
    yield "OBJCTALT", _real(known.altitude), "[deg] altitude of the telescope"
    yield "OBJCTAZ", _real(known.azimuth), "[deg] azimuth, from north by east"
    through = known.airmass
    if through is None and known.altitude is not None:
        through = airmass(known.altitude)
    yield "AIRMASS", _real(through), "air mass, 1 at the zenith"
    yield "PIERSIDE", known.pier_side, "where the telescope is"


def _site(known: Observation) -> Iterator[_Row]:
    east = known.longitude
    yield "SITELAT", _real(known.latitude), "[deg] latitude, north positive"
    yield "SITELONG", _real(east - 360 if east is not None and east > 180 else east), "[deg] longitude, east positive"
    yield "SITEELEV", _real(known.elevation), "[m] elevation above the sea"


def _names(known: Observation) -> Iterator[_Row]:
    yield "OBJECT", known.object, "what is observed"
    yield "TELESCOP", known.telescope, "telescope"
    yield "INSTRUME", known.instrument, "camera"
    yield "OBSERVER", known.observer, "who observes"
    yield "SWCREATE", known.software, "what wrote this file"


def _real(value: float | None) -> float | None:
    """A measure is written with its point, whole or not, so that it is of one type in all files."""
    return None if value is None else float(value)


def _product(value: float | None, factor: float) -> float | None:
    return None if value is None else float(value * factor)


def _hours(ra: float) -> str:
    """Return degrees as ``HH MM SS.ss``."""
    text = format_sexagesimal(ra % 360 / 15, width=11, fraction=9)
    return _spaced("00:00:00.00" if text.startswith("24") else text)


def _degrees(dec: float) -> str:
    """Return degrees as ``+DD MM SS.s``."""
    return ("-" if dec < 0 else "+") + _spaced(format_sexagesimal(abs(dec), width=10, fraction=8))


def _spaced(text: str) -> str:
    return text.replace(" ", "0").replace(":", " ")
