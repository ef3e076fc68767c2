"""Scenes: devices that run in a harness, and what a test makes of what they say."""

import asyncio
import os

from lightapt_drivers.testing import Harness

PATIENCE = 60.0


def play(scene, *devices, connect=True, **options):
    """Play a scene with these devices; it is given the harness, in which the first is connected."""

    async def scene_with_devices():
        async with Harness(*devices, patience=PATIENCE, **options) as harness:
            if connect:
                await harness.connect()
            return await scene(harness)

    return asyncio.run(scene_with_devices())


def answers(device, *requests):
    """Return what is said to requests, each a name and members."""

    async def scene(harness):
        said = []
        for name, members in requests:
            said += await harness.request(name, **members)
        return said

    return play(scene, device)


def new(kind, device, name, **members):
    """Return the XML of a request."""
    ones = "".join(f'<one{kind} name="{member}">{value}</one{kind}>' for member, value in members.items())
    return f'<new{kind}Vector device="{device}" name="{name}">{ones}</new{kind}Vector>'


def said_of(name, messages):
    """Return what was said of one property."""
    return [message for message in messages if getattr(message, "name", None) == name]


def states(messages):
    return [message.state for message in messages]


def value(message, member="VALUE"):
    """Return the value of a member in a message."""
    return next(one.value for one in message.members if one.name == member)


def descriptors():
    """Return the open descriptors of this process."""
    return set(os.listdir("/proc/self/fd"))


class FakePort:
    """A server's end that keeps what is sent, and holds it back when told to.

    Attributes:
        sent: The messages' bytes, joined, and the descriptors beside each.
        room: Cleared while nothing more can be sent.
    """

    def __init__(self, *, attaches=False):
        self.attaches = attaches
        self.sent = []
        self.room = asyncio.Event()
        self.room.set()

    async def receive(self):
        await asyncio.Event().wait()

    def send(self, pieces, *, size, descriptors=()):
        self.sent.append((b"".join(pieces), tuple(descriptors)))

    async def drained(self):
        await self.room.wait()

    @property
    def data(self):
        return b"".join(data for data, _ in self.sent)

    def close(self):
        for _, beside in self.sent:
            for descriptor in beside:
                os.close(descriptor)


async def turns(count=1):
    """Let the loop turn."""
    for _ in range(count):
        await asyncio.sleep(0)
