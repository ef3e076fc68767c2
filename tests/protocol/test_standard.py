"""Standard names, by themselves and against what the drivers of Debian's INDI define."""

import os
import socket
import subprocess
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from lightapt_protocol.framing import Framer
from lightapt_protocol.messages import Definition
from lightapt_protocol.parser import parse
from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.standard_families import StandardFamily
from lightapt_protocol.vocabulary import PropertyKind
from tests.real_programs import require


def test_a_standard_property_is_the_string_of_its_name():
    assert Standard.CCD_EXPOSURE == "CCD_EXPOSURE"
    assert f"{Standard.CCD_EXPOSURE}" == "CCD_EXPOSURE"
    assert Standard("CCD_EXPOSURE") is Standard.CCD_EXPOSURE
    assert Standard.CCD_EXPOSURE.kind is PropertyKind.NUMBER
    assert Standard.CCD_EXPOSURE.members == ("CCD_EXPOSURE_VALUE",)


@pytest.mark.parametrize("prop", Standard)
def test_each_is_spelt_as_its_constant_and_explained_in_a_sentence(prop):
    assert prop.value == prop.name
    assert prop.doc[0].isupper()
    assert prop.doc.endswith(".")
    assert len(set(prop.members)) == len(prop.members)
    assert not any("#" in member for member in prop.members)


def test_members_that_clients_read_by_index_stand_in_the_standard_order():
    assert Standard.CCD_INFO.members[:3] == ("CCD_MAX_X", "CCD_MAX_Y", "CCD_PIXEL_SIZE")
    assert len(Standard.CCD_INFO.members) == 6
    assert Standard.TELESCOPE_PIER_SIDE.members[0] == "PIER_WEST"
    assert Standard.CAP_PARK.members[0] == "PARK"


def test_names_may_hold_blanks():
    assert Standard.PEC.members == ("PEC OFF", "PEC ON")
    assert Standard.DEVICE_PORT_SCAN.members == ("Scan Ports",)


def test_members_of_slots_are_numbered_from_1():
    assert Standard.FILTER_NAME.members == ()
    assert Standard.FILTER_NAME.numbered(2) == ("FILTER_SLOT_NAME_1", "FILTER_SLOT_NAME_2")
    assert Standard.TELESCOPE_SLEW_RATE.numbered(1) == ("1x",)
    assert Standard.POWER_LABELS.numbered(3) == Standard.POWER_CHANNELS.numbered(3)
    assert Standard.USB_PORTS.numbered(0) == ()


@pytest.mark.parametrize("prop", [Standard.CCD_FRAME, Standard.WEATHER_PARAMETERS])
def test_other_members_have_no_numbers(prop):
    with pytest.raises(ValueError, match=f"the members of {prop} are not numbered"):
        prop.numbered(2)


def test_interfaces_are_the_bits_of_libindi():
    interface = DriverInterface.CCD | DriverInterface.GUIDER | DriverInterface.FILTER
    assert interface == 22
    assert DriverInterface(4096) is DriverInterface.ROTATOR
    assert DriverInterface.AUX == 32768
    assert DriverInterface.POWER == 1 << 18


# What Debian's drivers define: its simulators, and instruments that can simulate themselves, for the properties that
# no simulator has.
PATIENCE = 60.0
SIMULATORS = (
    "indi_simulator_telescope",
    "indi_simulator_ccd",
    "indi_simulator_guide",
    "indi_simulator_focus",
    "indi_simulator_wheel",
    "indi_simulator_rotator",
    "indi_simulator_dome",
    "indi_simulator_weather",
    "indi_simulator_gps",
    "indi_simulator_sqm",
    "indi_simulator_lightpanel",
)
INSTRUMENTS = (
    "indi_baader_dome",
    "indi_fcusb_focus",
    "indi_gemini_focus",
    "indi_lx200_10micron",
    "indi_lx200gemini",
    "indi_pegasus_upb",
    "indi_snapcap",
)
DRIVERS = SIMULATORS + INSTRUMENTS

