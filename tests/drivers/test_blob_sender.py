"""BLOBs go inline, or in shared memory where that can be passed; then one at a time."""

import asyncio
import os

from lightapt_drivers.blob_sender import BlobSender
from lightapt_protocol.members import OneBlob
from lightapt_protocol.messages import PingReply, PingRequest
from lightapt_protocol.vocabulary import State
from tests.drivers.server_end import MemoryPort


def with_sender(scene, *, attaches):
    async def play():
        port = MemoryPort(attaches=attaches)
        try:
            return await scene(port, BlobSender(port))
        finally:
            port.close()

    return asyncio.run(play())


async def send(sender, data):
    await sender.send("Thing", "DATA", member="DATA", data=data, format=".fits", timestamp="")


def test_inline_there_is_no_question():
    async def scene(port, sender):
        await send(sender, b"one")
        await send(sender, b"two")
        return await port.next(), await port.next()

    one, two = with_sender(scene, attaches=False)
    assert one.state is State.OK
    assert one.members == (OneBlob("DATA", b"one", size=3, format=".fits"),)
    assert two.members == (OneBlob("DATA", b"two", size=3, format=".fits"),)


def test_shared_memory_holds_the_data_and_a_question_follows():
    async def scene(port, sender):
        await send(sender, b"picture")
        return await port.next(), await port.next(), os.pread(port.descriptors[0], 100, 0)

    message, question, content = with_sender(scene, attaches=True)
    assert message.members == (OneBlob("DATA", size=7, format=".fits", attached=True, length=7),)
    assert question == PingRequest("SetBLOB/1")
    assert content == b"picture"


def test_the_next_waits_for_the_answer_to_that_question():
    async def scene(port, sender):
        await send(sender, b"one")
        second = asyncio.create_task(send(sender, b"two"))
        sender.answered(PingReply("SetBLOB/0"))
        await asyncio.sleep(0)
        assert not second.done()
        sender.answered(PingReply("SetBLOB/1"))
        await second
        return await port.until(uid="SetBLOB/2")

    said = with_sender(scene, attaches=True)
    assert [message for message in said if isinstance(message, PingRequest)] == [
        PingRequest("SetBLOB/1"),
        PingRequest("SetBLOB/2"),
    ]
