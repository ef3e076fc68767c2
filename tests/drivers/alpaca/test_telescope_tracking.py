"""An Alpaca telescope follows the sky at some rate, is guided, moves by hand, and knows place and time."""

import pytest

from lightapt_drivers import Permission, State
from lightapt_drivers.alpaca.telescope import AlpacaTelescope
from tests.drivers.alpaca.movers import BOTH, acted, has, looks, played, until
from tests.drivers.alpaca.recorded import NOT_OFFERED, Recorded, Refusal
from tests.drivers.alpaca.telescopes import DEVICE, telescope

SIDEREAL = 15.041067


@pytest.fixture(params=[3, 4], ids=BOTH)
def server(request):
    with Recorded({DEVICE: telescope(request.param)}) as server:
        yield server


def one(server):
    return server.devices[DEVICE]


def play(scene, server):
    return played(scene, AlpacaTelescope, server, DEVICE)


# Tracking.


def test_tracking_is_switched(server):
    async def scene(harness):
        await harness.request("TELESCOPE_TRACK_STATE", TRACK_OFF=True)
        await harness.expect("TELESCOPE_TRACK_STATE", TRACK_OFF=True)
        assert one(server)["tracking"] is False

    play(scene, server)


def test_what_it_can_follow_is_offered_and_chosen(server):
    one(server)["trackingrates"] = [0, 1]

    async def scene(harness):
        mode = await harness.expect("TELESCOPE_TRACK_MODE", TRACK_SIDEREAL=True)
        assert list(mode.members) == ["TRACK_SIDEREAL", "TRACK_LUNAR", "TRACK_CUSTOM"]
        await harness.request("TELESCOPE_TRACK_MODE", TRACK_LUNAR=True)
        await harness.expect("TELESCOPE_TRACK_MODE", state=State.OK, TRACK_LUNAR=True)

    play(scene, server)
    assert one(server)["trackingrate"] == 1


def test_a_mount_with_one_rate_has_no_track_mode(server):
    one(server).update(trackingrates=[0], cansetrightascensionrate=False, cansetdeclinationrate=False)

    async def scene(harness):
        assert not has(harness, "TELESCOPE_TRACK_MODE")

    play(scene, server)


def test_a_custom_rate_is_an_offset_from_the_sidereal_one(server):
    async def scene(harness):
        await harness.request("TELESCOPE_TRACK_RATE", TRACK_RATE_RA=SIDEREAL / 2, TRACK_RATE_DE=0.25)
        assert one(server)["declinationrate"] == 0
        await harness.request("TELESCOPE_TRACK_MODE", TRACK_CUSTOM=True)
        assert one(server)["rightascensionrate"] == pytest.approx(0.5)  # half as fast: it falls behind, eastward
        assert one(server)["declinationrate"] == 0.25
        await harness.request("TELESCOPE_TRACK_MODE", TRACK_SIDEREAL=True)
        assert (one(server)["rightascensionrate"], one(server)["declinationrate"]) == (0, 0)

    play(scene, server)


def test_offsets_that_are_there_are_shown_as_a_custom_rate(server):
    one(server).update(rightascensionrate=0.5, declinationrate=-1.0)

    async def scene(harness):
        await harness.expect("TELESCOPE_TRACK_MODE", TRACK_CUSTOM=True)
        rate = await harness.expect("TELESCOPE_TRACK_RATE", TRACK_RATE_DE=-1)
        assert rate.number("TRACK_RATE_RA") == pytest.approx(SIDEREAL / 2)

    play(scene, server)


def test_a_rate_of_an_axis_that_has_none_is_refused(server):
    one(server)["cansetdeclinationrate"] = False

    async def scene(harness):
        await harness.request("TELESCOPE_TRACK_RATE", TRACK_RATE_RA=14, TRACK_RATE_DE=1)
        await harness.expect("TELESCOPE_TRACK_RATE", state=State.ALERT)

    play(scene, server)


# Guiding.


@pytest.mark.parametrize(("guides", "interface"), [(True, "5"), (False, "1")])
def test_it_is_a_guider_only_if_it_takes_pulses(server, guides, interface):
    one(server)["canpulseguide"] = guides

    async def scene(harness):
        await harness.expect("DRIVER_INFO", DRIVER_INTERFACE=interface)
        assert has(harness, "TELESCOPE_TIMED_GUIDE_NS") is guides

    play(scene, server)


