"""An Alpaca camera: its pictures come as they were taken, and what goes wrong is said."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from lightapt_drivers import State
from tests.drivers.alpaca.cameras import DEVICE, HEIGHT, WIDTH, camera, never_ready, shot, shot_by
from tests.drivers.alpaca.images import image_json, ramp, sent
from tests.drivers.alpaca.movers import BOTH, acted, has, until
from tests.drivers.alpaca.recorded import GARBAGE, Raw, Recorded

EXPOSURE = "CCD_EXPOSURE"


@pytest.fixture(params=[3, 4], ids=BOTH)
def server(request):
    with Recorded({DEVICE: camera(request.param)}) as server:
        yield server


@pytest.fixture
def seventh():
    with Recorded({DEVICE: camera(4)}) as server:
        yield server


def one(server):
    return server.devices[DEVICE]


def with_(server, interface=4, **changes):
    server.devices[DEVICE] = camera(interface, **changes)


def started(server):
    return bool(server.puts("startexposure"))


# Pictures.


def test_a_picture_is_the_servers_with_the_first_row_on_top(server):
    image = shot_by(lambda harness: shot(harness, 0.25), server)
    assert np.array_equal(image.pixels, ramp(HEIGHT, WIDTH))
    assert image.pixels.dtype == np.uint16
    assert (image.header["EXPTIME"], image.header["ROWORDER"], image.header["GAIN"]) == (0.25, "TOP-DOWN", 100)
    assert server.puts("startexposure")[0]["Duration"] == "0.25"


def test_a_picture_is_made_in_its_file_and_not_copied_there(seventh, monkeypatch):
    monkeypatch.setattr(np, "copyto", None)
    assert np.array_equal(shot_by(shot, seventh).pixels, ramp(HEIGHT, WIDTH))


def test_an_image_of_three_colours_has_three_planes(seventh):
    with_(seventh, sensortype=1, picture=ramp(HEIGHT, WIDTH, 3))

    async def scene(harness):
        await harness.expect("CCD_CAPTURE_FORMAT", INDI_RGB=True)
        assert not has(harness, "CCD_CFA")
        return await shot(harness)

    assert np.array_equal(shot_by(scene, seventh).pixels, ramp(HEIGHT, WIDTH, 3))


@pytest.mark.parametrize(
    ("offsets", "pattern"), [((0, 0), "RGGB"), ((1, 0), "GRBG"), ((0, 1), "GBRG"), ((1, 1), "BGGR")]
)
def test_a_mosaic_is_told_by_its_offsets(seventh, offsets, pattern):
    with_(seventh, sensortype=2, bayeroffsetx=offsets[0], bayeroffsety=offsets[1])

    async def scene(harness):
        await harness.expect("CCD_CFA", CFA_TYPE=pattern)
        await harness.expect("CCD_CAPTURE_FORMAT", INDI_RAW=True)
        return (await shot(harness)).header["BAYERPAT"]

    assert shot_by(scene, seventh) == pattern


def test_the_mosaic_of_a_frame_begins_where_the_frame_does(seventh):
    with_(seventh, sensortype=2, bayeroffsetx=0, bayeroffsety=0, picture=ramp(4, 6))

    async def scene(harness):
        image = await shot(harness, CCD_FRAME={"X": 1, "Y": 2, "WIDTH": 6, "HEIGHT": 4})
        return image.header["BAYERPAT"]

    assert shot_by(scene, seventh) == "GRBG"


def test_binning_leaves_no_mosaic(seventh):
    with_(seventh, sensortype=2, bayeroffsetx=0, bayeroffsety=0, picture=ramp(HEIGHT // 2, WIDTH // 2))

    async def scene(harness):
        image = await shot(harness, CCD_BINNING={"HOR_BIN": 2, "VER_BIN": 2})
        return "BAYERPAT" in image.header

    assert shot_by(scene, seventh) is False


def test_a_mosaic_that_fits_does_not_know_is_told_and_not_in_the_header(seventh):
    with_(seventh, sensortype=3, bayeroffsetx=0, bayeroffsety=0)

    async def scene(harness):
        await harness.expect("CCD_CFA", CFA_TYPE="CYGM")
        return "BAYERPAT" in (await shot(harness)).header

    assert shot_by(scene, seventh) is False


def test_frame_and_binning_are_set_in_binned_pixels_and_only_what_is_new(server):
    one(server)["imagearray"] = sent(ramp(3, 2))

    async def scene(harness):
        frame = {"X": 4, "Y": 2, "WIDTH": 8, "HEIGHT": 6}
        await shot(harness, CCD_FRAME=frame, CCD_BINNING={"HOR_BIN": 4, "VER_BIN": 2})
        known = dict(one(server))
        await shot(harness)
        return known

    known = shot_by(scene, server)
    assert [known[name] for name in ("binx", "biny", "startx", "starty", "numx", "numy")] == [4, 2, 1, 1, 2, 3]
    assert len(server.puts("numx")) == len(server.puts("binx")) == 1


def test_a_camera_that_bins_alike_refuses_to_bin_otherwise(seventh):
    one(seventh)["canasymmetricbin"] = False

    async def scene(harness):
        await harness.request("CCD_BINNING", HOR_BIN=2, VER_BIN=1)
        await harness.expect("CCD_BINNING", state=State.ALERT, HOR_BIN=1, VER_BIN=1)
        await harness.request("CCD_BINNING", HOR_BIN=2, VER_BIN=2)
        await harness.expect("CCD_BINNING", state=State.OK, HOR_BIN=2, VER_BIN=2)

    shot_by(scene, seventh)


@pytest.mark.parametrize(("type", "light"), [("LIGHT", "True"), ("FLAT", "True"), ("DARK", "False"), ("BIAS", "False")])
def test_darks_and_biases_are_taken_without_light(seventh, type, light):
    async def scene(harness):
        return (await shot(harness, 0.01, CCD_FRAME_TYPE={f"FRAME_{type}": True})).header["EXPTIME"]

    seconds = shot_by(scene, seventh)
    assert seventh.puts("startexposure")[0]["Light"] == light
    assert seconds == (0.001 if type == "BIAS" else 0.01)


def test_the_header_has_what_the_camera_says_of_the_exposure(seventh):
    began = datetime.now(UTC) - timedelta(seconds=3)

    def start(fields):
        told = f"{began:%Y-%m-%dT%H:%M:%S}.500"
        one(seventh).update(imageready=True, lastexposureduration=0.02, lastexposurestarttime=told)

    one(seventh)["startexposure"] = start

    async def scene(harness):
        return (await shot(harness, 0.01)).header

    header = shot_by(scene, seventh)
    assert header["EXPTIME"] == 0.02
    assert header["DATE-OBS"].startswith(f"{began:%Y-%m-%dT%H:%M:%S}.5")


def test_json_will_do_where_there_are_no_image_bytes(server):
    one(server)["imagearray"] = Raw(image_json(ramp(HEIGHT, WIDTH)))

    async def scene(harness):
        return await shot(harness)

    assert np.array_equal(shot_by(scene, server).pixels, ramp(HEIGHT, WIDTH))


# Abort and stop.


@pytest.mark.parametrize(("can", "member"), [(True, "abortexposure"), (False, "stopexposure")])
def test_abort_ends_the_cameras_exposure(server, can, member):
    one(server).update(startexposure=never_ready(one(server)), canabortexposure=can)

    async def scene(harness):
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=30)
        await until(server, lambda: started(server))
        await acted(harness)
        await harness.request("CCD_ABORT_EXPOSURE", ABORT=True)
        await harness.expect(EXPOSURE, state=State.IDLE)

    shot_by(scene, server)
    assert server.count(member) == 1


def test_an_exposure_that_is_stopped_gives_its_picture(seventh):
    one(seventh)["startexposure"] = never_ready(one(seventh))

    async def scene(harness):
        await harness.request("CCD_STOP_EXPOSURE", STOP=True)
        await harness.expect("CCD_STOP_EXPOSURE", state=State.ALERT)
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=30)
        await until(seventh, lambda: started(seventh))
        await harness.request("CCD_STOP_EXPOSURE", STOP=True)
        await harness.blob("CCD1")
        await harness.expect(EXPOSURE, state=State.OK)

    shot_by(scene, seventh)


def test_progress_is_shown(seventh):
    one(seventh)["startexposure"] = never_ready(one(seventh))

    async def scene(harness):
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=30)
        await until(seventh, lambda: started(seventh))
        one(seventh)["percentcompleted"] = 40
        await harness.expect("CCD_PROGRESS", PERCENT_COMPLETED=40)
        await harness.expect(EXPOSURE, state=State.BUSY)
        await harness.request("CCD_ABORT_EXPOSURE", ABORT=True)

    shot_by(scene, seventh)


# Guiding.


@pytest.mark.parametrize(
    ("name", "member", "direction"),
    [("NS", "N", "0"), ("NS", "S", "1"), ("WE", "E", "2"), ("WE", "W", "3")],
)
def test_a_pulse_goes_its_way_and_is_over_when_the_camera_says_so(seventh, name, member, direction):
    async def scene(harness):
        await harness.request(f"TELESCOPE_TIMED_GUIDE_{name}", **{f"TIMED_GUIDE_{member}": 30})
        await harness.expect(f"TELESCOPE_TIMED_GUIDE_{name}", state=State.OK, **{f"TIMED_GUIDE_{member}": 0})

    shot_by(scene, seventh)
    assert [(put["Direction"], put["Duration"]) for put in seventh.puts("pulseguide")] == [(direction, "30")]


# The load on the server.


def test_an_idle_camera_of_platform_7_is_asked_once_a_look(seventh):
    async def scene(harness):
        await until(seventh, lambda: seventh.count("devicestate") > 3)
        seventh.asked.clear()
        await until(seventh, lambda: seventh.count("devicestate") > 10)
        return [asked.member for asked in seventh.asked]

    assert set(shot_by(scene, seventh)) == {"devicestate"}


def test_it_comes_back_after_garbage_with_its_frame_set_anew(seventh):
    async def scene(harness):
        await shot(harness)
        seventh.fault = GARBAGE
        await harness.expect("CONNECTION", state=State.ALERT)
        seventh.fault = None
        await harness.expect("CONNECTION", state=State.OK)
        await shot(harness)

    shot_by(scene, seventh)
    assert len(seventh.puts("numx")) == 2


def test_a_frame_that_another_client_has_changed_is_set_again_after_an_image_of_another_shape(server):
    async def scene(harness):
        await shot(harness)
        one(server)["imagearray"] = sent(ramp(4, 4))
        await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0.01)
        await harness.expect("CCD_EXPOSURE", state=State.ALERT)
        one(server)["imagearray"] = sent(ramp(HEIGHT, WIDTH))
        await shot(harness)

    shot_by(scene, server)
    assert len(server.puts("numx")) == 2
