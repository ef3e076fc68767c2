"""Mounts to test with, and the few sums that all the tests need."""

from dataclasses import replace

from lightapt_drivers.simulators.mount_config import MountConfig
from lightapt_drivers.simulators.mount_frames import Site, sidereal_time
from lightapt_drivers.simulators.mount_geometry import MountKind
from lightapt_drivers.simulators.mount_model import Mount

NOW = 1_800_000_000.0
NORTH = Site(28.3, 343.5, 2390.0)
SOUTH = Site(-30.2, 289.3, 2200.0)
SITES = [NORTH, SOUTH]
GERMAN = MountConfig()
FORK = MountConfig(kind=MountKind.FORK)


def new_mount(config=GERMAN, site=NORTH, **options):
    return Mount(config, site, now=NOW, **options)


def ra_at(mount, hour_angle):
    """The right ascension (hours) that is now at an hour angle (hours)."""
    return (sidereal_time(mount.utc, mount.site.longitude) / 15 - hour_angle) % 24


def arrive(mount, hour_angle, dec, **options):
    """Let a mount go to an hour angle (hours) and declination, and finish; return the right ascension."""
    ra = ra_at(mount, hour_angle)
    mount.goto(ra, dec, now=mount.now, **options)
    finish(mount)
    return ra


def finish(mount):
    """Let time pass until no slew is under way; return what happened."""
    events = []
    while mount.target is not None or mount.state.value in ("slewing", "parking", "going home"):
        assert mount.now < NOW + 864_000, "the slew never ends"
        events += mount.advance(mount.now + 1)
    return events


def tracking(config=GERMAN, site=NORTH, hour_angle=1.0, dec=20.0):
    """A mount that tracks something."""
    mount = new_mount(config, site)
    arrive(mount, hour_angle, dec)
    return mount


def with_limits(config, **limits):
    return replace(config, limits=replace(config.limits, **limits))


def with_errors(config, **errors):
    return replace(config, errors=replace(config.errors, **errors))


def arcseconds(hours):
    """A difference of right ascensions, the short way, in arcseconds."""
    return ((hours + 12) % 24 - 12) * 54_000
