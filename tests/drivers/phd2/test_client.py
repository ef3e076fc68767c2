"""A client follows PHD2 and keeps its order: guiding settles or says why not, whoever has begun it."""

import asyncio
import random
from collections import Counter

import pytest

from lightapt_drivers import HardwareError, RefusedError
from lightapt_drivers.phd2 import (
    AppState,
    Busy,
    Options,
    PauseKind,
    Phd2FailedError,
    Settle,
    connect,
)
from lightapt_drivers.phd2.errors import OrderError, Phd2RefusedError, SettleError
from tests.drivers.phd2.fake import FakePhd2, bytewise, whole
from tests.drivers.phd2.recordings import NAMES, heard
from tests.drivers.phd2.replay import Replay
from tests.drivers.phd2.scenes import scene

SETTLE = Settle(2.0, 1, 60)
SOON = 10.0


CHANCE = random.Random(4400)


def randomly(data):
    """Cut at random places."""
    places = sorted(CHANCE.randrange(len(data)) for _ in range(3))
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]


async def guiding(fake, phd2):
    await phd2.set_connected(True)
    await phd2.guide(SETTLE, wait=True, timeout=SOON)


@pytest.mark.parametrize("cut", [whole, bytewise, randomly])
@scene
async def test_guiding_from_stopped_calibrates_and_settles(cut, quick):
    async with FakePhd2(cut=cut) as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        with phd2.events() as stream:
            await guiding(fake, phd2)
            phd2_state = phd2.state
        names = [event.name async for event in stream]
        steps = [name for name in names if name not in ("LoopingExposures", "GuideStep", "Settling", "Calibrating")]
        start = steps.index("StartCalibration")
        assert [name for name in steps[start:] if name not in ("ConfigurationChange", "")] == [
            "StartCalibration",
            "CalibrationComplete",
            "StartGuiding",
            "SettleBegin",
            "SettleDone",
        ]
        assert (phd2_state.app, phd2_state.busy, phd2_state.is_calibrated) == (AppState.GUIDING, None, True)
        assert phd2.skipped == 0


@pytest.mark.parametrize("reconnect", [False, True])
@scene
async def test_an_error_within_the_block_is_the_error_that_comes_out_of_it(reconnect, quick):
    async with FakePhd2() as fake:
        with pytest.raises(SettleError, match="timed-out"):
            async with connect("127.0.0.1", fake.port, options=quick, reconnect=reconnect) as phd2:
                raise SettleError("timed-out")
        assert not phd2.is_open
        assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("PHD2 at")]


@scene
async def test_guide_returns_at_once_and_settled_waits(quick):
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        await phd2.set_connected(True)
        await phd2.guide(SETTLE)
        assert phd2.state.busy is Busy.GUIDE
        waiting = asyncio.ensure_future(phd2.settled())
        await phd2.get_app_state()
        assert not waiting.done()
        fake.frames(40)
        assert (await waiting).is_settled
        assert (await phd2.settled()).is_settled


@scene
async def test_a_settle_that_fails_says_why(quick):
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        await guiding(fake, phd2)
        with pytest.raises(SettleError, match="timed-out waiting") as caught:
            await phd2.dither(2, Settle(0.001, 2, 4), wait=True, timeout=SOON)
        assert isinstance(caught.value, HardwareError)
        with pytest.raises(SettleError, match="timed-out"):
            await phd2.settled()


@scene
async def test_a_calibration_that_is_stopped_says_why(quick):
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        await phd2.set_connected(True)
        fake.model.star_hidden = False
        guide = asyncio.ensure_future(phd2.guide(SETTLE, wait=True, timeout=SOON))
        await phd2.until(lambda state: state.app is AppState.CALIBRATING, timeout=SOON)
        await phd2.stop_capture()
        with pytest.raises(SettleError, match=r"Guiding stopped \(Calibration manually stopped\)"):
            await guide


