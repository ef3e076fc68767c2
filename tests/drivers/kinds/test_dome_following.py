"""A dome follows the telescope, whatever that does; never when it is parked."""

import asyncio

import pytest

from lightapt_drivers.kinds.dome_slaving import DomeGeometry, OtaSide, aim
from lightapt_protocol.vocabulary import State
from tests.drivers.kinds.domes import AZIMUTH, Mount, begun, played, played_with, ra_at, refused

CENTRED = DomeGeometry()
LOW = {"hour_angle": 40.0, "dec": -20.0}
"""Where a telescope looks: in the south-west, at half height."""


def azimuth(side=OtaSide.WEST, geometry=CENTRED, *, hour_angle, dec):
    return aim(geometry, hour_angle=hour_angle, dec=dec, latitude=50, side=side).azimuth


async def follow(harness):
    await harness.request("DOME_AUTOSYNC", DOME_AUTOSYNC_ENABLE=True)


async def arrived(harness, expected):
    """Wait until the dome rests at an azimuth."""
    async with asyncio.timeout(5):
        while not (
            harness.find("ABS_DOME_POSITION").state is State.OK
            and harness.find("ABS_DOME_POSITION").number(AZIMUTH) == pytest.approx(expected, abs=1e-3)
        ):
            await harness.dealt_with()
            await asyncio.sleep(0)


async def rests(harness, dome):
    """Expect that the dome does not turn."""
    before = list(dome.done)
    for _ in range(3):
        await harness.dealt_with()
    assert dome.done == before


def test_it_follows_the_telescope():
    mount = Mount()

    async def scene(harness, _):
        mount.look(**LOW)
        await follow(harness)
        await arrived(harness, azimuth(**LOW))
        mount.look(hour_angle=-70, dec=30)
        await arrived(harness, azimuth(hour_angle=-70, dec=30))

    played_with([mount], scene)


def test_it_follows_only_when_it_is_asked_to():
    mount = Mount()

    async def scene(harness, dome):
        mount.look(**LOW)
        await rests(harness, dome)
        await follow(harness)
        await arrived(harness, azimuth(**LOW))
        await harness.request("DOME_AUTOSYNC", DOME_AUTOSYNC_DISABLE=True)
        mount.look(hour_angle=-70, dec=30)
        await rests(harness, dome)

    played_with([mount], scene)


def test_it_may_lag_behind_a_little():
    mount = Mount()

    async def scene(harness, dome):
        mount.look(hour_angle=0, dec=-20)
        await harness.request("DOME_PARAMS", AUTOSYNC_THRESHOLD=3)
        await follow(harness)
        await arrived(harness, 180)
        mount.look(hour_angle=2, dec=-20)
        await rests(harness, dome)
        mount.look(hour_angle=4, dec=-20)
        await arrived(harness, azimuth(hour_angle=4, dec=-20))

    played_with([mount], scene)


def test_it_turns_across_north_by_the_shortest_way():
    mount = Mount()

    async def scene(harness, dome):
        mount.look(hour_angle=179, dec=60)
        await follow(harness)
        west = azimuth(hour_angle=179, dec=60)
        await arrived(harness, west)
        mount.look(hour_angle=-179, dec=60)
        east = azimuth(hour_angle=-179, dec=60)
        await arrived(harness, east)
        ways = [float(told.split(" by ")[1]) for told in dome.done]
        assert west > 350
        assert east < 10
        assert all(abs(way) < 20 for way in ways), dome.done

    played_with([mount], scene)


def test_overhead_it_stays_where_it_is():
    mount = Mount()

    async def scene(harness, dome):
        await harness.request("DOME_MEASUREMENTS", DM_DOME_RADIUS=2.5, DM_SHUTTER_WIDTH=1)
        mount.look(hour_angle=5, dec=50)
        await follow(harness)
        await rests(harness, dome)
        assert dome.done == []

    played_with([mount], scene)


