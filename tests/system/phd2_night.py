"""A night with PHD2: one hub with the bridge, one fake PHD2 and one client, for all tests of a module.

def test_something(night):
    async def scene(phd2, fake):
        await phd2.set("PHD2_LOOP", ON=True)

    night.play(scene)

Each scene begins with a PHD2 that has just started.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest

from lightapt_clients import AlertError, connect
from lightapt_protocol.vocabulary import State
from tests.drivers.phd2 import programs
from tests.drivers.phd2.fake import FakePhd2, never

from .puppets import PATIENCE
from .rig import LIGHTAPT_SERVER, Stage

ROOT = Path(__file__).resolve().parents[2]
SETTLE = {"PIXELS": 1.5, "TIME": 2, "TIMEOUT": 20}


class Hand:
    """The device as a user has it.

    Attributes:
        used: The properties that were set or looked at, and their members: `PHD2_LOOP`, `PHD2_LOOP.ON`.
        instance: The number of a PHD2 that can be started.
        port: Its port then.
    """

    def __init__(self, device, instance):
        self.device = device
        self.instance, self.port = instance, 4399 + instance
        self.used = set()

    def _use(self, name, members=()):
        self.used |= {name, *(f"{name}.{member}" for member in members)}

    async def set(self, name, **members):
        """Set a property, and wait until it is done."""
        self._use(name, members)
        return await self.device.set(name, members)

    async def start(self, name, **members):
        """Set a property, and wait until it is Busy with that."""
        self._use(name, members)
        await self.device[name].start(members)

    async def ask(self, name, **members):
        """Set a property, and wait for nothing."""
        self._use(name, members)
        await self.device[name].ask(members)

    async def refused(self, name, words, **members):
        """Set a property in vain."""
        with pytest.raises(AlertError, match=words):
            await self.device.set(name, members)

    async def see(self, name, check=lambda _: True, *, state=None, **members):
        """Wait until a property is so."""
        self._use(name, members)
        return await self.device[name].wait(check, state=state, timeout=PATIENCE, **members)

    async def number(self, name, member, check=lambda _: True):
        """Wait until a number is so, and return it."""
        self._use(name, [member])
        return (await self.device[name].wait(lambda now: check(now.number(member)), timeout=PATIENCE)).number(member)

    def labels(self, name):
        """Return the labels of a property's members."""
        self._use(name)
        return [member.label for member in self.device[name].now.members.values()]

    def choice(self, name):
        """Return which switch is on."""
        self._use(name)
        return self.device[name].choice

    @asynccontextmanager
    async def blob(self, name, member):
        """Yield a function that waits for a BLOB, which is asked for within the block."""
        self._use(name, [member])
        async with self.device.blobs(name) as blobs:
            yield lambda: anext(blobs)

    async def guiding(self):
        """Have it guide, and settle."""
        await self.set("PHD2_GUIDE", GUIDE=True)
        await self.see("PHD2_STATE", STATE="Guiding")


class Night:
    """The hub, PHD2 and the client, in a loop of a thread of its own; a context manager.

    Attributes:
        folder: Where PHD2 saves images, and its home.
        instance: The number of a PHD2 that no other test has meanwhile.
    """

    def __init__(self, folder):
        self.folder = folder
        self._stage, self._reserved = Stage(folder), ExitStack()
        self._program = programs.program(folder)
        self._is_ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="night")

    def __enter__(self):
        self.instance = self._reserved.enter_context(programs.instance())
        self._thread.start()
        assert self._is_ready.wait(2 * PATIENCE), "the night does not begin"
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(PATIENCE)
        self._stage.close()
        for process in programs.running(self._program):  # which a test that has failed left: it outlives the driver
            process.kill()
        self._reserved.close()

    def play(self, scene, **options):
        """Play a scene, a coroutine function of the device and of PHD2, and return what was used of the device."""
        return asyncio.run_coroutine_threadsafe(self._play(scene, **options), self._loop).result(2 * PATIENCE)

    async def _live(self):
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with FakePhd2(folder=str(self.folder)) as self._fake:
                hub = await asyncio.to_thread(self._hub, self._fake.port)
                async with connect(f"127.0.0.1:{hub.port}") as indi:
                    self._phd2 = await indi.device("PHD2", timeout=PATIENCE)
                    await self._phd2.connect()
                    await self._phd2.set("PHD2_SETTLE", SETTLE)
                    self._is_ready.set()
                    await self._over.wait()
        finally:
            self._is_ready.set()

    def _hub(self, port):
        driver = f"phd2 --host 127.0.0.1 --port {port} --path {self._program}"
        home = {"HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / "config"), "DISPLAY": ":99"}
        return self._stage.run(*LIGHTAPT_SERVER, "-v", "--port", "0", "--driver", driver, **home).listening()

    async def _play(self, scene, *, gear=True):
        async with asyncio.timeout(2 * PATIENCE):
            await self._begin_anew(gear=gear)
            hand = Hand(self._phd2, self.instance)
            await scene(hand, self._fake)
            return hand.used

    async def _begin_anew(self, *, gear):
        """Start PHD2 anew, and wait until the hub has found it."""
        fake, connection = self._fake, self._phd2["CONNECTION"]
        await fake.die()
        finds_it_again = connection.is_on("CONNECT")
        if finds_it_again:
            await connection.wait(state=State.ALERT)
        fake.requests.clear()
        fake.model.profile, fake.rests = 1, never
        await fake.live()
        fake.model.connected = gear
        if finds_it_again:
            await connection.wait(state=State.OK, CONNECT=True)
        else:
            await self._phd2.connect()
        await self._phd2["PHD2_STATE"].wait(STATE="Stopped")
        await self._phd2["PHD2_EQUIPMENT"].wait(**{"CONNECT" if gear else "DISCONNECT": True})
