"""Whatever a device says of itself, its bridge lives: it connects or says why not, and finds no mistake in itself."""

import asyncio
import math

import pytest

from lightapt_drivers import State
from lightapt_drivers.alpaca.places import AlpacaType
from lightapt_drivers.alpaca.program import device_for
from lightapt_drivers.testing import Harness
from tests.drivers.alpaca.recorded import Raw, Recorded, Refusal
from tests.drivers.alpaca.recorded_types import RECORDED_TYPES

GARBAGE = (
    10**400,
    None,
    "A\x00\x1b\ud800]]>",
    -1,
    Raw(b'{"Value": NaN}'),
    [None],
    1e308,
    {},
    [{"Minimum": 1e308, "Maximum": -1}],
    Raw(b"", 429),
    Refusal(0x500, "\x00\ud800<"),
    "9999-99-99T25:61:61Z",
    Raw(b"\xff" * 100),
    "words " * 17_000,
    Refusal(0x500, "words " * 17_000),
    ["words " * 17_000, '"' * 100_000],
)
KEPT = ("state", "connect", "disconnect")


def spoilt(members, turn):
    """Return the members with garbage in the place of every third, each time of another kind."""
    names = [name for name, value in members.items() if name not in KEPT and not callable(value)]
    told_together = {name.lower() for name in members.get("state", ())}
    made = {name: GARBAGE[(turn + number) % len(GARBAGE)] for number, name in enumerate(names[turn % 3 :: 3])}
    return {
        name: math.nan if name in told_together and isinstance(value, Raw | Refusal) else value
        for name, value in made.items()
    }


@pytest.mark.parametrize("kind", AlpacaType, ids=lambda kind: kind.value)
def test_garbage_in_a_device_is_no_mistake_of_its_bridge(kind):
    async def scene(harness, members):
        await harness.request("POLLING_PERIOD", PERIOD_MS=10)
        for turn in range(len(GARBAGE)):
            good = dict(members)
            members.update(spoilt(good, turn))
            await harness.request("CONNECTION", CONNECT=True)
            await harness.expect("CONNECTION")
            members.update(good)
            await harness.expect("CONNECTION", state=State.OK, CONNECT=True)
            members.update(spoilt(good, turn))
            for _ in range(3):
                await harness.dealt_with()
            await harness.request("CONNECTION", DISCONNECT=True)
            members.update(good)
        await harness.connect()
        assert not [words for words in harness.notices if "mistake" in words]

    async def play(server, it):
        async with Harness(it, patience=60) as harness:
            await scene(harness, server.devices[f"{kind.value}/0"])

    with Recorded({f"{kind.value}/0": RECORDED_TYPES[kind](kind.platform_7)}) as server:
        it = device_for(server.place(f"{kind.value}/0"), name="It")
        it.reconnect_after = (0.005,)
        asyncio.run(play(server, it))
