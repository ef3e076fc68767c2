"""How an Alpaca camera is set up: what it has is there with its limits, and what it does not have is not."""

import asyncio

import pytest

from lightapt_drivers import DriverInterface, Permission, State
from lightapt_drivers.alpaca.camera import AlpacaCamera
from lightapt_protocol.messages import Definition, DelProperty
from tests.drivers.alpaca.cameras import BARE, DEVICE, HEIGHT, WIDTH, camera, never_ready, shot, shot_by
from tests.drivers.alpaca.movers import BOTH, has, played, until
from tests.drivers.alpaca.recorded import NOT_OFFERED, Recorded, Refusal, Slow
from tests.drivers.kit.scenes import said_of, value

EXPOSURE = "CCD_EXPOSURE"
FIRST = (
    ("CCD_TEMPERATURE", "CCD_TEMPERATURE_VALUE"),
    ("CCD_COOLER_POWER", "CCD_COOLER_VALUE"),
    ("CCD_HEAT_SINK", "TEMPERATURE"),
    ("CCD_GAIN", "GAIN"),
)


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


# What there is.


@pytest.mark.parametrize("interface", [1, 4])
def test_a_camera_that_only_takes_pictures_has_nothing_else(interface):
    async def scene(harness):
        for name in ("CCD_TEMPERATURE", "CCD_COOLER", "CCD_COOLER_POWER", "CCD_GAIN", "CCD_GAIN_NAMES", "CCD_OFFSET"):
            assert not has(harness, name)
        for name in ("TELESCOPE_TIMED_GUIDE_NS", "CCD_STOP_EXPOSURE", "READOUT_MODE", "FAST_READOUT", "SUB_EXPOSURE"):
            assert not has(harness, name)
        assert not has(harness, "CCD_HEAT_SINK")
        return await shot(harness)

    bare = camera(interface, **BARE)
    with Recorded({DEVICE: bare}) as server:
        image = shot_by(scene, server)
    assert image.pixels.shape == (HEIGHT, WIDTH)
    assert not {"CCD-TEMP", "GAIN", "OFFSET"} & {card.keyword for card in image.header}


def test_it_is_shown_as_it_is_when_it_is_connected(server):
    async def scene(harness):
        return [value(said_of(name, harness.said)[0], member) for name, member in FIRST]

    assert shot_by(scene, server) == [12, 20, 25, 100]


def test_what_it_says_of_itself_is_shown(server):
    async def scene(harness):
        await harness.expect("CCD_INFO", CCD_MAX_X=WIDTH, CCD_MAX_Y=HEIGHT, CCD_PIXEL_SIZE_X=3.8, CCD_BITSPERPIXEL=16)
        await harness.expect("CAMERA_INFO", SENSOR_NAME="IMX1", SENSOR_TYPE="Monochrome", SHUTTER="Yes")
        await harness.expect("SENSOR_INFO", ELECTRONS_PER_ADU=0.25, FULL_WELL_CAPACITY=51000, MAX_ADU=65535)
        exposure = harness.find(EXPOSURE).members["CCD_EXPOSURE_VALUE"]
        assert (exposure.min, exposure.max) == (0.001, 900)
        binning = harness.find("CCD_BINNING").members
        assert (binning["HOR_BIN"].max, binning["VER_BIN"].max) == (4, 2)

    shot_by(scene, server)


@pytest.mark.parametrize(("max_adu", "bits"), [(255, 8), (4095, 16), (65535, 16), (2**20 - 1, 32), (NOT_OFFERED, 16)])
def test_a_pixel_has_as_many_bits_as_its_largest_value_needs(seventh, max_adu, bits):
    one(seventh)["maxadu"] = max_adu

    async def scene(harness):
        await harness.expect("CCD_INFO", CCD_BITSPERPIXEL=bits)
        return (await shot(harness)).pixels.dtype.itemsize * 8

    assert shot_by(scene, seventh) == bits


