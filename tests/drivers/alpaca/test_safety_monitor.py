"""An Alpaca safety monitor: what it says is the status, and whoever does not answer is not safe."""

import pytest

from lightapt_drivers import State
from lightapt_drivers.alpaca import look
from lightapt_drivers.alpaca.safety_monitor import AlpacaSafetyMonitor
from tests.drivers.alpaca.movers import looks
from tests.drivers.alpaca.recorded import GARBAGE, NOT_OFFERED, Recorded, Refusal, device
from tests.drivers.alpaca.scenes import AMPLE, play_bridged
from tests.drivers.kit.scenes import said_of, value

DEVICE = "safetymonitor/0"


@pytest.fixture(params=[1, 3], ids=["before Platform 7", "Platform 7"])
def server(request):
    monitor = device(request.param, issafe=True)
    if request.param == 3:
        monitor["state"] = ["IsSafe"]
    with Recorded({DEVICE: monitor}) as server:
        yield server


def played(scene, server):
    class Quick(AlpacaSafetyMonitor):
        reconnect_after = (0.02,)

    return play_bridged(scene, Quick("Monitor", place=server.place(DEVICE), limits=AMPLE))


def test_what_the_device_says_is_the_status(server):
    async def scene(harness):
        await harness.expect("SAFETY_STATUS", state=State.OK)
        server.devices[DEVICE]["issafe"] = False
        await harness.expect("SAFETY_STATUS", state=State.ALERT)
        await harness.expect("WEATHER_PARAMETERS", WEATHER_SAFETY=0)
        server.devices[DEVICE]["issafe"] = True
        await harness.expect("SAFETY_STATUS", state=State.OK)

    played(scene, server)


def test_a_server_that_answers_garbage_is_not_safe_until_it_is_itself_again(server):
    async def scene(harness):
        await harness.expect("SAFETY_STATUS", state=State.OK)
        server.fault = GARBAGE
        await harness.expect("SAFETY_STATUS", state=State.ALERT)
        await harness.expect("CONNECTION", state=State.ALERT)
        server.fault = None
        await harness.expect("CONNECTION", state=State.OK)
        await harness.expect("SAFETY_STATUS", state=State.OK)

    played(scene, server)


def test_a_device_that_fails_is_not_safe_at_once_and_safe_again_at_once(server):
    async def scene(harness):
        await harness.request("WEATHER_UPDATE", PERIOD=0)
        await harness.expect("SAFETY_STATUS", state=State.OK)
        broken = Refusal(0x500, "the sensor is loose")
        names = server.devices[DEVICE].pop("state", None)
        server.devices[DEVICE].update(issafe=broken, devicestate=broken)
        await harness.expect("SAFETY_STATUS", state=State.ALERT)
        server.devices[DEVICE]["issafe"] = True
        if names:
            server.devices[DEVICE]["state"] = names
        await harness.expect("SAFETY_STATUS", state=State.OK)

    played(scene, server)


def test_a_device_that_does_not_tell_is_not_safe(server):
    server.devices[DEVICE]["issafe"] = NOT_OFFERED
    server.devices[DEVICE].pop("state", None)

    async def scene(harness):
        await harness.expect("SAFETY_STATUS", state=State.ALERT)

    played(scene, server)


def test_it_is_shown_with_what_the_device_says_from_the_start(server):
    async def scene(harness):
        return said_of("WEATHER_PARAMETERS", harness.said)[0]

    shown = played(scene, server)
    assert (shown.state, value(shown, "WEATHER_SAFETY")) == (State.OK, 1)


def test_a_silent_server_is_not_waited_for_as_long_as_others(server):
    assert AlpacaSafetyMonitor("Monitor", place=server.place(DEVICE))._alpaca_limits.look <= 3


def test_a_sensor_that_was_lost_for_long_is_heard_of_as_soon_as_it_is_back(server, monkeypatch):
    monkeypatch.setattr(look, "_AGAIN", 1e9)

    async def scene(harness):
        await harness.expect("SAFETY_STATUS", state=State.OK)
        server.devices[DEVICE].pop("state", None)
        server.devices[DEVICE].update(issafe=Refusal(0x500, "the sensor is loose"), devicestate=[])
        await harness.expect("SAFETY_STATUS", state=State.ALERT)
        await looks(server, "issafe", 10)
        server.devices[DEVICE]["issafe"] = True
        await harness.expect("SAFETY_STATUS", state=State.OK)

    played(scene, server)


def test_one_that_is_looked_at_seldom_is_asked_when_it_is_time(server):
    async def scene(harness):
        await harness.expect("SAFETY_STATUS", state=State.OK)
        server.devices[DEVICE]["issafe"] = False
        await harness.request("WEATHER_REFRESH", REFRESH=True)
        await harness.expect("WEATHER_REFRESH", state=State.OK)
        await harness.expect("SAFETY_STATUS", state=State.ALERT)
        assert not any("has not answered" in said for said in harness.notices)

    play_bridged(scene, AlpacaSafetyMonitor("Monitor", place=server.place(DEVICE), limits=AMPLE), period=60_000)
