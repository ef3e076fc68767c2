"""A serial device opens its line where it is told to, finds it again when it is lost, and lets go of it."""

from argparse import ArgumentParser
from functools import partial

import pytest

from lightapt_drivers.instruments import serial_device
from lightapt_drivers.instruments.emulators.faults import Drip, Garbage, Half, Silence
from lightapt_drivers.instruments.emulators.line import Line
from lightapt_drivers.instruments.emulators.moonlite import MoonliteEmulator
from lightapt_drivers.instruments.errors import LinkLostError, PortBusyError
from lightapt_drivers.instruments.link import open_link
from lightapt_drivers.instruments.moonlite.driver import Moonlite
from lightapt_drivers.instruments.ports import SerialPort
from lightapt_protocol.vocabulary import State
from tests.drivers.instruments.devices import HASTY, LENIENT, POSITION, START, QuickMoonlite, focusing
from tests.drivers.kit.scenes import play

ALWAYS_THERE = ("CONNECTION_MODE", "DEVICE_PORT", "DEVICE_BAUD_RATE", "DEVICE_ADDRESS", "SIMULATION")


def unconnected(scene, device=None, **options):
    return play(scene, device or QuickMoonlite(), connect=False, **options)


async def refusal(harness):
    """Return the words with which connecting fails; it is not tried again within the test."""
    harness.driver.devices[0].reconnect_after = (1000.0,)
    before = len(harness.said)
    await harness.request("CONNECTION", CONNECT=True)
    await harness.expect("CONNECTION", state=State.ALERT)
    return next(m.message for m in harness.said[before:] if getattr(m, "message", ""))


# What there is.


def test_where_it_is_can_be_set_before_it_is_connected():
    async def scene(harness):
        return [harness.find(name).perm.writable for name in ALWAYS_THERE]

    assert all(unconnected(scene))


@pytest.mark.parametrize("name", ["DEVICE_PORT_SCAN", "CONNECTION_TYPE"])
def test_nothing_makes_kstars_ask_for_ports(name):
    async def scene(harness):
        return name in harness.mirror.devices["MoonLite"]

    assert not unconnected(scene)


def test_the_ports_of_the_machine_are_there_to_choose_from(monkeypatch):
    ports = [SerialPort("/dev/serial/by-id/usb-A", "Focuser's cable"), SerialPort("/dev/ttyS0")]
    monkeypatch.setattr(serial_device, "serial_ports", lambda: ports)

    async def scene(harness):
        found = harness.find("SYSTEM_PORTS")
        await harness.request("SYSTEM_PORTS", **{"/dev/ttyS0": True})
        await harness.expect("DEVICE_PORT", PORT="/dev/ttyS0")
        await harness.request("DEVICE_PORT", PORT="/dev/serial/by-id/usb-A")
        await harness.expect("SYSTEM_PORTS", **{"/dev/serial/by-id/usb-A": True, "/dev/ttyS0": False})
        return [(one.name, one.label) for one in found.members.values()]

    assert unconnected(scene) == [("/dev/serial/by-id/usb-A", "Focuser's cable"), ("/dev/ttyS0", "ttyS0")]


def test_a_port_that_is_plugged_in_later_appears(monkeypatch):
    ports = []
    monkeypatch.setattr(serial_device, "serial_ports", lambda: ports)
    monkeypatch.setattr(serial_device.SerialDevice, "_look_for_ports", often(serial_device.SerialDevice))

    async def scene(harness):
        was_there = "SYSTEM_PORTS" in harness.mirror.devices["MoonLite"]
        ports.append(SerialPort("/dev/ttyUSB0"))
        await harness.expect("SYSTEM_PORTS", **{"/dev/ttyUSB0": True})
        return was_there

    assert not unconnected(scene, type("Looking", (QuickMoonlite,), {})())


def often(device):
    """Return the search for ports, to be made often."""
    from lightapt_drivers import every

    async def look(self):
        await found(self)

    found = device._look_for_ports
    return every(0.01, always=True)(look)


