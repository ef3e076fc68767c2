"""The client of a mount, against emulated mounts and against scripts."""

import asyncio
from datetime import UTC, datetime

import pytest

from lightapt_drivers.instruments.emulators.line import Line
from lightapt_drivers.instruments.emulators.lx200 import ONSTEP, Lx200Emulator, Lx200Options
from lightapt_drivers.instruments.emulators.mount_model import Motion
from lightapt_drivers.instruments.errors import AnswerError, LinkTimeoutError, RefusedError
from lightapt_drivers.instruments.link import open_link
from lightapt_drivers.instruments.lx200.mount import BusyError, Lx200Mount, Place, Pointing
from lightapt_drivers.instruments.lx200.vocabulary import (
    Alignment,
    Direction,
    PierSide,
    Precision,
    SlewRate,
    TrackRate,
)
from tests.drivers.instruments.saying import Saying

PATIENCE = 20.0
EPOCH = 1_790_000_000.0
CLASSIC = Lx200Options(product="")
MEADE = Lx200Options()


class Clock:
    """A time that stands still until told."""

    def __init__(self):
        self.now = EPOCH

    def __call__(self):
        return self.now


class Scene:
    """A mount and its client."""

    def __init__(self, emulator, mount, clock):
        self.emulator, self.mount, self.clock = emulator, mount, clock
        self.model = emulator.model

    @property
    def heard(self):
        return list(self.emulator.heard)

    async def later(self, seconds):
        """Let time pass, once all that was said has been heard."""
        await self.mount.pointing()
        self.clock.now += seconds

    def high(self, *, hours_west=0.0):
        """Return a direction above the horizon, so many hours west of the meridian."""
        return Pointing(round(self.model.sidereal_time(self.clock.now) / 15 - hours_west, 2) % 24, 60.0)


def play(options, scene, *, greets=True):
    async def main():
        clock, emulator = Clock(), Lx200Emulator(options)
        async with asyncio.timeout(PATIENCE):
            with Line(emulator, clock=clock) as line, await open_link(line.address) as link:
                mount = Lx200Mount(link)
                if greets:
                    await mount.greet()
                    emulator.heard.clear()
                return await scene(Scene(emulator, mount, clock))

    return asyncio.run(main())


def test_a_mount_is_asked_to_write_finely():
    async def scene(it):
        identity = await it.mount.greet()
        assert identity.precision is Precision.HIGH
        assert it.heard[:3] == ["GR", "U", "GR"]

    play(MEADE, scene, greets=False)


def test_a_mount_that_writes_finely_is_left_alone():
    async def scene(it):
        await it.mount.greet()
        assert "U" not in it.heard

    play(ONSTEP, scene, greets=False)


def test_a_mount_that_cannot_write_finely_is_taken_as_it_is():
    link = Saying(GR=[b"05:47.4#"], GVP=[b"Autostar#"], GW=[b"AT1#"], Sr=[b"1"])
    identity = asyncio.run(Lx200Mount(link).greet())
    assert identity.precision is Precision.LOW


@pytest.mark.parametrize(
    ("options", "product", "dialect", "alignment"),
    [(MEADE, "Autostar", "Meade", Alignment.POLAR), (ONSTEP, "On-Step", "OnStep", None)],
)
def test_a_mount_says_what_it_is(options, product, dialect, alignment):
    async def scene(it):
        identity = it.mount.identity
        assert (identity.product, identity.dialect.name, identity.alignment) == (product, dialect, alignment)
        assert identity.tells_slewing

    play(options, scene)


def test_a_mount_may_not_say_what_it_is():
    identity = asyncio.run(Lx200Mount(Saying(GR=[b"05:47:24#"], D=[b"#"])).greet())
    assert (identity.product, identity.dialect.name, identity.alignment) == ("", "generic", None)
    assert identity.tells_slewing


def test_a_mount_that_does_not_say_what_it_is_may_not_tell_a_slew_from_its_end_either():
    assert not asyncio.run(Lx200Mount(Saying(GR=[b"05:47:24#"])).greet()).tells_slewing


def test_a_mount_that_answers_nothing_at_all_is_no_mount():
    with pytest.raises(LinkTimeoutError):
        asyncio.run(Lx200Mount(Saying()).greet())


def test_an_instrument_of_another_kind_is_no_mount():
    with pytest.raises(AnswerError, match="of the form HH:MM"):
        asyncio.run(Lx200Mount(Saying(GR=[b"0400#"])).greet())


