"""The device that shows what Alpaca devices there are, and has those bridged that people want."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final, Protocol
from urllib.parse import unquote

from lightapt_drivers import (
    ButtonVector,
    DefLight,
    DefSwitch,
    DefText,
    Device,
    DriverInterface,
    LightVector,
    Permission,
    RefusedError,
    State,
    Switches,
    SwitchRule,
    SwitchState,
    SwitchVector,
    Texts,
    TextVector,
    every,
    on_new,
    operation,
)

from .companions import companions_of
from .errors import AlpacaError
from .management import ask_inventory, ask_server_name
from .offered import Offered, Offers
from .servers import Remarks, Server, Standing, failed, summary
from .switchyard import ChildState
from .words import clean

__all__ = ["AlpacaOffering", "Yard", "command_for"]

_SEARCH_EVERY: Final = 30.0
_NOBODY: Final[Mapping[str, str]] = {}
_STATES: Final = {ChildState.RUNNING: State.OK, ChildState.WAITING: State.ALERT, ChildState.ENDED: State.IDLE}


class Yard(Protocol):
    """Where the bridged devices run: see :class:`~.switchyard.Switchyard`."""

    def start(self, command: Sequence[str], device: str, *, told: Callable[[ChildState], None]) -> None:
        """Have a child process with this device."""
        ...

    def move(self, command: Sequence[str], device: str) -> None:
        """Have it by another command, connected if it was."""
        ...

    async def stop(self, device: str) -> None:
        """Have it no more."""
        ...


class AlpacaOffering(Device):
    """Alpaca devices on the network.

    Each device that is found is bridged by a process of its own, unless somebody has switched it off here, which is
    remembered. It need not be connected.

    Args:
        name: The device's name.
        yard: Where the bridged devices run.
        find: Returns the addresses of the servers; asked again and again.
        search_every: Seconds between two searches.
        nobody: What to say when nobody is found.
    """

    device_name: ClassVar[str] = "Alpaca"
    executable: ClassVar[str] = "lightapt-alpaca"
    interface: ClassVar[DriverInterface] = DriverInterface.AUX

    search = ButtonVector("ALPACA_SEARCH", DefSwitch("SEARCH", label="Search again"), label="Search", always=True)
    servers = TextVector("ALPACA_SERVERS", label="Servers", perm=Permission.READ_ONLY, always=True)
    devices = SwitchVector("ALPACA_DEVICES", label="Bridge", rule=SwitchRule.ANY_OF_MANY, always=True)
    running = LightVector("ALPACA_RUNNING", label="Running", always=True)
    left_out = TextVector(
        "ALPACA_LEFT_OUT", DefText("DEVICES", label="Not to be bridged"), label="Left out", always=True, saved=True
    )

    names = TextVector(
        "ALPACA_NAMES",
        DefText("DEVICES", label="All of them: ID = name, one in a line"),
        label="Names",
        always=True,
        saved=True,
    )

    def __init__(
        self,
        name: str = "",
        *,
        yard: Yard,
        find: Callable[[], Awaitable[Sequence[str]]],
        search_every: float = _SEARCH_EVERY,
        nobody: str = "nobody is found",
    ) -> None:
        super().__init__(name)
        self._yard = yard
        self._find = find
        self._search_every = search_every
        self._offers = Offers([self.name])
        self._nobody = nobody
        self._is_alone = False
        """Whether nobody was found, and that was said."""
        self._servers: list[Server] = []
        self._remarks = Remarks()
        self._gone: set[str] = set()
        """Devices that no server has at the moment."""
        self._children: dict[str, ChildState] = {}
        self._searching = asyncio.Lock()
        self.hide(self.servers, self.devices, self.running)

    @operation(search)
    async def _search_now(self, _: Switches) -> None:
        self._is_alone = False  # who asks is told again
        await self._search()
        if self._servers:
            self.log.info("%s", summary(len(self._offers.known) - len(self._gone), self._servers))

    @every(0.0, always=True)
    async def _search_again(self) -> None:
        try:
            await self._search()
        finally:
            await asyncio.sleep(self._search_every)

    @on_new(left_out)
    async def _leave_out(self, wanted: Texts) -> None:
        self.left_out.ok(wanted)
        self.remember(self.left_out)
        await self._switch({key: key not in self._unwanted for key in self.devices})

    @on_new(devices)
    async def _choose(self, wanted: Switches) -> None:
        unwanted = (self._unwanted - set(wanted)) | {key for key, is_on in wanted.items() if not is_on}
        self.left_out.ok(DEVICES="\n".join(sorted(unwanted)))
        self.remember(self.left_out)
        await self._switch(wanted)

    @on_new(names)
    async def _rename(self, wanted: Texts) -> None:
        """Take names for devices that are found from now on; those that run keep theirs until the next start."""
        names = _names_in(wanted["DEVICES"])
        others = {one.name: one.key for one in self._offers.known.values() if one.key not in names}
        _check_free(names, {self.name: "", **others})
        unknown = names.keys() - self._offers.known.keys() - self._offers.names.keys()
        if unknown and self._offers.known:  # not as the saved names are loaded: nothing is known then
            self.log.info("no device has the ID %s so far: kept for when one has", " or ".join(sorted(unknown)))
        self._offers.names = names
        self.names.ok(wanted)
        self.remember(self.names)

    @property
    def _unwanted(self) -> set[str]:
        return set(self.left_out.value.split("\n")) - {""}

    async def _switch(self, wanted: Switches | dict[str, bool]) -> None:
        """Have those devices run that are wanted."""
        before, known = self.devices.values, self._offers.known
        self.devices.ok(dict(wanted))
        for key, is_on in wanted.items():
            if is_on and not before[key]:
                self._start(known[key])
        # By their names: a search may give them other keys meanwhile.
        for name in [known[key].name for key, is_on in wanted.items() if before[key] and not is_on]:
            await self._yard.stop(name)

    async def _search(self) -> None:
        async with self._searching:
            # Who is where he was has not moved, though his server is heard at another address now.
            known = [one.place.address for one in self._offers.known.values()]
            addresses = dict.fromkeys([*await self._find(), *known])
            servers = await asyncio.gather(*map(_ask, addresses))
            tidings = self._offers.found(one for server in servers for one in server.inventory.devices)
            self._servers = [replace(one, same=tidings.same[one.address]) for one in servers]
            self._tell_of_servers()
            self._show_servers()
            for unique_id in sorted(tidings.shared):
                self.log.warning(
                    "several devices of one server have the unique ID %s: they are told apart by type and number; "
                    "their server should give each its own",
                    unique_id,
                )
            self._gone = tidings.gone
            if tidings.rekeyed:
                self._rekey(tidings.rekeyed)
            self._show_lights(*self._children)
            if tidings.new:
                self._show_devices()
                self._remember_names()
            for offered in tidings.new:
                if self.devices[offered.key]:
                    self._start(offered)
            for offered in tidings.moved:
                if self.devices[offered.key]:
                    self._yard.move(self._command(offered), offered.name)
            if tidings.moved:
                self._show_devices()

    def _rekey(self, keys: Mapping[str, str]) -> None:
        """Have devices be known by other keys, and stay as they are.

        Args:
            keys: The new keys by the old ones.
        """
        self._children = {keys.get(key, key): state for key, state in self._children.items()}
        unwanted = {keys.get(key, key) for key in self._unwanted - set(keys.values())}
        if unwanted != self._unwanted:
            self.left_out.ok(DEVICES="\n".join(sorted(unwanted)))
            self.remember(self.left_out)
        lights = {new: self.running.values[old] for old, new in keys.items()}
        self._show_devices()
        self.running.change(lights)
        self._remember_names()

    def _tell_of_servers(self) -> None:
        """Log what is not as it should be, once."""
        for said, level in self._remarks.news(self._servers).items():
            self.log.log(level, "%s", said)
        was_alone, self._is_alone = self._is_alone, not self._servers
        if self._is_alone and not was_alone:
            self.log.warning("%s", self._nobody)

    def _show_servers(self) -> None:
        """Show the servers that were heard, and those of devices that are known.

        In Alert if one is not there, or does not tell any more which devices it has.
        """
        said = {one.address: one.words for one in self._servers}
        if dict(self.servers.values) != said:
            self.servers.redefine(*(DefText(address, words) for address, words in sorted(said.items())))
        (self.show if said else self.hide)(self.servers)
        with_devices = {one.place.address for one in self._offers.known.values()}
        is_wrong = any(
            one.standing is Standing.SILENT or (one.standing is Standing.MUTE and one.address in with_devices)
            for one in self._servers
        )
        state = State.ALERT if is_wrong else State.OK
        if self.servers.state is not state:
            self.servers.set(state=state)

    def _show_devices(self) -> None:
        """Show what is known; what is new is to be bridged unless it is left out."""
        known, unwanted, lights = self._offers.known.values(), self._unwanted, self.running.values
        self.devices.redefine(
            *(DefSwitch(one.key, SwitchState(int(one.key not in unwanted)), label=_label(one)) for one in known)
        )
        self.running.redefine(*(DefLight(one.key, lights.get(one.key, State.IDLE), label=one.name) for one in known))
        self.show(self.devices, self.running)

    def _remember_names(self) -> None:
        """Have a device be called the same in future, whoever is found first."""
        said = "\n".join(_line_of(key, name) for key, name in sorted(self._offers.names.items()))
        if said != self.names.value:
            self.names.ok(DEVICES=said)
            self.remember(self.names)

    def _start(self, offered: Offered) -> None:
        self.running.change({offered.key: State.BUSY})
        self._yard.start(self._command(offered), offered.name, told=partial(self._told, offered.name))

    def _command(self, offered: Offered) -> list[str]:
        bridged = [one for key, one in self._offers.known.items() if key not in self._unwanted]
        return command_for(offered, companions_of(offered, bridged))

    def _told(self, name: str, state: ChildState) -> None:
        key = next(one.key for one in self._offers.known.values() if one.name == name)  # it may be another by now
        self._children[key] = state
        self._show_lights(key)

    def _show_lights(self, *keys: str) -> None:
        """Show how the processes are; one runs for nothing while its device is on no server."""
        states = {key: _STATES[self._children[key]] for key in keys}
        idle = {key: State.BUSY for key, state in states.items() if state is State.OK and key in self._gone}
        self.running.change({**states, **idle})


async def _ask(address: str) -> Server:
    """Return what a server has."""
    try:
        inventory = await ask_inventory(address)
    except AlpacaError as error:
        return failed(address, error)
    return Server(address, name=await ask_server_name(address), inventory=inventory)


def command_for(offered: Offered, active: Mapping[str, str] = _NOBODY) -> list[str]:
    """Return the command of the process that bridges one device.

    Args:
        offered: The device.
        active: Whom it looks at, by the member of ACTIVE_DEVICES.
    """
    place = offered.place
    given = ("--address", place.address, "--type", place.type.value, "--number", str(place.number))
    others = (f"--active={member}={name}" for member, name in active.items())
    return [sys.executable, "-m", "lightapt_drivers.alpaca.program", *given, f"--name={offered.name}", *others]


def _names_in(text: str) -> dict[str, str]:
    """Return the names by key that are written as ``key = name``, one in a line.

    In a key % and = are written as in URLs (%25, %3D); names are as they are.

    Raises:
        RefusedError: A line is none.
    """
    names: dict[str, str] = {}
    for line in filter(str.strip, text.split("\n")):
        key, _, name = line.partition(" = ")
        if not key.strip() or not clean(name):
            raise RefusedError(f"{line.strip()!r} is not understood: write ID = name, one in a line")
        names[unquote(key.strip())] = clean(name)
    return names


def _check_free(names: Mapping[str, str], taken: Mapping[str, str]) -> None:
    """Raise RefusedError where two devices would have one name.

    Args:
        names: By the devices' keys.
        taken: The keys of others by their names.
    """
    keys = dict(taken)
    for key, name in names.items():
        if (other := keys.setdefault(name, key)) != key:
            whose = f"it is the name of {other}" if other else "it is the name of this very device"
            raise RefusedError(f"{key} cannot be called {name}: {whose}")


def _line_of(key: str, name: str) -> str:
    return f"{key.replace('%', '%25').replace('=', '%3D')} = {name}"


def _label(offered: Offered) -> str:
    return f"{offered.name}: {offered.place}"
