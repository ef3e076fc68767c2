"""Guiding through the bridge: what lasts is Busy until PHD2 says how it ended, and the order of things is kept."""

import pytest

from lightapt_protocol.vocabulary import State
from tests.drivers.phd2.bridging import guiding, play, refused


def test_guiding_is_busy_until_it_has_settled():
    async def scene(harness, fake):
        await harness.request("PHD2_GUIDE", GUIDE=True)
        await harness.expect("PHD2_GUIDE", state=State.BUSY)
        await harness.expect("PHD2_SETTLING", state=State.BUSY)
        await harness.expect("PHD2_GUIDE", state=State.OK, GUIDE=False)
        await harness.expect("PHD2_SETTLING", state=State.OK)
        assert fake.asked("guide") == [{"settle": {"pixels": 1.5, "time": 2, "timeout": 20}, "recalibrate": False}]

    play(scene)


def test_guiding_that_does_not_settle_is_alert_with_phd2_s_reason():
    async def scene(harness, fake):
        await guiding(harness)
        fake.model.star_hidden = True
        await harness.expect("PHD2_STAR_LOST", state=State.ALERT)
        await refused(harness, "PHD2_GUIDE", "timed-out waiting for guider to settle", GUIDE=True)

    play(scene)


def test_guiding_takes_a_star_of_the_region_if_asked():
    async def scene(harness, fake):
        await harness.request("PHD2_GUIDE_STAR", REGION=True)
        await refused(harness, "PHD2_GUIDE", "set it first", GUIDE=True)
        await harness.request("PHD2_REGION", X=600, Y=300, WIDTH=100, HEIGHT=120)
        await guiding(harness)
        assert fake.asked("guide")[0]["roi"] == [600, 300, 100, 120]

    play(scene)


def test_guiding_can_begin_with_a_new_calibration():
    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("PHD2_GUIDE", RECALIBRATE=True)
        await harness.expect("PHD2_STATE", STATE="Calibrating")
        await harness.expect("PHD2_GUIDE", state=State.OK)

    play(scene)


def test_a_second_request_to_guide_is_refused_and_the_first_goes_on():
    async def scene(harness, fake):
        await harness.request("PHD2_GUIDE", GUIDE=True)
        await harness.request("PHD2_GUIDE", GUIDE=True)
        await harness.expect("PHD2_GUIDE", state=State.BUSY)
        assert len(fake.asked("guide")) == 1
        await harness.expect("PHD2_GUIDE", state=State.OK)

    play(scene)


def test_guiding_without_equipment_is_refused():
    async def scene(harness, fake):
        await refused(harness, "PHD2_GUIDE", "connect it first", GUIDE=True)

    play(scene, gear=False)


def test_settle_parameters_that_can_never_be_met_are_refused():
    async def scene(harness, fake):
        await refused(harness, "PHD2_SETTLE", "TIMEOUT must be more", TIME=60, TIMEOUT=30)
        await refused(harness, "PHD2_SETTLE", "PIXELS", "0.01", PIXELS=0)

    play(scene)


def test_guiding_can_be_stopped_and_looping_go_on():
    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("PHD2_STOP", GUIDING=True)
        await harness.expect("PHD2_STOP", state=State.OK)
        await harness.expect("PHD2_LOOP", ON=True)
        await harness.expect("PHD2_STATE", STATE="Selected")
        await refused(harness, "PHD2_STOP", "nothing to stop", GUIDING=True)

    play(scene)


def test_looping_is_not_switched_while_guiding():
    async def scene(harness, fake):
        await guiding(harness)
        await refused(harness, "PHD2_LOOP", "PHD2_STOP", OFF=True)
        await harness.expect("PHD2_LOOP", ON=True)
        assert "stop_capture" not in fake.methods

    play(scene)


