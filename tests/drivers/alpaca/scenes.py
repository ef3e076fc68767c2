"""Scenes with a bridged device: connected, and looked at often."""

import asyncio

from lightapt_drivers.alpaca.session import Limits, Session
from tests.drivers.kit.scenes import play

QUICK = Limits(look=1.0, act=1.5, connect=3.0, goodbye=1.0, attempts=2)
"""For servers on this machine that fail on purpose."""


def play_bridged(scene, device, *, connect=True, period=20):
    """Play a scene with a harness in which the device is connected, and is looked at every so many milliseconds."""

    async def whole(harness):
        await harness.request("POLLING_PERIOD", PERIOD_MS=period)
        if connect:
            await harness.connect()
        return await scene(harness)

    return play(whole, device, connect=False)


def asked(server, ask, limits=QUICK):
    """Return what comes of a coroutine of a session with the only device of a server."""
    (device,) = server.devices

    async def run():
        session = Session(server.place(device), limits=limits)
        try:
            return await ask(session)
        finally:
            session.close()

    return asyncio.run(run())
