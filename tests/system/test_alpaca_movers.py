"""A third party's Alpaca telescope, dome, focuser, rotator and filter wheel through our hub, with two clients."""

import asyncio
import json
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

from lightapt_clients import AlertError, RequestError, connect
from tests.drivers.alpaca.simulators import simulators_served

from .observer import Observer
from .rig import LIGHTAPT_SERVER

pytestmark = pytest.mark.system

TYPES = {"Mount": "telescope", "Dome": "dome", "Focuser": "focuser", "Rotator": "rotator", "Wheel": "filterwheel"}
EKOS = {
    "Mount": "EQUATORIAL_EOD_COORD ON_COORD_SET TELESCOPE_ABORT_MOTION TELESCOPE_TRACK_STATE TELESCOPE_PARK "
    "TELESCOPE_MOTION_NS TELESCOPE_MOTION_WE TELESCOPE_SLEW_RATE TELESCOPE_TRACK_MODE TELESCOPE_TRACK_RATE "
    "TELESCOPE_PIER_SIDE TELESCOPE_INFO TELESCOPE_PARK_OPTION TIME_UTC GEOGRAPHIC_COORD TELESCOPE_TIMED_GUIDE_NS "
    "TELESCOPE_TIMED_GUIDE_WE",
    "Dome": "ABS_DOME_POSITION REL_DOME_POSITION DOME_ABORT_MOTION DOME_MOTION DOME_PARK DOME_SHUTTER DOME_AUTOSYNC",
    "Focuser": "FOCUS_MOTION ABS_FOCUS_POSITION REL_FOCUS_POSITION FOCUS_MAX FOCUS_ABORT_MOTION FOCUS_TEMPERATURE "
    "FOCUS_BACKLASH_TOGGLE FOCUS_BACKLASH_STEPS",
    "Rotator": "ABS_ROTATOR_ANGLE ROTATOR_REVERSE SYNC_ROTATOR_ANGLE ROTATOR_ABORT_MOTION",
    "Wheel": "FILTER_SLOT FILTER_NAME",
}
"""What Ekos was seen to need of each kind, and what it uses of what an Alpaca device can have."""
EVERY_DEVICE = "CONNECTION DRIVER_INFO CONFIG_PROCESS"


@pytest.fixture(scope="module")
def simulators(tmp_path_factory):
    """The address of the third party's server."""
    with simulators_served(tmp_path_factory.mktemp("simulators")) as address:
        yield address


@pytest.fixture(params=[0, 1], ids=["before Platform 7", "Platform 7"])
def hub(stage, simulators, request):
    """Our hub, with a bridge to each device of one generation."""
    drivers = [
        f"alpaca --address {simulators} --type {kind} --number {request.param} --name {name}"
        for name, kind in TYPES.items()
    ]
    words = [word for driver in drivers for word in ("--driver", driver)]
    command = [*LIGHTAPT_SERVER, "-v", "--port", "0", *words]
    return stage.run(*command, XDG_CONFIG_HOME=str(stage.folder / "config")).listening()


def test_what_ekos_needs_is_there(hub):
    with Observer(hub.address) as observer:
        observer.connect(*TYPES)
        for device, names in EKOS.items():
            for name in (*EVERY_DEVICE.split(), *names.split()):
                observer.until(lambda name=name, device=device: observer.mirror.find(device, name), f"{device}.{name}")


def test_our_client_moves_each_and_hears_what_is_refused(hub):
    async def scene():
        host, port = hub.address
        async with connect(f"{host}:{port}") as indi:
            for name in TYPES:
                await (await indi.device(name)).connect()
            await focus(await indi.focuser("Focuser"))
            await turn(await indi.rotator("Rotator"))
            await change(await indi.filter_wheel("Wheel"))
            await open_up(await indi.dome("Dome"))
            await point(await indi.mount("Mount"))

    asyncio.run(asyncio.wait_for(scene(), 90))


async def focus(focuser):
    await focuser.move_to(10_700)
    assert focuser.position == 10_700
    await focuser.move_by(-200)
    assert focuser.position == 10_500
    with pytest.raises(AlertError, match="109500"):
        await focuser.move_by(99_000)


async def turn(rotator):
    await rotator.turn_to(120)
    assert rotator.angle == 120
    await rotator.sync(30)
    assert rotator.angle == 30


async def change(wheel):
    await wheel.select("Luminance")
    assert (wheel.slot, wheel.filter) == (5, "Luminance")
    with pytest.raises(RequestError, match="read-only"):
        await wheel.rename(["a", "b", "c", "d", "e"])


async def open_up(dome):
    await dome.unpark()
    await dome.turn_to(140)
    assert dome.azimuth == 140
    await dome.open()
    assert dome.is_open
    await dome.close()
    await dome.park()
    with pytest.raises(AlertError, match="parked"):
        await dome.turn_to(10)


async def point(mount):
    await mount.unpark()
    await mount.goto(5, 50)
    assert mount.position.dec == pytest.approx(50, abs=0.01)
    assert mount.is_tracking
    await mount.track(False)
    assert not mount.is_tracking
    await mount.park()
    with pytest.raises(AlertError, match="parked"):
        await mount.goto(6, 50)


def test_pyindi_client_moves_each(hub):
    if find_spec("PyIndi") is None:
        (pytest.fail if os.environ.get("LIGHTAPT_CI") == "1" else pytest.skip)("pyindi-client is not installed")
    session = [sys.executable, "-m", "tests.system.pyindi_movers", *map(str, hub.address)]
    done = subprocess.run(session, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["Focuser"] == [10_400]
    assert found["Rotator"] == [33]
    assert found["Wheel"] == [3]
    assert found["Dome"] == [77]
    assert found["Mount"] == [pytest.approx(3, abs=0.01), pytest.approx(40, abs=0.01)]