def test_pulses_of_both_axes_end_by_themselves(server):
    one(server)["pulseguide"] = lambda fields: one(server).update(ispulseguiding=True)

    async def scene(harness):
        await harness.request("TELESCOPE_TIMED_GUIDE_WE", TIMED_GUIDE_E=60_000)
        await harness.expect("TELESCOPE_TIMED_GUIDE_WE", state=State.BUSY)
        await harness.request("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_N=5)
        await harness.expect("TELESCOPE_TIMED_GUIDE_NS", state=State.OK)
        await harness.expect("TELESCOPE_TIMED_GUIDE_WE", state=State.BUSY)

    play(scene, server)


def test_a_pulse_is_busy_until_it_is_over(server):
    one(server)["pulseguide"] = lambda fields: one(server).update(ispulseguiding=True)

    async def scene(harness):
        await harness.request("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_N=5)
        await until(server, lambda: one(server)["ispulseguiding"])
        await looks(server, "ispulseguiding")
        assert harness.find("TELESCOPE_TIMED_GUIDE_NS").state is State.BUSY
        one(server)["ispulseguiding"] = False
        await harness.expect("TELESCOPE_TIMED_GUIDE_NS", state=State.OK)

    play(scene, server)


@pytest.mark.parametrize(
    ("axis", "member", "direction"),
    [("NS", "TIMED_GUIDE_N", 0), ("NS", "TIMED_GUIDE_S", 1), ("WE", "TIMED_GUIDE_E", 2), ("WE", "TIMED_GUIDE_W", 3)],
)
def test_pulses_go_in_their_direction(server, axis, member, direction):
    async def scene(harness):
        await harness.request(f"TELESCOPE_TIMED_GUIDE_{axis}", **{member: 12})
        await harness.expect(f"TELESCOPE_TIMED_GUIDE_{axis}", state=State.OK)

    play(scene, server)
    (asked,) = server.puts("pulseguide")
    assert (int(asked["Direction"]), int(asked["Duration"])) == (direction, 12)


def test_a_mount_that_refuses_a_pulse_is_in_alert_with_its_words(server):
    one(server)["pulseguide"] = Refusal(0x40B, "not while the clutch is open")

    async def scene(harness):
        await harness.request("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_N=5)
        await harness.expect("TELESCOPE_TIMED_GUIDE_NS", state=State.ALERT)
        assert "the clutch is open" in " ".join(harness.notices)

    play(scene, server)


def test_guide_rates_are_parts_of_the_sidereal_rate(server):
    async def scene(harness):
        await harness.expect("GUIDE_RATE", GUIDE_RATE_WE=0.5, GUIDE_RATE_NS=0.5)
        await harness.request("GUIDE_RATE", GUIDE_RATE_WE=0.75, GUIDE_RATE_NS=0.25)
        await harness.expect("GUIDE_RATE", state=State.OK, GUIDE_RATE_WE=0.75, GUIDE_RATE_NS=0.25)

    play(scene, server)
    assert one(server)["guideraterightascension"] == pytest.approx(0.75 * SIDEREAL / 3600)


def test_guide_rates_that_cannot_be_set_are_shown(server):
    one(server)["cansetguiderates"] = False

    async def scene(harness):
        rate = await harness.expect("GUIDE_RATE", GUIDE_RATE_WE=0.5)
        assert rate.perm is Permission.READ_ONLY

    play(scene, server)


# By hand.


def test_it_moves_by_hand_along_both_axes_until_it_is_let_go_of(server):
    async def scene(harness):
        rates = list(harness.find("TELESCOPE_SLEW_RATE").members)
        await harness.request("TELESCOPE_SLEW_RATE", **{rates[-1]: True})
        await harness.request("TELESCOPE_MOTION_NS", MOTION_SOUTH=True)
        await harness.expect("TELESCOPE_MOTION_NS", state=State.BUSY)
        await looks(server, "slewing")  # a mount says that it slews when it is moved
        await harness.request("TELESCOPE_MOTION_WE", MOTION_WEST=True)
        await harness.expect("TELESCOPE_MOTION_WE", state=State.BUSY)
        await until(server, lambda: len(server.puts("moveaxis")) == 2)
        await acted(harness)
        await harness.request("TELESCOPE_MOTION_NS", MOTION_SOUTH=False)
        await harness.request("TELESCOPE_MOTION_WE", MOTION_WEST=False)
        await harness.expect("TELESCOPE_MOTION_WE", state=State.IDLE)
        one(server)["slewing"] = True  # by other hands
        await harness.expect("EQUATORIAL_EOD_COORD", state=State.BUSY)

    play(scene, server)
    moves = [(int(fields["Axis"]), float(fields["Rate"])) for fields in server.puts("moveaxis")]
    assert moves == [(1, -4.0), (0, -4.0), (1, 0.0), (0, 0.0)]


def test_the_rates_by_hand_are_those_of_its_axes(server):
    one(server)["axisrates"] = [{"Minimum": 0.5, "Maximum": 0.5}, {"Minimum": 2.0, "Maximum": 2.0}]

    async def scene(harness):
        rates = harness.find("TELESCOPE_SLEW_RATE")
        assert [member.label.split(" ")[1] for member in rates.members.values()] == ["(0.5°/s)", "(2°/s)"]

    play(scene, server)


# Place and time.


def test_its_place_is_told_and_set_in_degrees_east(server):
    async def scene(harness):
        await harness.expect("GEOGRAPHIC_COORD", LAT=48, LONG=290, ELEV=100)
        await harness.request("GEOGRAPHIC_COORD", LAT=-33.5, LONG=200, ELEV=50)
        await harness.expect("GEOGRAPHIC_COORD", state=State.OK, LAT=-33.5, LONG=200)

    play(scene, server)
    known = one(server)
    assert (known["sitelatitude"], known["sitelongitude"], known["siteelevation"]) == (-33.5, -160, 50)


def test_a_mount_that_does_not_know_its_place_yet_can_be_told(server):
    def unknown(fields):
        return None if "SiteLatitude" in fields else Refusal(0x402, "not set")

    one(server)["sitelatitude"] = unknown

    async def scene(harness):
        await harness.request("GEOGRAPHIC_COORD", LAT=10, LONG=20, ELEV=0)
        await harness.expect("GEOGRAPHIC_COORD", state=State.OK, LAT=10, LONG=20)

    play(scene, server)


def test_a_place_that_it_does_not_take_is_an_alert(server):
    def fixed(fields):
        return Refusal(0x400, "this mount has a GPS receiver") if "SiteLatitude" in fields else 48.0

    one(server)["sitelatitude"] = fixed

    async def scene(harness):
        await harness.request("GEOGRAPHIC_COORD", LAT=10, LONG=20, ELEV=0)
        await harness.expect("GEOGRAPHIC_COORD", state=State.ALERT, LAT=48)
        assert "GPS receiver" in " ".join(harness.notices)

    play(scene, server)


def test_its_time_is_told_and_set_with_its_z(server):
    async def scene(harness):
        await harness.expect("TIME_UTC", UTC="2026-03-04T17:45:31")
        await harness.request("TIME_UTC", UTC="2026-05-06T07:08:09", OFFSET="2")
        await harness.expect("TIME_UTC", state=State.OK, UTC="2026-05-06T07:08:09")

    play(scene, server)
    assert [fields["UTCDate"] for fields in server.puts("utcdate")] == ["2026-05-06T07:08:09.000Z"]


def test_its_optics_are_told_in_millimetres(server):
    async def scene(harness):
        await harness.expect("TELESCOPE_INFO", TELESCOPE_APERTURE=200, TELESCOPE_FOCAL_LENGTH=1000)

    play(scene, server)


def test_refraction_and_the_time_to_settle_are_set(server):
    async def scene(harness):
        await harness.expect("TELESCOPE_SETTLE_TIME", SECONDS=2)
        await harness.request("TELESCOPE_SETTLE_TIME", SECONDS=5)
        await harness.expect("TELESCOPE_SETTLE_TIME", state=State.OK, SECONDS=5)
        await harness.request("TELESCOPE_REFRACTION", INDI_ENABLED=True)
        await harness.expect("TELESCOPE_REFRACTION", state=State.OK, INDI_ENABLED=True)

    play(scene, server)
    assert (one(server)["slewsettletime"], one(server)["doesrefraction"]) == (5, True)


def test_what_it_does_not_know_of_itself_is_not_there():
    names = ("doesrefraction", "slewsettletime", "siderealtime", "sitelatitude", "utcdate", "guideratedeclination")
    bare = telescope(3, **dict.fromkeys((*names, "sideofpier", "altitude"), NOT_OFFERED))

    async def scene(harness):
        for name in ("TELESCOPE_REFRACTION", "TELESCOPE_SETTLE_TIME", "TIME_LST", "GEOGRAPHIC_COORD", "TIME_UTC"):
            assert not has(harness, name)
        for name in ("GUIDE_RATE", "TELESCOPE_PIER_SIDE", "HORIZONTAL_COORD"):
            assert not has(harness, name)

    with Recorded({DEVICE: bare}) as server:
        play(scene, server)