def test_readout_modes_are_chosen_and_change_what_depends_on_them(seventh):
    def choose(fields):
        if "ReadoutMode" in fields:
            one(seventh).update(maxadu=255)
        return 1 if one(seventh)["maxadu"] == 255 else 0

    one(seventh)["readoutmode"] = choose

    async def scene(harness):
        assert [mode.label for mode in harness.find("READOUT_MODE").members.values()] == ["Normal", "Low noise"]
        await harness.request("READOUT_MODE", MODE_1=True)
        await harness.expect("READOUT_MODE", state=State.OK, MODE_1=True)
        await harness.expect("CCD_INFO", CCD_BITSPERPIXEL=8)

    shot_by(scene, seventh)


def test_the_readout_mode_does_not_flicker_when_a_lost_camera_is_back(seventh):
    with_(seventh, readoutmodes=["Normal", "Low noise"], readoutmode=1)

    async def scene(harness):
        await harness.expect("READOUT_MODE", state=State.OK, MODE_1=True)
        await asyncio.to_thread(seventh.stop)
        await harness.expect("CONNECTION", state=State.ALERT)
        seventh.start()
        await harness.expect("CONNECTION", state=State.OK)
        return said_of("READOUT_MODE", harness.said)

    assert {bool(value(told, "MODE_1")) for told in shot_by(scene, seventh)} == {True}


def test_a_picture_tells_its_readout_mode_and_the_electrons_to_a_unit(seventh):
    camera = one(seventh)
    camera["electronsperadu"] = lambda _: 100 / camera["gain"]

    async def scene(harness):
        first = (await shot(harness)).header
        second = (await shot(harness, READOUT_MODE={"MODE_1": True}, CCD_GAIN={"GAIN": 400})).header
        return [(header.text("READOUTM"), header.number("EGAIN")) for header in (first, second)]

    assert shot_by(scene, seventh) == [("Normal", 1), ("Low noise", 0.25)]


def test_fast_readout_and_parts_of_exposures_are_set_where_they_are(seventh):
    with_(seventh, canfastreadout=True, fastreadout=False, subexposureduration=2.5)

    async def scene(harness):
        await harness.request("FAST_READOUT", INDI_ENABLED=True)
        await harness.expect("FAST_READOUT", state=State.OK, INDI_ENABLED=True)
        await harness.expect("SUB_EXPOSURE", SECONDS=2.5)
        await harness.request("SUB_EXPOSURE", SECONDS=5)
        await harness.expect("SUB_EXPOSURE", state=State.OK, SECONDS=5)

    shot_by(scene, seventh)
    assert (one(seventh)["fastreadout"], one(seventh)["subexposureduration"]) == (True, 5)


# Temperature.


def test_the_cooler_goes_where_it_is_told_and_is_ok_when_it_is_there(server):
    async def scene(harness):
        await harness.expect("CCD_TEMPERATURE", CCD_TEMPERATURE_VALUE=12)
        await harness.expect("CCD_COOLER_POWER", CCD_COOLER_VALUE=20)
        await harness.expect("CCD_HEAT_SINK", TEMPERATURE=25)
        await harness.request("CCD_TEMPERATURE", CCD_TEMPERATURE_VALUE=-10)
        await harness.expect("CCD_TEMPERATURE", state=State.BUSY)
        await until(server, lambda: one(server)["setccdtemperature"] == -10)
        await harness.expect("CCD_COOLER", COOLER_ON=True)
        one(server)["ccdtemperature"] = -9.9
        await harness.expect("CCD_TEMPERATURE", state=State.OK, CCD_TEMPERATURE_VALUE=-9.9)
        await harness.request("CCD_COOLER", COOLER_OFF=True)
        await harness.expect("CCD_COOLER", state=State.OK, COOLER_OFF=True)

    shot_by(scene, server)
    assert one(server)["cooleron"] is False


class Watchful(AlpacaCamera):
    """Alpaca camera."""

    cooler_every = 0.0


def test_the_cooler_is_shown_as_others_switch_it_and_the_picture_has_its_target(server):
    async def scene(harness):
        await harness.expect("CCD_COOLER", COOLER_OFF=True)
        with_(server, cooleron=True, setccdtemperature=-15.0)
        await harness.expect("CCD_COOLER", COOLER_ON=True)
        cooled = (await shot(harness)).header.number("SET-TEMP")
        one(server)["cooleron"] = False
        await harness.expect("CCD_COOLER", COOLER_OFF=True)
        return cooled, "SET-TEMP" in (await shot(harness)).header

    assert played(scene, Watchful, server, DEVICE) == (-15, False)


