"""The bridge's live numbers come at PHD2's rate, and its alerts are messages."""

import pytest

from lightapt_clients.commands.guiding import guiding_rms
from lightapt_protocol.messages import SetNumberVector
from lightapt_protocol.vocabulary import State
from tests.drivers.phd2.bridging import guiding, play


def test_each_guide_step_is_told_once():
    async def scene(harness, fake):
        await guiding(harness)
        fake.frame = None
        before = len(steps(harness))
        fake.frames(5)
        await harness.until(lambda: len(steps(harness)) >= before + 5, "five steps")
        frames = [step[0] for step in steps(harness)]
        assert frames == sorted(set(frames))

    play(scene)


def test_a_step_is_not_ok_while_phd2_is_lost_nor_when_it_is_back():
    async def scene(harness, fake):
        await guiding(harness)
        await harness.expect("PHD2_GUIDE_STEP", state=State.OK)
        await fake.die()
        await harness.expect("PHD2_STATE", STATE="")
        await harness.expect("PHD2_GUIDE_STEP", state=State.IDLE)
        await fake.live()
        await harness.expect("PHD2_STATE", STATE="Stopped")
        await harness.expect("PHD2_GUIDE_STEP", state=State.IDLE)

    play(scene)


def test_a_calibration_is_not_ok_while_phd2_is_lost():
    async def scene(harness, fake):
        await guiding(harness)
        await harness.expect("PHD2_CALIBRATION_DATA", state=State.OK)
        await harness.expect("PHD2_CALIBRATION_PARITY", state=State.OK)
        await fake.die()
        await harness.expect("PHD2_CALIBRATION_DATA", state=State.IDLE)
        await harness.expect("PHD2_CALIBRATION_PARITY", state=State.IDLE)

    play(scene)


def steps(harness):
    told = [one for one in harness.said if isinstance(one, SetNumberVector) and one.name == "PHD2_GUIDE_STEP"]
    return [tuple(member.value for member in one.members) for one in told]


def test_a_step_has_distances_durations_and_the_star():
    async def scene(harness, fake):
        await guiding(harness)
        step = await harness.expect("PHD2_GUIDE_STEP", state=State.OK, SNR=77.36, STAR_MASS=487952, HFD=2.32)
        assert step.number("RA_RAW") == pytest.approx(-2 * step.number("DEC_RAW"))

    play(scene)


def test_pulses_to_the_east_and_south_are_negative():
    async def scene(harness, fake):
        fake.say("GuideStep", Frame=7, RADuration=120, RADirection="East", DECDuration=80, DECDirection="North")
        await harness.expect("PHD2_GUIDE_STEP", FRAME=7, RA_DURATION=-120, DEC_DURATION=80)

    play(scene)


def test_the_rms_is_of_pixels_and_of_arc_seconds():
    async def scene(harness, fake):
        await guiding(harness)
        rms = await harness.expect("PHD2_RMS", state=State.OK, STEPS=10)
        assert rms.number("TOTAL") == pytest.approx((rms.number("RA") ** 2 + rms.number("DEC") ** 2) ** 0.5)
        assert rms.number("RA_ARCSEC") == pytest.approx(rms.number("RA") * 3.13523)

    play(scene)


def test_there_is_no_rms_when_nobody_guides():
    async def scene(harness, fake):
        await guiding(harness)
        await harness.expect("PHD2_RMS", state=State.OK, STEPS=10)
        told = harness.find("PHD2_RMS").number("TOTAL_ARCSEC")
        assert guiding_rms(harness.mirror) == told > 0
        await harness.request("PHD2_STOP", STOP=True)
        await harness.expect("PHD2_STATE", STATE="Stopped")
        await harness.expect("PHD2_RMS", state=State.IDLE)
        assert guiding_rms(harness.mirror) is None

    play(scene)


