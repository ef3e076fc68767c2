"""Domes to test with, and the mounts and the weather that they hear of."""

import asyncio

from lightapt_drivers import (
    DefLight,
    DefNumber,
    Device,
    HardwareError,
    LightVector,
    NumberVector,
    Standard,
    SwitchVector,
    on_connect,
)
from lightapt_drivers.kinds.dome import Dome, DomeCan, Shutter
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import PATIENCE, play

TURNING = DomeCan.TURN_TO | DomeCan.STOP | DomeCan.SYNC | DomeCan.SPEED
DOME = TURNING | DomeCan.SHUTTER
ROOF = DomeCan.ROOF | DomeCan.STOP
AZIMUTH = "DOME_ABSOLUTE_POSITION"
J2000 = 946_728_000.0
"""Unix time at which the sidereal time of Greenwich is 280.46 degrees."""


class Puppet(Dome):
    """A dome that does at once what it is told, or (held) begins it and goes on until it is let go.

    Attributes:
        done: What it was told.
        go: Set to let what is held come to its end.
    """

    device_name = "Dome"

    def __init__(self, can=DOME, *, held=False, fails="", shutter=Shutter.CLOSED, parked=False):
        super().__init__()
        self.can = can
        self.held = held
        self.fails = fails
        self.stands = shutter
        self.parked = parked
        self.done = []
        self.go = asyncio.Event()

    def dome_time(self):
        return J2000

    @on_connect
    async def _say_how_it_is(self):
        self.declare_dome(self.can)
        self.dome_is_parked(self.parked)
        self.shutter_is(self.stands)

    async def turn_dome_to(self, azimuth, *, way):
        await self.does(f"{azimuth:g} by {way:g}")
        self.dome_at(azimuth)

    async def stop_dome(self):
        self.done.append("stop")

    async def sync_dome(self, azimuth):
        self.done.append(f"sync {azimuth:g}")

    async def set_dome_speed(self, speed):
        self.done.append(f"speed {speed:g}")

    async def open_shutter(self):
        await self.does("open")

    async def close_shutter(self):
        await self.does("close")

    async def stop_shutter(self):
        self.done.append("stop shutter")

    async def park_dome(self):
        await self.does("park")

    async def unpark_dome(self):
        self.done.append("unpark")

    async def does(self, what):
        self.done.append(what)
        if self.held:
            await self.go.wait()
        if self.fails:
            raise HardwareError(self.fails)


class Mount(Device):
    """A mount as a dome hears it."""

    device_name = "Telescope Simulator"

    coordinates = NumberVector(
        Standard.EQUATORIAL_EOD_COORD, DefNumber("RA", 0), DefNumber("DEC", 0), always=True, state=State.OK
    )
    target = NumberVector(Standard.TARGET_EOD_COORD, DefNumber("RA", 0), DefNumber("DEC", 0), always=True)
    site = NumberVector(
        Standard.GEOGRAPHIC_COORD,
        DefNumber("LAT", 50),
        DefNumber("LONG", 0),
        DefNumber("ELEV", 0),
        always=True,
    )
    side = SwitchVector.standard(Standard.TELESCOPE_PIER_SIDE, "West", "East", on="PIER_WEST", always=True)
    park = SwitchVector.standard(Standard.TELESCOPE_PARK, "Park", "Unpark", on="UNPARK", always=True)

    def look(self, *, hour_angle, dec, state=State.OK):
        """Look at an hour angle and declination, in degrees."""
        self.coordinates.set(RA=ra_at(hour_angle), DEC=dec, state=state)


class Weather(Device):
    """The weather as a dome hears it."""

    device_name = "Weather Simulator"

    status = LightVector(Standard.WEATHER_STATUS, DefLight("WEATHER_RAIN_HOUR"), always=True, state=State.OK)


def ra_at(hour_angle):
    """Return the right ascension, in hours, that is at an hour angle in degrees at the time of the puppet."""
    return (280.46061837 - hour_angle) % 360 / 15


def played(scene, can=DOME, folder=None, **options):
    """Play a scene with a dome alone."""
    dome = Puppet(can, **options)
    return play(lambda harness: scene(harness, dome), dome, folder=folder)


def played_with(others, scene, can=DOME, **options):
    """Play a scene with a dome and what it snoops on."""
    dome = Puppet(can, **options)
    return play(lambda harness: scene(harness, dome), dome, *others)


async def turned(harness, *azimuths):
    for azimuth in azimuths:
        await harness.request("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=azimuth)
        await harness.expect("ABS_DOME_POSITION", state=State.OK, DOME_ABSOLUTE_POSITION=azimuth % 360)


async def begun(harness, dome, *, what):
    """Wait until the hardware was told something."""
    async with asyncio.timeout(PATIENCE):
        while what not in dome.done:
            await harness.dealt_with()


async def refused(harness, name, *, words, **members):
    """Expect a request to be refused with these words."""
    said = await harness.request(name, **members)
    assert harness.find(name).state is State.ALERT
    assert any(words in getattr(message, "message", "") for message in said), said
