"""The Alpaca bridge under our hub: devices that are found, one that is named, and servers that fail."""

import asyncio
import os
import subprocess
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import psutil
import pytest

from lightapt_clients import connect
from lightapt_protocol.vocabulary import State
from tests.drivers.alpaca.recorded import GARBAGE, Recorded, Slow, device
from tests.drivers.alpaca.responder import responding
from tests.drivers.alpaca.simulators import simulators_served

from .rig import LIGHTAPT_SERVER

pytestmark = pytest.mark.system

PATIENCE = 30.0
MANAGED = [
    {"DeviceName": "Roof", "DeviceType": "SafetyMonitor", "DeviceNumber": 0, "UniqueID": "u-0"},
    {"DeviceName": "Rain", "DeviceType": "SafetyMonitor", "DeviceNumber": 1, "UniqueID": "u-1"},
]


@pytest.fixture
def alpaca():
    devices = {
        "safetymonitor/0": device(3, issafe=True, state=["IsSafe"]),
        "safetymonitor/1": device(1, issafe=False),
    }
    with Recorded(devices, managed=[dict(one) for one in MANAGED]) as server:
        yield server


@pytest.fixture(scope="module")
def simulators(tmp_path_factory):
    with simulators_served(tmp_path_factory.mktemp("simulators")) as address:
        yield address


@contextmanager
def hub(stage, *words):
    """A hub with the bridge, and its address for clients."""
    home = {"HOME": str(stage.folder), "XDG_CONFIG_HOME": str(stage.folder / "config")}
    driver = f"alpaca {' '.join(words)}"
    server = stage.run(*LIGHTAPT_SERVER, "-v", "--port", "0", "--driver", driver, **home).listening()
    host, port = server.address
    try:
        yield f"{host}:{port}"
    finally:
        server.close()


def seen(address, scene):
    """Return what a client sees of a hub."""

    async def whole():
        async with asyncio.timeout(2 * PATIENCE), connect(address) as indi:
            return await scene(indi)

    return asyncio.run(whole())


async def connected(indi, name):
    found = await indi.device(name, timeout=PATIENCE)
    await found.connect()
    return found


def named(server, number=0, name="Roof"):
    return "--address", server, "--type", "safetymonitor", "--number", str(number), "--name", name


def test_a_named_device_is_bridged_from_end_to_end(stage, alpaca):
    async def scene(indi):
        roof = await connected(indi, "Roof")
        await roof["SAFETY_STATUS"].wait(state=State.OK, timeout=PATIENCE)
        alpaca.devices["safetymonitor/0"]["issafe"] = False
        await roof["SAFETY_STATUS"].wait(state=State.ALERT, timeout=PATIENCE)
        assert (await roof["ALPACA_INFO"].ready()).text("NAME") == "A device"
        await roof.disconnect()

    with hub(stage, *named(alpaca.address)) as address:
        seen(address, scene)
    assert alpaca.devices["safetymonitor/0"]["connected"] is False


def test_a_named_device_needs_neither_discovery_nor_management(stage, alpaca):
    alpaca.managed = None

    async def scene(indi):
        roof = await connected(indi, "Roof")
        await roof["SAFETY_STATUS"].wait(state=State.OK, timeout=PATIENCE)

    with hub(stage, *named(alpaca.address)) as address:
        seen(address, scene)


def test_a_server_that_fails_is_alert_and_found_again(stage, alpaca):
    async def scene(indi):
        roof = await connected(indi, "Roof")
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

    with hub(stage, *named(alpaca.address)) as address:
        seen(address, scene)


def test_a_server_that_is_slow_does_not_hold_up_the_end(stage, alpaca):
    async def scene(indi):
        await connected(indi, "Roof")
        alpaca.fault = Slow(120)
        before = len(alpaca.asked)
        while len(alpaca.asked) == before:
            await asyncio.to_thread(next_request, alpaca)

    with hub(stage, *named(alpaca.address)) as address:
        seen(address, scene)
        children = psutil.Process().children(recursive=True)
    _, left = psutil.wait_procs(children, timeout=PATIENCE)
    assert not left


def next_request(alpaca):
    with alpaca.came:
        alpaca.came.wait(1)


