"""How saved pictures are called: a pattern with fields → a path that file systems take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from string import Formatter
from types import MappingProxyType
from typing import Final

from ..files import safe

__all__ = ["DEFAULT_PATTERN", "FIELDS", "Pattern", "PatternError", "Picture"]

DEFAULT_PATTERN: Final = "{date}/{target}_{filter}_{exposure}_{datetime}_{HFR}_{guiding_RMS}_{count}.fits"
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "date": "the day on which the night began (local time, noon to noon): 2026-11-21",
        "datetime": "when the exposure began, in UTC: 20261121T221503Z",
        "target": "what --target says, and what it is if that is no light: M42, M42-flat, dark",
        "filter": "the filter in the beam",
        "type": "light, dark, bias or flat",
        "exposure": "how long: 60s",
        "HFR": "median half-flux radius of the stars in pixels: 2.31 (lights only)",
        "guiding_RMS": "of the guiding meanwhile, in arcseconds, as the PHD2 device tells it: 0.52 (lights only)",
        "count": "which picture of this run: 001",
        "gain": "of the camera",
        "offset": "of the camera",
        "binning": "2x2",
        "temperature": "of the chip: -10C",
        "camera": "the device's name",
    }
)
_SEPARATOR: Final = re.compile(r"[_\- ]+")
_ENDINGS: Final = (".fits", ".fit", ".fts")


class PatternError(ValueError):
    """A text is no pattern for names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is known of a picture; None or an empty text where it is not.

    Attributes:
        began: When its exposure began; aware.
        type: light, dark, bias or flat.
        exposure: In seconds.
        count: Which of the run it is, from 1.
        camera: The device.
        target: What it shows.
        filter: In the beam.
        hfr: Median half-flux radius of its stars, in pixels.
        guiding_rms: Of the guiding meanwhile, in arcseconds.
        gain: Of the camera.
        offset: Likewise.
        binning: Across and down.
        temperature: Of the chip, in °C.
    """

    began: datetime
    type: str
    exposure: float
    count: int
    camera: str
    target: str = ""
    filter: str = ""
    hfr: float | None = None
    guiding_rms: float | None = None
    gain: float | None = None
    offset: float | None = None
    binning: tuple[int, int] | None = None
    temperature: float | None = None

    def fields(self) -> dict[str, str]:
        """Return what each field of a pattern says; nothing where it is not known."""
        kind = "" if self.type == "light" else self.type  # so that no dark is taken for a light by its name
        return {
            "date": f"{self.began.astimezone() - timedelta(hours=12):%Y-%m-%d}",
            "datetime": f"{self.began.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            "target": "-".join(part for part in (self.target, kind) if part),
            "filter": self.filter,
            "type": self.type,
            "exposure": f"{self.exposure:.10g}s",
            "HFR": "" if self.hfr is None else f"{self.hfr:.2f}",
            "guiding_RMS": "" if self.guiding_rms is None else f"{self.guiding_rms:.2f}",
            "count": f"{self.count:03}",
            "gain": "" if self.gain is None else f"{self.gain:g}",
            "offset": "" if self.offset is None else f"{self.offset:g}",
            "binning": "" if self.binning is None else "{}x{}".format(*self.binning),
            "temperature": "" if self.temperature is None else f"{round(self.temperature)}C",
            "camera": self.camera,
        }


class Pattern:
    """A pattern for names: folders and a file, with fields in braces.

    What stands between two of ``_``, ``-``, space and ``/`` is left out where a field in it is not known.

    Args:
        text: The pattern.

    Raises:
        PatternError: It is none.
    """

    def __init__(self, text: str) -> None:
        stem = next((text[: -len(one)] for one in _ENDINGS if text.lower().endswith(one)), text)
        folders = stem.split("/")
        if not stem.strip() or any(one.strip() in ("", ".", "..") for one in folders):
            raise PatternError(f"{text!r} is no pattern for names: write folders and a file within --dir")
        for one in folders:
            _check(text, one)
        self.names = _names(stem)
        self._folders = folders

    def path(self, picture: Picture, *, ending: str = ".fits") -> PurePosixPath:
        """Return where a picture goes, relative to a folder.

        Args:
            picture: What is known of it.
            ending: Of its format.
        """
        fields = {name: safe(value) for name, value in picture.fields().items()}
        *folders, name = (_filled(folder, fields) for folder in self._folders)
        return PurePosixPath(*(safe(folder) for folder in folders if folder), (safe(name) or "picture") + ending)


def _names(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _check(text: str, part: str) -> None:
    try:
        parsed = list(Formatter().parse(part))
    except ValueError as error:
        raise PatternError(f"{text!r} is no pattern for names: {error}") from error
    for _, name, spec, conversion in parsed:
        if name is not None and (name not in FIELDS or spec or conversion):
            wrong = "".join([name, f"!{conversion}" if conversion else "", f":{spec}" if spec else ""])
            raise PatternError(f"{text!r}: {{{wrong}}} is no field; there are {', '.join(FIELDS)}")


def _filled(part: str, fields: Mapping[str, str]) -> str:
    """Return a part of a path with its fields filled in, and without what stands around those that are not known."""
    filled = ""
    begin = 0
    for end in [*(found.span() for found in _SEPARATOR.finditer(_masked(part))), (len(part), len(part))]:
        chunk = part[begin : end[0]]
        if chunk and all(fields[name] for name in _names(chunk)):
            filled += (part[begin - 1 : begin] if filled else "") + chunk.format_map(fields)
        begin = end[1]
    return filled


def _masked(part: str) -> str:
    """Return a part in which fields have no separators."""
    return re.sub(r"\{[^{}]*\}", lambda found: "x" * len(found[0]), part)