INTERFACES = {
    "indi_simulator_telescope": DriverInterface.TELESCOPE | DriverInterface.GUIDER,
    "indi_simulator_ccd": DriverInterface.CCD | DriverInterface.GUIDER | DriverInterface.FILTER,
    "indi_simulator_focus": DriverInterface.FOCUSER,
    "indi_simulator_wheel": DriverInterface.FILTER,
    "indi_simulator_rotator": DriverInterface.ROTATOR,
    "indi_simulator_dome": DriverInterface.DOME,
    "indi_simulator_weather": DriverInterface.WEATHER,
    "indi_simulator_gps": DriverInterface.GPS,
    "indi_simulator_lightpanel": DriverInterface.LIGHTBOX | DriverInterface.AUX,
}
NAMES = {str(prop) for prop in Standard}
NUMBERED = {Standard.FILTER_NAME, Standard.TELESCOPE_SLEW_RATE}
EVERYWHERE = (Standard.CONNECTION, Standard.DRIVER_INFO, Standard.CONFIG_PROCESS)

# Switches that bring further properties: before the drivers connect, and after.
BEFORE = {
    "indi_simulator_telescope": [("CONNECTION_MODE", "CONNECTION_TCP")],
    "indi_simulator_focus": [("DEBUG", "ENABLE")],
    "indi_simulator_ccd": [("SIMULATE_BAYER", "INDI_ENABLED")],
} | {driver: [("SIMULATION", "ENABLE")] for driver in INSTRUMENTS}
AFTER = {"indi_simulator_ccd": [("WCS_CONTROL", "WCS_ENABLE"), ("UPLOAD_MODE", "UPLOAD_BOTH")]}

# Members that are not ours, and why.
DIFFERENCES = {
    (Standard.CONNECTION_MODE, ("CONNECTION_SERIAL",)): "instruments that can be reached in one way only",
    (Standard.FITS_HEADER, ("FITS_OBSERVER", "FITS_OBJECT")): "libindi 1.9.9; ours are those of newer ones",
    (Standard.POWER_CYCLE, ("POWER_CYCLE_OFF", "POWER_CYCLE_ON")): "a driver from before the power interface",
    (
        Standard.TELESCOPE_TRACK_MODE,
        ("TRACK_SIDEREAL", "TRACK_CUSTOM", "TRACK_LUNAR", "TRACK_SOLAR"),
    ): "a mount with an order of its own",
}

# What none of them defines: what is newer than libindi 1.9.9, and what others have.
NEWER = {
    "CAP_ABORT",
    "ROTATOR_LIMITS",
    "SAFETY_STATUS",
    "SYSTEM_TIME_UPDATE",
    "TELESCOPE_HOME",
    "TELESCOPE_MOUNT_TYPE",
    *("LED_CONTROL", "OVER_VOLTAGE_PROTECTION", "POWER_OFF_DISCONNECT"),
    *("POWER_CHANNELS", "POWER_CURRENTS", "POWER_LABELS"),
    *("AUTO_DEW_CONTROL", "DEW_CHANNELS", "DEW_CURRENTS", "DEW_DUTY_CYCLES", "DEW_LABELS"),
    *("VARIABLE_CHANNELS", "VARIABLE_LABELS", "VARIABLE_VOLTAGES"),
    *("USB_LABELS", "USB_PORTS"),
    *("ANALOG_INPUT_LABELS", "DIGITAL_INPUT_LABELS", "DIGITAL_OUTPUT_LABELS"),
}
ELSEWHERE = {
    "CCD_COOLER_POWER": "cameras of indi-3rdparty",
    "DOME_BACKLASH_STEPS": "domes that need hardware",
    "DOME_BACKLASH_TOGGLE": "domes that need hardware",
    "DOME_SYNC": "domes that need hardware",
    "EQUATORIAL_COORD": "mounts that need hardware",
    "FLAT_LIGHT_FILTER_INTENSITY": "light boxes, once they have heard of a wheel's filters",
    "HORIZONTAL_COORD": "mounts that need hardware",
    "SIMULATE_PIER_SIDE": "mounts that need hardware",
    "SYSTEM_PORTS": "a machine with serial ports",
}