def test_a_slewing_mount_is_met_where_it_slews_to():
    mount = Mount()

    async def scene(harness, dome):
        mount.look(hour_angle=0, dec=-20)
        await follow(harness)
        await arrived(harness, 180)
        mount.target.set(RA=ra_at(LOW["hour_angle"]), DEC=LOW["dec"])
        mount.look(hour_angle=1, dec=-20, state=State.BUSY)
        await arrived(harness, azimuth(**LOW))
        mount.look(hour_angle=30, dec=-20, state=State.BUSY)
        await rests(harness, dome)

    played_with([mount], scene)


class Silent(Mount):
    """A mount that does not tell where it slews to."""

    target = None


def test_a_slewing_mount_that_does_not_tell_where_to_is_waited_for():
    mount = Silent()

    async def scene(harness, dome):
        mount.look(**LOW, state=State.BUSY)
        await follow(harness)
        await rests(harness, dome)
        mount.look(**LOW)
        await arrived(harness, azimuth(**LOW))

    played_with([mount], scene)


def test_on_its_way_it_heeds_a_new_target_only():
    mount = Mount()

    async def scene(harness, dome):
        await follow(harness)
        mount.look(**LOW)
        first = f"{azimuth(**LOW):g} by {azimuth(**LOW) - 360:g}"
        await begun(harness, dome, what=first)
        mount.look(**LOW)
        await rests(harness, dome)
        mount.look(hour_angle=-70, dec=30)
        second = azimuth(hour_angle=-70, dec=30)
        await begun(harness, dome, what=f"{second:g} by {second:g}")
        return dome.done[1]

    assert played_with([mount], scene, held=True) == "stop"


BESIDE = DomeGeometry(radius=2.5, ota_offset=0.5)
SIDES = {
    "DM_OTA_SIDE_EAST": OtaSide.EAST,
    "DM_OTA_SIDE_WEST": OtaSide.WEST,
    "DM_OTA_SIDE_MOUNT": OtaSide.WEST,
    "DM_OTA_SIDE_HA": OtaSide.EAST,
    "DM_OTA_SIDE_IGNORE": OtaSide.CENTRE,
}


@pytest.mark.parametrize("choice", list(SIDES))
def test_the_side_of_the_pier_counts_as_is_chosen(choice):
    mount = Mount()  # past the meridian, but still west of the pier

    async def scene(harness, _):
        await harness.request("DOME_MEASUREMENTS", DM_DOME_RADIUS=2.5, DM_OTA_OFFSET=0.5)
        await harness.request("DM_OTA_SIDE", **{choice: True})
        mount.look(**LOW)
        await follow(harness)
        await arrived(harness, azimuth(SIDES[choice], BESIDE, **LOW))

    played_with([mount], scene)


def test_a_flip_is_foreseen_and_then_followed():
    mount = Mount()

    async def scene(harness, _):
        await harness.request("DOME_MEASUREMENTS", DM_DOME_RADIUS=2.5, DM_OTA_OFFSET=0.5)
        await follow(harness)
        mount.target.set(RA=ra_at(LOW["hour_angle"]), DEC=LOW["dec"])
        mount.look(hour_angle=1, dec=-20, state=State.BUSY)
        await arrived(harness, azimuth(OtaSide.EAST, BESIDE, **LOW))
        mount.side.choose("PIER_EAST")
        mount.look(**LOW)
        await arrived(harness, azimuth(OtaSide.EAST, BESIDE, **LOW))
        mount.side.choose("PIER_WEST")
        await arrived(harness, azimuth(OtaSide.WEST, BESIDE, **LOW))

    played_with([mount], scene)


def test_a_mount_that_does_not_tell_its_side_is_on_the_usual_one():
    mount = Mount()

    async def scene(harness, _):
        await harness.request("DOME_MEASUREMENTS", DM_DOME_RADIUS=2.5, DM_OTA_OFFSET=0.5)
        mount.side.withdraw()
        mount.look(**LOW)
        await follow(harness)
        await arrived(harness, azimuth(OtaSide.EAST, BESIDE, **LOW))
        mount.look(hour_angle=-40, dec=-20)
        await arrived(harness, azimuth(OtaSide.WEST, BESIDE, hour_angle=-40, dec=-20))

    played_with([mount], scene)


