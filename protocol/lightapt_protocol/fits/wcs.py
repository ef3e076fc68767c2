"""Where the pixels lie on the sky, as header cards: the gnomonic projection (FITS WCS papers I and II)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from .cards import Card

__all__ = ["TangentPlane"]


@dataclass(frozen=True, slots=True)
class TangentPlane:
    """A gnomonic (TAN) projection; degrees of J2000.

    Attributes:
        pixel: Where the plane touches the sky, as FITS counts: across and up, the centre of the first pixel is 1, 1.
        sky: Right ascension and declination there.
        across: Degrees that a pixel to the right leads to the east and to the north: CD1_1 and CD2_1.
        up: The same of a pixel up, to the next row of the file: CD1_2 and CD2_2.
    """

    pixel: tuple[float, float]
    sky: tuple[float, float]
    across: tuple[float, float]
    up: tuple[float, float]

    @classmethod
    def around(
        cls,
        ra: float,
        dec: float,
        *,
        size: tuple[int, int],
        scale: float,
        rotation: float = 0.0,
        mirrored: bool = False,
    ) -> TangentPlane:
        """Return the plane of an image whose middle looks at a place.

        Args:
            ra: Right ascension, degrees.
            dec: Declination, degrees.
            size: Width and height in pixels.
            scale: Arcseconds a pixel.
            rotation: Position angle of the direction in which rows follow one another: degrees from north by east.
            mirrored: East is to the right where north is up.
        """
        width, height = size
        angle, step = math.radians(rotation), scale / 3600
        right = step if mirrored else -step
        return cls(
            ((width + 1) / 2, (height + 1) / 2),
            (ra % 360, dec),
            (right * math.cos(angle), -right * math.sin(angle)),
            (step * math.sin(angle), step * math.cos(angle)),
        )

    def cards(self) -> Iterator[Card]:
        """Yield the cards that say it."""
        yield Card("CTYPE1", "RA---TAN", "gnomonic projection")
        yield Card("CTYPE2", "DEC--TAN", "gnomonic projection")
        yield Card("CUNIT1", "deg", "unit of CRVAL1 and CD1_i")
        yield Card("CUNIT2", "deg", "unit of CRVAL2 and CD2_i")
        yield Card("CRPIX1", float(self.pixel[0]), "[pixel] reference point, across")
        yield Card("CRPIX2", float(self.pixel[1]), "[pixel] reference point, up")
        yield Card("CRVAL1", float(self.sky[0]), "[deg] right ascension there, J2000")
        yield Card("CRVAL2", float(self.sky[1]), "[deg] declination there, J2000")
        yield Card("LONPOLE", 180.0, "[deg] north is up in the plane, at the pole too")
        yield Card("CD1_1", float(self.across[0]), "[deg/pixel] to the east, across")
        yield Card("CD1_2", float(self.up[0]), "[deg/pixel] to the east, up")
        yield Card("CD2_1", float(self.across[1]), "[deg/pixel] to the north, across")
        yield Card("CD2_2", float(self.up[1]), "[deg/pixel] to the north, up")
