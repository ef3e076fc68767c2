"""Whether PHD2 runs on this machine, where its files can be read: by addresses, and by the names of hosts."""

from __future__ import annotations

import socket
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address

__all__ = ["are_one", "is_own"]


def are_one(own: str, peer: str, *, name: str | None) -> bool:
    """Return whether both ends of a connection are on this machine.

    Args:
        own: The address of this end.
        peer: That of the other.
        name: What the other end calls its host, if it says: behind a tunnel it is another's, whatever the addresses.
    """
    if name is not None and _first(name) != _first(socket.gethostname()):
        return False
    here, there = _address(own), _address(peer)
    return here is not None and there is not None and (here == there or (here.is_loopback and there.is_loopback))


def is_own(host: str) -> bool:
    """Return whether a host is this machine, as far as is known without asking anybody for its address."""
    if (address := _address(host)) is None:
        return _first(host) in ("localhost", _first(socket.gethostname()))
    return address.is_loopback or _is_own_address(address)


def _is_own_address(address: IPv4Address | IPv6Address) -> bool:
    """Return whether the way to an address begins there, too; nothing is sent."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((str(address), 9))
        return _address(probe.getsockname()[0]) == address
    return False


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _first(name: str) -> str:
    """Return what a host is called within its domain, as PHD2 tells it."""
    return name.casefold().partition(".")[0]
