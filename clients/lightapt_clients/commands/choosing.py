"""Which device a subcommand uses: the one that was named, or the first of its kind; it is connected if need be."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Coroutine, Generator, Iterable
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeAlias, TypeVar

from lightapt_protocol.mirror import Change, ChangeKind
from lightapt_protocol.standard import Standard

from ..client import Client
from ..devices import Device, Property, until_quiet
from ..errors import ClientError, DisconnectedError, MissingError, WaitTimeoutError
from ..kinds import Kind
from ..kinds.finding import interface_of
from .console import Console
from .exits import CommandError
from .patterns import nearest
from .telling import went_away
from .words import DeviceArgument

__all__ = ["Chooser", "Going", "add_device", "add_no_connect", "if_known", "limit", "near", "watching"]

K = TypeVar("K", bound=Kind)
T = TypeVar("T")
Going: TypeAlias = Coroutine[Any, Any, None]
"""A motion under way."""
_PATIENCE: Final = 5.0
"""Seconds that a server gets to tell of a first device, and a device to answer."""
_STILL: Final = 2.0
"""Seconds without a new property after which a server that has told of others has told of all that there are.

A device that has just been connected has then told what it is.
"""


def add_device(parser: argparse.ArgumentParser, flag: str, what: str) -> None:
    """Add the choice of a device of a kind."""
    words = f"which {what} (default: the first, and it is said)"
    device = parser.add_argument(flag, metavar="NAME", default="", help=words)
    device.completer = DeviceArgument()  # type: ignore[attr-defined] # argcomplete's way


def add_no_connect(parser: argparse.ArgumentParser) -> None:
    """Add the choice to leave devices that are not connected."""
    words = "fail if a device is not connected to its hardware, in place of connecting it"
    parser.add_argument("--no-connect", dest="connects", action="store_false", help=words)


def limit(seconds: float) -> float | None:
    """Return a time limit as the library has it, of one of the command line, where 0 is for ever."""
    return seconds or None


def near(word: str, words: Iterable[str]) -> str:
    """Return a question whether the nearest of some words was meant; nothing where none is near."""
    meant = nearest(word, words)
    return f"; did you mean {meant!r}?" if meant else ""


def if_known(read: Callable[[], T]) -> T | None:
    """Return what a device tells; None where it has no such property, or is gone with its server."""
    try:
        return read()
    except (MissingError, DisconnectedError):
        return None


@contextmanager
def watching(prop: Property, show: Callable[[], None]) -> Generator[None]:
    """Show something at once, and after each change of a property, for the length of a block."""

    def look(_: Change | None) -> None:
        if prop.exists:
            show()

    with prop.client.expecting(look, device=prop.device.name, name=prop.name):
        yield


class Chooser:
    """Chooses devices for a subcommand.

    Args:
        client: Whose they are.
        console: Where it is said which.
        connects: Whether those are connected that are not.
    """

    def __init__(self, client: Client, console: Console, *, connects: bool) -> None:
        self.client = client
        self._console = console
        self._connects = connects

    def is_connected(self, name: str) -> bool:
        """Whether a device is there and connected to its hardware."""
        return Device(self.client, name).is_connected

    async def choose(self, kind: type[K], name: str, *, flag: str, what: str) -> K:
        """Return a device of a kind that is connected to its hardware.

        Args:
            kind: The kind.
            name: Which; the first where none is named: one that is connected and of few other kinds comes first.
            flag: The option by which it is named.
            what: What people call the kind.

        Raises:
            CommandError: There is none, or it is something else, or it is not connected and shall not be.
            AlertError: It cannot connect.
        """
        chosen = await self._named(name) if name else await self._first(kind, flag, what)
        found = kind(chosen)
        if found.device.is_connected:
            self._check_kind(found, what)
            with suppress(WaitTimeoutError):  # what it lacks is said when it is needed
                await chosen[found.essential].ready(timeout=_PATIENCE)
        elif self._connects:
            await self._connect(found, what)
        else:
            self._check_kind(found, what, doubt=" while it is not connected to its hardware")
            raise CommandError(f"{found.name} is not connected to its hardware; without --no-connect it would be")
        return found

    def _check_kind(self, found: Kind, what: str, doubt: str = "") -> None:
        """Raise CommandError where a device tells that it is something else."""
        if self._is_other(found):
            others = self._of(type(found))
            there = f"{what}s there: {', '.join(others)}" if others else f"there is no {what} at {self.client.address}"
            raise CommandError(f"{found.name} is no {what}{doubt}; {there}")

    def _is_other(self, found: Kind) -> bool:
        """Whether a device tells that it is something, and not of this kind."""
        return bool(interface_of(found.device.properties)) and found.name not in self._of(type(found))

    async def _named(self, name: str) -> Device:
        def known(_: Change | None) -> bool | DisconnectedError | None:
            return name in self.client.mirror.devices or self._fault()

        try:
            with self.client.changes(name) as changes:
                await self._until(known)
                self._check_server()
                await until_quiet(changes)  # its properties come one by one, at some servers slowly
            return Device(self.client, name)
        except WaitTimeoutError as error:
            there = list(self.client.devices)
            raise CommandError(f"there is no device {name!r}{near(name, there)}{_listed(there)}") from error

    async def _until(self, known: Callable[[Change | None], object]) -> None:
        """Wait until something is known, or the server seems to have told all that it has.

        Raises:
            WaitTimeoutError: It is not known.
        """
        mirror, told = self.client.mirror, set[tuple[str, str]]()

        def look(change: Change | None) -> bool | None:
            """Return whether it is known; False, where that is not so, after each new property: the wait goes on."""
            if known(change):
                return True
            # A driver that starts again and again tells nothing new.
            if change is None or change.kind is not ChangeKind.DEFINED or (change.device, change.name) in told:
                return None
            told.add((change.device, change.name))
            return False

        while not await self.client.wait_for(look, timeout=_STILL if mirror.devices else _PATIENCE):
            pass

    def _fault(self) -> DisconnectedError | None:
        """Return why the server is gone, if it had not told of any device."""
        return None if self.client.mirror.devices else self.client.fault

    def _check_server(self) -> None:
        if self._fault() is not None:
            raise went_away(self.client)

    async def _first(self, kind: type[Kind], flag: str, what: str) -> Device:
        with self.client.changes() as changes, suppress(WaitTimeoutError):
            await self._until(lambda _: self._of(kind) or self._fault())
            self._check_server()
            await until_quiet(changes)  # others may be just coming
        found = self._of(kind)
        if not found:
            raise CommandError(f"there is no {what} at {self.client.address}{_listed(self.client.devices)}")
        if found[1:]:
            self._console.note(f"Using {found[0]}; there is also {', '.join(found[1:])} ({flag} NAME chooses).")
        return Device(self.client, found[0])

    def _of(self, kind: type[Kind]) -> list[str]:
        """Return the names of the devices of a kind, the preferred first."""
        fitting = [
            (not Device(self.client, name).is_connected, interface_of(device).bit_count(), name)
            for name, device in self.client.mirror.devices.items()
            if kind.interface in interface_of(device) or kind.essential in device
        ]
        return [name for *_, name in sorted(fitting)]

    async def _connect(self, found: Kind, what: str) -> None:
        """Connect a device. What it is shows only then: drivers add what they find, such as a built-in wheel."""
        device = found.device
        if Standard.CONNECTION not in device:  # it shows all that it is
            self._check_kind(found, what)
        self._console.note(f"Connecting {found.name}.")
        await device.connect()
        with suppress(WaitTimeoutError):
            await self.client.wait_for(lambda _: not self._is_other(found) or None, device=found.name, timeout=_STILL)
        try:
            self._check_kind(found, what)
        except CommandError:
            await self._disconnect(device)
            raise
        await found.connect()

    async def _disconnect(self, device: Device) -> None:
        """Leave a device as it was that is the wrong one."""
        try:
            await device.disconnect(timeout=_PATIENCE)
        except ClientError as error:
            self._console.note(f"{device.name} stays connected: {error}")
        else:
            self._console.note(f"{device.name} is disconnected again.")


def _listed(names: Iterable[str]) -> str:
    listed = ", ".join(sorted(names))
    return f"\nDevices there: {listed}." if listed else "\nThe server has no devices, or does not answer."
