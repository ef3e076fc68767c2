"""A hub as a whole: reception, drivers, remotes, spool and clock around one switchboard."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Iterable
from typing import Final

from .config import DriverSpec, HubConfig, RemoteSpec
from .fifo import FifoReader
from .fifo_grammar import Start, Stop
from .guest import Guest, host
from .link import Exchange, Link
from .log import TrafficLog
from .reception import Reception
from .routing import Role
from .self_device import SelfDevice
from .spool import Spool
from .statistics import HubCounters, PeerCounters, peer_counters, report
from .supervisor import DriverSupervisor, RemoteSupervisor
from .switchboard import Switchboard
from .system import process_memory, spool_directory

__all__ = ["HubServer"]

_log = logging.getLogger(__name__)
_TICK: Final = 1.0
_STALL: Final = 120.0
"""Seconds for which a peer may take nothing while something waits for it: then its end of the link is dead."""


class HubServer:
    """A hub; `guests` are drivers that live in its own process, `complete` looks up programs named on the FIFO.

    Attributes:
        config: What it was told last.
        exchange: Its links and switchboard.
        reception: Where its clients are, while it runs.
    """

    def __init__(
        self,
        config: HubConfig,
        *,
        guests: Iterable[Guest] = (),
        complete: Callable[[DriverSpec], DriverSpec] | None = None,
    ) -> None:
        self.config = config
        self._complete = complete
        board = Switchboard(uuid.uuid4().hex[:12].encode())
        self._spool = Spool(config.spool, spool_directory())
        self.exchange = Exchange(board, limits=config.limits, trace=TrafficLog.wanted(config), store=self._spool)
        self._spool.on_written = self.exchange.flow.look
        self.reception: Reception | None = None
        self._running: dict[DriverSupervisor | RemoteSupervisor, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._stop = asyncio.Event()
        self._guests = [*guests, *([SelfDevice(self)] if config.self_device else [])]
        self._ended_restarts = 0
        self._progress: dict[Link, tuple[int, float]] = {}
        self.exit_code = 0

    async def run(self) -> int:
        """Serve until :meth:`stop`; return the exit code.

        Raises:
            ListenError: It cannot listen where it was told to.
        """
        reception = self.reception = Reception(self.exchange, self.config)
        reception.open()
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                helpers = [group.create_task(self._spool.run()), group.create_task(self._tick())]
                for guest in self._guests:
                    stay = host(guest, self.exchange, max_behind=self.config.max_behind)
                    helpers.append(group.create_task(stay))
                for driver in self.config.drivers:
                    self.start(driver)
                for remote in self.config.remotes:
                    self.start(remote)
                fifo = FifoReader(self.config.fifo, self._obey) if self.config.fifo else None
                await self._stop.wait()
                if fifo:
                    fifo.close()
                for supervisor in self._running:
                    self.end(supervisor)
                for task in helpers:
                    task.cancel()
        finally:
            self._group = None
            reception.close()
        return self.exit_code

    def stop(self) -> None:
        """End the drivers gracefully, then the hub."""
        self._stop.set()

    # Drivers and remotes.

    def start(self, spec: DriverSpec | RemoteSpec) -> None:
        """Start a driver, or connect to a remote."""
        if self._group is None or self._stop.is_set():
            return
        supervisor: DriverSupervisor | RemoteSupervisor
        if isinstance(spec, DriverSpec):
            supervisor = DriverSupervisor(spec, self.config, self.exchange)
        else:
            supervisor = RemoteSupervisor(spec, self.config, self.exchange)
        task = self._running[supervisor] = self._group.create_task(_guarded(supervisor))
        task.add_done_callback(lambda _: self._gone(supervisor))

    def end(self, supervisor: DriverSupervisor | RemoteSupervisor) -> None:
        """End a driver, or let go of a remote."""
        task = self._running[supervisor]
        if not task.cancelling():  # it ends already, and in order: a second push would hurry it
            task.cancel()

    def update(self, config: HubConfig) -> None:
        """Start what a new configuration has in addition, and end what it has no more; others stay as they are."""
        known: list[DriverSpec | RemoteSpec] = [*self.config.drivers, *self.config.remotes]
        wanted: list[DriverSpec | RemoteSpec] = [*config.drivers, *config.remotes]
        self.config = config
        for supervisor in list(self._running):
            if supervisor.spec in wanted:
                wanted.remove(supervisor.spec)
            elif supervisor.spec in known:
                _log.info("%s is not in the configuration any more: it ends", supervisor.spec.label)
                self.end(supervisor)
        for spec in wanted:
            self.start(spec)

    def _gone(self, supervisor: DriverSupervisor | RemoteSupervisor) -> None:
        del self._running[supervisor]
        self._ended_restarts += supervisor.restarts if isinstance(supervisor, DriverSupervisor) else 0
        nobody_left = not self._running and self.config.exit_with_last_driver
        if nobody_left and not self._stop.is_set():
            _log.error("no driver is left")
            self.exit_code = 1
            self.stop()

    def _obey(self, command: Start | Stop) -> None:
        if isinstance(command, Start):
            given = command.spec
            self.start(self._complete(given) if self._complete and isinstance(given, DriverSpec) else given)
            return
        for supervisor in self._running:
            if command.names(supervisor.spec) and (not command.device or _has(supervisor, command.device)):
                self.end(supervisor)
                return
        _log.error("FIFO: nothing called %s runs", command.target)

    # The clock.

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_TICK)
            now = loop.time()
            for supervisor in list(self._running):
                if isinstance(supervisor, DriverSupervisor):
                    supervisor.look(now)
            self._cut_dead_links(now)

    def _cut_dead_links(self, now: float) -> None:
        """A peer that takes nothing for long while something waits is gone, whatever its socket says."""
        progress: dict[Link, tuple[int, float]] = {}
        for link in list(self.exchange.links.values()):
            if not link.is_blocked or link.peer.role is Role.DRIVER:
                continue
            sent, since = self._progress.get(link, (-1, now))
            progress[link] = (link.bytes_out, now if link.bytes_out != sent else since)
            if now - progress[link][1] > _STALL:
                self.exchange.cut_off += 1
                link.close(f"has taken nothing for {_STALL:g} s while {link.peer.outbox.behind} bytes wait")
        self._progress = progress

    # Counters.

    def counters(self) -> HubCounters:
        """Return the hub's counters."""
        roles = [link.peer.role for link in self.exchange.links.values()]
        router = self.exchange.board.router
        return HubCounters(
            clients=roles.count(Role.CLIENT),
            drivers=roles.count(Role.DRIVER),
            remotes=roles.count(Role.REMOTE),
            devices=sum(len(peer.devices) for peer in router.drivers),
            welcomed=self.reception.welcomed if self.reception else 0,
            cut_off=self.exchange.cut_off,
            restarts=self._ended_restarts
            + sum(each.restarts for each in self._running if isinstance(each, DriverSupervisor)),
            spooled=self._spool.used,
            memory=process_memory(),
        )

    def peers(self) -> list[PeerCounters]:
        """Return the counters of each peer."""
        return peer_counters(self.exchange.links.values())

    def absent(self) -> list[str]:
        """Return the labels of drivers and remotes that are to come back."""
        return [supervisor.peer_label for supervisor in self._running if supervisor.link is None]

    def is_watched(self, device: bytes) -> bool:
        """Return whether anyone is interested in a device."""
        return self.exchange.board.router.is_watched(device)

    def report(self) -> str:
        """Return all counters as lines for a person."""
        return report(self.counters(), self.peers())


async def _guarded(supervisor: DriverSupervisor | RemoteSupervisor) -> None:
    """Run a supervisor; a fault of ours in one of them is not the end of the others."""
    try:
        await supervisor.run()
    except Exception:  # noqa: BLE001 - a task's edge: the hub goes on
        _log.exception("%s cannot be looked after any more", supervisor.spec.label)


def _has(supervisor: DriverSupervisor | RemoteSupervisor, device: str) -> bool:
    link = supervisor.link
    environment = dict(supervisor.spec.environment) if isinstance(supervisor.spec, DriverSpec) else {}
    return device == environment.get("INDIDEV") or (link is not None and device.encode() in link.peer.devices)
