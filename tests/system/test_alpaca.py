"""The Alpaca bridge under our hub: devices that are found, one that is named, and servers that fail."""

import asyncio
from contextlib import suppress

import psutil
import pytest

from lightapt_protocol.vocabulary import State
from tests.drivers.alpaca.recorded import GARBAGE, Recorded, Slow, device
from tests.drivers.alpaca.responder import responding

from .alpaca_hub import PATIENCE, connected, hub, seen, served

pytestmark = pytest.mark.system

OFTEN = 100
"""Milliseconds between two looks at a device, where a test waits for what they show."""
MANAGED = [
    {"DeviceName": "Roof", "DeviceType": "SafetyMonitor", "DeviceNumber": 0, "UniqueID": "u-0"},
    {"DeviceName": "Rain", "DeviceType": "SafetyMonitor", "DeviceNumber": 1, "UniqueID": "u-1"},
]


@pytest.fixture
def alpaca():
    with recorded() as server:
        yield server


def recorded(**options):
    devices = {
        "safetymonitor/0": device(3, issafe=True, state=["IsSafe"]),
        "safetymonitor/1": device(1, issafe=False),
    }
    return Recorded(devices, managed=[dict(one) for one in MANAGED], **options)


def named(server):
    return "--address", server.address, "--type", "safetymonitor", "--number", "0", "--name", "Roof"


def test_a_named_device_is_bridged_from_end_to_end(stage, alpaca):
    async def scene(indi):
        roof = await connected(indi, "Roof", period=OFTEN)
        await roof["SAFETY_STATUS"].wait(state=State.OK, timeout=PATIENCE)
        alpaca.devices["safetymonitor/0"]["issafe"] = False
        await roof["SAFETY_STATUS"].wait(state=State.ALERT, timeout=PATIENCE)
        assert (await roof["ALPACA_INFO"].ready(timeout=PATIENCE)).text("NAME") == "A device"
        await roof.disconnect()

    with hub(stage, *named(alpaca)) as address:
        seen(address, scene)
    assert alpaca.devices["safetymonitor/0"]["connected"] is False


def test_a_named_device_needs_neither_discovery_nor_management(stage, alpaca):
    alpaca.managed = None

    async def scene(indi):
        roof = await connected(indi, "Roof")
        await roof["SAFETY_STATUS"].wait(state=State.OK, timeout=PATIENCE)

    with hub(stage, *named(alpaca)) as address:
        seen(address, scene)


def test_a_server_that_fails_is_alert_and_found_again(stage, alpaca):
    async def scene(indi):
        roof = await connected(indi, "Roof", period=OFTEN)
        await roof["SAFETY_STATUS"].wait(state=State.OK, timeout=PATIENCE)
        alpaca.fault = GARBAGE
        await roof["CONNECTION"].wait(state=State.ALERT, timeout=PATIENCE)
        await roof["SAFETY_STATUS"].wait(state=State.ALERT, timeout=PATIENCE)
        alpaca.fault = None
        await roof["CONNECTION"].wait(state=State.OK, timeout=PATIENCE)
        await asyncio.to_thread(alpaca.stop)
        await roof["CONNECTION"].wait(state=State.ALERT, timeout=PATIENCE)
        alpaca.start()
        await roof["CONNECTION"].wait(state=State.OK, timeout=PATIENCE)
        await roof["SAFETY_STATUS"].wait(state=State.OK, timeout=PATIENCE)

    with hub(stage, *named(alpaca)) as address:
        seen(address, scene)


def test_a_server_that_is_slow_does_not_hold_up_the_end(stage, alpaca):
    async def scene(indi):
        await connected(indi, "Roof", period=OFTEN)
        alpaca.fault = Slow(120)
        before = len(alpaca.asked)
        await asyncio.to_thread(wait_for, alpaca, lambda: len(alpaca.asked) > before)

    with served(stage, *named(alpaca)) as server:
        seen("{}:{}".format(*server.address), scene)
        drivers = bridges(server)
        assert drivers
    _, left = psutil.wait_procs(drivers, timeout=PATIENCE)
    assert not left


def wait_for(alpaca, is_so):
    with alpaca.came:
        assert alpaca.came.wait_for(is_so, PATIENCE)


def bridges(server):
    """Return the processes that a hub has started to bridge devices."""
    started = psutil.Process(server.pid).children(recursive=True)
    return [one for one in started if "alpaca.program" in words_of(one)]


def words_of(process):
    """Return a process' command line; nothing where it has ended meanwhile."""
    with suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""


def test_what_is_found_on_the_network_is_bridged_by_a_process_each(stage):
    def kill_rain(server):
        (rain,) = (one for one in bridges(server) if "Rain" in words_of(one))
        rain.kill()

    async def scene(indi):
        offering = await indi.device("Alpaca", timeout=PATIENCE)
        roof, rain = await asyncio.gather(connected(indi, "Roof"), connected(indi, "Rain"))
        await roof["SAFETY_STATUS"].wait(state=State.OK, timeout=PATIENCE)
        await rain["SAFETY_STATUS"].wait(state=State.ALERT, timeout=PATIENCE)
        await offering["ALPACA_RUNNING"].wait(timeout=PATIENCE, **{"u-0": State.OK, "u-1": State.OK})
        kill_rain(server)
        await offering["ALPACA_RUNNING"].wait(timeout=PATIENCE, **{"u-0": State.OK, "u-1": State.ALERT})
        await connected(indi, "Rain")
        await roof["SAFETY_STATUS"].wait(state=State.OK, timeout=PATIENCE)

    with recorded(host="0.0.0.0") as alpaca, responding({"AlpacaPort": alpaca.port}) as responder:
        with served(stage, "--discovery-port", str(responder.port)) as server:
            seen("{}:{}".format(*server.address), scene)
            drivers = bridges(server)
        _, left = psutil.wait_procs(drivers, timeout=PATIENCE)
    assert not left


def test_a_device_that_is_switched_off_is_gone_and_stays_so(stage, alpaca):
    name = f"Alpaca 127-0-0-1 {alpaca.port}"

    async def switch_off(indi):
        offering = await indi.device(name, timeout=PATIENCE)
        await indi.device("Rain", timeout=PATIENCE)
        await offering["ALPACA_DEVICES"].set({"u-1": False})
        await offering["ALPACA_RUNNING"].wait(timeout=PATIENCE, **{"u-1": State.IDLE})
        assert "Rain" not in indi.mirror.devices

    async def look_again(indi):
        offering = await indi.device(name, timeout=PATIENCE)
        await offering["ALPACA_RUNNING"].wait(timeout=PATIENCE, **{"u-0": State.OK, "u-1": State.IDLE})
        await indi.device("Roof", timeout=PATIENCE)
        assert "Rain" not in indi.mirror.devices

    for scene in (switch_off, look_again):
        with hub(stage, "--address", alpaca.address) as address:
            seen(address, scene)
