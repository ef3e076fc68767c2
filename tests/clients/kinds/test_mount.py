"""A mount: to places and back, parked and home."""

import asyncio
import time

import pytest

from lightapt_clients import AbortedError, AlertError, MissingError
from lightapt_clients.kinds import Equatorial, Mount, PierSide, separation, to_j2000
from lightapt_clients.kinds.coordinates import from_j2000

from ..actor import acting, buttons, numbers, switches
from ..puppet import BUSY, IDLE, OK, scene

PLACE = numbers("EQUATORIAL_EOD_COORD", RA=1.0, DEC=2.0)
J2000 = numbers("EQUATORIAL_COORD", RA=1.0, DEC=2.0)
ON_SET = switches("ON_COORD_SET", "TRACK", "SLEW", "SYNC", on="TRACK")
PARK = switches("TELESCOPE_PARK", "PARK", "UNPARK", on="UNPARK")
PARKED = switches("TELESCOPE_PARK", "PARK", "UNPARK", on="PARK", state=OK)
PARK_OPTION = buttons("TELESCOPE_PARK_OPTION", "PARK_CURRENT", "PARK_DEFAULT", "PARK_WRITE_DATA")
HOME = buttons("TELESCOPE_HOME", "FIND", "SET", "GO")
ABORT = buttons("TELESCOPE_ABORT_MOTION", "ABORT")
SITE = numbers("GEOGRAPHIC_COORD", LAT=50.0, LONG=10.0, ELEV=100.0)


def mount(*more):
    return acting(Mount, PLACE, ON_SET, PARK, ABORT, *more)


@scene
async def test_goto_slews_and_tracks():
    async with mount() as (actor, device):
        await device.goto("5:30", -5.25)
        assert actor.asked == [("EQUATORIAL_EOD_COORD", {"RA": 5.5, "DEC": -5.25})]
        assert device.position == Equatorial(5.5, -5.25)
        await device.goto(6, 1, track=False)
        assert actor.asked[1] == ("ON_COORD_SET", {"SLEW": True})
        assert not device.is_slewing


@scene
async def test_a_place_of_j2000_is_told_as_one_of_the_day():
    async with mount() as (actor, device):
        await device.goto(5.5, -5.25, j2000=True)
        ((_, asked),) = actor.asked
        expected = from_j2000(Equatorial(5.5, -5.25), time.time())
        assert separation(Equatorial(asked["RA"], asked["DEC"]), expected) < 1e-6
        assert separation(device.position_j2000, Equatorial(5.5, -5.25)) < 1e-6


@scene
async def test_a_mount_that_counts_by_j2000_is_told_so():
    async with acting(Mount, J2000, ON_SET) as (actor, device):
        await device.goto(5.5, -5.25, j2000=True)
        assert actor.asked[-1] == ("EQUATORIAL_COORD", {"RA": 5.5, "DEC": -5.25})
        await device.goto(6.0, 10.0)
        assert separation(device.position_j2000, to_j2000(Equatorial(6.0, 10.0), time.time())) < 1e-6
        assert separation(device.position, Equatorial(6.0, 10.0)) < 1e-6


@scene
async def test_a_parked_mount_is_not_sent_anywhere():
    async with mount(PARKED) as (actor, device):
        assert device.is_parked
        with pytest.raises(AlertError, match="unpark it first"):
            await device.goto(5, 5)
        assert actor.asked == []


@scene
async def test_a_slew_that_ends_idle_on_its_way_was_aborted():
    async with mount() as (actor, device):
        name = "EQUATORIAL_EOD_COORD"
        actor.plays[name] = lambda _: (actor.shows(name, BUSY), actor.shows(name, IDLE, RA=3.0))
        with pytest.raises(AbortedError):
            await device.goto(5, 2)


@scene
async def test_a_slew_that_ends_elsewhere_was_taken_over():
    async with mount() as (actor, device):
        name = "EQUATORIAL_EOD_COORD"
        actor.plays[name] = lambda _: (actor.shows(name, BUSY), actor.shows(name, OK, RA=20.0, DEC=45.0))
        with pytest.raises(AbortedError, match="the device says Ok, but RA is 20 instead of 5, DEC is 45 instead of 2"):
            await device.goto(5, 2)


@scene
async def test_a_mount_that_does_not_track_may_be_idle_where_it_was_sent():
    async with mount() as (actor, device):
        name = "EQUATORIAL_EOD_COORD"
        actor.plays[name] = lambda _: (actor.shows(name, BUSY), actor.shows(name, IDLE, RA=5.01, DEC=2.0))
        await device.goto(5, 2, track=False)


@scene
async def test_who_is_cancelled_stops_the_slew():
    async with mount() as (actor, device):
        actor.plays["EQUATORIAL_EOD_COORD"] = lambda _: (actor.shows("EQUATORIAL_EOD_COORD", BUSY),)
        going = asyncio.ensure_future(device.goto(5, 5))
        await device.device["EQUATORIAL_EOD_COORD"].wait(state=BUSY)
        assert device.is_slewing
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going
        assert await actor.heard("TELESCOPE_ABORT_MOTION") == {"ABORT": True}


