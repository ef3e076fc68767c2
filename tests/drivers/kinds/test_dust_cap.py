"""A dust cap closes and opens, and can be stopped between if its hardware can."""

import asyncio

import pytest

from lightapt_drivers import HardwareError, on_connect
from lightapt_drivers.kinds.dust_cap import Cap, DustCap, DustCapCan
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play


class Puppet(DustCap):
    """A cap that does at once what it is told, or (held) begins it and goes on until it is let go."""

    device_name = "Cap"

    def __init__(self, can=DustCapCan.STOP, *, held=False, fails="", stands=Cap.CLOSED):
        super().__init__()
        self.can = can
        self.held = held
        self.fails = fails
        self.stands = stands
        self.done = []
        self.go = asyncio.Event()

    @on_connect
    async def _say_how_it_stands(self):
        self.declare_dust_cap(self.can)
        self.cap_is(self.stands)

    async def close_cap(self):
        await self.does("close")

    async def open_cap(self):
        await self.does("open")

    async def stop_cap(self):
        self.done.append("stop")

    async def does(self, what):
        self.done.append(what)
        if self.held:
            await self.go.wait()
        if self.fails:
            raise HardwareError(self.fails)


def played(scene, can=DustCapCan.STOP, **options):
    cap = Puppet(can, **options)
    return play(lambda harness: scene(harness, cap), cap)


def test_a_cap_that_only_begins_to_open_is_never_told_as_open():
    async def scene(harness, _):
        told = [message for message in await harness.request("CAP_PARK", UNPARK=True) if message.name == "CAP_PARK"]
        return {(message.state, one.name) for message in told for one in message.members if one.value}

    assert played(scene, held=True) == {(State.BUSY, "UNPARK")}


def test_clients_that_count_find_parking_first():
    async def scene(harness, _):
        return list(harness.find("CAP_PARK").members)

    assert played(scene) == ["PARK", "UNPARK"]


@pytest.mark.parametrize(("can", "there"), [(DustCapCan(0), False), (DustCapCan.STOP, True)])
def test_it_can_be_aborted_if_it_can_stop(can, there):
    async def scene(harness, _):
        return harness.mirror.find("Cap", "CAP_ABORT") is not None

    assert played(scene, can) is there


@pytest.mark.parametrize(
    ("stands", "park", "unpark", "state"),
    [
        (Cap.CLOSED, True, False, State.OK),
        (Cap.OPEN, False, True, State.OK),
        (Cap.BETWEEN, False, False, State.IDLE),
    ],
)
def test_it_says_how_it_stands(stands, park, unpark, state):
    async def scene(harness, _):
        await harness.expect("CAP_PARK", state=state, PARK=park, UNPARK=unpark)

    played(scene, stands=stands)


def test_it_opens_and_closes():
    async def scene(harness, cap):
        await harness.request("CAP_PARK", UNPARK=True)
        await harness.expect("CAP_PARK", state=State.BUSY, UNPARK=True)
        cap.go.set()
        await harness.expect("CAP_PARK", state=State.OK, UNPARK=True)
        await harness.request("CAP_PARK", PARK=True)
        await harness.expect("CAP_PARK", state=State.OK, PARK=True)
        return cap.done

    assert played(scene, held=True) == ["open", "close"]


def test_aborted_it_stands_between():
    async def scene(harness, cap):
        await harness.request("CAP_PARK", UNPARK=True)
        await harness.request("CAP_ABORT", ABORT=True)
        await harness.expect("CAP_PARK", state=State.IDLE, PARK=False, UNPARK=False)
        await harness.request("CAP_ABORT", ABORT=True)
        return cap.done

    assert played(scene, held=True) == ["open", "stop", "stop"]


def test_to_close_ends_an_opening():
    async def scene(harness, cap):
        await harness.request("CAP_PARK", UNPARK=True)
        cap.held = False
        await harness.request("CAP_PARK", PARK=True)
        await harness.expect("CAP_PARK", state=State.OK, PARK=True)
        return cap.done

    assert played(scene, held=True) == ["open", "stop", "close"]


def test_a_cap_that_fails_stands_somewhere():
    async def scene(harness, _):
        await harness.request("CAP_PARK", UNPARK=True)
        await harness.expect("CAP_PARK", state=State.ALERT, PARK=False, UNPARK=False)
        assert "a leaf is in the hinge" in harness.notices

    played(scene, fails="a leaf is in the hinge")
