"""The tool that takes pictures."""

import argparse
import asyncio
import errno
import io
from contextlib import asynccontextmanager, nullcontext

import numpy as np
import pytest

from lightapt_clients.commands import capture, saving
from lightapt_clients.commands.console import Console
from lightapt_clients.commands.exits import ExitCode
from lightapt_protocol import fits

from ..actor import DEVICE, blob, buttons, numbers, serving, switches
from ..puppet import ALERT, BUSY, OK, scene
from .instruments import NAMES, SLOT, driver_info, patience  # noqa: F401 - a fixture
from .tool import Terminal, parsed, run

NAME = "CCD_EXPOSURE"
TYPES = ("FRAME_LIGHT", "FRAME_BIAS", "FRAME_DARK", "FRAME_FLAT")
CAMERA = (
    numbers(NAME, CCD_EXPOSURE_VALUE=0.0, most=3600.0),
    buttons("CCD_ABORT_EXPOSURE", "ABORT"),
    switches("CCD_FRAME_TYPE", *TYPES, on="FRAME_DARK"),
    blob("CCD1"),
)
SETTINGS = (
    numbers("CCD_GAIN", GAIN=10.0),
    numbers("CCD_OFFSET", OFFSET=20.0),
    numbers("CCD_BINNING", HOR_BIN=1.0, VER_BIN=1.0),
    numbers("CCD_FRAME", X=0.0, Y=0.0, WIDTH=640.0, HEIGHT=480.0),
    numbers("CCD_TEMPERATURE", CCD_TEMPERATURE_VALUE=15.0),
)
INFO = numbers(
    "CCD_INFO", CCD_MAX_X=640.0, CCD_MAX_Y=480.0, CCD_PIXEL_SIZE_X=4.0, CCD_PIXEL_SIZE_Y=4.0, CCD_BITSPERPIXEL=16.0
)
WHEEL = (driver_info(16 | 2), SLOT, NAMES)
PICTURE = bytes(fits.encode(np.arange(12, dtype=np.uint16).reshape(3, 4)))


@asynccontextmanager
async def camera(*more, data=PICTURE, format=".fits"):
    async with serving(*CAMERA, *more) as (actor, address):
        actor.plays[NAME] = exposes(actor, data, format)
        yield actor, address


def exposes(actor, data=PICTURE, format=".fits"):
    return lambda values: (
        actor.shows(NAME, BUSY, **values),
        actor.shows(NAME, BUSY, CCD_EXPOSURE_VALUE=values["CCD_EXPOSURE_VALUE"] / 2),
        actor.picture("CCD1", data, format),
        actor.shows(NAME, OK, CCD_EXPOSURE_VALUE=0.0),
    )


def fails_at(actor, number):
    """Expose until then."""
    count = 0

    def play(values):
        nonlocal count
        count += 1
        return (actor.shows(NAME, ALERT, "the camera is unplugged"),) if count == number else exposes(actor)(values)

    return play


