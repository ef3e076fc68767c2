"""Scenes with a bridged device: connected, and looked at often."""

import asyncio

from lightapt_drivers.alpaca.session import Limits, Session
from tests.drivers.kit.scenes import play

AMPLE = Limits(look=60.0, act=60.0, connect=60.0, goodbye=10.0, attempts=2)
"""For servers on this machine that answer, however busy it is; what fails on purpose is lost at the second time."""


def play_bridged(scene, device, *, connect=True, period=20):
    """Play a scene with a harness in which the device is connected, and is looked at every so many milliseconds."""

    async def whole(harness):
        await harness.request("POLLING_PERIOD", PERIOD_MS=period)
        if connect:
            await harness.connect()
        return await scene(harness)

    return play(whole, device, connect=False)


def asked(server, ask, limits=AMPLE):
    """Return what comes of a coroutine of a session with the only device of a server."""
    (device,) = server.devices

    async def run():
        session = Session(server.place(device), limits=limits)
        try:
            return await ask(session)
        finally:
            session.close()

    return asyncio.run(run())
