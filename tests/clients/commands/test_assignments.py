"""Settings of a user's."""

import json

import pytest

from lightapt_clients.commands.assignments import parse_assignment, unconfirmed, value_for
from lightapt_clients.commands.exits import CommandError, ExitCode
from lightapt_clients.commands.rows import record_of
from lightapt_protocol.members import DefNumber
from lightapt_protocol.messages import DefNumberVector, NewNumberVector, NewSwitchVector, NewTextVector
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.vocabulary import PropertyKind

from ..puppet import CONNECTION, COORD, NAMES

LIMITED = DefNumberVector("Mount", "LIMITED", members=(DefNumber("N", 1.0, min=0.0, max=10.0),))


@pytest.fixture
def mirror():
    mirror = Mirror()
    for message in (COORD, CONNECTION, NAMES, LIMITED):
        mirror.apply(message)
    return mirror


@pytest.mark.parametrize(
    ("text", "path", "values"),
    [
        ("d.p.e=1", "d.p", {"e": "1"}),
        ("d.p.e;f=1;2", "d.p", {"e": "1", "f": "2"}),
        ("d.p.e=1;f=2", "d.p", {"e": "1", "f": "2"}),
        ("My EQ6.1 pro.p.e=1", "My EQ6.1 pro.p", {"e": "1"}),
        ("d.p.e=", "d.p", {"e": ""}),
        ("d.p.e=two words", "d.p", {"e": "two words"}),
        ("d.p.e=a=b", "d.p", {"e": "a=b"}),
        ("d.p.e=a;b", "d.p", {"e": "a;b"}),
        ("d.p.e=/dev/tty.usb", "d.p", {"e": "/dev/tty.usb"}),
    ],
)
def test_a_setting_names_a_property_and_values(text, path, values):
    found = parse_assignment(text)
    assert found.path == path
    assert dict(found.values) == values


@pytest.mark.parametrize("text", ["", "=", "rubbish", "d.p=1", "d=1", "d.p.=1", "..=1", "d.p.e;f=1", "d.p.e;=1;2"])
def test_what_sets_nothing_is_refused_with_the_forms(text):
    with pytest.raises(CommandError, match=r"write device\.property\.member=value") as caught:
        parse_assignment(text)
    assert caught.value.code is ExitCode.TROUBLE


def test_a_record_of_json_sets_members_of_any_name():
    found = parse_assignment(
        '{"device": "a.b", "property": "c;d", "state": "Ok", "members": {"e=;.": 1.5, "f": true, "g": "h"}}'
    )
    assert (found.device, found.name, found.is_settled) == ("a.b", "c;d", True)
    assert dict(found.values) == {"e=;.": "1.5", "f": "On", "g": "h"}


def test_a_record_that_get_prints_is_a_setting(mirror):
    prop = mirror.find("Mount", "COORD")
    found = parse_assignment(json.dumps(record_of(prop)))
    assert found.find(mirror) is prop
    assert {name: float(value) for name, value in found.values.items()} == {
        name: member.value for name, member in prop.members.items()
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is no JSON"),
        ("{}", 'needs "device"'),
        ('{"device": "a", "property": "b", "members": {}}', 'needs "device"'),
        ('{"device": "a", "property": "b", "members": {"c": null}}', "a value is"),
    ],
)
def test_a_record_that_sets_nothing_is_refused(text, words):
    with pytest.raises(CommandError, match=words) as caught:
        parse_assignment(text)
    assert caught.value.code is ExitCode.TROUBLE


@pytest.mark.parametrize(
    ("name", "member", "text", "value"),
    [
        ("COORD", "RA", "12:30", 12.5),
        ("COORD", "RA", "-1e3", -1000.0),
        ("CONNECTION", "CONNECT", "On", True),
        ("CONNECTION", "CONNECT", "off", False),
        ("LIMITED", "N", "10", 10.0),
    ],
)
def test_a_value_is_of_the_members_kind(mirror, name, member, text, value):
    assert value_for(mirror.find("Mount", name), member, text) == value


@pytest.mark.parametrize(
    ("name", "member", "text", "words"),
    [
        ("COORD", "RA", "abc", "takes a number"),
        ("CONNECTION", "CONNECT", "Maybe", "takes On or Off"),
        ("LIMITED", "N", "11", "from 0 to 10, not 11"),
        ("LIMITED", "N", "x", "from 0 to 10"),
    ],
)
def test_a_wrong_value_is_told_what_is_right(mirror, name, member, text, words):
    with pytest.raises(CommandError, match=words):
        value_for(mirror.find("Mount", name), member, text)


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (PropertyKind.TEXT, "a", NewTextVector),
        (PropertyKind.NUMBER, "1:30", NewNumberVector),
        (PropertyKind.SWITCH, "On", NewSwitchVector),
    ],
)
def test_a_typed_setting_is_a_message_at_once(kind, value, message):
    found = unconfirmed(parse_assignment(f"a b.c.d={value}"), kind)
    assert isinstance(found, message)
    assert (found.device, found.name, found.members[0].name) == ("a b", "c", "d")


@pytest.mark.parametrize(
    ("device", "name", "member"), [("a.b", "c", "d"), ("a", "b.c", "d"), ("a", "b", "c.d"), ("a.b.c", "d", "e")]
)
def test_what_is_defined_decides_where_a_dot_belongs_to_a_name(device, name, member):
    mirror = Mirror()
    mirror.apply(DefNumberVector(device, name, members=(DefNumber(member, 1.0), DefNumber("x", 1.0))))
    found = parse_assignment(f"{device}.{name}.{member}=1;x=2").settled(mirror)
    assert (found.device, found.name, dict(found.values)) == (device, name, {member: "1", "x": "2"})
    assert parse_assignment(f"{device}.{name}.{member}=1;y=2").settled(mirror) is None


def test_a_property_may_have_a_dot():
    mirror = Mirror()
    mirror.apply(DefNumberVector("a.b", "c.T", members=(DefNumber("m", 1.0),)))
    assert parse_assignment("a.b.c.T.m=1").find(mirror) is mirror.find("a.b", "c.T")


@pytest.mark.parametrize(
    ("format", "words"), [("%s%n%g", "from -5 to 100000000,"), ("%g", "to 100000000,"), ("%10.6m", "from -5:00:00")]
)
def test_limits_are_told_plainly(format, words):
    mirror = Mirror()
    mirror.apply(DefNumberVector("a", "b", members=(DefNumber("m", 1.0, format=format, min=-5.0, max=1e8),)))
    with pytest.raises(CommandError, match=words):
        value_for(mirror.find("a", "b"), "m", "1e9")
