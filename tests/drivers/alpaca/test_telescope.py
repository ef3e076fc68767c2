"""An Alpaca telescope: what it is, where it goes, where it rests; and what it cannot do is not there."""

import threading

import pytest

from lightapt_drivers import State
from lightapt_drivers.alpaca.telescope import AlpacaTelescope
from tests.drivers.alpaca.movers import BOTH, PATIENCE, has, members, played, refused, until
from tests.drivers.alpaca.recorded import GARBAGE, NOT_OFFERED, Recorded, Refusal
from tests.drivers.alpaca.telescopes import DEVICE, J2000, OTHER, TOPOCENTRIC, telescope

PLACE = "EQUATORIAL_EOD_COORD"


@pytest.fixture(params=[3, 4], ids=BOTH)
def server(request):
    with Recorded({DEVICE: telescope(request.param)}) as server:
        yield server


def one(server):
    return server.devices[DEVICE]


def begins(server, **members):
    """Return what a command does that only begins: these members change."""
    return lambda fields: one(server).update(members)


def play(scene, server):
    return played(scene, AlpacaTelescope, server, DEVICE)


def test_it_is_shown_as_it_is_when_it_is_connected(server):
    async def scene(harness):
        await harness.expect(PLACE, state=State.OK, RA=5, DEC=20)
        await harness.expect("TELESCOPE_TRACK_STATE", TRACK_ON=True)
        await harness.expect("TELESCOPE_PARK", UNPARK=True)
        await harness.expect("TELESCOPE_PIER_SIDE", PIER_EAST=True)
        await harness.expect("HORIZONTAL_COORD", AZ=180, ALT=45)
        await harness.expect("TIME_LST", LST=6)
        await harness.expect("TELESCOPE_AT_HOME", ELSEWHERE=True)
        await harness.expect("TELESCOPE_MOUNT_INFO", ALIGNMENT="German polar", EQUATORIAL_SYSTEM="Of date")

    play(scene, server)


def test_a_slew_is_busy_until_it_says_that_it_rests(server):
    one(server)["slewtocoordinatesasync"] = begins(server, slewing=True)

    async def scene(harness):
        await harness.request(PLACE, RA=7, DEC=30)
        await until(server, lambda: one(server)["slewing"])
        one(server)["rightascension"] = 6.0
        await harness.expect(PLACE, state=State.BUSY, RA=6)
        await harness.expect("TARGET_EOD_COORD", RA=7, DEC=30)
        one(server).update(rightascension=7.0, declination=30.0, slewing=False)
        await harness.expect(PLACE, state=State.OK, RA=7, DEC=30)

    play(scene, server)
    (asked,) = server.puts("slewtocoordinatesasync")
    assert (float(asked["RightAscension"]), float(asked["Declination"])) == (7, 30)


def test_a_slew_without_tracking_ends_without_it(server):
    async def scene(harness):
        await harness.request("ON_COORD_SET", SLEW=True)
        await harness.request(PLACE, RA=7, DEC=30)
        await harness.expect(PLACE, state=State.BUSY)
        await harness.expect(PLACE, state=State.IDLE, RA=7)
        await harness.expect("TELESCOPE_TRACK_STATE", TRACK_OFF=True)

    play(scene, server)
    assert one(server)["tracking"] is False


def test_a_mount_that_rests_tracks_before_it_slews(server):
    one(server)["tracking"] = False

    async def scene(harness):
        await harness.request(PLACE, RA=7, DEC=30)
        await harness.expect(PLACE, state=State.OK, RA=7, DEC=30)

    play(scene, server)
    asked = [asked.member for asked in server.asked if asked.method == "PUT"]
    assert asked.index("tracking") < asked.index("slewtocoordinatesasync")


def test_where_there_is_no_other_slew_it_is_synchronous(server):
    one(server)["canslewasync"] = False

    async def scene(harness):
        await harness.request(PLACE, RA=7, DEC=30)
        await harness.expect(PLACE, state=State.OK, RA=7, DEC=30)

    play(scene, server)
    assert (server.count("slewtocoordinates"), server.count("slewtocoordinatesasync")) == (1, 0)


