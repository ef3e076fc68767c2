"""The wire keeps the order of messages, and sends one BLOB at a time: inline, or in shared memory."""

import asyncio
import errno
import os
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest

from lightapt_drivers.kit.wire import BlobBuffer, Wire, one_blob
from lightapt_protocol.framing import BlobElement, Framer
from lightapt_protocol.members import OneBlob
from lightapt_protocol.messages import DelProperty, Notice, PingReply, PingRequest, SetBlobVector
from lightapt_protocol.parser import parse, parse_blob
from lightapt_protocol.writer import write
from tests.drivers.kit.scenes import FakePort, descriptors, turns


@pytest.fixture(autouse=True)
def _no_descriptor_is_left():
    before = descriptors()
    yield
    assert descriptors() == before


def with_wire(scene, *, attaches=False, **options):
    """Play a scene with a wire and the port behind it."""

    async def play():
        port = FakePort(attaches=attaches)
        try:
            return await scene(port, Wire(port, **options))
        finally:
            port.close()

    return asyncio.run(play())


def messages(port):
    framer = Framer()
    elements = framer.feed(port.data)
    assert framer.error is None
    return [parse_blob(one) if isinstance(one, BlobElement) else parse(one.raw) for one in elements]


def filled(wire, data):
    buffer = wire.buffer(len(data))
    buffer.memory[:] = data
    return buffer


def message(buffer):
    return SetBlobVector("D", "P", members=(one_blob("M", buffer, size=buffer.size, format=".x"),))


async def send(wire, data):
    buffer = filled(wire, data)
    await wire.send_blob(message(buffer), buffer)


@contextmanager
def given_up(wire, data):
    """Begin to send, and give it up at the end of the block."""
    task = asyncio.create_task(send(wire, data))
    yield task
    task.cancel()


# Messages.


def test_messages_keep_their_order_and_nothing_waits():
    async def scene(port, wire):
        port.room.clear()
        wire.send(Notice("D", "one"))
        wire.send(Notice("D", "two"))
        return messages(port)

    assert with_wire(scene) == [Notice("D", "one"), Notice("D", "two")]


def test_what_is_said_is_overheard_but_for_blobs():
    heard = []

    async def scene(_, wire):
        wire.send(DelProperty("D", "P"))
        await send(wire, b"picture")

    with_wire(scene, overhear=heard.append)
    assert heard == [DelProperty("D", "P")]


def test_who_tells_much_can_wait_until_it_has_gone():
    async def scene(port, wire):
        port.room.clear()
        waiting = asyncio.create_task(wire.drained())
        await turns()
        assert not waiting.done()
        port.room.set()
        await waiting

    with_wire(scene)


# BLOBs inline.


def test_inline_there_is_no_question():
    async def scene(port, wire):
        await send(wire, b"one")
        await send(wire, b"two")
        return messages(port)

    one, two = with_wire(scene)
    assert one.members == (OneBlob("M", b"one", size=3, format=".x"),)
    assert two.members == (OneBlob("M", b"two", size=3, format=".x"),)


def test_inline_a_blob_waits_until_what_is_before_it_has_gone():
    async def scene(port, wire):
        port.room.clear()
        sending = asyncio.create_task(send(wire, b"one"))
        await turns(3)
        assert port.sent == []
        port.room.set()
        await sending
        return messages(port)

    assert len(with_wire(scene)) == 1


def test_inline_the_port_is_told_how_much_it_will_be():
    sizes = []

    class Counting(FakePort):
        def send(self, pieces, *, size, descriptors=()):
            super().send(pieces, size=size, descriptors=descriptors)
            sizes.append(size)

    async def play():
        await send(Wire(Counting()), b"x" * 300_000)

    asyncio.run(play())
    assert sizes == [400_000]


def test_memory_that_is_sent_inline_lives_until_it_is_written():
    later = []

    class Slow(FakePort):
        def send(self, pieces, *, size, descriptors=()):
            later.append(pieces)

    async def play():
        wire = Wire(Slow())
        with filled(wire, b"picture") as buffer:
            await wire.send_blob(message(buffer), buffer)
        return b"".join(later[0])

    (element,) = Framer().feed(asyncio.run(play()))
    assert parse_blob(element).members[0].data == b"picture"


# BLOBs in shared memory.


def test_shared_memory_holds_the_data_and_a_question_follows():
    async def scene(port, wire):
        await send(wire, b"picture")
        ((_, (descriptor,)),) = port.sent
        return *messages(port), os.pread(descriptor, 100, 0)

    told, question, content = with_wire(scene, attaches=True)
    assert told.members == (OneBlob("M", size=7, format=".x", attached=True, length=7),)
    assert question == PingRequest("SetBLOB/1")
    assert content == b"picture"