def test_while_it_follows_nobody_else_turns_it():
    async def scene(harness, dome):
        await follow(harness)
        words = "the dome follows the telescope: disable that before you turn it (DOME_AUTOSYNC)"
        await refused(harness, "ABS_DOME_POSITION", words=words, DOME_ABSOLUTE_POSITION=5)
        await refused(harness, "REL_DOME_POSITION", words=words, DOME_RELATIVE_POSITION=5)
        await refused(harness, "DOME_MOTION", words=words, DOME_CW=True)
        return dome.done

    assert played(scene) == []


def test_aborted_it_follows_no_longer():
    mount = Mount()

    async def scene(harness, dome):
        mount.look(**LOW)
        await harness.dealt_with()
        await follow(harness)
        await harness.expect("ABS_DOME_POSITION", state=State.BUSY)
        await harness.request("DOME_ABORT_MOTION", ABORT=True)
        await harness.expect("DOME_AUTOSYNC", DOME_AUTOSYNC_DISABLE=True)
        await harness.expect("ABS_DOME_POSITION", state=State.IDLE)
        assert "aborted: it no longer follows the telescope" in harness.notices
        mount.look(hour_angle=-70, dec=30)
        await rests(harness, dome)
        mount.look(**LOW)
        dome.go.set()
        await follow(harness)
        await arrived(harness, azimuth(**LOW))

    played_with([mount], scene, held=True)


def test_to_follow_no_longer_stops_what_following_began_and_nothing_else():
    mount = Mount()

    async def scene(harness, dome):
        mount.look(**LOW)
        await follow(harness)
        await harness.expect("ABS_DOME_POSITION", state=State.BUSY)
        await harness.request("DOME_AUTOSYNC", DOME_AUTOSYNC_DISABLE=True)
        await harness.expect("ABS_DOME_POSITION", state=State.IDLE)
        await harness.request("ABS_DOME_POSITION", **{AZIMUTH: 90})
        await harness.request("DOME_AUTOSYNC", DOME_AUTOSYNC_DISABLE=True)
        await harness.expect("ABS_DOME_POSITION", state=State.BUSY)
        return dome.done[1:]

    assert played_with([mount], scene, held=True)[:2] == ["stop", "90 by 90"]


def test_a_parking_dome_does_not_follow():
    mount = Mount()

    async def scene(harness, dome):
        await harness.request("DOME_PARK_POSITION", PARK_AZ=100)
        await harness.request("DOME_PARK", PARK=True)
        await begun(harness, dome, what="100 by 100")
        await follow(harness)
        mount.look(**LOW)
        await rests(harness, dome)
        assert dome.done == ["100 by 100"]

    played_with([mount], scene, held=True)


def test_a_parked_dome_follows_when_it_is_unparked():
    mount = Mount()

    async def scene(harness, dome):
        await follow(harness)
        mount.look(**LOW)
        await rests(harness, dome)
        await harness.request("DOME_PARK", UNPARK=True)
        await harness.expect("DOME_PARK", state=State.OK, UNPARK=True)
        mount.look(**LOW)
        await arrived(harness, azimuth(**LOW))

    played_with([mount], scene, parked=True)


def test_a_parked_mount_is_not_followed():
    mount = Mount()

    async def scene(harness, dome):
        mount.park.choose("PARK", state=State.OK)
        await follow(harness)
        mount.look(**LOW)
        await rests(harness, dome)

    played_with([mount], scene)


def test_measures_that_cannot_be_are_told_once():
    mount = Mount()

    async def scene(harness, dome):
        await harness.request("DOME_MEASUREMENTS", DM_DOME_RADIUS=2.5, DM_NORTH_DISPLACEMENT=5)
        await follow(harness)
        mount.look(**LOW)
        mount.look(hour_angle=0, dec=0)
        await harness.expect("DOME_AUTOSYNC", state=State.ALERT, DOME_AUTOSYNC_ENABLE=True)
        await rests(harness, dome)
        assert sum("is outside: correct them" in notice for notice in harness.notices) == 1
        await harness.request("DOME_MEASUREMENTS", DM_NORTH_DISPLACEMENT=0)
        await harness.expect("DOME_AUTOSYNC", state=State.OK)

    played_with([mount], scene)
