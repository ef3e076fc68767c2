"""PHD2's settings through the bridge, and its images."""

import asyncio
import errno
import struct
import threading
from pathlib import Path

import pytest

from lightapt_drivers import LiveBlob
from lightapt_drivers.phd2 import bridge_images
from lightapt_drivers.phd2.bridge_images import star_fits
from lightapt_drivers.phd2.results import StarImage
from lightapt_drivers.phd2.words import Position
from lightapt_protocol.fits import read
from lightapt_protocol.vocabulary import State
from tests.drivers.phd2.bridging import guiding, play, refused


def test_algorithm_parameters_have_phd2_s_names():
    async def scene(harness, fake):
        await harness.expect("PHD2_ALGORITHMS", RA="Hysteresis", DEC="ResistSwitch")
        await harness.expect("PHD2_ALGORITHM_RA", minMove=0.2, hysteresis=0.1, aggression=0.7)
        await harness.request("PHD2_ALGORITHM_RA", minMove=0.35)
        await harness.expect("PHD2_ALGORITHM_RA", state=State.OK, minMove=0.35)
        await harness.request("PHD2_ALGORITHM_DEC", aggression=0.8)
        assert fake.asked("set_algo_param") == [
            {"axis": "ra", "name": "minMove", "value": 0.35},
            {"axis": "dec", "name": "aggression", "value": 0.8},
        ]
        assert harness.mirror.find("PHD2", "PHD2_ALGORITHM_X") is None

    play(scene)


def test_another_algorithm_s_parameters_take_the_place_of_the_old():
    async def scene(harness, fake):
        fake.model.algo["ra"] = {"algorithmName": "Lowpass", "slopeWeight": 5.0}
        fake.say("ConfigurationChange")
        await harness.expect("PHD2_ALGORITHMS", RA="Lowpass")

        def parameters():
            prop = harness.mirror.find("PHD2", "PHD2_ALGORITHM_RA")
            return {} if prop is None else {name: one.value for name, one in prop.members.items()}

        await harness.until(lambda: parameters() == {"slopeWeight": 5}, "the new parameters")

    play(scene)


@pytest.mark.parametrize("axis", ["X", "Y"])
def test_an_ao_unit_s_algorithms_are_set_too(axis):
    async def scene(harness, fake):
        await harness.request(f"PHD2_ALGORITHM_{axis}", minMove=0.5)
        assert fake.asked("set_algo_param") == [{"axis": axis.lower(), "name": "minMove", "value": 0.5}]

    play(scene, profile=2)


def test_with_an_ao_unit_only_its_own_algorithms_are_shown_and_without_it_only_the_mount_s():
    async def scene(harness, fake):
        ours, theirs = {"X": "Hysteresis", "Y": "ResistSwitch"}, {"RA": "Hysteresis", "DEC": "ResistSwitch"}
        await harness.expect("PHD2_ALGORITHMS", **ours, RA="", DEC="")
        await harness.expect("PHD2_ALGORITHM_X", state=State.OK, minMove=0.2)
        await harness.until(
            lambda: harness.mirror.find("PHD2", "PHD2_ALGORITHM_RA") is None, "PHD2_ALGORITHM_RA is gone"
        )
        fake.change_profile(1)
        await harness.expect("PHD2_ALGORITHMS", **theirs, X="", Y="")
        await harness.expect("PHD2_ALGORITHM_RA", state=State.OK, minMove=0.2)
        await harness.until(lambda: harness.mirror.find("PHD2", "PHD2_ALGORITHM_X") is None, "PHD2_ALGORITHM_X is gone")

    play(scene, profile=2)


def test_the_declination_mode_is_set_and_followed():
    async def scene(harness, fake):
        await harness.request("PHD2_DEC_MODE", NORTH=True)
        await harness.expect("PHD2_DEC_MODE", state=State.OK, NORTH=True)
        fake.say("GuideParamChange", Name="Dec Guide Mode", Value="South")
        fake.model.dec_mode = "South"
        await harness.expect("PHD2_DEC_MODE", SOUTH=True)

    play(scene)


def test_guide_output_is_switched():
    async def scene(harness, fake):
        await harness.request("PHD2_GUIDE_OUTPUT", OFF=True)
        await harness.expect("PHD2_GUIDE_OUTPUT", state=State.OK, OFF=True)
        assert fake.model.output is False

    play(scene)


def test_a_camera_that_cannot_limit_its_frame_is_told_in_phd2_s_words():
    async def scene(harness, fake):
        await refused(harness, "PHD2_LIMIT_FRAME", "does not support frame limiting", WIDTH=100, HEIGHT=100)
        await harness.request("PHD2_LIMIT_FRAME", X=0, Y=0, WIDTH=0, HEIGHT=0)
        await harness.expect("PHD2_LIMIT_FRAME", state=State.OK)
        assert [one["roi"] for one in fake.asked("set_limit_frame")] == [[0, 0, 100, 100], None]

    play(scene)


