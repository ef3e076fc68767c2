"""A mount moves by hand while a switch is on."""

import pytest

from lightapt_drivers import HardwareError
from lightapt_drivers.kinds.mount_by_hand import rates
from lightapt_protocol.vocabulary import State
from tests.drivers.kinds.mounts import Puppet, begin_to_slew, park, played

NORTH, SOUTH, WEST, EAST = "MOTION_NORTH", "MOTION_SOUTH", "MOTION_WEST", "MOTION_EAST"
NS, WE = "TELESCOPE_MOTION_NS", "TELESCOPE_MOTION_WE"


@pytest.mark.parametrize(("name", "member"), [(NS, NORTH), (NS, SOUTH), (WE, WEST), (WE, EAST)])
def test_it_moves_while_the_switch_is_on(name, member):
    async def scene(harness, mount):
        await harness.request(name, **{member: True})
        await harness.expect(name, state=State.BUSY, **{member: True})
        await harness.request(name, **{member: False})
        await harness.expect(name, state=State.IDLE, **{member: False})
        return mount.done

    direction = member.removeprefix("MOTION_")
    assert played(scene) == [("move", direction, 2), ("stop moving", direction)]


def test_the_opposite_direction_stops_the_first():
    async def scene(harness, mount):
        await harness.request(WE, MOTION_WEST=True)
        await harness.request(WE, MOTION_EAST=True)
        await harness.expect(WE, state=State.BUSY, MOTION_WEST=False, MOTION_EAST=True)
        return mount.done

    assert played(scene) == [("move", "WEST", 2), ("stop moving", "WEST"), ("move", "EAST", 2)]


def test_the_two_axes_know_nothing_of_each_other():
    async def scene(harness, mount):
        await harness.request(NS, MOTION_NORTH=True)
        await harness.request(WE, MOTION_WEST=True)
        await harness.request(NS, MOTION_NORTH=False)
        await harness.expect(WE, state=State.BUSY, MOTION_WEST=True)
        return mount.done

    assert played(scene)[2:] == [("stop moving", "NORTH")]


def test_a_rate_counts_at_once():
    async def scene(harness, mount):
        await harness.request("TELESCOPE_SLEW_RATE", **{"1x": True})
        await harness.request(NS, MOTION_NORTH=True)
        await harness.request("TELESCOPE_SLEW_RATE", **{"4x": True})
        await harness.expect("TELESCOPE_SLEW_RATE", state=State.OK, **{"4x": True})
        return mount.done

    assert played(scene) == [("move", "NORTH", 0), ("move", "NORTH", 3)]


@pytest.mark.parametrize(
    ("reverse", "directions"),
    [({"REVERSE_NS": True}, ["SOUTH", "WEST"]), ({"REVERSE_WE": True}, ["NORTH", "EAST"])],
)
def test_directions_can_be_exchanged(reverse, directions):
    async def scene(harness, mount):
        await harness.request("TELESCOPE_REVERSE_MOTION", **reverse)
        await harness.request(NS, MOTION_NORTH=True)
        await harness.request(WE, MOTION_WEST=True)
        return [what[1] for what in mount.done]

    assert played(scene) == directions


def test_what_moves_is_stopped_before_directions_are_exchanged():
    async def scene(harness, mount):
        await harness.request(NS, MOTION_NORTH=True)
        await harness.request("TELESCOPE_REVERSE_MOTION", REVERSE_NS=True)
        await harness.expect(NS, state=State.IDLE, MOTION_NORTH=False)
        return mount.done[1:]

    assert played(scene) == [("stop moving", "NORTH")]


def test_a_parked_mount_does_not_move():
    async def scene(harness, mount):
        await park(harness)
        await harness.request(NS, MOTION_NORTH=True)
        await harness.expect(NS, state=State.ALERT, MOTION_NORTH=False)
        return mount.done, harness.notices

    done, notices = played(scene)
    assert done == [("park",)]
    assert notices == ["the mount is parked: unpark it first (TELESCOPE_PARK), then move it by hand"]


