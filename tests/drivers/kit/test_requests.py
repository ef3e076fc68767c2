"""Every request is checked before a driver sees it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.kit.errors import RefusedError
from lightapt_drivers.kit.requests import wanted_members
from lightapt_protocol.members import (
    DefBlob,
    DefLight,
    DefNumber,
    DefSwitch,
    DefText,
    OneBlob,
    OneNumber,
    OneSwitch,
    OneText,
)
from lightapt_protocol.messages import (
    DefBlobVector,
    DefLightVector,
    DefNumberVector,
    DefSwitchVector,
    DefTextVector,
    NewBlobVector,
    NewNumberVector,
    NewSwitchVector,
    NewTextVector,
)
from lightapt_protocol.vocabulary import Permission, SwitchRule, SwitchState

ON, OFF = SwitchState.ON, SwitchState.OFF


def numbers(perm=Permission.READ_WRITE):
    members = (DefNumber("RA", 1.0, format="%010.6m", max=24.0), DefNumber("FREE", 5.0))
    return DefNumberVector("D", "P", perm=perm, members=members)


def switches(rule):
    return DefSwitchVector("D", "P", rule=rule, members=(DefSwitch("A", ON), DefSwitch("B")))


def set_to(value, definition=None, member="RA"):
    """Return what becomes of a number that is asked for."""
    request = NewNumberVector("D", "P", members=(OneNumber(member, value),))
    return wanted_members(request, definition or numbers())[member].value


def turned(*members, rule):
    """Return the switches that are on when these are asked for."""
    wanted = wanted_members(NewSwitchVector("D", "P", members=members), switches(rule))
    return [name for name, member in wanted.items() if member.value]


def stepped(**fields):
    return DefNumberVector("D", "P", members=(DefNumber("RA", fields.get("min", 0.0), **fields),))


def test_what_is_not_asked_for_stays():
    wanted = wanted_members(NewNumberVector("D", "P", members=(OneNumber("RA", 2.0),)), numbers())
    assert {name: member.value for name, member in wanted.items()} == {"RA": 2.0, "FREE": 5.0}


def test_members_keep_their_order_and_their_ranges():
    members = (OneNumber("FREE", 2.0), OneNumber("RA", 3.0))
    wanted = wanted_members(NewNumberVector("D", "P", members=members), numbers())
    assert list(wanted) == ["RA", "FREE"]
    assert (wanted["RA"].max, wanted["RA"].format) == (24.0, "%010.6m")


def test_a_request_for_nothing_is_refused():
    with pytest.raises(RefusedError, match="name a member"):
        wanted_members(NewNumberVector("D", "P"), numbers())


def test_a_text_is_taken():
    definition = DefTextVector("D", "P", members=(DefText("T", "old"),))
    assert wanted_members(NewTextVector("D", "P", members=(OneText("T", "new"),)), definition)["T"].value == "new"


@pytest.mark.parametrize("value", [0.0, 24.0])
def test_the_ends_of_a_range_belong_to_it(value):
    assert set_to(value) == value


def test_what_is_out_of_range_is_refused_in_the_members_own_format():
    with pytest.raises(RefusedError, match=r"RA must be from 0:00:00 to 24:00:00, not 25\.5"):
        set_to(25.5)


def test_where_min_is_max_any_number_goes():
    assert set_to(-1e9, member="FREE") == -1e9


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("member", ["RA", "FREE"])
def test_what_is_not_finite_is_refused(value, member):
    with pytest.raises(RefusedError, match=f"{member} must be a finite number, not {value}"):
        set_to(value, member=member)


@pytest.mark.parametrize("value", [0.1, 0.3, 0.7, 1e6 + 0.1, -4.2])
def test_whole_steps_are_taken_however_they_round(value):
    assert set_to(value, stepped(step=0.1)) == value


def test_steps_count_from_the_least_value():
    assert set_to(7.0, stepped(min=1.0, max=99.0, step=2.0)) == 7.0


@pytest.mark.parametrize("value", [0.05, 0.101, 1e6 + 0.05])
def test_what_is_between_two_steps_is_refused(value):
    with pytest.raises(RefusedError, match=r"RA goes in steps of 0\.1 from 0; .* is between two"):
        set_to(value, stepped(step=0.1))


@given(
    first=st.integers(-1000, 1000), step=st.sampled_from([1e-3, 0.05, 0.1, 0.25, 3.0]), count=st.integers(0, 1_000_000)
)
def test_every_number_of_steps_is_taken(first, step, count):
    value = first + count * step
    assert set_to(value, stepped(min=float(first), max=first + 1e9, step=step)) == value


@pytest.mark.parametrize("value", [0.5, 1 / 3])
def test_without_a_step_all_of_the_range_goes(value):
    assert set_to(value) == value


def test_what_is_read_only_is_refused():
    with pytest.raises(RefusedError, match="P is read-only"):
        set_to(2.0, numbers(Permission.READ_ONLY))


def test_what_cannot_be_read_can_be_written():
    assert set_to(2.0, numbers(Permission.WRITE_ONLY)) == 2.0


def test_another_kind_is_refused():
    with pytest.raises(RefusedError, match="P is a number property, not text"):
        wanted_members(NewTextVector("D", "P", members=(OneText("RA", "2"),)), numbers())


def test_lights_cannot_be_set():
    with pytest.raises(RefusedError, match="P is a light property, not number"):
        set_to(2.0, DefLightVector("D", "P", members=(DefLight("RA"),)))


def test_an_unknown_member_is_refused():
    with pytest.raises(RefusedError, match="P has no member DEC"):
        wanted_members(NewNumberVector("D", "P", members=(OneNumber("DEC", 2.0),)), numbers())


def test_a_blob_is_taken_where_it_may_be_sent():
    request = NewBlobVector("D", "P", members=(OneBlob("B", b"x", size=1),))
    definition = DefBlobVector("D", "P", perm=Permission.READ_WRITE, members=(DefBlob("B"),))
    assert wanted_members(request, definition) == {"B": DefBlob("B")}


def test_a_blob_is_refused_where_it_may_not():
    request = NewBlobVector("D", "P", members=(OneBlob("B", b"x", size=1),))
    with pytest.raises(RefusedError, match="P is read-only"):
        wanted_members(request, DefBlobVector("D", "P", perm=Permission.READ_ONLY, members=(DefBlob("B"),)))


@pytest.mark.parametrize("rule", [SwitchRule.ONE_OF_MANY, SwitchRule.AT_MOST_ONE])
def test_a_switch_that_excludes_others_puts_them_off(rule):
    assert turned(OneSwitch("B", ON), rule=rule) == ["B"]


@pytest.mark.parametrize("rule", [SwitchRule.ONE_OF_MANY, SwitchRule.AT_MOST_ONE])
def test_the_others_may_be_said_to_be_off(rule):
    assert turned(OneSwitch("A", OFF), OneSwitch("B", ON), rule=rule) == ["B"]


def test_of_any_of_many_the_others_stay():
    assert turned(OneSwitch("B", ON), rule=SwitchRule.ANY_OF_MANY) == ["A", "B"]


def test_of_any_of_many_all_may_be_off():
    assert turned(OneSwitch("A", OFF), rule=SwitchRule.ANY_OF_MANY) == []


def test_of_one_of_many_one_must_be_on():
    with pytest.raises(RefusedError, match="of P one switch must be on, not 0"):
        turned(OneSwitch("A", OFF), rule=SwitchRule.ONE_OF_MANY)


def test_of_one_of_many_what_is_off_may_be_said_to_be():
    assert turned(OneSwitch("B", OFF), rule=SwitchRule.ONE_OF_MANY) == ["A"]


def test_of_at_most_one_none_may_be_on():
    assert turned(OneSwitch("A", OFF), rule=SwitchRule.AT_MOST_ONE) == []


@pytest.mark.parametrize("rule", [SwitchRule.ONE_OF_MANY, SwitchRule.AT_MOST_ONE])
def test_two_that_exclude_each_other_are_refused(rule):
    with pytest.raises(RefusedError, match="not 2"):
        turned(OneSwitch("A", ON), OneSwitch("B", ON), rule=rule)


def test_labels_survive():
    definition = DefSwitchVector("D", "P", members=(DefSwitch("A", ON, label="first"), DefSwitch("B", label="second")))
    wanted = wanted_members(NewSwitchVector("D", "P", members=(OneSwitch("B", ON),)), definition)
    assert [member.label for member in wanted.values()] == ["first", "second"]