def test_the_next_waits_for_the_answer_to_that_question():
    async def scene(port, wire):
        await send(wire, b"one")
        second = asyncio.create_task(send(wire, b"two"))
        await turns(3)
        wire.answered(PingReply("SetBLOB/0"))
        wire.answered(PingReply("another's"))
        await turns(3)
        assert not second.done()
        wire.answered(PingReply("SetBLOB/1"))
        await second
        return messages(port)

    said = with_wire(scene, attaches=True)
    assert [one for one in said if isinstance(one, PingRequest)] == [PingRequest("SetBLOB/1"), PingRequest("SetBLOB/2")]


def test_messages_go_on_while_a_blob_waits_for_the_one_before():
    async def scene(port, wire):
        await send(wire, b"one")
        with given_up(wire, b"two"):
            await turns(3)
            wire.send(Notice("D", "meanwhile"))
        return messages(port)[-1]

    assert with_wire(scene, attaches=True) == Notice("D", "meanwhile")


def test_blobs_keep_their_order():
    async def scene(port, wire):
        sending = [asyncio.create_task(send(wire, data)) for data in (b"1", b"2", b"3")]
        for number, task in enumerate(sending, start=1):
            await task
            wire.answered(PingReply(f"SetBLOB/{number}"))
        return [os.pread(beside[0], 1, 0) for _, beside in port.sent]

    assert with_wire(scene, attaches=True) == [b"1", b"2", b"3"]


def test_blobs_that_are_given_up_while_they_wait_give_their_memory_back():
    async def scene(port, wire):
        await send(wire, b"one")
        before = descriptors()
        with given_up(wire, b"waits for the answer"), given_up(wire, b"waits for its turn"):
            await turns(3)
            assert descriptors() > before
        await turns(3)
        assert descriptors() == before
        wire.answered(PingReply("SetBLOB/1"))
        await send(wire, b"four")
        return len(port.sent)

    assert with_wire(scene, attaches=True) == 2


def test_a_server_that_takes_nothing_any_more_costs_no_memory():
    async def scene(port, wire):
        async def gone():
            raise BrokenPipeError(errno.EPIPE, "gone")

        port.drained = gone
        with pytest.raises(BrokenPipeError):
            await send(wire, b"one")

    with_wire(scene, attaches=True)


def test_an_array_that_still_looks_at_the_memory_does_no_harm():
    async def scene(port, wire):
        for number in (1, 2):
            buffer = filled(wire, b"picture")
            looking = np.frombuffer(buffer.memory, dtype="u1")
            await wire.send_blob(message(buffer), buffer)
            wire.answered(PingReply(f"SetBLOB/{number}"))
            assert looking.sum() == sum(b"picture")
        return len(port.sent)

    assert with_wire(scene, attaches=True) == 2


# Buffers.


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("size", [0, 1, 100_000])
def test_a_buffer_is_memory_of_its_size(shared, size):
    with BlobBuffer(size, shared=shared) as buffer:
        assert (len(buffer.memory), buffer.is_shared) == (size, shared)
        buffer.memory[:] = b"x" * size
        assert bytes(buffer.memory) == b"x" * size


@pytest.mark.parametrize("shared", [False, True])
def test_a_buffer_is_given_back_once_however_often_it_is_closed(shared):
    buffer = BlobBuffer(10, shared=shared)
    assert buffer.memory
    buffer.close()
    buffer.close()


def test_a_buffer_that_was_looked_at_is_closed_all_the_same():
    with BlobBuffer(10, shared=True) as buffer:
        looking = np.frombuffer(buffer.memory, dtype="u1")
    assert looking.sum() == 0


def test_a_descriptor_that_was_taken_is_the_takers():
    with BlobBuffer(10, shared=True) as buffer:
        descriptor = buffer.take_descriptor()
    os.close(descriptor)


@pytest.mark.parametrize("attaches", [False, True])
def test_the_memory_is_shared_where_it_can_be_passed_on(attaches):
    async def scene(_, wire):
        with wire.buffer(10) as buffer:
            return buffer.is_shared

    assert with_wire(scene, attaches=attaches) is attaches


def test_the_name_of_a_blob_is_no_part_of_its_size():
    with BlobBuffer(10, shared=False) as buffer:
        one = one_blob("M", buffer, size=100, format=".fits.z")
        assert (one.size, one.format, len(one.data), one.attached) == (100, ".fits.z", 10, False)


def test_a_large_blob_is_encoded_as_it_goes():
    encoded = []

    class Counting(FakePort):
        def send(self, pieces, *, size, descriptors=()):
            encoded.append(pieces)

    async def play():
        await send(Wire(Counting()), b"x" * 10_000_000)

    asyncio.run(play())
    lengths = [len(piece) for piece in encoded[0]]
    assert max(lengths) < 1_000_000
    assert len(write(Notice("D", ""))) < sum(lengths)


def test_words_that_are_too_long_for_the_server_are_cut():
    heard = []

    async def scene(port, wire):
        wire.send(Notice("D", "x" * 100_000))
        buffer = filled(wire, b"data")
        await wire.send_blob(replace(message(buffer), message="x" * 100_000), buffer)
        return messages(port)

    notice, blob = with_wire(scene, overhear=heard.append)
    assert notice.message.endswith("…")
    assert blob.message.endswith("…")
    assert heard == [notice]