class Onlooker:
    """A client that has a server's drivers connect and define all that they have."""

    def __init__(self, sock):
        self._sock = sock
        self._framer = Framer()
        self._defined = defaultdict(dict)
        self._devices = {}
        self._connected = set()

    def defined_by(self, driver):
        """Return a driver's definitions by name, with those of what it has deleted since."""
        return self._defined[self._devices[driver]]

    def look(self):
        """Greet the drivers as they come, and read until all have answered."""
        self._sock.sendall(b'<getProperties version="1.7"/>')
        deadline = time.monotonic() + PATIENCE  # some drivers chat all the time
        while len(self._connected) < len(DRIVERS):
            assert time.monotonic() < deadline, f"only {self._connected} answer"
            data = self._sock.recv(1 << 16)
            assert data, "the server closed the connection"
            for element in self._framer.feed(data):
                if isinstance(message := parse(element.raw), Definition):
                    self._note(message)

    def _note(self, message):
        self._defined[message.device][message.name] = message
        if message.name == Standard.DRIVER_INFO and message.device not in self._devices.values():
            driver = message.members[1].value
            self._devices[driver] = message.device
            self._greet(driver, message.device)
        elif message.name == Standard.CONNECTION and message.members[0].value:
            self._connected.add(message.device)  # it answers what a greeting ends with

    def _greet(self, driver, device):
        for name, member in (*BEFORE.get(driver, ()), ("CONNECTION", "CONNECT"), *AFTER.get(driver, ())):
            self._sock.sendall(
                f'<newSwitchVector device="{device}" name="{name}">'
                f'<oneSwitch name="{member}">On</oneSwitch></newSwitchVector>'.encode()
            )
        self._sock.sendall(f'<getProperties version="1.7" device="{device}"/>'.encode())


@contextmanager
def indiserver(folder, *drivers):
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    argv = [require("indiserver"), "-v", "-u", str(folder / "socket"), "-p", str(port), "-r", "0", *drivers]
    environment = os.environ | {"HOME": str(folder)}  # where drivers look for saved configurations
    with (
        subprocess.Popen(argv, stderr=subprocess.PIPE, text=True, errors="replace", env=environment) as process,
        ThreadPoolExecutor() as drain,
    ):
        try:
            if not any("listening to port" in line for line in process.stderr):
                pytest.fail("indiserver does not listen")
            drain.submit(process.stderr.read)
            yield port
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def onlooker(tmp_path_factory):
    with (
        indiserver(tmp_path_factory.mktemp("home"), *map(require, DRIVERS)) as port,
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as sock,
    ):
        onlooker = Onlooker(sock)
        onlooker.look()
    return onlooker


def agreed(prop, theirs):
    """Return the members that a driver should give a property, where these are what it gave."""
    if not prop.members:
        return prop.numbered(len(theirs)) if prop in NUMBERED else theirs
    return theirs if (prop, theirs) in DIFFERENCES else prop.members


@pytest.mark.system
@pytest.mark.parametrize("driver", DRIVERS)
def test_drivers_define_standard_properties_as_they_are_spelt_here(onlooker, driver):
    known = {Standard(name): theirs for name, theirs in onlooker.defined_by(driver).items() if name in NAMES}
    assert set(EVERYWHERE) <= set(known)
    assert {prop: theirs.kind for prop, theirs in known.items()} == {prop: prop.kind for prop in known}
    members = {prop: tuple(member.name for member in theirs.members) for prop, theirs in known.items()}
    assert members == {prop: agreed(prop, theirs) for prop, theirs in members.items()}


@pytest.mark.system
def test_each_standard_property_is_defined_by_a_driver_or_known_not_to_be(onlooker):
    defined = {name for driver in DRIVERS for name in onlooker.defined_by(driver)}
    assert NAMES - defined <= NEWER | set(ELSEWHERE)


@pytest.mark.system
@pytest.mark.parametrize("driver", INTERFACES)
def test_drivers_say_what_they_are_by_the_same_bits(onlooker, driver):
    info = {member.name: member.value for member in onlooker.defined_by(driver)[Standard.DRIVER_INFO].members}
    assert DriverInterface(int(info["DRIVER_INTERFACE"])) is INTERFACES[driver]


@pytest.mark.system
def test_each_parameter_of_the_weather_has_limits(onlooker):
    weather = onlooker.defined_by("indi_simulator_weather")
    for parameter in weather[Standard.WEATHER_PARAMETERS].members:
        limits = weather[StandardFamily.WEATHER_LIMITS.of(parameter.name)]
        assert limits.kind is StandardFamily.WEATHER_LIMITS.kind
        assert tuple(member.name for member in limits.members)[:3] == StandardFamily.WEATHER_LIMITS.members
