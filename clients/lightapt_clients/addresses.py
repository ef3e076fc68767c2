"""Where a server is: ``localhost:7624``, ``[::1]``, ``observatory``, ``unix:/tmp/indiserver`` and the like. No I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, cast

from .errors import AddressError

__all__ = ["PORT", "TcpAddress", "UnixAddress", "parse_address"]

PORT: Final = 7624
"""INDI's port (registered with IANA)."""

_TCP: Final = re.compile(r"(?:\[(?P<v6>[^\[\]]+)\]|(?P<host>[^\[\]:/\s]*))(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A host and a port.

    Raises:
        AddressError: The port is none.
    """

    host: str = "localhost"
    port: int = PORT

    def __post_init__(self) -> None:
        if not 0 < self.port < 65536:
            raise AddressError(f"port {self.port}: a port is from 1 to 65535")

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class UnixAddress:
    """A socket of this machine, by which BLOBs come in shared memory.

    Attributes:
        path: Of the socket; with ``@`` in front, only a name in Linux's abstract namespace. There is where INDI
            servers on Linux listen, and so a path that is none is looked for there too.
    """

    path: str

    def __str__(self) -> str:
        return f"unix:{self.path}"

    @property
    def name(self) -> str:
        """As the system has it."""
        return f"\0{self.path[1:]}" if self.path.startswith("@") else self.path


def parse_address(text: str) -> TcpAddress | UnixAddress:
    """Return the address that a text means.

    Raises:
        AddressError: It means none; one that is empty neither, as a variable is that was not set.
    """
    if not isinstance(cast("object", text), str) or not text.strip():
        raise AddressError(f"{text!r} is no address: write localhost for this machine, or host:port, or unix:path")
    if text.startswith("unix:"):
        if len(text) == len("unix:"):
            raise AddressError("unix: needs the path of a socket behind it")
        return UnixAddress(text.removeprefix("unix:"))
    found = _TCP.fullmatch(text.strip())
    if found is None or (found["v6"] and ":" not in found["v6"]):
        raise AddressError(f"{text!r} is no address: write host, host:port, [IPv6]:port or unix:path")
    port = int(found["port"]) if found["port"] else PORT
    if not 0 < port < 65536:
        raise AddressError(f"{text!r}: a port is from 1 to 65535")
    return TcpAddress(found["v6"] or found["host"] or "localhost", port)