def test_a_cooler_that_is_on_already_is_shown_so(seventh):
    with_(seventh, cooleron=True, setccdtemperature=-5.0)

    async def scene(harness):
        await harness.expect("CCD_COOLER", COOLER_ON=True)
        return (await shot(harness)).header.number("SET-TEMP")

    assert shot_by(scene, seventh) == -5


def test_a_thermometer_alone_is_only_read(seventh):
    with_(seventh, cansetccdtemperature=False, cooleron=NOT_OFFERED, cangetcoolerpower=False)

    async def scene(harness):
        assert harness.find("CCD_TEMPERATURE").perm is Permission.READ_ONLY
        assert not has(harness, "CCD_COOLER")
        assert not has(harness, "CCD_COOLER_POWER")

    shot_by(scene, seventh)


def test_a_temperature_that_is_refused_is_an_alert_with_the_words(seventh):
    one(seventh)["setccdtemperature"] = Refusal(0x401, "that is too cold")

    async def scene(harness):
        await harness.request("CCD_TEMPERATURE", CCD_TEMPERATURE_VALUE=-60)
        await harness.expect("CCD_TEMPERATURE", state=State.ALERT)
        assert "that is too cold" in " ".join(harness.notices)

    shot_by(scene, seventh)


def test_an_exposure_is_aborted_while_a_pulse_is_not_answered_yet(seventh):
    one(seventh).update(startexposure=never_ready(one(seventh)), pulseguide=Slow(30))

    async def scene(harness):
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=30)
        await until(seventh, lambda: seventh.count("startexposure"))
        await harness.request("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_N=30)
        await until(seventh, lambda: seventh.count("pulseguide"))
        await harness.request("CCD_ABORT_EXPOSURE", ABORT=True)
        await until(seventh, lambda: seventh.count("abortexposure"))
        assert harness.find("TELESCOPE_TIMED_GUIDE_NS").state is State.BUSY

    shot_by(scene, seventh)


def test_the_frame_is_set_again_after_another_readout_mode(server):
    async def scene(harness):
        await shot(harness)
        await shot(harness)
        before = len(server.puts("numx"))
        await harness.request("READOUT_MODE", MODE_1=True)
        await harness.expect("READOUT_MODE", state=State.OK, MODE_1=True)
        await shot(harness)
        return before

    assert shot_by(scene, server) == 1
    assert len(server.puts("numx")) == 2


def test_the_frame_is_set_again_after_another_readout_mode_during_an_exposure(server):
    one(server)["startexposure"] = never_ready(one(server))

    async def scene(harness):
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=0.01)
        await until(server, lambda: one(server)["camerastate"] == 2)
        await harness.request("READOUT_MODE", MODE_1=True)
        await harness.expect("READOUT_MODE", state=State.OK, MODE_1=True)
        one(server).update(imageready=True, camerastate=0, lastexposureduration=0.01)
        await harness.blob("CCD1")
        await harness.expect(EXPOSURE, state=State.OK)
        one(server)["startexposure"] = lambda _: one(server).update(imageready=True, camerastate=0)
        await shot(harness)

    shot_by(scene, server)
    assert len(server.puts("numx")) == 2


def test_a_readout_mode_that_changes_nothing_defines_nothing_anew(server):
    async def scene(harness):
        before = len(harness.said)
        await harness.request("READOUT_MODE", MODE_1=True)
        await harness.expect("READOUT_MODE", state=State.OK, MODE_1=True)
        await harness.dealt_with()
        return [one.name for one in harness.said[before:] if isinstance(one, Definition | DelProperty)]

    assert shot_by(scene, server) == []


@pytest.mark.parametrize("guides", [True, False])
def test_it_is_a_guider_only_if_it_takes_pulses(server, guides):
    one(server)["canpulseguide"] = guides

    async def scene(harness):
        said = int(harness.find("DRIVER_INFO").text("DRIVER_INTERFACE"))
        assert said == DriverInterface.CCD | (DriverInterface.GUIDER if guides else 0)
        assert has(harness, "TELESCOPE_TIMED_GUIDE_NS") is guides

    shot_by(scene, server)
