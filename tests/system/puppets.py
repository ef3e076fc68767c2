"""Mock driver and mock client: the two ends of an INDI stream, in the hands of a test.

Nothing here sleeps: a puppet waits for bytes, or for the end of a stream, and what can only be looked at (a process) is
looked at until it is as it shall be. All waiting ends after `PATIENCE`.
"""

from __future__ import annotations

import itertools
import os
import re
import shlex
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

MS = 0.001 * float(os.environ.get("LIGHTAPT_TIME_SCALE", "1"))
"""A millisecond; longer on slow machines."""

PATIENCE = 45_000 * MS
_SCRIPT = Path(__file__).with_name("puppet_driver.py")
_PACKET = 32 * 1024
_uids = itertools.count(1)


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Look at something that cannot be waited for, until it holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(5 * MS)


class Puppet:
    """One end of an INDI stream. What it has received stays until it is expected.

    Attributes:
        name: How failures call it.
        descriptors: What came beside the bytes; closed with the puppet.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.descriptors: list[int] = []
        self._received = bytearray()
        self._ended = False

    def send(self, data: bytes, descriptors: Sequence[int] = ()) -> None:
        raise NotImplementedError

    def _more(self, timeout: float) -> bytes:
        """Return what came next, empty at the end.

        Raises:
            TimeoutError: Nothing did.
        """
        raise NotImplementedError

    def expect(self, wanted: bytes) -> bytes:
        """Wait for these bytes; return all that came before them."""
        return self._until(lambda: self._received.find(wanted), len(wanted), wanted)

    def expect_only(self, wanted: bytes) -> None:
        """Wait for these bytes; nothing but white space may come before them."""
        before = self.expect(wanted)
        assert not before.strip(), f"{self.name} got {before[:2000]!r} before {wanted[:200]!r}"

    def expect_match(self, pattern: bytes) -> re.Match[bytes]:
        """Wait for a match and return it."""
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, bytes(self._received))):
            self._take(deadline, pattern)
        del self._received[: found.end()]
        return found

    def expect_end(self) -> bytes:
        """Wait for the end of the stream; return all that came before it."""
        deadline = time.monotonic() + PATIENCE
        while not self._ended:
            self._take(deadline, b"the end", may_end=True)
        rest = bytes(self._received)
        self._received.clear()
        return rest

    def send_in_vain(self, data: bytes, descriptors: Sequence[int] = ()) -> None:
        """Send to somebody who may cut the link meanwhile."""
        with suppress(ConnectionError):
            self.send(data, descriptors)

    def drain(self) -> None:
        """Let go of what has come up to now."""
        with suppress(TimeoutError):
            while not self._ended and (self._more(0.0) or self._has_ended()):
                pass
        self._received.clear()

    def _has_ended(self) -> bool:
        self._ended = True
        return False

    def sync(self) -> bytes:
        """Send a ping and wait for its answer: the hub has seen all before it. Return what came meanwhile."""
        uid = b"sync-%d" % next(_uids)
        self.send(b'<pingRequest uid="%b"/>\n' % uid)
        return self.expect(b'<pingReply uid="%b"/>' % uid)

    def expect_silence(self) -> None:
        """See that nothing has come for it up to now."""
        got = self.sync()
        assert not got.strip(), f"{self.name} got {got[:2000]!r}"

    def _until(self, find: Callable[[], int], length: int, wanted: bytes) -> bytes:
        deadline = time.monotonic() + PATIENCE
        while (at := find()) < 0:
            self._take(deadline, wanted)
        before = bytes(self._received[:at])
        del self._received[: at + length]
        return before

    def _take(self, deadline: float, wanted: bytes, *, may_end: bool = False) -> None:
        try:
            data = b"" if self._ended else self._more(max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            raise self._in_vain(wanted) from None
        self._received += data
        if not data:
            self._ended = True
            if not may_end:
                raise AssertionError(f"{self.name}: the stream has ended. {self._in_vain(wanted)}")

    def _in_vain(self, wanted: bytes) -> AssertionError:
        got = bytes(self._received[-2000:])
        return AssertionError(f"{self.name} waited in vain for {wanted[:200]!r}; it has got {got!r}")

    def close(self) -> None:
        for descriptor in self.descriptors:
            with suppress(OSError):
                os.close(descriptor)
        self.descriptors.clear()


class Client(Puppet):
    """A client on a TCP or Unix socket.

    Attributes:
        is_local: Whether descriptors may travel beside the bytes.
    """

    def __init__(self, address: tuple[str, int] | str, *, name: str = "client", receives: int = 0) -> None:
        super().__init__(name)
        self.is_local = isinstance(address, str)
        family = (
            socket.AF_UNIX if isinstance(address, str) else socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        )
        self._sock = socket.socket(family)
        if receives:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
        self._sock.settimeout(PATIENCE)
        self._sock.connect(address)

    def send(self, data: bytes, descriptors: Sequence[int] = ()) -> None:
        self._sock.settimeout(PATIENCE)
        if descriptors:
            data = data[socket.send_fds(self._sock, [data], list(descriptors)) :]
        self._sock.sendall(data)

    def sync_in_vain(self) -> None:
        """Ping a hub that may cut the link meanwhile, and wait for what comes of it."""
        with suppress(AssertionError, ConnectionError):
            self._received.clear()
            self.sync()

    def half_close(self) -> None:
        """Send no more."""
        with suppress(OSError):  # the hub may have cut the link
            self._sock.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Leave with a TCP reset, as a process does that is killed with data unread."""
        if not self.is_local:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        super().close()
        self._sock.close()

    def _more(self, timeout: float) -> bytes:
        self._sock.settimeout(timeout or 0.001)
        try:
            if not self.is_local:
                return self._sock.recv(1 << 20)
            data, descriptors, _, _ = socket.recv_fds(self._sock, 1 << 20, 16)
        except ConnectionResetError:
            return b""
        self.descriptors += descriptors
        return data


