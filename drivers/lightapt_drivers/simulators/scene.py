"""What a simulated camera sees: what it is told and hears becomes the view of the sky model, and that a picture.

Loads numpy and the stars, so cameras import it in a thread.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

from lightapt_drivers.kinds.exposures import Exposure, Picture
from lightapt_drivers.kinds.exposures import Sensor as Chip
from lightapt_drivers.sky import frames
from lightapt_drivers.sky.catalogue import stars_near
from lightapt_drivers.sky.conditions import Conditions, Weather, conditions_at, nightglow
from lightapt_drivers.sky.detector import Bayer, Depth, Sensor
from lightapt_drivers.sky.detector import Exposure as Asked
from lightapt_drivers.sky.frames import Place
from lightapt_drivers.sky.optics import Optics
from lightapt_drivers.sky.path import Offset
from lightapt_drivers.sky.photometry import Filter
from lightapt_drivers.sky.projection import Tan
from lightapt_drivers.sky.render import render
from lightapt_drivers.sky.view import View, projection
from lightapt_protocol.fits import TangentPlane

from .pointing_log import Path
from .scene_settings import Shot, Surroundings

__all__ = ["load", "photograph", "view"]

_PLEIADES: Final = Path(56.6, 24.1, 0.0)
"""Where a camera without a mount looks."""
_FILTERS: Final[Mapping[str, Filter]] = {
    "L": Filter.L,
    "LUM": Filter.L,
    "LUMINANCE": Filter.L,
    "R": Filter.R,
    "RED": Filter.R,
    "G": Filter.G,
    "GREEN": Filter.G,
    "B": Filter.B,
    "BLUE": Filter.B,
    "HA": Filter.HA,
    "HALPHA": Filter.HA,
    "OIII": Filter.OIII,
    "O3": Filter.OIII,
    "SII": Filter.SII,
    "S2": Filter.SII,
}
_FAINT: Final = 12.0
"""A magnitude to which stars come from all parts of the catalogue."""
_BRIGHTEST_PANEL: Final = 11.0
"""V mag/arcsec² of a light box at its brightest."""


def load() -> None:
    """Have in memory what pictures take, the stars included."""
    stars_near(_PLEIADES.ra, _PLEIADES.dec, 0.1, _FAINT)


def photograph(shot: Shot, path: Path | None) -> Picture:
    """Return the picture of an exposure, the telescope having pointed along a path (None: that is not known)."""
    seen, sensor, asked = view(shot, path), _sensor(shot), _asked(shot)
    pixels = render(seen, sensor, asked, seed=shot.seed)
    facts: dict[str, object] = {"focal_length": seen.optics.focal_length, "aperture": seen.optics.aperture}
    if shot.wcs:
        facts["wcs"] = _plane(projection(seen, sensor, asked))
    return Picture(pixels, _pattern(shot.chip, shot.exposure), facts)


def view(shot: Shot, path: Path | None) -> View:
    """Return what the camera sees in an exposure."""
    around, settings = shot.around, shot.settings
    path = path or _by_coordinates(around, shot.start) or _PLEIADES
    return View(
        path.ra,
        path.dec,
        position_angle=path.position_angle + around.angle + settings.rotation,
        optics=Optics(settings.focal_length, settings.aperture),
        filter=_filter(around.filter),
        conditions=_conditions(shot, path),
        focus_offset=0.0 if around.focus is None else around.focus - settings.best_focus,
        path=tuple(Offset(*offset) for offset in path.offsets),
        covered=around.is_covered,
        panel=None if around.panel is None else _BRIGHTEST_PANEL - 2.5 * math.log10(around.panel),
    )


def _by_coordinates(around: Surroundings, start: float) -> Path | None:
    """Return where a mount points that tells no more than its coordinates."""
    if around.ra is None or around.dec is None:
        return None
    ra, dec = frames.j2000(around.ra * 15, around.dec, start)
    return Path(float(ra), float(dec), 0.0)


def _conditions(shot: Shot, path: Path) -> Conditions:
    around, settings = shot.around, shot.settings
    weather = Weather(darkness=settings.darkness, seeing=settings.seeing)
    if around.latitude is None or around.longitude is None:
        return Conditions(brightness=settings.darkness, weather=weather)
    if settings.follows_clock:
        return conditions_at(Place(around.latitude, around.longitude), shot.start, path.ra, path.dec, weather)
    ra, dec = frames.equinox_of_date(path.ra, path.dec, shot.start)
    hour_angle = frames.hour_angle(ra, frames.sidereal_time(shot.start, around.longitude))
    altitude = float(frames.horizontal(hour_angle, dec, around.latitude)[0])
    return Conditions(frames.apparent_altitude(altitude), nightglow(altitude, weather), weather)


def _filter(name: str | None) -> Filter:
    """Return the filter of a name; what is not known is clear."""
    return _FILTERS.get(re.sub(r"[^A-Z0-9]", "", (name or "").upper()), Filter.CLEAR)


def _sensor(shot: Shot) -> Sensor:
    chip = shot.chip
    colours = Bayer[chip.bayer] if chip.bayer else None
    return Sensor(chip.width, chip.height, chip.pixel_width, bayer=colours, serial=shot.serial)


def _asked(shot: Shot) -> Asked:
    exposure = shot.exposure
    return Asked(
        exposure.seconds,
        number=exposure.number,
        type=exposure.type,
        gain=shot.gain,
        offset=shot.offset,
        temperature=shot.temperature,
        area=exposure.area,
        binning=exposure.binning,
        depth=Depth(shot.chip.bits),
    )


def _pattern(chip: Chip, exposure: Exposure) -> str:
    """Return the colours of the picture's first pixels: binned, there are none."""
    if not chip.bayer or exposure.binning != (1, 1):
        return ""
    across, down = exposure.area.x % 2, exposure.area.y % 2
    return "".join(chip.bayer[(row + down) % 2 * 2 + (column + across) % 2] for row in (0, 1) for column in (0, 1))


def _plane(tan: Tan) -> TangentPlane:
    (xx, xy), (yx, yy) = tan.matrix()
    return TangentPlane((tan.x + 1, tan.y + 1), (tan.ra, tan.dec), across=(xx, yx), up=(xy, yy))
