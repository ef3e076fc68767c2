"""Frames agree with astropy's, which goes its own ways through the same standards."""

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import ICRS, TETE, AltAz, EarthLocation, Galactic, SkyCoord
from astropy.time import Time
from astropy.utils import iers
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.sky import frames
from lightapt_drivers.sky.frames import Place

WHEN = Time("2022-03-14T21:30:00", scale="utc")
LATER = Time("2019-10-01T03:00:00", scale="utc")
ARCSEC = 1 / 3600
SPOTS = [(0.01, 0.0), (83.8, -5.4), (200.0, 60.0), (310.0, -75.0), (37.95, 89.2)]

angles = st.floats(0, 360, exclude_max=True)
latitudes = st.floats(-89, 89)


@pytest.fixture(autouse=True)
def _offline():
    with iers.conf.set_temp("auto_download", False):
        yield


def ut1_is_utc(when):
    """The assumption of the module."""
    when = Time(when)
    when.delta_ut1_utc = 0.0
    return when


@pytest.mark.parametrize("when", [WHEN, LATER])
@pytest.mark.parametrize(("ra", "dec"), SPOTS)
def test_the_apparent_place_is_astropys(ra, dec, when):
    theirs = SkyCoord(ra * u.deg, dec * u.deg).transform_to(TETE(obstime=when))
    mine = frames.equinox_of_date(ra, dec, when.unix)
    assert frames.separation(*mine, theirs.ra.deg, theirs.dec.deg) < 0.1 * ARCSEC


@pytest.mark.parametrize(("ra", "dec"), SPOTS)
def test_the_place_of_j2000_is_astropys(ra, dec):
    theirs = SkyCoord(ra * u.deg, dec * u.deg, frame=TETE(obstime=WHEN)).transform_to(ICRS())
    assert frames.separation(*frames.j2000(ra, dec, WHEN.unix), theirs.ra.deg, theirs.dec.deg) < 0.1 * ARCSEC


@given(angles, st.floats(-90, 90), st.floats(0, 4e9))
def test_to_the_equinox_of_date_and_back_is_no_way(ra, dec, when):
    back = frames.j2000(*frames.equinox_of_date(ra, dec, when), when)
    assert frames.separation(*back, ra, dec) < 0.001 * ARCSEC


@pytest.mark.parametrize("longitude", [0.0, 116.4, -70.7])
def test_sidereal_time_is_astropys(longitude):
    theirs = ut1_is_utc(WHEN).sidereal_time("apparent", longitude=longitude * u.deg).deg
    assert frames.sidereal_time(WHEN.unix, longitude) == pytest.approx(theirs, abs=0.1 * ARCSEC)


@pytest.mark.parametrize(("ra", "dec"), [(83.8, -5.4), (150.0, 40.0), (100.0, 80.0)])
def test_altitude_and_azimuth_are_astropys(ra, dec):
    place = Place(latitude=40.0, longitude=20.0)
    site = EarthLocation(lat=place.latitude * u.deg, lon=place.longitude * u.deg)
    theirs = SkyCoord(ra * u.deg, dec * u.deg).transform_to(AltAz(obstime=ut1_is_utc(WHEN), location=site))
    ra_now, dec_now = frames.equinox_of_date(ra, dec, WHEN.unix)
    angle = frames.hour_angle(ra_now, frames.sidereal_time(WHEN.unix, place.longitude))
    altitude, azimuth = frames.horizontal(angle, dec_now, place.latitude)
    # They know the pole's wandering and the observer's speed: half an arcsecond each.
    assert frames.separation(azimuth, altitude, theirs.az.deg, theirs.alt.deg) < 2 * ARCSEC


def test_galactic_coordinates_are_astropys():
    theirs = SkyCoord(83.8 * u.deg, -5.4 * u.deg).transform_to(Galactic())
    assert frames.galactic(83.8, -5.4) == pytest.approx((theirs.l.deg, theirs.b.deg), abs=0.1 * ARCSEC)


