"""What Alpaca's servers say, for people: where they are shown, and in the log. No I/O."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from .errors import AlpacaError, AnswerError, LostError, SilentError
from .management import Inventory

__all__ = ["Remarks", "Server", "Standing", "counted", "failed", "summary"]

_SHOWN: Final = 5
"""Devices that are left out, by name."""
_MOST: Final = 10
"""Remarks on one server: some say something else each time."""


class Standing(Enum):
    """How it is with a server."""

    TELLS = auto()
    """It tells its devices."""
    MUTE = auto()
    """It is there, and does not."""
    SILENT = auto()
    """It cannot be reached, or does not answer."""


@dataclass(frozen=True, slots=True)
class Server:
    """What one server said in a search.

    Attributes:
        address: Where it is.
        standing: How it is.
        name: What it calls itself.
        inventory: What it says it has.
        reason: Why it does not tell.
        same: How many of its devices are bridged from each of other addresses, by their unique IDs.
    """

    address: str
    standing: Standing = Standing.TELLS
    name: str = ""
    inventory: Inventory = field(default_factory=Inventory)
    reason: str = ""
    same: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def is_another(self) -> bool:
        """Whether it tells its devices, and they are not all those of other addresses: it may be one of these."""
        devices = len(self.inventory.devices)
        return self.standing is Standing.TELLS and (not devices or sum(self.same.values()) < devices)

    @property
    def words(self) -> str:
        """All of that, without the address."""
        if self.standing is Standing.SILENT:
            return f"is not there: {self.reason}"
        if self.standing is Standing.MUTE:
            return f"does not tell its devices: {self.reason}"
        said = [f"{self.name or 'a server'}: {counted(len(self.inventory.devices), 'device')}", *self._left_out]
        return "; ".join([*said, *(f"{number} the same as at {other}" for other, number in self.same.items())])

    @property
    def remarks(self) -> dict[str, int]:
        """What is to be logged of it, once, and the level."""
        if self.standing is not Standing.TELLS:
            return {f"{self.address} {self.words}": logging.WARNING}
        left_out = {f"{self.address}: {said}": logging.WARNING for said in self._left_out}
        return left_out | {
            f"{counted(number, 'device')} at {self.address} {'is' if number == 1 else 'are'} taken for "
            f"the same as at {other}, by the unique IDs: if one server is a copy of the other, give its devices IDs of "
            "their own, or bridge each by --address, --type, --number and --name": logging.INFO
            for other, number in self.same.items()
        }

    @property
    def _left_out(self) -> list[str]:
        """What it has and is not bridged, in words; none where there is nothing."""
        names = self.inventory.left_out
        more = ", …" if len(names) > _SHOWN else ""
        return [f"{len(names)} left out: {', '.join(names[:_SHOWN])}{more}"] if names else []


class Remarks:
    """What was logged of the servers: each remark is made once, and trouble is told again after the server was well."""

    def __init__(self) -> None:
        self._notes: dict[str, set[str]] = {}
        self._troubles: dict[str, set[str]] = {}

    def news(self, servers: Iterable[Server]) -> dict[str, int]:
        """Return what is to be logged, and the levels."""
        news: dict[str, int] = {}
        for server in servers:
            tells = server.standing is Standing.TELLS
            if tells:
                self._troubles.pop(server.address, None)
            told = (self._notes if tells else self._troubles).setdefault(server.address, set())
            for said, level in server.remarks.items():
                if said not in told and len(told) < _MOST:
                    told.add(said)
                    news[said] = level
        return news


def failed(address: str, error: AlpacaError) -> Server:
    """Return the server that does not tell its devices."""
    reason = error.reason.removeprefix(f"{address} ")
    if isinstance(error, LostError):
        return Server(address, Standing.SILENT, reason=reason)
    if isinstance(error, SilentError):
        return Server(address, Standing.SILENT, reason=f"has not answered within {error.seconds:g} s")
    if isinstance(error, AnswerError) and error.is_unknown_path:
        reason = f"it has no management (HTTP {error.status}); bridge each by --address, --type and --number"
    return Server(address, Standing.MUTE, reason=reason)


def summary(devices: int, servers: Iterable[Server]) -> str:
    """Return what a search has found.

    Args:
        devices: How many there are.
        servers: Who was asked.
    """
    known = list(servers)
    silent = sum(one.standing is Standing.SILENT for one in known)
    mute = sum(one.standing is Standing.MUTE for one in known)
    said = [f"{counted(devices, 'device')} on {counted(sum(one.is_another for one in known), 'server')}"]
    if silent:
        said.append(f"{counted(silent, 'server')} {'is' if silent == 1 else 'are'} not there")
    if mute:
        said.append(f"{counted(mute, 'server')} {'does not tell its' if mute == 1 else 'do not tell their'} devices")
    return "; ".join(said)


def counted(number: int, what: str) -> str:
    """Return a number of things in words: 1 device, 2 devices."""
    return f"{number} {what}{'' if number == 1 else 's'}"
