"""The connection to the hardware: made when a client asks, and found again when it is lost."""

import asyncio

import pytest

from lightapt_drivers import (
    DefNumber,
    Device,
    Driver,
    HardwareError,
    LinkLostError,
    NumberVector,
    State,
    every,
    on_connect,
    on_disconnect,
    on_new,
    operation,
)
from lightapt_drivers.kit import link
from lightapt_drivers.testing import MemoryPort
from lightapt_protocol.messages import Definition, DelProperty, GetProperties
from tests.drivers.kit.scenes import PATIENCE, play, said_of, states, turns

OK, BUSY, ALERT, IDLE = State.OK, State.BUSY, State.ALERT, State.IDLE


class Thing(Device):
    """A thing on a line that may fail.

    Attributes:
        story: What was done, in order.
        faults: What the next attempts to connect meet; None for success.
        may_answer: Cleared while it does not answer.
        tried: Set when it is tried to connect.
        begun: Set when an operation has begun.
    """

    reconnect_after = (0.001, 0.002)
    level = NumberVector("LEVEL", DefNumber("VALUE", 3.0))
    position = NumberVector("POSITION", DefNumber("VALUE", 3.0))

    def __init__(self):
        super().__init__()
        self.story = []
        self.faults = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.tried = asyncio.Event()
        self.begun = asyncio.Event()

    @on_connect
    async def open(self):
        self.story.append("open")
        self.tried.set()
        await self.may_answer.wait()
        if self.faults and (fault := self.faults.pop(0)) is not None:
            raise fault

    @on_disconnect
    async def close(self):
        self.story.append("close")

    @on_new(level)
    async def set_level(self, wanted):
        raise LinkLostError("the cable is cut")

    @operation(position)
    async def go(self, wanted):
        try:
            if wanted.value == 99:
                raise LinkLostError("the cable is cut")
            self.begun.set()
            await asyncio.Event().wait()
        finally:
            self.story.append("stop")


def connect(harness, *, on=True):
    return harness.request("CONNECTION", **{"CONNECT" if on else "DISCONNECT": True})


async def cut(harness):
    """Have the device find out that its line is cut."""
    return await harness.request("LEVEL", VALUE=1)


# To connect.


def test_connecting_says_so_and_defines_the_rest():
    async def scene(harness):
        return await connect(harness)

    connection, *rest = play(scene, Thing(), connect=False)
    assert (connection.state, [bool(one.value) for one in connection.members]) == (OK, [True, False])
    assert [message.name for message in rest] == ["LEVEL", "POSITION"]
    assert all(isinstance(definition, Definition) for definition in rest)


def test_connecting_twice_only_says_so():
    thing = Thing()

    async def scene(harness):
        return await connect(harness)

    (connection,) = play(scene, thing)
    assert (connection.state, thing.story) == (OK, ["open", "close"])


def test_disconnecting_deletes_the_rest_and_lets_go():
    thing = Thing()

    async def scene(harness):
        said = await connect(harness, on=False)
        return said, list(thing.story), thing.is_connected

    (*gone, connection), story, is_connected = play(scene, thing)
    assert [message.name for message in gone if isinstance(message, DelProperty)] == ["LEVEL", "POSITION"]
    assert (connection.state, [bool(one.value) for one in connection.members]) == (OK, [False, True])
    assert (story, is_connected) == (["open", "close"], False)


def test_disconnecting_what_is_not_connected_only_says_so():
    thing = Thing()

    async def scene(harness):
        return [(message.name, message.state) for message in await connect(harness, on=False)]

    assert play(scene, thing, connect=False) == [("CONNECTION", OK)]
    assert thing.story == []


def test_disconnecting_stops_what_goes_on():
    thing = Thing()

    async def scene(harness):
        await harness.request("POSITION", VALUE=1)
        return states(said_of("POSITION", await connect(harness, on=False))[:1])

    assert play(scene, thing) == [IDLE]
    assert thing.story == ["open", "stop", "close"]


@pytest.mark.parametrize("fault", [HardwareError("no answer"), LinkLostError("no answer"), OSError("no answer")])
def test_hardware_that_is_not_there_is_an_alert_and_it_can_be_tried_again(fault):
    thing = Thing()
    thing.faults = [fault]

    async def scene(harness):
        refusal, *_ = await connect(harness)
        await harness.expect("CONNECTION", state=ALERT, DISCONNECT=True)
        assert thing.story == ["open", "close"]
        await harness.connect()
        return refusal.message

    assert "no answer" in play(scene, thing, connect=False)


def test_a_mistake_in_connecting_is_told_and_costs_no_more():
    thing = Thing()
    thing.faults = [ZeroDivisionError()]

    async def scene(harness):
        await connect(harness)
        await harness.expect("CONNECTION", state=ALERT, DISCONNECT=True)
        await harness.connect()

    play(scene, thing, connect=False)


def test_what_takes_its_time_to_connect_is_busy_meanwhile(monkeypatch):
    monkeypatch.setattr(link, "_GRACE", 0.0)
    thing = Thing()
    thing.may_answer.clear()

    async def scene(harness):
        (busy,) = await connect(harness)
        (again,) = await connect(harness)
        thing.may_answer.set()
        await harness.expect("CONNECTION", state=OK, CONNECT=True)
        return busy, again

    busy, again = play(scene, thing, connect=False)
    assert (busy.state, again.state, [bool(one.value) for one in busy.members]) == (BUSY, BUSY, [True, False])


def test_a_slow_connect_can_be_given_up_and_lets_go_of_what_it_had(monkeypatch):
    monkeypatch.setattr(link, "_GRACE", 0.0)
    thing = Thing()
    thing.may_answer.clear()

    async def scene(harness):
        await connect(harness)
        await connect(harness, on=False)
        assert thing.story == ["open", "close"]
        thing.may_answer.set()
        await turns(5)
        return harness.find("CONNECTION")

    connection = play(scene, thing, connect=False)
    assert (connection.state, connection.is_on("CONNECT")) == (OK, False)
    assert not thing.is_connected