def test_what_is_found_on_the_network_is_bridged_by_a_process_each(stage, alpaca):
    port = int(alpaca.address.rpartition(":")[2])

    async def scene(indi):
        offering = await indi.device("Alpaca", timeout=PATIENCE)
        roof, rain = await connected(indi, "Roof"), await connected(indi, "Rain")
        await roof["SAFETY_STATUS"].wait(state=State.OK, timeout=PATIENCE)
        await rain["SAFETY_STATUS"].wait(state=State.ALERT, timeout=PATIENCE)
        await offering["ALPACA_RUNNING"].wait(timeout=PATIENCE, **{"u-0": State.OK, "u-1": State.OK})
        for process in bridges():
            if "Rain" in " ".join(process.cmdline()):
                process.kill()
        await offering["ALPACA_RUNNING"].wait(timeout=PATIENCE, **{"u-0": State.OK, "u-1": State.ALERT})
        await connected(indi, "Rain")
        await roof["SAFETY_STATUS"].wait(state=State.OK)

    with (
        responding({"AlpacaPort": port}) as responder,
        everywhere(alpaca),
        hub(stage, "--discovery-port", str(responder.port)) as address,
    ):
        seen(address, scene)
    assert not bridges()


@contextmanager
def everywhere(alpaca):
    """Have the server listen on all addresses of this host: discovery tells one that others know."""
    alpaca.stop()
    alpaca.host = "0.0.0.0"
    alpaca.start()
    yield


def bridges():
    """Return the processes that bridge a device for this one's hub."""
    return [one for one in psutil.Process().children(recursive=True) if "alpaca.program" in " ".join(one.cmdline())]


def test_a_device_that_is_switched_off_is_gone_and_stays_so(stage, alpaca):
    async def switch_off(indi):
        offering = await indi.device(f"Alpaca {alpaca.address}", timeout=PATIENCE)
        await indi.device("Rain", timeout=PATIENCE)
        await offering["ALPACA_DEVICES"].set({"u-1": False})
        await offering["ALPACA_RUNNING"].wait(timeout=PATIENCE, **{"u-1": State.IDLE})
        assert "Rain" not in indi.mirror.devices

    async def look_again(indi):
        offering = await indi.device(f"Alpaca {alpaca.address}", timeout=PATIENCE)
        await offering["ALPACA_RUNNING"].wait(timeout=PATIENCE, **{"u-0": State.OK, "u-1": State.IDLE})
        await indi.device("Roof", timeout=PATIENCE)
        assert "Rain" not in indi.mirror.devices

    for scene in (switch_off, look_again):
        with hub(stage, "--address", alpaca.address) as address:
            seen(address, scene)


def test_pyindi_client_sees_how_safe_it_is(stage, alpaca):
    if find_spec("PyIndi") is None:
        (pytest.fail if os.environ.get("LIGHTAPT_CI") == "1" else pytest.skip)("pyindi-client is not installed")
    script = Path(__file__).with_name("pyindi_safety.py")
    with hub(stage, "--address", alpaca.address) as address:
        for name, status in (("Roof", "Ok"), ("Rain", "Alert")):
            command = [sys.executable, str(script), *address.split(":"), name]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
            assert done.stdout.split() == [status], done


@pytest.mark.parametrize("number", [0, 1], ids=["before Platform 7", "Platform 7"])
def test_the_safety_monitor_of_alpaca_simulators(stage, simulators, number):
    def is_safe(safe):
        data = urlencode({"IsSafe": safe, "ClientID": 1, "ClientTransactionID": 1}).encode()
        url = f"http://{simulators}/api/v1/safetymonitor/{number}/issafe"
        build_opener(ProxyHandler({})).open(Request(url, data=data, method="PUT"), timeout=PATIENCE).close()

    async def scene(indi):
        roof = await connected(indi, "Roof")
        for safe, state in ((True, State.OK), (False, State.ALERT), (True, State.OK)):
            await asyncio.to_thread(is_safe, safe)
            await roof["SAFETY_STATUS"].wait(state=state, timeout=PATIENCE)

    with hub(stage, *named(simulators, number)) as address:
        seen(address, scene)