def test_looping_is_not_paused_before_it_has_begun():
    async def scene(harness, fake):
        await refused(harness, "PHD2_PAUSE", "nothing to pause", FULL=True)
        await harness.expect("PHD2_PAUSE", OFF=True)
        assert "set_paused" not in fake.methods
        fake.say("Alert", Msg="it looks like rain", Type="info")
        await harness.until(lambda: any("rain" in said for said in harness.notices), "what PHD2 says meanwhile")
        assert harness.find("PHD2_PAUSE").state is State.ALERT

    play(scene)


@pytest.mark.parametrize(("name", "member"), [("PHD2_STOP", "STOP"), ("PHD2_LOOP", "OFF"), ("PHD2_PAUSE", "OFF")])
def test_a_phd2_that_another_client_has_paused_while_it_was_stopped_is_resumed(name, member):
    async def scene(harness, fake):
        fake.model.pause("full")
        fake.say("Alert", Msg="paused", Type="info")
        await harness.expect("PHD2_STATE", STATE="Paused")
        await refused(harness, "PHD2_LOOP", "PHD2_PAUSE.OFF resumes", ON=True)
        await refused(harness, "PHD2_STOP", "nothing to stop", GUIDING=True)
        await harness.request(name, **{member: True})
        await harness.expect(name, state=State.OK)
        await harness.expect("PHD2_STATE", STATE="Stopped")
        await harness.expect("PHD2_PAUSE", OFF=True)

    play(scene)


def test_looping_that_is_paused_can_be_stopped():
    async def scene(harness, fake):
        await harness.request("PHD2_LOOP", ON=True)
        await harness.expect("PHD2_LOOP", state=State.OK, ON=True)
        await harness.request("PHD2_PAUSE", FULL=True)
        await harness.expect("PHD2_STATE", STATE="Paused")
        await refused(harness, "PHD2_LOOP", "PHD2_PAUSE.OFF resumes", ON=True)
        await refused(harness, "PHD2_STOP", "nothing to stop", GUIDING=True)
        await harness.request("PHD2_LOOP", OFF=True)
        await harness.expect("PHD2_LOOP", state=State.OK, OFF=True)
        await harness.expect("PHD2_STATE", STATE="Stopped")

    play(scene)


def test_guiding_that_is_paused_is_not_stopped_by_the_looping_switch():
    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("PHD2_PAUSE", FULL=True)
        await harness.expect("PHD2_STATE", STATE="Paused")
        await refused(harness, "PHD2_LOOP", "PHD2 guides", OFF=True)
        assert "stop_capture" not in fake.methods

    play(scene)


def test_a_pause_is_of_guiding_or_of_all():
    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("PHD2_PAUSE", GUIDING=True)
        await harness.expect("PHD2_STATE", STATE="Paused")
        await harness.request("PHD2_PAUSE", OFF=True)
        await harness.expect("PHD2_STATE", STATE="Guiding")
        await harness.request("PHD2_PAUSE", FULL=True)
        await harness.expect("PHD2_PAUSE", FULL=True)
        assert fake.asked("set_paused") == [{"paused": True}, {"paused": False}, {"paused": True, "type": "full"}]

    play(scene)


def test_a_dither_is_busy_until_it_has_settled():
    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("PHD2_DITHER_AXES", RA_ONLY=True)
        await harness.request("PHD2_DITHER", AMOUNT=4)
        await harness.expect("PHD2_DITHER", state=State.OK, AMOUNT=4)
        await harness.expect("PHD2_DITHERED", DX=2, DY=0)
        told = [one for one in harness.said if getattr(one, "name", "") == "PHD2_DITHER"]
        assert next(one.state for one in told if one.members[0].value == 4) is State.BUSY
        settle = {"pixels": 1.5, "time": 2, "timeout": 20}
        assert fake.asked("dither") == [{"amount": 4, "raOnly": True, "settle": settle}]

    play(scene)