def test_who_cannot_let_go_does_not_hold_the_driver(monkeypatch):
    monkeypatch.setattr(link, "_FAREWELL", 0.01)

    class Clinging(Thing):
        @on_disconnect
        async def never(self):
            await asyncio.Event().wait()

    thing = Clinging()

    async def scene(harness):
        await connect(harness, on=False)

    play(scene, thing)
    assert thing.story == ["open", "close"]


def test_the_end_of_the_driver_stops_what_goes_on_and_lets_go():
    thing = Thing()

    async def scene(harness):
        await harness.request("POSITION", VALUE=1)

    play(scene, thing)
    assert thing.story == ["open", "stop", "close"]


def test_a_driver_that_is_interrupted_stops_what_goes_on_and_lets_go():
    thing = Thing()

    async def scene():
        driver = Driver(MemoryPort(said=lambda *_: None), [thing])
        life = asyncio.create_task(driver.run())
        await turns(3)
        thing.request(thing.connection, CONNECT=True)
        thing.request(thing.position, VALUE=1)
        await thing.begun.wait()
        life.cancel()
        await asyncio.wait([life])

    asyncio.run(scene())
    assert thing.story == ["open", "stop", "close"]


# To lose it, and to find it again.


def test_a_lost_link_is_an_alert_and_is_ok_when_it_is_back():
    thing = Thing()
    thing.faults = [None, HardwareError("still cut"), HardwareError("still cut")]

    async def scene(harness):
        level, connection = [message for message in await cut(harness) if message.name in ("LEVEL", "CONNECTION")][:2]
        assert (level.state, level.message) == (ALERT, "the cable is cut")
        assert (connection.state, connection.message) == (ALERT, "Thing is lost: the cable is cut")
        assert [bool(one.value) for one in connection.members] == [True, False]
        await harness.expect("CONNECTION", state=OK, CONNECT=True)
        return harness.notices

    notices = play(scene, thing)
    assert notices[-1] == "Thing is back"
    assert not any("still cut" in words for words in notices)
    assert thing.story == ["open", "close", *["open", "close"] * 2, "open", "close"]


def test_each_wait_is_the_next_and_the_last_goes_on(monkeypatch):
    waits = []
    sleep = asyncio.sleep

    async def counted(seconds):
        if seconds:
            waits.append(seconds)
        await sleep(0)

    thing = Thing()
    thing.faults = [None, *[HardwareError("still cut")] * 4]

    async def scene(harness):
        monkeypatch.setattr(link.asyncio, "sleep", counted)
        await cut(harness)
        await harness.expect("CONNECTION", state=OK)

    play(scene, thing)
    assert waits == [0.001, 0.002, 0.002, 0.002, 0.002]


def test_while_it_is_lost_requests_are_refused_and_what_goes_on_is_over():
    thing = Thing()

    async def scene(harness):
        await harness.request("POSITION", VALUE=1)
        thing.may_answer.clear()
        await cut(harness)
        await harness.expect("POSITION", state=IDLE)
        answer = (await harness.request("POSITION", VALUE=1))[-1]
        assert not thing.is_connected
        return answer.state, answer.message, harness.find("LEVEL").state

    assert play(scene, thing) == (ALERT, "Thing cannot be reached: it is tried again until it can", ALERT)


def test_while_it_is_lost_its_properties_are_still_defined():
    thing = Thing()

    async def scene(harness):
        thing.may_answer.clear()
        await cut(harness)
        harness.send(GetProperties())
        return [message.name for message in await harness.dealt_with() if isinstance(message, Definition)]

    assert "LEVEL" in play(scene, thing)


@pytest.mark.parametrize("tried", [False, True])
def test_disconnecting_gives_it_up(tried):
    thing = Thing()
    if not tried:
        thing.reconnect_after = (PATIENCE,)

    async def scene(harness):
        thing.may_answer.clear()
        thing.tried.clear()
        await cut(harness)
        if tried:
            await thing.tried.wait()
        await connect(harness, on=False)
        assert (harness.find("CONNECTION").state, harness.find("CONNECTION").is_on("CONNECT")) == (OK, False)
        thing.may_answer.set()
        await turns(5)
        assert not thing.is_connected
        return list(thing.story)

    assert play(scene, thing) == ["open", "close"] * (2 if tried else 1)


def test_connecting_while_it_is_lost_only_says_so():
    thing = Thing()

    async def scene(harness):
        thing.may_answer.clear()
        await cut(harness)
        return (await connect(harness))[-1].state

    assert play(scene, thing) is ALERT


def test_an_operation_can_find_out_as_well():
    thing = Thing()

    async def scene(harness):
        await harness.request("POSITION", VALUE=99)
        await harness.expect("POSITION", state=ALERT)
        await harness.expect("CONNECTION", state=OK)
        await harness.dealt_with()

    play(scene, thing)
    assert thing.story[:4] == ["open", "stop", "close", "open"]


def test_a_poll_that_finds_out_is_taken_up_again_when_it_is_back():
    class Polled(Thing):
        polls = 0

        @every(0.001)
        async def poll(self):
            self.polls += 1
            if self.polls == 2:
                raise LinkLostError("the cable is cut")
            if self.polls == 5:
                self.level.ok()

    thing = Polled()

    async def scene(harness):
        await harness.expect("CONNECTION", state=ALERT)
        await harness.expect("CONNECTION", state=OK)
        await harness.expect("LEVEL", state=OK)

    play(scene, thing)
    assert thing.story == ["open", "close", "open", "close"]
