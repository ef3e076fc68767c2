"""Every request is checked before a driver sees it."""

import pytest

from lightapt_drivers.requests import RefusedError, wanted
from lightapt_protocol.members import (
    DefBlob,
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
    DefNumberVector,
    DefSwitchVector,
    DefTextVector,
    NewBlobVector,
    NewNumberVector,
    NewSwitchVector,
    NewTextVector,
)
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.vocabulary import Permission, SwitchRule, SwitchState

ON, OFF = SwitchState.ON, SwitchState.OFF


def as_property(definition):
    mirror = Mirror()
    mirror.apply(definition)
    return mirror.devices["D"]["P"]


def numbers(perm=Permission.READ_WRITE):
    members = (DefNumber("RA", 1.0, format="%010.6m", max=24.0), DefNumber("FREE", 5.0))
    return as_property(DefNumberVector("D", "P", perm=perm, members=members))


def switches(rule):
    return as_property(DefSwitchVector("D", "P", rule=rule, members=(DefSwitch("A", ON), DefSwitch("B"))))


def ask(*members):
    return NewSwitchVector("D", "P", members=members)


def test_what_is_not_asked_for_stays():
    prop = wanted(NewNumberVector("D", "P", members=(OneNumber("RA", 2.0),)), numbers())
    assert (prop.number("RA"), prop.number("FREE")) == (2.0, 5.0)


def test_a_text_is_taken():
    prop = as_property(DefTextVector("D", "P", members=(DefText("T", "old"),)))
    assert wanted(NewTextVector("D", "P", members=(OneText("T", "new"),)), prop).text("T") == "new"


@pytest.mark.parametrize("value", [0.0, 24.0])
def test_the_ends_of_a_range_belong_to_it(value):
    assert wanted(NewNumberVector("D", "P", members=(OneNumber("RA", value),)), numbers()).number("RA") == value


def test_what_is_out_of_range_is_refused_in_the_members_own_format():
    with pytest.raises(RefusedError, match="RA must be from 0:00:00 to 24:00:00, not 25:30:00"):
        wanted(NewNumberVector("D", "P", members=(OneNumber("RA", 25.5),)), numbers())


def test_where_min_is_max_any_number_goes():
    assert wanted(NewNumberVector("D", "P", members=(OneNumber("FREE", -1e9),)), numbers()).number("FREE") == -1e9


def test_what_is_read_only_is_refused():
    with pytest.raises(RefusedError, match="P is read-only"):
        wanted(NewNumberVector("D", "P", members=(OneNumber("RA", 2.0),)), numbers(Permission.READ_ONLY))


def test_another_kind_is_refused():
    with pytest.raises(RefusedError, match="P is a number property, not text"):
        wanted(NewTextVector("D", "P", members=(OneText("RA", "2"),)), numbers())


def test_an_unknown_member_is_refused():
    with pytest.raises(RefusedError, match="P has no member DEC"):
        wanted(NewNumberVector("D", "P", members=(OneNumber("DEC", 2.0),)), numbers())


def test_a_blob_is_refused():
    prop = as_property(DefBlobVector("D", "P", members=(DefBlob("B"),)))
    with pytest.raises(RefusedError, match="B cannot be set"):
        wanted(NewBlobVector("D", "P", members=(OneBlob("B", b"x", size=1),)), prop)


@pytest.mark.parametrize("rule", [SwitchRule.ONE_OF_MANY, SwitchRule.AT_MOST_ONE])
def test_a_switch_that_excludes_others_puts_them_off(rule):
    assert wanted(ask(OneSwitch("B", ON)), switches(rule)).switches_on() == ["B"]


def test_of_any_of_many_the_others_stay():
    assert wanted(ask(OneSwitch("B", ON)), switches(SwitchRule.ANY_OF_MANY)).switches_on() == ["A", "B"]


def test_of_one_of_many_one_must_be_on():
    with pytest.raises(RefusedError, match="one switch must be on, not 0"):
        wanted(ask(OneSwitch("A", OFF)), switches(SwitchRule.ONE_OF_MANY))


def test_of_at_most_one_none_may_be_on():
    assert wanted(ask(OneSwitch("A", OFF)), switches(SwitchRule.AT_MOST_ONE)).switches_on() == []


@pytest.mark.parametrize("rule", [SwitchRule.ONE_OF_MANY, SwitchRule.AT_MOST_ONE])
def test_two_that_exclude_each_other_are_refused(rule):
    with pytest.raises(RefusedError, match="not 2"):
        wanted(ask(OneSwitch("A", ON), OneSwitch("B", ON)), switches(rule))


def test_labels_survive():
    definition = DefSwitchVector("D", "P", members=(DefSwitch("A", ON, label="first"), DefSwitch("B", label="second")))
    members = wanted(ask(OneSwitch("B", ON)), as_property(definition)).members
    assert [member.label for member in members.values()] == ["first", "second"]
