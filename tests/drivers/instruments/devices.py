"""Drivers of serial instruments to test with, and emulators at the other end of their lines."""

import time
from dataclasses import replace

from lightapt_drivers.instruments.emulators.line import Line
from lightapt_drivers.instruments.emulators.lx200 import Lx200Emulator, Lx200Options
from lightapt_drivers.instruments.emulators.moonlite import MoonliteEmulator, MoonliteOptions
from lightapt_drivers.instruments.link import Patience
from lightapt_drivers.instruments.lx200.driver import Lx200
from lightapt_drivers.instruments.moonlite.driver import Moonlite
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play

SOON = Patience(attempts=3, factor=3.0)
"""With emulators, which answer at once, on a machine that may be slow."""
LENIENT = Patience(attempts=3, factor=0.7)
"""With those that leave some questions unanswered, each of which takes its time."""
HASTY = Patience(attempts=3, factor=0.1)
"""With those that do not answer and are to be lost, so that it is soon over."""
PERIOD_MS = 50
POSITION = "FOCUS_ABSOLUTE_POSITION"
START = 0x4000
"""Where an emulated focuser is when it is switched on."""
FAST = MoonliteOptions(haste=400)
"""Arrives as soon as one looks."""


class QuickMoonlite(Moonlite):
    """Looks often, and does not wait long before it looks for what it has lost."""

    reconnect_after = (0.02,)
    polling_period = Moonlite.polling_period.but(saved=False)

    def __init__(self, *, patience=SOON, **options):
        super().__init__(patience=patience, **options)
        self.polling_period.set(PERIOD_MS=PERIOD_MS)


class QuickLx200(Lx200):
    """Likewise."""

    reconnect_after = (0.02,)
    polling_period = Lx200.polling_period.but(saved=False)
    look = 0.02

    def __init__(self, *, patience=SOON, **options):
        super().__init__(patience=patience, **options)
        self.polling_period.set(PERIOD_MS=PERIOD_MS)


class Bench:
    """A harness with the driver of an instrument in it, and that at the other end of a line."""

    def __init__(self, harness, line, emulator):
        self.harness, self.line, self.emulator = harness, line, emulator

    @property
    def heard(self):
        return list(self.emulator.heard)

    async def heard_by_now(self):
        """Return what the focuser has heard of all that it was told, of which most has no answer."""
        await self.harness.request("FOCUS_SYNC", FOCUS_SYNC_VALUE=START)
        return self.heard

    async def position(self, steps, **wanted):
        return await self.harness.expect("ABS_FOCUS_POSITION", **wanted, **{POSITION: steps})


def focusing(scene, options=FAST, *, driver=QuickMoonlite, line=None, connect=True, folder=None, **settings):
    """Play a scene with a focuser on a line, plugged in and connected unless told otherwise."""
    emulator = MoonliteEmulator(options)
    with (line or Line)(emulator) as there:
        device = driver(**{"port": there.address, **settings})

        async def main(harness):
            return await scene(Bench(harness, there, emulator))

        return play(main, device, connect=connect, folder=folder)


class Mounting(Bench):
    """The same with a mount."""

    @property
    def model(self):
        return self.emulator.model

    def high(self):
        """Return a right ascension on the meridian and a declination near the zenith."""
        return {"RA": round(self.model.sidereal_time(time.time()) / 15, 2) % 24, "DEC": 60.0}

    async def slew(self, **place):
        await self.harness.request("EQUATORIAL_EOD_COORD", **{**self.high(), **place})

    async def refused(self):
        """Wait until the position has been in Alert, if but for a moment, and return why."""

        def words():
            told = (m for m in self.harness.said if getattr(m, "name", "") == "EQUATORIAL_EOD_COORD")
            return [message.message for message in told if message.state is State.ALERT]

        await self.harness.until(lambda: bool(words()), "an alert")
        return words()[-1]

    async def under_way(self):
        """Wait until clients are told that the mount has left the pole."""

        def has_left():
            return self.harness.find("EQUATORIAL_EOD_COORD").number("DEC") < 90

        await self.harness.until(has_left, "a motion")

    async def at(self, state, dec):
        await self.harness.expect("EQUATORIAL_EOD_COORD", state=state, DEC=dec)

    async def heard_by_now(self):
        """Return what the mount has heard of all that it was told, of which some has no answer."""
        await self.harness.request("GEOGRAPHIC_COORD", LAT=50, LONG=0, ELEV=0)
        return self.heard


MEADE = Lx200Options()
CLASSIC = Lx200Options(product="")
SHY = Lx200Options(product="NYX-101", is_fine=True, degree_mark=b"*", is_german=True)
"""Tells neither whether it slews nor whether it tracks."""
RAPID = 20_000.0
"""Degrees a second: a slew is over as soon as one looks."""
SLOW = 2.0


def mounting(scene, options=None, *, emulator=Lx200Emulator, driver=QuickLx200, speed=RAPID, line=None, **settings):
    """Play a scene with a mount on a line, connected."""
    options = options or MEADE
    mount = emulator(replace(options, slew_speed=speed))
    if not options.product:  # it leaves many a question unanswered
        settings = {"patience": LENIENT, **settings}
    with (line or Line)(mount) as there:

        async def main(harness):
            return await scene(Mounting(harness, there, mount))

        return play(main, driver(port=there.address, **settings))
