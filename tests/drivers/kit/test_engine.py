"""What a device is asked is dealt with in its order, and what goes wrong costs one request."""

import asyncio
import math

import pytest

from lightapt_drivers import (
    BlobVector,
    DefBlob,
    DefNumber,
    Device,
    HardwareError,
    NumberVector,
    RefusedError,
    State,
    on_new,
)
from lightapt_drivers.kit import engine
from lightapt_protocol.messages import GetProperties, Notice, PingReply, PingRequest
from tests.drivers.kit.scenes import answers, new, play, said_of, turns, value
from tests.drivers.kit.things import Thing

OK, ALERT = State.OK, State.ALERT


def quick(method):
    """Return a thing whose LEVEL is dealt with by this."""

    class Quick(Thing):
        @on_new(Thing.level)
        async def set_level(self, wanted):
            await method(self, wanted)

    return Quick()


# Quick requests.


def test_what_nobody_deals_with_is_granted():
    (answer,) = answers(Thing(), ("LEVEL", {"VALUE": 7}))
    assert (answer.state, value(answer), value(answer, "OTHER")) == (OK, 7, 1)


def test_what_the_method_does_not_set_is_granted():
    async def method(self, wanted):
        self.reading.set(VALUE=wanted.value)

    reading, level = answers(quick(method), ("LEVEL", {"VALUE": 7}))
    assert (value(reading), level.state, value(level)) == (7, OK, 7)


def test_what_the_method_sets_stays():
    async def method(self, wanted):
        self.level.ok(VALUE=wanted.value - 1, message="nearly")

    (answer,) = answers(quick(method), ("LEVEL", {"VALUE": 7}))
    assert (answer.state, value(answer), answer.message) == (OK, 6, "nearly")


def test_a_method_that_finds_that_nothing_changes_leaves_nobody_without_an_answer():
    async def method(self, wanted):
        self.level.change(VALUE=3.0)

    (answer,) = answers(quick(method), ("LEVEL", {"VALUE": 7}))
    assert (answer.state, value(answer)) == (State.IDLE, 3)


def test_the_method_is_given_all_values_and_knows_which_were_asked_for():
    seen = []

    async def method(self, wanted):
        seen.append((dict(wanted), wanted.given))

    answers(quick(method), ("LEVEL", {"OTHER": 2}))
    assert seen == [({"VALUE": 3.0, "OTHER": 2.0}, ("OTHER",))]


def test_a_button_goes_off_when_it_was_heard():
    (answer,) = answers(Thing(), ("ABORT", {"ABORT": True}))
    assert (answer.state, bool(value(answer, "ABORT"))) == (OK, False)


@pytest.mark.parametrize("error", [RefusedError, HardwareError])
def test_a_refusal_is_an_alert_with_the_reason_and_what_is_so(error):
    async def method(self, wanted):
        raise error(f"never {wanted.value:g}")

    (answer,) = answers(quick(method), ("LEVEL", {"VALUE": 7}))
    assert (answer.state, answer.message, value(answer)) == (ALERT, "never 7", 3.0)


@pytest.mark.parametrize(
    ("name", "members", "words"),
    [
        ("LEVEL", {"VALUE": 11}, "VALUE must be from 0 to 10, not 11"),
        ("READING", {"VALUE": 1}, "READING is read-only"),
        ("MODE", {"FAST": True, "SLOW": True}, "of MODE one switch must be on, not 2"),
        ("MODE", {"WARP": True}, "MODE has no member WARP"),
    ],
)
def test_what_cannot_be_is_refused_before_the_method_sees_it(name, members, words):
    (answer,) = answers(Thing(), (name, members))
    assert (answer.name, answer.state, answer.message) == (name, ALERT, words)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (
            FileNotFoundError(2, "No such file or directory", "/dev/ttyUSB0"),
            "FileNotFoundError: [Errno 2] No such file or directory: '/dev/ttyUSB0'",
        ),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_a_fault_of_the_system_is_an_alert_in_its_words(fault, words):
    async def method(self, wanted):
        raise fault

    (answer,) = answers(quick(method), ("LEVEL", {"VALUE": 7}))
    assert (answer.state, answer.message) == (ALERT, words)


