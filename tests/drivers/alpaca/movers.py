"""What the tests of things that move share: devices that go where they are told, in their own time."""

import asyncio
import math

from lightapt_drivers import State
from lightapt_drivers.alpaca import arrivals
from lightapt_drivers.alpaca.places import AlpacaType
from lightapt_drivers.alpaca.session import Lane
from tests.drivers.alpaca.recorded import device
from tests.drivers.alpaca.scenes import AMPLE, play_bridged
from tests.drivers.kit.scenes import said_of

PATIENCE = 60.0
BOTH = ("before Platform 7", "Platform 7")


def members(kind, interface, state, **values):
    """Return a device's members: with DeviceState, by these names, where the interface is of Platform 7."""
    made = device(interface, **values)
    if interface >= AlpacaType(kind).platform_7:
        made["state"] = state
    return made


def quick(known):
    """Return a type that reconnects at once."""
    return type(known.__name__, (known,), {"reconnect_after": (0.02,), "__doc__": known.__doc__})


def played(scene, known, server, place, *, name="It", connect=True, **options):
    """Play a scene with a device of this type, connected to the one of the server."""
    return play_bridged(scene, quick(known)(name, place=server.place(place), limits=AMPLE), connect=connect, **options)


def unhurried(monkeypatch):
    """Have a device that rests elsewhere be given all the time in the world to begin, however often it is looked at."""
    monkeypatch.setattr(arrivals, "_LOOKS", math.inf)


async def until(server, is_so):
    """Wait until a server's device is so, by what it was asked."""

    def wait():
        with server.came:
            assert server.came.wait_for(is_so, timeout=PATIENCE)

    await asyncio.to_thread(wait)


async def refused(harness, name, **members):
    """Ask for what ends in Alert, which may be over at the next look."""
    since = len(harness.said)
    await harness.request(name, **members)

    def is_told():
        return any(getattr(message, "state", None) is State.ALERT for message in said_of(name, harness.said[since:]))

    await harness.until(is_told, f"the Alert of {name}")


async def acted(harness):
    """Wait until the device's answer to what was begun has come: what is stopped before is stopped once more."""
    if begun := harness.driver.devices[0].session._lanes[Lane.ACT].under_way:
        await asyncio.wait([begun])


async def looks(server, member, count=3):
    """Wait until the server was looked at so many times more, by a member that each look asks for, or DeviceState."""

    def so_far():
        return server.count(member) + server.count("devicestate")

    since = so_far()
    await until(server, lambda: so_far() >= since + count)


def has(harness, name):
    """Whether a property is defined."""
    try:
        harness.find(name)
    except KeyError:
        return False
    return True
