"""Where clients come in: listening sockets, and what becomes of a client until it leaves."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
from contextlib import suppress
from typing import Final

from .config import HubConfig
from .link import Exchange, Link
from .outbox import Outbox
from .routing import BlobPolicy, Peer, Role
from .system import HAS_ABSTRACT_SOCKETS, local_address, tune_tcp
from .waiting import OutboxLimits
from .wire import DescriptorWire, SocketWire

__all__ = ["ListenError", "Reception"]

_log = logging.getLogger(__name__)
_BACKLOG: Final = 512
_LINGER: Final = 5.0
"""Seconds for which a client that sends no more is served although nothing goes to it: it may just have gone."""
_LONG_LINGER: Final = 600.0
"""The same for one that has asked for pictures: an exposure takes long."""
_ECHO: Final = 0.5
"""Seconds in which a reset that answers white space has come: the next write then tells of it."""
_PAUSE: Final = 1.0
_ENDING: Final = "the hub is ending"
_ACCEPTED_AT_ONCE: Final = 64
_OUT_OF_RESOURCES: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class ListenError(Exception):
    """The hub cannot listen where it was told to. The text says what to do."""


class Reception:
    """Listens, and keeps the links of clients.

    Attributes:
        port: The TCP port in use, once open.
        welcomed: Clients that have come, ever.
        leaving: Clients that send no more, and perhaps have gone already.
    """

    def __init__(self, exchange: Exchange, config: HubConfig) -> None:
        self._exchange = exchange
        self._config = config
        self._limits = OutboxLimits(memory=config.max_behind, stream=config.stream_behind)
        self._listening: list[socket.socket] = []
        self._loop = asyncio.get_running_loop()
        self.clients: set[Link] = set()
        self.port = config.port
        self.welcomed = self.leaving = 0

    def open(self) -> None:
        """Listen.

        Raises:
            ListenError: An address is in use, or is none of this machine's.
        """
        try:
            for host in self._config.hosts:
                for family, address in _addresses(host):
                    self._listen(family, (address, self.port))
            if self._config.unix is not None:
                self._listen(socket.AF_UNIX, local_address(self._config.unix))
            self._check_listening()
        except BaseException:
            self.close()
            raise

    def _check_listening(self) -> None:
        if not self._listening:
            raise ListenError(f"{' and '.join(self._config.hosts)}: this machine has no such address")

    def close(self) -> None:
        """Stop listening, and let all clients go."""
        for sock in self._listening:
            self._loop.remove_reader(sock)
            sock.close()
        self._listening.clear()
        if self._config.unix is not None and not HAS_ABSTRACT_SOCKETS:
            with suppress(FileNotFoundError):
                os.unlink(self._config.unix)
        for link in list(self.clients):
            link.close(_ENDING)

    def _listen(self, family: socket.AddressFamily, address: tuple[str, int] | str) -> None:
        try:
            sock = _bound(family, address)
        except OSError as error:
            if family == socket.AF_INET6 and error.errno in (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL):
                _log.info("not listening on IPv6, which this machine has not")
                return
            raise ListenError(_trouble(address, error)) from error
        self._listening.append(sock)
        if not isinstance(address, str):
            self.port = sock.getsockname()[1]
        _log.info("listening on %s", _shown(address if isinstance(address, str) else (address[0], self.port)))
        self._loop.add_reader(sock, self._accept, sock)

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                sock, address = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                _log.error("cannot take in a client now: %s", error.strerror)
                if error.errno not in _OUT_OF_RESOURCES:
                    continue  # what became of one connection is not the next one's trouble (accept(2))
                self._loop.remove_reader(listening)
                self._loop.call_later(_PAUSE, self._resume, listening)
                return
            self._welcome(sock, address[:2])

    def _resume(self, listening: socket.socket) -> None:
        if listening in self._listening:
            self._loop.add_reader(listening, self._accept, listening)

    def _welcome(self, sock: socket.socket, address: tuple[str, int] | str) -> None:
        most = self._config.max_connections
        label = f"client {_shown(address) if address else f'#{self.welcomed + 1} on the local socket'}"
        if most is not None and len(self.clients) - self.leaving >= most:
            _log.warning("%s turned away: %d clients are here already", label, most)
            sock.close()
            return
        local = sock.family == socket.AF_UNIX
        if not local:
            with suppress(OSError):  # macOS: it has gone already, as reading will tell
                tune_tcp(sock, keepalive=self._config.keepalive)
        self.welcomed += 1
        peer = Peer(Role.CLIENT, label, outbox=Outbox(self._limits, attaches=local))
        _Client(self, peer, exchange=self._exchange, wire=DescriptorWire(sock) if local else SocketWire(sock))


class _Client:
    """One client's stay."""

    def __init__(self, reception: Reception, peer: Peer, *, exchange: Exchange, wire: SocketWire) -> None:
        self._reception = reception
        self._peer = peer
        self._loop = asyncio.get_running_loop()
        self._served = 0
        self._idle = 0.0
        self._has_ended = False
        _log.info("%s has come", peer.label, extra={"peer": peer.label})
        self._link = Link(exchange, peer, wire=wire, on_closed=self._closed, on_end=self._ended)
        reception.clients.add(self._link)

    def _closed(self, reason: str) -> None:
        self._reception.clients.discard(self._link)
        self._reception.leaving -= self._has_ended
        usual = reason.startswith("it closed") or reason == _ENDING
        _log.log(
            logging.INFO if usual else logging.WARNING,
            "%s: %s",
            self._peer.label,
            reason,
            extra={"peer": self._peer.label},
        )

    def _ended(self) -> bool:
        """It sends no more. What it has asked for is still coming: serve it while anything goes to it."""
        self._has_ended = True
        self._reception.leaving += 1
        self._served = self._link.bytes_out
        self._loop.call_later(_LINGER, self._look_again)
        return True

    def _look_again(self) -> None:
        if self._link not in self._reception.clients:
            return
        waits_for_pictures = self._peer.blobs is not BlobPolicy.NEVER or bool(self._peer.blob_choices)
        idle = self._link.bytes_out == self._served and not self._peer.outbox
        self._idle = self._idle + _LINGER if idle else 0.0
        if self._idle >= (_LONG_LINGER if waits_for_pictures else _LINGER):
            self._link.close("it closed the connection")
        elif idle:
            self._probe()
            self._loop.call_later(_ECHO, self._probe)
            self._served = self._link.bytes_out + 1  # that of the second
            self._loop.call_later(_LINGER, self._look_again)
        else:
            self._served = self._link.bytes_out
            self._loop.call_later(_LINGER, self._look_again)

    def _probe(self) -> None:
        """Send white space, which means nothing: who has gone altogether answers it with a reset."""
        if self._link in self._reception.clients and not self._peer.outbox:
            self._peer.outbox.put(b"\n", b"")
            self._link.flush()


def _addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    if host == "*":
        return [(socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")]
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ListenError(f"cannot listen on {host}: {error.strerror}") from error
    except UnicodeError as error:
        raise ListenError(f"cannot listen on {host!r}: that cannot be the name of a host") from error
    return [(family, str(address[0])) for family, _, _, _, address in found]


def _bound(family: socket.AddressFamily, address: tuple[str, int] | str) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        if family != socket.AF_UNIX:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.setblocking(False)
        sock.bind(address)
        sock.listen(_BACKLOG)
    except BaseException:
        sock.close()
        raise
    return sock


def _shown(address: tuple[str, int] | str) -> str:
    if isinstance(address, str):
        return address.lstrip("\0")
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _trouble(address: tuple[str, int] | str, error: OSError) -> str:
    shown = _shown(address)
    if error.errno == errno.EADDRINUSE:
        return f"{shown} is in use: another INDI server runs there. End it, or choose another port with --port."
    return f"cannot listen on {shown}: {error.strerror}"
