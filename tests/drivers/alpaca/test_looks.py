"""What looks cannot read is in Alert with the device's words, is not counted on, and is as it was once it is told."""

import pytest

from lightapt_drivers import State
from lightapt_drivers.alpaca import arrivals, look
from lightapt_drivers.alpaca.camera import AlpacaCamera
from lightapt_drivers.alpaca.places import AlpacaType
from lightapt_drivers.alpaca.program import device_for
from tests.drivers.alpaca.cameras import camera
from tests.drivers.alpaca.movers import looks, played, refused, until
from tests.drivers.alpaca.recorded import Recorded, Refusal
from tests.drivers.alpaca.recorded_types import RECORDED_TYPES

WORDS = "the encoder is lost"
LOST = Refusal(0x500, WORDS)
LATER = 1e9
"""Seconds in which no test ends."""
SHOWN = [
    ("telescope", "Slewing", "EQUATORIAL_EOD_COORD"),
    ("telescope", "RightAscension", "EQUATORIAL_EOD_COORD"),
    ("focuser", "IsMoving", "ABS_FOCUS_POSITION"),
    ("focuser", "Position", "ABS_FOCUS_POSITION"),
    ("focuser", "Temperature", "FOCUS_TEMPERATURE"),
    ("rotator", "IsMoving", "ABS_ROTATOR_ANGLE"),
    ("rotator", "Position", "ABS_ROTATOR_ANGLE"),
    ("rotator", "MechanicalPosition", "ROTATOR_MECHANICAL_ANGLE"),
    ("filterwheel", "Position", "FILTER_SLOT"),
    ("dome", "Slewing", "ABS_DOME_POSITION"),
    ("dome", "Azimuth", "ABS_DOME_POSITION"),
    ("dome", "Altitude", "DOME_ALTITUDE"),
    ("dome", "ShutterStatus", "DOME_SHUTTER"),
    ("covercalibrator", "CoverState", "CAP_PARK"),
    ("covercalibrator", "CalibratorState", "FLAT_LIGHT_CONTROL"),
    ("camera", "CCDTemperature", "CCD_TEMPERATURE"),
]
BEGUN = [
    ("focuser", "Position", "ABS_FOCUS_POSITION", {"FOCUS_ABSOLUTE_POSITION": 900}),
    ("focuser", "Position", "REL_FOCUS_POSITION", {"FOCUS_RELATIVE_POSITION": 100}),
    ("rotator", "Position", "ABS_ROTATOR_ANGLE", {"ANGLE": 100}),
    ("dome", "Azimuth", "ABS_DOME_POSITION", {"DOME_ABSOLUTE_POSITION": 200}),
    ("dome", "Azimuth", "REL_DOME_POSITION", {"DOME_RELATIVE_POSITION": 20}),
]


@pytest.fixture(params=[0, -1], ids=["Platform 7", "before Platform 7"])
def before(request, monkeypatch):
    """How many versions of the interface before that of Platform 7; and what is not asked for at once never is."""
    monkeypatch.setattr(look, "_AGAIN", LATER)
    return request.param


def bridged(scene, kind, before, **options):
    """Play a scene with a device of this type, and with its members."""
    kind = AlpacaType(kind)
    place, made = f"{kind.value}/0", RECORDED_TYPES[kind](kind.platform_7 + before)
    with Recorded({place: made}) as server:
        known = type(device_for(server.place(place), name="It"))
        return played(lambda harness: scene(harness, server, made), known, server, place, **options)


def loses(made, member, said=LOST):
    """Have a device fail to tell a member; DeviceState is then without it. Return what it told."""
    told, made[member.lower()] = made[member.lower()], said
    if "state" in made:
        made["state"] = [one for one in made["state"] if one != member]
    return told


@pytest.mark.parametrize(("kind", "member", "name"), SHOWN)
def test_what_is_not_told_is_in_alert_with_the_devices_words_until_it_is_told(before, kind, member, name):
    async def scene(harness, server, made):
        state = harness.find(name).state
        assert state is not State.ALERT
        told = loses(made, member)
        await harness.expect(name, state=State.ALERT)
        await harness.until(lambda: any(WORDS in said for said in harness.notices), "the device's words")
        await looks(server, member.lower())
        await harness.expect(name, state=State.ALERT)
        made[member.lower()] = told
        await harness.expect(name, state=state)

    bridged(scene, kind, before)


def test_what_has_no_value_any_more_is_not_told(before):
    async def scene(harness, server, made):
        loses(made, "Azimuth", None)
        await harness.expect("ABS_DOME_POSITION", state=State.ALERT, DOME_ABSOLUTE_POSITION=90)
        assert any("Azimuth" in said and "no value" in said for said in harness.notices)

    bridged(scene, "dome", before)


def test_a_device_state_that_fails_puts_all_in_alert_and_says_so_once():
    async def scene(harness, server, made):
        made["devicestate"] = LOST
        made.pop("state")
        await harness.expect("ABS_FOCUS_POSITION", state=State.ALERT)
        await harness.expect("FOCUS_TEMPERATURE", state=State.ALERT)
        assert sum(said == WORDS for said in harness.notices) == 1
        made["devicestate"] = [{"Name": "IsMoving", "Value": False}]
        await harness.expect("ABS_FOCUS_POSITION", state=State.IDLE)
        await harness.expect("FOCUS_TEMPERATURE", state=State.IDLE)

    bridged(scene, "focuser", 0)