@scene
async def test_what_coordinates_mean_is_settled_until_they_are_sent():
    async with mount() as (actor, device):
        name = "EQUATORIAL_EOD_COORD"
        actor.plays[name] = lambda values: (actor.shows(name, BUSY), actor.shows(name, OK, **values))
        await asyncio.gather(
            device.sync(1, 1), device.goto(6, 5), device.goto(7, 5, track=False), return_exceptions=True
        )
        told = [next(iter(values.values())) if prop == name else next(iter(values)) for prop, values in actor.asked]
        assert told == ["SYNC", 1.0, "TRACK", 6.0, "SLEW", 7.0]


@scene
async def test_another_goto_need_not_wait_for_the_end_of_the_first():
    async with mount() as (actor, device):
        name = "EQUATORIAL_EOD_COORD"
        actor.plays[name] = lambda values: (actor.shows(name, BUSY),)
        first = asyncio.ensure_future(device.goto(6, 5))
        await device.device[name].wait(state=BUSY)
        actor.plays[name] = lambda values: (actor.shows(name, OK, **values),)
        await device.goto(7, 5)
        with pytest.raises(AbortedError):
            await first


@scene
async def test_sync_leaves_what_coordinates_mean_as_it_was():
    async with mount() as (actor, device):
        await device.sync(5, 5)
        assert [one for one in actor.asked if one[0] == "ON_COORD_SET"] == [
            ("ON_COORD_SET", {"SYNC": True}),
            ("ON_COORD_SET", {"TRACK": True}),
        ]


@scene
async def test_a_mount_that_cannot_sync_says_so():
    async with mount(switches("ON_COORD_SET", "TRACK", "SLEW", on="TRACK")) as (_, device):
        with pytest.raises(MissingError, match="cannot sync, but track, slew"):
            await device.sync(5, 5)


@scene
async def test_a_direction_is_reckoned_from_where_the_mount_stands():
    async with mount(SITE) as (actor, device):
        await device.goto_horizontal(180.0, 30.0)
        assert actor.asked[0] == ("ON_COORD_SET", {"SLEW": True})
        assert device.position.dec == pytest.approx(-10.0)
        assert device.horizontal.altitude == pytest.approx(30.0, abs=0.01)


@scene
async def test_where_the_mount_tells_its_direction_that_counts():
    async with mount(numbers("HORIZONTAL_COORD", AZ=90.0, ALT=45.0)) as (_, device):
        assert (device.horizontal.azimuth, device.horizontal.altitude) == (90.0, 45.0)


@scene
async def test_parking_and_coming_out_of_it():
    async with mount(PARK_OPTION) as (actor, device):
        await device.park()
        assert device.is_parked
        await device.unpark()
        assert not device.is_parked
        await device.set_park()
        assert actor.asked[-2:] == [
            ("TELESCOPE_PARK_OPTION", {"PARK_CURRENT": True}),
            ("TELESCOPE_PARK_OPTION", {"PARK_WRITE_DATA": True}),
        ]


@scene
async def test_home_is_found_set_and_gone_to():
    async with mount(HOME) as (actor, device):
        await device.find_home()
        await device.set_home()
        await device.go_home()
        assert [values for _, values in actor.asked] == [{"FIND": True}, {"SET": True}, {"GO": True}]


@scene
async def test_a_mount_that_cannot_find_its_home_says_what_it_can():
    async with mount(buttons("TELESCOPE_HOME", "GO")) as (_, device):
        with pytest.raises(MissingError, match="cannot find its home position, but go"):
            await device.find_home()


@scene
async def test_the_side_of_the_pier_may_be_unknown():
    async with mount(switches("TELESCOPE_PIER_SIDE", "PIER_WEST", "PIER_EAST", on="PIER_EAST")) as (actor, device):
        assert device.pier_side is PierSide.EAST
        await actor.say(switches("TELESCOPE_PIER_SIDE", "PIER_WEST", "PIER_EAST"))
        await device.device["TELESCOPE_PIER_SIDE"].wait(PIER_EAST=False)
        assert device.pier_side is None


@scene
async def test_abort_stops_all_motion():
    async with mount() as (actor, device):
        await device.abort()
        assert actor.asked == [("TELESCOPE_ABORT_MOTION", {"ABORT": True})]


@scene
async def test_a_mount_that_says_ok_and_is_not_parked_has_not_parked():
    async with mount() as (actor, device):
        actor.plays["TELESCOPE_PARK"] = lambda _: (actor.shows("TELESCOPE_PARK", OK),)
        with pytest.raises(AbortedError, match="the device says Ok, but PARK is Off"):
            await device.park()
