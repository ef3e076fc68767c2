"""A configuration is saved whole or not at all."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers import DriverError
from lightapt_drivers.kit import configuration
from lightapt_drivers.kit.configuration import BrokenFileError, ConfigurationFile, folder
from lightapt_protocol.members import OneNumber, OneSwitch, OneText
from lightapt_protocol.messages import NewNumberVector, NewSwitchVector, NewTextVector
from lightapt_protocol.vocabulary import SwitchState
from tests.drivers.kit import config_writer
from tests.drivers.kit.scenes import PATIENCE, descriptors

SAVED = [
    NewNumberVector("Thing", "NUMBERS", members=(OneNumber("A", 0.1 + 0.2), OneNumber("B", -1e-300))),
    NewSwitchVector("Thing", "MODE", members=(OneSwitch("A", SwitchState.ON), OneSwitch("B", SwitchState.OFF))),
    NewTextVector("Thing", "WORDS", members=(OneText("A", ' <&"> äöü '), OneText("B", ""))),
]


@pytest.fixture
def file(tmp_path):
    return ConfigurationFile(tmp_path / "devices" / "Thing.xml")


def written(file, data):
    file.path.parent.mkdir(exist_ok=True)
    file.path.write_bytes(data)
    return file


# Saving and loading.


def test_what_was_saved_is_loaded_to_the_last_bit(file):
    file.save(SAVED)
    assert file.load() == SAVED


def test_where_nothing_was_saved_there_is_nothing(file):
    assert file.load() is None


def test_nothing_can_be_saved_as_well(file):
    file.save([])
    assert file.load() == []


def test_saving_replaces_what_was_saved_before(file):
    file.save(SAVED)
    file.save(SAVED[:1])
    assert file.load() == SAVED[:1]


def test_nothing_else_is_left_in_the_folder(file):
    before = descriptors()
    file.save(SAVED)
    assert os.listdir(file.path.parent) == ["Thing.xml"]
    assert descriptors() == before


def test_it_is_as_libindi_writes_it(file):
    file.save(SAVED[:1])
    assert file.path.read_bytes().startswith(b'<INDIDriver>\n<newNumberVector device="Thing" name="NUMBERS">')


def test_what_libindi_has_written_is_understood(file):
    """The layout is IUSaveConfigTag's and IUSaveConfigNumber's (libindi, libs/indidevice/indidriver.c)."""
    text = """<INDIDriver>
<newNumberVector device='Thing' name='NUMBERS'>
  <oneNumber name='A'>
      1:30:00
  </oneNumber>
</newNumberVector>
<newSwitchVector device='Thing' name='MODE'>
  <oneSwitch name='A'>
      On
  </oneSwitch>
</newSwitchVector>
</INDIDriver>
"""
    numbers, mode = written(file, text.encode()).load()
    assert numbers.members == (OneNumber("A", 1.5),)
    assert mode.members == (OneSwitch("A", SwitchState.ON),)


def test_what_is_purged_is_gone(file):
    file.save(SAVED)
    file.purge()
    assert file.load() is None
    file.purge()


# What goes wrong.


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<INDIDriver>",
        b"<INDIDriver><nonsense/></INDIDriver>",
        b'<A><newNumberVector device="D" name="P"><oneNumber name="B">x</oneNumber></newNumberVector></A>',
        b'<INDIDriver><setNumberVector device="D" name="P"/></INDIDriver>',
        b'<?xml version="1.0" encoding="none-such"?><INDIDriver/>',
        b"\xff\xfe\x00\x00",
        b"<a>" * 100_000,
        b"<a>" * 5_000 + b"</a>" * 5_000,
    ],
)
def test_what_is_no_configuration_says_so_and_what_to_do(file, data):
    with pytest.raises(BrokenFileError, match=r"Thing\.xml .*: purge it, or save anew"):
        written(file, data).load()


@given(st.binary() | st.text().map(str.encode) | st.text("<>/ab ='\"&;!?[]-").map(str.encode))
def test_whatever_is_in_the_file_it_is_read_or_refused(tmp_path_factory, data):
    file = written(ConfigurationFile(tmp_path_factory.getbasetemp() / "any.xml"), data)
    with suppress(BrokenFileError):
        assert file.load() == []


def test_what_is_too_large_is_not_read(file, monkeypatch):
    monkeypatch.setattr(configuration, "_LARGEST", 100)
    with pytest.raises(BrokenFileError, match=r"is too large to be a configuration: purge it, or save anew"):
        written(file, b"<INDIDriver>" + b" " * 100 + b"</INDIDriver>").load()


def test_a_folder_in_its_place_is_a_fault_in_words(file):
    file.path.mkdir(parents=True)
    for way, words in [(file.load, "read"), (lambda: file.save(SAVED), "saved"), (file.purge, "removed")]:
        with pytest.raises(DriverError, match=f"the configuration cannot be {words}"):
            way()
    assert os.listdir(file.path.parent) == ["Thing.xml"]


def test_a_folder_that_cannot_be_made_is_a_fault_in_words(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DriverError, match="the configuration cannot be saved"):
        ConfigurationFile(tmp_path / "file" / "Thing.xml").save(SAVED)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_what_fails_midway_leaves_the_old_one_and_nothing_else(file, monkeypatch, step):
    file.save(SAVED[:1])
    before = descriptors()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(configuration.os, step, full)
    with pytest.raises(DriverError, match="No space left"):
        file.save(SAVED)
    monkeypatch.undo()
    assert (file.load(), os.listdir(file.path.parent), descriptors()) == (SAVED[:1], ["Thing.xml"], before)


def test_a_folder_that_is_read_only_is_a_fault_in_words(file, monkeypatch):
    file.save(SAVED)

    def read_only(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(configuration.tempfile, "mkstemp", read_only)  # to root nothing is read-only
    with pytest.raises(DriverError, match=r"the configuration cannot be saved: .*Permission denied"):
        file.save(SAVED[:1])
    assert file.load() == SAVED


def test_killed_at_any_moment_it_leaves_the_old_or_the_new_whole(file):
    command = [sys.executable, config_writer.__file__, str(file.path), "60"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    found = done.stdout.splitlines()
    assert len(found) == 60
    assert set(found) <= {"a", "b"}


# Where it is.


def test_the_folder_is_the_user_s(monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: Path("/home/me"))
    assert folder({"XDG_CONFIG_HOME": "/elsewhere"}) == Path("/elsewhere/lightapt/devices")
    for unusable in ({}, {"XDG_CONFIG_HOME": ""}, {"XDG_CONFIG_HOME": "relative"}):
        assert folder(unusable) == Path("/home/me/.config/lightapt/devices")


@pytest.mark.parametrize(
    ("device", "name"),
    [
        ("CCD Simulator", "CCD Simulator.xml"),
        ("ZWO ASI-1600 (main)", "ZWO ASI-1600 _main_.xml"),
        ("../../etc/passwd", ".._.._etc_passwd.xml"),
        ("Fernrohr Süd", "Fernrohr Süd.xml"),
    ],
)
def test_a_device_has_a_file_of_its_name_in_that_folder(device, name, tmp_path):
    assert ConfigurationFile.of(device, within=tmp_path).path == tmp_path / name
