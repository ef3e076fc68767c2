"""A receiver is asked until it knows where it is, and then as often as a client likes."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from lightapt_drivers import HardwareError
from lightapt_drivers.kinds import gps
from lightapt_drivers.kinds.gps import Fix, Gps
from lightapt_protocol.vocabulary import Permission, State
from tests.drivers.kit.scenes import PATIENCE, play

HERE = Fix(-30.2, -70.7, 2200, datetime(2026, 3, 1, 2, 3, 4, 567000, tzinfo=UTC), -3.0)


class Puppet(Gps):
    """A receiver that knows what a test says; an error is raised."""

    device_name = "GPS"

    def __init__(self, *fixes):
        super().__init__()
        self.fixes = list(fixes)
        self.count = 0

    async def read_fix(self):
        self.count += 1
        fix = self.fixes.pop(0) if len(self.fixes) > 1 else self.fixes[0]
        if isinstance(fix, Exception):
            raise fix
        return fix


def played(scene, *fixes, folder=None):
    receiver = Puppet(*(fixes or (HERE,)))
    return play(lambda harness: scene(harness, receiver), receiver, folder=folder)


async def asked(harness, receiver, count):
    """Wait until the receiver was asked so often."""
    async with asyncio.timeout(PATIENCE):
        while receiver.count < count:
            await harness.dealt_with()
            await asyncio.sleep(0)


def test_it_tells_place_and_time():
    async def scene(harness, _):
        await harness.expect("GEOGRAPHIC_COORD", state=State.OK, LAT=-30.2, ELEV=2200)
        assert harness.find("GEOGRAPHIC_COORD").number("LONG") == pytest.approx(289.3)
        await harness.expect("TIME_UTC", state=State.OK, UTC="2026-03-01T02:03:04", OFFSET="-3.00")

    played(scene)


def test_any_time_zone_becomes_universal_time():
    local = HERE.time.astimezone(timezone(timedelta(hours=5, minutes=30)))

    async def scene(harness, _):
        await harness.expect("TIME_UTC", UTC="2026-03-01T02:03:04")

    played(scene, Fix(0, 0, 0, local))


def test_nobody_sets_what_a_receiver_tells():
    async def scene(harness, _):
        return {harness.find(name).perm for name in ("GEOGRAPHIC_COORD", "TIME_UTC")}

    assert played(scene) == {Permission.READ_ONLY}


def test_without_a_fix_it_is_asked_again(monkeypatch):
    monkeypatch.setattr(gps, "_RETRY", 0.01)

    async def scene(harness, _):
        await harness.expect("GEOGRAPHIC_COORD", state=State.BUSY)
        await harness.expect("TIME_UTC", state=State.BUSY)
        await harness.request("GPS_REFRESH_PERIOD", PERIOD=3600)
        assert sum("looks for satellites" in notice for notice in harness.notices) == 1
        await harness.expect("GEOGRAPHIC_COORD", state=State.OK, LAT=-30.2)

    played(scene, None, HERE)


def test_with_a_fix_it_is_asked_once():
    async def scene(harness, receiver):
        await harness.expect("GEOGRAPHIC_COORD", state=State.OK)
        await receiver._ask_when_due()
        return receiver.count

    assert played(scene) == 1


def test_it_is_asked_as_often_as_a_client_likes():
    async def scene(harness, receiver):
        await harness.expect("GEOGRAPHIC_COORD", state=State.OK)
        await harness.request("GPS_REFRESH_PERIOD", PERIOD=0.01)
        await asked(harness, receiver, 2)
        await harness.request("GPS_REFRESH", REFRESH=True)
        await harness.expect("GPS_REFRESH", state=State.OK, REFRESH=False)
        assert receiver.count >= 3

    played(scene)


def test_the_period_is_saved(tmp_path):
    async def scene(harness, _):
        await harness.request("GPS_REFRESH_PERIOD", PERIOD=60)
        await harness.request("CONFIG_PROCESS", CONFIG_SAVE=True)

    async def later(harness, _):
        await harness.expect("GPS_REFRESH_PERIOD", PERIOD=60)

    played(scene, folder=tmp_path)
    played(later, folder=tmp_path)


def test_a_receiver_that_fails_says_so():
    async def scene(harness, receiver):
        await harness.expect("GEOGRAPHIC_COORD", state=State.OK)
        receiver.fixes = [HardwareError("the antenna is broken")]
        await harness.request("GPS_REFRESH", REFRESH=True)
        await harness.expect("GPS_REFRESH", state=State.ALERT)
        await harness.expect("GEOGRAPHIC_COORD", state=State.ALERT, LAT=-30.2)
        assert "the antenna is broken" in harness.notices

    played(scene)
