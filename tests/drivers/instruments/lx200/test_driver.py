"""The driver of LX200 mounts does what clients ask, each mount in its dialect, and tells what the mount says."""

import asyncio

import pytest

from lightapt_drivers.instruments.emulators.lx200 import ONSTEP, Lx200Emulator, Lx200Options
from lightapt_drivers.instruments.emulators.mount_model import Motion
from lightapt_drivers.instruments.lx200.driver import Lx200
from lightapt_protocol.standard import DriverInterface
from lightapt_protocol.vocabulary import State
from tests.drivers.instruments.devices import CLASSIC, HASTY, MEADE, SHY, SLOW, QuickLx200, mounting
from tests.drivers.kit.scenes import said_of

EKOS = {
    "EQUATORIAL_EOD_COORD",
    "ON_COORD_SET",
    "TELESCOPE_ABORT_MOTION",
    "TELESCOPE_MOTION_NS",
    "TELESCOPE_MOTION_WE",
    "TELESCOPE_SLEW_RATE",
    "TELESCOPE_TRACK_MODE",
    "TELESCOPE_TIMED_GUIDE_NS",
    "TELESCOPE_TIMED_GUIDE_WE",
    "TELESCOPE_INFO",
    "GEOGRAPHIC_COORD",
    "TIME_UTC",
}


def properties(options):
    async def scene(it):
        return set(it.harness.mirror.devices["LX200"])

    return mounting(scene, options)


# What there is.


def test_it_says_what_it_is():
    device = Lx200()
    assert device.driver_info["DRIVER_INTERFACE"] == str(DriverInterface.TELESCOPE | DriverInterface.GUIDER)
    assert device.driver_info["DRIVER_EXEC"] == "lightapt-lx200"
    assert (Lx200.device_name, Lx200.summary()) == ("LX200", "LX200 mount")


@pytest.mark.parametrize(
    ("options", "more"),
    [
        (MEADE, {"TELESCOPE_PARK", "TELESCOPE_TRACK_STATE"}),
        (ONSTEP, {"TELESCOPE_PARK", "TELESCOPE_TRACK_STATE", "TELESCOPE_PIER_SIDE"}),
    ],
)
def test_a_mount_is_offered_with_what_its_dialect_has(options, more):
    optional = {"TELESCOPE_PARK", "TELESCOPE_TRACK_STATE", "TELESCOPE_PIER_SIDE"}
    there = properties(options)
    assert there >= EKOS | more
    assert there & optional == more


def test_the_oldest_mounts_cannot_park():
    assert not properties(CLASSIC) & {"TELESCOPE_PARK", "TELESCOPE_PIER_SIDE"}


@pytest.mark.parametrize(
    ("options", "model", "firmware"),
    [(MEADE, "Autostar", "43Eg"), (ONSTEP, "On-Step", "43Eg"), (CLASSIC, "generic LX200", "")],
)
def test_the_mount_is_called_what_it_calls_itself(options, model, firmware):
    async def scene(it):
        found = it.harness.find("INSTRUMENT_INFO")
        return found.text("MODEL"), found.text("FIRMWARE")

    assert mounting(scene, options) == (model, firmware)


def test_angles_are_written_finely():
    async def scene(it):
        return it.heard

    assert "U" in mounting(scene, MEADE)


# Slews.


@pytest.mark.parametrize("options", [MEADE, ONSTEP, SHY, CLASSIC])
def test_a_slew_arrives_and_tracks(options):
    async def scene(it):
        await it.slew()
        await it.at(State.OK, 60)
        assert it.model.motion is Motion.TRACKING

    mounting(scene, options)


@pytest.mark.parametrize("options", [MEADE, ONSTEP, SHY])
def test_a_slew_is_busy_and_tells_where_it_is(options):
    async def scene(it):
        await it.slew(DEC=85)
        await it.at(State.OK, 85)
        told = said_of("EQUATORIAL_EOD_COORD", it.harness.said)
        return {message.state for message in told[:-1]}, len({str(message.members) for message in told})

    told, places = mounting(scene, options, speed=40)
    assert State.BUSY in told
    assert places > 2


def test_a_slew_that_is_refused_says_why_in_the_mounts_words():
    async def scene(it):
        await it.slew(DEC=-80)
        return await it.refused()

    assert mounting(scene, MEADE) == "the mount does not slew: Object Below Horizon"


def test_a_slew_that_ends_elsewhere_is_told_of():
    async def scene(it):
        await it.slew()
        await it.under_way()
        it.model.halt()  # by its own keys
        return await it.refused()

    assert "short of its target: was it stopped by hand, or at a limit?" in mounting(scene, MEADE, speed=SLOW)


def test_a_mount_may_rest_after_a_slew():
    async def scene(it):
        await it.harness.request("ON_COORD_SET", SLEW=True)
        await it.slew()
        await it.at(State.IDLE, 60)
        assert it.model.motion is Motion.STILL
        await it.harness.request("ON_COORD_SET", TRACK=True)
        await it.slew(DEC=61)
        await it.at(State.OK, 61)
        return it.heard

    heard = mounting(scene, ONSTEP)
    assert "Te" in heard[heard.index("Td") :]  # before the second slew it is told to track again


@pytest.mark.parametrize("options", [MEADE, ONSTEP])
def test_a_sync_moves_but_the_coordinates(options):
    async def scene(it):
        await it.harness.request("TELESCOPE_TRACK_STATE", TRACK_ON=True)
        await it.harness.request("ON_COORD_SET", SYNC=True)
        await it.harness.request("EQUATORIAL_EOD_COORD", RA=5, DEC=45)
        await it.harness.expect("EQUATORIAL_EOD_COORD", state=State.OK, RA=5, DEC=45)
        return it.heard

    heard = mounting(scene, options)
    assert "CM" in heard
    assert "MS" not in heard


