"""The simulated receiver looks for satellites, and then knows about where it is."""

from datetime import UTC, datetime

import pytest

from lightapt_drivers.kinds import gps
from lightapt_drivers.simulators.gps import GpsSimulator
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play
from tests.drivers.simulators.clocks import HandClock


def played(scene, *, search=0.0, folder=None, clock=None):
    return play(scene, GpsSimulator(search=search, clock=clock or HandClock()), folder=folder)


async def placed(harness, **place):
    await harness.request("GPS_PLACE", SCATTER=0, **place)
    await harness.request("GPS_REFRESH", REFRESH=True)


def test_it_looks_for_satellites_first(monkeypatch):
    monkeypatch.setattr(gps, "_RETRY", 0.01)
    clock = HandClock()

    async def scene(harness):
        await harness.expect("GEOGRAPHIC_COORD", state=State.BUSY)
        clock.now += 4
        await harness.expect("GEOGRAPHIC_COORD", state=State.OK)

    played(scene, search=3, clock=clock)


def test_it_knows_place_and_time():
    async def scene(harness):
        await placed(harness, LAT=-30.2, LONG=289.3, ELEV=2200)
        await harness.expect("GEOGRAPHIC_COORD", state=State.OK, LAT=-30.2, LONG=289.3, ELEV=2200)
        shown = datetime.fromisoformat(harness.find("TIME_UTC").text("UTC")).replace(tzinfo=UTC)
        assert shown.timestamp() == HandClock().now

    played(scene)


def test_it_is_right_to_some_metres():
    async def scene(harness):
        await placed(harness, LAT=60, LONG=10)
        await harness.request("GPS_PLACE", SCATTER=10)
        await harness.request("GPS_REFRESH", REFRESH=True)
        location = harness.find("GEOGRAPHIC_COORD")
        assert location.number("LAT") == pytest.approx(60, abs=2e-4)
        assert location.number("LAT") != 60
        assert location.number("LONG") == pytest.approx(10, abs=4e-4)

    played(scene)


@pytest.mark.parametrize("latitude", [90, -90])
def test_it_works_at_the_poles(latitude):
    async def scene(harness):
        await placed(harness, LAT=latitude)
        await harness.request("GPS_PLACE", SCATTER=10)
        await harness.request("GPS_REFRESH", REFRESH=True)
        assert abs(harness.find("GEOGRAPHIC_COORD").number("LAT")) <= 90

    played(scene)


def test_it_is_still_there_at_the_next_start(tmp_path):
    async def scene(harness):
        await placed(harness, LAT=47.5, LONG=9.5, ELEV=400)

    async def later(harness):
        await harness.expect("GEOGRAPHIC_COORD", state=State.OK, LAT=47.5, LONG=9.5, ELEV=400)

    played(scene, folder=tmp_path)
    played(later, folder=tmp_path)
