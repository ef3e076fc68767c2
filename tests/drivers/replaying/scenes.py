"""A replay on a line whose other end is in the hands of a test."""

import asyncio
import functools
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from lightapt_drivers.replaying.playback import Playback
from lightapt_drivers.replaying.replay import Replay
from lightapt_drivers.replaying.source import Source
from lightapt_protocol.framing import BlobElement, Framer
from lightapt_protocol.members import DefBlob, DefNumber, OneBlob, OneNumber, OneSwitch
from lightapt_protocol.messages import (
    DefBlobVector,
    DefNumberVector,
    NewNumberVector,
    NewSwitchVector,
    PingReply,
    PingRequest,
    SetBlobVector,
    SetNumberVector,
)
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.parser import parse, parse_blob
from lightapt_protocol.recording import BlobBody, Entry, EntryKind, RecordingHeader, RecordingWriter
from lightapt_protocol.vocabulary import Permission, State, SwitchState
from lightapt_protocol.writer import write
from tests.system.puppets import PATIENCE

HEADER = RecordingHeader("observatory:7624", datetime(2026, 3, 20, 22, 0, tzinfo=UTC))
COORD = DefNumberVector("Mount", "COORD", state=State.IDLE, members=(DefNumber("RA", 1.0), DefNumber("DEC", 2.0)))
FOCUS = DefNumberVector("Focuser", "POSITION", state=State.IDLE, members=(DefNumber("STEPS", 1.0),))
CCD1 = DefBlobVector("Camera", "CCD1", perm=Permission.READ_ONLY, members=(DefBlob("CCD1"),))


def element(seconds, message, kind=EntryKind.ELEMENT):
    return Entry(int(seconds * 1e6), kind, write(message).strip())


def coord(ra, state=State.OK, *, timestamp=""):
    return SetNumberVector("Mount", "COORD", state=state, timestamp=timestamp, members=(OneNumber("RA", ra),))


def picture(seconds, data, *, kept=None, format=".fits", size=None):
    """An entry of a BLOB of which so many bytes were kept."""
    size = len(data) if size is None else size
    message = SetBlobVector("Camera", "CCD1", state=State.OK, members=(OneBlob("CCD1", b"", size=size, format=format),))
    body = BlobBody(data if kept is None else data[:kept], len(data))
    return Entry(int(seconds * 1e6), EntryKind.ELEMENT, write(message).strip(), bodies=(body,))


def file(path, *entries, header=HEADER):
    writer = RecordingWriter(header)
    path.write_bytes(writer.start() + b"".join(writer.add(entries)) + writer.finish())
    return path


def pressed(button):
    return NewSwitchVector("Replay", "REPLAY_CONTROL", members=(OneSwitch(button, SwitchState.ON),))


def turned(name, member, value):
    return NewNumberVector("Replay", name, members=(OneNumber(member, value),))


def scene(play):
    """Make a test of a coroutine function; it must end in time."""

    @functools.wraps(play)
    def test(*arguments, **named):
        async def in_time():
            async with asyncio.timeout(PATIENCE):
                await play(*arguments, **named)

        asyncio.run(in_time())

    return test


class Line:
    """The server's end, as a replay sees it, and as a test does."""

    attaches = False

    def __init__(self):
        self.said = []
        self.raw = b""
        self.mirror = Mirror()
        self._news = asyncio.Event()
        self._coming = asyncio.Queue()
        self._framer = Framer()

    async def receive(self):
        return await self._coming.get()

    def send(self, pieces, *, size, descriptors=()):
        data = b"".join(map(bytes, pieces))
        self.raw += data
        for one in self._framer.feed(data):
            message = parse_blob(one) if isinstance(one, BlobElement) else parse(one.raw)
            self.said.append(message)
            self.mirror.apply(message)
        self._news.set()

    async def drained(self):
        pass

    def ask(self, *messages):
        for message in messages:
            self._coming.put_nowait(message if isinstance(message, bytes) else write(message))

    async def until(self, is_so):
        while not is_so():
            self._news.clear()
            await self._news.wait()

    async def sync(self):
        self.ask(PingRequest("sync"))
        await self.until(lambda: PingReply("sync") in self.said)
        self.said.remove(PingReply("sync"))

    def number(self, device, name, member):
        prop = self.mirror.find(device, name)
        return None if prop is None else prop.number(member)

    def is_on(self, button):
        control = self.mirror.find("Replay", "REPLAY_CONTROL")
        return control is not None and control.is_on(button)

    def of(self, device):
        return [one for one in self.said if getattr(one, "device", "") == device]


@asynccontextmanager
async def replaying(*paths, speed=0.0, is_playing=True, loops=False):
    """A replay on a line; as fast as possible, if it is told nothing else."""
    line = Line()
    playback = Playback(speed=speed, is_playing=is_playing, now=asyncio.get_running_loop().time())
    replay = Replay(line, Source(paths, without="Replay"), name="Replay", playback=playback, loops=loops)
    task = asyncio.ensure_future(replay.run())
    try:
        yield line
    finally:
        line.ask(b"")
        await task