@pytest.mark.parametrize(("kind", "member", "name", "wanted"), BEGUN)
def test_no_motion_begins_from_where_nobody_knows(before, kind, member, name, wanted):
    async def scene(harness, server, made):
        loses(made, member)
        await harness.expect(next(shown for *one, shown in SHOWN if one == [kind, member]), state=State.ALERT)
        puts = len([asked for asked in server.asked if asked.method == "PUT"])
        await refused(harness, name, **wanted)
        assert any(WORDS in said for said in harness.notices)
        assert len([asked for asked in server.asked if asked.method == "PUT"]) == puts

    bridged(scene, kind, before)


def moving_blindly(made, moves, members):
    """Have what begins a motion make members fail; return what ends it, and what tells them again."""

    def begin(fields):
        made.update({moves: True, **dict.fromkeys(members, LOST)})
        if "state" in made:
            made["state"] = [one for one in made["state"] if one.lower() not in members]

    return begin


MOTIONS = [
    ("focuser", "move", "ismoving", {"position": 900}, "ABS_FOCUS_POSITION", {"FOCUS_ABSOLUTE_POSITION": 900}),
    (
        "telescope",
        "slewtocoordinatesasync",
        "slewing",
        {"rightascension": 7.0, "declination": 30.0},
        "EQUATORIAL_EOD_COORD",
        {"RA": 7, "DEC": 30},
    ),
    ("rotator", "moveabsolute", "ismoving", {"position": 100.0}, "ABS_ROTATOR_ANGLE", {"ANGLE": 100}),
    ("dome", "slewtoazimuth", "slewing", {"azimuth": 200.0}, "ABS_DOME_POSITION", {"DOME_ABSOLUTE_POSITION": 200}),
]
of_motions = pytest.mark.parametrize(("kind", "command", "moves", "at", "name", "wanted"), MOTIONS)


@of_motions
def test_what_tells_its_place_only_at_rest_arrives(before, monkeypatch, kind, command, moves, at, name, wanted):
    monkeypatch.setattr(arrivals, "_PATIENCE", LATER)

    async def scene(harness, server, made):
        made[command] = moving_blindly(made, moves, at)
        await harness.request(name, **wanted)
        await until(server, lambda: made[moves] is True)
        await looks(server, moves, 5)
        made[moves] = False
        await looks(server, moves, 5)
        await harness.expect(name, state=State.BUSY)
        made.update(at)
        await harness.expect(name, state=State.OK, **wanted)

    bridged(scene, kind, before)


@of_motions
def test_what_rests_and_does_not_tell_where_is_in_alert(before, monkeypatch, kind, command, moves, at, name, wanted):
    monkeypatch.setattr(arrivals, "_PATIENCE", 0.0)

    async def scene(harness, server, made):
        made[command] = moving_blindly(made, moves, at)
        await harness.request(name, **wanted)
        await until(server, lambda: made[moves] is True)
        since = len(harness.notices)
        made[moves] = False
        await harness.expect(name, state=State.ALERT)
        await harness.until(lambda: any(WORDS in said for said in harness.notices[since:]), "the device's words")

    bridged(scene, kind, before)


@of_motions
def test_what_does_not_tell_whether_it_moves_is_in_alert(before, monkeypatch, kind, command, moves, at, name, wanted):
    monkeypatch.setattr(arrivals, "_PATIENCE", 0.0)

    async def scene(harness, server, made):
        made[command] = moving_blindly(made, moves, [moves])
        await refused(harness, name, **wanted)
        assert any(WORDS in said for said in harness.notices)

    bridged(scene, kind, before)


def test_a_camera_that_does_not_tell_whether_its_image_is_ready_is_asked_until_it_does(before):
    async def scene(harness):
        made["startexposure"] = lambda fields: made.update(camerastate=2, imageready=LOST)
        if "state" in made:
            made["state"] = [one for one in made["state"] if one != "ImageReady"]
        await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0.01)
        await until(server, lambda: made["camerastate"] == 2)
        await looks(server, "camerastate", 5)
        made.update(camerastate=0, imageready=True)
        await harness.blob("CCD1")

    made = camera(4 + before)
    with Recorded({"camera/0": made}) as server:
        played(scene, AlpacaCamera, server, "camera/0")


def test_a_cooler_of_which_the_thermometer_is_lost_is_in_alert(before, monkeypatch):
    monkeypatch.setattr(arrivals, "_PATIENCE", 0.0)

    async def scene(harness, server, made):
        await harness.request("CCD_TEMPERATURE", CCD_TEMPERATURE_VALUE=-10)
        await until(server, lambda: made["setccdtemperature"] == -10)
        await harness.expect("CCD_TEMPERATURE", state=State.BUSY)
        loses(made, "CCDTemperature")
        await harness.expect("CCD_TEMPERATURE", state=State.ALERT)
        assert any(WORDS in said for said in harness.notices)

    bridged(scene, "camera", before)


def test_no_ramp_begins_from_where_nobody_knows(before):
    async def scene(harness, server, made):
        await harness.request("CCD_TEMP_RAMP", RAMP_SLOPE=30)
        await harness.expect("CCD_TEMP_RAMP", RAMP_SLOPE=30)
        loses(made, "CCDTemperature")
        await harness.expect("CCD_TEMPERATURE", state=State.ALERT)
        await refused(harness, "CCD_TEMPERATURE", CCD_TEMPERATURE_VALUE=-10)
        assert not server.puts("setccdtemperature")

    bridged(scene, "camera", before)
