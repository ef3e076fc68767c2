"""A camera."""

import asyncio

import pytest

from lightapt_clients import AbortedError, AlertError, MissingError, RequestError, WaitTimeoutError
from lightapt_clients.kinds import Area, Camera, Chip, FrameType, Upload
from lightapt_protocol.vocabulary import BlobPolicy, Permission

from ..actor import acting, blob, buttons, numbers, switches, texts
from ..puppet import ALERT, BUSY, IDLE, OK, scene

EXPOSURE = numbers("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0.0)
ABORT = buttons("CCD_ABORT_EXPOSURE", "ABORT")
UPLOAD = switches("UPLOAD_MODE", "UPLOAD_CLIENT", "UPLOAD_LOCAL", "UPLOAD_BOTH", on="UPLOAD_CLIENT")
SETTINGS = texts("UPLOAD_SETTINGS", UPLOAD_DIR="/pictures", UPLOAD_PREFIX="M_XXX")
VIDEO = switches("CCD_VIDEO_STREAM", "STREAM_ON", "STREAM_OFF", on="STREAM_OFF")
PICTURE = b"SIMPLE  =" + bytes(1000)
NAME = "CCD_EXPOSURE"


def camera(*more):
    return acting(Camera, EXPOSURE, ABORT, blob("CCD1"), *more)


def exposes(actor, *messages):
    """Expose, with these messages when it is done."""
    return lambda _: (actor.shows(NAME, BUSY), *messages)


@scene
async def test_a_picture_is_exposed_and_returned():
    async with camera() as (actor, device):
        done = actor.picture("CCD1", PICTURE), actor.shows(NAME, OK, CCD_EXPOSURE_VALUE=0.0)
        actor.plays[NAME] = exposes(actor, *done)
        blob = await device.expose(2.0)
        assert (bytes(blob.data), blob.format, blob.name) == (PICTURE, ".fits", "CCD1")
        assert actor.asked[:2] == [("enableBLOB", BlobPolicy.ALSO), (NAME, {"CCD_EXPOSURE_VALUE": 2.0})]


@scene
async def test_a_picture_may_come_behind_its_exposure():
    async with camera() as (actor, device):
        actor.plays[NAME] = exposes(actor, actor.shows(NAME, OK), actor.picture("CCD1", PICTURE))
        assert len(await device.expose(2.0)) == len(PICTURE)


@scene
async def test_the_exposure_that_is_under_way_counts_down():
    async with camera() as (actor, device):
        assert (device.is_exposing, device.exposure_left) == (False, 0.0)
        actor.plays[NAME] = lambda _: (actor.shows(NAME, BUSY, CCD_EXPOSURE_VALUE=1.5),)
        exposing = asyncio.ensure_future(device.expose(2.0))
        await device.device[NAME].wait(state=BUSY)
        assert (device.is_exposing, device.exposure_left) == (True, 1.5)
        exposing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await exposing
        assert await actor.heard("CCD_ABORT_EXPOSURE") == {"ABORT": True}


@scene
async def test_an_exposure_that_is_stopped_was_aborted():
    async with camera() as (actor, device):
        actor.plays[NAME] = exposes(actor, actor.shows(NAME, IDLE))
        with pytest.raises(AbortedError):
            await device.expose(2.0)


@scene
async def test_the_end_of_another_s_exposure_is_not_taken_for_its_own():
    async with camera() as (actor, device):
        busy = actor.shows(NAME, BUSY, CCD_EXPOSURE_VALUE=0.3)
        refusal = actor.shows(NAME, ALERT, "wait, or abort that first")
        actor.plays[NAME] = lambda _: (busy, refusal, busy, actor.picture("CCD1", PICTURE), actor.shows(NAME, OK))
        with pytest.raises(AlertError, match="wait, or abort that first"):
            await device.expose(2.0)


@scene
async def test_a_refusal_of_another_s_exposure_is_not_taken_for_its_own():
    async with camera() as (actor, device):
        busy = actor.shows(NAME, BUSY, CCD_EXPOSURE_VALUE=2.0)
        refusal = actor.shows(NAME, ALERT, "wait, or abort that first")
        actor.plays[NAME] = lambda _: (busy, refusal, busy, actor.picture("CCD1", PICTURE), actor.shows(NAME, OK))
        assert len(await device.expose(2.0)) == len(PICTURE)


@scene
async def test_the_picture_of_another_s_exposure_is_not_taken_for_its_own():
    async with camera() as (actor, device):
        other = actor.shows(NAME, BUSY, CCD_EXPOSURE_VALUE=0.3), actor.picture("CCD1", b"other"), actor.shows(NAME, OK)
        own = actor.shows(NAME, BUSY, CCD_EXPOSURE_VALUE=2.0), actor.picture("CCD1", PICTURE), actor.shows(NAME, OK)
        actor.plays[NAME] = lambda _: (*other, *own)
        assert len(await device.expose(2.0)) == len(PICTURE)


@scene
async def test_a_picture_stays_when_the_camera_shows_its_whole_time_once_more():
    async with camera() as (actor, device):
        busy = actor.shows(NAME, BUSY, CCD_EXPOSURE_VALUE=2.0)
        actor.plays[NAME] = lambda _: (busy, actor.picture("CCD1", PICTURE), busy, actor.shows(NAME, OK))
        assert len(await device.expose(2.0)) == len(PICTURE)


@scene
async def test_an_exposure_that_fails_says_why():
    async with camera() as (actor, device):
        actor.plays[NAME] = exposes(actor, actor.shows(NAME, ALERT, "the shutter sticks"))
        with pytest.raises(AlertError, match="the shutter sticks"):
            await device.expose(2.0)


@scene
async def test_a_picture_that_does_not_come_is_late():
    async with camera() as (actor, device):
        actor.plays[NAME] = exposes(actor, actor.shows(NAME, OK, CCD_EXPOSURE_VALUE=0.0))
        with pytest.raises(WaitTimeoutError, match="the picture of Actor"):
            await device.expose(0.0, download=0.05)


@scene
async def test_a_frame_of_video_is_not_the_picture():
    async with camera() as (actor, device):
        frame, picture = actor.picture("CCD1", b"frame", ".stream_jpg"), actor.picture("CCD1", PICTURE)
        actor.plays[NAME] = exposes(actor, frame, picture, actor.shows(NAME, OK))
        assert len(await device.expose(1.0)) == len(PICTURE)


@scene
async def test_a_camera_that_keeps_its_pictures_is_not_exposed_in_vain():
    async with camera(UPLOAD, SETTINGS, texts("CCD_FILE_PATH", FILE_PATH="/pictures/M_001.fits")) as (actor, device):
        await device.set_upload(Upload.LOCAL, prefix="N_XXX")
        assert device.upload is Upload.LOCAL
        assert actor.asked[0] == ("UPLOAD_SETTINGS", {"UPLOAD_DIR": "/pictures", "UPLOAD_PREFIX": "N_XXX"})
        assert device.saved_file == "/pictures/M_001.fits"
        with pytest.raises(AlertError, match="keeps its pictures where it is"):
            await device.expose(1.0)


@scene
async def test_a_camera_that_names_its_picture_otherwise_is_understood():
    async with acting(Camera, EXPOSURE, blob("IMAGE")) as (actor, device):
        actor.plays[NAME] = exposes(actor, actor.picture("IMAGE", PICTURE), actor.shows(NAME, OK))
        assert (await device.expose(1.0)).name == "IMAGE"


@scene
async def test_video_lasts_as_long_as_its_block():
    async with camera(VIDEO) as (actor, device):
        actor.plays["CCD_VIDEO_STREAM"] = lambda values: (
            actor.shows("CCD_VIDEO_STREAM", BUSY if "STREAM_ON" in values else IDLE, **values),
        )
        async with device.stream() as frames:
            await actor.sends("CCD1", b"frame", ".stream")
            assert bytes((await anext(frames)).data) == b"frame"
        assert ("CCD_VIDEO_STREAM", {"STREAM_OFF": True}) in actor.asked


@scene
async def test_cooling_is_waited_for():
    celsius = numbers("CCD_TEMPERATURE", CCD_TEMPERATURE_VALUE=15.0)
    cooler = switches("CCD_COOLER", "COOLER_ON", "COOLER_OFF", on="COOLER_OFF")
    power = numbers("CCD_COOLER_POWER", perm=Permission.READ_ONLY, CCD_COOLER_VALUE=55.0)
    async with camera(celsius, cooler, power) as (_, device):
        await device.cool_to(-10)
        assert device.temperature == -10
        await device.cool()
        assert (device.is_cooling, device.cooler_power) == (True, 55.0)
        await device.cool(False)
        assert not device.is_cooling


@scene
async def test_a_camera_that_only_measures_its_temperature_has_no_cooler():
    async with camera(numbers("CCD_TEMPERATURE", perm=Permission.READ_ONLY, CCD_TEMPERATURE_VALUE=15.0)) as (_, device):
        with pytest.raises(MissingError, match="no cooler"):
            await device.cool_to(-10)


@pytest.mark.parametrize(
    "controls",
    [
        (numbers("CCD_GAIN", GAIN=1.0), numbers("CCD_OFFSET", OFFSET=2.0)),
        (numbers("CCD_CONTROLS", Gain=1.0, Offset=2.0),),
    ],
)
def test_gain_and_offset_are_found_in_either_place(controls):
    @scene
    async def play():
        async with camera(*controls) as (_, device):
            assert (device.gain, device.offset) == (1, 2)
            await device.set_gain(100)
            await device.set_offset(20)
            assert (device.gain, device.offset) == (100, 20)

    play()


@scene
async def test_a_part_of_the_chip_is_read_binned():
    info = numbers(
        "CCD_INFO",
        CCD_MAX_X=1280.0,
        CCD_MAX_Y=1024.0,
        CCD_PIXEL_SIZE=5.2,
        CCD_PIXEL_SIZE_X=5.2,
        CCD_PIXEL_SIZE_Y=5.3,
        CCD_BITSPERPIXEL=16.0,
    )
    frame = numbers("CCD_FRAME", X=0.0, Y=0.0, WIDTH=1280.0, HEIGHT=1024.0)
    async with camera(info, frame, numbers("CCD_BINNING", HOR_BIN=1.0, VER_BIN=1.0)) as (_, device):
        assert device.chip == Chip(1280, 1024, 5.2, 5.3, 16)
        await device.set_frame(Area(10, 20, 300, 200))
        assert device.frame == Area(10, 20, 300, 200)
        await device.reset_frame()
        assert device.frame == Area(0, 0, 1280, 1024)
        await device.set_binning(2)
        assert device.binning == (2, 2)
        await device.set_binning(2, 1)
        assert device.binning == (2, 1)


@scene
async def test_frames_have_a_type():
    kinds = switches("CCD_FRAME_TYPE", "FRAME_LIGHT", "FRAME_BIAS", "FRAME_DARK", "FRAME_FLAT", on="FRAME_LIGHT")
    async with camera(kinds) as (_, device):
        await device.set_frame_type(FrameType.DARK)
        assert device.frame_type is FrameType.DARK
        await device.abort()


@pytest.mark.parametrize(("on", "words"), [("", "is none"), ("UPLOAD_NOWHERE", "UPLOAD_NOWHERE, which is none")])
def test_an_upload_mode_that_is_none_of_indis_is_missing(on, words):
    @scene
    async def play():
        modes = switches("UPLOAD_MODE", "UPLOAD_CLIENT", "UPLOAD_NOWHERE", on=on)
        async with camera(modes, switches("CCD_FRAME_TYPE", "FRAME_LIGHT", on="")) as (_, device):
            with pytest.raises(MissingError, match=words):
                device.upload  # noqa: B018 - to read it is what fails
            with pytest.raises(MissingError):
                device.frame_type  # noqa: B018

    play()


@pytest.mark.parametrize("seconds", ["1", None])
def test_an_exposure_that_is_no_number_is_refused(seconds):
    @scene
    async def play():
        async with camera() as (actor, device):
            with pytest.raises(RequestError, match="a number of seconds"):
                await device.expose(seconds)
            assert actor.asked == []

    play()
