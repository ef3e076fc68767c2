"""The simulated mount is hardware: it stays where it was left, and goes on, whether or not a driver runs."""

import asyncio

import pytest

from lightapt_drivers.simulators.mount_config import MountConfig
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import said_of, states
from tests.drivers.simulators.telescopes import (
    PARK,
    POSITION,
    TRACK,
    moved,
    played,
    ra_at,
    slew,
    telescope,
    truth,
)


def later(seconds=60):
    """A telescope in whose time so many seconds have passed since the others."""
    mount = telescope()
    mount.clock._begin += seconds
    return mount


def test_it_stays_where_it_is_when_its_driver_dies(tmp_path):
    async def leave(harness, mount):
        ra = await slew(harness, mount)
        await harness.request(TRACK, TRACK_OFF=True)
        await harness.expect(TRACK, TRACK_OFF=True)
        return ra, mount.mount.encoders

    async def find(harness, mount):
        await harness.expect(POSITION, state=State.IDLE)
        return mount.mount.encoders

    ra, left = played(leave, folder=tmp_path)
    found = played(find, later(), folder=tmp_path)
    assert (found.primary, found.secondary) == pytest.approx((left.primary, left.secondary), abs=0.01)
    assert ra


def test_it_goes_on_tracking_while_its_driver_is_dead(tmp_path):
    async def leave(harness, mount):
        await slew(harness, mount)
        return await truth(harness, mount)

    async def find(harness, mount):
        await harness.expect(POSITION, state=State.OK)
        return await truth(harness, mount)

    left = played(leave, folder=tmp_path)
    found = played(find, later(3600), folder=tmp_path)
    assert found.time - left.time > 3000
    assert moved(left, found) == pytest.approx((0, 0), abs=1)


def test_a_sync_outlasts_the_driver(tmp_path):
    async def leave(harness, mount):
        ra = await slew(harness, mount)
        await harness.request("ON_COORD_SET", SYNC=True)
        await harness.request(POSITION, RA=ra + 0.1, DEC=29)
        await harness.expect(POSITION, DEC=29)
        return ra + 0.1

    async def find(harness, _):
        found = await harness.expect(POSITION, state=State.OK)
        return found.number("RA"), found.number("DEC")

    ra = played(leave, folder=tmp_path)
    assert played(find, later(), folder=tmp_path) == pytest.approx((ra, 29), abs=0.001)


def test_it_is_still_parked_when_its_driver_is_back(tmp_path):
    async def leave(harness, mount):
        await slew(harness, mount)
        await harness.request(PARK, PARK=True)
        await harness.expect(PARK, state=State.OK, PARK=True)

    async def find(harness, _):
        await harness.expect(PARK, state=State.OK, PARK=True)
        await harness.request(POSITION, RA=1, DEC=1)
        return harness.notices, states(said_of(PARK, harness.said))

    played(leave, folder=tmp_path)
    notices, told = played(find, later(), folder=tmp_path)
    assert notices == ["the mount is parked: unpark it first (TELESCOPE_PARK), then slew"]
    assert State.BUSY not in told


@pytest.mark.parametrize("change", ["site", "fork"])
def test_it_stands_as_it_was_set_up(tmp_path, change):
    async def leave(harness, mount):
        if change == "site":
            await harness.request("GEOGRAPHIC_COORD", LAT=-30, LONG=289, ELEV=2200)
        else:
            await harness.request("MOUNT_TYPE", EQ_FORK=True)
        await slew(harness, mount, dec=-20)
        return await truth(harness, mount)

    async def find(harness, mount):
        return await truth(harness, mount)

    left = played(leave, folder=tmp_path)
    found = played(find, later(), folder=tmp_path)
    assert moved(left, found) == pytest.approx((0, 0), abs=1)


def test_while_its_driver_is_dead_it_goes_no_farther_than_its_limits(tmp_path):
    async def leave(harness, mount):
        await slew(harness, mount, hour_angle=-1.0)

    async def find(harness, mount):
        await harness.expect(POSITION, state=State.IDLE)
        return mount.mount.reported.hour_angle, harness.notices

    played(leave, folder=tmp_path)
    hour_angle, notices = played(find, later(86_400), folder=tmp_path)
    assert hour_angle == pytest.approx(20 / 15, abs=0.001)
    assert notices == ["[WARNING] the mount has stopped at the meridian limit (MOUNT_LIMITS): a goto to there flips it"]


def test_it_is_remembered_how_far_a_slew_has_come(tmp_path):
    async def slew_for_a_while(harness, mount):
        await harness.request(POSITION, RA=ra_at(mount, -3.0), DEC=-10)
        async with asyncio.timeout(10):
            while abs(mount.stand["SECONDARY"]) > 80:  # noqa: ASYNC110 - the mount tells nobody of it
                await asyncio.sleep(0)
        return harness.find(POSITION).state

    assert played(slew_for_a_while, telescope(MountConfig(speed=0.5)), folder=tmp_path) is State.BUSY
