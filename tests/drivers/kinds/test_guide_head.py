"""A guide head takes pictures of its own, whatever the main chip does."""

import asyncio

import pytest

from lightapt_drivers import HardwareError
from lightapt_drivers.kinds.exposures import Area, Picture, Sensor
from lightapt_drivers.kinds.guide_head import GuideHead
from lightapt_protocol.standard import Standard
from lightapt_protocol.vocabulary import State
from tests.drivers.kinds.cameras import PATIENCE, Puppet, begin, picture, ramp
from tests.drivers.kit.scenes import play

EXPOSURE = "GUIDER_EXPOSURE"


class Guiding(GuideHead, Puppet):
    """A camera whose guide head's exposures end at once, or (held) never."""

    def __init__(self, *, held=False, guide_held=False, guide_fails=""):
        super().__init__(held=held)
        self.guide_held, self.guide_fails = guide_held, guide_fails
        self.guided = []
        self.guiding = asyncio.Event()
        self.set_guide_sensor(Sensor(32, 16, 9.8, 12.6))

    async def take_guide_picture(self, exposure):
        self.guided.append(exposure)
        self.guiding.set()
        if self.guide_held:
            await asyncio.Event().wait()
        if self.guide_fails:
            raise HardwareError(self.guide_fails)
        return Picture(ramp(exposure.shape))


def played(scene, **options):
    camera = Guiding(**options)
    return play(lambda harness: scene(harness, camera), camera)


async def guide(harness):
    await harness.request(EXPOSURE, GUIDER_EXPOSURE_VALUE=0.01)
    return await picture(harness, "CCD2")


async def begin_to_guide(harness, camera):
    await harness.request(EXPOSURE, GUIDER_EXPOSURE_VALUE=0.01)
    async with asyncio.timeout(PATIENCE):
        await camera.guiding.wait()


def test_it_has_what_ekos_takes_for_a_guide_head():
    async def scene(harness, _):
        return harness.mirror.devices["Camera"]

    found = played(scene)
    for name in (EXPOSURE, "GUIDER_ABORT_EXPOSURE", "GUIDER_FRAME", "GUIDER_BINNING", "GUIDER_INFO", "CCD2"):
        assert tuple(found[name].members) == Standard(name).members
    assert {"GUIDER_FRAME_TYPE", "GUIDER_COMPRESSION"} <= found.keys()
    assert found["GUIDER_INFO"].number("CCD_MAX_X") == 32
    assert found["CCD_INFO"].number("CCD_MAX_X") == 64


def test_its_pictures_are_of_its_own_chip():
    async def scene(harness, _):
        image = await guide(harness)
        await harness.expect(EXPOSURE, state=State.OK, GUIDER_EXPOSURE_VALUE=0)
        return image.pixels, image.header

    pixels, header = played(scene)
    assert (pixels == ramp((16, 32))).all()
    assert (header["XPIXSZ"], header["YPIXSZ"], header["EXPTIME"]) == (9.8, 12.6, 0.01)


def test_both_chips_expose_at_once():
    async def scene(harness, camera):
        await begin(harness, camera)
        image = await guide(harness)
        await harness.expect(EXPOSURE, state=State.OK)
        states = harness.find("CCD_EXPOSURE").state, camera.stopped
        camera.go_on.set()
        return image.pixels.shape, states, (await picture(harness)).pixels.shape

    assert played(scene, held=True) == ((16, 32), (State.BUSY, 0), (48, 64))


def test_each_is_aborted_alone():
    async def scene(harness, camera):
        await begin(harness, camera)
        await begin_to_guide(harness, camera)
        await harness.request("GUIDER_ABORT_EXPOSURE", ABORT=True)
        after_one = [harness.find(name).state for name in (EXPOSURE, "CCD_EXPOSURE")]
        await begin_to_guide(harness, camera)
        await harness.request("CCD_ABORT_EXPOSURE", ABORT=True)
        return after_one, [harness.find(name).state for name in (EXPOSURE, "CCD_EXPOSURE")]

    assert played(scene, held=True, guide_held=True) == (
        [State.IDLE, State.BUSY],
        [State.BUSY, State.IDLE],
    )


def test_a_second_exposure_of_it_is_refused():
    async def scene(harness, camera):
        await begin_to_guide(harness, camera)
        await harness.request(EXPOSURE, GUIDER_EXPOSURE_VALUE=0.01)
        await harness.expect(EXPOSURE, state=State.BUSY)
        return harness.notices

    assert played(scene, guide_held=True) == ["Camera is busy: wait, or abort that first"]


def test_what_fails_in_it_leaves_the_main_chip_alone():
    async def scene(harness, camera):
        await begin(harness, camera)
        await harness.request(EXPOSURE, GUIDER_EXPOSURE_VALUE=0.01)
        await harness.expect(EXPOSURE, state=State.ALERT, GUIDER_EXPOSURE_VALUE=0)
        return harness.find("CCD_EXPOSURE").state

    assert played(scene, held=True, guide_fails="no answer") is State.BUSY


def test_its_frame_and_binning_are_its_own():
    async def scene(harness, camera):
        await harness.request("GUIDER_FRAME", X=4, Y=2, WIDTH=20, HEIGHT=10)
        await harness.request("GUIDER_BINNING", HOR_BIN=2, VER_BIN=2)
        image = await guide(harness)
        frame = harness.find("CCD_FRAME")
        return camera.guided[0].area, image.pixels.shape, frame.number("WIDTH")

    assert played(scene) == (Area(4, 2, 20, 10), (5, 10), 64)


def test_a_frame_off_its_chip_is_refused_though_the_main_one_is_larger():
    async def scene(harness, _):
        await harness.request("GUIDER_FRAME", X=20, WIDTH=32)
        await harness.expect("GUIDER_FRAME", state=State.ALERT, X=0, WIDTH=32)

    played(scene)


@pytest.mark.parametrize(
    ("setting", "formats"),
    [("CCD_COMPRESSION", (".fits.fz", ".fits")), ("GUIDER_COMPRESSION", (".fits", ".fits.fz"))],
)
def test_each_has_its_own_compression(setting, formats):
    async def scene(harness, _):
        await harness.request(setting, INDI_ENABLED=True)
        await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0.01)
        await harness.request(EXPOSURE, GUIDER_EXPOSURE_VALUE=0.01)
        return (await harness.blob("CCD1")).format, (await harness.blob("CCD2")).format

    assert played(scene) == formats


def test_the_exposures_of_each_are_counted():
    async def scene(harness, camera):
        await guide(harness)
        await harness.expect(EXPOSURE, state=State.OK)
        await guide(harness)
        await begin(harness, camera)
        return [one.number for one in camera.guided], camera.taken[0].number

    assert played(scene) == ([1, 2], 1)
