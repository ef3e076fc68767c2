"""Settings of a user's."""

import pytest

from lightapt_clients.commands.assignments import parse_assignment, unconfirmed, value_for
from lightapt_clients.commands.exits import CommandError, ExitCode
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
