"""The telescope simulator parks and goes home."""

import pytest

from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import said_of, states
from tests.drivers.simulators.telescopes import PARK, POSITION, TRACK, played, slew


async def parked(harness):
    await harness.request(PARK, PARK=True)
    await harness.expect(PARK, state=State.OK, PARK=True)


def test_it_parks_where_it_is_told():
    async def scene(harness, mount):
        await slew(harness, mount, hour_angle=-2.0, dec=30)
        await harness.request("TELESCOPE_PARK_OPTION", PARK_CURRENT=True)
        where = harness.find("TELESCOPE_PARK_POSITION")
        assert (where.number("PARK_HA"), where.number("PARK_DEC")) == pytest.approx((-2, 30), abs=0.01)
        await slew(harness, mount, hour_angle=3.0, dec=-10)
        await parked(harness)
        await harness.expect(POSITION, state=State.IDLE)
        reported = mount.mount.reported
        return (reported.hour_angle, reported.dec), (where.number("PARK_HA"), where.number("PARK_DEC"))

    found, where = played(scene)
    assert found == pytest.approx(where, abs=0.001)


def test_a_park_position_by_numbers_outlasts_the_driver(tmp_path):
    async def choose(harness, _):
        await harness.request("TELESCOPE_PARK_POSITION", PARK_HA=-4, PARK_DEC=10)

    async def find(harness, mount):
        await harness.expect("TELESCOPE_PARK_POSITION", PARK_HA=-4, PARK_DEC=10)
        await parked(harness)
        return mount.mount.reported.hour_angle, mount.mount.reported.dec

    played(choose, folder=tmp_path)
    assert played(find, folder=tmp_path) == pytest.approx((-4, 10), abs=1e-5)


@pytest.mark.parametrize("park", [{"PARK_HA": -4, "PARK_DEC": -20}, {}])
def test_a_park_position_in_the_south_outlasts_the_driver(tmp_path, park):
    async def choose(harness, _):
        await harness.request("TELESCOPE_PARK_OPTION", PARK_DEFAULT=True)
        await harness.request("GEOGRAPHIC_COORD", LAT=-30, LONG=289, ELEV=2200)
        if park:
            await harness.request("TELESCOPE_PARK_POSITION", **park)

    async def find(harness, mount):
        await parked(harness)
        return mount.mount.reported.dec

    played(choose, folder=tmp_path)
    assert played(find, folder=tmp_path) == pytest.approx(park.get("PARK_DEC", -90), abs=1e-5)


def test_the_default_is_home():
    async def scene(harness, mount):
        await harness.request("TELESCOPE_PARK_POSITION", PARK_HA=-4, PARK_DEC=10)
        await harness.request("TELESCOPE_PARK_OPTION", PARK_DEFAULT=True)
        await harness.expect("TELESCOPE_PARK_POSITION", PARK_HA=-6, PARK_DEC=90)
        await slew(harness, mount)
        await parked(harness)
        return mount.mount.is_at_home

    assert played(scene)


def test_in_the_south_home_is_the_other_pole():
    async def scene(harness, mount):
        await harness.request("GEOGRAPHIC_COORD", LAT=-30, LONG=289, ELEV=2200)
        await harness.expect("TELESCOPE_PARK_POSITION", PARK_DEC=-90)
        await slew(harness, mount, dec=-30)
        await harness.request("TELESCOPE_HOME", GO=True)
        await harness.expect("TELESCOPE_HOME", state=State.OK)
        await harness.expect(POSITION, state=State.IDLE, DEC=-90)

    played(scene)


def test_a_search_for_home_forgets_syncs():
    async def scene(harness, mount):
        ra = await slew(harness, mount, dec=20)
        await harness.request("ON_COORD_SET", SYNC=True)
        await harness.request(POSITION, RA=ra, DEC=25)
        await harness.expect(POSITION, DEC=25)
        await harness.request("TELESCOPE_HOME", FIND=True)
        await harness.expect("TELESCOPE_HOME", state=State.OK)
        await harness.expect(POSITION, state=State.IDLE, DEC=90)
        return mount.mount.is_at_home

    assert played(scene)


def test_parking_that_goes_on_without_a_connection_is_known_afterwards():
    async def scene(harness, mount):
        await harness.request(PARK, PARK=True)
        await harness.request("CONNECTION", DISCONNECT=True)
        await mount.until(lambda: mount.mount.is_parked)
        await harness.connect()
        await harness.expect(PARK, state=State.OK, PARK=True)

    async def away(harness, mount):
        await slew(harness, mount)
        await harness.request("MOUNT_DRIVE", SLEW_SPEED=20, ACCELERATION=100)
        await scene(harness, mount)

    played(away)


@pytest.mark.parametrize(
    ("name", "members"),
    [
        (POSITION, {"RA": 1, "DEC": 1}),
        ("TELESCOPE_MOTION_NS", {"MOTION_NORTH": True}),
        (TRACK, {"TRACK_ON": True}),
        ("TELESCOPE_TIMED_GUIDE_NS", {"TIMED_GUIDE_N": 100}),
        ("TELESCOPE_HOME", {"GO": True}),
    ],
)
def test_parked_it_does_not_move(name, members):
    async def scene(harness, mount):
        await parked(harness)
        before = mount.mount.encoders
        said = await harness.request(name, **members)
        assert State.ALERT in states(said_of(name, said)) or (await harness.expect(name, state=State.ALERT))
        return harness.notices[-1], mount.mount.encoders == before

    notice, rests = played(scene)
    assert notice.startswith("the mount is parked: unpark it first")
    assert rests
