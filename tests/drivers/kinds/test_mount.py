"""A mount offers what its hardware can, goes where clients say, and stops when they say so."""

import asyncio

import pytest

from lightapt_drivers.kinds.mount import MountCan, TrackMode
from lightapt_protocol.standard import Standard
from lightapt_protocol.vocabulary import State, SwitchRule
from tests.drivers.kinds.mounts import ALL, DEC, RA, GuidedPuppet, Puppet, begin_to_slew, park, played, slew
from tests.drivers.kit.scenes import new, said_of, states

POSITION = "EQUATORIAL_EOD_COORD"
EVERYWHERE = {
    "CONNECTION",
    "DRIVER_INFO",
    "DEBUG",
    "POLLING_PERIOD",
    "CONFIG_PROCESS",
    "TELESCOPE_INFO",
    POSITION,
}


def properties(can):
    async def scene(harness, _):
        return set(harness.mirror.devices["Mount"])

    return played(scene, can)


def definitions(can, **options):
    async def scene(harness, _):
        return dict(harness.mirror.devices["Mount"])

    return played(scene, can, **options)


# What there is.


def test_a_mount_that_can_all_has_all_that_clients_know_of_mounts():
    assert properties(ALL) == EVERYWHERE | {
        "ON_COORD_SET",
        "TARGET_EOD_COORD",
        "TELESCOPE_ABORT_MOTION",
        "TELESCOPE_TRACK_STATE",
        "TELESCOPE_TRACK_MODE",
        "TELESCOPE_TRACK_RATE",
        "TELESCOPE_MOTION_NS",
        "TELESCOPE_MOTION_WE",
        "TELESCOPE_SLEW_RATE",
        "TELESCOPE_REVERSE_MOTION",
        "TELESCOPE_PARK",
        "TELESCOPE_PARK_POSITION",
        "TELESCOPE_PARK_OPTION",
        "TELESCOPE_HOME",
        "TELESCOPE_PIER_SIDE",
        "HORIZONTAL_COORD",
        "GEOGRAPHIC_COORD",
        "TIME_UTC",
        "GUIDE_RATE",
    }


def test_a_mount_that_can_nothing_only_says_where_it_points():
    assert properties(MountCan(0)) == EVERYWHERE


@pytest.mark.parametrize(
    ("can", "names"),
    [
        (MountCan.STOP, {"TELESCOPE_ABORT_MOTION"}),
        (MountCan.PARK, {"TELESCOPE_PARK"}),
        (MountCan.PARK_HERE, {"TELESCOPE_PARK_OPTION"}),
        (MountCan.GO_HOME, {"TELESCOPE_HOME"}),
        (MountCan.TRACK, {"TELESCOPE_TRACK_STATE"}),
        (MountCan.SYNC, {"ON_COORD_SET"}),
        (MountCan.PIER_SIDE, {"TELESCOPE_PIER_SIDE"}),
    ],
)
def test_clients_see_what_the_hardware_can(can, names):
    assert properties(can) == EVERYWHERE | names


def test_members_are_the_standard_ones_in_their_order():
    numbered = {"TELESCOPE_PARK_POSITION": ("PARK_HA", "PARK_DEC"), "TELESCOPE_SLEW_RATE": ("1x", "2x", "3x", "4x")}
    for name, prop in definitions(ALL).items():
        if name not in EVERYWHERE or name == POSITION:
            assert tuple(prop.members) == numbered.get(name, Standard(name).members), name


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("ON_COORD_SET", SwitchRule.ONE_OF_MANY),
        ("TELESCOPE_ABORT_MOTION", SwitchRule.AT_MOST_ONE),
        ("TELESCOPE_MOTION_NS", SwitchRule.AT_MOST_ONE),
        ("TELESCOPE_PIER_SIDE", SwitchRule.AT_MOST_ONE),
        ("TELESCOPE_REVERSE_MOTION", SwitchRule.ANY_OF_MANY),
        ("TELESCOPE_PARK_OPTION", SwitchRule.AT_MOST_ONE),
        ("TELESCOPE_PARK", SwitchRule.ONE_OF_MANY),
    ],
)
def test_switches_have_the_rules_of_libindi(name, rule):
    assert definitions(ALL)[name].rule is rule


@pytest.mark.parametrize(
    ("can", "members"),
    [
        (MountCan.GOTO | MountCan.SYNC, ["TRACK", "SLEW", "SYNC"]),
        (MountCan.GOTO, ["TRACK", "SLEW"]),
        (MountCan.SYNC, ["SYNC"]),
    ],
)
def test_what_is_done_on_coordinates_is_what_the_mount_can(can, members):
    offered = definitions(can)["ON_COORD_SET"].members
    assert list(offered) == members
    assert [name for name, one in offered.items() if one.value] == members[:1]


def test_a_mount_that_goes_nowhere_takes_no_coordinates():
    assert not definitions(MountCan.STOP)[POSITION].perm.writable
    assert definitions(MountCan.SYNC)[POSITION].perm.writable


