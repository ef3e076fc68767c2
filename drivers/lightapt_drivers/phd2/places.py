"""Where PHD2 is, as people write it: hosts, ports and numbers of instances. No I/O."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Final

from lightapt_drivers import RefusedError

from .options import DEFAULT_PORT

__all__ = ["LAST_PORT", "place_of", "within"]

LAST_PORT: Final = 65535


def within(first: int, last: int) -> Callable[[str], int]:
    """Return what reads a whole number of a command line, which is to be in a range."""

    def read(text: str) -> int:
        if not (text.isdecimal() and len(text) <= len(str(last)) and first <= int(text) <= last):
            raise ArgumentTypeError(f"must be a whole number from {first} to {last}, not {text[:20]!r}")
        return int(text)

    return read


def place_of(host: str, port: str) -> tuple[str, int]:
    """Return a host and a port that PHD2 can be at.

    Raises:
        RefusedError: It cannot.
    """
    host, port = host.strip(), port.strip()
    if not host:
        raise RefusedError("DEVICE_ADDRESS.ADDRESS is empty: set the host that PHD2 runs on, such as localhost")
    try:
        return host, within(1, LAST_PORT)(port)
    except ArgumentTypeError as error:
        raise RefusedError(f"DEVICE_ADDRESS.PORT {error}: PHD2's first instance has {DEFAULT_PORT}") from None
