"""Patterns of a user's, against what a server defines."""

import argparse

import pytest

from lightapt_clients.commands.patterns import Pattern, nearest, parse_pattern, why_missing
from lightapt_protocol.members import DefNumber, DefSwitch
from lightapt_protocol.messages import DefNumberVector, DefSwitchVector
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.vocabulary import SwitchState

from ..puppet import ALERT, BUSY, CONNECTION, COORD, NAMES, OK, ON

DOTTED = DefSwitchVector("Sky-Watcher EQ6.1 pro", "CONNECTION", members=(DefSwitch("CONNECT", ON),))


@pytest.fixture
def mirror():
    mirror = Mirror()
    for message in (COORD, CONNECTION, NAMES, DOTTED):
        mirror.apply(message)
    return mirror


def paths(mirror, text):
    return [row.path for row in Pattern(text).rows(mirror)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mount.COORD.RA", ["Mount.COORD.RA"]),
        ("Mount.COORD", ["Mount.COORD.RA", "Mount.COORD.DEC"]),
        ("Mount.COORD.*", ["Mount.COORD.RA", "Mount.COORD.DEC"]),
        ("Wheel", ["Wheel.NAMES.ONE", "Wheel.NAMES.TWO"]),
        ("*.*.RA", ["Mount.COORD.RA"]),
        ("*.CO*.D*", ["Mount.COORD.DEC", "Mount.CONNECTION.DISCONNECT"]),
        ("Mount.COORD._STATE", ["Mount.COORD._STATE"]),
        ("Sky-Watcher EQ6.1 pro", ["Sky-Watcher EQ6.1 pro.CONNECTION.CONNECT"]),
        ("Sky-Watcher EQ6.1 pro.CONNECTION", ["Sky-Watcher EQ6.1 pro.CONNECTION.CONNECT"]),
        ("Sky-Watcher EQ6.1 pro.CONNECTION.CONNECT", ["Sky-Watcher EQ6.1 pro.CONNECTION.CONNECT"]),
        ("Mount.COORD.R", []),
        ("", []),
        ("..", []),
        ("...", []),
        ("[a-z].COORD.RA", []),
    ],
)
def test_a_pattern_names_what_is_like_it(mirror, text, found):
    assert paths(mirror, text) == found


def test_a_star_names_everything(mirror):
    assert len(paths(mirror, "*")) == len(paths(mirror, "*.*.*")) == 7


@pytest.mark.parametrize(("text", "is_so"), [("a.b.c", True), ("a.b", False), ("a.b.*", False), ("*.b.c", False)])
def test_only_a_whole_path_without_wildcards_is_exact(text, is_so):
    assert Pattern(text).is_exact is is_so


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mont.COORD.RA", "did you mean 'Mount'?"),
        ("Quark.X.Y", "there are Mount, Sky-Watcher EQ6.1 pro, Wheel"),
        ("Mount.CORD.RA", "did you mean COORD?"),
        ("Mount.QUARK.RA", "but COORD, CONNECTION"),
        ("Mount.COORD.DEK", "did you mean DEC?"),
        ("Mount.COORD.ALT", "but RA, DEC"),
        ("Mount.CORD.RA", "lightapt connect 'Mount'"),
        ("*.CORD.*", "did you mean COORD?"),
        ("Sky-Watcher EQ6.1 pro.CONNECTON.CONNECT", "did you mean CONNECTION?"),
    ],
)
def test_what_is_missing_is_told_with_what_is_probably_meant(mirror, text, words):
    assert words in why_missing(Pattern(text), mirror, server="host:1")


def test_a_connected_device_is_not_told_to_connect(mirror):
    assert "lightapt connect" not in why_missing(Pattern(f"{DOTTED.device}.X.Y"), mirror, server="host:1")


@pytest.mark.parametrize(
    ("state", "on", "is_told"), [(OK, True, False), (ALERT, True, True), (BUSY, True, True), (OK, False, True)]
)
def test_a_device_without_its_hardware_is_told_to_connect_though_connect_is_on(state, on, is_told):
    mirror = Mirror()
    mirror.apply(DefSwitchVector("PHD2", "CONNECTION", state=state, members=(DefSwitch("CONNECT", SwitchState(on)),)))
    words = why_missing(Pattern("PHD2.PHD2_GUIDE.GUIDE"), mirror, server="host:1")
    assert ("'PHD2' is not connected" in words) is is_told


def test_a_server_without_devices_is_named():
    assert "host:1 has no devices" in why_missing(Pattern("a.b.c"), Mirror(), server="host:1")


def test_the_nearest_name_has_any_case():
    assert nearest("connetion", ["CONNECTION", "DEBUG"]) == "CONNECTION"
    assert nearest("xyz", ["CONNECTION"]) == ""


def test_names_of_properties_and_members_may_have_dots():
    mirror = Mirror()
    mirror.apply(DefNumberVector("a.b", "c.T", members=(DefNumber("m.2", 1.0), DefNumber("m;3", 2.0))))
    for name in ("m.2", "m;3"):
        assert [row.path for row in Pattern(f"a.b.c.T.{name}").rows(mirror)] == [f"a.b.c.T.{name}"]
    assert len(Pattern("a.b.c.T").rows(mirror)) == 2


def test_what_is_begun_is_meant_before_what_is_alike():
    assert nearest("lum", ["Blue", "Luminance"]) == "Luminance"


def test_an_argument_that_is_empty_is_refused():
    assert parse_pattern("Mount").text == "Mount"
    with pytest.raises(argparse.ArgumentTypeError, match="names nothing"):
        parse_pattern("")
