"""The telescope simulator, as clients meet it."""

import math
import subprocess
import sys

import pytest

from lightapt_drivers.simulators.mount_config import MountConfig
from lightapt_drivers.simulators.mount_geometry import MountKind
from lightapt_drivers.simulators.mount_limits import Limits
from lightapt_drivers.simulators.telescope import TelescopeSimulator
from lightapt_drivers.sky import frames
from lightapt_protocol.standard import Standard
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play, said_of, states
from tests.drivers.simulators.telescopes import (
    NAME,
    PARK,
    POSITION,
    SIDEREAL,
    TRACK,
    moved,
    played,
    ra_at,
    slew,
    telescope,
    truth,
    wait_for,
)

FAST = {"speed": 2e4, "acceleration": 1e6}


async def go_by_hand(harness, mount, name, member):
    """Move by hand for a moment; return how far (arcseconds east and north)."""
    before = await truth(harness, mount)
    await harness.request(name, **{member: True})
    await harness.expect(name, state=State.BUSY, **{member: True})
    await wait_for(harness, mount, 3)
    await harness.request(name, **{member: False})
    await harness.expect(name, state=State.IDLE, **{member: False})
    return moved(before, await truth(harness, mount))


# What there is.


def test_it_has_what_clients_need_of_a_mount():
    async def scene(harness, _):
        assert harness.find("DRIVER_INFO").text("DRIVER_INTERFACE") == "5"
        return set(harness.mirror.devices[NAME])

    assert played(scene) >= {
        name
        for name in map(str, Standard)
        if (name.startswith("TELESCOPE_") and name != "TELESCOPE_MOUNT_TYPE") or name in ("GUIDE_RATE", "TIME_UTC")
    } | {POSITION, "ON_COORD_SET", "TARGET_EOD_COORD", "GEOGRAPHIC_COORD", "HORIZONTAL_COORD", "TRUE_POINTING"}


def test_it_begins_at_the_pole_unparked_and_at_rest():
    async def scene(harness, _):
        await harness.expect(PARK, state=State.OK, UNPARK=True)
        await harness.expect(TRACK, state=State.IDLE, TRACK_OFF=True)
        await harness.expect(POSITION, state=State.IDLE, DEC=90)
        await harness.expect("GEOGRAPHIC_COORD", LAT=50, LONG=8)
        await harness.expect("HORIZONTAL_COORD", ALT=50)
        await harness.expect("TELESCOPE_PARK_POSITION", PARK_HA=-6, PARK_DEC=90)

    played(scene)


def test_its_optics_and_its_place_are_known_before_it_is_connected():
    async def scene(harness):
        optics = harness.find("TELESCOPE_INFO").members
        assert harness.find("GEOGRAPHIC_COORD").number("LAT") == 50
        return [one.value for one in optics.values()]

    assert play(scene, TelescopeSimulator(), connect=False) == [70, 350, 50, 200]


def test_the_time_is_told_on_connecting():
    async def scene(harness, _):
        return harness.find("TIME_UTC").text("UTC"), harness.find("TIME_UTC").text("OFFSET")

    utc, offset = played(scene)
    assert utc[4:5] + utc[10:11] == "-T"
    assert offset == "0.00"


