"""Which device a subcommand uses: the one that was named, or the first of its kind; it is connected if need be."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterable
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeAlias, TypeVar

from lightapt_protocol.mirror import Change

from ..client import Client
from ..devices import Device, Property, until_quiet
from ..errors import DisconnectedError, MissingError, WaitTimeoutError
from ..kinds import Kind
from ..kinds.finding import interface_of
from .console import Console
from .exits import CommandError
from .patterns import nearest
from .telling import went_away

__all__ = ["Chooser", "Going", "add_device", "add_no_connect", "if_known", "limit", "near", "watching"]

K = TypeVar("K", bound=Kind)
T = TypeVar("T")
Going: TypeAlias = Coroutine[Any, Any, None]
"""A motion under way."""
_PATIENCE: Final = 5.0
"""Seconds that a server gets to tell of a device."""
_STILL: Final = 2.0
"""Seconds without a new property after which a server that has told of others has told of all that there are."""


def add_device(parser: argparse.ArgumentParser, flag: str, what: str) -> None:
    """Add the choice of a device of a kind."""
    parser.add_argument(flag, metavar="NAME", default="", help=f"which {what} (default: the first, and it is said)")


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
            CommandError: There is none, or it is not connected and shall not be.
            AlertError: It cannot connect.
        """
        chosen = await self._named(name) if name else await self._first(kind, flag, what)
        found = kind(chosen)
        self._check_kind(found, what)
        await self._connect(found)
        return found

    def _check_kind(self, found: Kind, what: str) -> None:
        """Raise CommandError where a device tells that it is something else."""
        tells = interface_of(found.device.properties)
        if tells and found.name not in (others := self._of(type(found))):
            there = f"{what}s there: {', '.join(others)}" if others else f"there is no {what} at {self.client.address}"
            raise CommandError(f"{found.name} is no {what}; {there}")

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

    async def _until(self, known: Callable[[Change | None], T | None]) -> None:
        """Wait until something is known, or the server seems to have told all that it has.

        Raises:
            WaitTimeoutError: It is not known.
        """
        clock = asyncio.get_running_loop().time
        deadline, told = clock() + _PATIENCE, 0
        while True:
            try:
                await self.client.wait_for(known, timeout=min(_STILL, deadline - clock()))
            except WaitTimeoutError:
                before, told = told, sum(map(len, self.client.mirror.devices.values()))
                if clock() >= deadline or (told and told == before):
                    raise
            else:
                return

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

    async def _connect(self, found: Kind) -> None:
        if found.device.is_connected:
            with suppress(WaitTimeoutError):  # what it lacks is said when it is needed
                await found.device[found.essential].ready(timeout=_PATIENCE)
            return
        if not self._connects:
            raise CommandError(f"{found.name} is not connected to its hardware; without --no-connect it would be")
        self._console.note(f"Connecting {found.name}.")
        await found.connect()


def _listed(names: Iterable[str]) -> str:
    listed = ", ".join(sorted(names))
    return f"\nDevices there: {listed}." if listed else "\nThe server has no devices."
