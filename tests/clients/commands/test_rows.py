"""Properties as the tools show them."""

import pytest

from lightapt_clients.commands.rows import Row, record_of, shown_value
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