@scene
async def test_nothing_that_was_begun_is_not_waited_for(quick):
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        with pytest.raises(SettleError, match="was begun"):
            await phd2.settled()


@scene
async def test_a_wait_has_a_limit_of_its_own(quick):
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        await phd2.set_connected(True)
        with pytest.raises(SettleError, match=r"within 0\.01 s"):
            await phd2.guide(SETTLE, wait=True, timeout=0.01)


@scene
async def test_orders_that_make_no_sense_now_are_not_sent(quick):
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        with pytest.raises(OrderError, match="connect it first"):
            await phd2.guide()
        await guiding(fake, phd2)
        await phd2.set_paused(PauseKind.GUIDING)
        with pytest.raises(RefusedError, match="resume first"):
            await phd2.dither(3)
        with pytest.raises(OrderError, match="disconnect it first"):
            await phd2.set_profile(2)
        await phd2.stop(timeout=SOON)
        await phd2.set_connected(False)
        await phd2.set_profile(3)
        assert phd2.state.profile.name == "No Camera"
        with pytest.raises(OrderError, match="no camera"):
            await phd2.capture_single_frame(100)
        with pytest.raises(Phd2FailedError, match="camera"):
            await phd2.set_connected(True)
        assert Counter(fake.methods)["guide"] == 1
        assert not {"dither", "capture_single_frame"} & set(fake.methods)
        assert fake.crashed == ""


@scene
async def test_what_crashes_phd2_is_not_sent_whatever_is_remembered(quick):
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        await phd2.set_connected(True)
        fake.model.profile = 3
        with pytest.raises(OrderError, match="no camera"):
            await phd2.capture_single_frame(100)
        for method, params in (
            ("set_algo_param", {"axis": "ra", "name": "minMove"}),
            ("get_lock_shift_params", {"axes": "camera"}),
            ("capture_single_frame", None),
        ):
            with pytest.raises(RefusedError):
                await phd2.call(method, params)
            assert method not in fake.methods
        assert fake.crashed == ""


@scene
async def test_the_kind_of_a_pause_is_known(quick):
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        await guiding(fake, phd2)
        for kind in (PauseKind.FULL, PauseKind.NONE, PauseKind.GUIDING, PauseKind.NONE):
            await phd2.set_paused(kind)
            assert phd2.state.paused is kind
        await phd2.until(lambda state: state.is_guiding, timeout=SOON)


@scene
async def test_one_kind_of_pause_gives_way_to_the_other(quick):
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        await guiding(fake, phd2)
        for kind, paused in ((PauseKind.GUIDING, "guiding"), (PauseKind.FULL, "full"), (PauseKind.GUIDING, "guiding")):
            await phd2.set_paused(kind)
            assert (phd2.state.paused, fake.model.paused) == (kind, paused)


@scene
async def test_a_phd2_that_stays_paused_when_it_is_stopped_is_resumed(quick):
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        fake._methods.stop_capture = lambda _: 0
        fake.model.pause("full")
        fake.say("Alert", Msg="paused", Type="info")
        await phd2.until(lambda state: state.app is AppState.PAUSED, timeout=SOON)
        await phd2.stop(timeout=SOON)
        assert fake.model.app_state() == "Stopped"


@scene
async def test_another_client_may_drive_it(quick):
    async with (
        FakePhd2() as fake,
        connect("127.0.0.1", fake.port, options=quick) as phd2,
        connect("127.0.0.1", fake.port, options=quick) as other,
    ):
        await other.set_connected(True)
        await phd2.until(lambda state: bool(state.is_connected), timeout=SOON)
        await other.guide(SETTLE, wait=True, timeout=SOON)
        await phd2.until(lambda state: state.is_guiding and not state.busy, timeout=SOON)
        assert phd2.state.settled.is_settled
        await other.dither(3, Settle(0.01, 5, 60))
        await phd2.until(lambda state: state.is_busy, timeout=SOON)
        with pytest.raises(OrderError, match="in progress"):
            await phd2.dither(3)
        await other.stop(timeout=SOON)
        await phd2.until(lambda state: state.app is AppState.STOPPED and not state.busy, timeout=SOON)


