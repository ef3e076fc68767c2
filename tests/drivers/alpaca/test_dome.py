"""An Alpaca dome: what turns and what opens, what parks by itself, and what it is able to do."""

import pytest

from lightapt_drivers import Permission, State
from lightapt_drivers.alpaca.dome import AlpacaDome
from tests.drivers.alpaca.movers import BOTH, acted, has, looks, members, played, refused, until
from tests.drivers.alpaca.recorded import GARBAGE, NOT_OFFERED, Recorded, Refusal

DEVICE = "dome/0"
STATE = ["Altitude", "AtHome", "AtPark", "Azimuth", "ShutterStatus", "Slewing"]
OPEN, CLOSED, OPENING, CLOSING, ERROR = range(5)
CAN = ("findhome", "park", "setaltitude", "setazimuth", "setpark", "setshutter", "slave", "syncazimuth")


def dome(interface=2, **changes):
    values = {
        **{f"can{one}": True for one in CAN},
        "altitude": 30.0,
        "azimuth": 90.0,
        "athome": False,
        "atpark": False,
        "shutterstatus": CLOSED,
        "slaved": False,
        "slewing": False,
        "setpark": None,
        **changes,
    }
    made = members("dome", interface, STATE, **values)

    def becomes(**members):
        return lambda fields: made.update(members)

    made.setdefault("slewtoazimuth", lambda fields: made.update(azimuth=float(fields["Azimuth"]), atpark=False))
    made.setdefault("slewtoaltitude", lambda fields: made.update(altitude=float(fields["Altitude"])))
    made.setdefault("synctoazimuth", lambda fields: made.update(azimuth=float(fields["Azimuth"])))
    made.setdefault("park", becomes(atpark=True, azimuth=0.0))
    made.setdefault("findhome", becomes(athome=True, azimuth=10.0))
    made.setdefault("openshutter", becomes(shutterstatus=OPEN))
    made.setdefault("closeshutter", becomes(shutterstatus=CLOSED))
    made.setdefault("abortslew", becomes(slewing=False, slaved=False))
    return made


@pytest.fixture(params=[2, 3], ids=BOTH)
def server(request):
    with Recorded({DEVICE: dome(request.param)}) as server:
        yield server


def one(server):
    return server.devices[DEVICE]


def begins(server, **members):
    """Return what a command does that only begins: these members change."""
    return lambda fields: one(server).update(members)


