"""Sun and Moon stand where astropy has them, and the Moon is full when it is."""

import astropy.units as u
import pytest
from astropy.coordinates import TETE, get_body
from astropy.time import Time
from astropy.utils import iers

from lightapt_drivers.sky.bodies import moon, phase_angle, sun
from lightapt_drivers.sky.frames import separation

WHEN = [Time(when, scale="utc") for when in ("2022-03-14T21:30:00", "2020-11-30T09:00:00")]


@pytest.fixture(autouse=True)
def _offline():
    with iers.conf.set_temp("auto_download", False):
        yield


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize(("body", "name", "arcsec"), [(sun, "sun", 2), (moon, "moon", 40)])
def test_bodies_stand_where_astropy_has_them(body, name, arcsec, when):
    theirs = get_body(name, when, ephemeris="builtin").transform_to(TETE(obstime=when))
    mine = body(when.unix)
    assert separation(mine.ra, mine.dec, theirs.ra.deg, theirs.dec.deg) < arcsec / 3600
    assert mine.distance == pytest.approx(theirs.distance.to_value(u.au), rel=1e-3)


@pytest.mark.parametrize(
    ("when", "low", "high"),
    [("2022-03-18T07:18:00", 0, 5), ("2022-04-01T06:25:00", 174, 180), ("2022-03-10T10:46:00", 88, 92)],
)
def test_the_phase_angle_follows_the_almanac(when, low, high):
    """Full moon, new moon and first quarter of spring 2022."""
    assert low <= phase_angle(Time(when, scale="utc").unix) <= high
