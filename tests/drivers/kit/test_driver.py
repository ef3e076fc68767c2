"""A driver passes what comes to the devices that it is for, and has as many of them as it likes."""

import asyncio
import os

import pytest

from lightapt_drivers import (
    BlobVector,
    DefBlob,
    DefNumber,
    Device,
    Driver,
    NumberVector,
    State,
    on_connect,
    on_disconnect,
    on_new,
)
from lightapt_drivers.testing import MemoryPort
from lightapt_protocol.errors import MalformedElementError
from lightapt_protocol.messages import (
    Definition,
    DelProperty,
    EnableBlob,
    GetProperties,
    Notice,
    PingReply,
    PingRequest,
    SetBlobVector,
)
from lightapt_protocol.vocabulary import BlobPolicy
from lightapt_protocol.writer import write
from tests.drivers.kit.scenes import PATIENCE, new, play, said_of, states, turns

OK = State.OK


class Thing(Device):
    """A thing with one number."""

    level = NumberVector("LEVEL", DefNumber("VALUE", 3.0, max=10.0))

    def __init__(self, name="Thing"):
        super().__init__(name)
        self.found = asyncio.Event()
        self.left = False
        self.go_on = asyncio.Event()
        self.go_on.set()

    @on_new(level)
    async def set_level(self, wanted):
        await self.go_on.wait()

    @on_connect
    async def find(self):
        self.found.set()

    @on_disconnect
    async def leave(self):
        self.left = True


class Camera(Device):
    """A camera that sends a picture when it is told to."""

    image = BlobVector("IMAGE", DefBlob("IMAGE"))
    shoot = NumberVector("SHOOT", DefNumber("BYTES", 0.0))

    @on_new(shoot)
    async def send(self, wanted):
        await self.image.send(b"x" * int(wanted.value), format=".x")


def defined(messages):
    return {message.device for message in messages if isinstance(message, Definition)}


def ended(*data, devices=()):
    """Return the errors with which a driver ends that is told this, and what it has said."""
    said = []

    async def scene():
        port = MemoryPort(said=lambda message, _: said.append(message))
        for piece in data:
            port.tell(piece)
        async with asyncio.timeout(PATIENCE):
            await Driver(port, devices or [Thing()]).run()

    try:
        asyncio.run(scene())
    except ExceptionGroup as group:
        return group.exceptions, said
    return (), said


# One port, several devices.


def test_every_device_answers_when_all_are_asked():
    async def scene(harness):
        harness.send(GetProperties())
        return defined(await harness.dealt_with())

    assert play(scene, Thing(), Thing("Second")) == {"Thing", "Second"}


def test_a_request_is_for_one_of_them():
    async def scene(harness):
        await harness.request("CONNECTION", device="Second", CONNECT=True)
        return [harness.find("CONNECTION", device=device).is_on("CONNECT") for device in ("Thing", "Second")]

    assert play(scene, Thing(), Thing("Second"), connect=False) == [False, True]


def test_one_that_is_busy_does_not_hold_the_others():
    slow = Thing()

    async def scene(harness):
        await harness.request("CONNECTION", device="Second", CONNECT=True)
        slow.go_on.clear()
        harness.send(new("Number", "Thing", "LEVEL", VALUE=1))
        harness.send(new("Number", "Second", "LEVEL", VALUE=1))
        await harness.expect("LEVEL", device="Second", state=OK, VALUE=1)
        assert harness.find("LEVEL").state is State.IDLE
        slow.go_on.set()

    play(scene, slow, Thing("Second"))


def test_a_ping_is_answered_once_when_all_have_dealt_with_what_was_before():
    slow = Thing()

    async def scene(harness):
        slow.go_on.clear()
        harness.send(new("Number", "Thing", "LEVEL", VALUE=1))
        harness.send(PingRequest("mine"))
        harness.send(new("Switch", "Second", "CONNECTION", CONNECT="On"))
        await harness.expect("CONNECTION", device="Second", state=OK)
        assert PingReply("mine") not in harness.said
        slow.go_on.set()
        await harness.dealt_with()
        return harness.said.count(PingReply("mine"))

    assert play(scene, slow, Thing("Second")) == 1


def test_a_driver_without_devices_answers_pings_as_well():
    device = Thing()

    async def scene(harness):
        await harness.driver.remove(device)
        return await harness.dealt_with()

    assert play(scene, device) == []


def test_two_devices_of_one_name_are_refused():
    (error,), _ = ended(b"", devices=[Thing(), Thing()])
    assert isinstance(error, ValueError)
    assert str(error) == "there are two devices of the name Thing"