def test_the_variable_delay_is_switched_and_set():
    async def scene(harness, fake):
        await harness.expect("PHD2_VARIABLE_DELAY_SECONDS", SHORT=1, LONG=10)
        await harness.request("PHD2_VARIABLE_DELAY", ON=True)
        await harness.request("PHD2_VARIABLE_DELAY_SECONDS", SHORT=2)
        await harness.expect("PHD2_VARIABLE_DELAY", state=State.OK, ON=True)
        assert fake.model.delay == {"Enabled": True, "ShortDelaySeconds": 2, "LongDelaySeconds": 10}

    play(scene)


def test_a_delay_is_of_whole_seconds_as_phd2_would_cut_it():
    async def scene(harness, fake):
        await refused(harness, "PHD2_VARIABLE_DELAY_SECONDS", "goes in steps of 1", SHORT=0.5)
        assert fake.model.delay["ShortDelaySeconds"] == 1

    play(scene)


def test_a_setting_that_was_refused_is_ok_again_when_it_differs_at_phd2():
    async def scene(harness, fake):
        await refused(harness, "PHD2_VARIABLE_DELAY_SECONDS", SHORT=0.5)
        fake.model.delay["ShortDelaySeconds"] = 5
        fake.say("ConfigurationChange")
        await harness.expect("PHD2_VARIABLE_DELAY_SECONDS", state=State.OK, SHORT=5)

    play(scene)


def test_the_lock_position_can_follow_a_comet():
    async def scene(harness, fake):
        await harness.request("PHD2_LOCK_SHIFT_UNITS", PIXELS_PER_HOUR=True)
        await harness.request("PHD2_LOCK_SHIFT_AXES", X_Y=True)
        await harness.request("PHD2_LOCK_SHIFT_RATE", FIRST=3.5, SECOND=-1)
        await harness.request("PHD2_LOCK_SHIFT", ON=True)
        await harness.expect("PHD2_LOCK_SHIFT", state=State.OK, ON=True)
        wanted = {"enabled": True, "rate": [3.5, -1], "units": "pixels/hr", "axes": "X/Y"}
        assert fake.model.lock_shift == wanted
        fake.say("LockPositionShiftLimitReached")
        await harness.expect("PHD2_LOCK_SHIFT", state=State.ALERT)
        assert not fake.crashed

    play(scene)


def test_settings_are_exported_and_the_path_told():
    async def scene(harness, fake):
        await harness.request("PHD2_EXPORT", EXPORT=True)
        await harness.expect("PHD2_EXPORT", state=State.OK)
        await harness.expect("PHD2_EXPORTED", PATH="/home/user/.phd2/phd2_settings.txt")

    play(scene)


def test_a_star_image_is_a_fits_file_with_the_star_s_place():
    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("PHD2_STAR_IMAGE", GET=True)
        blob = await harness.blob("PHD2_STAR_IMAGE_DATA")
        assert blob.format == ".fits"
        image = read(blob.data)
        assert image.pixels.shape == (15, 15)
        assert image.header["XSTAR"] == pytest.approx(7.02)
        await harness.expect("PHD2_STAR_IMAGE_INFO", state=State.OK, WIDTH=15, STAR_X=7.02, STAR_Y=6.92)

    play(scene)


def test_a_star_image_can_be_raw():
    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("PHD2_STAR_IMAGE_FORMAT", RAW=True)
        await harness.request("PHD2_STAR_IMAGE_SIZE", SIZE=21)
        await harness.request("PHD2_STAR_IMAGE", GET=True)
        blob = await harness.blob("PHD2_STAR_IMAGE_DATA")
        assert blob.format == ".raw"
        assert struct.unpack("<441H", blob.data)[:3] == (0, 21, 42)

    play(scene)


def test_there_is_no_image_of_a_star_that_is_not_selected():
    async def scene(harness, fake):
        await refused(harness, "PHD2_STAR_IMAGE", "no star selected", GET=True)

    play(scene)


def test_bright_pixels_stay_bright_in_fits():
    image = StarImage(1, 2, 2, Position(0.5, 0.5), struct.pack("<4H", 0, 1, 40_000, 65_535))
    assert read(star_fits(image)).pixels.tolist() == [[0, 1], [40_000, 65_535]]


def test_a_saved_image_is_sent_and_its_file_removed(tmp_path):
    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("PHD2_SAVE_IMAGE", SAVE=True)
        blob = await harness.blob("PHD2_IMAGE")
        assert blob.data.startswith(b"SIMPLE")
        assert blob.format == ".fits"
        await harness.expect("PHD2_SAVE_IMAGE", state=State.OK)
        await harness.expect("PHD2_SAVED_IMAGE", PATH="")
        assert list(tmp_path.iterdir()) == []

    play(scene, folder=str(tmp_path))


def test_a_saved_image_is_kept_if_so_asked(tmp_path):
    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("PHD2_SAVED_IMAGE_FILE", KEEP=True)
        await harness.request("PHD2_SAVE_IMAGE", SAVE=True)
        assert (await harness.blob("PHD2_IMAGE")).data.startswith(b"SIMPLE")
        await harness.expect("PHD2_SAVE_IMAGE", state=State.OK)
        (path,) = tmp_path.iterdir()
        assert harness.find("PHD2_SAVED_IMAGE").text("PATH") == str(path)

    play(scene, folder=str(tmp_path))


