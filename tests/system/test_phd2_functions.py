"""Whatever a client of PHD2 could do, an INDI client does through the hub: a test for each function.

The functions are those of the table in the page about guiding; a test is named after what the user gets, and sets and
sees the properties that the page names for its function. None can be forgotten: the page, the device and the tests are
compared.
"""

import functools
import re

import pytest

from lightapt_protocol.vocabulary import State
from tests.drivers.phd2.fake import never

from .phd2_night import ROOT, SETTLE, Night

pytestmark = pytest.mark.system

PAGE = ROOT / "docs" / "how-to" / "guide-with-phd2.md"
TABLE = PAGE.read_text(encoding="utf-8").partition("## From PHD2's functions to properties\n")[2].partition("\n## ")[0]
ROWS = dict(line.strip("| ").split(" | ", 1) for line in TABLE.splitlines() if line.startswith("| "))
FUNCTIONS = {}
"""The tests by the function that they are of."""
SLEPT = {"pixels": 1.5, "time": 2, "timeout": 20}


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    with Night(tmp_path_factory.mktemp("night")) as night:
        yield night


def named(row):
    """Return the properties and members that a row of the table names."""
    return set(re.findall(r"`([A-Z][A-Z0-9_]+(?:\.[A-Z_]+)?)`", ROWS[row]))


def function(name, **options):
    """Make a test of a scene that is about this function; it must use all that the page names for it."""

    def decorated(scene):
        @functools.wraps(scene)
        def run(night):
            used = night.play(scene, **options)
            assert named(name) - used == set()

        del run.__wrapped__  # or pytest would look for fixtures of the scene's arguments
        FUNCTIONS[name] = run
        return run

    return decorated


# The program.


@function("start PHD2")
async def test_phd2_is_started_and_listens(phd2, fake):
    await phd2.set("PHD2_INSTANCE", NUMBER=phd2.instance)
    await phd2.set("PHD2_PROGRAM", START=True)
    await phd2.set("PHD2_SCAN_PORTS", FIRST=phd2.port, LAST=phd2.port)
    await phd2.set("PHD2_SCAN", SCAN=True)
    assert phd2.labels("PHD2_FOUND") == [f"2.6.13dev8 at {phd2.port}, instance {phd2.instance}"]
    await phd2.set("PHD2_PROGRAM", STOP=True)


@function("stop PHD2")
async def test_phd2_is_stopped_whether_it_was_started_here_or_not(phd2, fake):
    await phd2.set("PHD2_INSTANCE", NUMBER=phd2.instance)
    await phd2.set("PHD2_PROGRAM", START=True)
    await phd2.set("PHD2_PROGRAM", STOP=True)
    await phd2.set("PHD2_SCAN_PORTS", FIRST=phd2.port, LAST=phd2.port)
    await phd2.refused("PHD2_SCAN", "no PHD2 listens", SCAN=True)
    assert "PHD2_FOUND" not in phd2.device
    await phd2.ask("PHD2_SHUTDOWN", SHUTDOWN=True)
    await phd2.see("CONNECTION", state=State.OK, DISCONNECT=True)
    assert "shutdown" in fake.methods


@function("scan ports")
async def test_phd2s_that_run_are_found_and_one_is_chosen(phd2, fake):
    await phd2.set("PHD2_SCAN_PORTS", FIRST=fake.port - 1, LAST=fake.port + 1)
    await phd2.set("PHD2_SCAN", SCAN=True)
    await phd2.see("PHD2_FOUND")
    assert f"2.6.13dev8 at {fake.port}, instance 1" in phd2.labels("PHD2_FOUND")
    await phd2.set("PHD2_FOUND", **{f"PORT_{fake.port}": True})
    await phd2.see("DEVICE_ADDRESS", PORT=str(fake.port))


