"""What clients do with each of the ten types of Alpaca devices: connect, act, read back, and hear what is refused.

`ROWS` is the table. The devices are those of `alpaca-simulators`; what each refuses is added to them.
"""

import asyncio
import struct
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import numpy as np
import pytest

from lightapt_clients import AlertError, RequestError
from lightapt_drivers.alpaca.places import AlpacaType
from tests.drivers.alpaca.front import PASSED_ON
from tests.drivers.alpaca.recorded import Refusal

PATIENCE = 60.0
IDLE, OK, ALERT = "Idle", "Ok", "Alert"
SERVER = "the server"
"""In a step in place of a property: the device is set at its server, as if by other hands."""


@dataclass(frozen=True)
class Refused:
    """What a device does not like: it says why. Asked with a request's fields, and with what it knows of itself."""

    members: str
    is_refused: Callable[[dict, dict], bool]
    words: str

    def by(self, own):
        """Have a device refuse that, by its own members."""
        own.setdefault("broken", False)
        for member in self.members.split():
            own[member] = lambda fields: Refusal(0x500, self.words) if self.is_refused(fields, own) else PASSED_ON


@dataclass(frozen=True)
class Row:
    """A type of devices.

    Attributes:
        play: A scene by the kinds of our client, given the client, the device's name and the device at its server.
        steps: A session by properties: what to set (or only to wait for), to what, and in which state it ends.
        refused: What the device refuses in both.
    """

    play: Callable
    steps: list
    refused: Refused


@dataclass(frozen=True)
class AtServer:
    """A device at its server, for who goes around the bridge."""

    address: str
    kind: AlpacaType
    number: int

    def put(self, member, **fields):
        _fetch(Request(self._url(member), data=urlencode(fields).encode(), method="PUT"))

    def picture(self):
        """Return the last image, with rows first; see the ASCOM Alpaca API Reference, section 8 (ImageBytes)."""
        body = _fetch(Request(self._url("imagearray"), headers={"Accept": "application/imagebytes"}))
        *_, start, _, element, rank, columns, rows, _ = struct.unpack_from("<11i", body)
        assert rank == 2
        return np.frombuffer(body, {2: "<i4", 8: "<u2"}[element], offset=start).reshape(columns, rows).T

    def _url(self, member):
        return f"http://{self.address}/api/v1/{self.kind.value}/{self.number}/{member}"


def _fetch(request):
    with build_opener(ProxyHandler({})).open(request, timeout=PATIENCE) as response:
        return response.read()


# By our client's kinds.


async def shoot(indi, name, server):
    camera = await indi.camera(name, timeout=PATIENCE)
    await camera.set_binning(2)
    assert camera.chip.width == 1024
    blob = await camera.expose(0.2)
    assert blob.format == ".fits"
    assert np.array_equal(blob.image().pixels, await asyncio.to_thread(server.picture))
    await camera.cool_to(-15)
    assert camera.temperature == -15
    with pytest.raises(AlertError, match="the shutter is stuck"):
        await camera.expose(13)


async def cover(indi, name, _):
    cap, light = await indi.dust_cap(name, timeout=PATIENCE), await indi.light_box(name, timeout=PATIENCE)
    await cap.open()
    assert cap.is_open
    await cap.close()
    assert not cap.is_open
    await light.on(200)
    assert light.is_on
    assert light.brightness == 200
    with pytest.raises(AlertError, match="the lamp flickers"):
        await light.set_brightness(13)
    await light.off()
    assert not light.is_on


async def open_up(indi, name, _):
    dome = await indi.dome(name, timeout=PATIENCE)
    await dome.unpark()
    await dome.turn_to(140)
    assert dome.azimuth == 140
    await dome.open()
    assert dome.is_open
    await dome.close()
    with pytest.raises(AlertError, match="the cable is too short"):
        await dome.turn_to(300)
    await dome.park()
    with pytest.raises(AlertError, match="parked"):
        await dome.turn_to(10)


async def change(indi, name, _):
    wheel = await indi.filter_wheel(name, timeout=PATIENCE)
    await wheel.select("Luminance")
    assert (wheel.slot, wheel.filter) == (5, "Luminance")
    with pytest.raises(RequestError, match="read-only"):
        await wheel.rename(["a", "b", "c", "d", "e"])
    with pytest.raises(AlertError, match="the wheel is jammed"):
        await wheel.select(4)


async def focus(indi, name, _):
    focuser = await indi.focuser(name, timeout=PATIENCE)
    await focuser.move_to(10_700)
    assert focuser.position == 10_700
    await focuser.move_by(-200)
    assert focuser.position == 10_500
    with pytest.raises(AlertError, match="109500"):
        await focuser.move_by(99_000)
    with pytest.raises(AlertError, match="the motor is blocked"):
        await focuser.move_to(10_013)


