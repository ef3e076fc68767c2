"""Where an Alpaca device is: its server's address, its type and its number there."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv6Address
from typing import Final

__all__ = ["DEFAULT_PORT", "AlpacaType", "Place", "full_address"]

DEFAULT_PORT: Final = 11111
_ADDRESS: Final = re.compile(
    r"(?:http://)?(?P<host>\[[^\]/\s]+\]|[^/:\[\].\s]+(?:\.[^/:\[\].\s]+)*\.?)(?::(?P<port>\d{1,5}))?/?"
)


class AlpacaType(Enum):
    """A type of device, by its name in a URL."""

    CAMERA = "camera"
    COVER_CALIBRATOR = "covercalibrator"
    DOME = "dome"
    FILTER_WHEEL = "filterwheel"
    FOCUSER = "focuser"
    OBSERVING_CONDITIONS = "observingconditions"
    ROTATOR = "rotator"
    SAFETY_MONITOR = "safetymonitor"
    SWITCH = "switch"
    TELESCOPE = "telescope"

    @property
    def title(self) -> str:
        """Its name as ASCOM writes it, such as FilterWheel."""
        return "".join(word.capitalize() for word in self.name.split("_"))

    @property
    def words(self) -> str:
        """Its name for people, such as Filter Wheel."""
        return " ".join(word.capitalize() for word in self.name.split("_"))

    @property
    def platform_7(self) -> int:
        """The interface version from which on it has Connect, Connecting and DeviceState (ASCOM Platform 7)."""
        return _PLATFORM_7[self]


_PLATFORM_7: Final = {
    AlpacaType.CAMERA: 4,
    AlpacaType.COVER_CALIBRATOR: 2,
    AlpacaType.DOME: 3,
    AlpacaType.FILTER_WHEEL: 3,
    AlpacaType.FOCUSER: 4,
    AlpacaType.OBSERVING_CONDITIONS: 2,
    AlpacaType.ROTATOR: 4,
    AlpacaType.SAFETY_MONITOR: 3,
    AlpacaType.SWITCH: 3,
    AlpacaType.TELESCOPE: 4,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device is.

    Attributes:
        address: Its server's, as ``host:port``; IPv6 in brackets.
        type: Its type.
        number: Its number among the server's of that type, from 0.
    """

    address: str
    type: AlpacaType
    number: int = 0

    def __str__(self) -> str:
        return f"{self.type.value} {self.number} at {self.address}"

    @property
    def default_name(self) -> str:
        """The name of a device that has no other."""
        return f"Alpaca {self.type.words} {self.number}"


def full_address(given: str) -> str:
    """Return an address as ``host:port``; Alpaca's default port where none is given.

    Raises:
        ValueError: It is no address.
    """
    found = _ADDRESS.fullmatch(given.strip())
    if found is None or not 0 < int(found["port"] or DEFAULT_PORT) < 65536:
        raise ValueError(f"{given} is no address of an Alpaca server: write host:port, such as {_example(given)}")
    return f"{found['host']}:{found['port'] or DEFAULT_PORT}"


def _example(given: str) -> str:
    with suppress(ValueError):
        return f"[{IPv6Address(given.strip())}]:{DEFAULT_PORT}"
    return f"192.168.1.20:{DEFAULT_PORT}"