@function("connect")
async def test_the_device_connects_to_phd2_at_a_port(phd2, fake):
    await phd2.set("CONNECTION", DISCONNECT=True)
    await phd2.set("DEVICE_ADDRESS", ADDRESS="127.0.0.1", PORT="1")
    await phd2.refused("CONNECTION", "Is it running", CONNECT=True)
    await phd2.set("CONNECTION", DISCONNECT=True)
    await phd2.set("DEVICE_ADDRESS", PORT=str(fake.port))
    await phd2.set("CONNECTION", CONNECT=True)
    await phd2.see("PHD2_VERSION", VERSION="2.6.13dev8")
    await phd2.see("PHD2_STATE", STATE="Stopped")


@function("disconnect")
async def test_the_device_lets_go_of_phd2_which_goes_on_guiding(phd2, fake):
    await phd2.guiding()
    await phd2.set("CONNECTION", DISCONNECT=True)
    assert fake.model.app_state() == "Guiding"
    assert "stop_capture" not in fake.methods


@function("reconnect")
async def test_the_device_connects_anew(phd2, fake):
    before = fake.methods.count("get_profiles")
    await phd2.set("PHD2_RECONNECT", RECONNECT=True)
    await phd2.see("CONNECTION", state=State.OK, CONNECT=True)
    assert fake.methods.count("get_profiles") > before


# Profiles and equipment.


@function("get_profiles")
async def test_all_profiles_are_seen_by_their_names(phd2, fake):
    await phd2.see("PHD2_PROFILE")
    assert phd2.labels("PHD2_PROFILE") == ["Simulator", "Simulator AO", "No Camera"]


@function("get_current_profile")
async def test_the_current_profile_is_seen_also_when_it_is_chosen_at_phd2(phd2, fake):
    assert phd2.choice("PHD2_PROFILE") == "PROFILE_1"
    fake.change_profile(3)
    await phd2.see("PHD2_PROFILE", PROFILE_3=True)


@function("set_profile")
async def test_a_profile_is_chosen_once_the_equipment_is_disconnected(phd2, fake):
    await phd2.set("PHD2_PROFILE", PROFILE_2=True)
    assert fake.model.profile == 2
    orders = [one for one in fake.methods if one in ("set_connected", "set_profile")]
    assert orders == ["set_connected", "set_profile"]
    await phd2.see("PHD2_EQUIPMENT", DISCONNECT=True)
    await phd2.set("PHD2_EQUIPMENT", CONNECT=True)
    await phd2.set("PHD2_LOOP", ON=True)
    await phd2.refused("PHD2_PROFILE", "stop them first .PHD2_STOP.", PROFILE_1=True)


def test_a_profile_is_generated_of_another_and_of_a_file(night):
    settings = night.folder / f".PHDGuidingV2-instance{night.instance}"
    settings.write_text("currentProfile=1\n[profile/1]\nname=Simulator\n[profile/1/camera]\npixelsize=3.75\n")
    exported = night.folder / "Refractor.phd"
    exported.write_text("PHD Profile 1\n/camera/pixelsize\t1\t2.9\n")

    @function("generate_profile")
    async def scene(phd2, fake):
        await phd2.set("PHD2_INSTANCE", NUMBER=phd2.instance)
        await phd2.set("PHD2_PROFILE_COPY", NAME="Newton", SOURCE="Simulator")
        await phd2.set("PHD2_PROFILE_IMPORT", PATH=str(exported))
        await phd2.see("PHD2_PROFILE_FILE", PROFILES="Simulator, Newton, Refractor")

    scene(night)
    assert settings.read_text().count("pixelsize=3.75") == 2


FUNCTIONS["generate_profile"] = test_a_profile_is_generated_of_another_and_of_a_file


@function("connect equipment", gear=False)
async def test_the_equipment_is_connected_and_named(phd2, fake):
    await phd2.set("PHD2_EQUIPMENT", CONNECT=True)
    await phd2.see("PHD2_EQUIPMENT_STATE", CAMERA=State.OK, MOUNT=State.OK)
    await phd2.see("PHD2_EQUIPMENT_NAMES", CAMERA="Simulator", MOUNT="On Camera")
    assert fake.model.connected


