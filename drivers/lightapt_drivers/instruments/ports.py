"""The serial ports of this machine, and how one is opened."""

from __future__ import annotations

import errno
import fcntl
import grp
import os
import struct
import termios
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import serial
from serial.tools import list_ports

from .errors import LinkError, PortBusyError, PortDeniedError, PortMissingError
from .wire import Wire

__all__ = ["SerialPort", "open_serial", "serial_ports"]

_BY_ID: Final = Path("/dev/serial/by-id")
"""Where udev names ports after what is plugged in, wherever it is plugged in."""
_UNNAMED: Final = "n/a"
"""What pyserial says of a port that says nothing about itself."""


@dataclass(frozen=True, slots=True)
class SerialPort:
    """A serial port of this machine.

    Attributes:
        path: What to open: of two names for a port the one that outlives a change of socket.
        description: What is behind it, for people; may be empty.
    """

    path: str
    description: str = ""


def serial_ports(by_id: Path = _BY_ID) -> list[SerialPort]:
    """Return the serial ports that are there, those with a lasting name first. It reads a few small files."""
    described = {os.path.realpath(info.device): info.description or "" for info in list_ports.comports()}
    named = sorted(by_id.iterdir()) if by_id.is_dir() else []
    ports = [(str(path), described.pop(os.path.realpath(path), "")) for path in named]
    ports += sorted(described.items())
    return [SerialPort(path, "" if description == _UNNAMED else description) for path, description in ports]


def open_serial(path: str, baud: int) -> Wire:
    """Open a serial port for this program alone: 8 data bits, no parity, 1 stop bit. It may block.

    Raises:
        LinkError: It cannot be opened; the subclass says why.
    """
    try:
        # With a time between bytes, even none, pyserial sets VMIN to 1: then a read that finds nothing differs from
        # one that finds the port gone.
        port = serial.Serial(path, baud, exclusive=True, inter_byte_timeout=0)
    except OSError as error:
        raise _unopened(path, error) from error
    except (termios.error, ValueError, OverflowError) as error:
        raise LinkError(f"{path} cannot be set to {baud} baud: {error}", port=path) from error
    # The lock above keeps out who asks for it; this keeps out all who open the port after us.
    _ioctl(port.fileno(), termios.TIOCEXCL)
    return Wire(path, port.fileno(), lambda: _close(port), drain=lambda: _drain(port.fileno()))


def _drain(descriptor: int) -> None:
    with suppress(OSError, termios.error):  # it has gone
        termios.tcdrain(descriptor)


def _close(port: serial.Serial) -> None:
    with suppress(OSError, termios.error):
        if _unsent(port.fileno()):  # else closing waits until a dead instrument has read all
            termios.tcflush(port.fileno(), termios.TCOFLUSH)
    _ioctl(port.fileno(), termios.TIOCNXCL)
    with suppress(OSError):
        port.close()


def _unsent(descriptor: int) -> int:
    """Return the bytes that wait for the instrument. A pseudo-terminal has none, and would take back what was sent."""
    (count,) = struct.unpack("i", fcntl.ioctl(descriptor, termios.TIOCOUTQ, bytes(4)))
    return int(count)


def _ioctl(descriptor: int, request: int) -> None:
    with suppress(OSError):  # the port has gone, or is of a kind that knows no such thing
        fcntl.ioctl(descriptor, request)


def _unopened(path: str, error: OSError) -> LinkError:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR | errno.ENXIO | errno.ENODEV | errno.EIO:
            return PortMissingError(f"there is no port {path}; {_alternatives(serial_ports())}", port=path)
        case errno.EACCES | errno.EPERM:
            return PortDeniedError(f"{path} may not be opened: {_way_in(path)}", port=path)
        case errno.EBUSY | errno.EAGAIN:
            return PortBusyError(f"another program has {path} open: end it first", port=path)
        case _:
            return LinkError(f"{path} cannot be opened as a serial port: {error}", port=path)


def _alternatives(ports: Sequence[SerialPort]) -> str:
    if not ports:
        return "this machine has no serial port: is the instrument plugged in?"
    return "there are " + ", ".join(port.path for port in ports)


def _way_in(path: str) -> str:
    """Return what lets this user open a port: its group, which is dialout on Debian and its kin."""
    try:
        group = grp.getgrgid(os.stat(path).st_gid).gr_name
    except (OSError, KeyError):
        group = "dialout"
    return f"put this user into the group {group} (sudo usermod -aG {group} $USER), then log in anew"
