"""The simulated mount lives whether or not anybody looks, and tells what becomes of it when it does."""

import math
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from lightapt_drivers.simulators.mount_config import MountConfig
from lightapt_drivers.simulators.mount_limits import Limits, MeridianAction
from lightapt_drivers.simulators.mount_pointing_errors import PointingErrors
from lightapt_drivers.simulators.pointing_log import path_of
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play
from tests.drivers.simulators.telescopes import (
    POSITION,
    RATE,
    SIDEREAL,
    TRACK,
    log,
    moved,
    played,
    samples,
    slew,
    telescope,
    truth,
    wait_for,
)

# What is told of the true pointing.


def test_the_true_pointing_is_told_without_a_connection():
    async def scene(harness):
        found = await harness.expect("TRUE_POINTING", state=State.OK)
        assert not found.perm.writable
        return found.number("DEC_J2000")

    assert play(scene, telescope(), connect=False) == pytest.approx(90, abs=0.3)


def test_nothing_is_told_of_it_before_it_is_known():
    async def scene(harness, _):
        return [message for message in harness.said if getattr(message, "name", "") == "TRUE_POINTING"]

    assert all(one.value for one in played(scene)[0].members if one.name == "TIME")


def test_a_mount_that_rests_lets_the_sky_pass_by():
    async def scene(harness, mount):
        await slew(harness, mount, dec=0)
        await harness.request(TRACK, TRACK_OFF=True)
        first, *_, last = await wait_for(harness, mount, 4)
        east, north = moved(first, last)
        assert first.rate_east == pytest.approx(SIDEREAL, abs=0.01)
        return east / (last.time - first.time), north

    east, north = played(scene)
    assert east == pytest.approx(SIDEREAL, abs=0.01)
    assert abs(north) < 2


def test_a_mount_that_tracks_holds_its_place():
    async def scene(harness, mount):
        await slew(harness, mount)
        first, *_, last = await wait_for(harness, mount, 4)
        assert math.hypot(first.rate_east, first.rate_north) < 0.001
        return moved(first, last)

    assert played(scene) == pytest.approx((0, 0), abs=0.01)


def test_while_it_slews_it_is_told_five_times_a_second():
    async def scene(harness, mount):
        await harness.request(POSITION, RA=1, DEC=20)
        told = await wait_for(harness, mount, 4)
        assert len({(sample.ra, sample.dec) for sample in told[1:]}) == 3
        return mount._pause()

    assert played(scene, telescope(MountConfig(speed=1.0))) <= 0.2


@pytest.mark.parametrize(
    ("errors", "pause"),
    [
        (PointingErrors(periodic_amplitude=10.0), 0.5),
        (PointingErrors(polar_altitude=5.0), 0.5),
        (PointingErrors(backlash=5.0), 1.0),
        (PointingErrors(), 1.0),
    ],
)
def test_the_errors_of_the_axes_are_told_twice_a_second(errors, pause):
    async def scene(harness, mount):
        await slew(harness, mount)
        await wait_for(harness, mount, 2)
        return mount._pause()

    assert played(scene, telescope(MountConfig(speed=2e4, acceleration=1e6, errors=errors))) == pause


def test_the_periodic_error_moves_the_stars():
    async def scene(harness, mount):
        await slew(harness, mount, dec=0)
        told = await wait_for(harness, mount, 20)
        return max(abs(sample.rate_east) for sample in told), moved(told[0], told[-1])[0]

    errors = PointingErrors(periodic_amplitude=10.0, periodic_period=60.0)
    rate, way = played(scene, telescope(MountConfig(speed=2e4, acceleration=1e6, errors=errors)))
    assert 0.1 < rate <= 10 * 2 * math.pi / 60 + 0.01
    assert abs(way) > 0.1


def test_each_change_of_motion_is_told_when_it_happens():
    async def scene(harness, mount):
        await slew(harness, mount, dec=0)
        rates = []
        for switch in ("TRACK_OFF", "TRACK_ON"):
            await harness.request(TRACK, **{switch: True})
            await wait_for(harness, mount, 1)
            rates.append(samples(harness)[-1].rate_east)
        return rates

    assert played(scene) == pytest.approx([SIDEREAL, 0], abs=0.01)


def test_between_two_samples_the_rates_lead_from_one_to_the_next():
    async def scene(harness, mount):
        await slew(harness, mount, hour_angle=-3, dec=50)
        await harness.request(TRACK, TRACK_OFF=True)
        return await wait_for(harness, mount, 8)

    told = played(scene)
    for before, after in pairwise(told[2:]):
        ra, dec = before.after(after.time)
        assert abs(ra - after.ra) * 3600 < 0.5
        assert abs(dec - after.dec) * 3600 < 0.5


# Guide pulses.


@pytest.mark.parametrize(
    ("name", "member", "east", "north"),
    [
        ("TELESCOPE_TIMED_GUIDE_WE", "TIMED_GUIDE_W", -1, 0),
        ("TELESCOPE_TIMED_GUIDE_WE", "TIMED_GUIDE_E", 1, 0),
        ("TELESCOPE_TIMED_GUIDE_NS", "TIMED_GUIDE_N", 0, 1),
        ("TELESCOPE_TIMED_GUIDE_NS", "TIMED_GUIDE_S", 0, -1),
    ],
)
@pytest.mark.parametrize("hour_angle", [-2.0, 2.0])
def test_a_pulse_of_a_second_moves_the_stars_by_half_a_second_of_the_sky(name, member, east, north, hour_angle):
    async def scene(harness, mount):
        await slew(harness, mount, hour_angle=hour_angle, dec=0)
        before = await truth(harness, mount)
        since = len(harness.said)
        await harness.request(name, **{member: 1000})
        await harness.expect(name, state=State.OK, **{member: 0})
        after = await truth(harness, mount)
        path = path_of(log(harness).during(before.time, after.time), before.time, after.time)
        return moved(before, after), path.offsets[-1][1:], samples(harness, since)

    whole, told, steps = played(scene)
    # North of date and north of J2000 are some tenths of a degree apart: that turns a hundredth into the other axis.
    expected = east * SIDEREAL / 2, north * SIDEREAL / 2
    assert whole == pytest.approx(expected, abs=0.05)
    assert told == pytest.approx(expected, abs=0.05)
    rates = [math.hypot(step.rate_east, step.rate_north) for step in steps]
    assert max(rates) == pytest.approx(SIDEREAL / 2, rel=0.01)
    assert rates[-1] < 0.001


