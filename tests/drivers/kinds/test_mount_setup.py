"""A mount knows where it stands and what time it is."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from lightapt_drivers.kinds.mount import MountSite
from lightapt_protocol.vocabulary import State
from tests.drivers.kinds.mounts import played

SITE, TIME = "GEOGRAPHIC_COORD", "TIME_UTC"
PARANAL = {"LAT": -24.6275, "LONG": 289.5956, "ELEV": 2635.0}


def test_a_client_says_where_the_mount_stands():
    async def scene(harness, mount):
        await harness.request(SITE, **PARANAL)
        await harness.expect(SITE, state=State.OK, **PARANAL)
        return mount.done

    assert played(scene) == [("site", MountSite(-24.6275, 289.5956, 2635.0))]


def test_the_site_is_remembered(tmp_path):
    async def say(harness, _):
        await harness.request(SITE, **PARANAL)

    async def find(harness, mount):
        await harness.expect(SITE, state=State.OK, **PARANAL)
        return len(mount.done)

    played(say, folder=tmp_path)
    assert played(find, folder=tmp_path) == 1


def test_a_western_longitude_is_told_as_clients_expect_it():
    async def scene(harness, mount):
        mount.mount_stands_at(MountSite(-24.6275, -70.4044, 2635))
        await harness.expect(SITE, LONG=pytest.approx(289.5956))

    played(scene)


@pytest.mark.parametrize(
    ("text", "offset", "utc", "hours"),
    [
        ("2026-03-01T22:00:00", "1.00", datetime(2026, 3, 1, 22, tzinfo=UTC), 1.0),
        ("2026-03-01T22:00:00.5", "-5.5", datetime(2026, 3, 1, 22, 0, 0, 500_000, tzinfo=UTC), -5.5),
        ("2026-03-01T22:00:00", "", datetime(2026, 3, 1, 22, tzinfo=UTC), 0.0),
    ],
)
def test_a_client_says_what_time_it_is(text, offset, utc, hours):
    async def scene(harness, mount):
        await harness.request(TIME, UTC=text, OFFSET=offset)
        await harness.expect(TIME, state=State.OK, UTC=text, OFFSET=offset)
        return mount.done

    assert played(scene) == [("time", utc, hours)]


@pytest.mark.parametrize(("text", "offset"), [("yesterday", "1"), ("2026-03-01T22:00:00", "local"), ("", "0")])
@pytest.mark.parametrize("hours", ["", "nan", "25"])
def test_a_time_that_makes_no_sense_is_refused(text, offset, hours):
    async def scene(harness, mount):
        await harness.request(TIME, UTC=text, OFFSET=hours or offset)
        await harness.expect(TIME, state=State.ALERT, UTC="")
        return mount.done

    assert played(scene) == []


def test_the_time_is_told_in_utc():
    async def scene(harness, mount):
        mount.mount_time_is(datetime(2026, 3, 1, 23, 30, tzinfo=timezone(timedelta(hours=1))), 1)
        await harness.expect(TIME, UTC="2026-03-01T22:30:00", OFFSET="1.00")

    played(scene)


def test_the_optics_are_known_before_the_mount_is_connected(tmp_path):
    async def say(harness, _):
        await harness.request("CONNECTION", DISCONNECT=True)
        await harness.request("TELESCOPE_INFO", TELESCOPE_APERTURE=130, TELESCOPE_FOCAL_LENGTH=910)
        await harness.request("CONFIG_PROCESS", CONFIG_SAVE=True)

    async def find(harness, _):
        await harness.expect("TELESCOPE_INFO", TELESCOPE_APERTURE=130, GUIDER_FOCAL_LENGTH=200)

    played(say, folder=tmp_path)
    played(find, folder=tmp_path)
