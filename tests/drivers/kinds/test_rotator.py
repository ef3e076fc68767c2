"""A rotator turns the shortest way, or the one within its limits."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers import HardwareError, RefusedError, on_connect
from lightapt_drivers.kinds.filter_wheel import FilterWheel
from lightapt_drivers.kinds.focuser import Focuser
from lightapt_drivers.kinds.rotator import Rotator, RotatorCan, way_to
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play, said_of, states

ALL = RotatorCan.STOP | RotatorCan.SYNC | RotatorCan.REVERSE | RotatorCan.COMPENSATE


class Puppet(Rotator):
    """A rotator that does at once what it is told, or (held) begins it and goes on for ever."""

    device_name = "Rotator"

    def __init__(self, can=ALL, *, held=False, fails="", middle=0.0):
        super().__init__()
        self.can = can
        self.held = held
        self.fails = fails
        self.middle = middle
        self.done = []

    @on_connect
    async def _say_what_it_can(self):
        self.declare_rotator(self.can)

    async def turn_to(self, angle, *, way):
        self.done.append((angle, way))
        if self.held:
            await asyncio.Event().wait()
        if self.fails:
            raise HardwareError(self.fails)
        self.rotator_at(angle)

    async def stop_rotator(self):
        self.done.append("stop")

    async def sync_rotator(self, angle):
        self.done.append(("sync", angle))

    async def reverse_rotator(self, *, reverse):
        self.done.append(("reverse", reverse))

    async def set_rotator_backlash(self, steps):
        self.done.append(("backlash", steps))

    def middle_of_rotation(self):
        return self.middle


def played(scene, can=ALL, folder=None, **options):
    rotator = Puppet(can, **options)
    return play(lambda harness: scene(harness, rotator), rotator, folder=folder)


def properties(can):
    async def scene(harness, _):
        return {name for name in harness.mirror.devices["Rotator"] if "ROTATOR" in name}

    return played(scene, can)


def test_it_has_what_its_hardware_can():
    assert properties(RotatorCan(0)) == {"ABS_ROTATOR_ANGLE", "ROTATOR_LIMITS"}
    assert properties(ALL) == {
        "ABS_ROTATOR_ANGLE",
        "SYNC_ROTATOR_ANGLE",
        "ROTATOR_ABORT_MOTION",
        "ROTATOR_REVERSE",
        "ROTATOR_BACKLASH_TOGGLE",
        "ROTATOR_BACKLASH_STEPS",
        "ROTATOR_LIMITS",
    }


async def turn_to(harness, *angles):
    for angle in angles:
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=angle)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.OK, ANGLE=angle % 360)


def test_it_turns_the_shortest_way():
    async def scene(harness, rotator):
        await turn_to(harness, 90, 350, 10, 360)
        return list(rotator.done)

    assert played(scene) == [(90, 90), (350, -100), (10, 20), (0, -10)]


def test_where_it_is_it_need_not_turn_to():
    async def scene(harness, rotator):
        await turn_to(harness, 0)
        return list(rotator.done)

    assert played(scene) == []


@pytest.mark.parametrize("angle", [-1, 361])
def test_angles_are_within_a_full_turn(angle):
    async def scene(harness, _):
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=angle)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.ALERT)
        return harness.notices

    assert played(scene) == [f"ANGLE must be from 0.00 to 360.00, not {angle}"]


def test_it_is_busy_while_it_turns_and_can_be_stopped():
    async def scene(harness, rotator):
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=90)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.BUSY, ANGLE=0)
        await harness.request("ROTATOR_ABORT_MOTION", ABORT=True)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.IDLE)
        await harness.expect("ROTATOR_ABORT_MOTION", state=State.OK, ABORT=False)
        return list(rotator.done)

    assert played(scene, held=True) == [(90, 90), "stop"]


def test_abort_at_rest_stops_the_hardware_all_the_same():
    async def scene(harness, rotator):
        await harness.request("ROTATOR_ABORT_MOTION", ABORT=True)
        return list(rotator.done)

    assert played(scene) == ["stop"]


def test_a_new_angle_takes_the_place_of_the_old():
    async def scene(harness, rotator):
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=90)
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=50)
        await harness.dealt_with()
        return list(rotator.done)

    assert played(scene, held=True) == [(90, 90), "stop", (50, 50)]


def test_what_fails_is_told():
    async def scene(harness, _):
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=90)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.ALERT, ANGLE=0)
        return harness.notices

    assert played(scene, fails="a cable is caught") == ["a cable is caught"]


def test_a_sync_changes_the_angle_and_turns_nothing():
    async def scene(harness, rotator):
        await harness.request("SYNC_ROTATOR_ANGLE", ANGLE=33)
        await harness.expect("SYNC_ROTATOR_ANGLE", state=State.OK, ANGLE=33)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.OK, ANGLE=33)
        return list(rotator.done)

    assert played(scene) == [("sync", 33)]


@pytest.mark.parametrize(
    ("name", "members"), [("SYNC_ROTATOR_ANGLE", {"ANGLE": 1}), ("ROTATOR_REVERSE", {"INDI_ENABLED": True})]
)
def test_what_needs_a_rotator_at_rest_is_refused_while_it_turns(name, members):
    async def scene(harness, rotator):
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=90)
        await harness.request(name, **members)
        await harness.expect(name, state=State.ALERT)
        return list(rotator.done), harness.notices[-1]

    done, reason = played(scene, held=True)
    assert done == [(90, 90)]
    assert reason.startswith("the rotator is turning: abort that or wait for its end, then ")


def test_direction_and_limits_survive_the_driver(tmp_path):
    async def set_them(harness, _):
        await harness.request("ROTATOR_REVERSE", INDI_ENABLED=True)
        await harness.request("ROTATOR_LIMITS", ROTATOR_LIMITS_VALUE=180)
        await harness.request("CONFIG_PROCESS", CONFIG_SAVE=True)

    async def find(harness, rotator):
        await harness.expect("ROTATOR_REVERSE", state=State.OK, INDI_ENABLED=True)
        await harness.expect("ROTATOR_LIMITS", state=State.OK, ROTATOR_LIMITS_VALUE=180)
        return [what for what in rotator.done if what[0] == "reverse"]

    played(set_them, folder=tmp_path)
    assert played(find, folder=tmp_path) == [("reverse", True)]


def test_hardware_is_told_of_its_backlash():
    async def scene(harness, rotator):
        await harness.request("ROTATOR_BACKLASH_STEPS", ROTATOR_BACKLASH_VALUE=5)
        await harness.request("ROTATOR_BACKLASH_TOGGLE", INDI_ENABLED=True)
        await harness.request("ROTATOR_BACKLASH_STEPS", ROTATOR_BACKLASH_VALUE=7)
        await harness.request("ROTATOR_BACKLASH_TOGGLE", INDI_DISABLED=True)
        return list(rotator.done)

    assert played(scene) == [("backlash", 5), ("backlash", 7), ("backlash", 0)]


# Limits.


def test_out_of_its_limits_it_does_not_turn_and_goes_on_with_what_it_does():
    async def scene(harness, rotator):
        await harness.request("ROTATOR_LIMITS", ROTATOR_LIMITS_VALUE=180)
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=80)
        said = await harness.request("ABS_ROTATOR_ANGLE", ANGLE=120)
        assert states(said_of("ABS_ROTATOR_ANGLE", said)) == [State.ALERT, State.BUSY]
        return list(rotator.done), harness.notices

    reason = "120.00° is out of the limits, 290.00° to 110.00° (ROTATOR_LIMITS)"
    assert played(scene, held=True, middle=20.0) == ([(80, 80)], [reason])


def test_within_limits_it_never_passes_the_point_opposite_to_their_middle():
    async def scene(harness, rotator):
        await harness.request("ROTATOR_LIMITS", ROTATOR_LIMITS_VALUE=300)
        await turn_to(harness, 140, 220)
        return list(rotator.done)

    assert played(scene) == [(140, 140), (220, -280)]


angles = st.floats(0, 360, exclude_max=True)


@given(angles, angles)
def test_without_limits_no_way_is_longer_than_half_a_turn(here, angle):
    way = way_to(angle, here=here, limits=0, middle=0)
    assert -180 <= way <= 180
    assert abs((here + way - angle + 180) % 360 - 180) < 1e-9


@given(angles, st.lists(angles, max_size=20), angles, st.floats(1, 360))
def test_cables_never_wind_up(middle, targets, start, limits):
    wound, here = (start - middle + 180) % 360 - 180, start
    for angle in targets:
        try:
            way = way_to(angle, here=here, limits=limits, middle=middle)
        except RefusedError:
            continue
        wound, here = wound + way, angle
        assert abs(wound) <= limits / 2 + 1e-6


# Several kinds in one device.


def test_one_device_can_be_of_several_kinds():
    kinds = (Focuser, FilterWheel, Rotator)
    own = [{name for name in vars(kind) if not name.startswith("__")} - {"interface"} for kind in kinds]
    assert not own[0] & own[1] | own[0] & own[2] | own[1] & own[2]

    class Camera(Focuser, Rotator, FilterWheel):
        pass

    async def scene(harness):
        return harness.find("DRIVER_INFO").text("DRIVER_INTERFACE"), set(harness.mirror.devices["Camera"])

    interface, names = play(scene, Camera())
    assert interface == str(8 + 16 + 4096)
    assert {"ABS_FOCUS_POSITION", "FILTER_SLOT", "ABS_ROTATOR_ANGLE"} <= names