async def measure(indi, name, _):
    weather = await indi.weather(name, timeout=PATIENCE)
    await weather.device["WEATHER_AVERAGE"].ready(timeout=PATIENCE)
    await weather.refresh()
    await weather.wait_until_safe(timeout=PATIENCE)
    assert weather.parameters["WEATHER_TEMPERATURE"] == 15
    assert weather.parameters["WEATHER_WIND_SPEED"] == pytest.approx(3 * 3.6)  # km/h
    assert len(weather.parameters) == 13
    await weather.device.set("WEATHER_AVERAGE", PERIOD=1)
    assert weather.device["WEATHER_AVERAGE"].number("PERIOD") == 1
    with pytest.raises(AlertError, match="no memory for that"):
        await weather.device.set("WEATHER_AVERAGE", PERIOD=13)


async def turn(indi, name, _):
    rotator = await indi.rotator(name, timeout=PATIENCE)
    await rotator.turn_to(120)
    assert rotator.angle == 120
    await rotator.sync(30)
    assert rotator.angle == 30
    await rotator.sync(120)
    with pytest.raises(AlertError, match="the cables would wind up"):
        await rotator.turn_to(313)


async def watch(indi, name, server):
    monitor = await indi.weather(name, timeout=PATIENCE)
    await monitor.device["WEATHER_UPDATE"].ready(timeout=PATIENCE)
    await monitor.device.set("WEATHER_UPDATE", PERIOD=1)
    await monitor.wait_until_safe(timeout=PATIENCE)
    await asyncio.to_thread(server.put, "issafe", IsSafe=False)
    await monitor.wait_until_unsafe(timeout=PATIENCE)
    await asyncio.to_thread(server.put, "issafe", IsSafe=True)
    await monitor.wait_until_safe(timeout=PATIENCE)
    with indi.expecting(lambda change: "full of water" in _words(change) or None, device=name) as complaint:
        await asyncio.to_thread(server.put, "broken", Broken=True)
        await complaint(timeout=PATIENCE, wanted="what is wrong with it")
    await monitor.wait_until_unsafe(timeout=PATIENCE)
    await asyncio.to_thread(server.put, "broken", Broken=False)
    await monitor.wait_until_safe(timeout=PATIENCE)


def _words(change):
    return "" if change is None else change.text or getattr(change.message, "message", "")


async def switch(indi, name, _):
    switches = await indi.device(name, timeout=PATIENCE)
    await switches["SWITCH_1"].ready(timeout=PATIENCE)
    await switches.set("SWITCH_0", INDI_ENABLED=True)
    assert switches["SWITCH_0"].is_on("INDI_ENABLED")
    await switches.set("SWITCH_1", VALUE=0.3)
    assert switches["SWITCH_1"].number("VALUE") == 0.3
    with pytest.raises(AlertError, match="the fuse is blown"):
        await switches.set("SWITCH_1", VALUE=0.7)
    await switches.set("SWITCH_0", INDI_DISABLED=True)
    assert not switches["SWITCH_0"].is_on("INDI_ENABLED")


async def point(indi, name, _):
    mount = await indi.mount(name, timeout=PATIENCE)
    await mount.unpark()
    await mount.goto(5, 50)
    assert mount.position.dec == pytest.approx(50, abs=0.01)
    assert mount.is_tracking
    with pytest.raises(AlertError, match="a tree is in the way"):
        await mount.goto(5, -20)
    await mount.device["TELESCOPE_TRACK_STATE"].start(timeout=PATIENCE, TRACK_OFF=True)
    assert not mount.is_tracking
    await mount.park()
    with pytest.raises(AlertError, match="parked"):
        await mount.goto(6, 50)


# The table.


def _is(field, value):
    return lambda fields, _: float(fields[field]) == value


