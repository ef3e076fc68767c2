"""Keeps drivers running and remote hubs connected: start, watch, start again, give up, end."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
from contextlib import suppress
from typing import Final, Protocol

from .child import Child
from .config import DriverSpec, HubConfig, RemoteSpec
from .link import Exchange, Link
from .outbox import Outbox
from .restart import RestartPolicy
from .routing import BlobPolicy, Peer, Role
from .system import tune_tcp
from .waiting import OutboxLimits
from .watchdog import Verdict, Watchdog
from .wire import SocketWire

__all__ = ["DriverSupervisor", "RemoteSupervisor", "Supervisor"]

_log = logging.getLogger(__name__)
_AT_ONCE: Final = 5.0
"""Seconds within which a driver gives up that finds its arguments wrong; interpreters take a while to start."""
_LAST_WORDS: Final = 1.0
"""Seconds for which output is still read from a driver whose process has ended."""
_CONNECT_TIMEOUT: Final = 10.0
_STEADY: Final = 30.0
"""Seconds of connection after which a remote's next loss starts from the shortest pause again."""

_HOPELESS: Final = frozenset({errno.ENOENT, errno.EACCES, errno.EPERM, errno.ENOEXEC, errno.ENOTDIR, errno.EISDIR})
"""Reasons for which a program cannot be started that do not pass by themselves."""

_Snoops = dict[tuple[bytes, bytes], BlobPolicy]


class Supervisor(Protocol):
    """Runs one driver or remote."""

    link: Link | None
    restarts: int

    async def run(self) -> None:
        """Run it until it is given up, or this is cancelled."""
        ...


class DriverSupervisor:
    """Runs one driver as a child process.

    Attributes:
        spec: What it runs.
        link: Its link, while it runs.
        is_given_up: Whether it died too often, could not be started, or found its arguments wrong.
    """

    def __init__(self, spec: DriverSpec, config: HubConfig, exchange: Exchange) -> None:
        self.spec = spec
        self._config = config
        self._exchange = exchange
        self._policy = RestartPolicy(config)
        self._snoops: _Snoops = {}
        self._child: Child | None = None
        self._had: list[bytes] = []  # the devices that it had when its link was closed
        self.link: Link | None = None
        self.is_given_up = False
        self._watchdog = Watchdog(config.hang_timeout)

    @property
    def peer_label(self) -> str:
        """What its peer is called, here or not."""
        return f"driver {self.spec.label}"

    @property
    def restarts(self) -> int:
        """How often it has been started again."""
        return self._policy.restarts

    @property
    def devices(self) -> set[bytes]:
        """The devices that it has now."""
        return self.link.peer.devices if self.link else set()

    async def run(self) -> None:
        """Run it until it is given up, or this is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            how = await self._run_once()
            again = self.spec.restart and not self.is_given_up
            pause = self._policy.next_pause(loop.time()) if again else None
            if pause is None:
                self._give_up(how)
                return
            text = "Driver %s: %s; restart #%d in %.2g s"
            _log.warning(text, self.spec.label, how, self.restarts, pause, extra={"driver": self.spec.label})
            await asyncio.sleep(pause)

    def _give_up(self, how: str) -> None:
        self.is_given_up = True
        # KStars' local mode looks for just these words.
        _log.error("Driver %s: Terminated after #%d restarts.", self.spec.label, self.restarts)
        for device in self._had:
            self._exchange.say(device, f"The driver {self.spec.label} has ended ({how}) and is not started again.")

    async def _run_once(self) -> str:
        self._had = []
        try:
            child = await Child.start(self.spec, os.environ)
        except OSError as error:
            how = f"cannot be started: {error.strerror}: {self.spec.argv[0]}"
            _log.error("Driver %s: %s", self.spec.label, how, extra={"driver": self.spec.label})
            self.is_given_up = error.errno in _HOPELESS
            return how
        _log.info("Driver %s: pid=%d", self.spec.label, child.pid, extra={"driver": self.spec.label})
        self._child, self._watchdog = child, Watchdog(self._config.hang_timeout)
        loop = asyncio.get_running_loop()
        began = loop.time()
        closed: asyncio.Future[str] = loop.create_future()
        self.link = self._link(child, closed)
        try:
            async with asyncio.TaskGroup() as group:
                stderr = group.create_task(child.relay_stderr())
                waiting = group.create_task(child.wait())
                try:
                    await asyncio.wait((closed, waiting), return_when=asyncio.FIRST_COMPLETED)
                    if not closed.done():
                        self.link.exempt()
                        await asyncio.wait((closed,), timeout=_LAST_WORDS)
                finally:
                    how = await self._end(child, closed)
                    await asyncio.wait((stderr,), timeout=_LAST_WORDS)
                    stderr.cancel()
            is_first = not self.restarts
            if is_first and child.has_refused and not self._had and loop.time() - began < _AT_ONCE:
                self.is_given_up = True
                text = "Driver %s: %s at once, as for wrong arguments: it is not started again"
                _log.error(text, self.spec.label, how, extra={"driver": self.spec.label})
            return how
        finally:
            child.close()
            self._child = self.link = None

    async def _end(self, child: Child, closed: asyncio.Future[str]) -> str:
        if self.link is not None:
            self.link.close("it has ended")
        reason = closed.result()
        how = await child.end()
        return how if reason.startswith("it ") else f"{reason} ({how})"

    def _link(self, child: Child, closed: asyncio.Future[str]) -> Link:
        limits = OutboxLimits(memory=self._config.max_behind, stream=0)
        peer = Peer(Role.DRIVER, self.peer_label, outbox=Outbox(limits))
        peer.snoops = self._snoops  # what it watched before it died, it watches again

        def on_closed(reason: str) -> None:
            self._had = sorted(peer.devices)
            closed.set_result(reason)

        return Link(self._exchange, peer, wire=child.wire, on_closed=on_closed)

    def look(self, now: float) -> None:
        """See whether the driver still answers; to be called every second or so, with the loop's time in s."""
        link = self.link
        if link is None or link.is_paused:
            return
        verdict = self._watchdog.look(now=now, heard=link.heard, unanswered=link.unanswered)
        if verdict is Verdict.ASK:
            if not self._exchange.board.ask(link.peer):
                self._watchdog.excuse()
            self._exchange.flush()
        elif verdict is Verdict.HUNG:
            self._report_hung(link)

    def _report_hung(self, link: Link) -> None:
        silence = f"has not answered for {self._config.hang_timeout:g} s though messages wait for it"
        _log.error("Driver %s: it %s", self.spec.label, silence, extra={"driver": self.spec.label})
        for device in sorted(link.peer.devices):
            self._exchange.say(device, f"The driver {self.spec.label} {silence}.")
        if self._config.hang_restart and self._child is not None:
            self._child.kill()
            link.close("it hung")


