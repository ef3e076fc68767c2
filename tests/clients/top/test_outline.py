"""Which properties are listed."""

import pytest

from lightapt_clients.top.outline import matches, outline
from lightapt_protocol.members import DefNumber
from lightapt_protocol.messages import DefNumberVector
from lightapt_protocol.mirror import Mirror
from tests.clients.puppet import COORD, NAMES

TEMPERATURE = DefNumberVector(
    "Camera", "CCD_TEMP", label="Cooler", group="Cooling", members=(DefNumber("VALUE", 1.0, label="Degrees"),)
)


@pytest.fixture
def devices():
    mirror = Mirror()
    for message in (NAMES, COORD, TEMPERATURE):
        mirror.apply(message)
    return mirror.devices


def test_devices_are_sorted_and_properties_grouped(devices):
    found = outline(devices)
    assert list(found) == ["Camera", "Mount", "Wheel"]
    assert [prop.name for prop in found["Camera"]["Cooling"]] == ["CCD_TEMP"]
    assert list(found["Mount"]) == ["Other"]


@pytest.mark.parametrize("wanted", ["", "ccd_temp", "COOLER", "cooling", "degrees", "camera cool", "cool camera"])
def test_a_filter_looks_at_all_names_and_labels(devices, wanted):
    assert matches(devices["Camera"]["CCD_TEMP"], wanted)


def test_each_word_of_a_filter_must_be_there(devices):
    assert not matches(devices["Camera"]["CCD_TEMP"], "camera mount")
    assert list(outline(devices, "coord")) == ["Mount"]