@pytest.mark.parametrize("options", [MEADE, ONSTEP])
def test_a_slew_takes_its_time_and_arrives(options):
    async def scene(it):
        target = it.high()
        await it.mount.slew(target)
        assert await it.mount.is_slewing()
        await it.later(1)
        assert (await it.mount.pointing()).dec == pytest.approx(86)
        await it.later(60)
        assert not await it.mount.is_slewing()
        assert await it.mount.pointing() == Pointing(pytest.approx(target.ra), pytest.approx(60))

    play(options, scene)


def test_a_slew_below_the_horizon_is_refused_in_the_mounts_words():
    async def scene(it):
        with pytest.raises(RefusedError, match="does not slew: Object Below Horizon"):
            await it.mount.slew(Pointing(it.high().ra, -80))
        assert it.model.motion is not Motion.SLEWING

    play(MEADE, scene)


@pytest.mark.parametrize(("code", "reason"), [(b"6", "outside of the limits"), (b"9", "reason 9"), (b"e5#", "e5")])
def test_a_slew_that_is_refused_without_words_gets_ours(code, reason):
    mount = Lx200Mount(Saying(**{"Sr05:00:00": [b"1"], "Sd+10*00:00": [b"1"], "MS": [code]}))
    with pytest.raises(RefusedError, match=reason):
        asyncio.run(mount.slew(Pointing(5, 10)))


def test_a_target_that_is_refused_is_named():
    mount = Lx200Mount(Saying(**{"Sr05:00:00": [b"1"], "Sd-80*00:00": [b"0"]}))
    with pytest.raises(RefusedError, match="does not take a declination of -80"):
        asyncio.run(mount.slew(Pointing(5, -80)))


def test_a_sync_moves_nothing_but_the_coordinates():
    async def scene(it):
        await it.mount.sync(Pointing(5, 45))
        assert await it.mount.pointing() == Pointing(pytest.approx(5), pytest.approx(45))
        assert not await it.mount.is_slewing()

    play(MEADE, scene)


def test_a_slew_is_stopped_where_it_is():
    async def scene(it):
        await it.mount.slew(it.high())
        await it.later(1)
        await it.mount.halt()
        await it.later(60)
        assert (await it.mount.pointing()).dec == pytest.approx(86)
        assert not await it.mount.is_slewing()

    play(MEADE, scene)


@pytest.mark.parametrize(
    ("direction", "ra", "dec"),
    [(Direction.NORTH, 0, 1), (Direction.SOUTH, 0, -1), (Direction.EAST, 1, 0), (Direction.WEST, -1, 0)],
)
def test_motion_by_hand_goes_on_until_it_is_stopped(direction, ra, dec):
    async def scene(it):
        await it.mount.sync(Pointing(5, 45))
        await it.mount.set_tracking(on=True)
        await it.mount.set_slew_rate(SlewRate.SLEW)
        await it.mount.move(direction)
        await it.later(2)
        await it.mount.halt(direction)
        await it.later(100)
        moved = await it.mount.pointing()
        assert moved == Pointing(pytest.approx(5 + ra * 8 / 15, abs=1e-3), pytest.approx(45 + dec * 8, abs=1e-3))

    play(MEADE, scene)


def test_a_pulse_ends_by_itself():
    async def scene(it):
        await it.mount.sync(Pointing(5, 45))
        await it.mount.set_tracking(on=True)
        await it.mount.pulse(Direction.NORTH, 8000)
        await it.mount.pulse(Direction.WEST, 4000)
        await it.later(100)
        await it.mount.pointing()
        assert it.model.dec == pytest.approx(45 + 8 * 7.52 / 3600, abs=1e-5)
        assert it.model.ra == pytest.approx(75 - 4 * 7.52 / 3600, abs=1e-5)

    play(MEADE, scene)


@pytest.mark.parametrize("options", [MEADE, ONSTEP])
def test_a_mount_that_rests_lets_the_sky_pass(options):
    async def scene(it):
        await it.mount.sync(Pointing(5, 45))
        await it.mount.set_tracking(on=True)
        await it.later(3600)
        assert (await it.mount.pointing()).ra == pytest.approx(5)
        await it.mount.set_tracking(on=False)
        await it.later(3600)
        assert (await it.mount.pointing()).ra == pytest.approx(6.00274, abs=2e-4)

    play(options, scene)


