"""Which filter is meant."""

import pytest

from lightapt_clients.commands.exits import CommandError
from lightapt_clients.commands.wheels import filter_in, slot_of, wheel_of
from lightapt_clients.kinds import Camera, FilterWheel

from ..actor import DEVICE, acting, texts
from ..puppet import scene
from .instruments import NAMES, SLOT, driver_info


@pytest.mark.parametrize(("which", "slot"), [("Red", 1), ("ha", 4), ("2", 5), ("3", 3)])
@scene
async def test_a_filter_is_meant_by_its_name_or_else_by_a_number(which, slot):
    async with acting(FilterWheel, SLOT, NAMES) as (_, wheel):
        assert slot_of(wheel, which) == slot


@pytest.mark.parametrize("which", ["Rd", "0", "6", ""])
@scene
async def test_what_is_not_there_is_told_with_what_is(which):
    async with acting(FilterWheel, SLOT, NAMES) as (_, wheel):
        with pytest.raises(CommandError, match="It has Red, Green"):
            slot_of(wheel, which)


@scene
async def test_a_camera_may_be_a_wheel_itself_or_follow_one():
    async with acting(Camera, driver_info(2 | 16)) as (_, camera):
        assert wheel_of(camera) == DEVICE
    async with acting(Camera, driver_info(2), texts("ACTIVE_DEVICES", ACTIVE_FILTER=DEVICE)) as (_, camera):
        assert wheel_of(camera) == DEVICE
    async with acting(Camera, driver_info(2), texts("ACTIVE_DEVICES", ACTIVE_FILTER="Gone")) as (_, camera):
        assert wheel_of(camera) == ""


@scene
async def test_the_filter_in_the_beam_is_named_where_it_is_known():
    async with acting(FilterWheel, SLOT, NAMES) as (_, wheel):
        assert filter_in(wheel) == "Red"
    async with acting(FilterWheel, SLOT) as (_, wheel):
        assert filter_in(wheel) == "slot1"
    async with acting(FilterWheel) as (_, wheel):
        assert filter_in(wheel) == ""
    assert filter_in(None) == ""
