"""Focusers to test with."""

import asyncio

from lightapt_drivers import HardwareError, on_connect
from lightapt_drivers.kinds.focuser import Focuser, FocuserCan
from tests.drivers.kit.scenes import play

ABSOLUTE = FocuserCan.MOVE_TO | FocuserCan.STOP | FocuserCan.SYNC | FocuserCan.REVERSE
RELATIVE = FocuserCan.MOVE_BY | FocuserCan.STOP
TIMED = FocuserCan.RUN | FocuserCan.STOP | FocuserCan.SPEED
POSITION = "FOCUS_ABSOLUTE_POSITION"


class Puppet(Focuser):
    """A focuser that does at once what it is told, or (held) begins it and goes on for ever."""

    device_name = "Focuser"

    def __init__(self, can=ABSOLUTE, *, held=False, fails=""):
        super().__init__()
        self.can = can
        self.held = held
        self.fails = fails
        self.done = []

    async def move_focus_to(self, steps):
        await self.does("to", steps)
        self.focus_at(steps)

    async def move_focus_by(self, steps):
        await self.does("by", steps)

    async def run_focus(self, seconds):
        await self.does("for", seconds)

    async def stop_focus(self):
        self.done.append("stop")

    async def sync_focus(self, steps):
        self.done.append(("sync", steps))

    async def reverse_focus(self, *, reverse):
        self.done.append(("reverse", reverse))

    async def set_focus_speed(self, speed):
        self.done.append(("speed", speed))

    async def set_focus_backlash(self, steps):
        self.done.append(("backlash", steps))

    async def set_focus_max(self, steps):
        self.done.append(("max", steps))

    async def does(self, *what):
        self.done.append(what)
        if self.held:
            await asyncio.Event().wait()
        if self.fails:
            raise HardwareError(self.fails)

    @on_connect
    async def _say_what_it_can(self):
        self.declare_focuser(self.can)


def played(scene, can=ABSOLUTE, folder=None, **options):
    focuser = Puppet(can, **options)
    return play(lambda harness: scene(harness, focuser), focuser, folder=folder)
