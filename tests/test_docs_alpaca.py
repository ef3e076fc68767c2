"""The page about Alpaca devices is true: its command lines, properties and figures are those of the driver."""

from __future__ import annotations

import shlex
import tomllib

import pytest

from lightapt_drivers import Vector
from lightapt_drivers.alpaca.bridge import AlpacaDevice
from lightapt_drivers.alpaca.offering import AlpacaOffering
from lightapt_drivers.alpaca.places import AlpacaType
from lightapt_drivers.alpaca.program import _parser
from lightapt_drivers.alpaca.session import Limits
from tests.docs_snippets import ROOT, blocks, commands, table
from tests.system.alpaca_ekos import (
    BITS,
    CCD,
    DOME,
    DUST_CAP,
    FILTER_WHEEL,
    FOCUSER,
    GUIDER,
    LIGHT_BOX,
    MOUNT,
    ROTATOR,
    SETS,
    WEATHER,
)

PAGE = ROOT / "docs" / "how-to" / "alpaca-devices.md"
TEXT = PAGE.read_text(encoding="utf-8")
DRIVER_LINES = [
    shlex.split(command.words[command.words.index("--driver") + 1])
    for command in commands(PAGE)
    if "--driver" in command.words
]
SCRIPTS = [block.text.splitlines() for block in blocks(PAGE, "") if block.text.startswith("#!")]
DRIVER_TABLES = [driver for block in blocks(PAGE, "toml") for driver in tomllib.loads(block.text)["driver"]]


@pytest.mark.parametrize("line", DRIVER_LINES, ids=shlex.join)
def test_command_lines_of_the_driver_are_understood(line):
    assert line[0] == "alpaca"
    _parser({}).parse_args(line[1:])


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script[-1])
def test_scripts_for_other_servers_start_the_driver(script):
    first, *words = shlex.split(script[-1].removeprefix("exec "))
    assert script[0] == "#!/bin/sh"
    assert first == AlpacaDevice.executable
    _parser({}).parse_args(words)


@pytest.mark.parametrize("driver", DRIVER_TABLES, ids=lambda driver: driver["label"])
def test_arguments_in_the_configuration_are_understood(driver):
    assert driver["name"] == "alpaca"
    _parser({}).parse_args(driver["arguments"])


def test_the_page_has_five_steps():
    section = TEXT.partition("five steps\n")[2].partition("\n## ")[0]
    assert [line[0] for line in section.splitlines() if line[:1].isdigit()] == list("12345")


def test_the_table_has_all_types_with_what_they_are_to_ekos():
    rows = table(PAGE, "What a bridged device has")
    assert set(rows) == {kind.value for kind in AlpacaType}
    words = {"camera": CCD, "guider": GUIDER, "dust cap": DUST_CAP, "light box": LIGHT_BOX, "dome": DOME}
    words |= {"filter wheel": FILTER_WHEEL, "focuser": FOCUSER, "weather": WEATHER, "rotator": ROTATOR, "mount": MOUNT}
    for kind in AlpacaType:
        in_ekos = {words[word] for word in rows[kind.value][0].split(", ") if word != "auxiliary"}
        assert in_ekos == {one for one in SETS[kind] if one in BITS}


@pytest.mark.parametrize(
    ("owner", "heading"), [(AlpacaOffering, "What to bridge"), (AlpacaDevice, "What a bridged device has")]
)
def test_the_properties_are_the_driver_s(owner, heading):
    section = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    declared = {vector.name for vector in vars(owner).values() if isinstance(vector, Vector)}
    named = {word for word in section.split("`")[1::2] if word.isupper()}
    assert named - {"POLLING_PERIOD"} == declared


def test_the_figures_are_the_driver_s():
    delays = [f"{seconds:g}" for seconds in AlpacaDevice.reconnect_after]
    assert f"{', '.join(delays[:-1])} and then every\n{delays[-1]} seconds" in TEXT
    assert f"not answered within {Limits().look:g} s" in TEXT
    assert Limits().attempts == 3
    assert "three times in a row" in TEXT
