"""What is told of a motion."""

import asyncio
import io

import pytest

from lightapt_clients.commands import filter, focus, goto, motions
from lightapt_clients.commands import set as set_
from lightapt_clients.commands.exits import ExitCode
from lightapt_clients.kinds import base
from lightapt_protocol.messages import DelProperty

from ..actor import DEVICE, serving
from ..puppet import ALERT, BUSY, IDLE, LONG, MS, OK, scene
from .instruments import FOCUSER, MOUNT, NAMES, SLOT, patience  # noqa: F401 - a fixture
from .tool import run

PLACE, POSITION = "EQUATORIAL_EOD_COORD", "ABS_FOCUS_POSITION"
GOING = "could not be told to stop: it may still move"


@pytest.fixture(autouse=True)
def moments(monkeypatch):
    monkeypatch.setattr(motions, "_CONFIRMED", LONG)
    monkeypatch.setattr(motions, "_MOMENT", 0.0)


@pytest.fixture
def hurried(monkeypatch, moments):
    """For devices that do not confirm that they stop."""
    monkeypatch.setattr(motions, "_CONFIRMED", 100 * MS)


class Notes(io.StringIO):
    """What is told, and an event for the word that one waits for."""

    def __init__(self, word):
        super().__init__()
        self._word = word
        self.has_it = asyncio.Event()

    def write(self, text):
        if self._word in text:
            self.has_it.set()
        return super().write(text)


async def interrupted(actor, name, *words, address, before=None):
    """Run a tool until it waits for a property, and interrupt it; return what it says."""
    err = Notes("waiting")
    running = asyncio.ensure_future(run(*words, address=address, err=err))
    await actor.heard(name)
    if before is not None:
        await before()
        await err.has_it.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    return err.getvalue()


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    ("definitions", "name", "words"), [(MOUNT, PLACE, (goto, "--jnow", "6", "10")), (FOCUSER, POSITION, (focus, "9"))]
)
def test_what_does_not_answer_is_not_said_to_be_stopped(definitions, name, words):
    @scene
    async def play():
        async with serving(*definitions) as (actor, address):
            actor.plays[name] = lambda _: (actor.shows(name, BUSY),)
            for button in ("TELESCOPE_ABORT_MOTION", "FOCUS_ABORT_MOTION"):
                actor.plays[button] = lambda _: ()
            said = await interrupted(actor, name, *words, address=address)
            assert f"{DEVICE} {GOING}" in said
            assert "is stopped" not in said

    play()


@pytest.mark.usefixtures("hurried")
@scene
async def test_a_motion_in_alert_is_not_said_to_be_stopped():
    async with serving(*MOUNT) as (actor, address):
        actor.plays[PLACE] = lambda _: (actor.shows(PLACE, BUSY),)
        actor.plays["TELESCOPE_ABORT_MOTION"] = lambda _: (actor.shows(PLACE, ALERT, "no route"),)
        said = await interrupted(actor, PLACE, goto, "--jnow", "6", "10", address=address)
        assert f"{DEVICE} {GOING}" in said


@pytest.mark.usefixtures("hurried")
@scene
async def test_what_is_idle_because_its_driver_has_lost_it_is_not_said_to_be_stopped():
    async with serving(*MOUNT) as (actor, address):
        actor.plays[PLACE] = lambda _: (actor.shows(PLACE, BUSY),)
        actor.plays["TELESCOPE_ABORT_MOTION"] = lambda _: (actor.shows("CONNECTION", ALERT), actor.shows(PLACE, IDLE))
        said = await interrupted(actor, PLACE, goto, "--jnow", "6", "10", address=address)
        assert f"{DEVICE} {GOING}" in said


