"""What driver words mean, on a small machine of our own and on this one."""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_server import catalog
from lightapt_server.catalog import (
    Catalog,
    DriverSource,
    DriverWordError,
    NotExecutableError,
    NotInstalledError,
    UnknownDriverError,
    format_json,
    format_table,
    is_remote,
    list_drivers,
    resolve,
)
from lightapt_server.config import DriverSpec

DRIVERS_XML = """<?xml version="1.0" encoding="UTF-8"?>
<driversList>
  <devGroup group="Telescopes">
    <device label="LX90" manufacturer="Meade">
      <driver name="LX200 GPS">indi_lx200</driver><version>2.1</version>
    </device>
    <device label="O'Hara Mount"><driver name="OHara">indi_lx200</driver></device>
    <device label="Absent"><driver name="Absent">indi_absent</driver></device>
  </devGroup>
  <devGroup group="CCDs">
    <device label="CCD Simulator" mdpd="true"><driver name="CCD Simulator"> indi_ccd </driver></device>
    <device label="Legacy" skel="legacy_sk.xml"><driver name="Legacy">indi_ccd</driver></device>
    <device label="Without driver"/>
    <device label="Empty driver"><driver name="E"/></device>
  </devGroup>
</driversList>
"""
BUILT_INS = {"ccd": "some.ccd:main", "telescope": "some.telescope:main", "indi_own": "some.own:main"}


def make_executable(path: Path) -> Path:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