class Driver(Puppet):
    """A driver that a hub starts as `path`, and that does what its test says; it begins anew with each start."""

    def __init__(self, name: str, folder: Path) -> None:
        super().__init__(name)
        self.path = folder / name
        control = folder / f"{name}.socket"
        command = shlex.join([sys.executable, "-I", "-S", str(_SCRIPT), str(control)])
        self.path.write_text(f"#!/bin/sh\nexec {command}\n")
        self.path.chmod(0o755)
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listening.bind(str(control))
        self._listening.listen()
        self._control: socket.socket | None = None
        self.pid = 0

    def appear(self) -> None:
        """Wait for its (next) start."""
        self._listening.settimeout(PATIENCE)
        old, self._control = self._control, None
        if old is not None:
            old.close()
        self._control, _ = self._listening.accept()
        self._received.clear()
        self._ended = False
        self._control.settimeout(PATIENCE)
        self.pid = int(self._control.recv(100)[1:])

    def reappear(self) -> None:
        """Wait for its next start if it has been ended."""
        self.drain()
        if self._ended:
            self.appear()

    @property
    def _connected(self) -> socket.socket:
        if self._control is None:
            self.appear()
        assert self._control is not None
        return self._control

    def send(self, data: bytes, descriptors: Sequence[int] = ()) -> None:
        control = self._connected
        control.settimeout(PATIENCE)
        pieces = [data[at : at + _PACKET] for at in range(0, len(data), _PACKET)]
        socket.send_fds(control, [b">", pieces[0]], list(descriptors))
        for piece in pieces[1:]:
            control.sendmsg([b">", piece])

    def do(self, statement: str) -> None:
        """Run a line of Python in its process, with `os`, `sys`, `signal` and `puppet` at hand."""
        self._connected.send(b"!" + statement.encode())

    def announce(self, definitions: bytes) -> None:
        """Send definitions now, and whenever it is asked for them, as drivers do."""
        self.do(f"puppet.answer = {definitions!r}")
        self.send(definitions)

    def expect_number(self) -> int:
        """Wait for a number that its process tells."""
        self._connected.settimeout(PATIENCE)
        while (packet := self._connected.recv(_PACKET + 1))[:1] != b"#":
            assert packet[:1] == b"<", f"{self.name}: the stream has ended"
            self._received += packet[1:]
        return int(packet[1:])

    def flush(self) -> None:
        """Wait until its process has written all that it was given to send, be it half a message."""
        self.do("puppet.tell(0)")
        self.expect_number()

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to its process."""
        _ = self._connected
        os.kill(self.pid, number)

    def expect_exit(self) -> None:
        """Wait until its process has gone."""
        self.expect_end()
        eventually(lambda: not psutil.pid_exists(self.pid), f"the end of driver {self.name}")

    def close(self) -> None:
        super().close()
        self._listening.close()
        if self._control is not None:
            self._control.close()

    def _more(self, timeout: float) -> bytes:
        self._connected.settimeout(timeout or 0.001)
        try:
            packet = self._connected.recv(_PACKET + 1)
        except ConnectionResetError:
            return b""
        return packet[1:] if packet[:1] == b"<" else b""