def test_it_is_loaded_without_the_sky():
    program = (
        "import sys, lightapt_drivers.simulators.telescope as _; print({'numpy', 'erfa', 'astropy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "set()"


# Where it goes.


@pytest.mark.parametrize(("hour_angle", "dec"), [(-3.0, 30.0), (2.0, -10.0), (-11.0, 70.0)])
@pytest.mark.parametrize("kind", MountKind)
def test_it_truly_points_where_it_was_sent(hour_angle, dec, kind):
    async def scene(harness, mount):
        ra = await slew(harness, mount, hour_angle, dec)
        told = await truth(harness, mount)
        return frames.separation(*frames.equinox_of_date(told.ra, told.dec, mount.mount.utc), ra * 15, dec) * 3600

    assert played(scene, telescope(MountConfig(kind=kind, **FAST))) < 0.5


def test_sent_without_tracking_it_lets_the_sky_pass_by():
    async def scene(harness, mount):
        await harness.request("ON_COORD_SET", SLEW=True)
        await harness.request(POSITION, RA=ra_at(mount, -1), DEC=0)
        await harness.expect("TARGET_EOD_COORD", DEC=0)
        await harness.expect(POSITION, state=State.IDLE, DEC=0)
        return (await truth(harness, mount)).rate_east

    assert played(scene) == pytest.approx(SIDEREAL, abs=0.01)


def test_a_target_beyond_a_limit_is_refused_and_nothing_moves():
    async def scene(harness, mount):
        ra = await slew(harness, mount, dec=20)
        await harness.request("MOUNT_LIMITS", LOWEST_ALTITUDE=10)
        said = await harness.request(POSITION, RA=ra, DEC=-70)
        assert states(said_of(POSITION, said))[0] is State.ALERT
        await harness.expect(POSITION, state=State.OK, DEC=20)
        return harness.notices

    (notice,) = played(scene)
    assert notice.startswith("the target is below the lowest altitude of 10.0°")


def test_a_sync_changes_what_it_believes_and_not_where_it_looks():
    async def scene(harness, mount):
        ra = await slew(harness, mount, dec=20)
        before = await truth(harness, mount)
        await harness.request("ON_COORD_SET", SYNC=True)
        await harness.request(POSITION, RA=ra + 0.01, DEC=19.5)
        await harness.expect(POSITION, state=State.OK, DEC=19.5)
        synced = moved(before, await truth(harness, mount))
        await harness.request("ON_COORD_SET", TRACK=True)
        await harness.request(POSITION, RA=ra + 0.01, DEC=20.5)
        await harness.expect(POSITION, state=State.OK, DEC=20.5)
        return synced, moved(before, await truth(harness, mount))[1]

    synced, north = played(scene)
    assert synced == pytest.approx((0, 0), abs=0.1)
    assert north == pytest.approx(3600, abs=1)


def test_past_the_meridian_the_same_target_is_seen_from_the_other_side():
    async def scene(harness, mount):
        sides = []
        for hour_angle in (-1, 1):
            await slew(harness, mount, hour_angle=hour_angle, dec=30)
            told = await truth(harness, mount)
            sides.append((harness.find("TELESCOPE_PIER_SIDE").members["PIER_WEST"].value, told.position_angle))
        return sides

    (west, up), (east, down) = played(scene)
    assert (bool(west), bool(east)) == (True, False)
    assert (down - up) % 360 == pytest.approx(180, abs=1)


def test_a_fork_has_no_side_of_the_pier():
    async def scene(harness, mount):
        await harness.request("MOUNT_TYPE", EQ_FORK=True)
        assert "TELESCOPE_PIER_SIDE" not in harness.mirror.devices[NAME]
        await harness.request("MOUNT_TYPE", EQ_GEM=True)
        return "TELESCOPE_PIER_SIDE" in harness.mirror.devices[NAME]

    assert played(scene)


def test_a_slew_that_is_aborted_ends_where_it_is():
    async def scene(harness, mount):
        await harness.request(POSITION, RA=ra_at(mount, -3), DEC=10)
        await wait_for(harness, mount, 2)
        await harness.request("TELESCOPE_ABORT_MOTION", ABORT=True)
        await harness.expect(POSITION, state=State.IDLE)
        return harness.find(POSITION).number("DEC")

    assert 11 < played(scene, telescope(MountConfig(speed=0.3))) < 90


def test_a_mount_that_is_set_up_anew_on_its_way_says_so():
    async def scene(harness, mount):
        await harness.request(POSITION, RA=ra_at(mount, -3), DEC=10)
        await harness.request("MOUNT_TYPE", EQ_FORK=True)
        await harness.expect(POSITION, state=State.ALERT)
        return harness.notices

    assert played(scene, telescope(MountConfig(speed=0.1))) == [
        "the mount was set up anew on its way: tell it again where to go"
    ]


# By hand.


@pytest.mark.parametrize(
    ("name", "member", "axis", "sign"),
    [
        ("TELESCOPE_MOTION_NS", "MOTION_NORTH", 1, 1),
        ("TELESCOPE_MOTION_NS", "MOTION_SOUTH", 1, -1),
        ("TELESCOPE_MOTION_WE", "MOTION_WEST", 0, -1),
        ("TELESCOPE_MOTION_WE", "MOTION_EAST", 0, 1),
    ],
)
def test_by_hand_it_moves_as_the_switch_says(name, member, axis, sign):
    async def scene(harness, mount):
        await slew(harness, mount, dec=0)
        way = await go_by_hand(harness, mount, name, member)
        await harness.expect(POSITION, state=State.OK)
        return way

    way = played(scene, telescope(rate=5.0))
    assert way[axis] * sign > 300
    assert abs(way[1 - axis]) < abs(way[axis]) * 0.02


def test_rates_are_slower_and_faster():
    async def scene(harness, mount):
        await slew(harness, mount, dec=0)
        rates = []
        for rate in ("1x", "2x", "3x", "4x"):
            await harness.request("TELESCOPE_SLEW_RATE", **{rate: True})
            await harness.request("TELESCOPE_MOTION_NS", MOTION_SOUTH=True)
            told = await wait_for(harness, mount, 2)
            rates.append(-told[-1].rate_north)
        return rates

    told = played(scene, telescope(rate=5.0))
    assert told == sorted(told)
    assert told[0] == pytest.approx(SIDEREAL, rel=0.01)
    assert told[-1] > 1000


# Tracking and guiding.


@pytest.mark.parametrize(
    ("mode", "rate"), [("TRACK_SIDEREAL", 0), ("TRACK_SOLAR", 0.0411), ("TRACK_LUNAR", 0.549), ("TRACK_CUSTOM", 1.0)]
)
def test_it_follows_what_it_is_told_to(mode, rate):
    async def scene(harness, mount):
        await slew(harness, mount, dec=0)
        await harness.request("TELESCOPE_TRACK_RATE", TRACK_RATE_RA=SIDEREAL - 1)
        await harness.request("TELESCOPE_TRACK_MODE", **{mode: True})
        await harness.expect("TELESCOPE_TRACK_MODE", state=State.OK, **{mode: True})
        await wait_for(harness, mount, 2)
        return (await truth(harness, mount)).rate_east

    # Eastward among the stars: the Sun 360° in a year, the Moon in 27.32 days.
    assert played(scene) == pytest.approx(rate, abs=0.001)


def test_a_guide_rate_counts_for_pulses():
    async def scene(harness, mount):
        await slew(harness, mount, dec=0)
        await harness.request("GUIDE_RATE", GUIDE_RATE_WE=1.0, GUIDE_RATE_NS=0.25)
        before = await truth(harness, mount)
        for name, member in [
            ("TELESCOPE_TIMED_GUIDE_WE", "TIMED_GUIDE_E"),
            ("TELESCOPE_TIMED_GUIDE_NS", "TIMED_GUIDE_N"),
        ]:
            await harness.request(name, **{member: 1000})
            await harness.expect(name, state=State.OK)
        return moved(before, await truth(harness, mount))

    assert played(scene) == pytest.approx((SIDEREAL, SIDEREAL / 4), abs=0.1)


def test_pulses_of_both_axes_go_at_once():
    async def scene(harness, mount):
        await slew(harness, mount, dec=0)
        before = await truth(harness, mount)
        await harness.request("TELESCOPE_TIMED_GUIDE_WE", TIMED_GUIDE_W=2000)
        await harness.request("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_S=1000)
        assert harness.find("TELESCOPE_TIMED_GUIDE_WE").state is State.BUSY
        for name in ("TELESCOPE_TIMED_GUIDE_NS", "TELESCOPE_TIMED_GUIDE_WE"):
            await harness.expect(name, state=State.OK)
        return moved(before, await truth(harness, mount))

    assert played(scene, telescope(rate=0.5)) == pytest.approx((-SIDEREAL, -SIDEREAL / 2), abs=0.1)


# Limits.


def test_the_limits_of_the_axes_are_those_of_the_properties():
    mount = telescope(MountConfig(limits=Limits(lowest_altitude=5.0, past_meridian=30.0)))
    assert (mount.mount_limits["LOWEST_ALTITUDE"], mount.mount_limits["PAST_MERIDIAN"]) == (5, 30)
    assert math.isclose(mount.mount.config.limits.past_meridian, 30)
