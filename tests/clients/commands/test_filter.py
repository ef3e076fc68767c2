"""The tool that turns filters into the beam."""

from lightapt_clients.commands import filter
from lightapt_clients.commands.exits import ExitCode

from ..actor import DEVICE, serving
from ..puppet import ALERT, scene
from .instruments import NAMES, SLOT, patience  # noqa: F401 - a fixture
from .tool import run


@scene
async def test_filters_are_listed_and_the_one_in_the_beam_is_marked():
    async with serving(SLOT, NAMES) as (actor, address):
        done = await run(filter, address=address)
        assert done.code is ExitCode.DONE
        assert done.out.splitlines()[:2] == ["*  1  Red", "   2  Green"]
        assert actor.asked == []


@scene
async def test_programs_get_the_list_as_one_object():
    async with serving(SLOT, NAMES) as (_, address):
        (record,) = (await run(filter, "--json", address=address)).records
        assert (record["slot"], record["filter"], len(record["filters"])) == (1, "Red", 5)
        assert record["filters"][3] == {"slot": 4, "name": "Ha"}


@scene
async def test_a_filter_is_meant_by_its_name_in_whatever_letters():
    async with serving(SLOT, NAMES) as (actor, address):
        done = await run(filter, "ha", address=address)
        assert (done.code, done.out) == (ExitCode.DONE, f"{DEVICE}: Ha\n")
        assert actor.asked == [("FILTER_SLOT", {"FILTER_SLOT_VALUE": 4})]


@scene
async def test_a_number_is_a_slot_unless_a_filter_is_called_so():
    async with serving(SLOT, NAMES) as (actor, address):
        assert (await run(filter, "3", "--json", address=address)).records[0]["filter"] == "Blue"
    async with serving(SLOT, NAMES) as (actor, address):
        assert (await run(filter, "2", address=address)).code is ExitCode.DONE
        assert actor.asked == [("FILTER_SLOT", {"FILTER_SLOT_VALUE": 5})]


@scene
async def test_a_filter_that_is_not_there_is_told_with_those_that_are():
    async with serving(SLOT, NAMES) as (actor, address):
        done = await run(filter, "gren", address=address)
        assert done.code is ExitCode.NO
        assert "did you mean 'Green'?" in done.err
        assert "Red, Green, Blue, Ha" in done.err
        assert actor.asked == []


@scene
async def test_a_wheel_without_names_has_slots():
    async with serving(SLOT) as (_, address):
        assert (await run(filter, "5", address=address)).out == f"{DEVICE}: slot5\n"
    async with serving(SLOT) as (_, address):
        done = await run(filter, "6", address=address)
        assert (done.code, "slots 1 to 5" in done.err) == (ExitCode.NO, True)


@scene
async def test_the_words_of_a_wheel_that_fails_are_told():
    async with serving(SLOT, NAMES) as (actor, address):
        actor.plays["FILTER_SLOT"] = lambda _: (actor.shows("FILTER_SLOT", ALERT, "the wheel is stuck"),)
        done = await run(filter, "Ha", address=address)
        assert (done.code, "the wheel is stuck" in done.err) == (ExitCode.NO, True)