def test_a_mistake_in_the_driver_costs_one_request_and_is_logged(caplog):
    async def method(self, wanted):
        if wanted.value == 7:
            raise ZeroDivisionError("by nothing")

    said = answers(quick(method), ("LEVEL", {"VALUE": 7}), ("LEVEL", {"VALUE": 8}))
    alert, granted = said_of("LEVEL", said)
    assert (alert.state, alert.message, granted.state, value(granted)) == (
        ALERT,
        "a mistake in the driver: see its log",
        OK,
        8,
    )
    assert any("ZeroDivisionError('by nothing')" in message.message for message in said)
    assert "Traceback" in caplog.text


def test_a_number_that_is_not_finite_is_such_a_mistake():
    async def method(self, wanted):
        self.level.set(VALUE=math.nan)

    async def scene(harness):
        (answer,) = said_of("LEVEL", await harness.request("LEVEL", VALUE=7))
        harness.send(GetProperties())
        return answer, said_of("LEVEL", await harness.dealt_with())

    answer, (definition,) = play(scene, quick(method))
    assert (answer.state, definition.members[0].value) == (ALERT, 3.0)


def test_an_unknown_property_is_answered_in_words():
    async def scene(harness):
        harness.send(new("Number", "Thing", "NONE", A=1))
        return await harness.dealt_with()

    (answer,) = play(scene, Thing())
    assert isinstance(answer, Notice)
    assert answer.message == "Thing has no property NONE"


def test_what_is_there_only_when_connected_is_said_to_be_so():
    async def scene(harness):
        harness.send(new("Number", "Thing", "LEVEL", VALUE=1))
        return await harness.dealt_with()

    (answer,) = play(scene, Thing(), connect=False)
    assert answer.message == "Thing has no property LEVEL while it is not connected"


def test_requests_are_dealt_with_in_their_order():
    order = []

    async def method(self, wanted):
        await turns(5)
        order.append(wanted.value)

    async def scene(harness):
        for number in (1, 2, 3):
            harness.send(new("Number", "Quick", "LEVEL", VALUE=number))
        await harness.dealt_with()

    play(scene, quick(method))
    assert order == [1, 2, 3]


def test_what_a_device_asks_of_itself_is_dealt_with_next():
    order = []

    async def method(self, wanted):
        order.append(wanted.value)
        if wanted.value == 1:
            self.request(self.level, VALUE=2)

    async def scene(harness):
        for number in (1, 3):
            harness.send(new("Number", "Quick", "LEVEL", VALUE=number))
        await harness.dealt_with()

    play(scene, quick(method))
    assert order == [1, 2, 3]


def test_what_a_device_asks_of_itself_is_checked_as_well():
    thing = Thing()

    async def scene(harness):
        thing.request(thing.level, VALUE=11)
        return await harness.expect("LEVEL", state=ALERT)

    assert play(scene, thing).number("VALUE") == 3.0


# Order, and bounds.


def test_a_ping_is_answered_when_all_before_it_is_dealt_with():
    async def method(self, wanted):
        await turns(10)

    async def scene(harness):
        harness.send(new("Number", "Quick", "LEVEL", VALUE=1))
        harness.send(PingRequest("mine"))
        await harness.dealt_with()
        return harness.said

    said = play(scene, quick(method))
    level = next(place for place, message in enumerate(said) if said_of("LEVEL", [message]) and message.state is OK)
    assert level < said.index(PingReply("mine"))


def test_no_more_is_read_than_is_dealt_with(monkeypatch):
    monkeypatch.setattr(engine, "_INBOX", 3)
    go_on = asyncio.Event()
    met = []

    async def method(self, wanted):
        met.append(wanted.value)
        await go_on.wait()

    async def scene(harness):
        for _ in range(10):
            harness.send(new("Number", "Quick", "LEVEL", VALUE=1))
        await turns(30)
        waiting = harness._port._input.qsize()
        go_on.set()
        await harness.dealt_with()
        return waiting

    assert play(scene, quick(method)) >= 5
    assert len(met) == 10


def test_the_word_that_a_picture_arrived_passes_all_that_waits(monkeypatch):
    monkeypatch.setattr(engine, "_INBOX", 3)

    class Camera(Device):
        """A camera that sends its pictures from a quick request."""

        level = NumberVector("LEVEL", DefNumber("VALUE", 3.0))
        image = BlobVector("IMAGE", DefBlob("IMAGE"))

        @on_new(level)
        async def shoot(self, wanted):
            for _ in range(2):
                await self.image.send(b"picture", format=".x")

    async def scene(harness):
        for _ in range(10):
            harness.send(new("Number", "Camera", "LEVEL", VALUE=1))
        for _ in range(20):
            await harness.blob("IMAGE")

    play(scene, Camera(), attaches=True)
