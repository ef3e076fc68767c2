"""Each type of device against a third party's Alpaca server: connect, act, read back, and an error.

`SCENES` is the table. All are played at the same time, once, and each test tells of one.
"""

import asyncio
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import numpy as np
import pytest

from lightapt_drivers import State
from lightapt_drivers.alpaca.places import AlpacaType, Place
from lightapt_drivers.alpaca.program import device_for
from lightapt_drivers.testing import Harness
from tests.drivers.alpaca.cameras import shot
from tests.drivers.alpaca.movers import BOTH

pytestmark = pytest.mark.system

PATIENCE = 60.0
OFTEN = 100
"""Milliseconds between two looks."""


async def focuser(harness, _):
    await harness.expect("FOCUS_MAX", FOCUS_MAX_VALUE=100_000)
    for target in (12_500, 10_000):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=target)
        await harness.expect("ABS_FOCUS_POSITION", state=State.OK, FOCUS_ABSOLUTE_POSITION=target)
    await harness.request("FOCUS_TEMPERATURE_COMPENSATION", INDI_ENABLED=True)
    await harness.expect("FOCUS_TEMPERATURE_COMPENSATION", state=State.OK, INDI_ENABLED=True)
    await harness.request("FOCUS_TEMPERATURE_COMPENSATION", INDI_DISABLED=True)
    await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=100_001)
    await harness.expect("ABS_FOCUS_POSITION", state=State.ALERT, FOCUS_ABSOLUTE_POSITION=10_000)


async def rotator(harness, _):
    for target in (75, 10):
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=target)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.OK, ANGLE=target)
    await harness.request("SYNC_ROTATOR_ANGLE", ANGLE=20)
    await harness.expect("ABS_ROTATOR_ANGLE", ANGLE=20)
    await harness.expect("ROTATOR_MECHANICAL_ANGLE", ANGLE=10)
    await harness.request("ROTATOR_REVERSE", INDI_ENABLED=True)
    await harness.expect("ROTATOR_REVERSE", state=State.OK, INDI_ENABLED=True)
    await harness.request("ROTATOR_LIMITS", ROTATOR_LIMITS_VALUE=90)
    await harness.request("ABS_ROTATOR_ANGLE", ANGLE=180)
    await harness.expect("ABS_ROTATOR_ANGLE", state=State.ALERT, ANGLE=20)


async def filter_wheel(harness, _):
    await harness.expect("FILTER_NAME", FILTER_SLOT_NAME_1="Red", FILTER_SLOT_NAME_5="Luminance")
    await harness.expect("FILTER_FOCUS_OFFSETS", FILTER_OFFSET_1=-100, FILTER_OFFSET_5=100)
    for slot in (5, 2):
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=slot)
        await harness.expect("FILTER_SLOT", state=State.OK, FILTER_SLOT_VALUE=slot)
    await harness.request("FILTER_NAME", FILTER_SLOT_NAME_1="Ha")
    await harness.expect("FILTER_NAME", state=State.ALERT, FILTER_SLOT_NAME_1="Red")


