"""A filter wheel is busy until the filter is there, and knows its filters by the names they are given."""

import asyncio

import pytest

from lightapt_drivers import HardwareError, on_connect
from lightapt_drivers.kinds.filter_wheel import FilterWheel, filters
from lightapt_protocol.members import OneText
from lightapt_protocol.messages import NewTextVector
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play, said_of, states


class Puppet(FilterWheel):
    """A wheel that does at once what it is told, or (held) begins it and goes on for ever."""

    device_name = "Wheel"

    def __init__(self, *, held=False, fails="", slots=8):
        super().__init__()
        self.held = held
        self.fails = fails
        self.slots = slots
        self.done = []

    @on_connect
    async def _count(self):
        self.set_slots(self.slots)

    async def select_filter(self, slot):
        self.done.append(slot)
        if self.held:
            await asyncio.Event().wait()
        if self.fails:
            raise HardwareError(self.fails)

    async def rename_filters(self, names):
        self.done.append(names)


def played(scene, folder=None, **options):
    wheel = Puppet(**options)
    return play(lambda harness: scene(harness, wheel), wheel, folder=folder)


def names(harness):
    return {name: member.value for name, member in harness.find("FILTER_NAME").members.items()}


def test_the_slot_is_busy_until_the_filter_is_there():
    async def scene(harness, wheel):
        said = await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=3)
        await harness.expect("FILTER_SLOT", state=State.OK, FILTER_SLOT_VALUE=3)
        return wheel.done, states(said_of("FILTER_SLOT", said))[0]

    assert played(scene) == ([3], State.BUSY)


def test_until_then_the_old_slot_is_shown():
    async def scene(harness, _):
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=3)
        await harness.expect("FILTER_SLOT", state=State.BUSY, FILTER_SLOT_VALUE=1)

    played(scene, held=True)


def test_the_slot_that_is_there_needs_no_motion():
    async def scene(harness, wheel):
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=1)
        await harness.expect("FILTER_SLOT", state=State.OK, FILTER_SLOT_VALUE=1)
        return list(wheel.done)

    assert played(scene) == []


def test_after_a_motion_that_failed_no_slot_is_there():
    async def scene(harness, wheel):
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=3)
        await harness.expect("FILTER_SLOT", state=State.ALERT, FILTER_SLOT_VALUE=1)
        wheel.fails = ""
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=1)
        await harness.expect("FILTER_SLOT", state=State.OK)
        return wheel.done, harness.notices

    assert played(scene, fails="the wheel is stuck") == ([3, 1], ["the wheel is stuck"])


def test_another_slot_takes_the_place_of_the_first():
    async def scene(harness, wheel):
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=3)
        wheel.held = False
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=5)
        await harness.expect("FILTER_SLOT", state=State.OK, FILTER_SLOT_VALUE=5)
        return list(wheel.done)

    assert played(scene, held=True) == [3, 5]


@pytest.mark.parametrize("slot", [0, 9])
def test_a_slot_that_is_not_there_is_refused(slot):
    async def scene(harness, wheel):
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=slot)
        await harness.expect("FILTER_SLOT", state=State.ALERT)
        return wheel.done, harness.notices

    assert played(scene) == ([], [f"FILTER_SLOT_VALUE must be from 1 to 8, not {slot}"])


def test_filters_can_be_renamed_one_by_one():
    async def scene(harness, wheel):
        harness.send(NewTextVector("Wheel", "FILTER_NAME", members=(OneText("FILTER_SLOT_NAME_2", "Ha"),)))
        await harness.expect("FILTER_NAME", state=State.OK, FILTER_SLOT_NAME_2="Ha", FILTER_SLOT_NAME_1="Filter 1")
        return wheel.done[0][:3]

    assert played(scene) == ("Filter 1", "Ha", "Filter 3")


def test_a_filter_needs_a_name():
    async def scene(harness, _):
        harness.send(NewTextVector("Wheel", "FILTER_NAME", members=(OneText("FILTER_SLOT_NAME_2", " "),)))
        await harness.expect("FILTER_NAME", state=State.ALERT, FILTER_SLOT_NAME_2="Filter 2")
        return harness.notices

    assert played(scene) == ["the filter in slot 2 needs a name"]


def test_names_survive_the_driver(tmp_path):
    async def rename(harness, _):
        await harness.request("FILTER_NAME", FILTER_SLOT_NAME_2="Ha")

    async def find(harness, _):
        await harness.expect("FILTER_NAME", FILTER_SLOT_NAME_2="Ha")

    played(rename, folder=tmp_path)
    played(find, folder=tmp_path)


@pytest.mark.parametrize("slots", [1, 5, 12])
def test_hardware_says_how_many_slots_there_are(slots):
    async def scene(harness, _):
        return list(names(harness).items()), harness.find("FILTER_SLOT").members["FILTER_SLOT_VALUE"].max

    expected = [(f"FILTER_SLOT_NAME_{slot}", f"Filter {slot}") for slot in range(1, slots + 1)]
    assert played(scene, slots=slots) == (expected, slots)


def test_slots_that_are_there_keep_their_names():
    async def scene(harness, wheel):
        await harness.request("FILTER_NAME", FILTER_SLOT_NAME_2="Ha")
        wheel.set_slots(3)
        await harness.dealt_with()
        return names(harness)

    expected = {"FILTER_SLOT_NAME_1": "Filter 1", "FILTER_SLOT_NAME_2": "Ha", "FILTER_SLOT_NAME_3": "Filter 3"}
    assert played(scene) == expected


def test_members_count_from_one():
    assert [(member.name, member.value, member.label) for member in filters(["L", "R"])] == [
        ("FILTER_SLOT_NAME_1", "L", "Slot 1"),
        ("FILTER_SLOT_NAME_2", "R", "Slot 2"),
    ]
