"""While PHD2 does not answer, the device goes on: what asks PHD2 waits by itself, and nothing waits for that."""

import asyncio

import pytest

from lightapt_drivers.phd2 import bridge_base
from lightapt_protocol.messages import SetSwitchVector
from lightapt_protocol.vocabulary import State, SwitchState
from tests.drivers.phd2.bridging import guiding, play, refused

pytestmark = pytest.mark.usefixtures("hasty")

SOON = 10.0
"""Seconds: sooner than PHD2 answers, which is when it recovers."""
ASKING = [
    ("PHD2_ALGORITHM_RA", {"minMove": 0.3}),
    ("PHD2_CALIBRATION_CLEAR", {"BOTH": True}),
    ("PHD2_COOLER", {"ON": True}),
    ("PHD2_DEC_MODE", {"NORTH": True}),
    ("PHD2_DESELECT_STAR", {"DESELECT": True}),
    ("PHD2_EXPOSURE", {"MS_2000": True}),
    ("PHD2_GUIDE", {"GUIDE": True}),
    ("PHD2_GUIDE_OUTPUT", {"OFF": True}),
    ("PHD2_LIMIT_FRAME", {"WIDTH": 10, "HEIGHT": 10}),
    ("PHD2_LOCK_POSITION", {"X": 10, "Y": 10}),
    ("PHD2_LOCK_SHIFT_RATE", {"FIRST": 10}),
    ("PHD2_PAUSE", {"OFF": True}),
    ("PHD2_SHUTDOWN", {"SHUTDOWN": True}),
    ("PHD2_VARIABLE_DELAY", {"ON": True}),
]


def waiting(scene, **options):
    """Play a scene in which PHD2 is at a call that it answers when it recovers, or never."""

    async def whole(harness, fake):
        fake.hang_at("set_connected")
        await harness.request("PHD2_EQUIPMENT", CONNECT=True)
        await harness.expect("PHD2_EQUIPMENT", state=State.BUSY)
        await scene(harness, fake)

    play(whole, **options)


async def told(harness, words, name, **members):
    """Ask for what is refused while something else goes on."""
    await harness.request(name, **members)
    await harness.until(lambda: any(words in one for one in harness.notices), words)


def shown_as_done(harness, name):
    """Return what was on each time a property was told to be Ok."""
    told = [one for one in harness.said if isinstance(one, SetSwitchVector) and one.name == name]
    done = [one.members for one in told if one.state is State.OK]
    return [{one.name for one in members if one.value is SwitchState.ON} for members in done]


def test_whatever_was_asked_it_can_be_disconnected():
    async def scene(harness, fake):
        for name, members in ASKING:
            await harness.request(name, **members)
        async with asyncio.timeout(SOON):
            for name, _ in ASKING:
                await harness.expect(name, state=State.BUSY)
            await harness.request("CONNECTION", DISCONNECT=True)
            await harness.expect("CONNECTION", state=State.OK, DISCONNECT=True)

    waiting(scene)


@pytest.mark.parametrize(
    ("name", "member", "shown"),
    [
        ("PHD2_STOP", "STOP", ("PHD2_STOP", State.BUSY)),
        ("PHD2_PROGRAM", "STOP", ("PHD2_PROGRAM", State.BUSY)),
        ("PHD2_RECONNECT", "RECONNECT", ("CONNECTION", State.ALERT)),
    ],
)
def test_it_is_stopped_and_connected_anew_at_once(name, member, shown):
    async def scene(harness, fake):
        await harness.request("PHD2_DEC_MODE", NORTH=True)
        await harness.request(name, **{member: True})
        async with asyncio.timeout(SOON):
            await harness.expect(shown[0], state=shown[1])

    waiting(scene)


def test_what_was_asked_meanwhile_is_done_when_phd2_answers():
    async def scene(harness, fake):
        await harness.request("PHD2_DEC_MODE", NORTH=True)
        await harness.expect("PHD2_DEC_MODE", state=State.BUSY)
        await told(harness, "what PHD2_DEC_MODE was asked for before is under way", "PHD2_DEC_MODE", SOUTH=True)
        await harness.expect("PHD2_DEC_MODE", state=State.BUSY)
        fake.recover()
        await harness.expect("PHD2_DEC_MODE", state=State.OK, NORTH=True)
        await harness.expect("PHD2_EQUIPMENT", state=State.OK, CONNECT=True)
        assert fake.asked("set_dec_guide_mode") == [{"mode": "North"}]

    waiting(scene)


def test_what_is_just_being_set_is_not_overwritten_by_what_phd2_says_of_before():
    async def scene(harness, fake):
        fake.hang_at("get_variable_delay_settings")
        fake.say("ConfigurationChange")
        await fake.has_waiting()  # the answer to come is from before
        await harness.request("PHD2_VARIABLE_DELAY", ON=True)
        await harness.request("PHD2_DEC_MODE", NORTH=True)
        for name in ("PHD2_VARIABLE_DELAY", "PHD2_DEC_MODE"):
            await harness.expect(name, state=State.BUSY)
        harness.said.clear()
        fake.say("Alert", Msg="it is windy", Type="info")  # and all is shown as PHD2 has told it until now
        await harness.until(lambda: any("windy" in one for one in harness.notices), "the alert")
        fake.recover()
        for name, chosen in {"PHD2_VARIABLE_DELAY": "ON", "PHD2_DEC_MODE": "NORTH"}.items():
            await harness.expect(name, state=State.OK, **{chosen: True})
            assert shown_as_done(harness, name) == [{chosen}]

    play(scene)


def test_of_what_is_set_together_two_things_are_not_asked_at_once():
    async def scene(harness, fake):
        await harness.request("PHD2_LOCK_SHIFT_RATE", FIRST=5, SECOND=2)
        await told(harness, "what PHD2_LOCK_SHIFT was asked", "PHD2_LOCK_SHIFT_UNITS", PIXELS_PER_HOUR=True)
        fake.recover()
        await harness.expect("PHD2_LOCK_SHIFT_RATE", state=State.OK, FIRST=5, SECOND=2)

    waiting(scene)


def test_requests_that_phd2_answers_at_once_keep_their_order(monkeypatch):
    monkeypatch.setattr(bridge_base, "_AT_ONCE", 30.0)

    async def scene(harness, fake):
        fake.hang_at("set_lock_shift_params")
        asking = asyncio.gather(
            harness.request("PHD2_LOCK_SHIFT_RATE", FIRST=5),
            harness.request("PHD2_LOCK_SHIFT_RATE", SECOND=2),
            harness.request("PHD2_LOCK_SHIFT_UNITS", PIXELS_PER_HOUR=True),
        )
        await fake.has_waiting()
        fake.recover()
        await asking
        await harness.expect("PHD2_LOCK_SHIFT_UNITS", state=State.OK, PIXELS_PER_HOUR=True)
        assert [one["rate"] for one in fake.asked("set_lock_shift_params")] == [[5, 0], [5, 2], [5, 2]]

    play(scene)


def test_what_phd2_refuses_is_shown_as_it_was():
    async def scene(harness, fake):
        await guiding(harness)
        await refused(harness, "PHD2_CALIBRATION_CLEAR", "stop it first", BOTH=True)
        await harness.request("PHD2_STOP", STOP=True)
        await harness.expect("PHD2_STATE", STATE="Stopped")
        await harness.request("PHD2_CALIBRATION_CLEAR", BOTH=True)
        await harness.expect("PHD2_CALIBRATION_CLEAR", state=State.OK)

    play(scene)
