"""The offering shows what there is, and has those devices bridged that nobody has switched off."""

import asyncio

import pytest

from lightapt_drivers import State
from lightapt_drivers.alpaca.offered import Offered
from lightapt_drivers.alpaca.offering import AlpacaOffering, command_for
from lightapt_drivers.alpaca.places import AlpacaType, Place
from lightapt_drivers.alpaca.switchyard import ChildState
from tests.drivers.alpaca.offerings import SOON, FakeYard, entry, played
from tests.drivers.alpaca.recorded import Recorded
from tests.drivers.kit.scenes import PATIENCE, play


def label(harness, key):
    return harness.find("ALPACA_DEVICES").members[key].label


@pytest.fixture
def server():
    with Recorded(managed=[entry(0), entry(1, "Focuser", "Focuser")]) as server:
        yield server


def test_all_that_is_found_is_bridged(server):
    yard = FakeYard()

    async def scene(harness):
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK, "u-1": State.OK})
        await harness.expect("ALPACA_DEVICES", **{"u-0": True, "u-1": True})
        assert harness.find("ALPACA_SERVERS").text(server.address) == "Recorded: 2 devices"

    played(scene, server, yard)
    assert set(yard.running) == {"Camera", "Focuser"}


def test_what_comes_later_is_bridged_too(server):
    async def scene(harness):
        await harness.expect("ALPACA_RUNNING", **{"u-1": State.OK})
        server.managed.append(entry(2, "Dome", "Dome"))
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK, "u-2": State.OK})

    played(scene, server)


def test_what_is_switched_off_stops_and_stays_off(server, tmp_path):
    yard = FakeYard()

    async def switch_off(harness):
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK})
        await harness.request("ALPACA_DEVICES", **{"u-0": False})
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.IDLE, "u-1": State.OK})

    async def look_again(harness):
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.IDLE, "u-1": State.OK})
        await harness.request("ALPACA_DEVICES", **{"u-0": True})
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK})

    played(switch_off, server, yard, folder=tmp_path)
    assert set(yard.running) == {"Focuser"}
    again = FakeYard()
    played(look_again, server, again, folder=tmp_path)
    assert set(again.running) == {"Camera", "Focuser"}


def test_devices_of_one_name_on_two_servers_are_told_apart_whichever_is_there_first(tmp_path):
    def night(*servers, count):
        yard = FakeYard()

        async def find():
            return [one.address for one in servers]

        async def scene(harness):
            await harness.until(lambda: len(yard.running) == count, "the devices")
            places = {one.address: one for one in servers}
            return {name: places[command[4]] for name, command in yard.running.items()}

        offering = AlpacaOffering(yard=yard, find=find, search_every=SOON)
        return play(scene, offering, connect=False, folder=tmp_path)

    with Recorded(managed=[entry(0)]) as left, Recorded(managed=[entry(1)]) as right:
        assert night(right, count=1) == {"Camera": right}
        both = night(left, right, count=2)
        assert both["Camera"] is right
        assert set(both.values()) == {left, right}
        left_name = next(name for name, one in both.items() if one is left)
        assert night(left, count=1) == {left_name: left}


def test_a_device_may_be_given_another_name(server, tmp_path):
    async def rename(harness):
        await harness.expect("ALPACA_NAMES", DEVICES="u-0 = Camera\nu-1 = Focuser")
        await harness.request("ALPACA_NAMES", DEVICES="u-0 = Main Camera")

    async def look_again(harness):
        await harness.expect("ALPACA_NAMES", DEVICES="u-0 = Main Camera\nu-1 = Focuser")
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK, "u-1": State.OK})

    played(rename, server, folder=tmp_path)
    yard = FakeYard()
    played(look_again, server, yard, folder=tmp_path)
    assert set(yard.running) == {"Main Camera", "Focuser"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("nonsense", "'nonsense' is not understood: write ID = name"),
        ("u-0 =  ", "'u-0 =' is not understood: write ID = name"),
        ("u-0 = One\nu-1 = One", "u-1 cannot be called One: it is the name of u-0"),
        ("u-0 = Focuser", "u-0 cannot be called Focuser: it is the name of u-1"),
        ("u-0 = Alpaca", "u-0 cannot be called Alpaca: it is the name of this very device"),
    ],
)
def test_names_that_cannot_be_had_are_refused_with_the_reason(server, line, reason):
    async def scene(harness):
        await harness.expect("ALPACA_NAMES", DEVICES="u-0 = Camera\nu-1 = Focuser")
        await harness.request("ALPACA_NAMES", DEVICES=line)
        await harness.expect("ALPACA_NAMES", state=State.ALERT, DEVICES="u-0 = Camera\nu-1 = Focuser")
        assert any(reason in said for said in harness.notices)

    played(scene, server)