# Connecting.


def test_it_connects_over_a_serial_port():
    async def scene(it):
        await it.position(START)
        return it.harness.find("INSTRUMENT_INFO").text("FIRMWARE")

    assert focusing(scene) == "1.0"


def test_it_connects_over_the_network():
    async def scene(it):
        await it.position(START)
        return it.harness.find("CONNECTION_MODE").is_on("CONNECTION_TCP")

    assert focusing(scene, line=Line.on_network)


def test_the_network_address_may_be_set_by_clients():
    async def scene(it):
        host, port = it.line.address.removeprefix("socket://").split(":")
        await it.harness.request("CONNECTION_MODE", CONNECTION_TCP=True)
        await it.harness.request("DEVICE_ADDRESS", ADDRESS=host, PORT=port)
        await it.harness.connect()
        await it.position(START)

    focusing(scene, line=Line.on_network, connect=False, port="")


def test_a_port_that_is_missing_is_named():
    async def scene(harness):
        return await refusal(harness)

    said = unconnected(scene, QuickMoonlite(port="/dev/nowhere"))
    assert said.startswith("there is no port /dev/nowhere; ")


def test_a_port_that_nobody_has_named_is_asked_for():
    async def scene(harness):
        await harness.request("DEVICE_PORT", PORT=" ")
        return await refusal(harness)

    assert unconnected(scene).startswith("set DEVICE_PORT first")


def test_an_address_that_nobody_has_named_is_asked_for():
    async def scene(harness):
        await harness.request("CONNECTION_MODE", CONNECTION_TCP=True)
        return await refusal(harness)

    assert unconnected(scene).startswith("set DEVICE_ADDRESS first")


@pytest.mark.parametrize(("host", "url"), [("::1", "socket://[::1]:1"), ("[::1]", "socket://[::1]:1")])
def test_an_address_may_be_of_the_new_kind(host, url):
    async def scene(harness):
        await harness.request("CONNECTION_MODE", CONNECTION_TCP=True)
        await harness.request("DEVICE_ADDRESS", ADDRESS=host, PORT="1")
        return await refusal(harness)

    assert f"at {url}" in unconnected(scene)


def test_an_instrument_that_is_switched_off_is_asked_three_times():
    async def scene(it):
        it.line.spoil_all(Silence())
        said = await refusal(it.harness)
        return said, it.heard

    said, heard = focusing(scene, connect=False, patience=HASTY)
    assert "is it switched on, and are port and speed right? (3 times in a row)" in said
    assert heard == ["GP"] * 3


def test_an_instrument_that_is_switched_on_later_is_met_then():
    async def scene(it):
        it.line.spoil_all(Silence())
        await it.harness.request("CONNECTION", CONNECT=True)
        await it.harness.expect("CONNECTION", state=State.ALERT, CONNECT=True)
        it.line.spoil_all(None)
        await it.harness.expect("CONNECTION", state=State.OK)
        await it.position(START)

    focusing(scene, connect=False, patience=HASTY)


def test_an_instrument_that_takes_its_time_to_start_is_met():
    async def scene(it):
        it.line.spoil(Silence(), Half())
        await it.harness.connect()
        await it.position(START)

    focusing(scene, connect=False, patience=LENIENT)


def test_something_else_on_the_port_is_shown():
    async def scene(it):
        it.line.spoil_all(Garbage(b"$GPGGA,#"))
        return await refusal(it.harness)

    assert "b':GP#' was answered by b'$GPGGA,#'" in focusing(scene, connect=False)


def test_connecting_can_be_given_up():
    async def scene(it):
        it.line.spoil_all(Silence())
        await it.harness.request("CONNECTION", CONNECT=True)
        await it.harness.expect("CONNECTION", state=State.BUSY)
        await it.harness.request("CONNECTION", DISCONNECT=True)
        await it.harness.expect("CONNECTION", state=State.OK, DISCONNECT=True)

    focusing(scene, connect=False)