@scene
async def test_what_another_did_unheard_is_asked_for_before_it_is_refused(quick):
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        await phd2.set_connected(True)
        fake.model.connected = False
        await phd2.set_profile(2)
        assert (phd2.state.profile.id, phd2.state.is_connected) == (2, False)


@scene
async def test_what_another_began_unheard_stays_busy(quick):
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        await phd2.set_connected(True)
        fake.model.start_capturing()
        fake.model.settle, fake.model.settle_kind = {"pixels": 1, "time": 1, "timeout": 9}, "guide"
        with pytest.raises(Phd2RefusedError, match="in progress"):
            await phd2.guide(SETTLE)
        assert phd2.state.busy is Busy.GUIDE


@scene
async def test_a_profile_that_is_changed_at_its_window_is_read_anew(quick):
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        fake.change_profile(2)
        await phd2.until(lambda state: state.profile.id == 2, timeout=SOON)
        assert phd2.state.equipment.ao is not None


@scene
async def test_stars_lost_are_counted_and_found_again(quick):
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        await guiding(fake, phd2)
        fake.model.star_hidden = True
        await phd2.until(lambda state: state.stars_lost >= 3, timeout=SOON)
        assert phd2.state.app is AppState.LOST_LOCK
        fake.model.star_hidden = False
        await phd2.until(lambda state: state.app is AppState.GUIDING, timeout=SOON)
        assert phd2.state.stars_lost_in_all >= 3


@scene
async def test_broken_lines_cost_nothing_but_themselves(quick):
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        await guiding(fake, phd2)
        fake.send(b'{"Event":"GuideStep","dx":-0.\r\n\xff\xfe{}}\r\n')
        await phd2.until(lambda _: phd2.skipped >= 2, timeout=SOON)
        assert await phd2.get_app_state() is AppState.GUIDING


@scene
async def test_a_settle_whose_end_was_lost_in_a_broken_line_ends(quick):
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        await phd2.set_connected(True)
        await phd2.guide(SETTLE)
        while not fake.model.is_settling:
            fake.frames()
        await phd2.until(lambda state: state.is_guiding, timeout=SOON)
        waiting = asyncio.ensure_future(phd2.settled())
        await phd2.get_app_state()
        fake.model.settle = None
        fake.send(b'{"Event":"SettleDone","Sta\r\n')
        with pytest.raises(SettleError, match="was lost"):
            await waiting


@scene
async def test_a_settle_of_which_nothing_was_heard_ends():
    options = Options(limit=5.0, opening=5.0, heartbeat=30.0, calm=0.01)
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=options) as phd2:
        await guiding(fake, phd2)
        say = fake.model.say
        unheard = ("SettleBegin", "Settling", "SettleDone")
        fake.model.say = lambda event, **members: None if event in unheard else say(event, **members)
        with pytest.raises(SettleError, match="end was not heard"):
            await phd2.dither(3, SETTLE, wait=True, timeout=SOON)
        assert phd2.state.busy is None


@pytest.mark.parametrize("cut", [whole, bytewise, randomly])
@pytest.mark.parametrize("name", NAMES)
@scene
async def test_a_recording_replays_to_its_final_state(name, cut):
    unasked = Options(calm=3600)
    events = sum(isinstance(one, dict) and "Event" in one for one in heard(name))
    async with Replay(name, cut) as replay, connect("127.0.0.1", replay.port, options=unasked) as phd2:
        with phd2.events() as stream:
            await replay.play()
            async with asyncio.timeout(SOON):
                for _ in range(events):
                    await anext(stream)
        assert (phd2.state.app, phd2.state.busy, phd2.skipped) == (AppState.STOPPED, None, 0)
        assert phd2.state.lock_position is None