def saved(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def take(folder, *arguments, address, err=None):
    return await run(capture, "--dir", str(folder), *arguments, address=address, err=err)


@scene
async def test_pictures_are_saved_and_their_paths_printed(tmp_path):
    async with camera() as (actor, address):
        done = await take(
            tmp_path, "-n", "2", "-t", "0.5", "--target", "M 42", "--name", "{target}_{count}", address=address
        )
        assert (done.code, saved(tmp_path)) == (ExitCode.DONE, ["M 42_001.fits", "M 42_002.fits"])
        assert done.out == f"{tmp_path}/M 42_001.fits\n{tmp_path}/M 42_002.fits\n"
        assert (tmp_path / "M 42_001.fits").read_bytes() == PICTURE
        assert "1 of 2   0.0 MB   min 0   median 5.5   max 11" in done.err
        assert f"All 2 pictures are saved in {tmp_path}." in done.err
        assert [values for name, values in actor.asked if name == NAME] == [{"CCD_EXPOSURE_VALUE": 0.5}] * 2


@scene
async def test_the_usual_name_tells_what_is_known(tmp_path):
    async with camera(*WHEEL) as (_, address):
        await take(tmp_path, "-t", "60", "--filter", "ha", "--target", "M42", address=address)
        (path,) = saved(tmp_path)
        date, _, name = path.partition("/")
        target, filter, exposure, when, number = name.split("_")
        assert (target, filter, exposure, number, len(date), len(when)) == ("M42", "Ha", "60s", "001.fits", 10, 16)


@scene
async def test_programs_get_one_object_a_picture(tmp_path):
    async with camera(*SETTINGS, *WHEEL) as (_, address):
        done = await take(tmp_path, "-n", "2", "-t", "1", "--json", address=address)
        first, second = done.records
        assert (first["number"], second["number"], first["of"]) == (1, 2, 2)
        assert first | {"path": 0, "time": 0} == {
            "path": 0,
            "number": 1,
            "guiding_rms": None,
            "of": 2,
            "camera": DEVICE,
            "type": "light",
            "target": None,
            "filter": "Red",
            "exposure": 1.0,
            "time": 0,
            "size": len(PICTURE),
            "gain": 10.0,
            "offset": 20.0,
            "temperature": 15.0,
            "min": 0.0,
            "median": 5.5,
            "max": 11.0,
            "hfr": None,
            "stars": None,
        }


@scene
async def test_the_camera_is_made_ready_first(tmp_path):
    async with camera(*SETTINGS) as (actor, address):
        words = "-t 1 --type flat --gain 5 --offset 6 --bin 2x1 --frame 10,20,30,40 --temperature -10"
        words += " --name {type}_{gain}_{binning}_{temperature}"
        done = await take(tmp_path, *words.split(), address=address)
        assert done.code is ExitCode.DONE
        asked = [one for one in actor.asked if one[0] != "enableBLOB"]
        assert asked == [
            ("CCD_FRAME_TYPE", {"FRAME_FLAT": True}),
            ("CCD_GAIN", {"GAIN": 5}),
            ("CCD_OFFSET", {"OFFSET": 6}),
            ("CCD_BINNING", {"HOR_BIN": 2, "VER_BIN": 1}),
            ("CCD_FRAME", {"X": 10, "Y": 20, "WIDTH": 30, "HEIGHT": 40}),
            ("CCD_TEMPERATURE", {"CCD_TEMPERATURE_VALUE": -10}),
            (NAME, {"CCD_EXPOSURE_VALUE": 1}),
        ]
        assert saved(tmp_path) == ["flat_5_2x1_-10C.fits"]


@scene
async def test_the_whole_chip_can_be_had_again(tmp_path):
    async with camera(*SETTINGS, INFO) as (actor, address):
        done = await take(tmp_path, "-t", "1", "--frame", "full", address=address)
        assert "Only" not in done.err
        assert ("CCD_FRAME", {"X": 0, "Y": 0, "WIDTH": 640, "HEIGHT": 480}) in actor.asked


@scene
async def test_a_part_of_the_chip_that_somebody_else_wanted_is_told(tmp_path):
    part = numbers("CCD_FRAME", X=0.0, Y=0.0, WIDTH=320.0, HEIGHT=480.0)
    async with camera(part, INFO) as (_, address):
        done = await take(tmp_path, "-t", "1", address=address)
        assert "Only 320 by 480 pixels of 640 by 480 are read" in done.err


@scene
async def test_a_bias_is_as_short_as_can_be(tmp_path):
    async with camera() as (actor, address):
        done = await take(tmp_path, "--type", "bias", "--name", "{target}_{exposure}", address=address)
        assert done.code is ExitCode.DONE
        assert (NAME, {"CCD_EXPOSURE_VALUE": 0}) in actor.asked
        assert saved(tmp_path) == ["bias_0s.fits"]


@scene
async def test_what_is_there_is_not_overwritten(tmp_path):
    async with camera() as (_, address):
        await take(tmp_path, "-n", "3", "-t", "1", "--name", "a", address=address)
        assert saved(tmp_path) == ["a.fits", "a_1.fits", "a_2.fits"]


@scene
async def test_other_formats_keep_their_endings(tmp_path):
    async with camera(data=b"not FITS", format=".cr2") as (_, address):
        done = await take(tmp_path, "-t", "1", "--name", "a.fits", address=address)
        assert (done.code, saved(tmp_path)) == (ExitCode.DONE, ["a.cr2"])
        assert "min" not in done.err


@scene
async def test_a_camera_that_keeps_its_pictures_also_sends_them_for_once(tmp_path):
    upload = switches("UPLOAD_MODE", "UPLOAD_CLIENT", "UPLOAD_LOCAL", "UPLOAD_BOTH", on="UPLOAD_LOCAL")
    async with camera(upload) as (actor, address):
        assert (await take(tmp_path, "-t", "1", "--name", "a", address=address)).code is ExitCode.DONE
        modes = [values for name, values in actor.asked if name == "UPLOAD_MODE"]
        assert modes == [{"UPLOAD_BOTH": True}, {"UPLOAD_LOCAL": True}]


@scene
async def test_a_picture_that_fails_ends_the_run_and_it_is_said_what_is_saved(tmp_path):
    async with camera() as (actor, address):
        actor.plays[NAME] = fails_at(actor, 3)
        done = await take(tmp_path, "-n", "5", "-t", "1", "--name", "a", address=address)
        assert (done.code, len(saved(tmp_path))) == (ExitCode.NO, 2)
        assert "the camera is unplugged" in done.err
        assert f"2 of 5 pictures are saved in {tmp_path}." in done.err


@scene
async def test_who_interrupts_it_stops_the_exposure(tmp_path):
    async with camera() as (actor, address):
        actor.plays[NAME] = lambda values: (actor.shows(NAME, BUSY, **values),)
        err = io.StringIO()
        running = asyncio.ensure_future(take(tmp_path, "-t", "60", address=address, err=err))
        await actor.heard(NAME)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert await actor.heard("CCD_ABORT_EXPOSURE") == {"ABORT": True}
        assert err.getvalue() == "Stopped. No picture was saved.\n"


@scene
async def test_a_full_disk_is_said_and_the_picture_kept(tmp_path, monkeypatch):
    folder, home = tmp_path / "pictures", tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    written = saving.write_numbered

    def full(data, path):
        if path.parent == folder:
            raise OSError(errno.ENOSPC, "No space left on device")
        return written(data, path)

    monkeypatch.setattr(saving, "write_numbered", full)
    async with camera() as (_, address):
        done = await take(folder, "-n", "3", "-t", "1", "--name", "a", address=address)
        assert done.code is ExitCode.TROUBLE
        assert "the disk is full" in done.err
        assert str(home / "a.fits") in done.err
        assert (home / "a.fits").read_bytes() == PICTURE
        assert "No picture" not in done.err


@scene
async def test_a_person_sees_how_far_it_is(tmp_path):
    async with camera() as (_, address):
        err = Terminal()
        await take(tmp_path, "-n", "2", "-t", "8", address=address, err=err)
        assert "2/2 exposing" in err.getvalue()


@scene
async def test_a_person_sees_how_much_of_a_picture_has_come(tmp_path, monkeypatch):
    shown = []

    class Bar:
        def update(self, done, text=None, *, total=None):
            shown.append((done, text, total))

    monkeypatch.setattr(Console, "progress", lambda *_, **__: nullcontext(Bar()))
    large = bytes(fits.encode(np.zeros((1024, 1024), dtype=np.uint16)))
    async with camera(data=large) as (_, address):
        assert (await take(tmp_path, "-t", "1", "--no-hfr", address=address)).code is ExitCode.DONE
    done, text, total = next(one for one in shown if one[2])
    assert (0 < done < total, total, text.endswith(" of 2.1 MB")) == (True, len(large), True)
    assert text.startswith("1/1 downloading, ")


@pytest.mark.parametrize(("type", "names"), [("light", ["0.52_1s.fits"]), ("dark", ["1s.fits"])])
def test_how_well_was_guided_is_in_the_name_of_a_light(type, names, tmp_path):
    @scene
    async def play():
        async with camera(numbers("PHD2_RMS", state=OK, TOTAL_ARCSEC=0.519)) as (_, address):
            words = ("-t", "1", "--type", type, "--name", "{guiding_RMS}_{exposure}", "--json")
            done = await take(tmp_path, *words, address=address)
            assert saved(tmp_path) == names
            assert done.records[0]["guiding_rms"] == (0.519 if type == "light" else None)

    play()


@scene
async def test_sharp_stars_are_told(tmp_path):
    picture = np.full((256, 256), 100, dtype=np.uint16)
    for row in range(40, 220, 40):
        picture[row - 1 : row + 2, 100:103] += 10 * row  # the brightest counts as saturated
    async with camera(data=bytes(fits.encode(picture))) as (_, address):
        done = await take(tmp_path, "-t", "1", "--json", "--name", "{HFR}", address=address)
        (record,) = done.records
        assert record["stars"] == 4
        assert 0.8 < record["hfr"] < 1.5
        assert saved(tmp_path) == [f"{record['hfr']:.2f}.fits"]
    async with camera(data=bytes(fits.encode(picture))) as (_, address):
        assert (await take(tmp_path, "-t", "1", "--json", "--no-hfr", address=address)).records[0]["hfr"] is None


@pytest.mark.parametrize("arguments", [[], ["-t", "1", "--name", "{x}"], ["-t", "1", "--dir", "/dev/null/x"]])
def test_what_cannot_be_is_told_before_a_camera_is_asked(arguments):
    @scene
    async def play():
        assert (await run(capture, *arguments)).code is ExitCode.TROUBLE

    play()


@pytest.mark.parametrize(
    "arguments",
    [
        "-n 0",
        "-n x",
        "-t -1",
        "--bin 0",
        "--bin a",
        "--frame 1,2,3",
        "--frame 1,2,0,4",
        "--temperature -300",
        "--type x",
    ],
)
def test_values_that_make_no_sense_are_usage(arguments):
    from argparse import ArgumentError

    from .tool import parsed

    with pytest.raises(ArgumentError):
        parsed(capture, *arguments.split())


@pytest.mark.parametrize("words", ["2x", "x2", "0", "2x2x2"])
def test_a_binning_lacks_nothing(words):
    with pytest.raises(argparse.ArgumentError, match="no binning"):
        parsed(capture, "-t", "1", "--bin", words)


@scene
async def test_pictures_are_saved_although_nothing_can_be_printed(tmp_path):
    class Full(io.StringIO):
        def write(self, text):
            raise OSError(28, "No space left on device")

    async with camera() as (_, address):
        options = parsed(capture, "-t", "1", "-n", "2", "--dir", str(tmp_path), "--server", address)
        err = io.StringIO()
        assert await capture.run(options, Console(Full(), err)) is ExitCode.TROUBLE
        assert len(list(tmp_path.rglob("*.fits"))) == 2
        assert err.getvalue().count("No space left") == 1