@given(st.floats(-179, 179), st.floats(-85, 85), latitudes)
def test_to_the_horizon_and_back_is_no_way(hour_angle, dec, latitude):
    back = frames.equatorial(*frames.horizontal(hour_angle, dec, latitude), latitude)
    assert frames.separation(*back, hour_angle, dec) < 0.01 * ARCSEC


@pytest.mark.parametrize(
    ("hour_angle", "dec", "altitude", "azimuth"),
    [(0.0, 10.0, 60.0, 180.0), (0.0, 70.0, 60.0, 0.0), (90.0, 0.0, 0.0, 270.0)],
)
def test_azimuth_goes_from_north_through_east(hour_angle, dec, altitude, azimuth):
    assert frames.horizontal(hour_angle, dec, 40.0) == pytest.approx((altitude, azimuth), abs=1e-9)


@pytest.mark.parametrize(("ra", "sidereal", "west"), [(10.0, 40.0, 30.0), (350.0, 10.0, 20.0), (10.0, 350.0, -20.0)])
def test_hour_angles_are_positive_in_the_west(ra, sidereal, west):
    assert frames.hour_angle(ra, sidereal) == pytest.approx(west)


@pytest.mark.parametrize(("hour_angle", "sign"), [(-30.0, -1), (30.0, 1)])
def test_the_zenith_is_east_of_north_once_the_meridian_is_passed(hour_angle, sign):
    assert np.sign(frames.parallactic_angle(hour_angle, 20.0, 45.0)) == sign


def test_refraction_is_half_a_degree_on_the_horizon_and_a_minute_at_45():
    assert frames.apparent_altitude(0.0) == pytest.approx(0.48, abs=0.02)
    assert (frames.apparent_altitude(45.0) - 45.0) * 60 == pytest.approx(1.0, abs=0.03)
    assert frames.apparent_altitude(90.0) == pytest.approx(90.0, abs=ARCSEC)


@given(st.floats(0.5, 90))
def test_what_is_raised_by_refraction_is_lowered_again(altitude):
    assert frames.true_altitude(frames.apparent_altitude(altitude)) == pytest.approx(altitude, abs=10 * ARCSEC)


def test_thin_air_refracts_less():
    assert frames.apparent_altitude(5.0, pressure=600.0) < frames.apparent_altitude(5.0, temperature=-20.0)


@pytest.mark.parametrize(("altitude", "mass"), [(90.0, 1.0), (30.0, 1.995), (10.0, 5.6), (0.0, 38.0), (-20.0, 38.0)])
def test_airmass_is_kastens_and_youngs(altitude, mass):
    assert frames.airmass(altitude) == pytest.approx(mass, rel=0.01)


@pytest.mark.parametrize(("ra", "dec"), [(83.8, -5.4), (200.0, 60.0), (310.0, -88.0), (37.95, 89.2)])
def test_an_angle_from_the_north_of_date_becomes_one_from_j2000s(ra, dec):
    """A step along the angle of date leads the same way as one along the angle of J2000."""
    now = SkyCoord(*(frames.equinox_of_date(ra, dec, WHEN.unix) * u.deg), frame="icrs")
    there = now.directional_offset_by(50 * u.deg, 0.02 * u.deg)
    theirs = frames.j2000(there.ra.deg, there.dec.deg, WHEN.unix)
    angle = SkyCoord(ra * u.deg, dec * u.deg).position_angle(SkyCoord(*(theirs * u.deg))).deg
    assert frames.j2000_position_angle(ra, dec, 50.0, WHEN.unix) == pytest.approx(angle, abs=0.05)


def test_arrays_go_through_at_once():
    ra, dec = np.array([10.0, 20.0, 350.0]), np.array([-30.0, 0.0, 80.0])
    for way, where in ((frames.equinox_of_date, WHEN.unix), (frames.j2000, WHEN.unix), (frames.horizontal, 50.0)):
        one_by_one = [way(*place, where) for place in zip(ra, dec, strict=True)]
        assert np.array(way(ra, dec, where)) == pytest.approx(np.array(one_by_one).T)
    assert frames.airmass(dec).shape == frames.apparent_altitude(dec).shape == (3,)
