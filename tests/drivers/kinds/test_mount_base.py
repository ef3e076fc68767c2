"""What a mount tells of itself follows from what its hardware tells."""

import math
import time
from datetime import UTC, datetime

import pytest

from lightapt_drivers.kinds.mount import Equinox, PierSide
from lightapt_protocol.vocabulary import State
from tests.drivers.kinds.mounts import DEC, RA, GuidedPuppet, begin_to_slew, park, played, slew
from tests.drivers.kit.scenes import said_of, states

POSITION = "EQUATORIAL_EOD_COORD"


@pytest.mark.parametrize(
    ("truth", "state", "tracks"),
    [
        ({}, State.IDLE, False),
        ({"is_tracking": True}, State.OK, True),
        ({"is_slewing": True}, State.BUSY, False),
        ({"is_slewing": True, "is_tracking": True}, State.BUSY, False),
        ({"is_parked": True, "is_tracking": True}, State.IDLE, False),
    ],
)
def test_states_are_those_of_libindi(truth, state, tracks):
    async def scene(harness, mount):
        mount.truth.update(truth)
        await mount.refresh_mount()
        await harness.expect(POSITION, state=state)
        await harness.expect("HORIZONTAL_COORD")
        await harness.expect("TELESCOPE_TRACK_STATE", state=State.BUSY if tracks else State.IDLE, TRACK_ON=tracks)

    played(scene)


def test_the_mount_is_looked_at_again_and_again():
    async def scene(harness, mount):
        await harness.request("POLLING_PERIOD", PERIOD_MS=10)
        mount.ra, mount.dec = 3.25, -4.5
        await harness.expect(POSITION, RA=3.25, DEC=-4.5)

    played(scene)


def test_clients_are_told_only_what_changes():
    async def scene(harness, mount):
        await mount.refresh_mount()
        await harness.dealt_with()
        before = len(harness.said)
        mount.ra += 1e-12
        await mount.refresh_mount()
        return said_of(POSITION, harness.said[before:])

    assert played(scene) == []


@pytest.mark.parametrize(("ra", "told"), [(23.999999999, 0.0), (24.0, 0.0), (-1.0, 23.0)])
def test_right_ascension_is_from_0_to_below_24(ra, told):
    async def scene(harness, mount):
        mount.ra = ra
        await mount.refresh_mount()
        await harness.expect(POSITION, RA=told)

    played(scene)


def test_the_side_of_the_pier_and_the_altitude_are_told():
    async def scene(harness, mount):
        mount.more = {"side": PierSide.WEST, "azimuth": 400.0, "altitude": 30.5}
        await mount.refresh_mount()
        await harness.expect("TELESCOPE_PIER_SIDE", state=State.OK, PIER_WEST=True, PIER_EAST=False)
        mount.more["side"] = PierSide.EAST
        await mount.refresh_mount()
        await harness.expect("TELESCOPE_PIER_SIDE", state=State.OK, PIER_WEST=False, PIER_EAST=True)
        await harness.expect("HORIZONTAL_COORD", AZ=40.0, ALT=30.5)
        return harness.find("HORIZONTAL_COORD").perm.writable, harness.find("TELESCOPE_PIER_SIDE").perm.writable

    assert played(scene) == (False, False)


@pytest.mark.parametrize(("choice", "state"), [("TRACK", State.OK), ("SLEW", State.IDLE)])
def test_hardware_that_does_not_tell_is_taken_to_do_what_it_was_told(choice, state):
    async def scene(harness, _):
        await harness.request("ON_COORD_SET", **{choice: True})
        await slew(harness)
        await harness.expect(POSITION, state=state)
        await park(harness)
        await harness.expect(POSITION, state=State.IDLE)
        await harness.request("TELESCOPE_PARK", UNPARK=True)
        await harness.expect("TELESCOPE_PARK", state=State.OK, UNPARK=True)
        await harness.request("TELESCOPE_TRACK_STATE", TRACK_ON=True)
        await harness.expect(POSITION, state=State.OK)

    played(scene, knows=())


def test_a_slew_that_is_asked_about_ends_when_the_mount_says_so():
    async def scene(harness, mount):
        mount.truth["is_slewing"] = True
        looked = []

        async def read():
            looked.append(harness.find(POSITION).state)
            mount.truth["is_slewing"] = len(looked) < 3
            return await type(mount).read_mount(mount)

        mount.read_mount = read
        await mount.until_mount_rests(look=0)
        return len(looked)

    assert played(scene) == 3


def test_a_mount_whose_driver_lets_go_of_it_goes_on():
    async def scene(harness, mount):
        await begin_to_slew(harness)
        await harness.request("CONNECTION", DISCONNECT=True)
        return mount.done

    assert played(scene, held=True) == [("slew", RA, DEC, True)]


@pytest.mark.parametrize("state", ["slewing", "parked"])
def test_a_mount_that_is_not_free_is_not_guided(state):
    async def scene(harness, mount):
        if state == "parked":
            await park(harness)
        else:
            mount.held = True
            await begin_to_slew(harness)
        count = len(mount.done)
        await harness.request("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_N=100)
        await harness.expect("TELESCOPE_TIMED_GUIDE_NS", state=State.ALERT)
        return mount.done[count:], harness.notices[-1]

    done, notice = played(scene, kind=GuidedPuppet)
    assert done == []
    assert notice.startswith(f"the mount is {state}")


def test_a_slew_ends_guide_pulses_and_motion_by_hand_first():
    async def scene(harness, mount):
        await harness.request("TELESCOPE_MOTION_WE", MOTION_WEST=True)
        mount.held = True
        await harness.request("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_N=60_000)
        mount.held = False
        await slew(harness)
        await harness.expect("TELESCOPE_MOTION_WE", state=State.IDLE, MOTION_WEST=False)
        return mount.done[2:]

    done = played(scene, kind=GuidedPuppet)
    assert done == [("stop moving", "WEST"), ("pulse is over",), ("slew", RA, DEC, True)]


def test_coordinates_of_j2000_are_converted():
    async def scene(harness, mount):
        mount.mount_equinox = Equinox.J2000
        await slew(harness)
        ((_, ra, dec, _),) = mount.done
        return (ra - RA) * 15 * 3600, (dec - DEC) * 3600

    # Precession a year (Meeus, Astronomical Algorithms, chapter 21): 3.075 s + 1.336 s sin ra tan dec, and 20.04″
    # cos ra. Aberration and nutation do not add up to an arcminute.
    years = (time.time() - datetime(2000, 1, 1, 12, tzinfo=UTC).timestamp()) / (365.25 * 86400)
    along, up = math.radians(RA * 15), math.tan(math.radians(DEC))
    expected = -15 * years * (3.075 + 1.336 * math.sin(along) * up), -20.04 * years * math.cos(along)
    assert played(scene) == pytest.approx(expected, abs=60)


def test_an_error_of_the_hardware_leaves_no_slew_behind():
    async def scene(harness, mount):
        await harness.request(POSITION, RA=RA, DEC=DEC)
        await harness.expect(POSITION, state=State.ALERT)
        mount.fails = ""
        await mount.refresh_mount()
        await harness.expect(POSITION, state=State.IDLE)
        before = len(harness.said)
        await slew(harness)
        return states(said_of(POSITION, harness.said[before:]))[-1]

    assert played(scene, fails="stuck") is State.OK
