"""The driver of LX200 mounts has them track, move by hand and be guided."""

import pytest

from lightapt_drivers.instruments.emulators.lx200 import ONSTEP
from lightapt_drivers.instruments.emulators.mount_model import Motion
from lightapt_protocol.vocabulary import State
from tests.drivers.instruments.devices import CLASSIC, MEADE, mounting


@pytest.mark.parametrize("options", [MEADE, ONSTEP])
def test_tracking_is_turned_on_and_off_and_told(options):
    async def scene(it):
        await it.harness.request("TELESCOPE_TRACK_STATE", TRACK_ON=True)
        assert it.model.motion is Motion.TRACKING
        await it.harness.expect("TELESCOPE_TRACK_STATE", state=State.BUSY, TRACK_ON=True)
        it.model.motion = Motion.STILL  # by its own keys
        await it.harness.expect("TELESCOPE_TRACK_STATE", state=State.IDLE, TRACK_OFF=True)

    mounting(scene, options)


@pytest.mark.parametrize(("mode", "command"), [("TRACK_SIDEREAL", "TQ"), ("TRACK_SOLAR", "TS"), ("TRACK_LUNAR", "TL")])
def test_a_mount_follows_stars_sun_or_moon(mode, command):
    async def scene(it):
        await it.harness.request("TELESCOPE_TRACK_MODE", **{mode: True})
        return await it.heard_by_now()

    assert command in mounting(scene)


def test_no_other_rate_is_offered():
    async def scene(it):
        return list(it.harness.find("TELESCOPE_TRACK_MODE").members)

    assert mounting(scene) == ["TRACK_SIDEREAL", "TRACK_SOLAR", "TRACK_LUNAR"]


@pytest.mark.parametrize(("rate", "command"), [("1x", "RG"), ("2x", "RC"), ("3x", "RM"), ("4x", "RS")])
def test_there_are_four_rates_of_motion_by_hand(rate, command):
    async def scene(it):
        await it.harness.request("TELESCOPE_SLEW_RATE", **{rate: True})
        await it.harness.request("TELESCOPE_MOTION_NS", MOTION_SOUTH=True)
        await it.heard_by_now()
        await it.harness.request("TELESCOPE_MOTION_NS", MOTION_SOUTH=False)
        return await it.heard_by_now()

    heard = mounting(scene)
    assert [one for one in heard if one in (command, "Ms", "Qs")] == [command, "Ms", "Qs"]


@pytest.mark.parametrize(
    ("name", "member", "letter"),
    [
        ("NS", "MOTION_NORTH", "n"),
        ("NS", "MOTION_SOUTH", "s"),
        ("WE", "MOTION_WEST", "w"),
        ("WE", "MOTION_EAST", "e"),
    ],
)
def test_motion_by_hand_goes_every_way_and_ends_with_the_connection(name, member, letter):
    async def scene(it):
        await it.harness.request(f"TELESCOPE_MOTION_{name}", **{member: True})
        await it.heard_by_now()
        await it.harness.request("CONNECTION", DISCONNECT=True)
        await it.harness.connect()
        return it.heard

    heard = mounting(scene)
    assert f"Q{letter}" in heard[heard.index(f"M{letter}") :]


@pytest.mark.parametrize(
    ("name", "member", "command"),
    [("NS", "TIMED_GUIDE_N", "Mgn0050"), ("WE", "TIMED_GUIDE_W", "Mgw0050")],
)
def test_a_pulse_is_given_and_waited_for(name, member, command):
    async def scene(it):
        await it.harness.request(f"TELESCOPE_TIMED_GUIDE_{name}", **{member: 50})
        await it.harness.expect(f"TELESCOPE_TIMED_GUIDE_{name}", state=State.OK, **{member: 0})
        return await it.heard_by_now()

    assert command in mounting(scene)


def test_a_long_pulse_is_given_in_pieces(monkeypatch):
    monkeypatch.setattr("lightapt_drivers.instruments.lx200.driver._LONGEST_PULSE", 40)

    async def scene(it):
        await it.harness.request("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_S=100)
        await it.harness.expect("TELESCOPE_TIMED_GUIDE_NS", state=State.OK)
        return [one for one in await it.heard_by_now() if one.startswith("Mg")]

    assert mounting(scene) == ["Mgs0040", "Mgs0040", "Mgs0020"]


@pytest.mark.parametrize("options", [MEADE, CLASSIC])
def test_a_pulse_that_is_cut_short_is_stopped(options):
    async def scene(it):
        await it.harness.request("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_N=9000)
        await it.heard_by_now()
        await it.harness.request("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_N=0)
        return await it.heard_by_now()

    assert "Qn" in mounting(scene, options)


def test_a_mount_without_pulses_is_moved_at_the_guide_rate():
    async def scene(it):
        await it.harness.request("TELESCOPE_TIMED_GUIDE_WE", TIMED_GUIDE_E=30)
        await it.harness.expect("TELESCOPE_TIMED_GUIDE_WE", state=State.OK)
        return [one for one in await it.heard_by_now() if one in ("RG", "Me", "Qe")]

    assert mounting(scene, CLASSIC) == ["RG", "Me", "Qe"]
