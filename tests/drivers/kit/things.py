"""A device for the tests of the kit: with requests that are quick, and such as take their time."""

import asyncio

from lightapt_drivers import (
    ButtonVector,
    DefNumber,
    DefSwitch,
    DefText,
    Device,
    NumberVector,
    Permission,
    SwitchVector,
    TextVector,
    WhileBusy,
    on_new,
    operation,
)


class Thing(Device):
    """A thing with quick and long requests.

    Attributes:
        arrive: Set to let what goes on come to its end.
        log_of: What was done, in order.
    """

    level = NumberVector("LEVEL", DefNumber("VALUE", 3.0, max=10.0), DefNumber("OTHER", 1.0))
    mode = SwitchVector("MODE", DefSwitch("FAST"), DefSwitch("SLOW"))
    reading = NumberVector("READING", DefNumber("VALUE", 0.0), perm=Permission.READ_ONLY)
    position = NumberVector("POSITION", DefNumber("VALUE", 0.0, max=100.0))
    lid = SwitchVector("LID", DefSwitch("OPEN"), DefSwitch("CLOSED"))
    program = TextVector("PROGRAM", DefText("TEXT"))
    home = ButtonVector("HOME", DefSwitch("GO"))
    abort = ButtonVector("ABORT", DefSwitch("ABORT"))

    def __init__(self):
        super().__init__()
        self.arrive = asyncio.Event()
        self.done = []
        self.fault = None

    async def travel(self, what):
        try:
            await self.arrive.wait()
            if self.fault is not None:
                raise self.fault
            self.done.append(f"{what} arrived")
        finally:
            self.done.append(f"{what} stopped")

    @operation(position)
    async def go(self, wanted):
        await self.travel(f"{wanted.value:g}")
        self.position.set(VALUE=wanted.value)

    @operation(home, lane=position, while_busy=WhileBusy.REFUSE)
    async def go_home(self, wanted):
        await self.travel("home")

    @operation(lid, while_busy=WhileBusy.REFUSE)
    async def move_lid(self, wanted):
        await self.travel(wanted.choice)

    @operation(program)
    async def run_program(self, wanted):
        await self.travel(wanted.value)

    @on_new(abort)
    async def stop(self, wanted):
        self.done.append("abort" if await self.cancel(self.position, self.lid) else "nothing to abort")
