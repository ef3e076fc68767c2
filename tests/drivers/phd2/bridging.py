"""The bridge between a server's end and a fake PHD2, for the tests of its parts."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

from lightapt_drivers.phd2.bridge import Phd2Device
from lightapt_drivers.phd2.connection import Options
from lightapt_drivers.testing import Harness
from lightapt_protocol.vocabulary import State
from tests.drivers.phd2.fake import FakePhd2
from tests.drivers.phd2.scenes import MS

SURE = Options(limit=30_000 * MS, opening=30_000 * MS, heartbeat=100 * MS)
QUICK = Options(limit=3_000 * MS, opening=3_000 * MS, heartbeat=100 * MS)
"""For a PHD2 that hangs; on a slow machine one seems to that does not."""
SETTLE = {"PIXELS": 1.5, "TIME": 2, "TIMEOUT": 20}


def device(port, *, patience=SURE, **given):
    return Phd2Device(given={"DEVICE_ADDRESS": {"ADDRESS": "127.0.0.1", "PORT": str(port)}, **given}, patience=patience)


@asynccontextmanager
async def bridge(*, gear=True, profile=1, folder=None, connected=True, patience=SURE, **options):
    """A connected bridge, and the PHD2 behind it; its equipment is connected if `gear`."""
    async with FakePhd2(folder=folder, **options) as fake:
        fake.model.profile = profile
        fake.model.connected = gear
        async with Harness(device(fake.port, patience=patience)) as harness:
            if connected:
                await harness.connect()
                await harness.request("PHD2_SETTLE", **SETTLE)
            yield harness, fake


def play(scene, **options):
    """Play a scene with a bridge and its PHD2."""

    async def whole():
        async with asyncio.timeout(60), bridge(**options) as (harness, fake):
            await scene(harness, fake)

    asyncio.run(whole())


async def guiding(harness):
    """Have it guide, and wait until it has settled."""
    await harness.request("PHD2_GUIDE", GUIDE=True)
    await harness.expect("PHD2_GUIDE", state=State.OK)
    await harness.expect("PHD2_STATE", STATE="Guiding")


async def refused(harness, name, *words, **members):
    """Ask for what is refused, in words that say these."""
    before = len(harness.notices)
    await harness.request(name, **members)
    await harness.expect(name, state=State.ALERT)
    reasons = " / ".join(harness.notices[before:])
    for word in words:
        assert word in reasons, reasons
