"""A picture is sent to those who know of its property. How it travels: test_wire.py and test_large_blobs.py."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from lightapt_drivers import BlobVector, DefBlob, Device, State
from lightapt_drivers.kit.live_blobs import LiveBlob
from lightapt_protocol.messages import DefBlobVector, SetBlobVector
from tests.drivers.kit.scenes import descriptors, play

PICTURES = DefBlobVector("", "P", members=(DefBlob("M"),))
BOTH_WAYS = pytest.mark.parametrize("attaches", [False, True])


class Camera(Device):
    """A camera with two pictures."""

    image = BlobVector("IMAGE", DefBlob("IMAGE"), DefBlob("THUMB"))


def with_camera(scene, **options):
    camera = Camera()
    before = descriptors()
    result = play(lambda harness: scene(harness, camera), camera, **options)
    assert descriptors() == before
    return result


def test_its_state_is_told_without_a_picture():
    async def scene(harness, camera):
        camera.image.alert("no picture")
        return harness.said[-1]

    message = with_camera(scene)
    assert isinstance(message, SetBlobVector)
    assert (message.state, message.message, message.members) == (State.ALERT, "no picture", ())


@BOTH_WAYS
def test_a_picture_is_sent_in_the_first_member_and_ok(attaches):
    async def scene(harness, camera):
        await camera.image.send(b"picture", format=".fits")
        return harness.find("IMAGE").state, await harness.blob("IMAGE")

    state, blob = with_camera(scene, attaches=attaches)
    assert (state, blob.name, blob.data, blob.size, blob.format) == (State.OK, "IMAGE", b"picture", 7, ".fits")


@BOTH_WAYS
def test_it_may_be_another_member_compressed_and_made_in_a_buffer(attaches):
    async def scene(harness, camera):
        with camera.image.buffer(5) as buffer:
            buffer.memory[:] = b"small"
            await camera.image.send(buffer, format=".x.z", member="THUMB", size=50)
        return await harness.blob("IMAGE")

    thumb = with_camera(scene, attaches=attaches)
    assert (thumb.name, thumb.data, thumb.size, thumb.format) == ("THUMB", b"small", 50, ".x.z")


@BOTH_WAYS
def test_nothing_is_a_picture_too(attaches):
    async def scene(harness, camera):
        await camera.image.send(b"", format=".x")
        return await harness.blob("IMAGE")

    assert with_camera(scene, attaches=attaches).data == b""


@BOTH_WAYS
def test_while_nobody_knows_of_it_none_is_sent_and_the_buffer_is_closed(attaches):
    async def scene(harness, camera):
        await camera.image.send(b"nobody gets this", format=".x")
        await camera.image.send(camera.image.buffer(10), format=".x")
        return [message for message in harness.said if isinstance(message, SetBlobVector)]

    assert with_camera(scene, connect=False, attaches=attaches) == []


def test_a_member_that_is_not_there_is_a_key_error():
    async def scene(_, camera):
        with pytest.raises(KeyError, match=r"Camera\.IMAGE has no member NONE"):
            await camera.image.send(b"x", format=".x", member="NONE")

    with_camera(scene, attaches=True)


def test_what_is_sent_may_be_changed_as_soon_as_that_returns():
    async def scene(harness, camera):
        data = bytearray(b"picture")
        await camera.image.send(data, format=".x")
        data[:] = b"another"
        return (await harness.blob("IMAGE")).data

    assert with_camera(scene) == b"picture"


def test_a_device_that_does_not_run_yet_sends_nothing():
    live = LiveBlob("D", PICTURES)
    with live.buffer(10) as buffer:
        assert not buffer.is_shared
    asyncio.run(live.send(b"x", format=".x"))


@BOTH_WAYS
def test_memory_that_is_reserved_is_what_the_next_buffer_is(attaches):
    async def scene(harness, camera):
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        with camera.image.reserving(100):
            await asyncio.to_thread(int)  # behind which it has been found
            found = camera.image._reserve._buffer
            with camera.image.buffer(7) as buffer, camera.image.buffer(7) as other:
                assert (buffer is found, other is found, buffer.size) == (True, False, 7)
                buffer.memory[:] = b"picture"
                await camera.image.send(buffer, format=".x")
        return (await harness.blob("IMAGE")).data

    assert with_camera(scene, attaches=attaches) == b"picture"


@BOTH_WAYS
def test_what_is_made_in_memory_that_is_reserved_is_in_the_next_buffer(attaches):
    async def scene(harness, camera):
        with camera.image.reserving(7) as memory:
            (await asyncio.to_thread(memory))[:] = b"picture"
            await camera.image.send(camera.image.buffer(7), format=".x")
        return (await harness.blob("IMAGE")).data

    assert with_camera(scene, attaches=attaches) == b"picture"


@BOTH_WAYS
@pytest.mark.parametrize("size", [0, 100])
def test_memory_that_is_reserved_and_not_used_is_given_back(attaches, size):
    async def scene(_, camera):
        with camera.image.reserving(size):
            pass
        return camera.image._reserve

    assert with_camera(scene, attaches=attaches) is None


def test_a_device_that_does_not_run_yet_reserves_nothing():
    live = LiveBlob("D", PICTURES)
    with live.reserving(10) as memory, live.buffer(10) as buffer:
        assert memory() is None
        assert not buffer.is_shared
