"""The server's end of a driver that is a program: on a socket as indiserver has it, or on two pipes."""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from lightapt_protocol.framing import BlobElement, Framer
from lightapt_protocol.messages import PingReply, PingRequest
from lightapt_protocol.parser import parse, parse_blob
from lightapt_protocol.writer import write
from tests.drivers.kit.scenes import PATIENCE, new

ASK = b'<getProperties version="1.7"/>'
PROGRAMS = Path(__file__).with_name("programs")


def command(program, *arguments):
    path = Path(program)
    return [sys.executable, str(path if path.is_absolute() else PROGRAMS / f"{program}.py"), *arguments]


def environment(**more):
    """Return the environment without what would change a driver, and with more."""
    usual = {name: value for name, value in os.environ.items() if name not in ("INDIDEV", "INDICONFIG")}
    return usual | {"XDG_CONFIG_HOME": "/nonexistent"} | more


def messages(framer, data):
    """Return the messages that are whole with this data."""
    elements = framer.feed(data)
    assert framer.error is None, framer.error
    return [parse_blob(one) if isinstance(one, BlobElement) else parse(one.raw) for one in elements]


def told(program, *arguments, said=ASK, code=0, **variables):
    """Return what a driver answers on pipes until it has ended with its input, and its log."""
    done = subprocess.run(
        command(program, *arguments),
        input=said,
        env=environment(**variables),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == code, done.stderr.decode()
    return messages(Framer(), done.stdout), done.stderr.decode()


class ServerEnd:
    """A driver's process, and the end of its line.

    Attributes:
        child: The process.
        said: All messages that came, in their order.
        descriptors: What came beside them.
    """

    def __init__(self, child, line):
        self.child = child
        self.line = line
        self.said = []
        self.descriptors = []
        self._framer = Framer()

    def send(self, *xml):
        self.line.sendall("".join(xml).encode())

    def connect(self, *devices):
        """Connect devices, and see that they are."""
        for device in devices:
            self.send(new("Switch", device, "CONNECTION", CONNECT="On"))
            self.until(
                lambda one, device=device: one.device == device and one.name == "CONNECTION" and one.state.value == 1
            )

    def read(self, size=1 << 20):
        """Take what has come, up to so many bytes; return whether there was anything."""
        data, descriptors, *_ = socket.recv_fds(self.line, size, 16)
        self.descriptors += descriptors
        self.said += messages(self._framer, data)
        return bool(data)

    def until(self, holds):
        """Wait for a message of which this holds, after those waited for before, and return it."""
        looked_at = 0
        while True:
            for place, message in enumerate(self.said[looked_at:], start=looked_at):
                if hasattr(message, "name") and holds(message):
                    del self.said[: place + 1]
                    return message
            looked_at = len(self.said)
            assert self.read(), "the driver ended"

    def until_of(self, device, name, kind=object):
        """Wait for a message of a property."""
        return self.until(lambda one: (one.device, one.name) == (device, name) and isinstance(one, kind))

    def sync(self):
        """Wait until all that was sent is dealt with."""
        self.send(write(PingRequest("sync")).decode())
        while PingReply("sync") not in self.said:
            assert self.read(), "the driver ended"
        self.said.remove(PingReply("sync"))

    def end(self):
        """Say that this was all, and return the exit code."""
        self.line.shutdown(socket.SHUT_WR)
        while self.read():
            pass
        return self.child.wait(PATIENCE)


@contextmanager
def on_socket(program, *arguments, **variables):
    """Start a driver on one Unix socket, as INDI servers do."""
    ours, theirs = socket.socketpair()
    ours.settimeout(PATIENCE)
    with ours:
        with theirs:
            child = subprocess.Popen(
                command(program, *arguments),
                stdin=theirs,
                stdout=theirs,
                stderr=subprocess.PIPE,
                env=environment(**variables),
            )
        with child:
            end = ServerEnd(child, ours)
            try:
                yield end
            finally:
                child.kill()
                for descriptor in end.descriptors:
                    os.close(descriptor)
