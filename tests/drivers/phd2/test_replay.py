"""The recordings replay to the right final state, whole, byte by byte and cut at random.

It is the client's state, and that of the bridge's properties. What is right is told by the recordings alone: by the
last event of each kind, and by what PHD2 did last.
"""

import asyncio
import random
import statistics
from contextlib import asynccontextmanager
from itertools import pairwise, takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightapt_drivers.phd2.bridge import Phd2Device
from lightapt_drivers.phd2.connection import Options
from lightapt_drivers.phd2.link import Link
from lightapt_drivers.phd2.state import StateFollower
from lightapt_drivers.phd2.words import AppState, PauseKind
from lightapt_drivers.testing import Harness
from lightapt_protocol.vocabulary import State, SwitchState
from tests.drivers.phd2.fake import bytewise, whole
from tests.drivers.phd2.fake_model import dumps
from tests.drivers.phd2.recordings import NAMES, PLAIN, WITH_AO, heard
from tests.drivers.phd2.replay import Replay
from tests.drivers.phd2.scenes import scene

SEED = 20
SCALE = 3.13523
MESSAGES = {name: [one for one in heard(name) if isinstance(one, dict)] for name in NAMES}
DATA = {name: b"".join(map(dumps, MESSAGES[name])) for name in NAMES}
THE_END = {"Event": "Alert", "Msg": "that was all", "Type": "info"}
AT_THE_END = {
    "get_app_state": "Stopped",
    "get_connected": False,
    "get_calibrated": False,
    "get_exposure": 0,
    "get_lock_position": None,
    "get_settling": False,
    "get_paused": False,
}
"""What PHD2 would answer after the last request of both recordings: equipment was disconnected."""


def randomly(data):
    """Cut at random places, the same in each run."""
    places = random.Random(SEED + len(data)).sample(range(1, len(data)), 3)
    cuts = [0, *sorted(places), len(data)]
    return [data[start:end] for start, end in pairwise(cuts)]


CUTS = [whole, bytewise, randomly]


def events(name):
    return [one for one in MESSAGES[name] if "Event" in one]


def last(name, *called):
    return [one for one in events(name) if one["Event"] in called][-1]


def since_guiding_began(name):
    names = [one["Event"] for one in events(name)]
    return events(name)[len(names) - 1 - names[::-1].index("StartGuiding") :]


def steady_steps(name):
    """Return the last guiding's steps that were not made while settling."""
    steps, settling = [], False
    for one in since_guiding_began(name):
        settling = one["Event"] == "SettleBegin" or (settling and one["Event"] != "SettleDone")
        steps += [one] * (one["Event"] == "GuideStep" and not settling)
    return steps[-50:]


# The client.


def follow(parts):
    """Return the state that a connection's bytes lead to."""

    async def read():
        follower, skips, lost = StateFollower(), [], []
        link = Link(follower.apply, on_skip=lambda: skips.append(1), on_lost=lost.append)
        for part in parts:
            link.data_received(part)
        assert (skips, lost, link.skipped) == ([], [], 0)
        return follower.state

    return asyncio.run(read())


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("name", NAMES)
def test_the_client_s_state_is_that_of_the_end(name, cut):
    state = follow(cut(DATA[name]))
    done, step = last(name, "SettleDone"), last(name, "GuideStep")
    assert (state.app, state.busy, state.paused) == (AppState.STOPPED, None, PauseKind.NONE)
    assert (state.lock_position, state.star, state.has_star) == (None, None, False)
    assert (state.settled.status, state.settled.error) == (done["Status"], done.get("Error"))
    assert (state.step.frame, state.step.dx, state.step.snr) == (step["Frame"], step["dx"], step["SNR"])
    assert state.is_calibrated is (name == WITH_AO)  # of what was cleared afterwards there is no event
    assert state.calibration_error == ("Calibration manually stopped" if name == PLAIN else None)
    assert state.rms.steps == len(steady_steps(name))


@settings(derandomize=True, max_examples=20, deadline=None)
@given(st.sampled_from(NAMES), st.lists(st.integers(0, min(map(len, DATA.values()))), max_size=40))
def test_wherever_it_is_cut_the_client_s_state_is_the_same(name, places):
    cuts = [0, *sorted(places), len(DATA[name])]
    assert follow(DATA[name][start:end] for start, end in pairwise(cuts)) == WHOLE[name]


WHOLE = {name: follow([DATA[name]]) for name in NAMES}


# The bridge.


def settled_as(done):
    return State.OK if done["Status"] == 0 else State.ALERT