@function("disconnect equipment")
async def test_the_equipment_is_disconnected(phd2, fake):
    await phd2.set("PHD2_EQUIPMENT", DISCONNECT=True)
    await phd2.see("PHD2_EQUIPMENT_STATE", CAMERA=State.ALERT)
    assert not fake.model.connected


@function("reconnect equipment")
async def test_the_equipment_is_disconnected_and_connected_again(phd2, fake):
    await phd2.set("PHD2_EQUIPMENT_RECONNECT", RECONNECT=True)
    assert [one["connected"] for one in fake.asked("set_connected")] == [False, True]
    await phd2.see("PHD2_EQUIPMENT", CONNECT=True)


# Calibration.


@function("start calibration")
async def test_a_calibration_is_made_and_nothing_else_is_done_meanwhile(phd2, fake):
    fake.rests = lambda model: model.steps and model.steps[0][2] == 1  # behind the first
    await phd2.start("PHD2_CALIBRATION", START=True)
    await phd2.see("PHD2_CALIBRATION_STEP", TEXT="West step   1, dist= 0.0")
    await phd2.refused("PHD2_GUIDE", "PHD2 calibrates already|in progress", GUIDE=True)
    await phd2.refused("PHD2_DITHER", "calibrates", AMOUNT=3)
    await phd2.refused("PHD2_CALIBRATION_CLEAR", "calibrates", BOTH=True)
    await phd2.refused("PHD2_FIND_STAR", "calibrates", AUTOMATIC=True)
    fake.rests = never
    await phd2.see("PHD2_CALIBRATION", state=State.OK)
    assert await phd2.number("PHD2_CALIBRATION_DATA", "X_ANGLE") == -165.6
    await phd2.see("PHD2_STATE", STATE="Selected")


@function("stop calibration")
async def test_a_calibration_is_stopped(phd2, fake):
    fake.rests = lambda model: model.phase == "calibrating" and not model.ending
    await phd2.start("PHD2_CALIBRATION", START=True)
    await phd2.see("PHD2_STATE", STATE="Calibrating")
    await phd2.ask("PHD2_CALIBRATION", STOP=True)
    await phd2.see("PHD2_STATE", STATE="Stopped")
    await phd2.see("PHD2_CALIBRATION", state=State.ALERT)
    assert fake.model.calibrated == set()


async def calibrated(phd2):
    await phd2.set("PHD2_CALIBRATION", START=True)
    await phd2.see("PHD2_CALIBRATION_DATA", state=State.OK)


@function("clear calibration")
async def test_calibrations_are_forgotten_of_the_mount_the_ao_unit_or_both(phd2, fake):
    await phd2.set("PHD2_PROFILE", PROFILE_2=True)
    await phd2.set("PHD2_EQUIPMENT", CONNECT=True)
    await calibrated(phd2)
    for member, word in (("AO", "ao"), ("BOTH", "both"), ("MOUNT", "mount")):
        await phd2.set("PHD2_CALIBRATION_CLEAR", **{member: True})
        assert fake.asked("clear_calibration")[-1] == {"which": word}
    await phd2.see("PHD2_CALIBRATION_DATA", state=State.IDLE)
    assert "flip_calibration" not in fake.methods


@function("flip calibration")
async def test_a_calibration_is_flipped_and_not_forgotten(phd2, fake):
    await calibrated(phd2)
    await phd2.set("PHD2_CALIBRATION", FLIP=True)
    assert await phd2.number("PHD2_CALIBRATION_DATA", "X_ANGLE", lambda now: now > 0) == 14.4
    assert "clear_calibration" not in fake.methods


# Guiding.


