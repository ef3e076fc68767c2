"""A filter wheel."""

import pytest

from lightapt_clients import AbortedError, MissingError, RequestError
from lightapt_clients.kinds import FilterWheel

from ..actor import acting, numbers, texts
from ..puppet import BUSY, OK, scene

SLOT = numbers("FILTER_SLOT", FILTER_SLOT_VALUE=1.0, most=4.0)
NAMES = texts("FILTER_NAME", ONE="Red", TWO="Green", THREE="Ha", FOUR="ha")


@scene
async def test_a_filter_is_selected_by_slot_or_name():
    async with acting(FilterWheel, SLOT, NAMES) as (_, device):
        await device.select(2)
        assert (device.slot, device.filter) == (2, "Green")
        await device.select("Red")
        assert (device.slot, device.filter, device.slots) == (1, "Red", 4)


@scene
async def test_a_name_may_be_in_other_letters_if_only_one_is_meant():
    async with acting(FilterWheel, SLOT, NAMES) as (_, device):
        await device.select("GREEN")
        assert device.slot == 2
        await device.select("ha")
        assert device.slot == 4
        with pytest.raises(MissingError, match="no filter 'HA', but Red, Green, Ha, ha"):
            await device.select("HA")


@scene
async def test_a_filter_that_is_not_there_is_not_asked_for():
    async with acting(FilterWheel, SLOT, NAMES) as (actor, device):
        with pytest.raises(MissingError):
            await device.select("OIII")
        assert actor.asked == []


@scene
async def test_filters_are_renamed_from_the_first_slot_on():
    async with acting(FilterWheel, SLOT, NAMES) as (actor, device):
        await device.rename(["L", "R"])
        assert actor.asked == [("FILTER_NAME", {"ONE": "L", "TWO": "R"})]
        assert device.names == ("L", "R", "Ha", "ha")
        with pytest.raises(MissingError, match="has 4 slots, and not 5"):
            await device.rename(["L"] * 5)


@scene
async def test_a_wheel_without_names_is_turned_by_slots():
    async with acting(FilterWheel, SLOT) as (_, device):
        assert device.names == ()
        await device.select(3)
        assert (device.slot, device.filter) == (3, "")


@scene
async def test_a_wheel_that_says_ok_at_another_slot_has_not_turned():
    async with acting(FilterWheel, SLOT, NAMES) as (actor, device):
        name = "FILTER_SLOT"
        actor.plays[name] = lambda _: (actor.shows(name, BUSY), actor.shows(name, OK, FILTER_SLOT_VALUE=3.0))
        with pytest.raises(AbortedError, match="FILTER_SLOT_VALUE is 3 instead of 4"):
            await device.select(4)


@pytest.mark.parametrize("which", [None, 2.5])
def test_what_is_neither_a_name_nor_a_slot_is_refused(which):
    @scene
    async def play():
        async with acting(FilterWheel, SLOT, NAMES) as (actor, device):
            with pytest.raises(RequestError, match="neither a filter's name nor a slot"):
                await device.select(which)
            assert actor.asked == []

    play()
