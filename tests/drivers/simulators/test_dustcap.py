"""The simulated cap takes its time, and stands at the next start as it was left."""

import pytest

from lightapt_drivers.simulators.dustcap import DustCapSimulator, FlipFlatSimulator
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play
from tests.drivers.simulators.clocks import FastClock, HandClock


def played(scene, *, cap=DustCapSimulator, clock=None, folder=None):
    return play(scene, cap(clock=clock or FastClock()), folder=folder)


def test_it_takes_some_seconds():
    clock = HandClock()

    async def scene(harness):
        await harness.expect("CAP_PARK", state=State.OK, PARK=True)
        await harness.request("CAP_PARK", UNPARK=True)
        clock.now += 4
        await harness.expect("CAP_PARK", state=State.BUSY)
        clock.now += 2
        await harness.expect("CAP_PARK", state=State.OK, UNPARK=True)

    played(scene, clock=clock)


def test_it_stops_between_and_closes_from_there():
    clock = HandClock()

    async def scene(harness):
        await harness.request("CAP_PARK", UNPARK=True)
        clock.now += 2
        await harness.request("CAP_ABORT", ABORT=True)
        await harness.expect("CAP_STAND", OPENING=40)
        await harness.expect("CAP_PARK", state=State.IDLE, PARK=False, UNPARK=False)
        await harness.request("CAP_PARK", PARK=True)
        clock.now += 2.5
        await harness.expect("CAP_PARK", state=State.OK, PARK=True)

    played(scene, clock=clock)


def test_it_stands_at_the_next_start_as_it_was_left(tmp_path):
    async def scene(harness):
        await harness.request("CAP_PARK", UNPARK=True)
        await harness.expect("CAP_PARK", state=State.OK, UNPARK=True)

    async def later(harness):
        await harness.expect("CAP_PARK", state=State.OK, UNPARK=True)

    played(scene, folder=tmp_path)
    played(later, folder=tmp_path)


def test_it_is_moved_by_hand_while_it_rests():
    clock = HandClock()

    async def scene(harness):
        await harness.request("CAP_STAND", OPENING=100)
        await harness.expect("CAP_PARK", state=State.OK, UNPARK=True)
        await harness.request("CAP_PARK", PARK=True)
        await harness.request("CAP_STAND", OPENING=50)
        await harness.expect("CAP_STAND", state=State.ALERT, OPENING=100)

    played(scene, clock=clock)


def test_a_cap_with_a_light_shines_when_it_is_closed():
    async def scene(harness):
        await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.OK, FLAT_LIGHT_ON=True)
        await harness.request("CAP_PARK", UNPARK=True)
        await harness.expect("CAP_PARK", state=State.OK, UNPARK=True)
        await harness.expect("LIGHT_STAND", ON=0)
        await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.ALERT, FLAT_LIGHT_OFF=True)

    played(scene, cap=FlipFlatSimulator)


@pytest.mark.parametrize(("light", "cap"), [(False, DustCapSimulator), (True, FlipFlatSimulator)])
def test_the_command_line_says_whether_there_is_a_light(light, cap):
    options = type("Options", (), {"name": "", "light": light})
    device = DustCapSimulator.from_options(options)
    assert type(device) is cap
    assert device.name == cap.device_name