@pytest.mark.parametrize("is_async", [True, False])
def test_where_there_is_no_equatorial_slew_it_goes_by_altitude_and_azimuth_without_tracking(server, is_async):
    one(server).update(canslew=False, canslewasync=False, canslewaltazasync=is_async)
    name = "slewtoaltazasync" if is_async else "slewtoaltaz"
    one(server)[name] = begins(server, rightascension=6.0, declination=48.0)

    async def scene(harness):
        await harness.request(PLACE, RA=6, DEC=48)
        await harness.expect(PLACE, state=State.OK, RA=6, DEC=48)

    play(scene, server)
    (asked,) = server.puts(name)
    assert float(asked["Altitude"]) == pytest.approx(90)  # on the meridian, at the declination of the latitude
    assert [fields["Tracking"] for fields in server.puts("tracking")] == ["False", "True"]


def test_one_that_tells_only_altitude_and_azimuth_is_shown_in_right_ascension():
    only = telescope(3, rightascension=NOT_OFFERED, declination=NOT_OFFERED, altitude=90.0, azimuth=0.0)

    async def scene(harness):
        prop = await harness.expect("HORIZONTAL_COORD", ALT=90)
        assert prop.number("ALT") == 90
        place = harness.find(PLACE)
        assert place.number("RA") == pytest.approx(6)
        assert place.number("DEC") == pytest.approx(48)

    with Recorded({DEVICE: only}) as server:
        play(scene, server)


@pytest.mark.parametrize(("system", "differs"), [(OTHER, False), (TOPOCENTRIC, False), (J2000, True)])
def test_coordinates_are_of_date_whatever_the_mounts_are(server, system, differs):
    one(server)["equatorialsystem"] = system

    async def scene(harness):
        shown = await harness.expect(PLACE, state=State.OK)
        assert (abs(shown.number("RA") - 5) > 0.01) is differs
        await harness.request(PLACE, RA=7, DEC=30)
        await until(server, lambda: server.puts("slewtocoordinatesasync"))
        shown = await harness.expect(PLACE, state=State.OK)
        assert (shown.number("RA"), shown.number("DEC")) == (pytest.approx(7, abs=1e-4), pytest.approx(30, abs=1e-3))

    play(scene, server)
    (asked,) = server.puts("slewtocoordinatesasync")
    assert (abs(float(asked["RightAscension"]) - 7) > 0.01) is differs


def test_a_slew_that_ends_elsewhere_is_an_alert(server):
    one(server)["slewtocoordinatesasync"] = begins(server)

    async def scene(harness):
        await refused(harness, PLACE, RA=7, DEC=30)
        assert "short of its target" in " ".join(harness.notices)

    play(scene, server)


def test_the_side_of_the_pier_at_the_target_is_told(server):
    async def scene(harness):
        await harness.request(PLACE, RA=7, DEC=30)
        await harness.expect("TARGET_PIER_SIDE", PIER_WEST=True)

    play(scene, server)


def test_a_sync_moves_nothing(server):
    async def scene(harness):
        await harness.request("ON_COORD_SET", SYNC=True)
        await harness.request(PLACE, RA=5.1, DEC=21)
        await harness.expect(PLACE, state=State.OK, RA=5.1, DEC=21)

    play(scene, server)
    assert (server.count("synctocoordinates"), server.count("slewtocoordinatesasync")) == (1, 0)


def test_abort_stops_a_slew(server):
    one(server)["slewtocoordinatesasync"] = begins(server, slewing=True)

    async def scene(harness):
        await harness.request(PLACE, RA=7, DEC=30)
        await until(server, lambda: one(server)["slewing"])
        await harness.request("TELESCOPE_ABORT_MOTION", ABORT=True)
        await until(server, lambda: server.puts("abortslew"))
        await harness.expect("TELESCOPE_TRACK_STATE", TRACK_ON=True)

    play(scene, server)


