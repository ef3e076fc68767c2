"""Camera, cover, switches and weather of `alpaca-simulators`: connect, act, read back, and an error."""

import numpy as np
import pytest

from lightapt_drivers import State
from lightapt_drivers.alpaca.camera import AlpacaCamera
from lightapt_drivers.alpaca.cover_calibrator import AlpacaCoverCalibrator
from lightapt_drivers.alpaca.observing_conditions import AlpacaObservingConditions
from lightapt_drivers.alpaca.places import AlpacaType, Place
from lightapt_drivers.alpaca.switch import AlpacaSwitch
from tests.drivers.alpaca.cameras import shot
from tests.drivers.alpaca.movers import BOTH, has
from tests.drivers.alpaca.scenes import play_bridged

pytestmark = [pytest.mark.system, pytest.mark.parametrize("number", [0, 1], ids=BOTH)]


def play(scene, known, kind, simulators, number):
    return play_bridged(scene, known("It", place=Place(simulators, kind, number)), period=100)


def test_the_camera(simulators, number):
    async def scene(harness):
        await harness.expect("CCD_INFO", CCD_MAX_X=1024, CCD_MAX_Y=1024, CCD_BITSPERPIXEL=16)
        frame = {"X": 100, "Y": 200, "WIDTH": 400, "HEIGHT": 300}
        image = await shot(harness, 0.2, CCD_FRAME=frame, CCD_BINNING={"HOR_BIN": 2, "VER_BIN": 2})
        await harness.request("CCD_BINNING", HOR_BIN=1, VER_BIN=1)
        await harness.request("CCD_TEMPERATURE", CCD_TEMPERATURE_VALUE=-15)
        await harness.expect("CCD_TEMPERATURE", state=State.OK, CCD_TEMPERATURE_VALUE=-15)
        await harness.request("CCD_GAIN_NAMES", GAIN_4=True)
        await harness.expect("CCD_GAIN", state=State.OK, GAIN=5)  # the server tells a gain, and takes its index
        await harness.request("READOUT_MODE", MODE_2=True)
        await harness.expect("READOUT_MODE", state=State.OK, MODE_2=True)
        await harness.request("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_N=50)
        await harness.expect("TELESCOPE_TIMED_GUIDE_NS", state=State.OK)
        await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=4000)
        await harness.expect("CCD_EXPOSURE", state=State.ALERT)
        await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=2)
        await harness.expect("CCD_EXPOSURE", state=State.BUSY)
        await harness.request("CCD_ABORT_EXPOSURE", ABORT=True)
        await harness.expect("CCD_EXPOSURE", state=State.IDLE)
        return image

    image = play(scene, AlpacaCamera, AlpacaType.CAMERA, simulators, number)
    assert image.pixels.shape == (150, 200)
    assert image.pixels.dtype == np.uint16
    assert image.pixels.std() > 0
    assert image.header["XBINNING"] == 2


def test_the_cover(simulators, number):
    async def scene(harness):
        assert not has(harness, "FLAT_LIGHT_CONTROL")
        await harness.request("CAP_PARK", UNPARK=True)
        await harness.expect("CAP_PARK", state=State.OK, UNPARK=True)
        await harness.request("CAP_PARK", PARK=True)
        await harness.expect("CAP_PARK", state=State.OK, PARK=True)

    play(scene, AlpacaCoverCalibrator, AlpacaType.COVER_CALIBRATOR, simulators, number)


def test_the_switches(simulators, number):
    async def scene(harness):
        await harness.request("SWITCH_0", INDI_ENABLED=True)
        await harness.expect("SWITCH_0", state=State.OK, INDI_ENABLED=True)
        await harness.request("SWITCH_1", VALUE=0.3)
        await harness.expect("SWITCH_1", state=State.OK, VALUE=0.3)
        await harness.request("SWITCH_0", INDI_DISABLED=True)
        await harness.expect("SWITCH_0", state=State.OK, INDI_DISABLED=True)

    play(scene, AlpacaSwitch, AlpacaType.SWITCH, simulators, number)


def test_the_weather(simulators, number):
    async def scene(harness):
        await harness.expect("WEATHER_PARAMETERS", state=State.OK, WEATHER_TEMPERATURE=15, WEATHER_WIND_SPEED=3)
        assert len(harness.find("WEATHER_PARAMETERS").members) == 13
        await harness.request("WEATHER_AVERAGE", PERIOD=1)
        await harness.expect("WEATHER_AVERAGE", state=State.OK, PERIOD=1)
        await harness.expect("WEATHER_AGES", RainRate=1)

    play(scene, AlpacaObservingConditions, AlpacaType.OBSERVING_CONDITIONS, simulators, number)
