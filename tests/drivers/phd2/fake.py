"""A fake PHD2: a server that behaves as the recordings do, fast, and that can be made to die, hang and stutter.

async with FakePhd2() as fake:
    client = Phd2Client("127.0.0.1", fake.port)
    ...
    fake.model.star_hidden = True     # clouds
    await fake.die(); await fake.live()
"""

from __future__ import annotations

import asyncio
import json

from tests.drivers.phd2.fake_methods import Methods
from tests.drivers.phd2.fake_model import CrashError, Model, dumps

TURNS = 50
"""Of the loop, between two frames."""


def never(_):
    """Have it rest at nothing."""
    return False


def whole(data):
    """Send lines as they are."""
    return [data]


def bytewise(data):
    """Send each byte for itself."""
    return [data[place : place + 1] for place in range(len(data))]


class FakePhd2:
    """The server.

    `frame` is how long a frame takes, in seconds, and at least so many turns of the loop that who acts at once can act
    between two; with None frames are only taken by `fake.frames(n)`, as they are while `rests` holds of the model: so
    PHD2 stays at what it does. `cut` cuts what is sent. `requests` has all requests that came, `methods` the names;
    `crashed` why it died by itself, and `over` is set when it was asked to end.
    """

    def __init__(self, *, frame=0.003, cut=whole, port=0, instance=1, folder=None):
        self.frame, self.cut, self.port, self.instance, self.folder = frame, cut, port, instance, folder
        self.requests, self.crashed = [], ""
        self._is_hanging, self._hangs_at = False, None
        self._writers, self._serving = set(), {}
        self._server = None
        self.over = asyncio.Event()
        self._came = asyncio.Event()
        self.rests = never
        self._reset()

    def _reset(self):
        self.model = Model(self.instance)
        self._methods = Methods(self.model)
        self._methods.folder = self.folder
        self._kept = []

    async def __aenter__(self):
        await self._listen()
        self._life = asyncio.create_task(self._take_frames())
        return self

    async def __aexit__(self, *_):
        self._life.cancel()
        await asyncio.wait([self._life])
        await self.die()
        if self._serving:
            await asyncio.wait(self._serving.values())

    async def _listen(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, reuse_address=True)
        self.port = self._server.sockets[0].getsockname()[1]

    # What a test does to it.

    @property
    def methods(self):
        """The names of all requests."""
        return [request.get("method") for request in self.requests if isinstance(request, dict)]

    def asked(self, method):
        """Return the parameters of all requests of a method."""
        return [one.get("params", {}) for one in self.requests if one.get("method") == method]

    async def die(self):
        """End at once; nobody listens any more."""
        if self._server is not None:
            self._server.close()
            self.drop()
            self._server = None

    async def live(self):
        """Start again, with nothing kept but the profiles; on the same port."""
        profiles, profile = self.model.profiles, self.model.profile
        self._reset()
        self.model.profiles, self.model.profile = profiles, profile
        self._is_hanging = False
        await self._listen()

    def drop(self):
        """Break all connections; it lives on."""
        for writer in self._serving:
            writer.transport.abort()
        self._writers.clear()

    def hang(self):
        """Say nothing more, and take nothing; whoever connects is not greeted."""
        self._is_hanging = True

    def hang_at(self, method):
        """Hang when that is asked, and before it is done: a call that takes its time, until `recover`."""
        self._hangs_at = method

    async def has_waiting(self, number=1):
        """Wait until so much has come while it hangs."""
        while len(self._kept) < number:
            self._came.clear()
            await self._came.wait()

    def recover(self):
        """Go on, with all that has waited."""
        self._is_hanging = False
        kept, self._kept = self._kept, []
        for what in kept:
            what()
        self._flush()

    def say(self, event, **members):
        """Tell all clients an event."""
        self.model.say(event, **members)
        self._flush()

    def send(self, data: bytes):
        """Send bytes to all clients, as they are."""
        for writer in self._writers:
            writer.write(data)

    def change_profile(self, number):
        """Choose a profile in its window."""
        self.model.connected = False
        self.model.change_profile(number)
        self._flush()

    def frames(self, number=1):
        """Take frames."""
        for _ in range(number):
            self.model.frame()
            self._flush()

    # How it lives.

    async def _take_frames(self):
        while True:
            await asyncio.sleep(self.frame or 3600)
            for _ in range(TURNS):
                await asyncio.sleep(0)
            if not self._is_hanging and self._server is not None and not self.rests(self.model):
                self.frames()

    async def _serve(self, reader, writer):
        self._serving[writer] = asyncio.current_task()
        self._do(lambda: self._greet(writer))
        try:
            while line := await reader.readline():
                if self._hangs_at is not None and self._hangs_at.encode() in line:
                    self._hangs_at = None
                    self.hang()
                self._do(lambda line=line: self._answer(line, writer))
        except (ConnectionError, ValueError):
            pass
        finally:
            self._writers.discard(writer)
            del self._serving[writer]
            writer.transport.abort()

    def _do(self, what):
        if self._is_hanging:
            self._kept.append(what)
            self._came.set()
        else:
            what()

    def _greet(self, writer):
        self._flush()
        for message in self.model.greeting():
            self._write(writer, message)
        self._writers.add(writer)

    def _answer(self, line, writer):
        try:
            replies = self._methods.line(line)
        except CrashError as crash:
            self.crashed = str(crash)
            self._server.close()
            self.drop()
            return
        self._keep(line)
        self._flush()
        for reply in replies:
            self._write(writer, reply)
        if self.model.is_over:
            self.over.set()
            self._server.close()
            writer.close()

    def _keep(self, line):
        try:
            self.requests.append(json.loads(line))
        except ValueError:
            self.requests.append(line)

    def _flush(self):
        for message in self.model.take():
            for writer in list(self._writers):
                self._write(writer, message)

    def _write(self, writer, message):
        for part in self.cut(dumps(message)):
            writer.write(part)
