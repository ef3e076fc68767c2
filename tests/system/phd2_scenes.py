"""Scenes with a PHD2, the bridge under our hub, and an INDI client."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest

from lightapt_clients import AlertError, connect
from lightapt_protocol.vocabulary import State
from tests.drivers.phd2.fake import FakePhd2

from .puppets import MS

PATIENCE = 30_000 * MS
SOON = 15_000 * MS
"""In which the state must be right again once PHD2 is back, on a machine that may be busy."""


@asynccontextmanager
async def observatory(port, *, gear=True, connected=True, folder=None):
    """A client of the hub with the device, and the PHD2 behind it: connected, unless it shall not be."""
    async with FakePhd2(folder=folder, frame=10 * MS) as fake:
        fake.model.connected = gear
        async with asyncio.timeout(3 * PATIENCE), connect(f"127.0.0.1:{port}") as indi:
            phd2 = await indi.device("PHD2", timeout=PATIENCE)
            for name in ("CONNECTION", "DEVICE_ADDRESS", "PHD2_PROGRAM", "PHD2_SCAN_PORTS", "PHD2_PROFILE_COPY"):
                await phd2[name].ready()
            while phd2["CONNECTION"].is_on("CONNECT"):  # a test has failed, and its PHD2 may be lost at this moment
                with suppress(AlertError):
                    await phd2.disconnect()
            await phd2.set("DEVICE_ADDRESS", ADDRESS="127.0.0.1", PORT=str(fake.port))
            if connected:
                await phd2.connect()
                await phd2.set("PHD2_SETTLE", PIXELS=1.5, TIME=2, TIMEOUT=20)
            yield phd2, fake
            await phd2.disconnect()


def play(port, scene, **options):
    async def whole():
        async with observatory(port, **options) as (phd2, fake):
            await scene(phd2, fake)

    asyncio.run(whole())


async def guiding(phd2):
    await phd2.set("PHD2_GUIDE", GUIDE=True)
    await phd2["PHD2_STATE"].wait(STATE="Guiding")


async def refused(phd2, name, words, **members):
    with pytest.raises(AlertError, match=words):
        await phd2.set(name, **members)


async def right_again(phd2, fake):
    """Wait until all that the device shows is what PHD2 is, in the time that there is for that."""
    model = fake.model
    async with asyncio.timeout(SOON):
        await phd2["CONNECTION"].wait(state=State.OK, CONNECT=True)
        await phd2["PHD2_STATE"].wait(lambda now: now.text("STATE") == model.app_state())
        await phd2["PHD2_PROFILE"].wait(state=State.OK, **{f"PROFILE_{model.profile}": True})
        await phd2["PHD2_EQUIPMENT"].wait(state=State.OK, CONNECT=model.connected)
        await phd2["PHD2_EQUIPMENT_NAMES"].wait(CAMERA=model.camera, AO="AO-Simulator" if model.has_ao else "")
        await phd2["PHD2_DEC_MODE"].wait(**{model.dec_mode.upper(): True})
        await phd2["PHD2_LOOP"].wait(state=State.OK, ON=model.capturing)
        await phd2["PHD2_CALIBRATION_DATA"].wait(state=State.OK if calibrated(model) else State.IDLE)
        for name, is_busy in {
            "PHD2_GUIDE": lambda: model.busy == "guide",
            "PHD2_DITHER": lambda: model.busy == "dither",
            "PHD2_CALIBRATION": lambda: model.app_state() == "Calibrating",
        }.items():
            await phd2[name].wait(lambda now, is_busy=is_busy: (now.state is State.BUSY) is is_busy())
        if model.app_state() == "Guiding":
            since = model.frame_number
            await phd2["PHD2_GUIDE_STEP"].wait(lambda now: now.number("FRAME") > since)


def calibrated(model):
    return model.connected and "On Camera" in model.calibrated


async def lost(phd2):
    async with asyncio.TaskGroup() as tasks:  # both at once: it may be found again at any moment
        tasks.create_task(phd2["CONNECTION"].wait(state=State.ALERT, CONNECT=True))
        tasks.create_task(phd2["PHD2_STATE"].wait(state=State.ALERT, STATE=""))