def test_a_lost_star_is_counted_and_seen():
    async def scene(harness, fake):
        await guiding(harness)
        fake.model.star_hidden = True
        await harness.expect("PHD2_STAR_LOST", state=State.ALERT)
        await harness.expect("PHD2_STATE", state=State.ALERT, STATE="LostLock")
        fake.model.star_hidden = False
        lost = await harness.expect("PHD2_STAR_LOST", state=State.OK, IN_A_ROW=0)
        assert lost.number("COUNT") >= 1

    play(scene)


@pytest.mark.parametrize(("kind", "level"), [("info", "INFO"), ("warning", "WARNING"), ("error", "ERROR")])
def test_alerts_are_messages_with_their_level(kind, level):
    async def scene(harness, fake):
        fake.say("Alert", Msg="the dark library does not fit", Type=kind)
        words = f"[{level}] PHD2: the dark library does not fit"
        await harness.until(lambda: words in harness.notices, words)

    play(scene)


def test_a_number_that_phd2_does_not_tell_is_0_and_not_what_it_was():
    async def scene(harness, fake):
        fake.say("GuideStep", Frame=3, SNR=12.5, dx=1.5)
        await harness.expect("PHD2_GUIDE_STEP", FRAME=3, SNR=12.5, DX=1.5)
        fake.send(b'{"Event":"GuideStep","Frame":4,"SNR":nan}\r\n')
        await harness.expect("PHD2_GUIDE_STEP", FRAME=4, SNR=0, DX=0)

    play(scene)


def test_while_the_star_is_lost_no_number_of_it_stays():
    async def scene(harness, fake):
        await guiding(harness)
        await harness.expect("PHD2_RMS", state=State.OK)
        fake.model.star_hidden = True
        await harness.expect("PHD2_GUIDE_STEP", state=State.ALERT, SNR=0, STAR_MASS=0, HFD=0, RA_RAW=0, ERROR_CODE=3)
        await harness.expect("PHD2_GUIDE_STEP_WORDS", state=State.ALERT, STATUS="Star lost - low mass")
        await harness.expect("PHD2_FRAME", state=State.ALERT, SNR=0, STAR_MASS=0)
        await harness.expect("PHD2_RMS", state=State.ALERT)
        fake.model.star_hidden = False
        await harness.expect("PHD2_GUIDE_STEP", state=State.OK, SNR=77.36, ERROR_CODE=1)
        await harness.expect("PHD2_GUIDE_STEP_WORDS", state=State.OK, STATUS="")
        await harness.expect("PHD2_RMS", state=State.OK)

    play(scene)


def test_a_star_that_is_lost_while_looping_is_no_guide_step():
    async def scene(harness, fake):
        await harness.request("PHD2_LOOP", ON=True)
        await harness.request("PHD2_FIND_STAR", AUTOMATIC=True)
        await harness.expect("PHD2_FRAME", state=State.OK, SNR=69.46)
        fake.frame = None
        fake.say("LoopingExposures", Frame=7, ErrorCode=4, Status="Star lost - low HFD")
        await harness.expect("PHD2_FRAME", state=State.ALERT, FRAME=7, SNR=0, STAR_MASS=0, HFD=0)
        fake.say("StarLost", Frame=7, StarMass=0, SNR=0.0, ErrorCode=4)
        await harness.expect("PHD2_STAR_LOST", state=State.ALERT, IN_A_ROW=1, COUNT=0)
        assert harness.find("PHD2_GUIDE_STEP").state is State.IDLE

    play(scene)


@pytest.mark.parametrize("code", [6, 7])  # by PHD2's version
def test_a_star_whose_light_has_changed_is_lost_though_it_has_light(code):
    seen = {"StarMass": 1000, "SNR": 20.0, "HFD": 2.0}

    async def scene(harness, fake):
        for event in ("LoopingExposures", "StarLost"):
            fake.say("LoopingExposures", Frame=6, **seen)
            await harness.expect("PHD2_FRAME", state=State.OK, FRAME=6)
            fake.say(event, Frame=7, **seen, ErrorCode=code, Status="Star lost - mass changed")
            await harness.expect("PHD2_FRAME", state=State.ALERT, FRAME=7, SNR=20, STAR_MASS=1000, HFD=2)

    play(scene)