def test_it_parks_and_refuses_then_and_unparks(server):
    async def scene(harness):
        await harness.request("TELESCOPE_PARK", PARK=True)
        await harness.expect("TELESCOPE_PARK", state=State.OK, PARK=True)
        await refused(harness, PLACE, RA=7, DEC=30)
        await harness.request("TELESCOPE_PARK", UNPARK=True)
        await harness.expect("TELESCOPE_PARK", state=State.OK, UNPARK=True)

    play(scene, server)
    assert server.count("slewtocoordinatesasync") == 0


def test_a_mount_that_does_not_come_to_park_is_in_alert(server):
    one(server)["park"] = begins(server)

    async def scene(harness):
        await harness.request("TELESCOPE_PARK", PARK=True)
        await harness.expect("TELESCOPE_PARK", state=State.ALERT, UNPARK=True)

    play(scene, server)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Refusal(0x400, "Unpark is not implemented"), "Unpark is not implemented"),
        (Refusal(0x500, "The brake is on"), "The brake is on"),
        (None, "does not say that it is unparked"),
    ],
    ids=["not implemented", "failed", "to no effect"],
)
def test_a_mount_that_does_not_unpark_is_in_alert_and_still_parked(server, said, words):
    one(server).update(atpark=True, tracking=False, unpark=lambda _: said)

    async def scene(harness):
        await harness.expect("TELESCOPE_PARK", PARK=True)
        await harness.request("TELESCOPE_PARK", UNPARK=True)
        await harness.expect("TELESCOPE_PARK", state=State.ALERT, PARK=True)
        assert words in " ".join(harness.notices)
        await refused(harness, PLACE, RA=7, DEC=30)
        assert "is parked" in harness.notices[-1]

    play(scene, server)
    assert server.count("slewtocoordinatesasync") == 0


def test_where_it_parks_is_set_where_it_is(server):
    async def scene(harness):
        await harness.request("TELESCOPE_PARK_OPTION", PARK_CURRENT=True)
        await harness.expect("TELESCOPE_PARK_OPTION", state=State.OK)

    play(scene, server)
    assert server.count("setpark") == 1


def test_it_finds_its_home(server):
    async def scene(harness):
        await harness.request("TELESCOPE_HOME", FIND=True)
        await harness.expect("TELESCOPE_HOME", state=State.OK)
        await harness.expect("TELESCOPE_AT_HOME", AT_HOME=True)

    play(scene, server)


def test_the_pier_side_that_looks_west_is_east_and_it_changes_sides(server):
    async def scene(harness):
        await harness.expect("TELESCOPE_PIER_SIDE", PIER_EAST=True)
        await harness.request("TELESCOPE_PIER_SIDE", PIER_WEST=True)
        await harness.expect("TELESCOPE_PIER_SIDE", state=State.OK, PIER_WEST=True)

    play(scene, server)
    assert one(server)["sideofpier"] == 1


def test_a_side_that_the_mount_does_not_know_is_none(server):
    one(server)["sideofpier"] = -1

    async def scene(harness):
        await harness.expect(PLACE, state=State.OK)
        assert harness.find("TELESCOPE_PIER_SIDE").switches_on() == []

    play(scene, server)


def test_what_it_refuses_is_an_alert_with_its_words(server):
    one(server)["slewtocoordinatesasync"] = Refusal(0x401, "the target is below the horizon")

    async def scene(harness):
        await refused(harness, PLACE, RA=7, DEC=30)
        assert "the target is below the horizon" in " ".join(harness.notices)

    play(scene, server)


