"""Each type of device that moves, against a third party's Alpaca server: connect, act, read back, and an error."""

import pytest

from lightapt_drivers import State
from lightapt_drivers.alpaca.dome import AlpacaDome
from lightapt_drivers.alpaca.filter_wheel import AlpacaFilterWheel
from lightapt_drivers.alpaca.focuser import AlpacaFocuser
from lightapt_drivers.alpaca.places import AlpacaType, Place
from lightapt_drivers.alpaca.rotator import AlpacaRotator
from lightapt_drivers.alpaca.telescope import AlpacaTelescope
from tests.drivers.alpaca.movers import BOTH
from tests.drivers.alpaca.scenes import play_bridged

pytestmark = [pytest.mark.system, pytest.mark.parametrize("number", [0, 1], ids=BOTH)]


def played(scene, known, simulators, kind, number):
    return play_bridged(scene, known("It", place=Place(simulators, kind, number)))


def test_a_focuser_is_moved_and_refuses_what_is_out_of_its_range(simulators, number):
    async def scene(harness):
        await harness.expect("FOCUS_MAX", FOCUS_MAX_VALUE=100_000)
        for target in (12_500, 10_000):
            await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=target)
            await harness.expect("ABS_FOCUS_POSITION", state=State.OK, FOCUS_ABSOLUTE_POSITION=target)
        await harness.request("FOCUS_TEMPERATURE_COMPENSATION", INDI_ENABLED=True)
        await harness.expect("FOCUS_TEMPERATURE_COMPENSATION", state=State.OK, INDI_ENABLED=True)
        await harness.request("FOCUS_TEMPERATURE_COMPENSATION", INDI_DISABLED=True)
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=100_001)
        await harness.expect("ABS_FOCUS_POSITION", state=State.ALERT, FOCUS_ABSOLUTE_POSITION=10_000)

    played(scene, AlpacaFocuser, simulators, AlpacaType.FOCUSER, number)


def test_a_rotator_turns_is_synced_and_reversed(simulators, number):
    async def scene(harness):
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

    played(scene, AlpacaRotator, simulators, AlpacaType.ROTATOR, number)


def test_a_filter_wheel_changes_filters_and_refuses_to_rename_them(simulators, number):
    async def scene(harness):
        await harness.expect("FILTER_NAME", FILTER_SLOT_NAME_1="Red", FILTER_SLOT_NAME_5="Luminance")
        await harness.expect("FILTER_FOCUS_OFFSETS", FILTER_OFFSET_1=-100, FILTER_OFFSET_5=100)
        for slot in (5, 2):
            await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=slot)
            await harness.expect("FILTER_SLOT", state=State.OK, FILTER_SLOT_VALUE=slot)
        await harness.request("FILTER_NAME", FILTER_SLOT_NAME_1="Ha")
        await harness.expect("FILTER_NAME", state=State.ALERT, FILTER_SLOT_NAME_1="Red")

    played(scene, AlpacaFilterWheel, simulators, AlpacaType.FILTER_WHEEL, number)


def test_a_dome_turns_opens_goes_home_and_parks(simulators, number):
    async def scene(harness):
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

    played(scene, AlpacaDome, simulators, AlpacaType.DOME, number)


def test_a_telescope_slews_tracks_is_guided_and_parks(simulators, number):
    async def scene(harness):
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

    played(scene, AlpacaTelescope, simulators, AlpacaType.TELESCOPE, number)
