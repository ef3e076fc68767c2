"""What goes wrong with an Alpaca camera's pictures is said, and the next is taken all the same."""

import pytest

from lightapt_drivers import State
from lightapt_drivers.alpaca.camera import AlpacaCamera
from tests.drivers.alpaca.cameras import DEVICE, HEIGHT, WIDTH, camera, never_ready, shot, shot_by
from tests.drivers.alpaca.images import failed, image_bytes, ramp, sent
from tests.drivers.alpaca.movers import BOTH, looks, played, until
from tests.drivers.alpaca.recorded import GARBAGE, Drop, Raw, Recorded, Refusal, Slow

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


def exposes(server):
    return one(server)["camerastate"] == 2


BYTES = image_bytes(ramp(HEIGHT, WIDTH), 2)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (failed(0x500, "the sensor is gone"), "the sensor is gone"),
        (Refusal(0x40B, "no image here"), "no image here"),
        (Raw(BYTES[:-5], content_type="application/imagebytes"), "cut off"),
        (sent(ramp(HEIGHT, WIDTH + 1)), "13 by 8"),
        (GARBAGE, "no JSON"),
    ],
    ids=["error", "JSON error", "cut off", "another size", "garbage"],
)
def test_an_image_that_is_none_is_an_alert_with_the_reason(seventh, answer, words):
    one(seventh)["imagearray"] = answer

    async def scene(harness):
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=0.01)
        await harness.expect(EXPOSURE, state=State.ALERT, CCD_EXPOSURE_VALUE=0)
        assert words in " ".join(harness.notices)
        one(seventh)["imagearray"] = sent(ramp(HEIGHT, WIDTH))
        await shot(harness)

    shot_by(scene, seventh)


def test_a_download_that_never_ends_is_given_up(seventh):
    one(seventh)["imagearray"] = Slow(60)

    async def scene(harness):
        session = harness.driver.devices[0].session
        download = session.download
        session.download = lambda *asked, **options: download(*asked, **{**options, "limit": 0.2})
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=0.01)
        await harness.expect(EXPOSURE, state=State.ALERT, CCD_EXPOSURE_VALUE=0)
        assert "not answered within 0.2 s" in " ".join(harness.notices)
        session.download = download
        one(seventh)["imagearray"] = sent(ramp(HEIGHT, WIDTH))
        await shot(harness)

    shot_by(scene, seventh)


def test_a_download_that_is_dropped_is_found_again(seventh):
    one(seventh)["imagearray"] = Drop()

    async def scene(harness):
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=0.01)
        await harness.expect("CONNECTION", state=State.ALERT)
        one(seventh)["imagearray"] = sent(ramp(HEIGHT, WIDTH))
        await harness.expect("CONNECTION", state=State.OK)
        await shot(harness)

    shot_by(scene, seventh)


def test_an_image_that_is_never_ready_is_given_up_and_aborted(server):
    class Impatient(AlpacaCamera):
        """Alpaca camera."""

        patience = 0.2

    one(server)["startexposure"] = never_ready(one(server))

    async def scene(harness):
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=0.01)
        await harness.expect(EXPOSURE, state=State.ALERT)
        assert "no image ready" in " ".join(harness.notices)

    played(scene, Impatient, server, DEVICE)
    assert server.count("abortexposure") == 1


def test_an_exposure_that_ends_without_an_image_is_an_alert(seventh):
    one(seventh)["startexposure"] = never_ready(one(seventh))

    async def scene(harness):
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=30)
        await until(seventh, lambda: exposes(seventh))
        await looks(seventh, "camerastate", 3)
        one(seventh)["camerastate"] = 0
        await harness.expect(EXPOSURE, state=State.ALERT)
        assert "without an image" in " ".join(harness.notices)

    shot_by(scene, seventh)


def test_a_camera_may_take_its_time_to_begin(seventh):
    one(seventh)["startexposure"] = lambda fields: None

    async def scene(harness):
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=30)
        await until(seventh, lambda: seventh.puts("startexposure"))
        await looks(seventh, "camerastate", 15)
        await harness.expect(EXPOSURE, state=State.BUSY)
        one(seventh).update(imageready=True)
        await harness.blob("CCD1")

    shot_by(scene, seventh)


def test_a_camera_in_error_is_an_alert(seventh):
    one(seventh)["startexposure"] = lambda fields: one(seventh).update(camerastate=5)

    async def scene(harness):
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=30)
        await harness.expect(EXPOSURE, state=State.ALERT)
        assert "CameraState" in " ".join(harness.notices)

    shot_by(scene, seventh)


def test_an_exposure_that_is_refused_is_an_alert_with_the_words(server):
    one(server)["startexposure"] = Refusal(0x401, "StartX is not on the sensor")

    async def scene(harness):
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=0.01)
        await harness.expect(EXPOSURE, state=State.ALERT)
        assert "StartX is not on the sensor" in " ".join(harness.notices)

    shot_by(scene, server)


def test_an_image_of_before_is_not_taken_for_this_exposures(seventh):
    one(seventh)["startexposure"] = lambda fields: one(seventh).update(imageready=True, camerastate=2)

    async def scene(harness):
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=30)
        await until(seventh, lambda: exposes(seventh))
        await looks(seventh, "camerastate", 4)
        assert seventh.count("imagearray") == 0
        one(seventh)["camerastate"] = 0
        await harness.blob("CCD1")

    shot_by(scene, seventh)