# Added and removed while it runs.


def test_a_device_that_is_added_is_told_to_the_clients_at_once():
    second = Thing("Second")

    async def scene(harness):
        await harness.driver.add(second)
        assert "Second" in defined(harness.said)
        assert harness.driver.devices[1] is second
        await harness.connect("Second")

    play(scene, Thing())
    assert second.left


def test_a_device_that_is_removed_lets_go_and_is_forgotten():
    second = Thing("Second")

    async def scene(harness):
        await harness.connect("Second")
        await harness.driver.remove(second)
        gone = harness.said[-1]
        harness.send(new("Switch", "Second", "CONNECTION", CONNECT="On"))
        harness.send(GetProperties())
        return gone, defined(await harness.dealt_with()), len(harness.driver.devices)

    gone, left, count = play(scene, Thing(), second)
    assert (gone, left, count) == (DelProperty("Second"), {"Thing"}, 1)
    assert second.left


def test_a_name_is_free_again_when_its_device_is_removed():
    first = Thing()

    async def scene(harness):
        with pytest.raises(ValueError, match="two devices of the name Thing"):
            await harness.driver.add(Thing())
        await harness.driver.remove(first)
        await harness.driver.add(Thing())
        await harness.connect()

    play(scene, first)


# What comes.


def test_what_is_no_message_is_passed_over(caplog):
    async def scene(harness):
        harness.send("<nonsense/>")
        harness.send('<newNumberVector device="Thing"/>')
        harness.send('<setNumberVector device="Mount" name="RA" state="Sideways"/>')
        return await harness.dealt_with()

    play(scene, Thing())
    assert "nonsense" in caplog.text
    assert "Sideways" in caplog.text


def test_what_is_the_servers_business_is_passed_over():
    async def scene(harness):
        harness.send(EnableBlob("Thing", policy=BlobPolicy.ALSO))
        harness.send(Notice("", "the server says"))
        harness.send(PingReply("nobody asked"))
        return await harness.dealt_with()

    assert play(scene, Thing()) == []


def test_messages_may_come_in_any_pieces():
    data = new("Switch", "Thing", "CONNECTION", CONNECT="On").encode()
    errors, said = ended(*(bytes([byte]) for byte in data), b"")
    assert (errors, states(said_of("CONNECTION", said))) == ((), [OK])


def test_the_end_of_the_input_is_the_end():
    thing = Thing()
    errors, _ = ended(new("Switch", "Thing", "CONNECTION", CONNECT="On").encode(), b"", devices=[thing])
    assert errors == ()
    assert thing.left


def test_input_that_is_not_xml_is_the_end_too_and_the_hardware_is_let_go_of():
    thing = Thing()

    async def scene():
        port = MemoryPort(said=lambda *_: None)
        life = asyncio.create_task(Driver(port, [thing]).run())
        port.tell(new("Switch", "Thing", "CONNECTION", CONNECT="On").encode())
        await thing.found.wait()
        port.tell(b"<getProperties <<")
        await life

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(asyncio.wait_for(scene(), PATIENCE))
    assert caught.group_contains(MalformedElementError)
    assert thing.left


# BLOBs.


@pytest.mark.parametrize("attaches", [False, True])
def test_a_picture_comes_as_it_was_sent(attaches):
    async def scene(harness):
        await harness.request("SHOOT", BYTES=100_000)
        blob = await harness.blob("IMAGE")
        return bytes(blob.data) == b"x" * 100_000, blob.size, blob.format

    assert play(scene, Camera(), attaches=attaches) == (True, 100_000, ".x")


def test_the_cameras_of_one_driver_take_turns():
    """The second picture waits until the server says that it is done with the first."""
    pictures, news = [], asyncio.Event()

    def heard(message, descriptors):
        for descriptor in descriptors:
            os.close(descriptor)
        if isinstance(message, SetBlobVector):
            pictures.append(message.device)
            news.set()

    async def scene():
        port = MemoryPort(said=heard, attaches=True)
        life = asyncio.create_task(Driver(port, [Camera("Left"), Camera("Right")]).run())
        for device in ("Left", "Right"):
            port.tell((new("Switch", device, "CONNECTION", CONNECT="On")).encode())
            port.tell((new("Number", device, "SHOOT", BYTES=10)).encode())
        await news.wait()
        await turns(20)
        assert len(pictures) == 1
        news.clear()
        port.tell(write(PingReply("SetBLOB/1")))
        await news.wait()
        port.tell(b"")
        await life

    asyncio.run(asyncio.wait_for(scene(), PATIENCE))
    assert sorted(pictures) == ["Left", "Right"]
