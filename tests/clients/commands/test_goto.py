"""The tool that points mounts."""

import asyncio

import pytest

from lightapt_clients.commands import goto
from lightapt_clients.commands.exits import ExitCode
from lightapt_clients.kinds import Equatorial, separation

from ..actor import DEVICE, serving
from ..puppet import ALERT, BUSY, OK, scene
from .instruments import MOUNT, PARK, UNPARKED, patience  # noqa: F401 - a fixture
from .tool import Terminal, parsed, run

PLACE = "EQUATORIAL_EOD_COORD"


def sent(actor):
    """Where the mount was sent."""
    (values,) = [values for name, values in actor.asked if name == PLACE]
    return Equatorial(values["RA"], values["DEC"])


def last(actor, name):
    """What the mount was asked for last."""
    return [values for one, values in actor.asked if one == name][-1]


@scene
async def test_without_arguments_it_says_where_the_mount_points():
    async with serving(*MOUNT) as (actor, address):
        done = await run(goto, address=address)
        assert done.code is ExitCode.DONE
        assert done.out.startswith(f"{DEVICE}: not tracking\n  J2000  4:58:")
        assert "today  5:00:00.0 +10:00:00" in done.out
        assert actor.asked == []


@scene
async def test_places_of_the_day_are_sent_as_they_are():
    async with serving(*MOUNT) as (actor, address):
        done = await run(goto, "--jnow", "5h35m17.3s", "-5d23m28s", "--json", address=address)
        assert done.code is ExitCode.DONE
        assert sent(actor).ra == pytest.approx(5.588139, abs=1e-6)
        assert sent(actor).dec == pytest.approx(-5.391111, abs=1e-6)
        assert done.records[0]["ra"] == pytest.approx(5.588139, abs=1e-6)


@scene
async def test_places_are_of_j2000_by_default():
    async with serving(*MOUNT) as (actor, address):
        done = await run(goto, "5:35:17.3", "-5:23:28", "--json", address=address)
        assert done.records[0]["ra_j2000"] == pytest.approx(5.588139, abs=1e-5)
        assert done.records[0]["dec_j2000"] == pytest.approx(-5.391111, abs=1e-4)
        assert 0.1 < separation(sent(actor), Equatorial(5.588139, -5.391111)) < 1  # precession since 2000


@scene
async def test_three_words_are_an_angle():
    async with serving(*MOUNT) as (actor, address):
        await run(goto, "--jnow", "5", "35", "17", "-0", "23", "28", address=address)
        assert sent(actor).dec == pytest.approx(-0.391111, abs=1e-6)


@scene
async def test_things_have_names():
    async with serving(*MOUNT) as (actor, address):
        assert (await run(goto, "m", "42", address=address)).code is ExitCode.DONE
        assert separation(sent(actor), Equatorial(5.61, -5.37)) < 0.2


@scene
async def test_altitude_and_azimuth_are_where_the_mount_stands():
    async with serving(*MOUNT) as (actor, address):
        assert (await run(goto, "--altaz", "50", "0", address=address)).code is ExitCode.DONE
        assert sent(actor).dec == pytest.approx(90)
        assert last(actor, "ON_COORD_SET") == {"SLEW": True}


@scene
async def test_what_is_below_the_horizon_is_said_and_left_to_the_mount():
    async with serving(*MOUNT) as (_, address):
        done = await run(goto, "--jnow", "5", "-80", address=address)
        assert done.code is ExitCode.DONE
        assert "That is below the horizon (" in done.err


@scene
async def test_a_place_can_be_synced_to():
    async with serving(*MOUNT) as (actor, address):
        assert (await run(goto, "--sync", "--jnow", "5.1", "10.1", address=address)).code is ExitCode.DONE
        names = [name for name, _ in actor.asked]
        assert names == ["ON_COORD_SET", PLACE, "ON_COORD_SET"]
        assert actor.asked[0][1] == {"SYNC": True}


@scene
async def test_a_parked_mount_is_not_moved():
    for arguments in (["5", "10"], ["--home"], ["--track", "on"], ["--sync", "5", "10"], ["--altaz", "5", "10"]):
        async with serving(*MOUNT, PARK) as (actor, address):
            done = await run(goto, *arguments, address=address)
            assert done.code is ExitCode.NO
            assert "is parked; unpark it first: lightapt goto --unpark" in done.err
            assert actor.asked == []


@scene
async def test_it_can_be_unparked_on_the_way():
    async with serving(*MOUNT, PARK) as (actor, address):
        assert (await run(goto, "--unpark", "--jnow", "5.5", "10", address=address)).code is ExitCode.DONE
        assert [name for name, _ in actor.asked] == ["TELESCOPE_PARK", PLACE]


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["--park"], ("TELESCOPE_PARK", {"PARK": True})),
        (["--home"], ("TELESCOPE_HOME", {"GO": True})),
        (["--stop"], ("TELESCOPE_ABORT_MOTION", {"ABORT": True})),
        (["--track", "on"], ("TELESCOPE_TRACK_STATE", {"TRACK_ON": True})),
    ],
)
def test_what_stands_in_place_of_a_place(arguments, asked):
    @scene
    async def play():
        async with serving(*MOUNT, UNPARKED) as (actor, address):
            assert (await run(goto, *arguments, address=address)).code is ExitCode.DONE
            assert actor.asked == [asked]

    play()


@pytest.mark.parametrize(
    "arguments",
    [
        ["5:35:17"],
        ["5", "10", "15"],
        ["--park", "5", "10"],
        ["--stop", "--track", "on"],
        ["--sync"],
        ["--altaz"],
        ["--altaz", "--sync", "5", "10"],
        ["--jnow", "Vega"],
        ["25", "0"],
        ["5", "91"],
    ],
)
def test_what_does_not_go_together_is_usage(arguments):
    @scene
    async def play():
        assert (await run(goto, *arguments)).code is ExitCode.TROUBLE

    play()


def test_a_negative_declination_is_no_option():
    options = parsed(goto, "5:35:17", "-5:23:28", "--track", "off", "-h", "host")
    assert (options.place, options.track, options.host) == (["5:35:17", "-5:23:28"], "off", "host")


@scene
async def test_who_interrupts_it_stops_the_mount():
    async with serving(*MOUNT) as (actor, address):
        actor.plays[PLACE] = lambda _: (actor.shows(PLACE, BUSY, RA=5.2),)
        err = Terminal()
        running = asyncio.ensure_future(run(goto, "--jnow", "6", "10", address=address, err=err))
        await actor.heard(PLACE)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert await actor.heard("TELESCOPE_ABORT_MOTION") == {"ABORT": True}
        assert f"{DEVICE} is stopped." in err.getvalue()


@scene
async def test_a_person_sees_how_far_it_is():
    async with serving(*MOUNT) as (actor, address):
        actor.plays[PLACE] = lambda values: (actor.shows(PLACE, BUSY, RA=5.5), actor.shows(PLACE, OK, **values))
        err = Terminal()
        await run(goto, "--jnow", "6", "10", address=address, err=err)
        assert "left" in err.getvalue()


@scene
async def test_the_words_of_a_mount_that_refuses_are_told():
    async with serving(*MOUNT) as (actor, address):
        actor.plays[PLACE] = lambda _: (actor.shows(PLACE, ALERT, "that is in the ground"),)
        done = await run(goto, "--jnow", "6", "10", address=address)
        assert (done.code, "that is in the ground" in done.err) == (ExitCode.NO, True)
