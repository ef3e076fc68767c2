"""The names of pictures."""

import time
from datetime import UTC, datetime

import pytest

from lightapt_clients.commands.naming import DEFAULT_PATTERN, FIELDS, Pattern, PatternError, Picture

BEGAN = datetime(2026, 11, 21, 22, 15, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def picture(**known):
    return Picture(**({"began": BEGAN, "type": "light", "exposure": 60.0, "count": 1, "camera": "CCD"} | known))


def path(pattern=DEFAULT_PATTERN, ending=".fits", **known):
    return str(Pattern(pattern).path(picture(**known), ending=ending))


def test_what_is_known_is_in_the_name():
    known = path(target="M42", filter="Ha", hfr=2.314)
    assert known == "2026-11-21/M42_Ha_60s_20261121T221503Z_2.31_001.fits"


def test_what_is_not_known_leaves_no_gap():
    assert path() == "2026-11-21/60s_20261121T221503Z_001.fits"
    assert path("{target}/{filter}/x-{gain}-{count}") == "x-001.fits"
    assert path("{target}_g{gain} {count}", target="M1") == "M1 001.fits"
    assert path("{target}") == "picture.fits"


def test_the_night_has_one_date():
    assert path("{date}", began=datetime(2026, 11, 22, 5, tzinfo=UTC)) == "2026-11-21.fits"
    assert path("{date}", began=datetime(2026, 11, 22, 13, tzinfo=UTC)) == "2026-11-22.fits"


def test_what_is_no_light_says_so():
    assert path("{target}", type="dark") == "dark.fits"
    assert path("{target}", type="flat", target="M42") == "M42-flat.fits"


def test_each_field_can_be_filled():
    settings = {"gain": 100.0, "offset": 10.0, "binning": (2, 2), "temperature": -10.2}
    fields = picture(target="t", filter="f", hfr=1.0, guiding_rms=0.519, **settings).fields()
    assert fields.keys() == FIELDS.keys()
    assert all(fields.values())
    assert (fields["temperature"], fields["binning"], fields["gain"]) == ("-10C", "2x2", "100")
    assert fields["guiding_RMS"] == "0.52"


def test_the_ending_is_that_of_the_format():
    assert path("{count}.FIT", ending=".fits.fz") == "001.fits.fz"
    assert path("{count}.x", ending=".jpg") == "001.x.jpg"


def test_a_value_makes_no_folders():
    assert path("{target}", target="../a/b:c") == "-a-b-c.fits"
    assert path("{target}/{count}", target="..") == "001.fits"


@pytest.mark.parametrize(
    "text", ["", ".fits", "/abs/{count}", "../{count}", "a//b", "{nonsense}", "{count:3}", "{count", "{}"]
)
def test_what_is_no_pattern_is_refused(text):
    with pytest.raises(PatternError):
        Pattern(text)


def test_an_unknown_field_is_named_with_those_that_there_are():
    with pytest.raises(PatternError, match=r"\{filtre\} is no field; there are date,.*filter"):
        Pattern("{filtre}")
