"""What other clients do, and people at PHD2's window, is shown as if it had been asked for here."""

from contextlib import asynccontextmanager

import pytest

from lightapt_drivers.phd2.bridge import Phd2Device
from lightapt_drivers.phd2.connection import Options
from lightapt_drivers.testing import Harness
from lightapt_protocol.vocabulary import State
from tests.drivers.phd2.bridging import SETTLE, guiding, play, refused
from tests.drivers.phd2.fake import FakePhd2
from tests.drivers.phd2.fake_model import dumps
from tests.drivers.phd2.scenes import scene

STEP = {"Mount": "On Camera", "dir": "West", "dist": 1, "dx": 1, "dy": 1, "pos": [1, 1], "step": 1, "State": "West 1"}
CALIBRATES = [("LoopingExposures", {"Frame": 1}), ("StartCalibration", {"Mount": "On Camera"}), ("Calibrating", STEP)]
GUIDES = [("CalibrationComplete", {"Mount": "On Camera"}), ("StartGuiding", {}), ("SettleBegin", {})]
FAILS = [("CalibrationFailed", {"Mount": "On Camera", "Reason": "the star did not move"}), ("GuidingStopped", {})]
SETTLING = ("Settling", {"Distance": 1, "Time": 0, "SettleTime": 2, "StarLocked": True})


def done(error=""):
    status = {"Status": 1, "Error": error} if error else {"Status": 0}
    return "SettleDone", {**status, "TotalFrames": 1, "DroppedFrames": 0}


@asynccontextmanager
async def bridge():
    """A connected bridge that asks nothing of its own accord, and the PHD2 to whose words it listens."""
    unasked = Options(limit=5, opening=5, heartbeat=3600, calm=3600)
    async with FakePhd2(frame=None) as fake:
        fake.model.connected = True
        address = {"DEVICE_ADDRESS": {"ADDRESS": "127.0.0.1", "PORT": str(fake.port)}}
        async with Harness(Phd2Device(given=address, patience=unasked)) as harness:
            await harness.connect()
            await harness.request("PHD2_SETTLE", **SETTLE)
            harness.said.clear()
            yield harness, fake


async def hear(harness, fake, events):
    """Say events, all in one piece, and wait until the bridge has shown them."""
    for name, members in events:
        fake.model.say(name, **members)
    words = f"so far {len(harness.said)}"
    fake.say("Alert", Msg=words, Type="info")
    await harness.until(lambda: any(words in one for one in harness.notices), words)


def shown(harness, name):
    """Return a property's states in the order in which clients have seen them."""
    states = [one.state for one in harness.said if getattr(one, "name", "") == name and hasattr(one, "state")]
    return [state for place, state in enumerate(states) if place == 0 or states[place - 1] is not state]


@pytest.mark.parametrize("earlier", ["", "timed-out"])
@pytest.mark.parametrize("error", ["", "timed-out"])
@scene
async def test_a_guide_that_calibrates_first_is_busy_until_it_has_settled_whatever_was_before(earlier, error):
    async with bridge() as (harness, fake):
        await hear(harness, fake, [("SettleBegin", {}), SETTLING, done(earlier)])
        harness.said.clear()
        for event in [*CALIBRATES[1:], *GUIDES, SETTLING]:
            await hear(harness, fake, [event])
            assert harness.find("PHD2_GUIDE").state is State.BUSY, event
            assert harness.find("PHD2_LIGHTS").members["SETTLED"].value is State.BUSY, event
        await hear(harness, fake, [done(error)])
        assert shown(harness, "PHD2_GUIDE") == [State.BUSY, State.ALERT if error else State.OK]
        assert any(error in one for one in harness.notices)
        assert shown(harness, "PHD2_CALIBRATION") == [State.BUSY, State.OK]


@pytest.mark.parametrize("earlier", ["", "timed-out"])
@scene
async def test_a_guide_whose_calibration_fails_is_alert_whatever_was_before(earlier):
    async with bridge() as (harness, fake):
        await hear(harness, fake, [("SettleBegin", {}), SETTLING, done(earlier)])
        harness.said.clear()
        for event in [*CALIBRATES[1:], *FAILS]:
            await hear(harness, fake, [event])
            assert harness.find("PHD2_GUIDE").state is State.BUSY, event
        await hear(harness, fake, [done("Calibration failed"), ("LoopingExposuresStopped", {})])
        assert shown(harness, "PHD2_GUIDE") == [State.BUSY, State.ALERT]
        assert shown(harness, "PHD2_CALIBRATION") == [State.BUSY, State.ALERT]
        assert any("the star did not move" in one for one in harness.notices)


