"""Members as people read and type them."""

import pytest

from lightapt_clients.top.fields import EntryError, hint, is_editable, pressed, title, to_send, value_text
from lightapt_protocol.members import DefBlob, DefLight, DefNumber, DefSwitch, DefText
from lightapt_protocol.messages import DefBlobVector, DefLightVector, DefNumberVector, DefSwitchVector, DefTextVector
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.vocabulary import Permission, State, SwitchRule, SwitchState

RA = DefNumber("RA", 12.5, label="RA (hh:mm:ss)", format="%10.6m", min=0, max=24)
DEC = DefNumber("DEC", -5.25, label="", format="%10.6m", min=-90, max=90)
SECONDS = DefNumber("SECONDS", 1.0, label="Exposure (s)", format="%5.2f", min=0.01, max=3600, step=1)
COUNT = DefNumber("COUNT", 3, format="%4.0f")


def prop(definition):
    mirror = Mirror()
    (change,) = mirror.apply(definition)
    return change.current


def numbers(*members, perm=Permission.READ_WRITE):
    return prop(DefNumberVector("Mount", "NUMBERS", perm=perm, members=members))


def switches(rule, **values):
    members = tuple(DefSwitch(name, SwitchState(value)) for name, value in values.items())
    return prop(DefSwitchVector("Mount", "SWITCHES", rule=rule, members=members))


@pytest.mark.parametrize(
    ("definition", "text"),
    [
        (DefNumberVector("D", "P", members=(RA,)), "12:30:00"),
        (DefNumberVector("D", "P", members=(SECONDS,)), "1.00"),
        (DefTextVector("D", "P", members=(DefText("T", "Red"),)), "Red"),
        (DefSwitchVector("D", "P", members=(DefSwitch("S", SwitchState.ON),)), "On"),
        (DefLightVector("D", "P", members=(DefLight("L", State.ALERT),)), "Alert"),
        (DefBlobVector("D", "P", members=(DefBlob("B"),)), ""),
        (DefTextVector("D", "P", perm=Permission.WRITE_ONLY, members=(DefText("T", "secret"),)), ""),
    ],
)
def test_values_are_shown_as_the_device_wants_them(definition, text):
    shown = prop(definition)
    (member,) = shown.members.values()
    assert value_text(shown, member) == text


def test_a_member_without_a_label_is_called_by_its_name():
    assert [title(RA), title(DEC)] == ["RA (hh:mm:ss)", "DEC"]


def test_the_hint_tells_limits_unit_step_and_how_to_type():
    shown = numbers(SECONDS, DEC, COUNT)
    assert hint(shown, SECONDS) == "0.01 to 3600.00 s, steps of 1"
    assert hint(shown, DEC) == "-90:00:00 to 90:00:00, as 12.5 or 12:30:00"
    assert hint(shown, COUNT) == "any number"
    assert "always one" in hint(switches(SwitchRule.ONE_OF_MANY, A=1), DefSwitch("A"))


def test_only_writable_numbers_and_texts_have_fields():
    assert is_editable(numbers(RA))
    assert not is_editable(numbers(RA, perm=Permission.READ_ONLY))
    assert not is_editable(switches(SwitchRule.ANY_OF_MANY, A=1))


@pytest.mark.parametrize(("text", "value"), [("6", 6.0), ("6:30", 6.5), ("6 30 00", 6.5), (" 6,5 ", 6.5)])
def test_numbers_may_be_typed_in_several_ways(text, value):
    assert to_send(numbers(RA), {"RA": text}) == {"RA": value}


def test_members_that_were_not_typed_are_sent_as_they_are():
    assert to_send(numbers(RA, DEC), {"RA": "1"}) == {"RA": 1.0, "DEC": -5.25}


def test_of_what_cannot_be_read_only_what_was_typed_is_sent():
    assert to_send(numbers(RA, DEC, perm=Permission.WRITE_ONLY), {"RA": "1"}) == {"RA": 1.0}


@pytest.mark.parametrize(
    ("member", "text", "words"),
    [
        (RA, "12x", "no number"),
        (RA, "25", "the most is 24:00:00"),
        (DEC, "-90:30", "the least is -90:00:00"),
        (SECONDS, "0", "the least is 0.01"),
        (COUNT, "2.5", "whole number"),
        (RA, "nan", "no number"),
    ],
)
def test_a_number_that_the_device_would_not_take_is_refused_in_words(member, text, words):
    with pytest.raises(EntryError, match=words):
        to_send(numbers(member), {member.name: text})


def test_limits_themselves_may_be_typed():
    assert to_send(numbers(SECONDS), {"SECONDS": "3600"}) == {"SECONDS": 3600.0}
    assert to_send(numbers(SECONDS), {"SECONDS": "0.01"}) == {"SECONDS": 0.01}


def test_a_step_is_no_rule():
    assert to_send(numbers(SECONDS), {"SECONDS": "2.5"}) == {"SECONDS": 2.5}


def test_nothing_typed_is_nothing_to_send():
    with pytest.raises(EntryError, match="type a value"):
        to_send(numbers(RA), {})


def test_the_rule_of_switches_is_kept():
    assert pressed(switches(SwitchRule.ONE_OF_MANY, A=1, B=0), "B") == {"B": True}
    assert pressed(switches(SwitchRule.ONE_OF_MANY, A=1, B=0), "A") == {"A": True}
    assert pressed(switches(SwitchRule.AT_MOST_ONE, A=1, B=0), "A") == {"A": False}
    assert pressed(switches(SwitchRule.AT_MOST_ONE, A=1, B=0), "B") == {"B": True}
    assert pressed(switches(SwitchRule.ANY_OF_MANY, A=1, B=0), "A") == {"A": False}
