"""A safety monitor is a weather device to clients, and unsafe whenever it is not known to be safe."""

import pytest

from lightapt_drivers import DriverInterface, HardwareError
from lightapt_drivers.kinds.safety_monitor import SafetyMonitor
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play


class Puppet(SafetyMonitor):
    """A monitor that says what a test says."""

    device_name = "Safety"

    def __init__(self, safe=True):
        super().__init__()
        self.safe = safe

    async def is_safe(self):
        if isinstance(self.safe, Exception):
            raise self.safe
        return self.safe


def played(scene, safe=True):
    monitor = Puppet(safe)
    return play(lambda harness: scene(harness, monitor), monitor)


def test_clients_take_it_for_a_weather_device():
    async def scene(harness, _):
        return int(harness.find("DRIVER_INFO").text("DRIVER_INTERFACE"))

    assert played(scene) == DriverInterface.WEATHER


@pytest.mark.parametrize(("safe", "state"), [(True, State.OK), (False, State.ALERT), (HardwareError("?"), State.ALERT)])
def test_what_is_not_known_to_be_safe_is_not_safe(safe, state):
    async def scene(harness, _):
        await harness.expect("WEATHER_STATUS", state=state, WEATHER_SAFETY=state)
        await harness.expect("SAFETY_STATUS", state=state, SAFETY=state)

    played(scene, safe)


def test_a_change_may_be_told_at_once():
    async def scene(harness, monitor):
        await harness.expect("WEATHER_STATUS", state=State.OK)
        monitor.safety_is(False)
        await harness.expect("WEATHER_STATUS", state=State.ALERT)
        await harness.expect("WEATHER_PARAMETERS", WEATHER_SAFETY=0)
        monitor.safety_is(True)
        await harness.expect("WEATHER_STATUS", state=State.OK)
        return [notice.split("] ")[-1] for notice in harness.notices if "safe" in notice]

    assert played(scene) == ["it is not safe to observe", "it is safe to observe again"]


def test_nobody_can_change_what_is_safe():
    async def scene(harness, _):
        return harness.mirror.find("Safety", "WEATHER_SAFETY")

    assert played(scene) is None
