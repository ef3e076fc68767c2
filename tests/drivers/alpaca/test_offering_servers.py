"""The offering shows which servers there are, and what is amiss with them."""

import asyncio

import pytest

from lightapt_drivers import State
from lightapt_drivers.alpaca.management import ask_inventory
from lightapt_drivers.alpaca.offering import AlpacaOffering
from lightapt_drivers.alpaca.switchyard import ChildState
from tests.drivers.alpaca.offerings import SOON, FakeYard, entry, played
from tests.drivers.alpaca.recorded import Raw, Recorded, Slow
from tests.drivers.kit.scenes import PATIENCE, play


def servers(harness):
    found = harness.mirror.find("Alpaca", "ALPACA_SERVERS")
    return set(found.members) if found else set()


@pytest.fixture
def server():
    with Recorded(managed=[entry(0), entry(1, "Focuser", "Focuser")]) as server:
        yield server


def test_a_server_that_has_gone_is_shown_so_with_its_devices_until_it_is_back(server):
    async def scene(harness):
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK, "u-1": State.OK})
        await asyncio.to_thread(server.stop)
        gone = await harness.expect("ALPACA_SERVERS", state=State.ALERT)
        assert gone.text(server.address).startswith("is not there: ")
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.BUSY, "u-1": State.BUSY})
        server.start()
        await harness.expect("ALPACA_SERVERS", state=State.OK)
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK, "u-1": State.OK})

    played(scene, server)


def test_a_server_that_tells_its_devices_no_more_is_shown_so_until_it_does(server):
    async def scene(harness):
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK})
        server.fault = Raw(b"busy", 503)
        mute = await harness.expect("ALPACA_SERVERS", state=State.ALERT)
        assert mute.text(server.address).startswith("does not tell its devices: ")
        server.fault = None
        await harness.expect("ALPACA_SERVERS", state=State.OK)

    played(scene, server)


def test_a_server_that_hangs_is_shown_so(server, monkeypatch):
    async def scene(harness):
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK})
        monkeypatch.setitem(ask_inventory.__kwdefaults__, "limit", 0.1)
        server.fault = Slow(60)
        hangs = await harness.expect("ALPACA_SERVERS", state=State.ALERT)
        assert hangs.text(server.address) == "is not there: has not answered within 0.1 s"
        server.fault = None

    played(scene, server)


def test_a_device_that_its_server_has_no_more_is_shown_so(server):
    async def scene(harness):
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK})
        del server.managed[0]
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.BUSY, "u-1": State.OK})

    played(scene, server)


def test_a_server_without_a_device_that_is_known_is_forgotten_when_it_is_heard_no_more(server):
    heard = [server.address]

    async def find():
        return list(heard)

    async def scene(harness):
        with Recorded(managed=[]) as other:
            heard.append(other.address)
            await harness.until(lambda: other.address in servers(harness), "the other server")
        heard.pop()
        await harness.until(lambda: servers(harness) == {server.address}, "its end")

    play(scene, AlpacaOffering(yard=FakeYard(), find=find, search_every=SOON), connect=False)


def test_a_server_without_management_is_shown_with_the_reason(server):
    server.managed = None

    async def scene(harness):
        found = await harness.expect("ALPACA_SERVERS")
        assert "HTTP 404" in found.text(server.address)
        server.managed = [entry(0)]
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK})

    played(scene, server)


def test_people_may_search_at_once(server):
    async def scene(harness):
        await harness.request("ALPACA_SEARCH", SEARCH=True)
        await harness.expect("ALPACA_SEARCH", state=State.OK, SEARCH=False)
        assert any("2 devices on 1 server" in said for said in harness.notices)

    played(scene, server)


def test_who_has_gone_is_not_counted_and_its_end_is_logged(server, caplog):
    async def scene(harness):
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK})
        async with harness.driver.devices[0]._searching:  # or it is cut off in the middle, which is another reason
            await asyncio.to_thread(server.stop)
        await harness.expect("ALPACA_SERVERS", state=State.ALERT)
        await harness.request("ALPACA_SEARCH", SEARCH=True)
        await harness.expect("ALPACA_SEARCH", state=State.OK, SEARCH=False)
        assert any("0 devices on 0 servers; 1 server is not there" in said for said in harness.notices)

    played(scene, server)
    assert sum(one.startswith(f"{server.address} is not there: cannot be reached") for one in caplog.messages) == 1


def test_when_nobody_is_found_that_is_said_once_and_to_who_asks(caplog):
    searched = asyncio.Event()

    async def find():
        if caplog.messages:  # it is the second search, at least
            searched.set()
        return []

    async def scene(harness):
        await asyncio.wait_for(searched.wait(), PATIENCE)
        await harness.request("ALPACA_SEARCH", SEARCH=True)
        await harness.expect("ALPACA_SEARCH", state=State.OK, SEARCH=False)
        assert sum("is a firewall in the way?" in said for said in harness.notices) == 2

    nobody = "is a firewall in the way?"
    play(scene, AlpacaOffering(yard=FakeYard(), find=find, search_every=SOON, nobody=nobody), connect=False)
    assert caplog.messages.count(nobody) == 2


def test_what_is_left_out_is_said_where_the_server_is_shown_and_in_the_log(server, caplog):
    server.managed.append(entry(0, "Video", "Eyepiece"))
    said = "1 left out: Video 0 (no type that is bridged)"

    async def scene(harness):
        shown = await harness.expect("ALPACA_SERVERS")
        assert shown.text(server.address) == f"Recorded: 2 devices; {said}"
        await harness.request("ALPACA_SEARCH", SEARCH=True)

    played(scene, server)
    assert caplog.messages.count(f"{server.address}: {said}") == 1


def test_the_devices_of_a_copied_server_are_told_of(server, caplog):
    with Recorded(managed=[entry(0), entry(1, "Focuser", "Focuser")]) as copy:
        first, second = sorted([server.address, copy.address])

        async def find():
            return [first, second]

        async def scene(harness):
            shown = await harness.expect("ALPACA_SERVERS")
            assert shown.text(second) == f"Recorded: 2 devices; 2 the same as at {first}"
            await harness.request("ALPACA_SEARCH", SEARCH=True)
            await harness.expect("ALPACA_SEARCH", state=State.OK, SEARCH=False)
            assert any("2 devices on 1 server" in said for said in harness.notices)

        play(scene, AlpacaOffering(yard=FakeYard(), find=find, search_every=SOON), connect=False)
    assert sum("if one server is a copy of the other" in one for one in caplog.messages) == 1


def test_a_device_whose_id_changes_runs_on_and_one_that_is_left_out_stays_so(server):
    yard = FakeYard()

    async def scene(harness):
        await harness.expect("ALPACA_RUNNING", **{"u-0": State.OK, "u-1": State.OK})
        await harness.request("ALPACA_DEVICES", **{"u-1": False})
        await harness.expect("ALPACA_RUNNING", **{"u-1": State.IDLE})
        before = dict(yard.told)
        server.managed[:] = [{**one, "UniqueID": f"new-{one['UniqueID']}"} for one in server.managed]
        await harness.expect("ALPACA_RUNNING", **{"new-u-0": State.OK, "new-u-1": State.IDLE})
        await harness.expect("ALPACA_DEVICES", **{"new-u-0": True, "new-u-1": False})
        await harness.expect("ALPACA_NAMES", DEVICES="new-u-0 = Camera\nnew-u-1 = Focuser")
        assert yard.told == before
        yard.told["Camera"](ChildState.WAITING)
        await harness.expect("ALPACA_RUNNING", **{"new-u-0": State.ALERT})

    played(scene, server, yard)
