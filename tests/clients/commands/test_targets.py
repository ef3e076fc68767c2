"""What pictures show is told to the driver for a run, and no longer."""

import asyncio

import pytest

from lightapt_clients.commands.exits import ExitCode
from lightapt_protocol.vocabulary import Permission

from ..actor import texts
from ..puppet import ALERT, BUSY, OK, scene
from .instruments import patience  # noqa: F401 - a fixture
from .test_capture import NAME, camera, take

HEADER = "FITS_HEADER"
OURS = texts(HEADER, FITS_OBSERVER="", FITS_OBJECT="", KEYWORD_NAME="", KEYWORD_VALUE="", KEYWORD_COMMENT="")
OLD = texts(HEADER, FITS_OBSERVER="Unknown", FITS_OBJECT="Unknown")
NEW = texts(HEADER, perm=Permission.WRITE_ONLY, KEYWORD_NAME="", KEYWORD_VALUE="", KEYWORD_COMMENT="")
OTHERS = texts(HEADER, FITS_OBSERVER="", FITS_OBJECT="M 31")


def keyword(value):
    return {"KEYWORD_NAME": "OBJECT", "KEYWORD_VALUE": value, "KEYWORD_COMMENT": ""}


class Keywords:
    """The newer form of the header, as libindi's drivers have it: a keyword stays until it gets another value."""

    def __init__(self, actor, **cards):
        self.cards = cards
        self._actor = actor
        actor.plays[HEADER] = self.play

    def play(self, values):
        name, value, comment = (values[f"KEYWORD_{one}"] for one in ("NAME", "VALUE", "COMMENT"))
        if not (name or value or comment):
            return (self._actor.shows(HEADER, ALERT, **values),)
        if name == "INDI_CLEAR":
            self.cards.clear()
        elif name and value:
            self.cards[name] = value
        return (self._actor.shows(HEADER, OK, **values),)


def asked(actor):
    """What was asked of the header and of the exposure, in that order."""
    return [values for name, values in actor.asked if name in (HEADER, NAME)]


@pytest.mark.parametrize(
    ("header", "before", "after"),
    [
        (OURS, {"FITS_OBJECT": "M42"}, {"FITS_OBJECT": ""}),
        (OLD, {"FITS_OBJECT": "M42"}, {"FITS_OBJECT": "Unknown"}),
        (OTHERS, {"FITS_OBJECT": "M42"}, {"FITS_OBJECT": "M 31"}),
        (NEW, keyword("M42"), keyword("Unknown")),
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
async def test_where_a_keyword_cannot_be_forgotten_the_object_is_unknown_afterwards_and_the_others_stay(tmp_path):
    async with camera(NEW) as (actor, address):
        driver = Keywords(actor, OBJECT="M 31", OBSERVER="Caroline")
        exposes, during = actor.plays[NAME], []
        actor.plays[NAME] = lambda values: during.append(dict(driver.cards)) or exposes(values)
        await take(tmp_path, "-t", "1", "--target", "M42", address=address)
        assert during == [{"OBJECT": "M42", "OBSERVER": "Caroline"}]
        assert driver.cards == {"OBJECT": "Unknown", "OBSERVER": "Caroline"}


@scene
async def test_who_interrupts_the_run_leaves_no_target_behind(tmp_path):
    async with camera(OLD) as (actor, address):
        actor.plays[NAME] = lambda values: (actor.shows(NAME, BUSY, **values),)
        running = asyncio.ensure_future(take(tmp_path, "-t", "60", "--target", "M42", address=address))
        await actor.heard(NAME)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert actor.asked[-1] == (HEADER, {"FITS_OBJECT": "Unknown"})


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


@pytest.mark.parametrize("header", [OURS, OLD, NEW])
def test_an_object_that_nobody_has_set_is_not_worth_a_word(header, tmp_path):
    @scene
    async def play():
        async with camera(header) as (_, address):
            assert "OBJECT" not in (await take(tmp_path, "-t", "1", address=address)).err

    play()


@scene
async def test_a_target_that_cannot_be_taken_back_is_told(tmp_path):
    async with camera(OLD) as (actor, address):
        usual = actor.usual(HEADER)
        actor.plays[HEADER] = lambda values: (
            usual(values) if values["FITS_OBJECT"] == "M42" else (actor.shows(HEADER, ALERT, "not now"),)
        )
        done = await take(tmp_path, "-t", "1", "--target", "M42", address=address)
        assert done.code is ExitCode.DONE
        assert "OBJECT = 'M42' stays in the headers of Actor: Actor.FITS_HEADER: not now" in done.err
