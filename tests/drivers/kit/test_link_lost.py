"""A lost connection to the hardware is found again, whatever the hardware says meanwhile."""

import asyncio

import pytest

from lightapt_drivers import DefNumber, Device, HardwareError, LinkLostError, RefusedError, State, every, on_connect
from lightapt_drivers.kit import link
from lightapt_protocol.messages import Definition, DelProperty, GetProperties
from tests.drivers.kit.lines import Thing, connect, cut
from tests.drivers.kit.scenes import PATIENCE, play, turns

OK, ALERT, IDLE = State.OK, State.ALERT, State.IDLE


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
    assert notices.count("still cut (it is tried again until it succeeds)") == 1
    assert thing.story == ["open", "close", *["open", "close"] * 2, "open", "close"]


class Watched(Device):
    """A device at which two polls look; both find that it is gone."""

    reconnect_after = (60.0,)

    def __init__(self):
        super().__init__()
        self.is_cut = asyncio.Event()

    @every(0.001)
    async def look(self):
        await self.is_cut.wait()
        raise LinkLostError("the cable is cut")

    @every(0.001)
    async def look_elsewhere(self):
        await self.is_cut.wait()
        raise LinkLostError("the cable is cut, too")


def test_a_loss_is_told_once_whoever_finds_it():
    watched = Watched()

    async def scene(harness):
        watched.is_cut.set()
        await harness.expect("CONNECTION", state=ALERT)
        await turns(10)
        return [said for said in harness.notices if "cut" in said]

    assert len(play(scene, watched)) == 1


@pytest.mark.parametrize("was_there", [True, False])
def test_each_wait_is_the_next_and_the_last_goes_on(monkeypatch, was_there):
    waits = []
    time_limit = link.time_limit

    def counted(seconds):
        waits.append(seconds)
        return time_limit(seconds)

    thing = Thing()
    thing.faults = [*[None][:was_there], *[HardwareError("still cut")] * 5]

    async def scene(harness):
        monkeypatch.setattr(link, "time_limit", counted)
        await (cut(harness) if was_there else connect(harness))
        await harness.expect("CONNECTION", state=OK)

    play(scene, thing, connect=was_there)
    assert [seconds for seconds in waits if seconds < link._GRACE][:6] == [0.001, *[0.002] * (5 if was_there else 4)]


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


class Learner(Thing):
    """A thing that finds out when it connects what its level can be."""

    def __init__(self):
        super().__init__()
        self.most = [5, 5]

    @on_connect
    async def learn(self):
        self.hide(self.level, self.position)
        self.level.redefine(DefNumber("VALUE", 1.0, max=self.most.pop(0)))
        self.show(self.level)


def told(thing, *, meanwhile=None):
    """Return what is said of a thing's properties from when it is lost until it is back."""

    async def scene(harness):
        before = len(harness.said)
        await cut(harness)
        if meanwhile is not None:
            await meanwhile(harness)
        await harness.expect("CONNECTION", state=OK, CONNECT=True)
        await harness.dealt_with()
        return [message for message in harness.said[before:] if getattr(message, "name", "") in ("LEVEL", "POSITION")]

    return play(scene, thing)


def changes(messages):
    return [type(message).__name__ for message in messages if isinstance(message, Definition | DelProperty)]


def test_what_is_as_it_was_when_it_is_back_is_not_defined_anew():
    messages = told(Learner())
    assert changes(messages) == []
    assert (messages[-1].name, messages[-1].members[0].value) == ("LEVEL", 1)


def test_what_is_otherwise_when_it_is_back_is_defined_anew():
    thing = Learner()
    thing.most = [5, 6]
    assert changes(told(thing)) == ["DelProperty", "DefNumberVector"]


def test_what_it_has_no_more_when_it_is_back_is_deleted():
    class Loser(Thing):
        @on_connect
        async def look(self):
            if self.story.count("open") > 1:
                self.hide(self.position)

    (gone,) = [message for message in told(Loser()) if isinstance(message, DelProperty)]
    assert gone.name == "POSITION"


def test_who_comes_while_it_is_lost_is_told_what_the_others_know():
    thing = Learner()
    thing.reconnect_after = (PATIENCE,)

    async def ask(harness):
        harness.send(GetProperties())
        await harness.dealt_with()
        await connect(harness)

    assert changes(told(thing, meanwhile=ask)) == ["DefNumberVector"]


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


def test_connecting_while_it_is_lost_has_it_tried_at_once():
    thing = Thing()
    thing.reconnect_after = (PATIENCE,)

    async def scene(harness):
        await cut(harness)
        await connect(harness)
        await harness.expect("CONNECTION", state=OK, CONNECT=True)
        return harness.notices[-1]

    assert play(scene, thing) == "Thing is back"


def test_what_was_there_is_looked_for_whatever_it_says():
    thing = Thing()
    thing.faults = [None, RefusedError("say where it is"), ZeroDivisionError()]

    async def scene(harness):
        await cut(harness)
        await harness.expect("CONNECTION", state=OK, CONNECT=True)

    play(scene, thing)


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
        is_cut = asyncio.Event()

        @every(0.001)
        async def poll(self):
            self.polls += 1
            if self.polls == 2:
                await self.is_cut.wait()
                raise LinkLostError("the cable is cut")
            if self.polls == 5:
                self.level.ok()

    thing = Polled()

    async def scene(harness):
        thing.is_cut.set()
        await harness.expect("CONNECTION", state=ALERT)
        await harness.expect("CONNECTION", state=OK)
        await harness.expect("LEVEL", state=OK)

    play(scene, thing)
    assert thing.story == ["open", "close", "open", "close"]