def test_tracking_comes_back_in_the_alignment_that_the_mount_has():
    async def scene(status, command):
        link = Saying(GR=[b"05:47:24#"], GVP=[b"Autostar#"], GW=[status])
        link.answers |= {name: [b"1"] for name in ("AA", "AP")}
        mount = Lx200Mount(link)
        await mount.greet()
        await mount.set_tracking(on=True)
        assert link.asked[-1] == command

    asyncio.run(scene(b"AN1#", "AA"))
    asyncio.run(scene(b"PN1#", "AP"))
    asyncio.run(scene(b"GN1#", "AP"))


def test_a_mount_of_unknown_alignment_is_not_told_to_track():
    async def scene():
        mount = Lx200Mount(Saying(GR=[b"05:47:24#"], **{"\x06": [b"L"]}))
        await mount.greet()
        with pytest.raises(RefusedError, match="cannot be told whether to track"):
            await mount.set_tracking(on=True)

    asyncio.run(scene())


def test_the_moon_is_tracked_more_slowly_than_the_stars():
    async def scene(it):
        await it.mount.sync(Pointing(5, 45))
        await it.mount.set_tracking(on=True)
        await it.mount.set_track_rate(TrackRate.LUNAR)
        await it.later(3600)
        assert (await it.mount.pointing()).ra == pytest.approx(5 + 1.0027 * (1 - 57.9 / 60.164), abs=2e-4)

    play(MEADE, scene)


@pytest.mark.parametrize("options", [MEADE, ONSTEP])
def test_a_parked_mount_refuses_to_slew_until_it_is_unparked(options):
    async def scene(it):
        await it.mount.park()
        await it.later(60)
        with pytest.raises(RefusedError, match="Mount Parked"):
            await it.mount.slew(it.high())
        await it.mount.unpark()
        await it.mount.slew(it.high())

    play(options, scene)


def test_a_mount_that_knows_no_way_out_of_its_park_position_says_so():
    with pytest.raises(RefusedError, match="switch it off and on"):
        asyncio.run(Lx200Mount(Saying()).unpark())


def test_a_refused_command_says_what_was_refused():
    async def scene():
        mount = Lx200Mount(Saying(GR=[b"05:47:24#"], GVP=[b"On-Step#"], hP=[b"0"]))
        await mount.greet()
        with pytest.raises(RefusedError, match="the mount does not park"):
            await mount.park()

    asyncio.run(scene())


def test_the_side_of_the_pier_is_the_other_than_that_of_the_sky():
    async def scene(it):
        await it.mount.slew(it.high(hours_west=1))
        assert await it.mount.pier_side() is PierSide.EAST
        await it.mount.slew(it.high(hours_west=-1))
        assert await it.mount.pier_side() is PierSide.WEST

    play(ONSTEP, scene)


def test_a_mount_that_does_not_know_its_side_is_not_asked():
    async def scene(it):
        assert await it.mount.pier_side() is None
        assert it.heard == []

    play(MEADE, scene)


def test_a_mount_that_does_not_tell_a_slew_is_not_asked():
    async def scene():
        link = Saying(GR=[b"05:47:24#"], GVP=[b"AM5#"])
        mount = Lx200Mount(link)
        await mount.greet()
        assert await mount.is_slewing() is None
        assert "D" not in link.asked

    asyncio.run(scene())


def test_a_place_is_set_and_read():
    async def scene(it):
        await it.mount.set_place(Place(-33.5, 151.25))
        assert await it.mount.place() == Place(pytest.approx(-33.5), pytest.approx(151.25))

    play(MEADE, scene)


@pytest.mark.parametrize("options", [MEADE, ONSTEP])
@pytest.mark.parametrize("offset", [0, 2, -5.5])
def test_a_time_is_set_and_read(options, offset):
    async def scene(it):
        moment = datetime(2026, 1, 2, 23, 4, 5, tzinfo=UTC)
        await it.mount.set_time(moment, offset)
        assert await it.mount.time() == moment
        await it.later(3600)
        assert await it.mount.time() == moment.replace(day=3, hour=0)

    play(options, scene)


def test_a_busy_mount_is_asked_again(monkeypatch):
    monkeypatch.setattr("lightapt_drivers.instruments.lx200.mount._PAUSE", 0)
    mount = Lx200Mount(Saying(GR=[b"\x15", b"\x15", b"05:00:00#"], GD=[b"+10*00:00#"]))
    assert asyncio.run(mount.pointing()) == Pointing(5, 10)


def test_a_mount_that_stays_busy_is_given_up(monkeypatch):
    monkeypatch.setattr("lightapt_drivers.instruments.lx200.mount._PAUSE", 0)
    with pytest.raises(BusyError, match="too busy for b':GR#' 4 times"):
        asyncio.run(Lx200Mount(Saying(GR=[b"\x15"])).pointing())