@pytest.mark.parametrize(
    ("definitions", "name", "words"), [(MOUNT, PLACE, (goto, "--jnow", "6", "10")), (FOCUSER, POSITION, (focus, "9"))]
)
def test_a_motion_whose_hardware_is_lost_is_told_at_once_and_may_go_on(definitions, name, words, monkeypatch):
    monkeypatch.setattr(base, "_SLOW", 60.0)

    @scene
    async def play():
        async with serving(*definitions) as (actor, address):
            lost = actor.shows("CONNECTION", ALERT, "Actor is lost: no route")
            actor.plays[name] = lambda _: (actor.shows(name, BUSY), actor.shows(name, ALERT, "no route"), lost)
            actor.shows("CONNECTION", OK)
            done = await run(*words, address=address)
            assert done.code is ExitCode.NO
            assert f"{name}: no route\n{DEVICE} cannot be told to stop: it may still move." in done.err

    play()


@scene
async def test_a_motion_that_is_over_is_stopped_whatever_becomes_of_the_button():
    async with serving(*FOCUSER) as (actor, address):
        actor.plays[POSITION] = lambda _: (actor.shows(POSITION, BUSY),)
        actor.plays["FOCUS_ABORT_MOTION"] = lambda _: (actor.shows(POSITION, OK),)
        said = await interrupted(actor, POSITION, focus, "9", address=address)
        assert f"{DEVICE} is stopped." in said


@scene
async def test_without_a_server_nothing_is_stopped_and_that_it_is_waited_for_is_said_once():
    async with serving(*MOUNT) as (actor, address):
        actor.plays[PLACE] = lambda _: (actor.shows(PLACE, BUSY),)

        async def leaves():
            await actor.say(actor.shows(PLACE, BUSY))
            await actor.leave()

        said = await interrupted(actor, PLACE, goto, "--jnow", "6", "10", address=address, before=leaves)
        assert said.count("waiting for the server to come back, for 300 s at most") == 1
        assert f"{DEVICE} {GOING}" in said


@scene
async def test_a_wheel_that_nobody_waits_for_any_more_is_said_to_turn_on():
    async with serving(SLOT, NAMES) as (actor, address):
        actor.plays["FILTER_SLOT"] = lambda _: (actor.shows("FILTER_SLOT", BUSY),)
        said = await interrupted(actor, "FILTER_SLOT", filter, "Ha", address=address)
        assert said == f"{DEVICE} was not told to stop: it may still turn. `lightapt filter` tells where it is.\n"


@scene
async def test_what_was_set_is_said_to_go_on():
    async with serving(*MOUNT) as (actor, address):
        actor.plays[PLACE] = lambda _: (actor.shows(PLACE, BUSY),)
        said = await interrupted(actor, PLACE, set_, f"{DEVICE}.{PLACE}.RA;DEC=6;10", address=address)
        assert said == f"{DEVICE} was not told to stop: it may still go on with {PLACE}.\n"


@scene
async def test_a_motion_that_is_late_goes_on_and_that_is_said():
    async with serving(*MOUNT) as (actor, address):
        actor.plays[PLACE] = lambda _: (actor.shows(PLACE, BUSY),)
        done = await run(goto, "--jnow", "6", "10", "--timeout", "0.1", address=address)
        assert done.code is ExitCode.NO
        assert f"{DEVICE} may still move; `lightapt goto --stop` stops it." in done.err


@pytest.mark.parametrize(
    ("definitions", "name", "words", "advice"),
    [
        (
            MOUNT,
            PLACE,
            (goto, "--jnow", "6", "10"),
            "`lightapt goto` tells where it is, `lightapt goto --stop` stops it.",
        ),
        (FOCUSER, POSITION, (focus, "9"), "`lightapt focus` tells where it is, `lightapt focus --stop` stops it."),
        ((SLOT, NAMES), "FILTER_SLOT", (filter, "Ha"), "`lightapt filter` tells where it is."),
    ],
)
def test_what_had_begun_when_the_server_was_lost_may_go_on_and_is_no_trouble_of_usage(definitions, name, words, advice):
    @scene
    async def play():
        async with serving(*definitions) as (actor, address):
            actor.plays[name] = lambda _: (actor.shows(name, BUSY), DelProperty(DEVICE))
            running = asyncio.ensure_future(run(*words, address=address))
            await actor.heard(name)
            await actor.leave()
            done = await running
            assert done.code is ExitCode.NO
            assert f"{DEVICE} had begun, and may still " in done.err
            assert done.err.endswith(f"{advice}\n")

    play()