def expected(name):
    """Return the bridge's properties as the recording's end has them: states, and values."""
    step, done, calibrating = last(name, "GuideStep"), last(name, "SettleDone"), last(name, "Calibrating")
    frame = last(name, "GuideStep", "LoopingExposures", "StarLost")
    steady = steady_steps(name)
    ra, dec = (statistics.pstdev(one[axis] for one in steady) for axis in ("RADistanceRaw", "DECDistanceRaw"))
    guided = list(takewhile(lambda one: one["Event"] != "GuidingStopped", since_guiding_began(name)))
    version, lost = last(name, "Version"), [one for one in guided if one["Event"] == "StarLost"]
    scale = SCALE if name == PLAIN else 0  # in the other it was not asked for
    failed = any(one["Event"] == "CalibrationFailed" for one in since_guiding_began(name))
    found = {
        "PHD2_STATE": (State.IDLE, {"STATE": "Stopped"}),
        "PHD2_VERSION": (None, {"VERSION": "2.6.13dev8", "INSTANCE": str(version["Inst"])}),
        "PHD2_GUIDE_STEP": (
            State.IDLE,
            {"FRAME": step["Frame"], "DX": step["dx"], "RA_RAW": step["RADistanceRaw"], "AVERAGE": step["AvgDist"]},
        ),
        "PHD2_FRAME": (State.IDLE, {"FRAME": frame["Frame"]}),
        "PHD2_RMS": (State.IDLE, {"STEPS": len(steady), "RA": ra, "DEC": dec, "RA_ARCSEC": ra * scale}),
        "PHD2_SETTLING": (
            settled_as(done),
            {"TOTAL_FRAMES": done["TotalFrames"], "DROPPED_FRAMES": done["DroppedFrames"]},
        ),
        "PHD2_STAR_LOST": (State.OK, {"COUNT": len(lost), "IN_A_ROW": 0}),
        "PHD2_CALIBRATION_STEP": (
            State.ALERT if failed else State.OK,
            {"TEXT": calibrating["State"], "DIRECTION": calibrating["dir"]},
        ),
        "PHD2_CALIBRATION_MOVE": (None, {"STEP": calibrating["step"], "DISTANCE": calibrating["dist"]}),
        "PHD2_LOCK_POSITION": (State.IDLE, {}),  # there is none: its numbers are nobody's
        "PHD2_STAR": (State.IDLE, {}),
        "PHD2_GUIDE": (settled_as(done), {}),
        "PHD2_CALIBRATION": (State.ALERT if failed else State.OK, {}),
        "PHD2_PAUSE": (State.OK, {"OFF": True}),
        "PHD2_LOOP": (State.OK, {"OFF": True}),
        "PHD2_LIGHTS": (State.OK, {"STAR": State.IDLE, "GUIDING": State.IDLE, "SETTLED": settled_as(done)}),
        "CONNECTION": (State.OK, {"CONNECT": True}),
    }
    if name == PLAIN:
        dither = last(name, "GuidingDithered")
        found["PHD2_DITHERED"] = (None, {"DX": dither["dx"], "DY": dither["dy"]})
        found["PHD2_DITHER"] = (State.ALERT, {})  # the last of them has not settled
    return found


def compare(harness, properties):
    for name, (state, members) in properties.items():
        prop = harness.find(name)
        assert state in (None, prop.state), (name, prop.state)
        for member, value in members.items():
            shown = prop.members[member].value
            wanted = pytest.approx(value) if isinstance(value, float) else value
            assert shown is SwitchState.ON if value is True else shown == wanted, (name, member, shown, value)


@asynccontextmanager
async def bridge(name, cut):
    """A connected bridge, and the recording that it will hear; of its own accord it asks nothing."""
    unasked = Options(calm=3600, heartbeat=3600)
    async with Replay(name, cut) as replay:
        given = {"DEVICE_ADDRESS": {"ADDRESS": "127.0.0.1", "PORT": str(replay.port)}}
        device = Phd2Device(given=given, patience=unasked)
        async with Harness(device) as harness:
            await harness.connect()
            yield replay, device, harness
            await harness.request("CONNECTION", DISCONNECT=True)


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("name", NAMES)
@scene
async def test_the_bridge_s_properties_are_those_of_the_end(name, cut):
    async with bridge(name, cut) as (replay, device, harness):
        with device.phd2.events() as stream:

            async def taken():
                await anext(stream)
                await harness.dealt_with()

            await replay.play(taken)
        await heard_all(replay, harness)
        assert device.phd2.skipped == 0
        compare(harness, expected(name))
        replay.answers |= AT_THE_END
        await device.phd2.read_state()
        await heard_all(replay, harness)
        compare(harness, expected(name) | {"PHD2_CALIBRATION_STEP": (None, {})})
        compare(harness, {"PHD2_EQUIPMENT": (State.OK, {"DISCONNECT": True})})
        compare(harness, {"PHD2_LIGHTS": (State.OK, {"CALIBRATED": State.IDLE, "EQUIPMENT": State.IDLE})})


MET = {
    *("PHD2_STATE", "PHD2_GUIDE_STEP", "PHD2_RMS", "PHD2_SETTLING", "PHD2_STAR_LOST"),
    *("PHD2_GUIDE", "PHD2_DITHER", "PHD2_DITHERED", "PHD2_CALIBRATION", "PHD2_CALIBRATION_STEP"),
}


@pytest.mark.parametrize("name", NAMES)
@scene
async def test_a_bridge_that_hears_a_night_at_once_is_where_phd2_is(name):
    async with bridge(name, whole) as (replay, _, harness):
        await replay.play()
        await heard_all(replay, harness)
        compare(harness, {one: wanted for one, wanted in expected(name).items() if one in MET})
        busy = [prop.name for prop in harness.mirror.devices["PHD2"].values() if prop.state is State.BUSY]
        assert busy == []


async def heard_all(replay, harness):
    """Wait until the device has dealt with all that was said."""
    before = sum(THE_END["Msg"] in words for words in harness.notices)
    replay.say(THE_END)
    await harness.until(lambda: sum(THE_END["Msg"] in words for words in harness.notices) > before, "the end")
