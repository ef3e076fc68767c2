"""What a server tells of its devices is taken as far as it makes sense."""

import asyncio

import pytest

from lightapt_drivers.alpaca.errors import AlpacaError
from lightapt_drivers.alpaca.management import Listed, ask_devices, ask_server_name, devices_of, unique_id
from lightapt_drivers.alpaca.places import AlpacaType, Place
from tests.drivers.alpaca.recorded import GARBAGE, Raw, Recorded, Slow

CAMERA = {"DeviceName": " My  Camera ", "DeviceType": "Camera", "DeviceNumber": 1, "UniqueID": "u-1"}


def test_the_devices_of_a_server_are_listed():
    with Recorded(managed=[CAMERA]) as server:
        place = Place(server.address, AlpacaType.CAMERA, 1)
        assert asyncio.run(ask_devices(server.address)) == [Listed(place, "My Camera", "u-1")]
        assert asyncio.run(ask_server_name(server.address)) == "Recorded"
        assert asyncio.run(unique_id(place)) == "u-1"
        assert asyncio.run(unique_id(Place(server.address, AlpacaType.DOME))) is None


@pytest.mark.parametrize(
    "entry",
    [
        None,
        7,
        {},
        {**CAMERA, "DeviceType": "Toaster"},
        {**CAMERA, "DeviceNumber": "1"},
        {**CAMERA, "DeviceNumber": -1},
        {**CAMERA, "DeviceNumber": True},
    ],
)
def test_what_makes_no_sense_is_passed_over(entry):
    assert [one.unique_id for one in devices_of("h:1", [entry, CAMERA])] == ["u-1"]


@pytest.mark.parametrize("value", [None, {}, "x", 7])
def test_a_list_that_is_none_has_no_devices(value):
    assert devices_of("h:1", value) == []


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("filterwheel", AlpacaType.FILTER_WHEEL),
        ("FilterWheel", AlpacaType.FILTER_WHEEL),
        ("Filter Wheel", AlpacaType.FILTER_WHEEL),
        ("OBSERVINGCONDITIONS", AlpacaType.OBSERVING_CONDITIONS),
    ],
)
def test_types_may_be_written_as_one_likes(word, kind):
    assert devices_of("h:1", [{**CAMERA, "DeviceType": word}])[0].place.type is kind


def test_a_device_needs_neither_a_name_nor_a_unique_id():
    assert devices_of("h:1", [{"DeviceType": "Dome", "DeviceNumber": 0}]) == [Listed(Place("h:1", AlpacaType.DOME))]


def test_a_device_that_is_listed_twice_counts_once():
    assert len(devices_of("h:1", [CAMERA, CAMERA])) == 1


@pytest.mark.parametrize("fault", [Raw(b"", 404), GARBAGE, Slow(9)])
def test_a_server_without_management_is_an_error_in_words(fault):
    with Recorded(managed=[CAMERA]) as server:
        server.fault = fault
        with pytest.raises(AlpacaError, match=server.address):
            asyncio.run(ask_devices(server.address, limit=0.2))
        assert asyncio.run(ask_server_name(server.address, limit=0.2)) == ""
        assert asyncio.run(unique_id(Place(server.address, AlpacaType.CAMERA, 1), limit=0.2)) is None
