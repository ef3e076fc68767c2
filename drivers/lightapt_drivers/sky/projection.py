"""From the sky to pixels: the gnomonic projection (TAN; Calabretta & Greisen 2002, A&A 395, 1077). Angles are degrees.

A picture's first row is its top. At position angle 0 north is up and east is left, as a camera behind a refractor shows
it; the angle is that of "up" from north through east.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from .arrays import Floats, Numbers

__all__ = ["Tan"]


@dataclass(frozen=True, slots=True)
class Tan:
    """Where the sky falls on a picture.

    Attributes:
        ra: Right ascension of the point where the picture touches the sky.
        dec: Its declination.
        x: The column of that point; 0 is the middle of the first.
        y: Its row; 0 is the middle of the first, which is the top.
        scale: (across, down): degrees that a pixel covers.
        position_angle: Of "up" in the picture.
    """

    ra: float
    dec: float
    x: float
    y: float
    scale: tuple[float, float]
    position_angle: float = 0.0

    def pixels(self, ra: Floats, dec: Floats) -> tuple[Floats, Floats]:
        """Return columns and rows of places; NaN for what is behind the observer."""
        a, d = np.radians(ra - self.ra), np.radians(dec)
        sine, cosine = math.sin(math.radians(self.dec)), math.cos(math.radians(self.dec))
        depth = np.sin(d) * sine + np.cos(d) * cosine * np.cos(a)
        depth = np.where(depth > 0, depth, np.nan)
        east = np.degrees(np.cos(d) * np.sin(a) / depth)
        north = np.degrees((np.sin(d) * cosine - np.cos(d) * sine * np.cos(a)) / depth)
        across, down = self.shift(east, north)
        return self.x + across, self.y + down

    def shift(self, east: Floats, north: Floats) -> tuple[Floats, Floats]:
        """Return how far right and down something is seen that is so many degrees east and north."""
        s, c = math.sin(math.radians(self.position_angle)), math.cos(math.radians(self.position_angle))
        return (north * s - east * c) / self.scale[0], -(north * c + east * s) / self.scale[1]

    def places(self, x: Numbers, y: Numbers) -> tuple[Floats, Floats]:
        """Return right ascension and declination of pixels."""
        (xx, xy), (yx, yy) = self.matrix()
        across, down = x - self.x, y - self.y
        east, north = np.radians(xx * across + xy * down), np.radians(yx * across + yy * down)
        sine, cosine = math.sin(math.radians(self.dec)), math.cos(math.radians(self.dec))
        away = cosine - north * sine
        ra = self.ra + np.degrees(np.arctan2(east, away))
        return ra % 360.0, np.degrees(np.arctan2(sine + north * cosine, np.hypot(east, away)))

    def cut(self, x: int, y: int, binning: tuple[int, int]) -> Tan:
        """Return the projection onto a part of the picture that begins at a pixel, binned."""
        across, down = binning
        return replace(
            self,
            x=(self.x - x - (across - 1) / 2) / across,
            y=(self.y - y - (down - 1) / 2) / down,
            scale=(self.scale[0] * across, self.scale[1] * down),
        )

    def cards(self) -> dict[str, str | float]:
        """Return what a FITS header says of it, the first row of the picture being the first of the file."""
        (xx, xy), (yx, yy) = self.matrix()
        return {
            "CTYPE1": "RA---TAN",
            "CTYPE2": "DEC--TAN",
            "CUNIT1": "deg",
            "CUNIT2": "deg",
            "CRVAL1": self.ra,
            "CRVAL2": self.dec,
            "CRPIX1": self.x + 1,
            "CRPIX2": self.y + 1,
            "CD1_1": xx,
            "CD1_2": xy,
            "CD2_1": yx,
            "CD2_2": yy,
            "LONPOLE": 180.0,  # else it is 0 at the pole (paper II, section 2.2)
            "RADESYS": "ICRS",
        }

    def matrix(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return how many degrees east, and north, a step of a pixel right, and down, leads: the CD matrix."""
        s, c = math.sin(math.radians(self.position_angle)), math.cos(math.radians(self.position_angle))
        across, down = self.scale
        return (-across * c, -down * s), (across * s, -down * c)