def test_a_saved_image_is_removed_only_when_it_has_been_sent(tmp_path, monkeypatch):
    async def fail(*_, **__):
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    async def scene(harness, fake):
        await guiding(harness)
        monkeypatch.setattr(LiveBlob, "send", fail)
        await refused(harness, "PHD2_SAVE_IMAGE", "Cannot allocate memory", SAVE=True)
        (path,) = tmp_path.iterdir()
        await harness.expect("PHD2_SAVED_IMAGE", PATH=str(path))

    play(scene, folder=str(tmp_path))


def test_a_saved_image_that_is_not_here_is_told_in_words():
    async def scene(harness, fake):
        await guiding(harness)
        await refused(harness, "PHD2_SAVE_IMAGE", "cannot be read here", SAVE=True)

    play(scene)


def test_a_saved_image_that_cannot_be_removed_is_sent_all_the_same(tmp_path, monkeypatch):
    def refuse(path, **_):
        raise PermissionError(1, "Operation not permitted")

    async def scene(harness, fake):
        await guiding(harness)
        monkeypatch.setattr(Path, "unlink", refuse)
        await harness.request("PHD2_SAVE_IMAGE", SAVE=True)
        assert (await harness.blob("PHD2_IMAGE")).data.startswith(b"SIMPLE")
        (path,) = tmp_path.iterdir()
        await harness.expect("PHD2_SAVED_IMAGE", PATH=str(path))
        await harness.expect("PHD2_SAVE_IMAGE", state=State.OK)

    play(scene, folder=str(tmp_path))


@pytest.mark.parametrize(
    ("name", "value", "words"), [("_LARGEST", 10, "too large"), ("_FITS", b"GIF89a", "no FITS file")]
)
def test_a_saved_file_that_is_not_taken_stays(tmp_path, monkeypatch, name, value, words):
    monkeypatch.setattr(bridge_images, name, value)

    async def scene(harness, fake):
        await guiding(harness)
        await refused(harness, "PHD2_SAVE_IMAGE", words, SAVE=True)
        assert len(list(tmp_path.iterdir())) == 1

    play(scene, folder=str(tmp_path))


def test_an_image_of_another_machine_stays_there_and_its_path_is_told(tmp_path):
    async def scene(harness, fake):
        fake.model.host = "mountain"
        fake.say("Alert", Msg="from there", Type="info")
        await guiding(harness)
        await harness.request("PHD2_SAVE_IMAGE", SAVE=True)
        await harness.expect("PHD2_SAVE_IMAGE", state=State.OK)
        (path,) = tmp_path.iterdir()
        await harness.expect("PHD2_SAVED_IMAGE", PATH=str(path))

    play(scene, folder=str(tmp_path))


def test_a_second_image_is_not_saved_before_the_first_has_come(tmp_path):
    async def scene(harness, fake):
        await guiding(harness)
        fake.hang_at("save_image")
        for _ in range(2):
            await harness.request("PHD2_SAVE_IMAGE", SAVE=True)
        await harness.until(lambda: any("busy" in one for one in harness.notices), "the refusal")
        fake.recover()
        assert (await harness.blob("PHD2_IMAGE")).data.startswith(b"SIMPLE")
        await harness.expect("PHD2_SAVE_IMAGE", state=State.OK)
        assert fake.methods.count("save_image") == 1
        assert list(tmp_path.iterdir()) == []

    play(scene, folder=str(tmp_path))


@pytest.mark.usefixtures("hasty")
def test_where_an_image_is_that_nobody_waits_for_any_more_is_told(tmp_path):
    async def scene(harness, fake):
        await guiding(harness)
        fake.hang_at("save_image")
        await harness.request("PHD2_SAVE_IMAGE", SAVE=True)
        await harness.request("PHD2_DEC_MODE", NORTH=True)
        await harness.expect("PHD2_DEC_MODE", state=State.BUSY)
        leaving = asyncio.ensure_future(harness.request("CONNECTION", DISCONNECT=True))
        await harness.expect("PHD2_DEC_MODE", state=State.IDLE)  # so nobody waits for the image either
        fake.recover()
        await leaving
        await harness.expect("CONNECTION", state=State.OK, DISCONNECT=True)
        (path,) = tmp_path.iterdir()
        told = [message for message in harness.said if getattr(message, "name", "") == "PHD2_SAVED_IMAGE"]
        assert str(path) in [one.value for message in told for one in getattr(message, "members", ())]
        assert any("was not waited for" in one for one in harness.notices)

    play(scene, folder=str(tmp_path))


def test_a_star_image_is_made_where_nothing_waits_for_it(monkeypatch):
    threads = []

    def make(image, **options):
        threads.append(threading.current_thread())
        return star_fits(image, **options)

    monkeypatch.setattr(bridge_images, "star_fits", make)

    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("PHD2_STAR_IMAGE", GET=True)
        await harness.blob("PHD2_STAR_IMAGE_DATA")
        (thread,) = threads
        assert thread is not threading.main_thread()

    play(scene)
