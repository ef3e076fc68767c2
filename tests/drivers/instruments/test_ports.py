"""Serial ports are found, opened for one program alone, and refused with a reason."""

import asyncio
import errno
import os
import tty

import pytest
import serial

from lightapt_drivers.instruments import ports
from lightapt_drivers.instruments.errors import LinkError, PortBusyError, PortDeniedError, PortMissingError
from lightapt_drivers.instruments.ports import SerialPort, open_serial, serial_ports


class Found:
    """What pyserial says of a port."""

    def __init__(self, device, description):
        self.device = str(device)
        self.description = description


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with two adapters, one of which has a name, and a port of its own."""
    for name in ("ttyS0", "ttyUSB0", "ttyUSB1"):
        (tmp_path / name).touch()
    found = [
        Found(tmp_path / "ttyUSB1", "USB Serial"),
        Found(tmp_path / "ttyS0", "n/a"),
        Found(tmp_path / "ttyUSB0", "FT232"),
    ]
    monkeypatch.setattr(ports.list_ports, "comports", lambda: found)
    by_id = tmp_path / "by-id"
    by_id.mkdir()
    (by_id / "usb-Arduino_55-if00").symlink_to("../ttyUSB1")
    return tmp_path


@pytest.fixture
def terminal():
    master, slave = os.openpty()
    tty.setraw(slave)
    yield os.ttyname(slave)
    os.close(slave)
    os.close(master)


def test_lasting_names_come_first_and_no_port_comes_twice(machine):
    assert serial_ports(machine / "by-id") == [
        SerialPort(f"{machine}/by-id/usb-Arduino_55-if00", "USB Serial"),
        SerialPort(f"{machine}/ttyS0", ""),
        SerialPort(f"{machine}/ttyUSB0", "FT232"),
    ]


def test_a_machine_without_lasting_names_has_ports_all_the_same(machine):
    assert [port.path.removeprefix(f"{machine}/") for port in serial_ports(machine / "none")] == [
        "ttyS0",
        "ttyUSB0",
        "ttyUSB1",
    ]


def test_the_error_for_a_missing_port_names_those_that_are_there(machine):
    with pytest.raises(PortMissingError, match=r"there is no port /dev/ttyNone; there are .*/ttyS0, .*/ttyUSB0"):
        open_serial("/dev/ttyNone", 9600)


def test_the_error_says_where_there_are_none(monkeypatch):
    monkeypatch.setattr(ports.list_ports, "comports", list)
    monkeypatch.setattr(ports, "_BY_ID", ports._BY_ID / "none")
    with pytest.raises(PortMissingError, match="no port") as raised:
        open_serial("/dev/ttyNone", 9600)
    assert raised.value.port == "/dev/ttyNone"


def test_the_error_for_a_forbidden_port_says_what_lets_one_in(tmp_path, monkeypatch):
    path = tmp_path / "ttyUSB0"
    path.touch()

    def refuse(*_, **__):
        raise serial.SerialException(errno.EACCES, "could not open port")

    monkeypatch.setattr(serial, "Serial", refuse)
    with pytest.raises(PortDeniedError, match=r"into the group \w+ \(sudo usermod -aG \w+ \$USER\)"):
        open_serial(str(path), 9600)


def test_the_group_is_debians_where_the_port_does_not_say():
    assert "the group dialout" in ports._way_in("/dev/ttyNone")


def test_a_port_is_opened_for_one_program_alone(terminal):
    wire = open_serial(terminal, 9600)
    with pytest.raises(PortBusyError, match=r"another program has .* open"):
        open_serial(terminal, 9600)
    wire.close()
    open_serial(terminal, 9600).close()


def test_what_is_no_serial_port_is_refused(tmp_path):
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(LinkError, match="cannot be opened as a serial port"):
        open_serial(str(path), 9600)


@pytest.mark.parametrize("baud", [-1, 10**30])
def test_a_speed_that_cannot_be_is_refused(terminal, baud):
    with pytest.raises(LinkError, match="baud"):
        open_serial(terminal, baud)


def test_nothing_to_read_differs_from_a_port_that_has_gone(terminal):
    wire = open_serial(terminal, 9600)
    assert wire.take() == b""
    assert wire.is_open
    wire.close()


def test_closing_does_not_wait_for_an_instrument_that_reads_nothing(terminal):
    async def scene():
        wire = open_serial(terminal, 9600)
        await wire.write(b"x" * 1000)
        wire.close()

    asyncio.run(scene())


def test_what_was_sent_last_arrives_though_the_port_is_closed():
    async def scene():
        far, near = os.openpty()
        tty.setraw(near)
        try:
            wire = open_serial(os.ttyname(near), 9600)
            await wire.write(b":Qn#")
            await wire.drain(10)
            wire.close()
            assert os.read(far, 100) == b":Qn#"
        finally:
            os.close(far)
            os.close(near)

    asyncio.run(scene())


def test_a_port_that_has_gone_has_nothing_to_send():
    ports._drain(10_000)
