"""Bridged devices in Ekos: all types of Alpaca devices, and PHD2."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager

from astropy.io import fits

from lightapt_drivers.alpaca.places import AlpacaType
from tests.drivers.alpaca.front import Front, name_of
from tests.drivers.alpaca.simulators import simulators_served
from tests.drivers.phd2.fake import FakePhd2
from tests.system.alpaca_types import AtServer
from tests.system.puppets import eventually

from .kstars import FOCUS, GUIDE, INDI, MOUNT, Desk, KStars, Profile
from .observing import SIMULATORS, at_last, capture, connect, slew, step

_NAMES = {
    AlpacaType.CAMERA: "Alpaca Camera",
    AlpacaType.COVER_CALIBRATOR: "Alpaca Cover",
    AlpacaType.DOME: "Alpaca Dome",
    AlpacaType.FILTER_WHEEL: "Alpaca Wheel",
    AlpacaType.FOCUSER: "Alpaca Focuser",
    AlpacaType.OBSERVING_CONDITIONS: "Alpaca Weather",
    AlpacaType.ROTATOR: "Alpaca Rotator",
    AlpacaType.SAFETY_MONITOR: "Alpaca Safety",
    AlpacaType.SWITCH: "Alpaca Switch",
    AlpacaType.TELESCOPE: "Alpaca Mount",
}
_ALPACA = Profile(
    drivers={
        "Mount": "Alpaca Mount",
        "CCD": "Alpaca Camera",
        "Focuser": "Alpaca Focuser",
        "Filter": "Alpaca Wheel",
        "Dome": "Alpaca Dome",
        "Weather": "Alpaca Weather",
        "Aux1": "Alpaca Cover",
        "Aux2": "Alpaca Rotator",
        "Aux3": "Alpaca Switch",
        "Aux4": "Alpaca Safety",
    },
    train={
        "mount": "Alpaca Mount",
        "dustcap": "Alpaca Cover",
        "lightbox": "Alpaca Cover",
        "scope": "Sample Guide 300@F/6.0",
        "rotator": "Alpaca Rotator",
        "focuser": "Alpaca Focuser",
        "filterwheel": "Alpaca Wheel",
        "camera": "Alpaca Camera",
        "guider": "Alpaca Mount",
    },
)
_SIMULATED_TRAIN = {
    "mount": "Telescope Simulator",
    "dustcap": "--",
    "lightbox": "--",
    "scope": "Sample Guide 300@F/6.0",
    "rotator": "--",
    "focuser": "--",
    "filterwheel": "--",
    "camera": "CCD Simulator",
}
_PARKED, _UNPARKED = 1, 4  # ISD::ParkStatus
_OPEN, _CLOSED = 1, 2  # ISD::Dome::ShutterStatus
_WELL, _BAD = 1, 3  # ISD::Weather::Status
_SIZE = (1024, 1024)
_LIGHT = "<Filter>Luminance</Filter><Temperature force='true'>-10</Temperature><Rotation>77</Rotation>"
_FLAT = """\
<Filter>Luminance</Filter>
<Calibration>
<FlatSource><Type>FlatCap</Type></FlatSource>
<FlatDuration><Type>Manual</Type></FlatDuration>
<PreMountPark>False</PreMountPark><PreDomePark>False</PreDomePark>
</Calibration>
"""


def alpaca(desk: Desk) -> None:
    """A hub with the ten types of Alpaca devices, as they are since Platform 7."""
    _alpaca(desk, "alpaca", number=1)


def older_alpaca(desk: Desk) -> None:
    """The same with the interfaces of before Platform 7."""
    _alpaca(desk, "older-alpaca", number=0)


def alpaca_server(desk: Desk) -> None:
    """A hub that is told of a server only: Ekos connects what is found there, and the device that tells of it."""
    folder = desk.folder / "alpaca-server"
    folder.mkdir()
    names = {kind: name_of(kind, 1) for kind in AlpacaType}
    drivers = {"Mount": names[AlpacaType.TELESCOPE], "CCD": names[AlpacaType.CAMERA]}
    with ExitStack() as stack:
        server = stack.enter_context(Front(stack.enter_context(simulators_served(folder)), (1,)))
        hub = stack.enter_context(desk.hub(f"alpaca --address {server.address}"))
        for _ in names:  # Ekos makes its optical train of what is there when it starts
            hub.lines.expect("has the device '[A-Z][a-z]+ .*1'")
        kstars = stack.enter_context(desk.kstars("alpaca-server", hub=hub, profile=Profile(drivers)))
        connect(kstars, [*names.values(), f"Alpaca 127-0-0-1 {server.port}"], camera=names[AlpacaType.CAMERA])
        with step("the server is lost and comes back, and Ekos goes on"):
            _lose(kstars, server, list(names.values()))
            _point(kstars)
            capture(kstars, folder / "lights", size=_SIZE)


def _lose(kstars: KStars, server: Front, names: list[str]) -> None:
    """Have a server go and come back: the light of CONNECTION tells, and KStars keeps the devices meanwhile."""
    for act, state in ((server.stop, "Alert"), (server.start, "Ok")):
        act()
        for name in names:
            at_last(lambda one=name: _connection(kstars, one) == state, f"{name}: CONNECTION is {state}")  # noqa: B023


def _connection(kstars: KStars, name: str) -> object:
    return kstars.call(INDI, "getPropertyState", name, "CONNECTION")


def _alpaca(desk: Desk, name: str, *, number: int) -> None:
    folder = desk.folder / name
    folder.mkdir()
    with ExitStack() as stack:
        address = stack.enter_context(simulators_served(folder))
        where = [f"--address {address} --type {kind.value} --number {number}" for kind in _NAMES]
        drivers = [f'alpaca {words} --name "{own}"' for words, own in zip(where, _NAMES.values(), strict=True)]
        hub = stack.enter_context(desk.hub(*drivers))
        kstars = stack.enter_context(desk.kstars(name, hub=hub, profile=_ALPACA))
        connect(kstars, list(_NAMES.values()), camera="Alpaca Camera")
        with step("the mount unparks, slews and parks"):
            _point(kstars)
        with step("the focuser moves in and out"):
            _focus(kstars)
        with step("the camera cools, the wheel and the rotator turn, and pictures are taken"):
            _take_lights(kstars, desk, name)
        with step("flats are taken with the cover's light"):
            _take_flats(kstars, desk, name)
        with step("the cover opens and closes"):
            _cover(kstars)
        with step("the dome turns, opens, closes and parks"):
            _turn_dome(kstars)
        with step("the weather is told, and a safety monitor's alarm"):
            _watch(kstars, AtServer(address, AlpacaType.SAFETY_MONITOR, number))
        with step("a switch is switched"):
            kstars.turn_on("Alpaca Switch", "SWITCH_0", "INDI_ENABLED")
            kstars.turn_on("Alpaca Switch", "SWITCH_0", "INDI_DISABLED")


def _point(kstars: KStars) -> None:
    kstars.call(MOUNT, "unpark")
    eventually(lambda: kstars.get(MOUNT, "parkStatus") == _UNPARKED, "the mount is unparked")
    slew(kstars, 60.0)
    kstars.call(MOUNT, "park")
    at_last(lambda: kstars.get(MOUNT, "parkStatus") == _PARKED, "the mount is parked")
    kstars.call(MOUNT, "unpark")
    eventually(lambda: kstars.get(MOUNT, "parkStatus") == _UNPARKED, "the mount is unparked again")


def _focus(kstars: KStars) -> None:
    assert kstars.call(FOCUS, "canAutoFocus"), "KStars cannot move the focuser"
    for method, steps in (("focusIn", 300), ("focusOut", 100)):
        wanted = _focuser_at(kstars) + (steps if method == "focusOut" else -steps)
        kstars.call(FOCUS, method, steps)
        eventually(lambda: kstars.is_ok("Alpaca Focuser", "ABS_FOCUS_POSITION"), "the focuser's motion is over")
        assert _focuser_at(kstars) == wanted, f"the focuser is at {_focuser_at(kstars)}"


def _focuser_at(kstars: KStars) -> float:
    place = kstars.number("Alpaca Focuser", "ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION")
    assert isinstance(place, float | int)
    return place


def _take_lights(kstars: KStars, desk: Desk, name: str) -> None:
    slew(kstars, 50.0)
    for path in capture(kstars, desk.folder / name / "lights", size=_SIZE, more=_LIGHT):
        header = fits.getheader(path)
        told = [header[keyword] for keyword in ("FILTER", "CCD-TEMP", "ROTATANG", "FOCUSPOS", "TELESCOP")]
        assert told == ["Luminance", -10, 77, _focuser_at(kstars), "Alpaca Mount"], f"the header says {told}"
        assert abs(header["DEC"] - 50) < 0.5, f"the header says that it looked at {header['DEC']}"


def _take_flats(kstars: KStars, desk: Desk, name: str) -> None:
    capture(kstars, desk.folder / name / "flats", size=_SIZE, kind="Flat", more=_FLAT)
    assert kstars.is_on("Alpaca Cover", "FLAT_LIGHT_CONTROL", "FLAT_LIGHT_ON"), "the light was not on"


def _cover(kstars: KStars) -> None:
    cap = kstars.device("DustCap", "Alpaca Cover")
    assert cap, "KStars has no dust cap"
    for method, status in (("unpark", _UNPARKED), ("park", _PARKED)):
        assert kstars.call(cap, method)
        eventually(lambda wanted=status: kstars.get(cap, "parkStatus") == wanted, f"the cap does: {method}")


def _turn_dome(kstars: KStars) -> None:
    dome = kstars.device("Dome", "Alpaca Dome")
    assert dome, "KStars has no dome"
    assert kstars.call(dome, "unpark")
    eventually(lambda: kstars.get(dome, "parkStatus") == _UNPARKED, "the dome is unparked")
    kstars.set(dome, "position", 77.0)
    at_last(lambda: kstars.is_ok("Alpaca Dome", "ABS_DOME_POSITION"), "the dome has turned")
    assert kstars.get(dome, "position") == 77
    for opening, status in ((True, _OPEN), (False, _CLOSED)):
        assert kstars.call(dome, "controlShutter", opening)
        eventually(lambda wanted=status: kstars.get(dome, "shutterStatus") == wanted, "the shutter has moved")
    before = len(kstars.lines.all)
    assert kstars.call(dome, "park")
    kstars.lines.expect(r"Dome is parking")
    kstars.lines.expect(r"Dome is parked")
    told = [line for line in kstars.lines.all[before:] if "Dome is park" in line]
    assert len(told) == 2, f"it was told: {told}"
    assert kstars.get(dome, "parkStatus") == _PARKED


def _watch(kstars: KStars, monitor: AtServer) -> None:
    station, safety = kstars.device("Weather", "Alpaca Weather"), kstars.device("Weather", "Alpaca Safety")
    assert station, "KStars has no weather station"
    assert safety, "KStars has no safety monitor"
    told = kstars.get(station, "data")
    assert {one["name"]: one["value"] for one in json.loads(str(told))}["WEATHER_TEMPERATURE"] == 15
    assert kstars.get(station, "status") == _WELL
    for is_safe, status in ((True, _WELL), (False, _BAD), (True, _WELL)):
        monitor.put("issafe", IsSafe=is_safe)
        eventually(lambda wanted=status: kstars.get(safety, "status") == wanted, f"safe: {is_safe}")


# PHD2.


def phd2(desk: Desk) -> None:
    """Ekos guides by a simulated camera, and its pulses go through PHD2."""
    profile = Profile(
        drivers={"Mount": "Telescope Simulator", "CCD": "CCD Simulator", "Guider": "PHD2"},
        train={**_SIMULATED_TRAIN, "guider": "PHD2"},
    )
    with _phd2() as (fake, loop), _hub_and_kstars(desk, "phd2", fake, profile) as kstars:
        with step("PHD2 is what pulses go via"):
            eventually(lambda: kstars.get(GUIDE, "guider") == "PHD2", "Ekos pulses via PHD2")
        with step("its equipment connects"):
            kstars.turn_on("PHD2", "PHD2_EQUIPMENT", "CONNECT")
        with step("Ekos calibrates, and PHD2 gets its pulses"):
            slew(kstars, 45.0)
            assert kstars.call(GUIDE, "calibrate")
            at_last(lambda: len(fake.asked("guide_pulse")) > 1, "PHD2 is asked to pulse")
            kstars.call(GUIDE, "abort")
        with step("PHD2 guides, dithers and stops, told by the INDI control panel"):
            _guide_by_panel(kstars)
        with step("PHD2 dies and is started anew, and goes on"):
            for act, state in ((fake.die, "Alert"), (fake.live, "Ok")):
                asyncio.run_coroutine_threadsafe(act(), loop).result(10)
                at_last(lambda wanted=state: _connection(kstars, "PHD2") == wanted, f"CONNECTION is {state}")
            kstars.turn_on("PHD2", "PHD2_EQUIPMENT", "CONNECT")
            _guide_by_panel(kstars)


def phd2_by_ekos(desk: Desk) -> None:
    """Ekos speaks to PHD2 itself; the device on the hub shows what goes on."""
    with _phd2() as (fake, _):
        profile = Profile(train={**_SIMULATED_TRAIN, "guider": "PHD2"}, phd2=fake.port)
        fake.model.connected = True
        with _hub_and_kstars(desk, "phd2-by-ekos", fake, profile) as kstars:
            with step("Ekos has PHD2 guide, and the device tells"):
                kstars.call(GUIDE, "connectGuider")
                at_last(lambda: bool(kstars.call(GUIDE, "guide")), "Ekos guides")
                at_last(lambda: _state(kstars) == "Guiding", "PHD2 guides")
                at_last(lambda: kstars.is_ok("PHD2", "PHD2_GUIDE"), "the guiding settles")
            with step("Ekos has it stop"):
                kstars.call(GUIDE, "abort")
                eventually(lambda: _state(kstars) in ("Stopped", "Looping", "Selected"), "PHD2 guides no more")


@contextmanager
def _hub_and_kstars(desk: Desk, name: str, fake: FakePhd2, profile: Profile) -> Generator[KStars]:
    bridge = f"phd2 --host 127.0.0.1 --port {fake.port}"
    with desk.hub("telescope", "ccd", bridge) as hub, desk.kstars(name, hub=hub, profile=profile) as kstars:
        connect(kstars, [*SIMULATORS, "PHD2"])
        yield kstars


def _guide_by_panel(kstars: KStars) -> None:
    kstars.turn_on("PHD2", "PHD2_GUIDE", "GUIDE")
    assert _state(kstars) == "Guiding"
    assert kstars.call(INDI, "setNumber", "PHD2", "PHD2_DITHER", "AMOUNT", 3.0)
    assert kstars.call(INDI, "sendProperty", "PHD2", "PHD2_DITHER")
    at_last(lambda: kstars.is_ok("PHD2", "PHD2_DITHER"), "the dither settles")
    kstars.turn_on("PHD2", "PHD2_STOP", "STOP")
    eventually(lambda: _state(kstars) == "Stopped", "PHD2 has stopped")


def _state(kstars: KStars) -> object:
    return kstars.text("PHD2", "PHD2_STATE", "STATE")


@contextmanager
def _phd2() -> Generator[tuple[FakePhd2, asyncio.AbstractEventLoop]]:
    """A fake PHD2 in a thread of its own, and its loop."""
    fake = FakePhd2(frame=0.2)
    loop = asyncio.new_event_loop()
    over, is_up = asyncio.Event(), threading.Event()

    async def live() -> None:
        async with fake:
            is_up.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(live(),))
    thread.start()
    try:
        assert is_up.wait(10), "the fake PHD2 does not start"
        yield fake, loop
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
