"""What pictures show is told to the driver for a run, and no longer."""

import asyncio

import pytest

from lightapt_clients.commands.exits import ExitCode

from ..actor import texts
from ..puppet import ALERT, BUSY, OK, scene
from .instruments import patience  # noqa: F401 - a fixture
from .test_capture import NAME, camera, take

HEADER = "FITS_HEADER"
OLD = texts(HEADER, FITS_OBSERVER="", FITS_OBJECT="")
NEW = texts(HEADER, KEYWORD_NAME="", KEYWORD_VALUE="", KEYWORD_COMMENT="")
OTHERS = texts(HEADER, FITS_OBSERVER="", FITS_OBJECT="M 31")


def keyword(value):
    return {"KEYWORD_NAME": "OBJECT", "KEYWORD_VALUE": value, "KEYWORD_COMMENT": ""}


def asked(actor):
    """What was asked of the header and of the exposure, in that order."""
    return [values for name, values in actor.asked if name in (HEADER, NAME)]


@pytest.mark.parametrize(
    ("header", "before", "after"),
    [
        (OLD, {"FITS_OBJECT": "M42"}, {"FITS_OBJECT": ""}),
        (OTHERS, {"FITS_OBJECT": "M42"}, {"FITS_OBJECT": "M 31"}),
        (NEW, keyword("M42"), keyword("")),
    ],
)
def test_the_target_goes_into_the_header_and_out_of_it_again(header, before, after, tmp_path):
    @scene
    async def play():
        async with camera(header) as (actor, address):
            done = await take(tmp_path, "-t", "1", "--target", "M42", address=address)
            assert done.code is ExitCode.DONE
            assert asked(actor) == [before, {"CCD_EXPOSURE_VALUE": 1.0}, after]

    play()


@scene
async def test_who_interrupts_the_run_leaves_no_target_behind(tmp_path):
    async with camera(OLD) as (actor, address):
        actor.plays[NAME] = lambda values: (actor.shows(NAME, BUSY, **values),)
        running = asyncio.ensure_future(take(tmp_path, "-t", "60", "--target", "M42", address=address))
        await actor.heard(NAME)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert actor.asked[-1] == (HEADER, {"FITS_OBJECT": ""})


@scene
async def test_what_another_client_has_made_it_meanwhile_stays(tmp_path):
    async with camera(OLD) as (actor, address):
        exposes = actor.plays[NAME]
        actor.plays[NAME] = lambda values: (actor.shows(HEADER, OK, FITS_OBJECT="M 31"), *exposes(values))
        await take(tmp_path, "-t", "1", "--target", "M42", address=address)
        assert asked(actor) == [{"FITS_OBJECT": "M42"}, {"CCD_EXPOSURE_VALUE": 1.0}]


@scene
async def test_without_a_target_the_header_is_left_alone_and_what_it_says_is_told(tmp_path):
    async with camera(OTHERS) as (actor, address):
        done = await take(tmp_path, "-t", "1", address=address)
        assert asked(actor) == [{"CCD_EXPOSURE_VALUE": 1.0}]
        assert "writes OBJECT = 'M 31' into the headers, as it was before; --target NAME for another." in done.err


@scene
async def test_a_target_that_cannot_be_taken_back_is_told(tmp_path):
    async with camera(OLD) as (actor, address):
        usual = actor.usual(HEADER)
        actor.plays[HEADER] = lambda values: (
            usual(values) if values["FITS_OBJECT"] else (actor.shows(HEADER, ALERT, "not now"),)
        )
        done = await take(tmp_path, "-t", "1", "--target", "M42", address=address)
        assert done.code is ExitCode.DONE
        assert "OBJECT = 'M42' stays in the headers of Actor: Actor.FITS_HEADER: not now" in done.err
