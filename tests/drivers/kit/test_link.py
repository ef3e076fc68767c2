"""The connection to the hardware: made when a client asks, and looked for where it is not there."""

import asyncio

import pytest

from lightapt_drivers import Driver, HardwareError, LinkLostError, RefusedError, State, on_connect, on_disconnect
from lightapt_drivers.kit import link
from lightapt_drivers.testing import MemoryPort
from lightapt_protocol.messages import Definition, DelProperty
from tests.drivers.kit.lines import Thing, connect
from tests.drivers.kit.scenes import PATIENCE, new, play, said_of, states, turns

OK, BUSY, ALERT, IDLE = State.OK, State.BUSY, State.ALERT, State.IDLE


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


@pytest.mark.parametrize(("value", "words"), [("Off", "must be on"), ("Maybe", "Maybe")])
def test_a_connection_outlives_a_request_that_is_none(value, words):
    async def scene(harness):
        harness.send(new("Switch", "Thing", "CONNECTION", CONNECT=value))
        said = said_of("CONNECTION", await harness.dealt_with())
        assert words in said[0].message
        return states(said), harness.find("CONNECTION").switches_on()

    assert play(scene, Thing()) == ([ALERT, OK], ["CONNECT"])


def test_a_device_that_is_connected_says_so_whatever_its_connection_showed():
    thing = Thing()

    async def scene(harness):
        thing.connection.alert("something was wrong")
        return [(one.state, one.message) for one in said_of("CONNECTION", await connect(harness))][-1]

    assert play(scene, thing) == (OK, "")


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


ABSENT = [HardwareError("no answer"), LinkLostError("no answer"), OSError("no answer")]
HOPELESS = [RefusedError("say where it is"), ZeroDivisionError()]


@pytest.mark.parametrize("fault", ABSENT)
def test_hardware_that_is_not_there_is_an_alert_at_once_and_is_connected_when_it_is_there(fault):
    thing = Thing()
    thing.faults = [fault] * 3

    async def scene(harness):
        alert = (await connect(harness))[0]
        assert alert.message.endswith("no answer (it is tried again until it succeeds)")
        assert (alert.state, [bool(one.value) for one in alert.members]) == (ALERT, [True, False])
        await harness.expect("CONNECTION", state=OK, CONNECT=True)
        await harness.expect("LEVEL")
        return [words for words in harness.notices if "no answer" in words], harness.notices[-1]

    told, last = play(scene, thing, connect=False)
    assert (len(told), last) == (1, "Thing is there")  # what is known is not told again
    assert thing.story == ["open", "close"] * 4


def test_each_new_reason_is_told_once():
    thing = Thing()
    thing.faults = [HardwareError(words) for words in ("off", "it starts", "off", "it starts")]

    async def scene(harness):
        await connect(harness)
        await harness.expect("CONNECTION", state=OK)
        return [words.partition(" (")[0] for words in harness.notices]

    assert play(scene, thing, connect=False) == ["off", "it starts", "Thing is there"]


def test_while_it_is_looked_for_its_other_properties_are_not_there():
    thing = Thing()
    thing.faults, thing.reconnect_after = [HardwareError("off")], (PATIENCE,)

    async def scene(harness):
        await connect(harness)
        harness.send(
            '<newNumberVector device="Thing" name="LEVEL"><oneNumber name="VALUE">1</oneNumber></newNumberVector>'
        )
        await harness.dealt_with()
        assert not thing.is_connected
        return harness.notices[-1]

    assert play(scene, thing, connect=False) == "Thing has no property LEVEL while it is not connected"


def test_disconnecting_gives_up_to_look_for_what_was_never_there():
    thing = Thing()
    thing.faults, thing.reconnect_after = [HardwareError("off")], (PATIENCE,)

    async def scene(harness):
        await connect(harness)
        (off,) = await connect(harness, on=False)
        return off.state, [bool(one.value) for one in off.members]

    assert play(scene, thing, connect=False) == (OK, [False, True])
    assert thing.story == ["open", "close"]


@pytest.mark.parametrize("is_there", [True, False])
def test_connecting_while_it_is_looked_for_has_it_tried_at_once(is_there):
    thing = Thing()
    thing.faults = [HardwareError("off")] * (1 if is_there else 2)
    thing.reconnect_after = (PATIENCE,)

    async def scene(harness):
        await connect(harness)
        busy = (await connect(harness))[0]
        found = await harness.expect("CONNECTION", state=OK if is_there else ALERT, CONNECT=True)
        assert busy.state is BUSY
        return found.state, len([words for words in harness.notices if "off" in words])

    assert play(scene, thing, connect=False) == ((OK, 1) if is_there else (ALERT, 2))


class Slower(Thing):
    """A thing that answers its first caller at once, and the others when it may."""

    @on_connect
    async def open(self):
        try:
            await super().open()
        finally:
            self.tried.clear()
            self.may_answer.clear()


def test_who_asks_while_it_is_tried_is_told_what_comes_of_it():
    thing = Slower()
    thing.faults, thing.reconnect_after = [HardwareError("off")] * 2, (0.001, PATIENCE)

    async def scene(harness):
        await connect(harness)
        await thing.tried.wait()
        await connect(harness)
        thing.may_answer.set()
        await harness.expect("CONNECTION", state=ALERT, CONNECT=True)
        return len([words for words in harness.notices if "off" in words])

    assert play(scene, thing, connect=False) == 2
    assert thing.story == ["open", "close"] * 2


@pytest.mark.parametrize("fault", HOPELESS, ids=["refused", "a mistake"])
def test_what_no_waiting_mends_is_an_alert_and_not_tried_again(fault):
    thing = Thing()
    thing.faults = [fault]

    async def scene(harness):
        await connect(harness)
        await harness.expect("CONNECTION", state=ALERT, DISCONNECT=True)
        await turns(5)
        assert thing.story == ["open", "close"]
        await harness.connect()

    play(scene, thing, connect=False)


def test_to_look_for_it_ends_when_that_turns_out_to_be_hopeless():
    thing = Thing()
    thing.faults = [HardwareError("off"), RefusedError("say where it is")]

    async def scene(harness):
        await connect(harness)
        await harness.expect("CONNECTION", state=ALERT, DISCONNECT=True)
        return harness.notices[-1]

    assert play(scene, thing, connect=False) == "say where it is"


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