@function("start guiding")
async def test_guiding_begins_and_settles_and_its_numbers_come(phd2, fake):
    await phd2.set("PHD2_SETTLE", **SETTLE)
    fake.rests = lambda model: model.is_settling and model.settled_for >= 0
    await phd2.start("PHD2_GUIDE", GUIDE=True)
    await phd2.number("PHD2_SETTLING", "DISTANCE", lambda now: now > 0)
    fake.rests = never
    await phd2.see("PHD2_GUIDE", state=State.OK)
    await phd2.number("PHD2_GUIDE_STEP", "RA_RAW", lambda now: now != 0)
    await phd2.number("PHD2_RMS", "TOTAL", lambda now: now > 0)
    await phd2.set("PHD2_GUIDE", RECALIBRATE=True)
    asked = [{"settle": SLEPT, "recalibrate": anew} for anew in (False, True)]
    assert fake.asked("guide") == asked


@function("stop guiding")
async def test_guiding_is_stopped_with_exposures_or_without_them(phd2, fake):
    await phd2.guiding()
    await phd2.set("PHD2_STOP", GUIDING=True)
    await phd2.see("PHD2_STATE", STATE="Selected")
    await phd2.set("PHD2_STOP", STOP=True)
    await phd2.see("PHD2_STATE", STATE="Stopped")


@function("pause")
async def test_guiding_is_paused_with_exposures_or_without_them(phd2, fake):
    await phd2.guiding()
    await phd2.set("PHD2_PAUSE", GUIDING=True)
    await phd2.see("PHD2_STATE", STATE="Paused")
    await phd2.set("PHD2_PAUSE", FULL=True)
    assert fake.model.paused == "full"
    assert [one.get("type") for one in fake.asked("set_paused")] == [None, None, "full"]


@function("resume")
async def test_guiding_goes_on_after_a_pause(phd2, fake):
    await phd2.guiding()
    await phd2.set("PHD2_PAUSE", GUIDING=True)
    await phd2.set("PHD2_PAUSE", OFF=True)
    await phd2.see("PHD2_STATE", STATE="Guiding")


@function("dither")
async def test_a_dither_is_made_only_while_phd2_guides_and_has_settled(phd2, fake):
    await phd2.refused("PHD2_DITHER", "start guiding first", AMOUNT=3)
    await phd2.guiding()
    await phd2.set("PHD2_PAUSE", GUIDING=True)
    await phd2.refused("PHD2_DITHER", "resume first", AMOUNT=3)
    await phd2.set("PHD2_PAUSE", OFF=True)
    await phd2.see("PHD2_STATE", STATE="Guiding")
    await phd2.set("PHD2_SETTLE", **SETTLE)
    await phd2.set("PHD2_DITHER_AXES", RA_ONLY=True)
    fake.rests = lambda model: model.is_settling
    await phd2.start("PHD2_DITHER", AMOUNT=5)
    await phd2.refused("PHD2_DITHER", "settled", AMOUNT=3)
    fake.rests = never
    await phd2.see("PHD2_DITHER", state=State.OK)
    await phd2.see("PHD2_DITHERED", DX=2.5, DY=0)
    await phd2.set("PHD2_DITHER_AXES", BOTH=True)
    await phd2.set("PHD2_DITHER", AMOUNT=4)
    await phd2.see("PHD2_DITHERED", DX=2, DY=-2)
    asked = [{"amount": amount, "raOnly": only, "settle": SLEPT} for amount, only in ((5, True), (4, False))]
    assert fake.asked("dither") == asked


# Exposures and images.


@function("start looping")
async def test_exposures_go_on_and_on(phd2, fake):
    await phd2.set("PHD2_LOOP", ON=True)
    await phd2.number("PHD2_FRAME", "FRAME", lambda now: now > 1)
    assert fake.model.app_state() == "Looping"


@function("stop looping")
async def test_exposures_end(phd2, fake):
    await phd2.set("PHD2_LOOP", ON=True)
    await phd2.set("PHD2_LOOP", OFF=True)
    await phd2.see("PHD2_STATE", STATE="Stopped")
    assert not fake.model.capturing


