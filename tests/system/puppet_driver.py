"""The mock driver's process: hands its test all that comes on stdin, and does what its test says.

Run with the path of the test's socket (SOCK_SEQPACKET). Packets to the test: `=` and the process id at the start, `<`
and what came on stdin, `.` at the end of stdin, `#` and a number. From the test: `>` and what to write to stdout, with
descriptors beside it; `!` and a line of Python to run here.
"""

import os
import select
import signal
import socket
import sys
from collections import deque
from contextlib import suppress

_PACKET = 32 * 1024


class Puppet:
    """A driver without a will of its own. It never waits for its test to read.

    Attributes:
        stays: Whether it lives on when its input has ended.
        answer: What it writes whenever it is asked for properties.
    """

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._outgoing: deque[bytes] = deque([b"=%d" % os.getpid()])
        self._poll = select.poll()
        self._poll.register(0, select.POLLIN)
        self.stays = False
        self.answer = b""

    def run(self) -> None:
        """Be a driver until input or test end."""
        going = True
        while going:
            self._poll.register(self._control, select.POLLIN | (select.POLLOUT if self._outgoing else 0))
            for descriptor, event in self._poll.poll():
                if descriptor == 0:
                    going = going and self._pass_on()
                elif event & select.POLLIN or not event & select.POLLOUT:
                    going = going and self._obey()
                else:
                    self._control.send(self._outgoing.popleft())
        while self._outgoing:
            self._control.send(self._outgoing.popleft())

    def ignore_everything(self) -> None:
        """Live on at the end of input and at SIGTERM."""
        self.stays = True
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def tell(self, number: int) -> None:
        """Tell the test a number."""
        self._outgoing.append(b"#%d" % number)

    def flood(self, data: bytes, count: int) -> None:
        """Write the same again and again."""
        for _ in range(count // 1000):
            self._write(1000 * data, [])

    def _pass_on(self) -> bool:
        data = os.read(0, _PACKET)
        self._outgoing.append(b"<" + data if data else b".")
        if self.answer and b"<getProperties" in data:
            self._write(self.answer, [])
        if not data:
            self._poll.unregister(0)
        return bool(data) or self.stays

    def _obey(self) -> bool:
        packet, descriptors, _, _ = socket.recv_fds(self._control, _PACKET + 1, 16)
        if packet[:1] == b">":
            self._write(packet[1:], descriptors)
        elif packet:
            exec(packet[1:].decode(), {"puppet": self, "os": os, "sys": sys, "signal": signal})
        return bool(packet)

    def _write(self, data: bytes, descriptors: list[int]) -> None:
        if descriptors:
            with socket.socket(fileno=os.dup(1)) as stdout:
                data = data[socket.send_fds(stdout, [data], descriptors) :]
        while data:
            data = data[os.write(1, data) :]
        for descriptor in descriptors:
            os.close(descriptor)


def main() -> None:
    """Serve the test whose socket is the first argument."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as control:
        control.connect(sys.argv[1])
        with suppress(BrokenPipeError, ConnectionResetError):  # the hub, or the test, has ended
            Puppet(control).run()


if __name__ == "__main__":
    main()