def test_it_is_shown_as_it_is_when_it_is_connected(server):
    async def scene(harness):
        await harness.expect("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=90)
        await harness.expect("DOME_ALTITUDE", ALTITUDE=30)
        await harness.expect("DOME_SHUTTER", SHUTTER_CLOSE=True)
        await harness.expect("DOME_PARK", UNPARK=True)
        await harness.expect("DOME_AT_HOME", ELSEWHERE=True)
        await harness.expect("DOME_SLAVED", INDI_DISABLED=True)
        for name in ("REL_DOME_POSITION", "DOME_ABORT_MOTION", "DOME_MOTION", "DOME_AUTOSYNC", "DOME_SYNC"):
            assert has(harness, name)
        assert list(harness.find("DOME_PARK_OPTION").members) == ["PARK_CURRENT"]
        assert not has(harness, "DOME_PARK_POSITION")

    played(scene, AlpacaDome, server, DEVICE)


def test_it_is_busy_until_it_says_that_it_rests(server):
    one(server)["slewtoazimuth"] = begins(server, slewing=True)

    async def scene(harness):
        await harness.request("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=180)
        await until(server, lambda: one(server)["slewing"])
        one(server)["azimuth"] = 120.0
        await harness.expect("ABS_DOME_POSITION", state=State.BUSY, DOME_ABSOLUTE_POSITION=120)
        await harness.expect("DOME_MOTION", DOME_CW=True)
        one(server).update(azimuth=180.0, slewing=False)
        await harness.expect("ABS_DOME_POSITION", state=State.OK, DOME_ABSOLUTE_POSITION=180)

    played(scene, AlpacaDome, server, DEVICE)


def test_a_turn_does_not_wait_for_the_shutter(server):
    one(server)["openshutter"] = begins(server, shutterstatus=OPENING, slewing=True)

    async def scene(harness):
        await harness.request("DOME_SHUTTER", SHUTTER_OPEN=True)
        await until(server, lambda: one(server)["slewing"])
        await harness.request("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=180)
        await harness.expect("ABS_DOME_POSITION", state=State.OK, DOME_ABSOLUTE_POSITION=180)
        await harness.expect("DOME_SHUTTER", state=State.BUSY, SHUTTER_OPEN=True)
        one(server).update(shutterstatus=OPEN, slewing=False)
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_OPEN=True)

    played(scene, AlpacaDome, server, DEVICE)


def test_one_that_stops_short_of_its_target_is_in_alert(server):
    one(server)["slewtoazimuth"] = begins(server)

    async def scene(harness):
        await refused(harness, "ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=180)
        await harness.expect("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=90)
        assert "short of 180" in " ".join(harness.notices)

    played(scene, AlpacaDome, server, DEVICE)


def test_abort_stops_it(server):
    one(server)["slewtoazimuth"] = begins(server, slewing=True)

    async def scene(harness):
        await harness.request("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=180)
        await until(server, lambda: one(server)["slewing"])
        await acted(harness)
        await harness.request("DOME_ABORT_MOTION", ABORT=True)
        await harness.expect("ABS_DOME_POSITION", state=State.IDLE)

    played(scene, AlpacaDome, server, DEVICE)
    assert server.count("abortslew") == 1


def test_a_sync_calls_the_azimuth_another_number(server):
    async def scene(harness):
        await harness.request("DOME_SYNC", DOME_SYNC_VALUE=95)
        await harness.expect("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=95)

    played(scene, AlpacaDome, server, DEVICE)
    assert server.count("slewtoazimuth") == 0


def test_the_shutter_is_busy_until_it_is_open(server):
    one(server)["openshutter"] = begins(server, shutterstatus=OPENING)

    async def scene(harness):
        await harness.request("DOME_SHUTTER", SHUTTER_OPEN=True)
        await harness.expect("DOME_SHUTTER", state=State.BUSY, SHUTTER_OPEN=True)
        await until(server, lambda: one(server)["shutterstatus"] == OPENING)
        one(server)["shutterstatus"] = OPEN
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_OPEN=True)
        await harness.request("DOME_SHUTTER", SHUTTER_CLOSE=True)
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_CLOSE=True)

    played(scene, AlpacaDome, server, DEVICE)


def test_a_shutter_that_fails_is_an_alert(server):
    one(server)["openshutter"] = begins(server, shutterstatus=ERROR)

    async def scene(harness):
        await harness.request("DOME_SHUTTER", SHUTTER_OPEN=True)
        await harness.expect("DOME_SHUTTER", state=State.ALERT)
        assert "it has failed" in " ".join(harness.notices)

    played(scene, AlpacaDome, server, DEVICE)


def test_a_shutter_opened_by_other_hands_is_shown_open(server):
    async def scene(harness):
        one(server)["shutterstatus"] = OPEN
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_OPEN=True)

    played(scene, AlpacaDome, server, DEVICE)


def test_its_opening_goes_to_an_altitude(server):
    async def scene(harness):
        await harness.request("DOME_ALTITUDE", ALTITUDE=60)
        await harness.expect("DOME_ALTITUDE", state=State.OK, ALTITUDE=60)

    played(scene, AlpacaDome, server, DEVICE)


def test_it_parks_by_itself_and_turns_again_once_it_is_unparked(server):
    async def scene(harness):
        await harness.request("DOME_PARK", PARK=True)
        await harness.expect("DOME_PARK", state=State.OK, PARK=True)
        await refused(harness, "ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=200)
        await harness.request("DOME_PARK", UNPARK=True)
        await harness.expect("DOME_PARK", state=State.OK, UNPARK=True)
        await looks(server, "slewing")
        assert one(server)["atpark"]  # it has not moved yet
        await harness.request("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=200)
        await harness.expect("ABS_DOME_POSITION", state=State.OK, DOME_ABSOLUTE_POSITION=200)
        await harness.expect("DOME_PARK", UNPARK=True)

    played(scene, AlpacaDome, server, DEVICE)


def test_a_dome_that_does_not_come_to_park_is_in_alert(server):
    one(server)["park"] = begins(server)

    async def scene(harness):
        await harness.request("DOME_PARK", PARK=True)
        await harness.expect("DOME_PARK", state=State.ALERT, UNPARK=True)

    played(scene, AlpacaDome, server, DEVICE)


def test_where_it_parks_is_set_where_it_is(server):
    async def scene(harness):
        await harness.request("DOME_PARK_OPTION", PARK_CURRENT=True)
        await harness.expect("DOME_PARK_OPTION", state=State.OK)

    played(scene, AlpacaDome, server, DEVICE)
    assert server.count("setpark") == 1


def test_it_finds_its_home(server):
    async def scene(harness):
        await harness.request("DOME_HOME", DOME_HOME_FIND=True)
        await harness.expect("DOME_HOME", state=State.OK)
        await harness.expect("DOME_AT_HOME", AT_HOME=True)
        await harness.expect("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=10)

    played(scene, AlpacaDome, server, DEVICE)


def test_its_own_slaving_is_switched_and_ends_with_an_abort(server):
    async def scene(harness):
        await harness.request("DOME_SLAVED", INDI_ENABLED=True)
        await harness.expect("DOME_SLAVED", state=State.OK, INDI_ENABLED=True)
        assert one(server)["slaved"] is True
        await harness.request("DOME_ABORT_MOTION", ABORT=True)
        await harness.expect("DOME_SLAVED", INDI_DISABLED=True)

    played(scene, AlpacaDome, server, DEVICE)


def test_two_that_follow_the_telescope_are_one_too_many(server):
    async def scene(harness):
        await harness.request("DOME_AUTOSYNC", DOME_AUTOSYNC_ENABLE=True)
        await harness.request("DOME_SLAVED", INDI_ENABLED=True)
        await harness.expect("DOME_SLAVED", state=State.ALERT, INDI_DISABLED=True)

    played(scene, AlpacaDome, server, DEVICE)
    assert one(server)["slaved"] is False


def test_what_it_refuses_is_an_alert_with_its_words(server):
    one(server)["slewtoazimuth"] = Refusal(0x409, "the hardware slaves the dome")

    async def scene(harness):
        await refused(harness, "ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=180)
        assert "the hardware slaves the dome" in " ".join(harness.notices)

    played(scene, AlpacaDome, server, DEVICE)


@pytest.mark.parametrize(
    ("capability", "absent"),
    [
        ("findhome", ["DOME_HOME"]),
        ("park", []),
        ("setazimuth", ["ABS_DOME_POSITION", "REL_DOME_POSITION", "DOME_MOTION", "DOME_AUTOSYNC"]),
        ("setpark", ["DOME_PARK_OPTION"]),
        ("setshutter", ["DOME_SHUTTER"]),
        ("slave", ["DOME_SLAVED"]),
        ("syncazimuth", ["DOME_SYNC"]),
    ],
)
def test_what_it_cannot_do_is_not_there(server, capability, absent):
    one(server)[f"can{capability}"] = False

    async def scene(harness):
        assert [name for name in absent if has(harness, name)] == []
        assert has(harness, "DOME_PARK")

    played(scene, AlpacaDome, server, DEVICE)


def test_one_that_cannot_park_by_itself_turns_to_its_park_position(server):
    one(server)["canpark"] = False

    async def scene(harness):
        await harness.request("DOME_PARK_POSITION", PARK_AZ=250)
        await harness.request("DOME_PARK", PARK=True)
        await harness.expect("DOME_PARK", state=State.OK, PARK=True)
        await harness.expect("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=250)

    played(scene, AlpacaDome, server, DEVICE)
    assert server.count("park") == 0


def test_a_roof_with_nothing_but_a_shutter_opens():
    roof = dome(2, **{f"can{one}": False for one in CAN if one != "setshutter"})
    roof.update(altitude=NOT_OFFERED, azimuth=NOT_OFFERED, athome=NOT_OFFERED, atpark=NOT_OFFERED)

    async def scene(harness):
        for name in ("DOME_ALTITUDE", "DOME_AT_HOME", "DOME_PARK", "ABS_DOME_POSITION"):
            assert not has(harness, name)
        await harness.request("DOME_SHUTTER", SHUTTER_OPEN=True)
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_OPEN=True)

    with Recorded({DEVICE: roof}) as server:
        played(scene, AlpacaDome, server, DEVICE)


def test_an_altitude_that_cannot_be_set_is_shown():
    async def scene(harness):
        altitude = await harness.expect("DOME_ALTITUDE", ALTITUDE=30)
        assert altitude.perm is Permission.READ_ONLY

    with Recorded({DEVICE: dome(2, cansetaltitude=False)}) as server:
        played(scene, AlpacaDome, server, DEVICE)


def test_it_comes_back_after_garbage(server):
    async def scene(harness):
        server.fault = GARBAGE
        await harness.expect("CONNECTION", state=State.ALERT)
        one(server)["azimuth"] = 123.0
        server.fault = None
        await harness.expect("CONNECTION", state=State.OK)
        await harness.expect("ABS_DOME_POSITION", DOME_ABSOLUTE_POSITION=123)

    played(scene, AlpacaDome, server, DEVICE)


@pytest.mark.parametrize(
    ("command", "name", "wanted"),
    [
        ("findhome", "DOME_HOME", {"DOME_HOME_FIND": True}),
        ("slewtoaltitude", "DOME_ALTITUDE", {"ALTITUDE": 80}),
    ],
)
def test_a_dome_that_rests_elsewhere_is_in_alert(server, command, name, wanted):
    one(server)[command] = begins(server)

    async def scene(harness):
        await harness.request(name, **wanted)
        await harness.expect(name, state=State.ALERT)
        assert any("says that it is not" in said for said in harness.notices)

    played(scene, AlpacaDome, server, DEVICE)


def test_slaving_by_other_hands_is_shown(server):
    class Attentive(AlpacaDome):
        """Alpaca dome."""

        slaved_every = 0.05

    async def scene(harness):
        one(server)["slaved"] = True
        await harness.expect("DOME_SLAVED", INDI_ENABLED=True)

    played(scene, Attentive, server, DEVICE)


# What goes wrong.


def test_a_shutter_stays_in_alert_until_its_error_is_over(server):
    async def scene(harness):
        one(server)["shutterstatus"] = ERROR
        await harness.expect("DOME_SHUTTER", state=State.ALERT)
        await looks(server, "shutterstatus")
        await harness.expect("DOME_SHUTTER", state=State.ALERT)
        one(server)["shutterstatus"] = OPEN
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_OPEN=True)
        assert sum("ShutterStatus" in notice for notice in harness.notices) == 1

    played(scene, AlpacaDome, server, DEVICE)


@pytest.mark.parametrize(
    ("member", "name", "switch"),
    [("openshutter", "DOME_SHUTTER", "SHUTTER_OPEN"), ("park", "DOME_PARK", "PARK")],
)
def test_a_dome_that_refuses_stays_in_alert_as_it_is(server, member, name, switch):
    one(server)[member] = Refusal(0x500, "jammed")

    async def scene(harness):
        await harness.request(name, **{switch: True})
        await harness.expect(name, state=State.ALERT, **{switch: False})
        await looks(server, "shutterstatus")
        await harness.expect(name, state=State.ALERT, **{switch: False})

    played(scene, AlpacaDome, server, DEVICE)