@function("get_image")
async def test_the_star_s_image_comes_with_its_size_its_frame_and_the_star_s_place(phd2, fake):
    await phd2.guiding()
    await phd2.set("PHD2_STAR_IMAGE_SIZE", SIZE=20)
    async with phd2.blob("PHD2_STAR_IMAGE_DATA", "IMAGE") as blob:
        await phd2.set("PHD2_STAR_IMAGE", GET=True)
        assert (await blob()).image().pixels.shape == (19, 19)
    await phd2.see("PHD2_STAR_IMAGE_INFO", WIDTH=19, HEIGHT=19)
    assert await phd2.number("PHD2_STAR_IMAGE_INFO", "FRAME") > 0
    assert await phd2.number("PHD2_STAR_IMAGE_INFO", "STAR_X") == pytest.approx(9.02)
    assert await phd2.number("PHD2_STAR_IMAGE_INFO", "STAR_Y") == pytest.approx(8.92)


@function("save_image")
async def test_the_whole_image_comes_and_its_file_is_removed(phd2, fake):
    await phd2.set("PHD2_LOOP", ON=True)
    await phd2.number("PHD2_FRAME", "FRAME", lambda now: now > 0)
    async with phd2.blob("PHD2_IMAGE", "IMAGE") as blob:
        await phd2.set("PHD2_SAVE_IMAGE", SAVE=True)
        assert bytes((await blob()).data).startswith(b"SIMPLE")
    await phd2.see("PHD2_SAVED_IMAGE", PATH="")


# What the page tells besides.


def test_a_comet_is_followed(night):
    async def scene(phd2, fake):
        await phd2.set("PHD2_LOCK_SHIFT_UNITS", ARCSEC_PER_HOUR=True)
        await phd2.set("PHD2_LOCK_SHIFT_AXES", RA_DEC=True)
        await phd2.set("PHD2_LOCK_SHIFT_RATE", FIRST=62.5, SECOND=-18)
        await phd2.set("PHD2_LOCK_SHIFT", ON=True)
        wanted = {"enabled": True, "rate": [62.5, -18], "units": "arcsec/hr", "axes": "RA/Dec"}
        assert fake.model.lock_shift == wanted
        fake.say("LockPositionShiftLimitReached")
        await phd2.see("PHD2_LOCK_SHIFT", state=State.ALERT)

    night.play(scene)


def test_a_guider_of_another_program_sends_its_pulses_through_phd2_unless_that_guides(night):
    async def scene(phd2, fake):
        is_guider = int(phd2.device["DRIVER_INFO"].text("DRIVER_INTERFACE")) & 4
        assert is_guider
        await phd2.set("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_N=30)
        await phd2.set("TELESCOPE_TIMED_GUIDE_WE", TIMED_GUIDE_W=20)
        assert fake.model.pulses == [(30, "North", "mount"), (20, "West", "mount")]
        await phd2.guiding()
        await phd2.refused("TELESCOPE_TIMED_GUIDE_NS", "stop guiding first", TIMED_GUIDE_N=30)

    night.play(scene)


# None is forgotten.


def test_each_function_of_the_page_has_its_test_and_each_test_its_function():
    top, *functions = ROWS
    assert top == "function"
    assert set(FUNCTIONS) == set(functions)
    assert len(FUNCTIONS) == 26


def test_the_page_names_properties_and_members_as_the_device_has_them(night):
    async def scene(phd2, fake):
        await phd2.set("PHD2_SCAN_PORTS", FIRST=fake.port, LAST=fake.port)
        await phd2.set("PHD2_SCAN", SCAN=True)
        await phd2.see("PHD2_FOUND")
        there = set(phd2.device) | {f"{name}.{member}" for name in phd2.device for member in phd2.device[name]}
        assert {word for row in FUNCTIONS for word in named(row)} - there == set()

    night.play(scene)
