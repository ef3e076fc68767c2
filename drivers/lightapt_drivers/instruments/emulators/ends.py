"""Where an emulated instrument meets the computer: a pseudo-terminal, or a TCP port."""

from __future__ import annotations

import os
import socket
import tty
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Protocol

__all__ = ["Bridge", "End", "Terminal"]

_READ_SIZE: Final = 4096


class End(Protocol):
    """The instrument's end of a line."""

    @property
    def address(self) -> str:
        """What the computer opens."""
        ...

    def watched(self) -> Sequence[int]:
        """Return the descriptors to wait for."""
        ...

    def receive(self, descriptor: int) -> bytes:
        """Return what has come at one that is ready; empty where nothing has."""
        ...

    def send(self, data: bytes) -> None:
        """Send what can be sent at once: who does not read what comes over a line loses it."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


class Terminal:
    """A pseudo-terminal, which any program opens as a serial port."""

    def __init__(self) -> None:
        # The computer's side is held open too: while nobody has it open its terminal seems to be hung up.
        self._master, self._slave = os.openpty()
        os.set_blocking(self._master, False)
        tty.setraw(self._slave)
        self._address = os.ttyname(self._slave)

    @property
    def address(self) -> str:
        """See :class:`End`."""
        return self._address

    def watched(self) -> Sequence[int]:
        """See :class:`End`."""
        return (self._master,)

    def receive(self, descriptor: int) -> bytes:
        """See :class:`End`."""
        with suppress(BlockingIOError):  # the computer has taken back what it sent
            return os.read(descriptor, _READ_SIZE)
        return b""

    def send(self, data: bytes) -> None:
        """See :class:`End`."""
        with suppress(BlockingIOError):
            os.write(self._master, data)

    def close(self) -> None:
        """See :class:`End`."""
        os.close(self._slave)
        os.close(self._master)


class Bridge:
    """A TCP port of this machine, as a serial bridge has it: one connection counts, the latest."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self._connection: socket.socket | None = None

    @property
    def address(self) -> str:
        """See :class:`End`."""
        host, port = self._listener.getsockname()
        return f"socket://{host}:{port}"

    def watched(self) -> Sequence[int]:
        """See :class:`End`."""
        listener = self._listener.fileno()
        return (listener,) if self._connection is None else (listener, self._connection.fileno())

    def receive(self, descriptor: int) -> bytes:
        """See :class:`End`."""
        data = b""
        with suppress(OSError):  # gone again, or reset
            if descriptor == self._listener.fileno():
                self._accept()
            elif self._connection is not None and not (data := self._connection.recv(_READ_SIZE)):
                self._drop()
        return data

    def send(self, data: bytes) -> None:
        """See :class:`End`."""
        with suppress(OSError):
            if self._connection is not None:
                self._connection.send(data)

    def close(self) -> None:
        """See :class:`End`."""
        self._listener.close()
        self._drop()

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        connection.setblocking(False)
        self._drop()
        self._connection = connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
