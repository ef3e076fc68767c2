"""Telescope simulators to test with: fast ones, in fast time, and what they tell of where they point."""

import asyncio
import math

from lightapt_drivers.simulators.mount_clock import MountClock
from lightapt_drivers.simulators.mount_config import MountConfig
from lightapt_drivers.simulators.mount_frames import sidereal_time
from lightapt_drivers.simulators.pointing_log import PointingLog, Sample
from lightapt_drivers.simulators.telescope import TelescopeSimulator
from lightapt_protocol.members import DefNumber
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play, said_of

NAME = "Telescope Simulator"
POSITION, PARK, TRACK = "EQUATORIAL_EOD_COORD", "TELESCOPE_PARK", "TELESCOPE_TRACK_STATE"
RATE = 20.0
"""How much faster than real time the mounts live."""
SIDEREAL = 15.041067


def telescope(config=None, *, rate=RATE, **options):
    """A mount that slews in no time."""
    config = config or MountConfig(speed=2e4, acceleration=1e6, **options)
    return TelescopeSimulator(config=config, clock=MountClock(rate=rate))


def played(scene, mount=None, **options):
    """Play a scene with a telescope that tells where it points; it is given the harness and the telescope."""
    mount = mount or telescope()

    async def with_truth(harness):
        await harness.expect("TRUE_POINTING", state=State.OK)
        return await scene(harness, mount)

    return play(with_truth, mount, **options)


def ra_at(mount, hour_angle):
    """The right ascension (hours) that is now at an hour angle (hours)."""
    return (sidereal_time(mount.mount.utc, mount.mount.site.longitude) / 15 - hour_angle) % 24


async def slew(harness, mount, hour_angle=-2.0, dec=30.0):
    """Have it go to an hour angle and track there; return the right ascension."""
    ra = round(ra_at(mount, hour_angle), 6)
    await harness.request(POSITION, RA=ra, DEC=dec)
    await harness.expect(POSITION, state=State.OK, RA=ra, DEC=dec)
    return ra


def log(harness, since=0):
    """What a camera makes of what was told of the true pointing."""
    kept = PointingLog()
    for message in said_of("TRUE_POINTING", harness.said[since:]):
        kept.add(sample(message.members))
    return kept


def sample(members):
    """What TRUE_POINTING says in a message or a definition."""
    told = {one.name: one.value for one in members if isinstance(one, DefNumber) or hasattr(one, "value")}
    names = ("TIME", "RA_J2000", "DEC_J2000", "RATE_RA", "RATE_DEC", "POSITION_ANGLE")
    return Sample(*(told[name] for name in names))


def samples(harness, since=0):
    return [sample(message.members) for message in said_of("TRUE_POINTING", harness.said[since:])]


def moved(first, last):
    """Arcseconds to the east and north from one sample to another."""
    east = (last.ra - first.ra + 180) % 360 - 180
    return east * 3600 * math.cos(math.radians(first.dec)), (last.dec - first.dec) * 3600


async def truth(harness, mount):
    """Where it points now."""
    mount.see()
    await harness.dealt_with()
    return samples(harness)[-1]


async def wait_for(harness, mount, count):
    """Wait until the true pointing has been told so many times more, and return what was told."""
    before = len(samples(harness))
    async with asyncio.timeout(20):
        await mount.until(lambda: len(samples(harness)) >= before + count)
    return samples(harness)[before:]
