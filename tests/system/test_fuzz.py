"""A running hub under fire from both sides.

Invariant: no input, of clients or of drivers, ends the hub or disturbs another peer. A bystanding driver and client
keep exchanging numbered messages in order, without loss and without duplicates; in the end the hub holds no more than
in the beginning, and has logged no traceback.

`LIGHTAPT_FUZZ_SECONDS` makes it longer, `LIGHTAPT_FUZZ_SEED` repeats a run.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .bystanders import Bystanders
from .mutations import client_stream, cut, driver_stream
from .phrases import GET, choose
from .puppets import Client
from .rig import Server, Stage

pytestmark = [pytest.mark.system, pytest.mark.timeout(0)]

MIB = 1 << 20


@pytest.fixture
def chance() -> random.Random:
    """Chance, which can be repeated."""
    seed = int(os.environ.get("LIGHTAPT_FUZZ_SEED", random.randrange(1 << 32)))
    print(f"LIGHTAPT_FUZZ_SEED={seed}")
    return random.Random(seed)


class Target:
    """A hub with bystanders, a reader who wants everything, and one driver who is at chance's mercy."""

    def __init__(self, stage: Stage, name: str) -> None:
        self._stage = stage
        self.local = name
        self.wild, bystander = stage.driver("wild"), stage.driver("bystander")
        bounds: dict[str, Any] = {
            "max_behind": 8,
            "spool": 32,
            "restarts": 1_000_000,
            "backoff_first": 0.001,
            "backoff_limit": 0.001,
        }
        self._shared = _descriptors()
        self.hub: Server = stage.hub(self.wild, bystander, unix=name, **bounds)
        self.bystanders = Bystanders(stage, self.hub, bystander)
        self.bystanders.exchange(10)
        self._holdings, self._memory = self.hub.holdings(), self.hub.memory()

    def attack(self, blow: Callable[[], None]) -> None:
        """Strike again and again, for as long as the environment says."""
        end = time.monotonic() + float(os.environ.get("LIGHTAPT_FUZZ_SECONDS", "4"))
        while time.monotonic() < end:
            for _ in range(10):
                blow()
            self.bystanders.exchange_beside(5)

    def settle(self) -> None:
        """See that the hub holds no more than before, and has been caught in no fault."""
        for _ in range(3):  # who has left without a word is found out when something goes to it
            self.bystanders.exchange_beside(5)
        self.bystanders.exchange(10)
        self.hub.expect_holdings(self._holdings)
        assert self.hub.memory() - self._memory < 64 * MIB
        assert not any("Traceback" in line or "Exception" in line for line in self.hub.lines.all)

    def somewhat_shared(self, chance: random.Random, *, local: bool) -> list[int]:
        """Descriptors of this and that, sometimes."""
        return chance.choices(self._shared, k=chance.randrange(1, 4)) if local and chance.random() < 0.3 else []

    def close(self) -> None:
        for descriptor in self._shared:
            os.close(descriptor)


def _descriptors() -> list[int]:
    """What may be sent beside a message: shared memory, and what is none."""
    small, large = os.memfd_create("small"), os.memfd_create("large")
    os.write(large, bytes(10_000))
    return [small, large, *os.pipe(), os.open("/dev/null", os.O_RDWR), os.open("/", os.O_RDONLY)]


@pytest.fixture
def target(stage: Stage) -> Iterator[Target]:
    """What is shot at."""
    target = Target(stage, f"lightapt-fuzz-{os.getpid()}")
    yield target
    target.close()


def test_no_input_disturbs_a_bystander(stage: Stage, target: Target, chance: random.Random) -> None:
    """Clients leave in any way; the driver is started again whenever what it said was too much."""
    reader = stage.client(target.hub, "reader")
    reader.send(GET + choose("Also"))
    reader.sync()

    def blow() -> None:
        strike = chance.choice((strike_as_client, strike_as_driver))
        strike(target, chance)
        reader.drain()

    target.attack(blow)
    target.wild.reappear()
    target.wild.kill()
    target.wild.appear()
    target.wild.expect(GET)
    reader.sync()
    reader.reset()
    target.settle()


def strike_as_client(target: Target, chance: random.Random) -> None:
    """Send anything on either kind of socket, with and without descriptors, and leave in any way."""
    client = Client(target.hub.address) if chance.random() < 0.7 else Client("\0" + target.local)
    for piece in cut(client_stream(chance), chance):
        client.send_in_vain(piece, target.somewhat_shared(chance, local=client.is_local))
    chance.choice((Client.drain, Client.half_close, Client.sync_in_vain))(client)
    chance.choice((Client.close, Client.reset))(client)
    target.wild.drain()


def strike_as_driver(target: Target, chance: random.Random) -> None:
    """Send anything, with and without descriptors."""
    target.wild.reappear()
    for piece in cut(driver_stream(chance), chance):
        target.wild.send_in_vain(piece, target.somewhat_shared(chance, local=True))
    target.wild.drain()