@pytest.mark.parametrize("options", [MEADE, ONSTEP, SHY])
def test_an_abort_stops_a_slew(options):
    async def scene(it):
        await it.slew()
        await it.under_way()
        await it.harness.request("TELESCOPE_ABORT_MOTION", ABORT=True)
        await it.harness.expect("EQUATORIAL_EOD_COORD", state=State.OK)
        assert it.model.motion is Motion.TRACKING
        return it.model.dec

    assert 60 < mounting(scene, options, speed=SLOW) <= 90


def test_the_side_of_the_pier_is_told():
    async def scene(it):
        await it.slew(RA=(it.high()["RA"] - 1) % 24)
        await it.harness.expect("TELESCOPE_PIER_SIDE", PIER_EAST=True)
        await it.slew(RA=(it.high()["RA"] + 1) % 24)
        await it.harness.expect("TELESCOPE_PIER_SIDE", PIER_WEST=True)

    mounting(scene, ONSTEP)


# Parking.


class Sleeper(Lx200Emulator):
    """A mount that says nothing while it is parked, until it is woken."""

    def answer(self, data, now):
        answer = super().answer(data, now)
        return b"" if self.model.motion is Motion.PARKED else answer


@pytest.mark.parametrize("options", [MEADE, ONSTEP, SHY])
def test_a_mount_parks_and_comes_back(options):
    async def scene(it):
        await it.harness.request("TELESCOPE_PARK", PARK=True)
        await it.harness.expect("TELESCOPE_PARK", state=State.OK, PARK=True)
        assert it.model.motion is Motion.PARKED
        await it.slew()
        assert "the mount is parked" in await it.refused()
        await it.harness.request("TELESCOPE_PARK", UNPARK=True)
        await it.harness.expect("TELESCOPE_PARK", state=State.OK, UNPARK=True)
        await it.slew()
        await it.at(State.OK, 60)

    mounting(scene, options)


def test_a_mount_that_was_parked_by_its_keys_is_told_of():
    async def scene(it):
        it.model.motion = Motion.PARKED
        await it.harness.expect("TELESCOPE_PARK", state=State.OK, PARK=True)

    mounting(scene, ONSTEP)


def test_a_mount_that_sleeps_while_it_is_parked_is_not_lost():
    looks = asyncio.Semaphore(0)

    class Looking(QuickLx200):
        async def read_mount(self):
            reading = await super().read_mount()
            if reading.is_parked:
                looks.release()
            return reading

    async def scene(it):
        await it.harness.request("TELESCOPE_PARK", PARK=True)
        await it.harness.expect("TELESCOPE_PARK", state=State.OK, PARK=True)
        await looks.acquire()
        await looks.acquire()
        assert it.harness.find("CONNECTION").state is State.OK
        await it.harness.request("TELESCOPE_PARK", UNPARK=True)
        await it.harness.expect("TELESCOPE_PARK", state=State.OK, UNPARK=True)
        await it.slew()
        await it.at(State.OK, 60)

    mounting(scene, MEADE, emulator=Sleeper, driver=Looking, patience=HASTY)


def test_parking_can_be_aborted():
    async def scene(it):
        await it.slew()
        await it.at(State.OK, 60)
        it.model.slew_speed = SLOW
        await it.harness.request("TELESCOPE_PARK", PARK=True)
        await it.harness.until(lambda: it.harness.find("EQUATORIAL_EOD_COORD").number("DEC") > 60, "a motion")
        await it.harness.request("TELESCOPE_ABORT_MOTION", ABORT=True)
        await it.harness.expect("TELESCOPE_PARK", state=State.ALERT, UNPARK=True)
        assert it.model.motion is Motion.STILL

    mounting(scene, ONSTEP)


# Place and time.


def test_place_and_time_are_read():
    async def scene(it):
        place = it.harness.find("GEOGRAPHIC_COORD")
        utc = it.harness.find("TIME_UTC")
        return place.number("LAT"), place.number("LONG"), utc.text("OFFSET"), utc.state

    options = Lx200Options(latitude=-33.5, longitude=151.25)
    assert mounting(scene, options) == (-33.5, 151.25, "0.00", State.OK)


@pytest.mark.parametrize("options", [MEADE, ONSTEP])
def test_place_and_time_are_set(options):
    async def scene(it):
        await it.harness.request("GEOGRAPHIC_COORD", LAT=45.5, LONG=349.75, ELEV=100)
        await it.harness.expect("GEOGRAPHIC_COORD", state=State.OK, LAT=45.5, LONG=349.75, ELEV=100)
        await it.harness.request("TIME_UTC", UTC="2026-01-02T03:04:05", OFFSET="2.00")
        await it.harness.expect("TIME_UTC", state=State.OK)
        assert (it.model.latitude, it.model.longitude) == (45.5, 349.75)
        return it.heard

    heard = mounting(scene, options)
    assert [one for one in heard if one[:2] in ("SG", "SL", "SC")] == ["SG-02", "SL05:04:05", "SC01/02/26"]


def test_a_place_that_clients_know_better_stays():
    async def scene(it):
        await it.harness.request("GEOGRAPHIC_COORD", LAT=45.501, LONG=10.249, ELEV=100)
        await it.harness.request("CONNECTION", DISCONNECT=True)
        await it.harness.connect()
        await it.harness.expect("GEOGRAPHIC_COORD", LAT=45.501, LONG=10.249, ELEV=100)

    mounting(scene)
