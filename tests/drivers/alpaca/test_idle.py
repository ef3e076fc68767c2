"""What an idle device of Platform 7 costs: at most a request a second, of whatever type it is."""

import pytest

from lightapt_drivers.alpaca.places import AlpacaType, Place
from lightapt_drivers.alpaca.program import device_for
from tests.drivers.alpaca.cameras import camera
from tests.drivers.alpaca.movers import members, played, until
from tests.drivers.alpaca.recorded import Recorded
from tests.drivers.alpaca.telescopes import telescope
from tests.drivers.alpaca.test_cover_calibrator import cover_calibrator
from tests.drivers.alpaca.test_dome import dome
from tests.drivers.alpaca.test_filter_wheel import wheel
from tests.drivers.alpaca.test_focuser import focuser
from tests.drivers.alpaca.test_observing_conditions import station
from tests.drivers.alpaca.test_rotator import rotator
from tests.drivers.alpaca.test_switch import switch

LOOKS = 5
SECOND = 1000
"""Of milliseconds, which POLLING_PERIOD is in."""


MORE = {AlpacaType.OBSERVING_CONDITIONS: {"timesincelastupdate"}}
"""An age that goes with each look, which then comes half as often: see `test_polling`."""


def safety_monitor(interface):
    return members("safetymonitor", interface, ["IsSafe"], issafe=True)


IDLE = {
    AlpacaType.CAMERA: camera,
    AlpacaType.COVER_CALIBRATOR: cover_calibrator,
    AlpacaType.DOME: dome,
    AlpacaType.FILTER_WHEEL: wheel,
    AlpacaType.FOCUSER: focuser,
    AlpacaType.OBSERVING_CONDITIONS: station,
    AlpacaType.ROTATOR: rotator,
    AlpacaType.SAFETY_MONITOR: safety_monitor,
    AlpacaType.SWITCH: switch,
    AlpacaType.TELESCOPE: telescope,
}


@pytest.mark.parametrize("kind", AlpacaType, ids=lambda kind: kind.value)
def test_a_look_at_it_is_one_request(kind):
    async def scene(harness):
        await until(server, lambda: server.count("devicestate") > LOOKS)  # what is asked once is over
        looks, since = server.count("devicestate"), len(server.asked)
        await until(server, lambda: server.count("devicestate") >= looks + LOOKS)
        asked = {asked.member for asked in server.asked[since:]}
        assert asked - MORE.get(kind, set()) == {"devicestate"}

    place = f"{kind.value}/0"
    with Recorded({place: IDLE[kind](kind.platform_7)}) as server:
        played(scene, type(device_for(server.place(place), name="It")), server, place)


@pytest.mark.parametrize("kind", AlpacaType, ids=lambda kind: kind.value)
def test_it_is_looked_at_no_more_than_once_a_second(kind):
    made = device_for(Place("127.0.0.1:1", kind), name="It")
    assert made.polling_period.value >= SECOND
