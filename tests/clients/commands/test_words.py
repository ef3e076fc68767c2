"""What a shell is offered."""

import argparse
from dataclasses import replace
from pathlib import Path

import pytest

from lightapt_clients.commands import log, record, words
from lightapt_clients.commands.words import (
    DeviceArgument,
    FilterArgument,
    PatternArgument,
    PlaceArgument,
    RecordedArgument,
)
from lightapt_protocol.messages import Notice
from lightapt_protocol.mirror import Mirror

from ..puppet import CONNECTION, COORD, NAMES
from ..recording.test_history import element, file


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


def test_devices_of_a_recording_are_offered(tmp_path):
    night = file(tmp_path / "night.indi", element(0, COORD), element(1, NAMES), element(2, Notice("Mount", "hello")))
    named = argparse.Namespace(files=[night])
    assert RecordedArgument()("", named) == ["Mount", "Wheel"]
    assert RecordedArgument()("W", named) == ["Wheel"]


@pytest.mark.parametrize("files", [None, [], [Path("nowhere.indi")]])
def test_nothing_is_offered_of_what_is_no_recording(files):
    assert RecordedArgument()("", argparse.Namespace(files=files)) == []


@pytest.mark.parametrize(("module", "kind"), [(record, DeviceArgument), (log, RecordedArgument)])
def test_a_shell_is_offered_devices_to_record_and_to_print(module, kind):
    parser = argparse.ArgumentParser(add_help=False)
    module.add_arguments(parser)
    assert isinstance(parser._option_string_actions["--device"].completer, kind)