class Machine:
    """A machine with a few programs, one catalogue and three built-in drivers."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "bin"
        self.data = folder / "indi"
        self.programs.mkdir()
        self.data.mkdir()
        for name in ("indi_lx200", "indi_ccd", "telescope", "LX90X"):
            make_executable(self.programs / name)
        (self.data / "drivers.xml").write_text(DRIVERS_XML)
        self.environment = {"PATH": str(self.programs)}
        self.asked_for_built_ins = 0
        self.catalog = self.new_catalog()

    def new_catalog(self) -> Catalog:
        return Catalog(environment=self.environment, folders=[self.data], built_ins=self.built_ins)

    def built_ins(self) -> Mapping[str, str]:
        self.asked_for_built_ins += 1
        return BUILT_INS

    def program(self, name: str) -> str:
        return str(self.programs / name)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_built_in_name_is_a_module_of_this_python_and_comes_before_path(machine: Machine) -> None:
    assert machine.catalog.resolve("telescope") == DriverSpec((sys.executable, "-m", "some.telescope"), "telescope")


def test_arguments_follow_in_quotes(machine: Machine) -> None:
    spec = machine.catalog.resolve('ccd --size 1280x960 --name "Main Camera"')
    assert spec.argv == (sys.executable, "-m", "some.ccd", "--size", "1280x960", "--name", "Main Camera")
    assert spec.label == "ccd"


def test_an_executable_is_found_on_path_and_built_ins_are_not_read_for_native_names(machine: Machine) -> None:
    assert machine.catalog.resolve("indi_ccd -x") == DriverSpec((machine.program("indi_ccd"), "-x"), "indi_ccd")
    assert machine.asked_for_built_ins == 0


def test_a_built_in_never_takes_a_native_name(machine: Machine) -> None:
    with pytest.raises(UnknownDriverError):
        machine.catalog.resolve("indi_own")


def test_a_label_is_found_whole_in_any_capitals_before_a_built_in_of_its_first_word(machine: Machine) -> None:
    for word in ("CCD Simulator", "ccd simulator", "'ccd Simulator'"):
        assert machine.catalog.resolve(word) == DriverSpec((machine.program("indi_ccd"),), "CCD Simulator")


def test_a_quoted_label_takes_arguments(machine: Machine) -> None:
    assert machine.catalog.resolve("'CCD Simulator' --x").argv == (machine.program("indi_ccd"), "--x")


def test_a_label_may_hold_an_apostrophe(machine: Machine) -> None:
    assert machine.catalog.resolve("O'Hara Mount").label == "O'Hara Mount"


def test_a_label_becomes_the_name_of_the_device(machine: Machine) -> None:
    assert machine.catalog.resolve("LX90").environment == (("INDIDEV", "LX90"),)


def test_a_label_of_many_devices_names_none(machine: Machine) -> None:
    assert machine.catalog.resolve("CCD Simulator").environment == ()


def test_a_skeleton_is_passed_on_from_the_folder_of_its_catalogue(machine: Machine) -> None:
    skeleton = str(machine.data / "legacy_sk.xml")
    assert machine.catalog.resolve("Legacy").environment == (("INDIDEV", "Legacy"), ("INDISKEL", skeleton))


@pytest.mark.parametrize("word", ["pipes: {} --x", "pipes:{} --x", "  pipes:  {} --x "])
def test_the_prefix_pipes_asks_for_plain_pipes(machine: Machine, word: str) -> None:
    path = machine.program("indi_ccd")
    assert machine.catalog.resolve(word.format(path)) == DriverSpec((path, "--x"), path, pipes=True)


def test_a_path_is_taken_from_the_working_directory_and_kept_absolute(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(machine.programs)
    assert machine.catalog.resolve("./indi_ccd") == DriverSpec((machine.program("indi_ccd"),), "./indi_ccd")


def test_a_path_may_begin_at_home(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(machine.programs))
    assert machine.catalog.resolve("~/indi_ccd").argv == (machine.program("indi_ccd"),)


def test_a_path_that_is_not_executable_says_so(machine: Machine) -> None:
    script = machine.programs / "my driver.py"
    script.write_text("")
    with pytest.raises(NotExecutableError, match=r"is there but not executable; try: chmod \+x '.*my driver.py'"):
        machine.catalog.resolve(f"'{script}'")


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("/nowhere/at/all", "there is no such file"),
        ("/tmp", "is a folder"),
        ("/" + "x" * 5000, "there is no such file"),
        ("", "missing"),
        ("pipes:", "missing"),
        ("''", "missing"),
        ("a\0b", "NUL"),
        ("CCD@dome.local", "is a remote"),
    ],
)
def test_a_word_that_starts_nothing_says_why(machine: Machine, word: str, problem: str) -> None:
    with pytest.raises(DriverWordError, match=problem):
        machine.catalog.resolve(word)


def test_a_label_without_its_program_says_so(machine: Machine) -> None:
    with pytest.raises(NotInstalledError, match="its program indi_absent is not installed") as caught:
        machine.catalog.resolve("absent")
    assert caught.value.executable == "indi_absent"


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("telescop", ("telescope",)),
        ("TELESCOPE", ("telescope",)),
        ("CCD Simulater", ("CCD Simulator",)),
        ("indi_cdd --x", ("indi_ccd",)),
        ("simulator", ("CCD Simulator",)),
        ("Absnt", ()),
        ("qqq", ()),
    ],
)
def test_an_unknown_name_is_one_line_with_near_matches_that_can_be_started(
    machine: Machine, word: str, near: tuple[str, ...]
) -> None:
    with pytest.raises(UnknownDriverError) as caught:
        machine.catalog.resolve(word)
    assert caught.value.near == near
    text = str(caught.value)
    assert all(f'"{name}"' in text for name in near)
    assert '"lightapt-server drivers" lists' in text
    assert "\n" not in text


def test_an_executable_of_the_working_directory_is_suggested_as_a_path(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make_executable(tmp_path / "mydriver")
    with pytest.raises(UnknownDriverError) as caught:
        machine.catalog.resolve("mydriver")
    assert caught.value.near == ("./mydriver",)


# Invariant: any word gives a driver or a DriverWordError.
@given(st.text())
def test_no_word_breaks_the_catalogue(word: str) -> None:
    nothing = Catalog(environment={"PATH": ""}, folders=[], built_ins=dict)
    with pytest.raises(DriverWordError):
        nothing.resolve("qqq" + word.replace("/", ""))


def test_a_verbatim_driver_keeps_its_label_and_environment(machine: Machine) -> None:
    given_spec = DriverSpec(("LX90",), "LX90", (("INDIDEV", "My Mount"),))
    completed = machine.catalog.complete(given_spec)
    assert completed.argv == (machine.program("indi_lx200"),)
    assert completed.child_environment({}) == {"INDIDEV": "My Mount"}
    path = machine.program("indi_ccd")
    assert machine.catalog.complete(DriverSpec((path,), "indi_ccd")) == DriverSpec((path,), "indi_ccd")


def test_entries_are_the_built_ins_then_the_catalogues(machine: Machine) -> None:
    entries = machine.catalog.entries()
    assert [entry.label for entry in entries] == [
        *["ccd", "indi_own", "telescope"],
        *["LX90", "O'Hara Mount", "Absent", "CCD Simulator", "Legacy"],
    ]
    lx90 = entries[3]
    assert (lx90.name, lx90.group, lx90.executable) == ("LX200 GPS", "Telescopes", "indi_lx200")
    assert (lx90.manufacturer, lx90.installed, lx90.source) == ("Meade", True, DriverSource.INDI)
    assert not entries[5].installed


def test_a_broken_catalogue_is_left_out_with_a_warning(machine: Machine, caplog: pytest.LogCaptureFixture) -> None:
    (machine.data / "broken.xml").write_text("<driversList><devGroup>")
    assert machine.catalog.resolve("LX90")
    assert "broken.xml left out" in caplog.text


def test_skeletons_are_not_catalogues(machine: Machine, caplog: pytest.LogCaptureFixture) -> None:
    (machine.data / "legacy_sk.xml").write_text("not even XML")
    assert machine.catalog.resolve("LX90")
    assert caplog.text == ""


def test_folders_of_indi_data_dir_come_first(machine: Machine, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "indi_own.xml").write_text(DRIVERS_XML.replace("indi_lx200<", "LX90X<"))
    machine.environment["INDI_DATA_DIR"] = f"{tmp_path / 'none'}{os.pathsep}{own}"
    assert machine.new_catalog().resolve("LX90").argv == (machine.program("LX90X"),)


def test_the_table_has_a_block_for_each_group(machine: Machine) -> None:
    blocks = format_table(machine.catalog.entries()).split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == ["Built-in", "INDI: Telescopes", "INDI: CCDs"]
    assert "  Absent         indi_absent  (not installed)\n" in blocks[1] + "\n"


def test_the_table_says_where_to_find_a_catalogue_that_is_missing() -> None:
    assert "indi-bin" in format_table(())


def test_the_json_list_has_every_field_as_plain_data(machine: Machine) -> None:
    first = json.loads(format_json(machine.catalog.entries()))[0]
    assert (first["label"], first["source"], first["executable"]) == ("ccd", "built-in", "some.ccd")


@pytest.mark.parametrize(
    ("word", "remote"),
    [("CCD@dome", True), ("@dome:1", True), ("ccd --mail a@b", False), ("./a@b", False), ("ccd", False)],
)
def test_an_at_sign_in_the_name_makes_a_remote(word: str, remote: bool) -> None:
    assert is_remote(word) is remote


def test_this_installation_has_its_own_drivers_built_in() -> None:
    points = importlib.metadata.entry_points(group=catalog.ENTRY_POINTS)
    built_in = [entry.label for entry in list_drivers() if entry.source is DriverSource.BUILT_IN]
    assert built_in == sorted(points.names)
    assert resolve("ccd").argv == (sys.executable, "-m", "lightapt_drivers.simulators.ccd")


@pytest.mark.system
@pytest.mark.skipif(not Path("/usr/share/indi/drivers.xml").exists(), reason="indi-bin is not installed")
def test_the_labels_of_debians_indi_start_its_drivers() -> None:
    assert resolve("CCD Simulator").argv == ("/usr/bin/indi_simulator_ccd",)
    assert resolve("LX90").argv == ("/usr/bin/indi_lx200gps",)
    assert resolve("telescope simulator").label == "Telescope Simulator"
