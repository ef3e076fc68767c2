"""What is known of an exposure as cards: by the field's keywords, and none for what is not known."""

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol.fits import Header, ImageType, Observation, TangentPlane, airmass
from lightapt_protocol.numbers import parse_number
from tests.protocol.fits.test_validity import OBSERVATION


def header(**known):
    return Header(Observation(**known).cards())


def test_of_nothing_that_is_known_there_are_no_cards():
    assert len(header()) == 0


def test_all_that_is_known_is_said():
    said = {card.keyword: card.value for card in OBSERVATION.cards()}
    assert said == {
        "DATE-OBS": "2026-11-21T03:04:05.678",
        "DATE-END": "2026-11-21T03:05:05.678",
        "MJD-OBS": 61365.12784350,
        "TIMESYS": "UTC",
        "EXPTIME": 60.0,
        "IMAGETYP": "Light Frame",
        "XBINNING": 2,
        "YBINNING": 2,
        "XPIXSZ": 7.52,
        "YPIXSZ": 7.52,
        "XORGSUBF": 10,
        "YORGSUBF": 20,
        "GAIN": 100,
        "OFFSET": 10,
        "EGAIN": 0.25,
        "READOUTM": "Low noise",
        "CCD-TEMP": -9.9,
        "SET-TEMP": -10.0,
        "ROWORDER": "TOP-DOWN",
        "BAYERPAT": "RGGB",
        "XBAYROFF": 0,
        "YBAYROFF": 0,
        "FILTER": "Gro?e",
        "FOCALLEN": 530.0,
        "APTDIA": 106.0,
        "FOCUSPOS": 12345,
        "FOCUSTEM": 7.5,
        "ROTATANG": 12.5,
        "RA": 10.684708,
        "OBJCTRA": "00 42 44.33",
        "DEC": 41.26875,
        "OBJCTDEC": "+41 16 07.5",
        "OBJCTALT": 60.0,
        "OBJCTAZ": 270.0,
        "AIRMASS": airmass(60.0),
        "PIERSIDE": "WEST",
        "SITELAT": 50.1,
        "SITELONG": 8.7,
        "SITEELEV": 112.0,
        "OBJECT": "M 31",
        "TELESCOP": "FSQ-106",
        "INSTRUME": "CCD Simulator",
        "OBSERVER": "Jerome",
        "SWCREATE": "LightAPT",
        "CTYPE1": "RA---TAN",
        "CTYPE2": "DEC--TAN",
        "CUNIT1": "deg",
        "CUNIT2": "deg",
        "CRPIX1": 3.0,
        "CRPIX2": 2.0,
        "CRVAL1": 10.684708,
        "CRVAL2": 41.26875,
        "LONPOLE": 180.0,
        "CD1_1": pytest.approx(-2.93 / 3600 * math.cos(math.radians(12.5))),
        "CD1_2": pytest.approx(2.93 / 3600 * math.sin(math.radians(12.5))),
        "CD2_1": pytest.approx(2.93 / 3600 * math.sin(math.radians(12.5))),
        "CD2_2": pytest.approx(2.93 / 3600 * math.cos(math.radians(12.5))),
        "RADESYS": "FK5",
        "EQUINOX": 2000.0,
    }


def test_every_comment_fits_its_card():
    assert all(len(card.comment) <= 47 for card in OBSERVATION.cards())


def test_measures_are_real_and_counts_are_whole():
    said = header(exposure=2, temperature=-10, latitude=50, pixel_size=(4, 4), focus_position=5, binning=(2, 2))
    assert {keyword: type(said[keyword]) for keyword in ("EXPTIME", "CCD-TEMP", "SITELAT", "XPIXSZ")} == dict.fromkeys(
        ("EXPTIME", "CCD-TEMP", "SITELAT", "XPIXSZ"), float
    )
    assert {type(said[keyword]) for keyword in ("FOCUSPOS", "XBINNING")} == {int}


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("field", ["exposure", "temperature", "ra", "dec", "altitude", "gain", "airmass", "longitude"])
def test_what_is_no_number_is_not_known(field, value):
    assert len(header(**{field: value})) == 0


def test_times_are_universal():
    east = timezone(timedelta(hours=2))
    assert header(began=datetime(2026, 7, 1, 1, tzinfo=east))["DATE-OBS"] == "2026-06-30T23:00:00.000"
    assert header(began=datetime(2000, 1, 1, 12, tzinfo=UTC))["MJD-OBS"] == 51544.5
    with pytest.raises(ValueError, match="time zone"):
        header(ended=datetime(2026, 7, 1))


def test_pixels_are_as_large_as_they_are_binned():
    assert header(pixel_size=(3.0, 4.0), binning=(1, 2))["YPIXSZ"] == 8.0
    assert header(pixel_size=(3.0, 4.0))["XPIXSZ"] == 3.0


@pytest.mark.parametrize(("longitude", "said"), [(8.5, 8.5), (351.5, -8.5), (180, 180.0), (-8.5, -8.5)])
def test_longitudes_are_east_and_at_most_half_a_turn(longitude, said):
    assert header(longitude=longitude)["SITELONG"] == said


@pytest.mark.parametrize(
    ("ra", "dec", "hours", "degrees"),
    [
        (0.0, 0.0, "00 00 00.00", "+00 00 00.0"),
        (15.5, -0.5, "01 02 00.00", "-00 30 00.0"),
        (359.99999999, 89.9999999, "00 00 00.00", "+90 00 00.0"),
        (-15.0, -41.26875, "23 00 00.00", "-41 16 07.5"),
    ],
)
def test_places_are_told_in_hours_and_degrees_too(ra, dec, hours, degrees):
    said = header(ra=ra, dec=dec)
    assert (said["OBJCTRA"], said["OBJCTDEC"]) == (hours, degrees)
    assert (said["RA"], said["EQUINOX"]) == (ra % 360, 2000.0)


@given(st.floats(0, 360, exclude_max=True), st.floats(-90, 90))
def test_hours_and_degrees_read_back(ra, dec):
    said = header(ra=ra, dec=dec)
    difference = 15 * parse_number(said["OBJCTRA"]) - ra
    assert abs((difference + 180) % 360 - 180) < 15 * 0.006 / 3600
    assert abs(parse_number(said["OBJCTDEC"]) - dec) < 0.06 / 3600


def test_the_air_mass_follows_from_the_altitude_unless_it_is_given():
    assert header(altitude=30.0)["AIRMASS"] == pytest.approx(1.993, abs=0.001)
    assert header(altitude=30.0, airmass=2.5)["AIRMASS"] == 2.5
    assert "AIRMASS" not in header(altitude=-5.0)


@pytest.mark.parametrize(("altitude", "mass"), [(90, 1.0), (60, 1.154), (10, 5.60), (0, 38.7)])
def test_air_masses_are_pickerings(altitude, mass):
    assert airmass(altitude) == pytest.approx(mass, rel=0.01)


def test_the_frame_of_coordinates_is_told_where_there_are_any():
    assert "EQUINOX" not in header(image_type=ImageType.DARK)
    plane = TangentPlane.around(10.0, 20.0, size=(5, 5), scale=1.0)
    assert header(wcs=plane)["RADESYS"] == "FK5"
