"""A mount parks, stays parked, and goes home."""

import pytest

from lightapt_drivers import DriverError
from lightapt_drivers.kinds.mount import MountCan
from lightapt_protocol.vocabulary import State
from tests.drivers.kinds.mounts import begin_to_slew, park, played
from tests.drivers.kit.scenes import said_of, states

PARK, OPTION, WHERE = "TELESCOPE_PARK", "TELESCOPE_PARK_OPTION", "TELESCOPE_PARK_POSITION"
POSITION = "EQUATORIAL_EOD_COORD"


# Parking.


def test_it_parks_and_stops_tracking():
    async def scene(harness, mount):
        mount.truth["is_tracking"] = True
        await park(harness)
        await harness.expect(POSITION, state=State.IDLE)
        await harness.expect("TELESCOPE_TRACK_STATE", TRACK_ON=False)
        return mount.done

    assert played(scene) == [("park",)]


def test_while_it_parks_it_is_busy():
    async def scene(harness, _):
        await harness.request(PARK, PARK=True)
        await harness.expect(PARK, state=State.BUSY, PARK=True)
        await harness.expect(POSITION, state=State.BUSY)

    played(scene, held=True)


def test_parking_ends_a_slew():
    async def scene(harness, mount):
        await begin_to_slew(harness)
        await harness.request(PARK, PARK=True)
        await harness.expect(PARK, state=State.BUSY, PARK=True)
        return [what[0] for what in mount.done]

    assert played(scene, held=True) == ["slew", "stop", "park"]


def test_parking_that_is_aborted_leaves_it_unparked_and_says_so():
    async def scene(harness, mount):
        await harness.request(PARK, PARK=True)
        await harness.request("TELESCOPE_ABORT_MOTION", ABORT=True)
        await harness.expect(PARK, state=State.ALERT, PARK=False, UNPARK=True)
        return mount.done, harness.notices

    done, notices = played(scene, held=True)
    assert done == [("park",), ("stop",)]
    assert notices == ["parking was aborted: the mount is not parked"]


def test_parking_a_mount_that_parks_is_part_of_it():
    async def scene(harness, mount):
        await harness.request(PARK, PARK=True)
        said = states(said_of(PARK, await harness.request(PARK, PARK=True)))
        return said, mount.done

    assert played(scene, held=True) == ([State.BUSY], [("park",)])


def test_unparking_a_mount_that_parks_stops_it_and_is_done():
    async def scene(harness, mount):
        await harness.request(PARK, PARK=True)
        await harness.expect(PARK, state=State.BUSY, PARK=True)
        before = len(harness.said)
        await harness.request(PARK, UNPARK=True)
        await harness.expect(PARK, state=State.OK, UNPARK=True)
        return set(states(said_of(PARK, harness.said[before:]))), mount.done

    assert played(scene, held=True) == ({State.BUSY, State.OK}, [("park",), ("stop",)])


def test_a_mount_that_unparks_can_be_parked_again():
    async def scene(harness, mount):
        await park(harness)
        mount.held = True
        await harness.request(PARK, UNPARK=True)
        await harness.expect(PARK, state=State.BUSY, UNPARK=True)
        mount.held = False
        await harness.request(PARK, PARK=True)
        await harness.expect(PARK, state=State.OK, PARK=True)
        return mount.done

    assert played(scene) == [("park",), ("unpark",), ("park",)]


def test_parking_goes_on_when_the_driver_lets_go_of_the_mount():
    async def scene(harness, mount):
        await harness.request(PARK, PARK=True)
        await harness.request("CONNECTION", DISCONNECT=True)
        mount.truth["is_parked"] = True
        await harness.connect()
        await harness.expect(PARK, state=State.OK, PARK=True)
        return mount.done

    assert played(scene, held=True) == [("park",)]


def test_parking_that_fails_leaves_it_unparked():
    async def scene(harness, _):
        await harness.request(PARK, PARK=True)
        await harness.expect(PARK, state=State.ALERT)
        await harness.expect(PARK, UNPARK=True)

    played(scene, fails="the motor is stuck")


def test_a_mount_that_says_it_is_not_parked_is_believed():
    async def scene(harness, mount):
        async def stops_short():
            pass

        mount.park_mount = stops_short
        await harness.request(PARK, PARK=True)
        await harness.expect(PARK, state=State.ALERT)
        await harness.expect(PARK, UNPARK=True)
        return harness.notices

    assert played(scene) == ["the mount says that it is not parked, though it was told to"]


def test_parking_twice_is_harmless():
    async def scene(harness, mount):
        await park(harness)
        await park(harness)
        return mount.done

    assert played(scene) == [("park",)]


def test_unparked_it_takes_commands_again():
    async def scene(harness, mount):
        await park(harness)
        for _ in range(2):
            await harness.request(PARK, UNPARK=True)
            await harness.expect(PARK, state=State.OK, UNPARK=True)
        await harness.request("TELESCOPE_MOTION_NS", MOTION_NORTH=True)
        await harness.expect("TELESCOPE_MOTION_NS", state=State.BUSY)
        return mount.done

    assert played(scene) == [("park",), ("unpark",), ("move", "NORTH", 2)]


