"""What a server tells of its devices is taken as far as it makes sense."""

import asyncio

import pytest

from lightapt_drivers.alpaca.errors import AlpacaError
from lightapt_drivers.alpaca.management import Listed, ask_inventory, ask_server_name, inventory_of, unique_id
from lightapt_drivers.alpaca.places import AlpacaType, Place
from tests.drivers.alpaca.movers import PATIENCE, until
from tests.drivers.alpaca.recorded import GARBAGE, Drip, Raw, Recorded, Slow

CAMERA = {"DeviceName": " My  Camera ", "DeviceType": "Camera", "DeviceNumber": 1, "UniqueID": "u-1"}


def test_the_devices_of_a_server_are_listed():
    with Recorded(managed=[CAMERA]) as server:
        place = Place(server.address, AlpacaType.CAMERA, 1)
        assert asyncio.run(ask_inventory(server.address)).devices == [Listed(place, "My Camera", "u-1")]
        assert asyncio.run(ask_server_name(server.address)) == "Recorded"
        assert asyncio.run(unique_id(place)) == "u-1"
        assert asyncio.run(unique_id(Place(server.address, AlpacaType.DOME))) is None


def devices_of(address, value):
    return inventory_of(address, value).devices


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (None, "? ? (no type that is bridged)"),
        (7, "? ? (no type that is bridged)"),
        ({}, "? ? (no type that is bridged)"),
        ({**CAMERA, "DeviceType": "Video"}, "Video 1 (no type that is bridged)"),
        ({**CAMERA, "DeviceType": ["Camera"]}, "? 1 (no type that is bridged)"),
        ({**CAMERA, "DeviceNumber": "one\n"}, "Camera one (no number of a device)"),
        ({**CAMERA, "DeviceNumber": "-1"}, "Camera -1 (no number of a device)"),
        ({**CAMERA, "DeviceNumber": "9" * 5000}, f"Camera {'9' * 60} (no number of a device)"),
        ({**CAMERA, "DeviceNumber": -1}, "Camera -1 (no number of a device)"),
        ({**CAMERA, "DeviceNumber": 1.5}, "Camera 1.5 (no number of a device)"),
        ({**CAMERA, "DeviceNumber": float("inf")}, "Camera inf (no number of a device)"),
        ({**CAMERA, "DeviceNumber": True}, "Camera True (no number of a device)"),
    ],
)
def test_what_makes_no_sense_is_left_out_and_said(entry, said):
    found = inventory_of("h:1", [entry, CAMERA])
    assert ([one.unique_id for one in found.devices], found.left_out) == (["u-1"], [said])


@pytest.mark.parametrize("number", ["1", "01", 1.0])
def test_a_number_may_be_written_as_a_text(number):
    [found] = devices_of("h:1", [{**CAMERA, "DeviceNumber": number}])
    assert found.place.number == 1


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


@pytest.mark.parametrize("ugly", ["Tel\0\x07e", "Tel\ud800e", "\0Tel \x9f\te\udfff"])
def test_names_and_ids_have_nothing_in_them_that_cannot_be_seen(ugly):
    found = devices_of("h:1", [{**CAMERA, "DeviceName": ugly, "UniqueID": ugly}])
    assert [(one.name, one.unique_id) for one in found] == [("Tel e", "Tel e")]


def test_a_name_is_only_so_long():
    assert len(devices_of("h:1", [{**CAMERA, "DeviceName": "n" * 100_000}])[0].name) == 60


def test_a_device_that_is_listed_twice_counts_once():
    assert len(devices_of("h:1", [CAMERA, CAMERA])) == 1


@pytest.mark.parametrize("fault", [Raw(b"", 404), GARBAGE, Slow(9)])
def test_a_server_without_management_is_an_error_in_words(fault):
    with Recorded(managed=[CAMERA]) as server:
        server.fault = fault
        with pytest.raises(AlpacaError, match=server.address):
            asyncio.run(ask_inventory(server.address, limit=0.2))
        assert asyncio.run(ask_server_name(server.address, limit=0.2)) == ""
        assert asyncio.run(unique_id(Place(server.address, AlpacaType.CAMERA, 1), limit=0.2)) is None


def test_a_server_that_drips_is_left_and_nothing_of_it_stays():
    with Recorded(managed=[CAMERA]) as server:
        server.fault = Drip()
        for _ in range(2):
            with pytest.raises(AlpacaError, match=server.address):
                asyncio.run(ask_inventory(server.address, limit=0.1))
        with server.came:
            assert server.came.wait_for(lambda: not server.dripping, timeout=PATIENCE)


def test_who_gives_up_asking_leaves_nothing_behind():
    async def give_up(server):
        asking = asyncio.create_task(ask_inventory(server.address, limit=PATIENCE))
        await until(server, lambda: server.dripping)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    with Recorded(managed=[CAMERA]) as server:
        server.fault = Drip()
        asyncio.run(give_up(server))
        with server.came:
            assert server.came.wait_for(lambda: not server.dripping, timeout=PATIENCE)


def test_an_endless_id_is_none():
    assert devices_of("h:1", [{**CAMERA, "UniqueID": "u" * 100_000}])[0].unique_id == ""


def test_of_a_server_with_more_devices_than_a_computer_has_processes_for_the_rest_is_left_out():
    found = inventory_of("h:1", [{**CAMERA, "DeviceNumber": number % 20_000} for number in range(20_001)])
    assert [one.place.number for one in found.devices] == list(range(100))
    assert len(found.left_out) == 19_900
    assert found.left_out[0] == "Camera 100 (more than 100 devices)"


def test_a_name_has_nothing_that_ends_a_name_on_command_lines():
    [found] = devices_of("h:1", [{**CAMERA, "DeviceName": "F\u00f6c.2=x"}])
    assert found.name == "F\u00f6c.2-x"