def test_a_dither_is_refused_while_nothing_guides_while_paused_and_while_settling():
    async def scene(harness, fake):
        await refused(harness, "PHD2_DITHER", "start guiding first", AMOUNT=3)
        await guiding(harness)
        await harness.request("PHD2_PAUSE", GUIDING=True)
        await harness.expect("PHD2_STATE", STATE="Paused")
        await refused(harness, "PHD2_DITHER", "resume first", AMOUNT=3)
        await harness.request("PHD2_PAUSE", OFF=True)
        await harness.expect("PHD2_STATE", STATE="Guiding")
        fake.frame = None  # so that it goes on settling
        await harness.request("PHD2_GUIDE", GUIDE=True)
        await refused(harness, "PHD2_DITHER", "settled", AMOUNT=3)
        assert "dither" not in fake.methods

    play(scene)


def test_pulses_are_phd2_s_and_busy_for_their_time():
    async def scene(harness, fake):
        await harness.request("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_N=50)
        await harness.expect("TELESCOPE_TIMED_GUIDE_NS", state=State.BUSY)
        await harness.request("TELESCOPE_TIMED_GUIDE_WE", TIMED_GUIDE_W=40)
        await harness.expect("TELESCOPE_TIMED_GUIDE_NS", state=State.OK, TIMED_GUIDE_N=0)
        await harness.expect("TELESCOPE_TIMED_GUIDE_WE", state=State.OK, TIMED_GUIDE_W=0)
        asked = [(one["amount"], one["direction"], one["which"]) for one in fake.asked("guide_pulse")]
        assert asked == [(50, "North", "Mount"), (40, "West", "Mount")]

    play(scene)


def test_a_pulse_that_phd2_cannot_end_is_busy_to_its_end_and_no_other_is_taken_meanwhile():
    async def scene(harness, fake):
        name = "TELESCOPE_TIMED_GUIDE_NS"
        await harness.request(name, TIMED_GUIDE_N=60_000)
        await harness.expect(name, state=State.BUSY, TIMED_GUIDE_N=60_000)
        for members in ({"TIMED_GUIDE_N": 0}, {"TIMED_GUIDE_S": 200}):
            before = len(harness.notices)
            await harness.request(name, **members)
            assert "cannot be ended: wait until it is over" in harness.notices[before]
            await harness.expect(name, state=State.BUSY, TIMED_GUIDE_N=60_000, TIMED_GUIDE_S=0)
        assert len(fake.asked("guide_pulse")) == 1

    play(scene)


def test_pulses_of_both_axes_are_over_one_after_the_other_as_phd2_sends_them():
    async def scene(harness, fake):
        names = ("TELESCOPE_TIMED_GUIDE_NS", "TELESCOPE_TIMED_GUIDE_WE")
        await harness.request(names[0], TIMED_GUIDE_N=150)
        await harness.request(names[1], TIMED_GUIDE_W=1)
        await harness.expect(names[1], state=State.OK, TIMED_GUIDE_W=0)
        await harness.expect(names[0], state=State.OK, TIMED_GUIDE_N=0)
        over = [one.name for one in harness.said if getattr(one, "state", None) is State.OK and one.name in names]
        assert over[-2:] == list(names)

    play(scene)


def test_pulses_need_but_the_mount():
    async def scene(harness, fake):
        fake.model.mount_alone = True
        await harness.expect("PHD2_EQUIPMENT_STATE", MOUNT=State.OK, CAMERA=State.ALERT)
        await harness.request("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_N=10)
        await harness.expect("TELESCOPE_TIMED_GUIDE_NS", state=State.OK)
        assert len(fake.model.pulses) == 1

    play(scene, gear=False)


def test_pulses_are_refused_while_phd2_guides():
    async def scene(harness, fake):
        await guiding(harness)
        await refused(harness, "TELESCOPE_TIMED_GUIDE_WE", "stop guiding first", TIMED_GUIDE_E=100)

    play(scene)


def test_an_ao_unit_is_moved_in_steps():
    async def scene(harness, fake):
        await harness.request("PHD2_AO_STEPS", UP=3)
        await harness.expect("PHD2_AO_STEPS", state=State.OK, UP=0)
        (asked,) = fake.asked("guide_pulse")
        assert (asked["amount"], asked["direction"], asked["which"]) == (3, "Up", "AO")

    play(scene, profile=2)


def test_without_an_ao_unit_there_is_nothing_to_move():
    async def scene(harness, fake):
        assert harness.mirror.find("PHD2", "PHD2_AO_STEPS") is None

    play(scene)


def test_a_calibration_ends_in_looping():
    async def scene(harness, fake):
        await harness.request("PHD2_CALIBRATION", START=True)
        await harness.expect("PHD2_CALIBRATION", state=State.BUSY)
        await harness.expect("PHD2_CALIBRATION_STEP", state=State.BUSY)
        await harness.expect("PHD2_CALIBRATION", state=State.OK)
        await harness.expect("PHD2_CALIBRATION_DATA", state=State.OK, Y_RATE=4.729, DECLINATION=-99)
        await harness.expect("PHD2_LOOP", ON=True)
        await harness.expect("PHD2_LIGHTS", CALIBRATED=State.OK, GUIDING=State.IDLE)
        assert harness.find("PHD2_GUIDE").state is not State.ALERT

    play(scene)


def test_no_guiding_command_is_sent_while_it_calibrates():
    async def scene(harness, fake):
        await harness.request("PHD2_GUIDE", GUIDE=True)
        await harness.expect("PHD2_STATE", STATE="Calibrating")
        fake.model.star_hidden = True
        for name, members in {
            "PHD2_DITHER": {"AMOUNT": 3},
            "PHD2_CALIBRATION_CLEAR": {"BOTH": True},
            "PHD2_FIND_STAR": {"AUTOMATIC": True},
            "TELESCOPE_TIMED_GUIDE_NS": {"TIMED_GUIDE_N": 10},
        }.items():
            await refused(harness, name, "PHD2 calibrates", **members)
        assert not {"dither", "clear_calibration", "find_star", "guide_pulse"} & set(fake.methods)

    play(scene)


def test_to_flip_a_calibration_flips_it_and_clears_nothing():
    async def scene(harness, fake):
        await guiding(harness)
        await refused(harness, "PHD2_CALIBRATION", "spoil guiding", FLIP=True)
        await harness.request("PHD2_STOP", STOP=True)
        await harness.expect("PHD2_STOP", state=State.OK)
        await harness.request("PHD2_CALIBRATION", FLIP=True)
        await harness.expect("PHD2_CALIBRATION", state=State.OK)
        assert "flip_calibration" in fake.methods
        assert "clear_calibration" not in fake.methods

    play(scene)


def test_no_calibration_is_begun_that_would_end_guiding():
    async def scene(harness, fake):
        await guiding(harness)
        words = "would end or spoil guiding: stop it first (PHD2_STOP)"
        await refused(harness, "PHD2_CALIBRATION", words, START=True)
        await harness.request("PHD2_PAUSE", FULL=True)
        await harness.expect("PHD2_STATE", STATE="Paused")
        await refused(harness, "PHD2_CALIBRATION", words, START=True)
        assert len(fake.asked("guide")) == 1

    play(scene)


def test_calibrations_are_cleared_each_or_both():
    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("PHD2_STOP", STOP=True)
        await harness.expect("PHD2_STOP", state=State.OK)
        for member in ("MOUNT", "AO", "BOTH"):
            await harness.request("PHD2_CALIBRATION_CLEAR", **{member: True})
        await harness.expect("PHD2_CALIBRATION_DATA", state=State.IDLE)
        assert [one["which"] for one in fake.asked("clear_calibration")] == ["mount", "ao", "both"]

    play(scene, profile=2)


def test_without_an_ao_unit_no_calibration_of_it_is_cleared():
    async def scene(harness, fake):
        await refused(harness, "PHD2_CALIBRATION_CLEAR", "no AO unit", AO=True)
        assert "clear_calibration" not in fake.methods

    play(scene)