@pytest.mark.parametrize("unique", ["a = b", "100% = %3D"])
def test_whatever_is_in_an_id_and_a_name_they_are_told_apart(unique, tmp_path):
    name = "Left = Right %25"
    wanted = unique.replace("%", "%25").replace("=", "%3D") + " = " + name

    async def rename(harness):
        await harness.until(lambda: harness.mirror.find("Alpaca", "ALPACA_RUNNING"), "the device")
        await harness.request("ALPACA_NAMES", DEVICES=wanted)

    async def look_again(harness):
        await harness.until(lambda: harness.mirror.find("Alpaca", "ALPACA_RUNNING"), "the device")
        await harness.expect("ALPACA_NAMES", DEVICES=wanted)

    with Recorded(managed=[{**entry(0), "UniqueID": unique}]) as server:
        played(rename, server, folder=tmp_path)
        yard = FakeYard()
        played(look_again, server, yard, folder=tmp_path)
    assert set(yard.running) == {name}


def test_a_process_that_has_died_is_alert(server):
    yard = FakeYard()

    async def scene(harness):
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK})
        yard.told["Camera"](ChildState.WAITING)
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.ALERT, "u-1": State.OK})

    played(scene, server, yard)


def test_a_device_that_has_moved_is_bridged_where_it_is(server):
    yard = FakeYard()

    async def scene(harness):
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK})
        server.managed[0] = {**entry(0), "DeviceNumber": 5}
        await harness.until(lambda: "5" in yard.running.get("Camera", ()), "the camera's new place")
        await harness.until(lambda: "camera 5" in label(harness, "u-0"), "the camera's new label")

    played(scene, server, yard)
    assert yard.moved == ["Camera"]


def test_a_name_for_an_unknown_id_is_kept_with_a_remark(server):
    async def scene(harness):
        await harness.expect("ALPACA_NAMES", DEVICES="u-0 = Camera\nu-1 = Focuser")
        for _ in range(2):
            await harness.request("ALPACA_NAMES", DEVICES="u-0 = Main\nu-7 = Later")
            await harness.expect("ALPACA_NAMES", state=State.OK, DEVICES="u-0 = Main\nu-7 = Later")
        assert sum("no device has the ID u-7 so far" in said for said in harness.notices) == 1

    played(scene, server)


def test_a_camera_is_told_of_the_focuser_of_its_server_unless_that_is_left_out(server):
    yard = FakeYard()
    word = "--active=ACTIVE_FOCUSER=Focuser"

    async def scene(harness):
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK, "u-1": State.OK})
        assert word in yard.running["Camera"]
        await harness.request("ALPACA_DEVICES", **{"u-0": False, "u-1": False})
        await harness.request("ALPACA_DEVICES", **{"u-0": True})
        await harness.until(lambda: "Camera" in yard.running, "the camera")
        assert word not in yard.running["Camera"]

    played(scene, server, yard)


def test_a_process_is_told_which_device_it_is_to_be():
    place = Place("[fe80::7%eth0]:11111", AlpacaType.FILTER_WHEEL, 2)
    words = command_for(Offered("u", "-Wheel-", place))[3:]
    assert words == ["--address", "[fe80::7%eth0]:11111", "--type", "filterwheel", "--number", "2", "--name=-Wheel-"]


def test_a_device_that_is_where_it_was_is_left_alone_though_it_is_found_elsewhere_too(server):
    yard, heard, again = FakeYard(), [], asyncio.Event()

    async def find():
        heard.append(server.address)
        if len(heard) > 3:
            again.set()
        return [server.address if len(heard) == 1 else server.address.replace("127.0.0.1", "localhost")]

    async def scene(harness):
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK})
        await asyncio.wait_for(again.wait(), PATIENCE)
        assert server.address in yard.running["Camera"]

    play(scene, AlpacaOffering(yard=yard, find=find, search_every=SOON), connect=False)


def test_devices_with_one_id_are_all_bridged_and_it_is_said_once():
    yard = FakeYard()

    async def scene(harness):
        await harness.until(lambda: len(yard.running) == 2, "both devices")
        await harness.request("ALPACA_SEARCH", SEARCH=True)
        await harness.expect("ALPACA_SEARCH", state=State.OK)
        assert sum("unique ID u-0" in said for said in harness.notices) == 1

    with Recorded(managed=[entry(0), {**entry(1, "Focuser", "Focuser"), "UniqueID": "u-0"}]) as server:
        played(scene, server, yard)
    assert set(yard.running) == {"Camera", "Focuser"}
