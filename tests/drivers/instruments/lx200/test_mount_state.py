"""What a mount tells of itself, and what of that is asked in which dialect."""

import asyncio

import pytest

from lightapt_drivers.instruments.errors import LinkTimeoutError, RefusedError
from lightapt_drivers.instruments.lx200.mount import Clock, Lx200Mount, MountState, Pointing
from lightapt_drivers.instruments.lx200.vocabulary import PierSide
from tests.drivers.instruments.saying import Saying

HERE = {"GR": [b"05:00:00#"], "GD": [b"+10*00:00#"]}
THERE = Pointing(5, 10)


def met(scene, **answers):
    """Return what becomes of a mount that has been greeted, and what it was asked after that."""

    async def main():
        link = Saying(**HERE, **answers)
        mount = Lx200Mount(link)
        await mount.greet()
        link.asked.clear()
        return await scene(mount), link.asked

    return asyncio.run(main())


def state(mount):
    return mount.state()


def test_the_onstep_family_tells_all_at_once():
    found, asked = met(state, GVP=[b"On-Step#"], GU=[b"NpET#"])
    assert found == MountState(THERE, is_slewing=False, is_tracking=True, is_parked=False, side=PierSide.EAST)
    assert asked == ["GR", "GD", "GU"]


def test_meades_mounts_tell_what_they_track_and_whether_they_slew():
    found, asked = met(state, GVP=[b"Autostar#"], GW=[b"PT1#"], D=[b"\x7f#"])
    assert found == MountState(THERE, is_slewing=True, is_tracking=True)
    assert asked == ["GR", "GD", "GW", "D"]


def test_the_oldest_mounts_tell_where_they_point():
    found, asked = met(state)
    assert found == MountState(THERE)
    assert asked == ["GR", "GD"]


def test_a_state_that_should_be_known_and_is_not_told_is_an_error():
    with pytest.raises(LinkTimeoutError, match="GU"):
        met(state, GVP=[b"On-Step#"])


@pytest.mark.parametrize(
    ("answers", "can"),
    [
        ({"GVP": [b"On-Step#"]}, True),
        ({"GVP": [b"Autostar#"], "GW": [b"PN1#"]}, True),
        ({"GVP": [b"Losmandy Gemini#"]}, False),
        ({}, False),
        ({"\x06": [b"P"]}, True),
    ],
)
def test_it_is_known_whether_a_mount_can_be_told_to_track(answers, can):
    async def scene(mount):
        return mount.can_track

    assert met(scene, **answers)[0] is can


def test_the_firmware_is_told_by_who_has_a_name():
    async def scene(mount):
        return mount.identity.firmware

    assert met(scene, GVP=[b"Autostar#"], GVN=[b"43Eg#"])[0] == "43Eg"
    assert met(scene, GVN=[b"43Eg#"])[0] == ""


def test_a_mount_is_awake_that_answers():
    assert asyncio.run(Lx200Mount(Saying(**HERE)).is_awake())
    assert not asyncio.run(Lx200Mount(Saying()).is_awake())


def test_it_is_known_what_a_mount_knows():
    async def knows(**answers):
        mount = Lx200Mount(Saying(**answers))
        return await mount.knows_place(), await mount.knows_time()

    assert asyncio.run(knows(Gt=[b"+50*00#"])) == (True, False)
    assert asyncio.run(knows(GL=[b"12:00:00#"])) == (False, True)


def test_the_clock_tells_its_offset_as_clients_do():
    mount = Lx200Mount(Saying(GC=[b"03/01/26#"], GL=[b"23:30:00#"], GG=[b"-05.5#"]))
    clock = asyncio.run(mount.clock())
    assert isinstance(clock, Clock)
    assert (clock.utc.isoformat(), clock.offset) == ("2026-03-01T18:00:00+00:00", 5.5)


@pytest.mark.parametrize(("answer", "reason"), [(b"E4#", "the mount is parked"), (b"e12#", "e12")])
def test_a_sync_that_is_refused_says_why(answer, reason):
    link = Saying(**{"Sr05:00:00": [b"1"], "Sd+10*00:00": [b"1"], "CM": [answer]})
    with pytest.raises(RefusedError, match=f"does not sync: {reason}"):
        asyncio.run(Lx200Mount(link).sync(THERE))


def test_a_sync_may_be_answered_with_a_star():
    link = Saying(**{"Sr05:00:00": [b"1"], "Sd+10*00:00": [b"1"], "CM": [b"EPS ERI#"]})
    assert asyncio.run(Lx200Mount(link).sync(THERE)) == "EPS ERI"
