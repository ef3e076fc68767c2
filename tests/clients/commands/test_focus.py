"""The tool that moves focusers."""

import asyncio

import pytest

from lightapt_clients.commands import focus
from lightapt_clients.commands.exits import ExitCode

from ..actor import DEVICE, numbers, serving, switches
from ..puppet import ALERT, BUSY, scene
from .instruments import FOCUSER, patience  # noqa: F401 - a fixture
from .tool import Terminal, run

PLACE = "ABS_FOCUS_POSITION"


@scene
async def test_without_arguments_it_says_where_the_focuser_is():
    async with serving(*FOCUSER) as (actor, address):
        done = await run(focus, address=address)
        assert (done.code, done.out) == (ExitCode.DONE, f"{DEVICE}: 1000 of 60000, 12.2 °C\n")
        assert actor.asked == []


@pytest.mark.parametrize(("where", "position"), [("5000", 5000), ("+100", 1100), ("-100", 900)])
def test_a_sign_means_from_where_it_is(where, position):
    @scene
    async def play():
        async with serving(*FOCUSER) as (actor, address):
            done = await run(focus, where, "--json", address=address)
            assert actor.asked == [(PLACE, {"FOCUS_ABSOLUTE_POSITION": position})]
            assert done.records == [
                {"focuser": DEVICE, "position": position, "max": 60000, "temperature": 12.25, "moving": False}
            ]

    play()


@scene
async def test_one_without_positions_moves_by_steps():
    by = numbers("REL_FOCUS_POSITION", FOCUS_RELATIVE_POSITION=0.0)
    motion = switches("FOCUS_MOTION", "FOCUS_INWARD", "FOCUS_OUTWARD", on="FOCUS_INWARD")
    async with serving(motion, by) as (actor, address):
        done = await run(focus, "+70", address=address)
        assert (done.code, done.out) == (ExitCode.DONE, f"{DEVICE}: without positions\n")
        assert actor.asked[-1] == ("REL_FOCUS_POSITION", {"FOCUS_RELATIVE_POSITION": 70})


@scene
async def test_it_does_not_go_beyond_its_limits():
    async with serving(*FOCUSER) as (actor, address):
        done = await run(focus, "-2000", address=address)
        assert (done.code, done.err) == (ExitCode.NO, f"{DEVICE} goes from 0 to 60000, and not to -1000\n")
        assert actor.asked == []


@scene
async def test_what_is_no_position_is_usage():
    done = await run(focus, "inward")
    assert (done.code, "'inward' is no position" in done.err) == (ExitCode.TROUBLE, True)
    assert (await run(focus, "--stop", "5")).code is ExitCode.TROUBLE


@scene
async def test_it_can_be_stopped():
    async with serving(*FOCUSER) as (actor, address):
        assert (await run(focus, "--stop", address=address)).code is ExitCode.DONE
        assert actor.asked == [("FOCUS_ABORT_MOTION", {"ABORT": True})]


@scene
async def test_who_interrupts_it_stops_the_focuser():
    async with serving(*FOCUSER) as (actor, address):
        actor.plays[PLACE] = lambda _: (actor.shows(PLACE, BUSY, FOCUS_ABSOLUTE_POSITION=1010.0),)
        err = Terminal()
        running = asyncio.ensure_future(run(focus, "5000", address=address, err=err))
        await actor.heard(PLACE)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert await actor.heard("FOCUS_ABORT_MOTION") == {"ABORT": True}
        assert f"{DEVICE} is stopped." in err.getvalue()


@scene
async def test_the_words_of_a_focuser_that_fails_are_told():
    async with serving(*FOCUSER) as (actor, address):
        actor.plays[PLACE] = lambda _: (actor.shows(PLACE, ALERT, "the motor stalls"),)
        done = await run(focus, "5000", address=address)
        assert (done.code, "the motor stalls" in done.err) == (ExitCode.NO, True)