@pytest.mark.parametrize(
    ("event", "members", "state"),
    [
        ("StarLost", {"StarMass": 1000, "SNR": 20.0}, State.ALERT),
        ("StarLost", {"StarMass": 1000, "SNR": 20.0, "ErrorCode": 1}, State.ALERT),
        ("GuideStep", {"StarMass": 0, "SNR": 0.0}, State.ALERT),
        ("GuideStep", {"StarMass": 1000, "SNR": 20.0}, State.OK),
        ("LoopingExposures", {"StarMass": 1000, "SNR": 20.0, "ErrorCode": 1}, State.OK),
        ("LoopingExposures", {}, State.OK),
    ],
)
def test_light_tells_of_a_star_where_no_code_does_but_of_none_that_is_lost(event, members, state):
    other = {"ErrorCode": 4} if state is State.OK else {"ErrorCode": 1}

    async def scene(harness, fake):
        fake.say("LoopingExposures", Frame=6, **other)
        await harness.expect("PHD2_FRAME", state=State.ALERT if state is State.OK else State.OK, FRAME=6)
        fake.say(event, Frame=7, **members)
        await harness.expect("PHD2_FRAME", state=state, FRAME=7)

    play(scene)


def test_a_frame_without_a_star_that_nobody_has_selected_is_ok():
    async def scene(harness, fake):
        fake.say("LoopingExposures", Frame=7, ErrorCode=8, Status="No star selected")
        await harness.expect("PHD2_FRAME", state=State.OK, FRAME=7, SNR=0)

    play(scene)


def test_when_exposures_have_ended_no_star_is_missed_and_no_step_is_new():
    async def scene(harness, fake):
        await guiding(harness)
        fake.model.star_hidden = True
        await harness.expect("PHD2_LIGHTS", STAR=State.ALERT)
        await harness.request("PHD2_STOP", STOP=True)
        await harness.expect("PHD2_STATE", STATE="Stopped")
        await harness.expect("PHD2_STAR_LOST", state=State.OK, IN_A_ROW=0)
        await harness.expect("PHD2_LIGHTS", STAR=State.IDLE)
        for name in ("PHD2_GUIDE_STEP", "PHD2_GUIDE_STEP_WORDS", "PHD2_FRAME", "PHD2_RMS"):
            await harness.expect(name, state=State.IDLE)

    play(scene)


def test_a_star_that_was_lost_while_looping_is_not_missed_when_exposures_have_ended():
    async def scene(harness, fake):
        fake.say("StarLost", Frame=7, StarMass=0, SNR=0.0, ErrorCode=4)
        await harness.expect("PHD2_STAR_LOST", state=State.ALERT)
        fake.say("LoopingExposuresStopped")
        await harness.expect("PHD2_STAR_LOST", state=State.OK, IN_A_ROW=0)
        await harness.expect("PHD2_LIGHTS", STAR=State.IDLE)

    play(scene)


def test_a_step_of_an_ao_unit_has_its_name_its_place_and_its_limits():
    step = {"Mount": "AO-Simulator", "Pos": [16, -8], "ErrorCode": 1, "RALimited": True}
    pulses = {"RADuration": 5, "RADirection": "Left", "DECDuration": 3, "DECDirection": "Up"}

    async def scene(harness, fake):
        fake.say("GuideStep", Frame=2, **step, **pulses)
        limits = {"RA_LIMITED": 1, "DEC_LIMITED": 0, "ERROR_CODE": 1}
        await harness.expect("PHD2_GUIDE_STEP", FRAME=2, AO_X=16, AO_Y=-8, RA_DURATION=-5, DEC_DURATION=3, **limits)
        await harness.expect("PHD2_GUIDE_STEP_WORDS", MOUNT="AO-Simulator")

    play(scene)