def test_while_connected_the_port_is_taken():
    async def scene(it):
        with pytest.raises(PortBusyError):
            await open_link(it.line.address)

    focusing(scene)


def test_disconnecting_frees_the_port():
    async def scene(it):
        await it.harness.request("CONNECTION", DISCONNECT=True)
        with await open_link(it.line.address):
            pass
        await it.harness.connect()
        await it.position(START)

    focusing(scene)


def test_a_connection_that_failed_frees_the_port():
    async def scene(it):
        it.line.spoil_all(Garbage(b"zzzz#"))
        await refusal(it.harness)
        with await open_link(it.line.address):
            pass

    focusing(scene, connect=False)


def test_there_is_no_line_before_there_is_a_connection():
    with pytest.raises(LinkLostError, match="MoonLite is not connected"):
        _ = QuickMoonlite().link


# A line that fails.


def test_a_port_that_goes_is_looked_for_and_found(tmp_path):
    async def scene(it):
        it.line.unplug()
        await it.harness.expect("CONNECTION", state=State.ALERT, CONNECT=True)
        it.emulator.position = 1234.0
        it.line.plug()
        await it.harness.expect("CONNECTION", state=State.OK, CONNECT=True)
        await it.position(1234, state=State.OK)
        return it.harness.notices

    said = focusing(scene, line=partial(Line, link=tmp_path / "port"))
    assert any(text.startswith(f"MoonLite is lost: {tmp_path / 'port'} has gone") for text in said)
    assert "MoonLite is back" in said


def test_an_instrument_that_falls_silent_is_lost_and_found():
    async def scene(it):
        it.line.spoil_all(Silence())
        await it.harness.expect("CONNECTION", state=State.ALERT, CONNECT=True)
        await it.harness.expect("ABS_FOCUS_POSITION", state=State.ALERT)
        it.line.spoil_all(None)
        await it.harness.expect("CONNECTION", state=State.OK, CONNECT=True)
        await it.position(START, state=State.OK)

    focusing(scene, patience=HASTY)


@pytest.mark.parametrize("fault", [Silence(), Half(), Garbage(), Drip(0.001)])
def test_one_bad_answer_is_nothing(fault):
    async def scene(it):
        await it.harness.expect("FOCUS_TEMPERATURE")
        it.line.spoil(fault)
        it.emulator.position = 1234.0
        await it.position(1234)
        return it.harness.notices

    assert focusing(scene, patience=LENIENT) == []


def test_nonsense_turns_the_position_to_alert_and_is_told_once():
    async def scene(it):
        it.line.spoil(*[Garbage(b"zzzz#")] * 12)  # for four polls, at three questions each
        await it.harness.expect("ABS_FOCUS_POSITION", state=State.ALERT)
        await it.position(START, state=State.OK)
        assert it.harness.find("CONNECTION").state is State.OK
        return it.harness.notices

    (said,) = focusing(scene)
    assert "was answered by b'zzzz#'" in said


def test_what_goes_over_the_line_is_told_to_who_wants_to_see_it():
    async def scene(it):
        assert it.harness.notices == []
        await it.harness.request("DEBUG", ENABLE=True)
        await it.harness.request("FOCUS_SYNC", FOCUS_SYNC_VALUE=77)
        return it.harness.notices

    assert any(text.endswith(": b':GP#' -> b'004D#'") for text in focusing(scene))


# Simulation.


def test_a_simulated_instrument_is_there_without_a_port():
    async def scene(harness):
        await harness.expect("ABS_FOCUS_POSITION", **{POSITION: START})
        await harness.request("FOCUS_SYNC", FOCUS_SYNC_VALUE=77)
        await harness.expect("ABS_FOCUS_POSITION", **{POSITION: 77})
        await harness.request("CONNECTION", DISCONNECT=True)
        await harness.connect()  # and stays where it is
        await harness.expect("ABS_FOCUS_POSITION", **{POSITION: 77})

    play(scene, QuickMoonlite(port="/dev/nowhere", simulate=True))


