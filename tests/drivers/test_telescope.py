"""The simulated mount. Time passes when a test says so: the mount's own clock ticks once an hour."""

import pytest

from lightapt_drivers.telescope import Telescope
from lightapt_protocol.standard import Standard
from lightapt_protocol.vocabulary import State
from tests.drivers.server_end import new, play

NAME = "Telescope Simulator"
CONNECT = new("Switch", NAME, "CONNECTION", CONNECT="On")
ABORT = new("Switch", NAME, "TELESCOPE_ABORT_MOTION", ABORT="On")
PARK = new("Switch", NAME, "TELESCOPE_PARK", PARK="On")
UNPARK = new("Switch", NAME, "TELESCOPE_PARK", UNPARK="On")
ARRIVE = 3600.0


def go(ra, dec):
    return new("Number", NAME, "EQUATORIAL_EOD_COORD", RA=ra, DEC=dec)


def mode(member):
    return new("Switch", NAME, "ON_COORD_SET", **{member: "On"})


def track(member):
    return new("Switch", NAME, "TELESCOPE_TRACK_STATE", **{member: "On"})


def after(*steps):
    """Return the mount after requests, and seconds that pass, and what was said of the last step."""

    async def scene(port, mount):
        await port.ask(CONNECT)
        for step in steps:
            if isinstance(step, str):
                said = await port.ask(step)
            else:
                await mount.advance(step)
                said = await port.ask("")
        return mount.properties, said

    return play(scene, Telescope, period=3600.0)


def coordinates(properties):
    prop = properties[Standard.EQUATORIAL_EOD_COORD]
    return prop.state, prop.number("RA"), prop.number("DEC")


def on(properties, name):
    return properties[name].switches_on()


def test_it_has_what_clients_need_of_a_mount():
    async def scene(port, _):
        return [message.name for message in (await port.ask(CONNECT))[1:]]

    assert play(scene, Telescope) == [
        "EQUATORIAL_EOD_COORD",
        "ON_COORD_SET",
        "TELESCOPE_ABORT_MOTION",
        "TELESCOPE_TRACK_STATE",
        "TELESCOPE_PARK",
        "TELESCOPE_INFO",
        "GEOGRAPHIC_COORD",
        "TIME_UTC",
    ]


def test_a_slew_is_busy_from_where_the_mount_is():
    assert coordinates(after(go(10, 20))[0]) == (State.BUSY, 0.0, 90.0)


def test_a_slew_takes_its_time():
    state, ra, dec = coordinates(after(go(10, 20), 1.0)[0])
    assert (state, ra, dec) == (State.BUSY, pytest.approx(4 / 15), 86.0)


def test_a_slew_arrives_and_tracks():
    properties, said = after(go(10, 20), ARRIVE)
    assert coordinates(properties) == (State.OK, 10.0, 20.0)
    assert on(properties, Standard.TELESCOPE_TRACK_STATE) == ["TRACK_ON"]
    assert said[-1].name == "EQUATORIAL_EOD_COORD"


def test_what_is_tracked_stays():
    assert coordinates(after(go(10, 20), ARRIVE, 1000.0)[0]) == (State.OK, 10.0, 20.0)


def test_a_slew_without_tracking_lets_the_sky_pass():
    properties, _ = after(mode("SLEW"), go(10, 20), ARRIVE, 1000.0)
    assert on(properties, Standard.TELESCOPE_TRACK_STATE) == ["TRACK_OFF"]
    assert coordinates(properties) == (State.OK, pytest.approx(10 + 1002.738 / 3600), 20.0)


def test_tracking_can_be_had_by_itself():
    assert coordinates(after(track("TRACK_ON"), 1000.0)[0])[1] == 0.0


def test_another_target_takes_the_place_of_the_first():
    assert coordinates(after(go(10, 20), 1.0, go(3, -5), ARRIVE)[0]) == (State.OK, 3.0, -5.0)


