"""What a shell is offered."""

import argparse
from dataclasses import replace

import pytest

from lightapt_clients.commands import words
from lightapt_clients.commands.words import DeviceArgument, FilterArgument, PatternArgument, PlaceArgument
from lightapt_protocol.mirror import Mirror

from ..puppet import CONNECTION, COORD, NAMES


@pytest.fixture(autouse=True)
def mirror(monkeypatch):
    mirror = Mirror()
    for message in (COORD, CONNECTION, NAMES):
        mirror.apply(message)
    monkeypatch.setattr(words, "_mirror", lambda _: mirror)


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("", ["Mount.", "Wheel."]),
        ("M", ["Mount.COORD.", "Mount.CONNECTION."]),
        ("W", ["Wheel.NAMES.ONE", "Wheel.NAMES.TWO"]),
        ("Mount.COO", ["Mount.COORD.RA", "Mount.COORD.DEC"]),
        ("Mount.COORD.RA", ["Mount.COORD.RA"]),
        ("Mount.C", ["Mount.COORD.", "Mount.CONNECTION."]),
        ("Mount.COORD.", ["Mount.COORD.RA", "Mount.COORD.DEC"]),
        ("Mount.X", []),
    ],
)
def test_a_path_is_offered_up_to_where_it_has_several_ways_to_go_on(prefix, found):
    assert PatternArgument()(prefix, argparse.Namespace()) == found


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("Mount.COORD.R", ["Mount.COORD.RA="]),
        ("Mount.CONNECTION.C", ["Mount.CONNECTION.CONNECT=On", "Mount.CONNECTION.CONNECT=Off"]),
    ],
)
def test_a_setting_is_offered_with_its_values(prefix, found):
    assert PatternArgument(is_assignment=True)(prefix, argparse.Namespace()) == found


def test_devices_are_offered():
    assert DeviceArgument()("W", argparse.Namespace()) == ["Wheel"]


@pytest.mark.parametrize(("wheel", "found"), [("", ["Blue"]), ("Wheel", ["Blue"]), ("Other", [])])
def test_filters_are_offered(monkeypatch, wheel, found):
    mirror = Mirror()
    mirror.apply(replace(NAMES, name="FILTER_NAME"))
    monkeypatch.setattr(words, "_mirror", lambda _: mirror)
    assert FilterArgument()("B", argparse.Namespace(wheel=wheel)) == found


def test_places_are_offered():
    assert "Vega" in PlaceArgument()("Ve")
