"""A mount follows the sky as it is told."""

import pytest

from lightapt_drivers.kinds.mount import TrackMode
from lightapt_protocol.vocabulary import State
from tests.drivers.kinds.mounts import park, played
from tests.drivers.kit.scenes import said_of

TRACK = "TELESCOPE_TRACK_STATE"


def test_tracking_is_busy_and_rest_is_idle_as_in_libindi():
    async def scene(harness, mount):
        await harness.request(TRACK, TRACK_ON=True)
        await harness.expect(TRACK, state=State.BUSY, TRACK_ON=True)
        await harness.expect("EQUATORIAL_EOD_COORD", state=State.OK)
        await harness.request(TRACK, TRACK_OFF=True)
        await harness.expect(TRACK, state=State.IDLE, TRACK_OFF=True)
        await harness.expect("EQUATORIAL_EOD_COORD", state=State.IDLE)
        return mount.done

    assert played(scene) == [("tracking", True), ("tracking", False)]


def test_that_it_tracks_is_told_before_the_end_of_the_slew():
    async def scene(harness, _):
        said = await harness.request("EQUATORIAL_EOD_COORD", RA=5.5, DEC=-5.25)
        tracks = said.index(said_of(TRACK, said)[-1])
        return tracks < said.index(said_of("EQUATORIAL_EOD_COORD", said)[-1])

    assert played(scene)


def test_a_request_that_changes_nothing_is_answered():
    async def scene(harness, _):
        return said_of(TRACK, await harness.request(TRACK, TRACK_OFF=True))

    assert played(scene) != []


def test_a_parked_mount_does_not_track():
    async def scene(harness, mount):
        await park(harness)
        await harness.request(TRACK, TRACK_ON=True)
        return mount.done, harness.notices

    done, notices = played(scene)
    assert done == [("park",)]
    assert notices == ["the mount is parked: unpark it first (TELESCOPE_PARK), then track"]


def test_a_parked_mount_may_be_told_to_rest():
    async def scene(harness, mount):
        await park(harness)
        await harness.request(TRACK, TRACK_OFF=True)
        return mount.done, harness.notices

    assert played(scene) == ([("park",), ("tracking", False)], [])


@pytest.mark.parametrize("mode", TrackMode)
def test_the_mode_says_what_to_follow(mode):
    async def scene(harness, mount):
        await harness.request("TELESCOPE_TRACK_MODE", **{mode.value: True})
        await harness.expect("TELESCOPE_TRACK_MODE", state=State.OK, **{mode.value: True})
        return mount.done

    assert played(scene) == [("mode", mode)]


@pytest.mark.parametrize(("mode", "hints"), [("TRACK_SIDEREAL", 1), ("TRACK_CUSTOM", 0)])
def test_a_rate_is_kept_for_the_custom_mode(mode, hints):
    async def scene(harness, mount):
        await harness.request("TELESCOPE_TRACK_MODE", **{mode: True})
        await harness.request("TELESCOPE_TRACK_RATE", TRACK_RATE_RA=14.5, TRACK_RATE_DE=-0.25)
        await harness.expect("TELESCOPE_TRACK_RATE", state=State.OK, TRACK_RATE_RA=14.5, TRACK_RATE_DE=-0.25)
        return mount.done[1:], len(harness.notices)

    assert played(scene) == ([("rate", 14.5, -0.25)], hints)


def test_guide_rates_are_fractions_of_the_sidereal_rate():
    async def scene(harness, mount):
        await harness.request("GUIDE_RATE", GUIDE_RATE_WE=0.25, GUIDE_RATE_NS=0.75)
        await harness.expect("GUIDE_RATE", state=State.OK, GUIDE_RATE_WE=0.25, GUIDE_RATE_NS=0.75)
        await harness.request("GUIDE_RATE", GUIDE_RATE_WE=1.5)
        await harness.expect("GUIDE_RATE", state=State.ALERT, GUIDE_RATE_WE=0.25)
        return mount.done

    assert played(scene) == [("guide rate", 0.25, 0.75)]