@pytest.mark.parametrize("is_parked", [True, False])
def test_what_the_hardware_says_of_its_parking_is_told(is_parked):
    async def scene(harness, mount):
        mount.truth["is_parked"] = not is_parked
        await mount.refresh_mount()
        mount.truth["is_parked"] = is_parked
        await mount.refresh_mount()
        await harness.expect(PARK, state=State.OK, PARK=is_parked, UNPARK=not is_parked)

    played(scene)


# Where it parks.


@pytest.mark.parametrize(
    ("option", "done", "place"),
    [
        ("PARK_CURRENT", [("park here",)], {"PARK_HA": 3.0, "PARK_DEC": 40.0}),
        ("PARK_DEFAULT", [("park at default",)], {"PARK_HA": -6.0, "PARK_DEC": 90.0}),
        ("PARK_WRITE_DATA", [], {"PARK_HA": 0.0, "PARK_DEC": 0.0}),
        ("PARK_PURGE_DATA", [("park at default",)], {"PARK_HA": -6.0, "PARK_DEC": 90.0}),
    ],
)
def test_options_choose_where_it_parks(option, done, place):
    async def scene(harness, mount):
        await harness.request(OPTION, **{option: True})
        await harness.expect(OPTION, state=State.OK, **{option: False})
        await harness.expect(WHERE, **place)
        return mount.done

    assert played(scene) == done


def test_the_park_position_can_be_set():
    async def scene(harness, mount):
        await harness.request(WHERE, PARK_HA=-3.5, PARK_DEC=20)
        await harness.expect(WHERE, state=State.OK, PARK_HA=-3.5, PARK_DEC=20)
        return mount.done

    assert played(scene) == [("park at", -3.5, 20)]


@pytest.mark.parametrize("way", ["option", "position"])
def test_the_park_position_is_remembered(tmp_path, way):
    async def choose(harness, _):
        if way == "option":
            await harness.request(OPTION, PARK_CURRENT=True)
        else:
            await harness.request(WHERE, PARK_HA=3, PARK_DEC=40)

    async def find(harness, mount):
        await harness.expect(WHERE, state=State.OK, PARK_HA=3.0, PARK_DEC=40.0)
        return mount.done

    played(choose, folder=tmp_path)
    assert played(find, folder=tmp_path) == [("park at", 3.0, 40.0)]


def test_a_place_on_the_way_is_no_park_position():
    async def scene(harness, mount):
        await begin_to_slew(harness)
        await harness.request(OPTION, PARK_CURRENT=True)
        await harness.expect(OPTION, state=State.ALERT)
        return len(mount.done)

    assert played(scene, held=True) == 1


@pytest.mark.parametrize(("can", "option"), [(MountCan.PARK_AT, "PARK_CURRENT"), (MountCan.PARK_HERE, "PARK_DEFAULT")])
def test_an_option_that_the_hardware_lacks_is_refused(can, option):
    async def scene(harness, mount):
        await harness.request(OPTION, **{option: True})
        await harness.expect(OPTION, state=State.ALERT)
        return mount.done

    assert played(scene, can) == []


def test_an_hour_angle_is_told_from_minus_12_to_12():
    async def scene(harness, mount):
        mount.parks_at(18.0, 10.0)
        await harness.expect(WHERE, PARK_HA=-6.0, PARK_DEC=10.0)

    played(scene)


# Home.


@pytest.mark.parametrize(("member", "done"), [("FIND", "find home"), ("SET", "set home"), ("GO", "go home")])
def test_home_is_found_and_set_and_gone_to(member, done):
    async def scene(harness, mount):
        await harness.request("TELESCOPE_HOME", **{member: True})
        await harness.expect("TELESCOPE_HOME", state=State.OK, **{member: False})
        return mount.done

    assert played(scene) == [(done,)]


def test_on_the_way_home_the_mount_is_busy_and_can_be_stopped():
    async def scene(harness, mount):
        await harness.request("TELESCOPE_HOME", GO=True)
        await harness.expect("TELESCOPE_HOME", state=State.BUSY, GO=True)
        await harness.expect(POSITION, state=State.BUSY)
        await harness.request("TELESCOPE_ABORT_MOTION", ABORT=True)
        await harness.expect("TELESCOPE_HOME", state=State.IDLE, GO=False)
        return mount.done

    assert played(scene, held=True) == [("go home",), ("stop",)]


@pytest.mark.parametrize("member", ["FIND", "SET", "GO"])
def test_a_parked_mount_does_not_go_home(member):
    async def scene(harness, mount):
        await park(harness)
        await harness.request("TELESCOPE_HOME", **{member: True})
        await harness.expect("TELESCOPE_HOME", state=State.ALERT, **{member: False})
        return mount.done

    assert played(scene) == [("park",)]


def test_what_cannot_be_remembered_is_told(tmp_path):
    async def scene(harness, mount):
        def full(*_):
            raise DriverError("the disk is full")

        mount.remember = full
        await harness.request(WHERE, PARK_HA=1, PARK_DEC=2)
        await harness.expect(WHERE, state=State.ALERT)
        return harness.notices

    assert played(scene, folder=tmp_path) == ["the disk is full"]