def test_a_pulse_has_its_length_however_late_one_looks():
    async def scene(harness, mount):
        await slew(harness, mount, dec=0)
        before = await truth(harness, mount)
        await harness.request("TELESCOPE_TIMED_GUIDE_WE", TIMED_GUIDE_W=500)
        mount.clock._begin += 100  # as if the process had been stopped
        await harness.expect("TELESCOPE_TIMED_GUIDE_WE", state=State.OK)
        return moved(before, await truth(harness, mount))[0]

    assert played(scene, telescope(rate=2.0)) == pytest.approx(-SIDEREAL / 4, abs=0.05)


def test_a_pulse_that_is_aborted_stops_at_once():
    async def scene(harness, mount):
        await slew(harness, mount, dec=0)
        await harness.request("TELESCOPE_TIMED_GUIDE_WE", TIMED_GUIDE_W=60_000)
        await harness.request("TELESCOPE_ABORT_MOTION", ABORT=True)
        await harness.expect("TELESCOPE_TIMED_GUIDE_WE", state=State.IDLE, TIMED_GUIDE_W=0)
        now = await truth(harness, mount)
        return math.hypot(now.rate_east, now.rate_north), harness.find(POSITION).state

    rate, state = played(scene)
    assert rate < 0.001
    assert state is State.OK


# Limits.


@pytest.mark.parametrize(("action", "state"), [(MeridianAction.STOP, State.IDLE), (MeridianAction.WARN, State.OK)])
def test_a_limit_that_is_reached_is_told(action, state):
    async def scene(harness, mount):
        await slew(harness, mount, hour_angle=-0.01, dec=10)
        await harness.request("MOUNT_LIMITS", PAST_MERIDIAN=0.1)
        while not harness.notices:
            await wait_for(harness, mount, 1)
        await harness.expect(POSITION, state=state)
        return harness.notices

    config = MountConfig(speed=2e4, acceleration=1e6, flip_after=30.0, limits=Limits(at_meridian=action))
    (notice,) = played(scene, telescope(config, rate=600.0))
    assert "the meridian limit (MOUNT_LIMITS)" in notice


# Moved by hand.


def test_a_mount_that_is_moved_by_hand_looks_elsewhere():
    async def scene(harness, mount):
        await harness.request("MOUNT_STAND", PRIMARY=45, SECONDARY=20)
        await harness.expect("MOUNT_STAND", state=State.OK, PRIMARY=45, SECONDARY=20)
        await harness.expect("TELESCOPE_PIER_SIDE", PIER_WEST=True)
        return harness.find(POSITION).number("DEC"), mount.mount.reported.hour_angle

    assert played(scene) == pytest.approx((20, -3))


def test_what_slews_is_not_moved_by_hand():
    async def scene(harness, _):
        await harness.request(POSITION, RA=1, DEC=1)
        await harness.request("MOUNT_STAND", PRIMARY=45)
        await harness.expect("MOUNT_STAND", state=State.ALERT)

    played(scene, telescope(MountConfig(speed=0.1)))


# Its clock.


def test_a_client_can_make_it_night():
    async def scene(harness, mount):
        await harness.request("TIME_UTC", UTC="2026-03-01T22:00:00", OFFSET="1")
        await harness.expect("TIME_UTC", state=State.OK, UTC="2026-03-01T22:00:00", OFFSET="1.00")
        told = await truth(harness, mount)
        # Cameras know of no other time than the system's.
        assert abs(told.time - mount.clock.now) < 60 * RATE
        return mount.mount.utc

    assert played(scene) == pytest.approx(1_772_402_400, abs=600)


def test_a_client_that_tells_the_time_to_the_second_moves_no_star():
    async def scene(harness, mount):
        ra = await slew(harness, mount)
        await harness.request(
            "TIME_UTC", UTC=f"{datetime.fromtimestamp(mount.clock.now, UTC):%Y-%m-%dT%H:%M:%S}", OFFSET="0"
        )
        await harness.expect("TIME_UTC", state=State.OK)
        return harness.find(POSITION).number("RA") - ra, mount.mount.utc - mount.mount.now

    assert played(scene, telescope(rate=1.0)) == pytest.approx((0, 0), abs=1e-3)


def test_when_the_systems_clock_is_set_the_mount_follows_and_does_not_leap(monkeypatch):
    async def scene(harness, mount):
        await slew(harness, mount)
        encoders = mount.mount.encoders
        monkeypatch.setattr(type(mount.clock), "was_set_by", 86_400.0)
        told = await truth(harness, mount)
        return (
            mount.mount.utc - mount.mount.now,
            told.time - mount.mount.now,
            mount.mount.encoders.primary - encoders.primary,
        )

    clock, time, way = played(scene, telescope(rate=1.0))
    assert (clock, time) == pytest.approx((86_400, 86_400), abs=1)
    assert abs(way) < 1
