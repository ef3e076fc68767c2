"""Our hub with the Alpaca bridge, for the tests of both."""

import asyncio
import os
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec

import pytest

from lightapt_clients import AlertError, connect
from lightapt_protocol.vocabulary import State
from tests.drivers.alpaca.front import Front, name_of
from tests.drivers.alpaca.responder import responding
from tests.drivers.alpaca.simulators import simulators_begun

from .alpaca_types import ROWS
from .rig import LIGHTAPT_SERVER, Server

PATIENCE = 90.0
"""Seconds: twenty drivers start at once, perhaps on a machine that has other things to do."""
OLD, SEVENTH = 0, 1
"""The number of each type's device with the interface of before Platform 7, and of that with Platform 7's."""
GENERATIONS = {"before Platform 7": OLD, "Platform 7": SEVENTH}


@contextmanager
def hub(stage, *words):
    """A hub with the bridge as these words say, and its address for clients."""
    with served(stage, *words) as server:
        yield "{}:{}".format(*server.address)


@contextmanager
def served(stage, *words):
    """The same, and its process."""
    home = {"HOME": str(stage.folder), "XDG_CONFIG_HOME": str(stage.folder / "config")}
    driver = f"alpaca {' '.join(words)}"
    server = stage.run(*LIGHTAPT_SERVER, "-v", "--port", "0", "--driver", driver, **home).listening()
    try:
        yield server
    finally:
        server.close()


def seen(address, scene):
    """Return what a client sees of a hub."""

    async def whole():
        async with asyncio.timeout(3 * PATIENCE), connect(address) as indi:
            return await scene(indi)

    return asyncio.run(whole())


async def connected(indi, name, *, period=None):
    """Return a device once it is connected; with a period, it is looked at every so many milliseconds."""
    found = await indi.device(name, timeout=PATIENCE)
    with suppress(AlertError):  # a server that is too busy to answer in time is asked until it does
        await found.connect(timeout=PATIENCE)
    await found["CONNECTION"].wait(state=State.OK, timeout=PATIENCE, CONNECT=True)
    if period is not None:
        await found.set("POLLING_PERIOD", PERIOD_MS=period)
    return found


def pyindi(module, *words):
    """Return the command that runs a session of pyindi-client."""
    if find_spec("PyIndi") is None:
        (pytest.fail if os.environ.get("LIGHTAPT_CI") == "1" else pytest.skip)("pyindi-client is not installed")
    return [sys.executable, "-m", f"tests.system.{module}", *map(str, words)]


@dataclass(frozen=True)
class Observatory:
    """Two devices of each type, one of each generation, that a hub has found on the network.

    Attributes:
        server: The hub.
        front: The Alpaca server that was found.
        devices: The devices' types and numbers, by their names.
    """

    server: Server
    front: Front
    devices: dict

    @property
    def address(self):
        return "{}:{}".format(*self.server.address)


@contextmanager
def observatory(stage):
    """Start `alpaca-simulators`, something that makes them be found, and a hub that searches the network."""
    names = {name_of(kind, number): (kind, number) for kind in ROWS for number in GENERATIONS.values()}
    with simulators_begun(stage.folder) as simulators, Front(simulators.address, GENERATIONS.values()) as front:
        for kind, number in names.values():
            ROWS[kind].refused.by(front.devices.setdefault(f"{kind.value}/{number}", {}))
        with (
            responding({"AlpacaPort": front.port}) as responder,
            served(stage, "--discovery-port", str(responder.port)) as server,
        ):
            simulators.wait()
            yield Observatory(server, front, names)
