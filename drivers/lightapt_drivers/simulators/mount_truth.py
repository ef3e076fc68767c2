"""Where a simulated mount truly points, in J2000. Loads numpy and ERFA: for drivers to import when they need it."""

from __future__ import annotations

import math

from ..sky import frames
from .mount_pointing import TruePointing
from .pointing_log import Sample

__all__ = ["in_j2000"]

_DEGREES_AN_HOUR = 15.0


def in_j2000(truth: TruePointing, *, utc: float, time: float) -> Sample:
    """Return where a telescope looks, and how that changes, in J2000.

    Args:
        truth: Where it looks, of date.
        utc: That date: what the mount's clock says, as Unix time in seconds.
        time: When that is by the clock of those who are told.
    """
    ra, dec = frames.j2000(truth.ra * _DEGREES_AN_HOUR, truth.dec, utc)
    # The two norths differ by up to some tenths of a degree, near the pole by any angle: rates are turned along.
    turn = frames.j2000_position_angle(ra, dec, 0.0, utc)
    sine, cosine = math.sin(math.radians(turn)), math.cos(math.radians(turn))
    return Sample(
        time=time,
        ra=float(ra),
        dec=float(dec),
        rate_east=truth.east_rate * cosine + truth.dec_rate * sine,
        rate_north=truth.dec_rate * cosine - truth.east_rate * sine,
        position_angle=float(truth.rotation + turn) % 360,
    )
