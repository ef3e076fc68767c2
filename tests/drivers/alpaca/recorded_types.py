"""A recorded device of each of the ten types, by the interface version that it is to have."""

from lightapt_drivers.alpaca.places import AlpacaType
from tests.drivers.alpaca.cameras import camera
from tests.drivers.alpaca.movers import members
from tests.drivers.alpaca.telescopes import telescope
from tests.drivers.alpaca.test_cover_calibrator import cover_calibrator
from tests.drivers.alpaca.test_dome import dome
from tests.drivers.alpaca.test_filter_wheel import wheel
from tests.drivers.alpaca.test_focuser import focuser
from tests.drivers.alpaca.test_observing_conditions import station
from tests.drivers.alpaca.test_rotator import rotator
from tests.drivers.alpaca.test_switch import switch


def safety_monitor(interface):
    return members("safetymonitor", interface, ["IsSafe"], issafe=True)


RECORDED_TYPES = {
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
