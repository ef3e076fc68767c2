"""All ten types of Alpaca devices at once: found on the network, bridged, and driven by two clients.

The devices are those of `alpaca-simulators`, two of each type: one with the interface of before Platform 7. What
each client does with each is the table in `alpaca_types`; all do it at the same time, once, and each test tells of one.
"""

import asyncio
import json
import subprocess
import time
from collections import Counter
from contextlib import suppress

import numpy as np
import pytest

from lightapt_clients import WaitTimeoutError
from lightapt_drivers.alpaca.places import AlpacaType
from lightapt_protocol import fits
from lightapt_protocol.vocabulary import State
from tests.drivers.alpaca.front import name_of

from .alpaca_ekos import SETS, interface_of
from .alpaca_hub import GENERATIONS, PATIENCE, SEVENTH, connected, observatory, pyindi, seen
from .alpaca_types import ALERT, ROWS, AtServer
from .rig import Stage

pytestmark = [pytest.mark.system, pytest.mark.timeout(400)]

IDLE = 15.0
"""Seconds over which requests to idle devices are counted."""
REQUESTS = 3
"""To a device that is looked at at all, however busy the machine is."""
EARLY, LATE = 1, 1
"""More than a request a second: the one at the beginning, and one of before that has come late."""
SEVENTHS = [f"{kind.value}/{SEVENTH}" for kind in ROWS]
each_device = [
    pytest.mark.parametrize("number", GENERATIONS.values(), ids=GENERATIONS),
    pytest.mark.parametrize("kind", ROWS, ids=lambda kind: kind.value),
]


def of_each_device(test):
    for mark in each_device:
        test = mark(test)
    return test


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The observatory, with all its devices connected; and their properties, by their names."""
    stage = Stage(tmp_path_factory.mktemp("observatory"))
    try:
        with observatory(stage) as place:
            yield place, seen(place.address, lambda indi: _all_connected(indi, place))
    finally:
        stage.close()


async def _all_connected(indi, place):
    await asyncio.gather(*(_complete(indi, name, kind) for name, (kind, _) in place.devices.items()))
    offering = await indi.device("Alpaca", timeout=PATIENCE)
    running = {f"{kind.value}-{number}": State.OK for kind, number in place.devices.values()}
    await offering["ALPACA_RUNNING"].wait(timeout=PATIENCE, **running)
    return {name: dict(indi.mirror.devices[name]) for name in place.devices}


async def _complete(indi, name, kind):
    """Connect a device, and give it the time to define what is wanted of it."""
    found = await connected(indi, name)
    with suppress(WaitTimeoutError):
        for row in (row for one in SETS[kind] for row in one.rows):
            await found[row.name].ready(timeout=PATIENCE / 3)


@pytest.fixture(scope="module")
def idle(found):
    """How often each device of Platform 7 is asked something while nobody does anything with it; and in what time."""
    front = found[0].front
    began, first = time.monotonic(), len(front.asked)
    with front.came:
        front.came.wait_for(lambda: time.monotonic() >= began + IDLE, IDLE)
    asked = Counter(one.device for one in front.asked[first:])
    return {device: asked[device] for device in SEVENTHS}, time.monotonic() - began


@pytest.fixture(scope="module")
def by_our_client(found, idle):
    """What came of it with our client: nothing, or what was raised, by the devices' names."""
    place, _ = found

    async def scene(indi):
        plays = [
            ROWS[kind].play(indi, name, AtServer(place.front.address, kind, number))
            for name, (kind, number) in place.devices.items()
        ]
        return await asyncio.gather(*plays, return_exceptions=True)

    return dict(zip(place.devices, seen(place.address, scene), strict=True))


@pytest.fixture(scope="module")
def by_pyindi(found, by_our_client, tmp_path_factory):
    """How far pyindi-client came with each device, by their names; and the folder with its pictures."""
    place, _ = found
    folder = tmp_path_factory.mktemp("pictures")
    script = {
        name: {
            "place": f"http://{place.front.address}/api/v1/{kind.value}/{number}",
            "steps": ROWS[kind].steps,
            "words": ROWS[kind].refused.words,
        }
        for name, (kind, number) in place.devices.items()
    }
    command = pyindi("pyindi_alpaca", *place.server.address, folder)
    done = subprocess.run(
        command, input=json.dumps(script), capture_output=True, text=True, timeout=4 * PATIENCE, check=False
    )
    assert done.returncode == 0, done
    return json.loads(done.stdout.splitlines()[-1]), folder


@of_each_device
def test_our_client_connects_acts_reads_back_and_hears_what_is_refused(by_our_client, kind, number):
    if (raised := by_our_client[name_of(kind, number)]) is not None:
        raise raised


@of_each_device
def test_pyindi_client_connects_acts_reads_back_and_hears_what_is_refused(by_pyindi, kind, number):
    told = by_pyindi[0][name_of(kind, number)]
    assert not told["fault"]
    assert told["done"] == len(ROWS[kind].steps)
    assert any(state == ALERT for *_, state in ROWS[kind].steps)
    assert ROWS[kind].refused.words in " ".join(told["words"])


@pytest.mark.parametrize("number", GENERATIONS.values(), ids=GENERATIONS)
def test_pyindi_client_gets_the_servers_pixels(found, by_pyindi, number):
    path = by_pyindi[1] / f"{name_of(AlpacaType.CAMERA, number)}.fits"
    picture = AtServer(found[0].front.address, AlpacaType.CAMERA, number).picture()
    assert np.array_equal(fits.read(path.read_bytes()).pixels, picture)


@of_each_device
def test_what_ekos_asks_for_is_there(found, kind, number):
    properties = found[1][name_of(kind, number)]
    wanted = {row.name: (row.kind, row.members) for one in SETS[kind] for row in one.rows}
    there = {
        row: (properties[row].kind, tuple(properties[row].members)[: len(members)])
        for row, (_, members) in wanted.items()
        if row in properties
    }
    assert there == wanted
    assert int(properties["DRIVER_INFO"].text("DRIVER_INTERFACE")) == interface_of(kind)
    assert not {"DEVICE_PORT_SCAN", "CONNECTION_TYPE"} & set(properties)


def test_an_idle_device_of_platform_7_is_asked_at_most_once_a_second(idle):
    asked, seconds = idle
    assert min(asked.values()) >= REQUESTS, asked
    assert max(asked.values()) <= seconds + EARLY + LATE, asked
