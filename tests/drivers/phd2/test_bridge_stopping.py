"""What is stopped before it was done has failed, whoever stops it, and stays so: who waits for it is told."""

import pytest

from lightapt_protocol.vocabulary import State
from tests.drivers.phd2.bridging import guiding, play, refused
from tests.drivers.phd2.fake_model import Model


def states(harness, name):
    """Return a property's states in the order in which clients have seen them."""
    told = [one.state for one in harness.said if getattr(one, "name", "") == name and hasattr(one, "state")]
    return [state for place, state in enumerate(told) if place == 0 or told[place - 1] is not state]


async def cut_short(harness, name, words, *, by, member):
    """Stop what a property has begun, and see how that ends."""
    harness.said.clear()
    await harness.request(by, **{member: True})
    await harness.expect(name, state=State.ALERT)
    await harness.expect("PHD2_STOP", state=State.OK)
    await harness.dealt_with()
    assert states(harness, name) == [State.ALERT]
    assert any(words in notice for notice in harness.notices)
    assert not any(getattr(one, "value", False) is True for one in harness.find(name).members.values())


STOPS = [("STOP", "Stopped"), ("GUIDING", "Selected")]


@pytest.mark.parametrize(("member", "state"), STOPS)
def test_guiding_that_is_stopped_as_it_settles_has_failed(member, state):
    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("PHD2_SETTLE", TIME=3000, TIMEOUT=3600)
        await harness.request("PHD2_GUIDE", GUIDE=True)
        await harness.expect("PHD2_SETTLING", state=State.BUSY)
        await cut_short(harness, "PHD2_GUIDE", "stopped before it had settled", by="PHD2_STOP", member=member)
        await harness.expect("PHD2_STATE", STATE=state)
        await harness.request("PHD2_SETTLE", TIME=2, TIMEOUT=20)
        await guiding(harness)

    play(scene)


@pytest.mark.parametrize(("member", "state"), STOPS)
def test_a_dither_that_is_stopped_as_it_settles_has_failed(member, state):
    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("PHD2_SETTLE", TIME=3000, TIMEOUT=3600)
        await harness.request("PHD2_DITHER", AMOUNT=4)
        await harness.expect("PHD2_SETTLING", state=State.BUSY)
        await cut_short(harness, "PHD2_DITHER", "before the dither had settled", by="PHD2_STOP", member=member)
        await harness.expect("PHD2_STATE", STATE=state)
        await harness.expect("PHD2_DITHER", AMOUNT=4)
        assert harness.find("PHD2_GUIDE").state is State.OK

    play(scene)


def test_guiding_that_is_stopped_before_it_has_a_star_has_failed():
    async def scene(harness, fake):
        fake.model.star_hidden = True
        await harness.request("PHD2_GUIDE", GUIDE=True)
        await cut_short(harness, "PHD2_GUIDE", "stopped before it had settled", by="PHD2_STOP", member="STOP")
        await harness.expect("PHD2_LOOP", OFF=True)

    play(scene)


@pytest.mark.parametrize("by", ["PHD2_STOP", "PHD2_CALIBRATION"])
def test_a_calibration_that_is_stopped_has_failed(by):
    async def scene(harness, fake):
        await harness.request("PHD2_CALIBRATION", START=True)
        await harness.expect("PHD2_STATE", STATE="Calibrating")
        fake.model.star_hidden = True
        words = "the calibration was stopped before it was done"
        await cut_short(harness, "PHD2_CALIBRATION", words, by=by, member="STOP")
        await harness.expect("PHD2_STATE", STATE="Stopped")
        await refused(harness, "PHD2_CALIBRATION", "nothing to stop", STOP=True)

    play(scene)


def test_a_calibration_on_the_way_to_guiding_is_stopped_and_the_guiding_has_failed():
    async def scene(harness, fake):
        await harness.request("PHD2_GUIDE", GUIDE=True)
        await harness.expect("PHD2_CALIBRATION", state=State.BUSY)
        fake.model.star_hidden = True
        await harness.request("PHD2_CALIBRATION", STOP=True)
        await harness.expect("PHD2_CALIBRATION", state=State.OK)
        await harness.expect("PHD2_GUIDE", state=State.ALERT, GUIDE=False)
        await harness.expect("PHD2_STATE", STATE="Stopped")

    play(scene)


def test_a_frame_that_is_stopped_has_failed():
    async def scene(harness, fake):
        await harness.request("PHD2_SINGLE_FRAME", EXPOSURE=2000)
        await harness.expect("PHD2_SINGLE_FRAME", state=State.BUSY)
        await cut_short(harness, "PHD2_SINGLE_FRAME", "before it was taken", by="PHD2_STOP", member="STOP")

    play(scene, frame=None)


def test_looping_that_is_stopped_before_it_has_begun_has_failed(monkeypatch):
    monkeypatch.setattr(Model, "start_capturing", lambda _: None)  # as long as the camera takes

    async def scene(harness, fake):
        await harness.request("PHD2_LOOP", ON=True)
        await harness.expect("PHD2_LOOP", state=State.BUSY)
        harness.said.clear()
        await harness.request("PHD2_STOP", STOP=True)
        await harness.expect("PHD2_LOOP", state=State.ALERT, OFF=True)
        assert any("before it had begun" in notice for notice in harness.notices)

    play(scene)


def test_what_was_done_before_it_is_stopped_stays_so():
    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("PHD2_STOP", STOP=True)
        await harness.expect("PHD2_STOP", state=State.OK)
        await harness.dealt_with()
        assert harness.find("PHD2_GUIDE").state is State.OK

    play(scene)