ROWS = {
    AlpacaType.CAMERA: Row(
        shoot,
        [
            ("CCD_BINNING", {"HOR_BIN": 4, "VER_BIN": 4}, OK),
            ("CCD_EXPOSURE", {"CCD_EXPOSURE_VALUE": 13}, ALERT),
            ("CCD_EXPOSURE", {"CCD_EXPOSURE_VALUE": 0.2}, OK),
            ("CCD1", {}, OK),
        ],
        Refused("startexposure", _is("Duration", 13), "the shutter is stuck"),
    ),
    AlpacaType.COVER_CALIBRATOR: Row(
        cover,
        [
            ("CAP_PARK", {"UNPARK": True}, OK),
            ("CAP_PARK", {"PARK": True}, OK),
            ("FLAT_LIGHT_CONTROL", {"FLAT_LIGHT_ON": True}, OK),
            ("FLAT_LIGHT_INTENSITY", {"FLAT_LIGHT_INTENSITY_VALUE": 100}, OK),
            ("FLAT_LIGHT_INTENSITY", {"FLAT_LIGHT_INTENSITY_VALUE": 13}, ALERT),
            ("FLAT_LIGHT_CONTROL", {"FLAT_LIGHT_OFF": True}, OK),
        ],
        Refused("calibratoron", _is("Brightness", 13), "the lamp flickers"),
    ),
    AlpacaType.DOME: Row(
        open_up,
        [
            ("DOME_PARK", {"UNPARK": True}, OK),
            ("ABS_DOME_POSITION", {"DOME_ABSOLUTE_POSITION": 77}, OK),
            ("ABS_DOME_POSITION", {"DOME_ABSOLUTE_POSITION": 300}, ALERT),
            ("DOME_SHUTTER", {"SHUTTER_OPEN": True}, OK),
            ("DOME_SHUTTER", {"SHUTTER_CLOSE": True}, OK),
            ("DOME_PARK", {"PARK": True}, OK),
        ],
        Refused("slewtoazimuth", _is("Azimuth", 300), "the cable is too short"),
    ),
    AlpacaType.FILTER_WHEEL: Row(
        change,
        [
            ("FILTER_SLOT", {"FILTER_SLOT_VALUE": 3}, OK),
            ("FILTER_SLOT", {"FILTER_SLOT_VALUE": 4}, ALERT),
        ],
        Refused("position", lambda fields, _: fields.get("Position") == "3", "the wheel is jammed"),
    ),
    AlpacaType.FOCUSER: Row(
        focus,
        [
            ("ABS_FOCUS_POSITION", {"FOCUS_ABSOLUTE_POSITION": 10_400}, OK),
            ("ABS_FOCUS_POSITION", {"FOCUS_ABSOLUTE_POSITION": 10_013}, ALERT),
        ],
        Refused("move", _is("Position", 10_013), "the motor is blocked"),
    ),
    AlpacaType.OBSERVING_CONDITIONS: Row(
        measure,
        [
            ("WEATHER_PARAMETERS", {"WEATHER_TEMPERATURE": 15, "WEATHER_PRESSURE": 1013.25}, OK),
            ("WEATHER_STATUS", {}, OK),
            ("WEATHER_AVERAGE", {"PERIOD": 2}, OK),
            ("WEATHER_AVERAGE", {"PERIOD": 13}, ALERT),
        ],
        Refused("averageperiod", lambda fields, _: fields.get("AveragePeriod") == "13.0", "no memory for that"),
    ),
    AlpacaType.ROTATOR: Row(
        turn,
        [
            ("ABS_ROTATOR_ANGLE", {"ANGLE": 33}, OK),
            ("SYNC_ROTATOR_ANGLE", {"ANGLE": 44}, OK),
            ("ABS_ROTATOR_ANGLE", {"ANGLE": 313}, ALERT),
        ],
        Refused("moveabsolute", _is("Position", 313), "the cables would wind up"),
    ),
    AlpacaType.SAFETY_MONITOR: Row(
        watch,
        [
            ("WEATHER_STATUS", {}, OK),
            (SERVER, {"IsSafe": False}, ""),
            ("WEATHER_STATUS", {}, ALERT),
            (SERVER, {"IsSafe": True}, ""),
            ("SAFETY_STATUS", {}, OK),
            (SERVER, {"Broken": True}, ""),
            ("SAFETY_STATUS", {}, ALERT),
            (SERVER, {"Broken": False}, ""),
        ],
        Refused("issafe devicestate", lambda fields, own: own["broken"] and "IsSafe" not in fields, "full of water"),
    ),
    AlpacaType.SWITCH: Row(
        switch,
        [
            ("SWITCH_0", {"INDI_ENABLED": True}, OK),
            ("SWITCH_1", {"VALUE": 0.2}, OK),
            ("SWITCH_1", {"VALUE": 0.7}, ALERT),
            ("SWITCH_0", {"INDI_DISABLED": True}, OK),
        ],
        Refused("setswitchvalue", _is("Value", 0.7), "the fuse is blown"),
    ),
    AlpacaType.TELESCOPE: Row(
        point,
        [
            ("TELESCOPE_PARK", {"UNPARK": True}, OK),
            ("EQUATORIAL_EOD_COORD", {"RA": 4.5, "DEC": 45}, OK),
            ("EQUATORIAL_EOD_COORD", {"RA": 4.5, "DEC": -20}, ALERT),
            ("TELESCOPE_TRACK_STATE", {"TRACK_OFF": True}, IDLE),
            ("TELESCOPE_PARK", {"PARK": True}, OK),
        ],
        Refused("slewtocoordinatesasync", lambda fields, _: float(fields["Declination"]) < 0, "a tree is in the way"),
    ),
}