def test_the_end_of_the_scale_is_its_beginning():
    assert coordinates(after(go(24, 0), ARRIVE)[0])[1] == 0.0


def test_abort_ends_a_slew_where_it_is():
    properties, said = after(go(10, 20), 1.0, track("TRACK_ON"), ABORT)
    assert coordinates(properties)[::2] == (State.IDLE, 86.0)
    assert (said[0].name, said[0].state, bool(said[0].members[0].value)) == ("TELESCOPE_ABORT_MOTION", State.OK, False)


def test_sync_says_where_it_points():
    assert coordinates(after(mode("SYNC"), go(5, 6))[0]) == (State.OK, 5.0, 6.0)


def test_sync_is_refused_while_slewing():
    properties, said = after(go(10, 20), mode("SYNC"), go(5, 6))
    assert "is slewing" in said[-1].message
    assert coordinates(properties) == (State.ALERT, 0.0, 90.0)


def test_parking_takes_its_time_and_stops_tracking():
    properties, _ = after(go(10, 20), ARRIVE, PARK)
    assert properties[Standard.TELESCOPE_PARK].state is State.BUSY
    assert coordinates(properties)[0] is State.BUSY
    properties, _ = after(go(10, 20), ARRIVE, PARK, ARRIVE)
    assert (properties[Standard.TELESCOPE_PARK].state, on(properties, Standard.TELESCOPE_PARK)) == (State.OK, ["PARK"])
    assert on(properties, Standard.TELESCOPE_TRACK_STATE) == ["TRACK_OFF"]
    assert coordinates(properties) == (State.OK, 10.0, 90.0)


@pytest.mark.parametrize("request_", [go(10, 20), track("TRACK_ON"), mode("SYNC") + go(1, 2)])
@pytest.mark.parametrize(("passing", "words"), [(ARRIVE, "is parked: unpark it first"), (1.0, "is parking: abort")])
def test_parked_or_parking_it_goes_nowhere(request_, passing, words):
    _, said = after(go(10, 20), ARRIVE, PARK, passing, request_)
    assert said[-1].state is State.ALERT
    assert words in said[-1].message


def test_unparked_it_slews_again():
    assert coordinates(after(PARK, ARRIVE, UNPARK, go(10, 20), ARRIVE)[0]) == (State.OK, 10.0, 20.0)


@pytest.mark.parametrize(("request_", "state"), [(ABORT, State.IDLE), (UNPARK, State.OK)])
def test_parking_can_be_given_up(request_, state):
    properties, _ = after(go(10, 20), ARRIVE, PARK, 1.0, request_)
    assert (properties[Standard.TELESCOPE_PARK].state, on(properties, Standard.TELESCOPE_PARK)) == (state, ["UNPARK"])
    assert coordinates(properties) == (State.IDLE, 10.0, 24.0)


def test_parking_what_is_parked_changes_nothing():
    properties, _ = after(PARK, ARRIVE, PARK)
    assert properties[Standard.TELESCOPE_PARK].state is State.OK


def test_connected_anew_it_is_still_parked():
    properties, _ = after(PARK, ARRIVE, new("Switch", NAME, "CONNECTION", DISCONNECT="On"), CONNECT)
    assert on(properties, Standard.TELESCOPE_PARK) == ["PARK"]


def test_time_must_be_a_time():
    assert after(new("Text", NAME, "TIME_UTC", UTC="2026-11-21T03:04:05", OFFSET="1"))[1][0].state is State.OK
    assert "no time" in after(new("Text", NAME, "TIME_UTC", UTC="noon", OFFSET="1"))[1][0].message


def test_its_own_clock_brings_it_there():
    async def scene(port, mount):
        await port.ask(CONNECT + go(10, 20))
        return await port.until(name="EQUATORIAL_EOD_COORD", state=State.OK)

    assert play(scene, Telescope, rate=1e6, period=0.001)[-1].members[0].value == 10.0