def test_home_offers_what_the_mount_can():
    assert list(definitions(MountCan.FIND_HOME | MountCan.GO_HOME)["TELESCOPE_HOME"].members) == ["FIND", "GO"]


def test_hardware_says_on_connecting_what_it_follows_and_how_fast_it_moves():
    async def scene(harness, mount):
        mount.declare_mount(ALL, modes=[TrackMode.SIDEREAL, TrackMode.LUNAR], slew_rates=["Slow", "Quick", "Fast"])
        await harness.dealt_with()
        rates = harness.find("TELESCOPE_SLEW_RATE").members
        assert list(harness.find("TELESCOPE_TRACK_MODE").members) == ["TRACK_SIDEREAL", "TRACK_LUNAR"]
        return {name: (one.label, bool(one.value)) for name, one in rates.items()}

    assert played(scene) == {"1x": ("Slow", False), "2x": ("Quick", True), "3x": ("Fast", False)}


def test_a_choice_outlasts_another_connection():
    async def scene(harness, _):
        await harness.request("TELESCOPE_SLEW_RATE", **{"1x": True})
        await harness.request("CONNECTION", DISCONNECT=True)
        await harness.connect()
        await harness.expect("TELESCOPE_SLEW_RATE", **{"1x": True})

    played(scene)


def test_it_is_a_telescope_and_a_guider_too_if_it_guides():
    async def scene(harness, _):
        return harness.find("DRIVER_INFO").text("DRIVER_INTERFACE")

    assert (played(scene), played(scene, kind=GuidedPuppet)) == ("1", "5")


# Gotos.


@pytest.mark.parametrize(("choice", "tracks"), [("TRACK", True), ("SLEW", False)])
def test_a_goto_is_busy_until_the_mount_is_there(choice, tracks):
    async def scene(harness, mount):
        await harness.request("ON_COORD_SET", **{choice: True})
        before = len(harness.said)
        await slew(harness)
        await harness.expect("TELESCOPE_TRACK_STATE", TRACK_ON=tracks)
        told = states(said_of(POSITION, harness.said[before:]))
        assert told[0] is State.BUSY
        return mount.done, told[-1]

    assert played(scene) == ([("slew", RA, DEC, tracks)], State.OK if tracks else State.IDLE)


def test_a_mount_that_is_sent_elsewhere_on_its_way_is_busy_all_the_time():
    class LookedAt(Puppet):
        """One at which somebody looks whenever it has a moment."""

        async def begin(self, live, doing, *, lane=None):
            await self.refresh_mount()
            await super().begin(live, doing, lane=lane)
            await self.refresh_mount()

        async def clear_the_way(self):
            await super().clear_the_way()
            await self.refresh_mount()

        async def stop_mount(self):
            await super().stop_mount()
            await self.refresh_mount()

    async def scene(harness, mount):
        await begin_to_slew(harness)
        before = len(harness.said)
        mount.held = False
        await slew(harness, ra=RA + 1)
        return states(said_of(POSITION, harness.said[before:]))

    *on_its_way, there = played(scene, kind=LookedAt, held=True)
    assert (set(on_its_way), there) == ({State.BUSY}, State.OK)


def test_gotos_that_come_in_one_piece_are_busy_until_the_last_is_there():
    second_sets_out = asyncio.Event()

    class Told(Puppet):
        async def slew_mount(self, ra, dec, *, track):
            if ra == RA + 2:
                second_sets_out.set()
            await super().slew_mount(ra, dec, track=track)

    async def scene(harness, mount):
        async def look():
            while True:
                await mount.refresh_mount()
                await asyncio.sleep(0)

        looking = asyncio.create_task(look())
        before = len(harness.said)
        for hours in (1, 2):
            harness.send(new("Number", "Mount", POSITION, RA=RA + hours, DEC=DEC))
        await second_sets_out.wait()
        await asyncio.sleep(0)
        mount.held = False
        harness.send(new("Number", "Mount", POSITION, RA=RA + 3, DEC=DEC))
        await harness.expect(POSITION, state=State.OK, RA=RA + 3)
        looking.cancel()
        return states(said_of(POSITION, harness.said[before:]))

    *on_its_way, there = played(scene, kind=Told, held=True)
    assert (set(on_its_way), there) == ({State.BUSY}, State.OK)


def test_the_target_is_told():
    async def scene(harness, _):
        await slew(harness)
        await harness.expect("TARGET_EOD_COORD", RA=RA, DEC=DEC)
        return harness.find("TARGET_EOD_COORD").perm.writable

    assert not played(scene)


def test_a_coordinate_that_is_not_given_stays():
    async def scene(harness, mount):
        await harness.expect(POSITION, RA=1.0, DEC=2.0)
        await harness.request(POSITION, DEC=40)
        await harness.expect(POSITION, DEC=40)
        return mount.done

    assert played(scene) == [("slew", 1.0, 40, True)]