async def dome(harness, _):
    await harness.request("DOME_PARK", UNPARK=True)
    await harness.expect("DOME_PARK", state=State.OK, UNPARK=True)
    await harness.request("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=120)
    await harness.expect("ABS_DOME_POSITION", state=State.BUSY)
    await harness.expect("ABS_DOME_POSITION", state=State.OK, DOME_ABSOLUTE_POSITION=120)
    await harness.request("DOME_SHUTTER", SHUTTER_OPEN=True)
    await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_OPEN=True)
    await harness.request("DOME_ALTITUDE", ALTITUDE=70)
    await harness.expect("DOME_ALTITUDE", state=State.OK, ALTITUDE=70)
    await harness.request("DOME_HOME", DOME_HOME_FIND=True)
    await harness.expect("DOME_AT_HOME", AT_HOME=True)
    await harness.request("DOME_SHUTTER", SHUTTER_CLOSE=True)
    await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_CLOSE=True)
    await harness.request("DOME_PARK", PARK=True)
    await harness.expect("DOME_PARK", state=State.OK, PARK=True)
    await harness.request("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=10)
    await harness.expect("ABS_DOME_POSITION", state=State.ALERT)


async def telescope(harness, _):
    await harness.request("TELESCOPE_PARK", UNPARK=True)
    await harness.expect("TELESCOPE_PARK", state=State.OK, UNPARK=True)
    await harness.request("GEOGRAPHIC_COORD", LAT=45, LONG=350, ELEV=200)
    await harness.expect("GEOGRAPHIC_COORD", state=State.OK, LAT=45, LONG=350)
    await harness.request("TELESCOPE_TRACK_STATE", TRACK_ON=True)
    start = harness.find("EQUATORIAL_EOD_COORD").number("DEC")
    dec = 30 if start > 50 or start < 10 else 60
    await harness.request("EQUATORIAL_EOD_COORD", RA=4, DEC=dec)
    await harness.expect("EQUATORIAL_EOD_COORD", state=State.BUSY)
    await harness.expect("EQUATORIAL_EOD_COORD", state=State.OK, RA=4, DEC=dec)
    await harness.expect("TELESCOPE_TRACK_STATE", TRACK_ON=True)
    await harness.request("ON_COORD_SET", SYNC=True)
    await harness.request("EQUATORIAL_EOD_COORD", RA=4.5, DEC=dec + 1)
    await harness.expect("EQUATORIAL_EOD_COORD", state=State.OK, RA=4.5, DEC=dec + 1)
    await harness.request("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_N=100)
    await harness.expect("TELESCOPE_TIMED_GUIDE_NS", state=State.OK)
    await harness.request("TELESCOPE_TRACK_MODE", TRACK_LUNAR=True)
    await harness.expect("TELESCOPE_TRACK_MODE", state=State.OK, TRACK_LUNAR=True)
    await harness.request("TELESCOPE_TRACK_MODE", TRACK_SIDEREAL=True)
    await harness.request("TELESCOPE_MOTION_NS", MOTION_NORTH=True)
    await harness.expect("TELESCOPE_MOTION_NS", state=State.BUSY)
    await harness.request("TELESCOPE_MOTION_NS", MOTION_NORTH=False)
    await harness.request("TELESCOPE_HOME", FIND=True)
    await harness.expect("TELESCOPE_HOME", state=State.OK)
    await harness.request("TELESCOPE_PARK", PARK=True)
    await harness.expect("TELESCOPE_PARK", state=State.OK, PARK=True)
    await harness.request("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_N=100)
    await harness.expect("TELESCOPE_TIMED_GUIDE_NS", state=State.ALERT)


async def camera(harness, _):
    await harness.expect("CCD_INFO", CCD_MAX_X=1024, CCD_MAX_Y=1024, CCD_BITSPERPIXEL=16)
    frame = {"X": 100, "Y": 200, "WIDTH": 400, "HEIGHT": 300}
    image = await shot(harness, 0.2, CCD_FRAME=frame, CCD_BINNING={"HOR_BIN": 2, "VER_BIN": 2})
    assert image.pixels.shape == (150, 200)
    assert image.pixels.dtype == np.uint16
    assert image.pixels.std() > 0
    assert image.header["XBINNING"] == 2
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
    await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=60)
    await harness.expect("CCD_EXPOSURE", state=State.BUSY)
    await harness.request("CCD_ABORT_EXPOSURE", ABORT=True)
    await harness.expect("CCD_EXPOSURE", state=State.IDLE)


async def cover(harness, _):
    await harness.request("CAP_PARK", UNPARK=True)
    await harness.expect("CAP_PARK", state=State.OK, UNPARK=True)
    await harness.request("CAP_PARK", PARK=True)
    await harness.expect("CAP_PARK", state=State.OK, PARK=True)
    await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
    await harness.expect("FLAT_LIGHT_INTENSITY", FLAT_LIGHT_INTENSITY_VALUE=255)
    await harness.request("FLAT_LIGHT_INTENSITY", FLAT_LIGHT_INTENSITY_VALUE=40)
    await harness.expect("FLAT_LIGHT_INTENSITY", state=State.OK, FLAT_LIGHT_INTENSITY_VALUE=40)
    await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_OFF=True)
    await harness.expect("FLAT_LIGHT_CONTROL", state=State.OK, FLAT_LIGHT_OFF=True)
    await harness.request("FLAT_LIGHT_INTENSITY", FLAT_LIGHT_INTENSITY_VALUE=256)
    await harness.expect("FLAT_LIGHT_INTENSITY", state=State.ALERT)


async def switch(harness, _):
    await harness.request("SWITCH_0", INDI_ENABLED=True)
    await harness.expect("SWITCH_0", state=State.OK, INDI_ENABLED=True)
    await harness.request("SWITCH_1", VALUE=0.3)
    await harness.expect("SWITCH_1", state=State.OK, VALUE=0.3)
    await harness.request("SWITCH_1", VALUE=1.5)
    await harness.expect("SWITCH_1", state=State.ALERT, VALUE=0.3)
    await harness.request("SWITCH_0", INDI_DISABLED=True)
    await harness.expect("SWITCH_0", state=State.OK, INDI_DISABLED=True)


async def weather(harness, _):
    await harness.expect("WEATHER_PARAMETERS", state=State.OK, WEATHER_TEMPERATURE=15, WEATHER_PRESSURE=1013.25)
    assert len(harness.find("WEATHER_PARAMETERS").members) == 13
    await harness.request("WEATHER_AVERAGE", PERIOD=1)
    await harness.expect("WEATHER_AVERAGE", state=State.OK, PERIOD=1)
    await harness.expect("WEATHER_AGES", RainRate=1)
    await harness.request("WEATHER_AVERAGE", PERIOD=-1)
    await harness.expect("WEATHER_AVERAGE", state=State.ALERT, PERIOD=1)


async def safety_monitor(harness, place):
    await harness.expect("SAFETY_STATUS", state=State.OK)
    for is_safe, state in ((False, State.ALERT), (True, State.OK)):
        await asyncio.to_thread(_make_safe, place, is_safe)
        await harness.expect("SAFETY_STATUS", state=state)


def _make_safe(place, is_safe):
    url = f"http://{place.address}/api/v1/safetymonitor/{place.number}/issafe"
    request = Request(url, data=urlencode({"IsSafe": is_safe}).encode(), method="PUT")
    build_opener(ProxyHandler({})).open(request, timeout=PATIENCE).close()


SCENES = {
    AlpacaType.CAMERA: camera,
    AlpacaType.COVER_CALIBRATOR: cover,
    AlpacaType.DOME: dome,
    AlpacaType.FILTER_WHEEL: filter_wheel,
    AlpacaType.FOCUSER: focuser,
    AlpacaType.OBSERVING_CONDITIONS: weather,
    AlpacaType.ROTATOR: rotator,
    AlpacaType.SAFETY_MONITOR: safety_monitor,
    AlpacaType.SWITCH: switch,
    AlpacaType.TELESCOPE: telescope,
}


@pytest.fixture(scope="module")
def outcomes(simulators):
    """What came of each scene: nothing, or what was raised."""
    places = [Place(simulators, kind, number) for kind in SCENES for number in range(len(BOTH))]

    async def all_at_once():
        return await asyncio.gather(*map(_played, places), return_exceptions=True)

    return dict(zip(places, asyncio.run(all_at_once()), strict=True))


async def _played(place):
    async with Harness(device_for(place, name="It"), patience=PATIENCE) as harness:
        await harness.request("POLLING_PERIOD", PERIOD_MS=OFTEN)
        await harness.connect()
        await SCENES[place.type](harness, place)


@pytest.mark.parametrize("number", range(len(BOTH)), ids=BOTH)
@pytest.mark.parametrize("kind", SCENES, ids=lambda kind: kind.value)
def test_it_connects_acts_reads_back_and_refuses(simulators, outcomes, kind, number):
    if (raised := outcomes[Place(simulators, kind, number)]) is not None:
        raise raised
