"""What the tests of links share: a thing on a line that may fail."""

import asyncio

from lightapt_drivers import (
    DefNumber,
    Device,
    LinkLostError,
    NumberVector,
    on_connect,
    on_disconnect,
    on_new,
    operation,
)


class Thing(Device):
    """A thing on a line that may fail.

    Attributes:
        story: What was done, in order.
        faults: What the next attempts to connect meet; None for success.
        may_answer: Cleared while it does not answer.
        tried: Set when it is tried to connect.
        begun: Set when an operation has begun.
    """

    reconnect_after = (0.001, 0.002)
    level = NumberVector("LEVEL", DefNumber("VALUE", 3.0))
    position = NumberVector("POSITION", DefNumber("VALUE", 3.0))

    def __init__(self):
        super().__init__()
        self.story = []
        self.faults = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.tried = asyncio.Event()
        self.begun = asyncio.Event()

    @on_connect
    async def open(self):
        self.story.append("open")
        self.tried.set()
        await self.may_answer.wait()
        if self.faults and (fault := self.faults.pop(0)) is not None:
            raise fault

    @on_disconnect
    async def close(self):
        self.story.append("close")

    @on_new(level)
    async def set_level(self, wanted):
        raise LinkLostError("the cable is cut")

    @operation(position)
    async def go(self, wanted):
        try:
            if wanted.value == 99:
                raise LinkLostError("the cable is cut")
            self.begun.set()
            await asyncio.Event().wait()
        finally:
            self.story.append("stop")


def connect(harness, *, on=True):
    return harness.request("CONNECTION", **{"CONNECT" if on else "DISCONNECT": True})


async def cut(harness):
    """Have the device find out that its line is cut."""
    return await harness.request("LEVEL", VALUE=1)