def test_simulation_is_not_changed_under_way():
    async def scene(harness):
        await harness.request("SIMULATION", DISABLE=True)
        await harness.expect("SIMULATION", state=State.ALERT, ENABLE=True)
        await harness.request("CONNECTION", DISCONNECT=True)
        await harness.request("SIMULATION", DISABLE=True)
        await harness.expect("SIMULATION", state=State.OK, DISABLE=True)
        return await refusal(harness)

    assert "/dev/nowhere" in play(scene, QuickMoonlite(port="/dev/nowhere", simulate=True))


# Options, and what is saved.


def made(*arguments):
    parser = ArgumentParser()
    parser.add_argument("--name", default="")
    Moonlite.add_options(parser)
    return Moonlite.from_options(parser.parse_args(arguments))


@pytest.mark.parametrize(
    ("port", "serial", "address"),
    [
        ("/dev/ttyUSB3", "/dev/ttyUSB3", ("", "")),
        ("/dev/serial/by-id/usb-x:1", "/dev/serial/by-id/usb-x:1", ("", "")),
        ("mount.local:4030", "/dev/ttyUSB0", ("mount.local", "4030")),
        ("socket://10.0.0.2:9999", "/dev/ttyUSB0", ("10.0.0.2", "9999")),
        ("[fe80::1]:4030", "/dev/ttyUSB0", ("[fe80::1]", "4030")),
    ],
)
def test_an_option_says_where_it_is(port, serial, address):
    device = made("--port", port)
    assert device.device_port.value == serial
    assert tuple(device.device_address.values.values()) == address
    assert device.connection_mode["CONNECTION_TCP"] == bool(address[0])


def test_an_option_turns_simulation_on():
    assert made("--simulate").simulation["ENABLE"]
    assert not made().simulation["ENABLE"]


def test_what_is_saved_is_there_at_the_next_start(tmp_path):
    async def save(harness):
        await harness.request("DEVICE_BAUD_RATE", **{"19200": True})
        await harness.request("CONFIG_PROCESS", CONFIG_SAVE=True)

    async def read(harness):
        await harness.expect("DEVICE_PORT", PORT="/dev/ttyUSB7")
        await harness.expect("DEVICE_BAUD_RATE", **{"19200": True})
        await harness.expect("SIMULATION", ENABLE=True)

    unconnected(save, QuickMoonlite(port="/dev/ttyUSB7", simulate=True), folder=tmp_path)
    unconnected(read, folder=tmp_path)


def test_an_option_goes_before_what_is_saved(tmp_path):
    async def save(harness):
        await harness.request("CONFIG_PROCESS", CONFIG_SAVE=True)

    async def read(harness):
        await harness.expect("DEVICE_PORT", PORT="/dev/ttyUSB8")
        await harness.expect("CONNECTION_MODE", CONNECTION_SERIAL=True)
        await harness.request("CONFIG_PROCESS", CONFIG_LOAD=True)
        await harness.request("CONFIG_PROCESS", CONFIG_DEFAULT=True)
        await harness.dealt_with()
        return harness.find("DEVICE_PORT").text("PORT")

    unconnected(save, QuickMoonlite(port="host:4030"), folder=tmp_path)
    assert unconnected(read, QuickMoonlite(port="/dev/ttyUSB8"), folder=tmp_path) == "/dev/ttyUSB8"


def test_the_emulator_is_made_but_once():
    made_ones = []

    class Counting(QuickMoonlite):
        def make_emulator(self):
            made_ones.append(MoonliteEmulator())
            return made_ones[-1]

    async def scene(harness):
        await harness.request("CONNECTION", DISCONNECT=True)
        await harness.connect()

    play(scene, Counting(simulate=True))
    assert len(made_ones) == 1
