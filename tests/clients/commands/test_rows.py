"""Properties as the tools show them."""

from datetime import UTC, datetime

import pytest

from lightapt_clients.commands.rows import Row, json_time, plain_number, record_of, shown_value
from lightapt_protocol.mirror import Mirror

from ..puppet import CCD1, CONNECTION, COORD, NAMES


def prop(message):
    mirror = Mirror()
    mirror.apply(message)
    return mirror.find(message.device, message.name)


@pytest.mark.parametrize(
    ("message", "member", "value"),
    [
        (COORD, "RA", "1"),
        (NAMES, "ONE", "Red"),
        (CONNECTION, "DISCONNECT", "On"),
        (COORD, "_LABEL", "COORD"),
        (COORD, "_GROUP", ""),
        (COORD, "_STATE", "Idle"),
        (COORD, "_PERM", "rw"),
        (CCD1, "_PERM", "ro"),
        (COORD, "_TO", "0"),
        (COORD, "_TS", ""),
    ],
)
def test_a_row_has_the_value_that_indi_getprop_prints(message, member, value):
    row = Row(prop(message), member)
    assert row.value == value
    assert row.path == f"{message.device}.{message.name}.{member}"


def test_people_see_numbers_in_the_drivers_format():
    assert shown_value(prop(COORD).members["RA"]) == "1:00:00"


def test_a_record_has_the_members_that_are_asked_for():
    assert record_of(prop(COORD))["members"] == {"RA": 1.0, "DEC": 2.0}
    assert record_of(prop(COORD), {"DEC": None})["members"] == {"DEC": 2.0}
    assert record_of(prop(CCD1))["members"] == {"CCD1": None}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e8, "100000000"),
        (-9.9978e7, "-99978000"),
        (50500.0, "50500"),
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
        (1e20, "1e+20"),
    ],
)
def test_numbers_for_people_have_no_exponent(value, text):
    assert plain_number(value) == text


def test_the_time_of_json_is_utc_to_the_millisecond():
    assert json_time(datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)) == "2026-03-01T12:00:00.123Z"