@pytest.mark.parametrize(
    ("off", "absent"),
    [
        (["findhome"], ["TELESCOPE_HOME", "TELESCOPE_AT_HOME"]),
        (["park"], ["TELESCOPE_PARK", "TELESCOPE_PARK_OPTION"]),
        (["setpark"], ["TELESCOPE_PARK_OPTION"]),
        (["pulseguide"], ["TELESCOPE_TIMED_GUIDE_NS", "TELESCOPE_TIMED_GUIDE_WE"]),
        (["setrightascensionrate", "setdeclinationrate"], ["TELESCOPE_TRACK_RATE"]),
        (["settracking"], ["TELESCOPE_TRACK_STATE"]),
        (["slew", "slewasync", "slewaltaz", "slewaltazasync", "sync", "syncaltaz"], ["ON_COORD_SET"]),
        (["moveaxis"], ["TELESCOPE_MOTION_NS", "TELESCOPE_MOTION_WE", "TELESCOPE_SLEW_RATE"]),
    ],
)
def test_what_it_cannot_do_is_not_there(server, off, absent):
    one(server).update({f"can{capability}": False for capability in off})

    async def scene(harness):
        await harness.expect(PLACE, state=State.OK)
        assert [name for name in absent if has(harness, name)] == []

    play(scene, server)


def test_a_mount_that_only_tells_where_it_points_connects():
    bare = members(
        "telescope", 1, [], rightascension=1.0, declination=2.0, trackingrates=[0], slewing=NOT_OFFERED, tracking=True
    )

    async def scene(harness):
        await harness.expect(PLACE, RA=1, DEC=2)
        for name in ("TELESCOPE_PARK", "GEOGRAPHIC_COORD", "TIME_UTC", "TELESCOPE_PIER_SIDE", "TELESCOPE_ABORT_MOTION"):
            assert not has(harness, name)

    with Recorded({DEVICE: bare}) as server:
        play(scene, server)


def test_it_comes_back_after_garbage(server):
    async def scene(harness):
        await harness.expect(PLACE, RA=5)
        server.fault = GARBAGE
        await harness.expect("CONNECTION", state=State.ALERT)
        one(server)["rightascension"] = 8.0
        server.fault = None
        await harness.expect("CONNECTION", state=State.OK)
        await harness.expect(PLACE, RA=8)

    play(scene, server)


def test_a_server_that_goes_away_during_a_slew_is_an_alert_until_it_is_back(server):
    one(server)["slewtocoordinatesasync"] = begins(server, slewing=True)

    async def scene(harness):
        await harness.request(PLACE, RA=7, DEC=30)
        await until(server, lambda: one(server)["slewing"])
        server.stop()
        await harness.expect("CONNECTION", state=State.ALERT)
        one(server).update(slewing=False, rightascension=6.5)
        server.start()
        await harness.expect("CONNECTION", state=State.OK)
        await harness.expect(PLACE, state=State.OK, RA=6.5)

    play(scene, server)


def test_an_abort_that_overtakes_its_slew_is_sent_again(server):
    came, is_aborted = [], threading.Event()

    def slew(fields):
        came.append("slew")
        is_aborted.wait(PATIENCE)

    def abort(fields):
        came.append("abort")
        is_aborted.set()

    one(server).update(slewtocoordinatesasync=slew, abortslew=abort)

    async def scene(harness):
        await harness.request(PLACE, RA=7, DEC=30)
        await until(server, lambda: came == ["slew"])
        await harness.request("TELESCOPE_ABORT_MOTION", ABORT=True)
        await until(server, lambda: came == ["slew", "abort", "abort"])

    play(scene, server)


@pytest.mark.parametrize(
    ("command", "name", "wanted"),
    [
        ("findhome", "TELESCOPE_HOME", {"FIND": True}),
        ("park", "TELESCOPE_PARK", {"PARK": True}),
    ],
)
def test_a_mount_that_does_not_come_to_rest_where_it_should_is_in_alert(server, command, name, wanted):
    one(server)[command] = begins(server)

    async def scene(harness):
        await harness.request(name, **wanted)
        await harness.expect(name, state=State.ALERT)
        assert any("the mount rests, and does not say" in said for said in harness.notices)

    play(scene, server)