def test_a_new_target_takes_the_place_of_the_one_before():
    async def scene(harness, mount):
        await begin_to_slew(harness)
        await begin_to_slew(harness, ra=7.0)
        return mount.done

    assert played(scene, held=True) == [("slew", RA, DEC, True), ("stop",), ("slew", 7.0, DEC, True)]


def test_a_target_out_of_reach_is_refused_before_anything_is_stopped():
    async def scene(harness, mount):
        await begin_to_slew(harness)
        mount.refuses = "the target is below the horizon"
        said = await harness.request(POSITION, RA=7.0, DEC=0)
        assert states(said_of(POSITION, said))[0] is State.ALERT
        return mount.done, harness.notices

    assert played(scene, held=True) == ([("slew", RA, DEC, True)], ["the target is below the horizon"])


def test_a_slew_that_fails_turns_to_alert_with_the_reason():
    async def scene(harness, _):
        await harness.request(POSITION, RA=RA, DEC=DEC)
        await harness.expect(POSITION, state=State.ALERT)
        return harness.notices

    assert played(scene, fails="the motor is stuck") == ["the motor is stuck"]


def test_a_mount_without_a_stop_is_not_asked_to_stop():
    async def scene(harness, mount):
        await begin_to_slew(harness)
        await begin_to_slew(harness, ra=7.0)
        return mount.done

    assert ("stop",) not in played(scene, MountCan.GOTO, held=True)


# Sync.


def test_a_sync_moves_nothing_and_is_answered_at_once():
    async def scene(harness, mount):
        await harness.request("ON_COORD_SET", SYNC=True)
        said = await harness.request(POSITION, RA=RA, DEC=DEC)
        await harness.expect(POSITION, RA=RA, DEC=DEC)
        return mount.done, states(said_of(POSITION, said))[0]

    assert played(scene) == ([("sync", RA, DEC)], State.OK)


def test_a_mount_that_slews_is_not_synced():
    async def scene(harness, mount):
        await begin_to_slew(harness)
        await harness.request("ON_COORD_SET", SYNC=True)
        await harness.request(POSITION, RA=RA, DEC=DEC)
        return mount.done, harness.notices

    done, notices = played(scene, held=True)
    assert done == [("slew", RA, DEC, True)]
    assert notices == ["the mount is slewing: wait for its end or abort it, then sync it"]


@pytest.mark.parametrize("choice", ["TRACK", "SLEW", "SYNC"])
def test_a_parked_mount_takes_no_coordinates(choice):
    async def scene(harness, mount):
        await park(harness)
        await harness.request("ON_COORD_SET", **{choice: True})
        said = await harness.request(POSITION, RA=RA, DEC=DEC)
        assert states(said_of(POSITION, said))[0] is State.ALERT
        return mount.done, harness.notices[-1]

    done, notice = played(scene)
    assert done == [("park",)]
    assert notice.startswith("the mount is parked: unpark it first (TELESCOPE_PARK)")


# Abort.


def test_an_abort_stops_a_slew():
    async def scene(harness, mount):
        await begin_to_slew(harness)
        await harness.request("TELESCOPE_ABORT_MOTION", ABORT=True)
        await harness.expect("TELESCOPE_ABORT_MOTION", state=State.OK, ABORT=False)
        await harness.expect(POSITION, state=State.IDLE)
        return mount.done

    assert played(scene, held=True) == [("slew", RA, DEC, True), ("stop",)]


def test_after_an_abort_it_tracks_if_it_did():
    async def scene(harness, mount):
        mount.truth["is_tracking"] = True
        await begin_to_slew(harness)
        await harness.request("TELESCOPE_ABORT_MOTION", ABORT=True)
        await harness.expect(POSITION, state=State.OK)
        await harness.expect("TELESCOPE_TRACK_STATE", state=State.BUSY, TRACK_ON=True)

    played(scene, held=True)


def test_an_abort_stops_what_others_have_begun():
    async def scene(harness, mount):
        await harness.request("TELESCOPE_ABORT_MOTION", ABORT=True)
        return mount.done

    assert played(scene) == [("stop",)]


def test_an_abort_stops_motion_by_hand_and_pulses():
    async def scene(harness, mount):
        await harness.request("TELESCOPE_MOTION_NS", MOTION_NORTH=True)
        mount.held = True
        await harness.request("TELESCOPE_TIMED_GUIDE_WE", TIMED_GUIDE_W=60_000)
        await harness.request("TELESCOPE_ABORT_MOTION", ABORT=True)
        await harness.expect("TELESCOPE_MOTION_NS", state=State.IDLE, MOTION_NORTH=False)
        await harness.expect("TELESCOPE_TIMED_GUIDE_WE", state=State.IDLE, TIMED_GUIDE_W=0)
        return set(mount.done[2:])

    assert played(scene, kind=GuidedPuppet) == {("pulse is over",), ("stop moving", "NORTH"), ("stop",)}


def test_an_abort_that_is_off_stops_nothing():
    async def scene(harness, mount):
        await harness.request("TELESCOPE_ABORT_MOTION", ABORT=False)
        return mount.done

    assert played(scene) == []
