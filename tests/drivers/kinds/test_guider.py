"""Guide pulses: one at a time in an axis, both axes at once."""

import asyncio

import pytest

from lightapt_drivers import HardwareError, RefusedError
from lightapt_drivers.kinds.guider import Direction, Guider
from lightapt_protocol.vocabulary import State
from tests.drivers.kinds.cameras import Puppet as Camera
from tests.drivers.kit.scenes import play, said_of, states

NS, WE = "TELESCOPE_TIMED_GUIDE_NS", "TELESCOPE_TIMED_GUIDE_WE"


class Puppet(Guider):
    """What is guided: pulses end when they are let."""

    device_name = "Guider"

    def __init__(self, *, parked=False, fails=""):
        super().__init__()
        self.parked, self.fails = parked, fails
        self.done, self.going = [], set()
        self.end = asyncio.Event()

    async def pulse(self, direction, milliseconds):
        self.done.append((direction.name, milliseconds))
        self.going.add(direction.name)
        try:
            await self.end.wait()
            if self.fails:
                raise HardwareError(self.fails)
        finally:
            self.going.discard(direction.name)

    def check_pulse(self):
        if self.parked:
            raise RefusedError("it is parked")


def played(scene, **options):
    guider = Puppet(**options)
    return play(lambda harness: scene(harness, guider), guider)


@pytest.mark.parametrize("direction", Direction)
def test_a_pulse_is_busy_with_its_length_until_it_is_over(direction):
    name = NS if direction in (Direction.NORTH, Direction.SOUTH) else WE

    async def scene(harness, guider):
        await harness.request(name, **{direction.value: 250})
        await harness.expect(name, state=State.BUSY, **{direction.value: 250})
        guider.end.set()
        await harness.expect(name, state=State.OK, **{direction.value: 0})
        return guider.done

    assert played(scene) == [(direction.name, 250)]


def test_both_axes_are_guided_at_once():
    async def scene(harness, guider):
        await harness.request(NS, TIMED_GUIDE_S=100)
        await harness.request(WE, TIMED_GUIDE_E=200)
        await harness.expect(NS, state=State.BUSY, TIMED_GUIDE_S=100)
        await harness.expect(WE, state=State.BUSY, TIMED_GUIDE_E=200)
        going = set(guider.going)
        guider.end.set()
        await harness.expect(NS, state=State.OK)
        await harness.expect(WE, state=State.OK)
        return going

    assert played(scene) == {"SOUTH", "EAST"}


def test_a_new_pulse_takes_the_place_of_the_one_in_its_axis():
    async def scene(harness, guider):
        await harness.request(NS, TIMED_GUIDE_N=1000)
        await harness.expect(NS, state=State.BUSY, TIMED_GUIDE_N=1000)
        await harness.request(NS, TIMED_GUIDE_S=50)
        await harness.expect(NS, state=State.BUSY, TIMED_GUIDE_N=0, TIMED_GUIDE_S=50)
        return guider.done, set(guider.going)

    assert played(scene) == ([("NORTH", 1000), ("SOUTH", 50)], {"SOUTH"})


def test_a_pulse_of_no_time_ends_what_goes_on():
    async def scene(harness, guider):
        await harness.request(WE, TIMED_GUIDE_W=1000)
        await harness.expect(WE, state=State.BUSY, TIMED_GUIDE_W=1000)
        await harness.request(WE, TIMED_GUIDE_W=0, TIMED_GUIDE_E=0)
        await harness.expect(WE, state=State.OK, TIMED_GUIDE_W=0, TIMED_GUIDE_E=0)
        return guider.going

    assert played(scene) == set()


@pytest.mark.parametrize("wanted", [{"TIMED_GUIDE_W": 0}, {"TIMED_GUIDE_E": 50}])
def test_a_pulse_that_cannot_be_ended_goes_on_and_whatever_else_is_asked_in_its_axis_is_refused(wanted):
    async def scene(harness, guider):
        guider.ends_pulses = False
        await harness.request(WE, TIMED_GUIDE_W=1000)
        await harness.expect(WE, state=State.BUSY, TIMED_GUIDE_W=1000)
        said = await harness.request(WE, **wanted)
        await harness.request(NS, TIMED_GUIDE_N=20)
        await harness.expect(NS, state=State.BUSY, TIMED_GUIDE_N=20)
        going = set(guider.going)
        guider.end.set()
        await harness.expect(WE, state=State.OK, TIMED_GUIDE_W=0)
        return states(said_of(WE, said)), harness.notices, going

    told = "the pulse that goes on in this axis cannot be ended: wait until it is over"
    assert played(scene) == ([State.ALERT, State.BUSY], [told], {"WEST", "NORTH"})


def test_clients_may_name_both_directions_if_one_is_of_no_time():
    async def scene(harness, guider):
        await harness.request(NS, TIMED_GUIDE_N=0, TIMED_GUIDE_S=70)
        await harness.expect(NS, state=State.BUSY, TIMED_GUIDE_S=70)
        return guider.done

    assert played(scene) == [("SOUTH", 70)]


def test_two_pulses_in_one_axis_are_refused_and_what_goes_on_goes_on():
    async def scene(harness, guider):
        await harness.request(NS, TIMED_GUIDE_N=500)
        await harness.expect(NS, state=State.BUSY, TIMED_GUIDE_N=500)
        said = await harness.request(NS, TIMED_GUIDE_N=10, TIMED_GUIDE_S=20)
        return states(said_of(NS, said)), harness.notices, set(guider.going)

    told = "one pulse at a time in an axis, not TIMED_GUIDE_N and TIMED_GUIDE_S"
    assert played(scene) == ([State.ALERT, State.BUSY], [told], {"NORTH"})


def test_what_cannot_be_guided_says_why():
    async def scene(harness, guider):
        await harness.request(NS, TIMED_GUIDE_N=500)
        await harness.expect(NS, state=State.ALERT, TIMED_GUIDE_N=0)
        return harness.notices, guider.done

    assert played(scene, parked=True) == (["it is parked"], [])


def test_a_pulse_that_fails_is_told_and_leaves_nothing():
    async def scene(harness, guider):
        guider.end.set()
        await harness.request(NS, TIMED_GUIDE_N=500)
        await harness.expect(NS, state=State.ALERT, TIMED_GUIDE_N=0)
        return harness.notices

    assert played(scene, fails="no power") == ["no power"]


def test_disconnecting_stops_pulses():
    async def scene(harness, guider):
        await harness.request(NS, TIMED_GUIDE_N=500)
        await harness.request(WE, TIMED_GUIDE_W=500)
        await harness.expect(WE, state=State.BUSY, TIMED_GUIDE_W=500)
        await harness.request("CONNECTION", DISCONNECT=True)
        return guider.going

    assert played(scene) == set()


@pytest.mark.parametrize("length", [-1, 60_001])
def test_pulses_are_of_a_minute_at_most(length):
    async def scene(harness, guider):
        await harness.request(NS, TIMED_GUIDE_N=length)
        await harness.expect(NS, state=State.ALERT)
        return guider.done

    assert played(scene) == []


def test_a_camera_can_have_a_guide_port():
    class Both(Camera, Guider):
        device_name = "Camera with a port"

    async def scene(harness):
        return harness.find("DRIVER_INFO").text("DRIVER_INTERFACE"), set(harness.mirror.devices["Camera with a port"])

    interface, names = play(scene, Both())
    assert interface == "6"
    assert {NS, WE, "CCD_EXPOSURE"} <= names
