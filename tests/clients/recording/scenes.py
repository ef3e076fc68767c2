"""A server and a recorder of it; and what its files hold."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from lightapt_clients.opening import open_transport
from lightapt_clients.recording import Recorder, RecordingFiles
from lightapt_protocol.framing import BlobElement, Framer
from lightapt_protocol.messages import EnableBlob, GetProperties
from lightapt_protocol.recording import BlobChoice, EntryKind, Recording, RecordingHeader
from lightapt_protocol.writer import write
from tests.clients.puppet import FAST, puppet

HEADER = RecordingHeader("somewhere", datetime(2026, 3, 20, 22, 0, tzinfo=UTC))


class Running:
    """A recorder that runs."""

    def __init__(self, server, end, recorder, files, task, stop):
        self.server = server
        self.end = end
        self.recorder = recorder
        self.files = files
        self.task = task
        self.stop = stop

    async def finish(self):
        """Have it end well; return what the file holds."""
        await self.end.sync()
        self.stop.set()
        await self.task
        return read(self.files.path)


@asynccontextmanager
async def recording(path, *, is_local=False, blobs=BlobChoice.ALL, devices=(), timing=FAST, **options):
    """A recorder of a puppet that has told its wishes."""
    async with puppet(is_local=is_local) as server:
        transport = await open_transport(server.address)
        files = RecordingFiles(path, HEADER, **options)
        recorder = Recorder(server.address, files, blobs=blobs, devices=devices, timing=timing)
        stop = asyncio.Event()
        task = asyncio.ensure_future(recorder.run(transport, stop=stop))
        end = await server.accept()
        await end.expect(GetProperties)
        if blobs is not BlobChoice.NONE:
            await end.expect(EnableBlob)
        try:
            yield Running(server, end, recorder, files, task, stop)
        finally:
            stop.set()
            await asyncio.wait([task])


def read(path):
    """All entries of a file, which must be whole."""
    file = Recording([path.read_bytes()])
    entries = list(file)
    assert file.is_whole
    return entries


def elements(entries):
    """The bytes of the elements."""
    return [entry.content for entry in entries if entry.kind is EntryKind.ELEMENT]


def raw(*messages):
    """Messages as a recording holds them."""
    framed = Framer().feed(b"".join(map(write, messages)))
    return [b"" if isinstance(one, BlobElement) else one.raw for one in framed]
