"""Alpaca's discovery: who on the network is an Alpaca server? See the ASCOM Alpaca API Reference, section 4."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_address
from typing import Final, TypeAlias, cast

import ifaddr

from lightapt_drivers import time_limit

__all__ = ["DISCOVERY_PORT", "Interface", "address_of", "interfaces", "search", "ways"]

DISCOVERY_PORT: Final = 32227
_QUESTION: Final = b"alpacadiscovery1"
_MULTICAST: Final = "ff12::a1:9aca"
_EVERYWHERE: Final = "255.255.255.255"
_ON_THIS_HOST: Final = "127.255.255.255"
"""A responder on the same host hears broadcasts on the loopback interface only by this."""
_LONGEST: Final = 1024
_OPEN: Final = 1.0
"""Seconds in which a server of this host must take a connection."""

Origin: TypeAlias = tuple[str, int] | tuple[str, int, int, int]
"""Where an answer came from, as sockets tell it."""


@dataclass(frozen=True, slots=True)
class Interface:
    """An address of this host.

    Attributes:
        name: The network interface's, such as eth0.
        index: Its number.
        address: The address.
        prefix: How many bits of it are the network's.
    """

    name: str
    index: int
    address: str
    prefix: int

    @property
    def broadcast(self) -> str:
        """Where all of its network listen; empty for IPv6, which has no broadcasts."""
        if ":" in self.address:
            return ""
        return str(IPv4Network((self.address, self.prefix), strict=False).broadcast_address)


def interfaces() -> list[Interface]:
    """Return this host's addresses."""
    return [
        Interface(
            adapter.nice_name, adapter.index or 0, one.ip if isinstance(one.ip, str) else one.ip[0], one.network_prefix
        )
        for adapter in ifaddr.get_adapters()
        for one in adapter.ips
    ]


async def search(
    *,
    seconds: float = 2.0,
    times: int = 3,
    port: int = DISCOVERY_PORT,
    own: Sequence[Interface] | None = None,
) -> list[str]:
    """Ask the whole network, and return the servers' addresses as ``host:port``, one for each server of this host.

    Args:
        seconds: How long to listen.
        times: How often to ask in that time: datagrams get lost.
        port: Where the servers listen for the question.
        own: This host's addresses; None to find out.
    """
    own = interfaces() if own is None else own
    listener = _Listener(own)
    loop = asyncio.get_running_loop()
    transports: list[asyncio.DatagramTransport] = []
    try:
        for family in (socket.AF_INET, socket.AF_INET6):
            if (sock := _socket(family)) is not None:
                transports.append((await loop.create_datagram_endpoint(lambda: listener, sock=sock))[0])
        for _ in range(times):
            for transport in transports:
                _ask(transport, own, port)
            await asyncio.sleep(seconds / times)
    finally:
        for transport in transports:
            transport.close()
    return list(await asyncio.gather(*map(_first_open, ways(listener.found, own))))


def address_of(answer: bytes, origin: Origin, own: Iterable[Interface] = ()) -> str | None:
    """Return the address of the server that gave an answer; None where it is garbage."""
    try:
        port = cast("dict[str, object]", json.loads(answer))["AlpacaPort"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if isinstance(port, bool) or not isinstance(port, int) or not 0 < port < 65536:
        return None
    host = origin[0].partition("%")[0]
    if ":" not in host:
        return f"{host}:{port}"
    if not ip_address(host).is_link_local or len(origin) < 4:
        return f"[{host}]:{port}"
    zone = next((one.name for one in own if one.index == origin[3]), str(origin[3]))
    return f"[{host}%{zone}]:{port}"


def ways(found: Iterable[str], own: Iterable[Interface]) -> list[list[str]]:
    """Return the addresses of each server, best first: one of this host is heard at several.

    The one on the network is best, for what is known of a device by it is known on other computers, too.
    """
    here = {one.address for one in own} | {"127.0.0.1", "::1"}
    chosen: dict[tuple[str, str], list[str]] = {}
    for address in found:
        host, _, port = address.rpartition(":")
        bare = host.strip("[]").partition("%")[0]
        key = ("", port) if bare in here else (host, port)
        chosen.setdefault(key, []).append(address)
    return [sorted(addresses, key=_rank) for addresses in chosen.values()]


async def _first_open(addresses: Sequence[str]) -> str:
    """Return the first address where somebody listens: servers may listen on some of them only."""
    for address in addresses if len(addresses) > 1 else ():
        host, _, port = address.rpartition(":")
        with suppress(OSError, TimeoutError):
            async with time_limit(_OPEN):
                _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
            writer.close()
            return address
    return addresses[0]


def _rank(address: str) -> tuple[bool, bool, str]:
    host = address.rpartition(":")[0].strip("[]").partition("%")[0]
    return ip_address(host).is_loopback, ":" in host, address


def _socket(family: int) -> socket.socket | None:
    """Return a socket to ask by; None where this host has no such network."""
    try:
        sock = socket.socket(family, socket.SOCK_DGRAM)
    except OSError:
        return None
    try:
        sock.setblocking(False)
        if family == socket.AF_INET:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            sock.bind(("0.0.0.0", 0))
        else:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.bind(("::", 0))
    except OSError:
        sock.close()
        return None
    return sock


def _ask(transport: asyncio.DatagramTransport, own: Iterable[Interface], port: int) -> None:
    sock = cast("socket.socket", transport.get_extra_info("socket"))
    if sock.family == socket.AF_INET:
        for host in dict.fromkeys([_ON_THIS_HOST, _EVERYWHERE, *(one.broadcast for one in own if one.broadcast)]):
            transport.sendto(_QUESTION, (host, port))
        return
    for index in {one.index for one in own if ":" in one.address}:
        transport.sendto(_QUESTION, (_MULTICAST, port, 0, index))


class _Listener(asyncio.DatagramProtocol):
    """Takes the answers, each once.

    Attributes:
        found: The servers' addresses, in the order of their answers.
    """

    def __init__(self, own: Sequence[Interface]) -> None:
        self.found: list[str] = []
        self._own = own

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Take an answer; what is none, is passed over."""
        address = address_of(data[:_LONGEST], addr, self._own)
        if address is not None and address not in self.found:
            self.found.append(address)

    def error_received(self, exc: Exception) -> None:
        """Pass over networks that cannot be reached."""