class RemoteSupervisor:
    """Keeps a link to another hub, and makes it again whenever it is lost.

    Attributes:
        spec: Where the other hub is.
        link: The link, while there is one.
        restarts: How often it was tried to make it again.
    """

    def __init__(self, spec: RemoteSpec, config: HubConfig, exchange: Exchange) -> None:
        self.spec = spec
        self._config = config
        self._exchange = exchange
        self._snoops: _Snoops = {}
        self.link: Link | None = None
        self.restarts = 0

    @property
    def peer_label(self) -> str:
        """What its peer is called, here or not."""
        return f"remote {self.spec.label}"

    async def run(self) -> None:
        """Keep the link until cancelled."""
        loop = asyncio.get_running_loop()
        pause = self._config.backoff_first
        level = logging.WARNING
        while True:
            started = loop.time()
            reason = await self._run_once()
            if loop.time() - started > _STEADY:
                pause, level = self._config.backoff_first, logging.WARNING
            _log.log(level, "remote %s: %s; next try in %.2g s", self.spec.label, reason, pause)
            await asyncio.sleep(pause)
            pause = min(self._config.backoff_limit, 2 * pause)
            level = logging.INFO if reason.startswith("cannot connect") else logging.WARNING
            self.restarts += 1

    async def _run_once(self) -> str:
        try:
            sock = await _connected(self.spec)
        except TimeoutError:
            return f"cannot connect: no answer in {_CONNECT_TIMEOUT:g} s"
        except OSError as error:
            return f"cannot connect: {_words(error)}"
        except UnicodeError:
            return f"cannot connect: {self.spec.host!r} cannot be the name of a host"
        with suppress(OSError):  # it may be gone already, which reading tells
            tune_tcp(sock, keepalive=self._config.keepalive)
        closed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.link = self._link(SocketWire(sock), closed)
        _log.info("remote %s: connected", self.spec.label)
        try:
            return await closed
        finally:
            if not closed.done() or closed.cancelled():
                self.link.close("the hub lets it go")
            self.link = None

    def _link(self, wire: SocketWire, closed: asyncio.Future[str]) -> Link:
        def on_closed(reason: str) -> None:
            if not closed.done():
                closed.set_result(reason)

        spec = self.spec
        limits = OutboxLimits(memory=self._config.max_behind, stream=0)
        host = f"{spec.host}:{spec.port}"
        peer = Peer(Role.REMOTE, self.peer_label, outbox=Outbox(limits), host=host, only_device=spec.device.encode())
        peer.passes_blobs = spec.blobs
        peer.snoops = self._snoops
        return Link(self._exchange, peer, wire=wire, on_closed=on_closed)


def _words(error: OSError) -> str:
    """Return what the system says; asyncio puts the address in its place."""
    code = error.errno or 0
    return os.strerror(code) if code > 0 else error.strerror or str(error)


async def _connected(spec: RemoteSpec) -> socket.socket:
    """Return a socket connected to the first of the host's addresses that answers.

    Raises:
        OSError: None does.
    """
    loop = asyncio.get_running_loop()
    failure = OSError("the host has no address")
    for family, kind, protocol, _, address in await loop.getaddrinfo(spec.host, spec.port, type=socket.SOCK_STREAM):
        sock = socket.socket(family, kind, protocol)
        sock.setblocking(False)
        try:
            async with asyncio.timeout(_CONNECT_TIMEOUT):
                await loop.sock_connect(sock, address)
        except OSError as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise failure