@pytest.mark.parametrize("error", ["", "timed-out"])
@scene
async def test_a_dither_that_is_over_in_one_piece_is_shown(error):
    async with bridge() as (harness, fake):
        await hear(harness, fake, [("AppState", {"State": "Guiding"})])
        await hear(harness, fake, [("GuidingDithered", {"dx": 1, "dy": 1}), ("SettleBegin", {}), SETTLING, done(error)])
        assert shown(harness, "PHD2_DITHER") == [State.BUSY, State.ALERT if error else State.OK]
        assert not shown(harness, "PHD2_GUIDE")


@scene
async def test_a_whole_guide_in_one_piece_is_shown():
    async with bridge() as (harness, fake):
        await hear(harness, fake, [*CALIBRATES, *GUIDES, SETTLING, done(), ("GuideStep", {"Frame": 1})])
        assert shown(harness, "PHD2_GUIDE") == [State.BUSY, State.OK]
        assert shown(harness, "PHD2_CALIBRATION") == [State.BUSY, State.OK]
        assert shown(harness, "PHD2_STATE")[-2:] == [State.BUSY, State.OK]


@pytest.mark.parametrize("error", ["", "Calibration failed"])
@scene
async def test_our_own_guide_is_busy_again_when_the_link_broke_as_it_calibrated(error):
    async with bridge() as (harness, fake):
        await harness.request("PHD2_GUIDE", RECALIBRATE=True)
        fake.frames(4)
        await harness.expect("PHD2_STATE", STATE="Calibrating")
        fake.drop()
        await harness.expect("PHD2_GUIDE", state=State.ALERT)
        await harness.expect("CONNECTION", state=State.OK)
        for event in FAILS if error else [*GUIDES, SETTLING]:
            await hear(harness, fake, [event])
            assert harness.find("PHD2_GUIDE").state is State.BUSY, event
        await hear(harness, fake, [done(error)])
        assert harness.find("PHD2_GUIDE").state is (State.ALERT if error else State.OK)


def test_what_is_found_settling_is_named_as_what_is_known_of_it():
    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("PHD2_SETTLE", TIME=3000, TIMEOUT=3600)
        await harness.request("PHD2_DITHER", AMOUNT=5)
        await harness.request("PHD2_DITHER", AMOUNT=3)
        assert "dither is in progress: wait until it has settled" in harness.notices
        fake.drop()
        await harness.expect("CONNECTION", state=State.ALERT)
        await harness.expect("CONNECTION", state=State.OK)
        await refused(harness, "PHD2_DITHER", "settling is in progress: wait until it has settled", AMOUNT=3)
        fake.model.settle_done()
        await harness.expect("PHD2_SETTLING", state=State.OK)
        assert len(fake.asked("dither")) == 1

    play(scene)


def test_a_guide_that_was_begun_at_its_window_is_busy_while_it_calibrates():
    async def scene(harness, fake):
        fake.model.start_capturing()
        fake.model.select()
        fake.model.begin_guiding()
        await harness.expect("PHD2_GUIDE", state=State.BUSY)
        say, fake.model.say = fake.model.say, lambda name, **more: "Settle" in name or say(name, **more)
        await harness.expect("PHD2_STATE", STATE="Guiding")
        await harness.expect("PHD2_GUIDE", state=State.IDLE)
        await harness.expect("PHD2_CALIBRATION", state=State.OK)

    play(scene)


def test_a_calibration_that_is_stopped_as_guiding_begins_is_ok():
    async def scene(harness, fake):
        fake.frame = None
        await harness.request("PHD2_CALIBRATION", START=True)
        await harness.expect("PHD2_CALIBRATION", state=State.BUSY)
        while fake.model.phase != "guiding":
            fake.model.frame()
        fake.model.ending = "stop"  # by a person, before a word of it has been heard
        fake.model.frame()
        fake.send(b"".join(map(dumps, fake.model.take())))  # in one piece
        await harness.expect("PHD2_CALIBRATION", state=State.OK)
        await harness.expect("PHD2_CALIBRATION_DATA", state=State.OK)
        assert fake.model.app_state() == "Stopped"
        assert "loop" not in fake.methods

    play(scene)


@scene
async def test_what_was_set_stays_whatever_phd2_says_next():
    async with bridge() as (harness, fake):
        fake.model.dec_mode, fake.model.output = "North", False  # so PHD2 has nothing to tell
        await harness.request("PHD2_EXPOSURE", MS_2000=True)
        await harness.request("PHD2_DEC_MODE", NORTH=True)
        await harness.request("PHD2_GUIDE_OUTPUT", OFF=True)
        for name, chosen in {"PHD2_EXPOSURE": "MS_2000", "PHD2_DEC_MODE": "NORTH", "PHD2_GUIDE_OUTPUT": "OFF"}.items():
            await harness.expect(name, state=State.OK, **{chosen: True})
        harness.said.clear()
        await hear(harness, fake, [("ConfigurationChange", {})])
        assert harness.find("PHD2_EXPOSURE").is_on("MS_2000")
        assert harness.find("PHD2_DEC_MODE").is_on("NORTH")
        assert harness.find("PHD2_GUIDE_OUTPUT").is_on("OFF")