def test_a_mount_that_slews_does_not_move_by_hand():
    async def scene(harness, mount):
        await begin_to_slew(harness)
        await harness.request(NS, MOTION_NORTH=True)
        await harness.expect(NS, state=State.ALERT, MOTION_NORTH=False)
        return len(mount.done)

    assert played(scene, held=True) == 1


def test_what_does_not_move_is_not_said_to():
    async def scene(harness, _):
        await harness.request(WE, MOTION_WEST=True)
        await harness.expect(WE, state=State.ALERT, MOTION_WEST=False)

    played(scene, fails="the motor is stuck")


def test_no_one_is_left_moving_when_the_driver_lets_go():
    async def scene(harness, mount):
        await harness.request(WE, MOTION_WEST=True)
        await harness.request("CONNECTION", DISCONNECT=True)
        return mount.done[1:]

    assert played(scene) == [("stop moving", "WEST")]


@pytest.mark.parametrize(("labels", "chosen"), [(("One",), "1x"), (("Slow", "Fast"), "1x"), (tuple("abcdefghi"), "8x")])
def test_the_last_rate_but_one_is_chosen_at_first(labels, chosen):
    members = rates(labels)
    assert [member.label for member in members] == list(labels)
    assert [member.name for member in members if member.value] == [chosen]


class StuckPuppet(Puppet):
    """A mount whose motors do not obey."""

    stuck = ("NORTH",)

    async def stop_moving(self, direction):
        await super().stop_moving(direction)
        if direction.name in self.stuck:
            raise HardwareError(f"the motor to the {direction.name.lower()} does not answer")

    async def stop_mount(self):
        await super().stop_mount()
        if "ALL" in self.stuck:
            raise HardwareError("nothing answers")


@pytest.mark.parametrize(
    ("stuck", "words"),
    [
        (("NORTH",), "the motor to the north does not answer"),
        (("ALL", "NORTH"), "nothing answers"),
        (("ALL", "NORTH", "WEST"), "nothing answers"),
    ],
)
def test_abort_stops_all_that_can_be_stopped_whatever_fails(monkeypatch, stuck, words):
    monkeypatch.setattr(StuckPuppet, "stuck", stuck)

    async def scene(harness, mount):
        await harness.request(NS, MOTION_NORTH=True)
        await harness.request(WE, MOTION_WEST=True)
        await harness.request("TELESCOPE_ABORT_MOTION", ABORT=True)
        await harness.expect("TELESCOPE_ABORT_MOTION", state=State.ALERT)
        return mount.done[2:], harness.notices[-1]

    done, notice = played(scene, kind=StuckPuppet)
    assert done == [("stop",), ("stop moving", "NORTH"), ("stop moving", "WEST")]
    assert notice == words


def test_a_motor_that_does_not_answer_keeps_the_other_moving_no_longer_when_the_driver_lets_go():
    async def scene(harness, mount):
        await harness.request(NS, MOTION_NORTH=True)
        await harness.request(WE, MOTION_WEST=True)
        await harness.request("CONNECTION", DISCONNECT=True)
        return mount.done[2:]

    assert played(scene, kind=StuckPuppet) == [("stop moving", "NORTH"), ("stop moving", "WEST")]


def test_a_mount_that_takes_its_time_to_move_keeps_no_abort_waiting():
    async def scene(harness, mount):
        await harness.request(NS, MOTION_NORTH=True)
        await harness.request("TELESCOPE_ABORT_MOTION", ABORT=True)
        await harness.expect("TELESCOPE_ABORT_MOTION", state=State.OK)
        await harness.expect(NS, state=State.IDLE, MOTION_NORTH=False)
        return mount.done[1:]

    assert played(scene, held=True) == [("stop",), ("stop moving", "NORTH")]
