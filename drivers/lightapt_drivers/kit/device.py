"""A device as its author sees it: what it declares, what every device has, and what its methods may use."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from lightapt_protocol.members import DefNumber, DefText
from lightapt_protocol.messages import Notice
from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import Permission, State

from . import snooping, vectors
from .configuration import ConfigurationFile
from .engine import Engine
from .errors import DriverError, HardwareError, RefusedError
from .handlers import Handlers, OnNew, on_new
from .journal import Journal
from .live import Live, now
from .memory import Memory
from .settings import setting
from .snooping import LiveSnoop
from .vectors import GENERAL, OPTIONS, ButtonVector, NumberVector, SwitchVector, TextVector
from .wanted import Numbers, Switches, Texts, Wanted
from .wire import Wire

__all__ = ["Device"]

V = TypeVar("V")


class Device:
    """Base of all devices. A subclass declares its properties as class attributes, and decorates its methods.

    Class attributes say what it is: `device_name` (else the class's name, in words), `interface` (which the kinds
    give; those of all base classes count), `executable` (the command that starts it) and `driver_version`. The first
    line of the docstring is what clients show of the driver.

    What the kit itself needs of a device has names of two underscores, so that no driver hits on the same by chance.

    Attributes:
        name: The device's name.
        log: Its log, which clients see as messages.
        vectors: Its live properties by name, whether or not clients know of them.
        snoops: The devices that it snoops on, by the member of ACTIVE_DEVICES.
        handlers: Its methods, by what they are called for.
    """

    device_name: ClassVar[str] = ""
    interface: ClassVar[DriverInterface] = DriverInterface.GENERAL
    executable: ClassVar[str] = ""
    driver_version: ClassVar[str] = ""
    simulates: ClassVar[bool] = False
    """Whether the driver can simulate its hardware, where SIMULATION asks for it; only then there is that property."""
    reconnect_after: ClassVar[tuple[float, ...]] = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
    """Seconds to wait before each attempt to find hardware that is not there; the last goes on for ever."""

    connection = SwitchVector.standard(
        Standard.CONNECTION, "Connect", "Disconnect", on="DISCONNECT", label="Connection", always=True
    )
    driver_info = TextVector(
        Standard.DRIVER_INFO,
        *map(DefText, Standard.DRIVER_INFO.members),
        label="Driver",
        group=GENERAL,
        perm=Permission.READ_ONLY,
        always=True,
    )
    debug = SwitchVector.standard(
        Standard.DEBUG, "Enable", "Disable", on="DISABLE", label="Debug", group=OPTIONS, always=True, saved=True
    )
    polling_period = NumberVector(
        Standard.POLLING_PERIOD,
        DefNumber("PERIOD_MS", 1000, label="Period (ms)", format="%.0f", min=10, max=600_000),
        label="Polling",
        group=OPTIONS,
        always=True,
        saved=True,
    )
    simulation = SwitchVector.standard(
        Standard.SIMULATION,
        "Enable",
        "Disable",
        on="DISABLE",
        label="Simulation",
        group=OPTIONS,
        always=True,
        saved=True,
    )
    config_process = ButtonVector.standard_buttons(
        Standard.CONFIG_PROCESS, "Load", "Save", "Default", "Purge", label="Configuration", group=OPTIONS, always=True
    )
    active_devices = TextVector(
        Standard.ACTIVE_DEVICES, label="Snooped devices", group=OPTIONS, always=True, saved=True
    )

    def __init__(self, name: str = "") -> None:
        self.name = name or self.default_name()
        self.log = logging.getLogger(f"lightapt_drivers.devices.{self.name}")
        self.handlers = Handlers(self)
        self.snoops = {member: LiveSnoop(snooped) for member, snooped in snooping.declared(type(self)).items()}
        self.vectors: dict[str, Live[Any]] = {}
        self.__declared: dict[str, vectors.Vector[Any, Any]] = {}
        self.__hidden: set[str] = set()
        self.__memory = Memory(self, self.__declared)
        self.__engine: Engine | None = None
        for vector in vectors.declared(type(self)):
            self.__have(vector)
        self.__introduce()

    @classmethod
    def default_name(cls) -> str:
        """Return the name of a device that is not given another."""
        return cls.device_name or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", cls.__name__)

    @classmethod
    def summary(cls) -> str:
        """Return what the driver is, in a few words."""
        return (cls.__doc__ or cls.default_name()).strip().splitlines()[0].rstrip(".")

    @classmethod
    def add_options(cls, parser: ArgumentParser) -> None:
        """Add options to the driver's command line."""

    @classmethod
    def from_options(cls, options: Namespace) -> Device:
        """Return the device that a command line asks for."""
        return cls(options.name)

    @property
    def is_connected(self) -> bool:
        """Whether the hardware is there."""
        return self.__engine is not None and self.__engine.link.is_up

    # For a driver's methods.

    def say(self, message: str) -> None:
        """Tell the clients something, as it stands."""
        self.__running.wire.send(Notice(self.name, message, timestamp=now()))

    def hide(self, *properties: Live[Any]) -> None:
        """Have properties not defined until :meth:`show`: the hardware lacks what they are for."""
        for live in properties:
            self.__hidden.add(live.name)
            live.withdraw()

    def show(self, *properties: Live[Any]) -> None:
        """Have hidden properties defined again: at once, or when the device is connected."""
        self.__hidden.difference_update(live.name for live in properties)
        self.appear()

    def add(
        self,
        vector: vectors.Vector[Any, Any],
        handler: Callable[[Wanted[Any]], Awaitable[None]] | None = None,
        *,
        role: OnNew | None = None,
    ) -> Live[Any]:
        """Have a property that only the hardware knows of, hidden until :meth:`show`, and return it.

        One of the same name is replaced. Where clients have that still, and nothing but values differs, it stays.

        Args:
            vector: Its declaration.
            handler: What is called with what a client wants of it.
            role: How the handler is called, unless as by :func:`~lightapt_drivers.kit.handlers.on_new`.
        """
        before = self.vectors.get(vector.name)
        live = self.__have(vector)
        self.__hidden.add(vector.name)
        if handler is not None:
            self.handlers.new[vector.name] = role or OnNew(vector.name), handler
        if before is not None:
            live.succeed(before)
        elif self.__engine is not None:
            live.attach(self.__engine.wire)
        return live

    def is_active(self, live: Live[Any]) -> bool:
        """Whether an operation goes on in a property's lane."""
        return self.__running.lanes.is_busy(self.handlers.lane(live.name))

    async def cancel(self, *properties: Live[Any]) -> bool:
        """Cancel the operations in these properties' lanes, and return whether there were any.

        All is over when this returns; a caller in such a lane goes on.
        """
        return await self.__running.lanes.cancel({self.handlers.lane(live.name) for live in properties})

    async def begin(
        self, live: Live[Any], doing: Callable[[], Awaitable[None]], *, lane: Live[Any] | None = None
    ) -> None:
        """Start an operation of a property by the device's own will, in the place of what goes on in its lane.

        Args:
            live: The property, which is Busy from now on.
            doing: Called for the operation.
            lane: Another property, in whose lane it is.
        """
        name = self.handlers.lane((lane or live).name)
        await self.__running.replace(name, live)
        live.set(state=State.BUSY)
        self.__running.begin(live, doing, lane=name, before=live.values)

    def request(self, live: Live[V], **members: V) -> None:
        """Ask something of the device itself, as a client would: it is dealt with next."""
        self.__running.ask(setting(live, members))

    def remember(self, *properties: Live[Any]) -> None:
        """Save these properties' values at once, and leave the rest of what is saved as it is.

        Raises:
            DriverError: It cannot be saved.
        """
        # At every turn of a wheel: a crash of the driver loses nothing, and the loop does not wait for the disk.
        self.__memory.save([setting(live) for live in properties], durable=False)

    async def drained(self) -> None:
        """Wait while much waits to be sent; for operations that tell much."""
        await self.__running.wire.drained()

    def is_hopeless(self, error: DriverError) -> bool:
        """Whether no waiting mends what went wrong as it connected, so that it is not tried again.

        Unless a driver knows better, that is all but what the hardware does: a setting that is missing, a mistake.
        """
        return not isinstance(error, HardwareError)

    # For the kit.

    async def run(
        self, wire: Wire, *, file: ConfigurationFile | None = None, started: Callable[[], None] = lambda: None
    ) -> None:
        """Live until the engine is given None; `started` is called when it can be given anything."""
        journal = Journal(self.say)
        try:
            async with asyncio.TaskGroup() as tasks:
                self.__engine = Engine(self, wire, file, tasks)
                started()
                self.log.addHandler(journal)
                self.log.setLevel(logging.INFO)
                await self.__begin_life(wire)
                await self.__engine.run()
        finally:
            self.log.removeHandler(journal)

    @property
    def engine(self) -> Engine:
        """What runs the device, once it runs."""
        return self.__running

    def snoops_on(self, device: str) -> bool:
        """Whether what a device of this name says concerns this one."""
        return any(snoop.device == device for snoop in self.snoops.values())

    def tell(self, name: str) -> None:
        """Tell the clients of this property, or of all, as it is now."""
        for live in self.vectors.values():
            if (self.is_due(live) or live.is_known) and name in ("", live.name):
                live.repeat()

    def appear(self) -> None:
        """Define what is due and not yet defined."""
        for live in self.vectors.values():
            if self.is_due(live) and not live.is_defined:
                live.define()

    def hold_definitions(self) -> None:
        """Withdraw nothing until :meth:`settle_definitions`."""
        for live in self.vectors.values():
            live.hold()

    def settle_definitions(self) -> None:
        """Withdraw what was not defined again since :meth:`hold_definitions`, and tell what has changed."""
        for live in self.vectors.values():
            live.settle()

    def withdraw(self) -> None:
        """Withdraw what needs a connection."""
        for live in self.vectors.values():
            if not self.__declared[live.name].always:
                live.withdraw()

    def is_due(self, live: Live[Any]) -> bool:
        """Whether clients may know of a property at the moment."""
        due = self.is_connected or live.is_defined or self.__declared[live.name].always
        return due and live.name not in self.__hidden

    def is_available(self, live: Live[Any]) -> bool:
        """Whether a property can be set: not while its hardware is lost."""
        return self.__declared[live.name].always or not self.__running.link.is_lost

    def refuse(self, name: str, reason: str) -> None:
        """Turn a property to Alert because of a request that cannot be read."""
        if (live := self.vectors.get(name)) is not None and self.is_due(live):
            self.__running.refuse(live, reason)
        else:
            self.say(reason)

    async def restore(self, *, connected: bool, remembered: bool = True) -> None:
        """Have the saved settings obeyed next: of what needs a connection, or of the rest.

        Args:
            connected: Which.
            remembered: Also what was remembered (:meth:`remember`), and not by CONFIG_SAVE.

        Raises:
            DriverError: They cannot be read.
        """
        for request in self.__memory.requests(connected=connected, remembered=remembered):
            self.__running.ask(request)

    @property
    def __running(self) -> Engine:
        if self.__engine is None:
            raise RuntimeError(f"{self.name} does not run yet")
        return self.__engine

    def __have(self, vector: vectors.Vector[Any, Any]) -> Live[Any]:
        self.__declared[vector.name] = vector
        live = self.vectors[vector.name] = vector.live(self.name, vector.definition)
        return live

    def __introduce(self) -> None:
        """Fill in what depends on the class."""
        interface = DriverInterface.GENERAL
        for owner in type(self).__mro__:
            interface |= vars(owner).get("interface", DriverInterface.GENERAL)
        facts = (
            self.summary(),
            self.executable or _program(type(self)),
            self.driver_version or version("lightapt-server"),
            str(int(interface)),
        )
        self.driver_info.set(dict(zip(self.driver_info, facts, strict=True)))
        members = snooping.members(type(self))
        self.active_devices.redefine(*members)
        if not self.simulates:
            self.hide(self.simulation)
        if not members:
            self.hide(self.active_devices)
        if all(poll.seconds is not None for poll, _ in self.handlers.polls):
            self.hide(self.polling_period)

    async def __begin_life(self, wire: Wire) -> None:
        for live in self.vectors.values():
            live.attach(wire)
        for member, snoop in self.snoops.items():
            self.__follow(snoop, self.active_devices[member])
        await self.__running.attempt(self.restore(connected=False), live=self.config_process)

    def __follow(self, snoop: LiveSnoop, device: str) -> None:
        for question in snoop.follow(device):
            self.__running.wire.send(question)

    # What every device does.

    @on_new(connection)
    async def __connect_or_not(self, wanted: Switches) -> None:
        await (self.__running.link.connect() if wanted["CONNECT"] else self.__running.link.disconnect())

    @on_new(debug)
    async def __log_more_or_less(self, wanted: Switches) -> None:
        self.log.setLevel(logging.DEBUG if wanted["ENABLE"] else logging.INFO)

    @on_new(simulation)
    async def __simulate(self, wanted: Switches) -> None:
        if self.is_connected and wanted.choice != self.simulation.choice:
            raise RefusedError("disconnect first (CONNECTION), then change SIMULATION")

    @on_new(polling_period)
    async def __poll_more_or_less(self, wanted: Numbers) -> None:
        self.polling_period.ok(wanted)
        self.__running.period_changed()

    @on_new(active_devices)
    async def __snoop(self, wanted: Texts) -> None:
        for member, snoop in self.snoops.items():
            if wanted[member] != snoop.device:
                self.__follow(snoop, wanted[member])

    @on_new(config_process)
    async def __configure(self, wanted: Switches) -> None:
        await self.__memory.configure(wanted.choice)


def _program(device: type) -> str:
    """Return the file in which a class stands, or its module where there is none."""
    file = getattr(sys.modules.get(device.__module__), "__file__", None)
    return Path(file).name if file else device.__module__
