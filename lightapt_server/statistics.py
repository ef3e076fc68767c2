"""Counters of a hub: what SIGUSR1 prints and the self-device serves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .link import Link
from .routing import Role

__all__ = ["HubCounters", "PeerCounters", "peer_counters", "report"]


@dataclass(frozen=True, slots=True)
class PeerCounters:
    """One peer's: elements and bytes since it came; what waits for it now, in bytes."""

    label: str
    role: Role
    elements_in: int
    bytes_in: int
    elements_out: int
    bytes_out: int
    behind: int
    dropped: int


@dataclass(frozen=True, slots=True)
class HubCounters:
    """The hub's: memory and spool in bytes now, the rest since it began."""

    clients: int
    drivers: int
    remotes: int
    devices: int
    welcomed: int
    cut_off: int
    restarts: int
    spooled: int
    memory: int


def peer_counters(links: Iterable[Link]) -> list[PeerCounters]:
    """Return the counters of each peer."""
    return [
        PeerCounters(
            label=link.peer.label,
            role=link.peer.role,
            elements_in=link.elements_in,
            bytes_in=link.bytes_in,
            elements_out=link.peer.outbox.queued,
            bytes_out=link.bytes_out,
            behind=link.peer.outbox.behind,
            dropped=link.peer.outbox.dropped,
        )
        for link in links
    ]


def report(hub: HubCounters, peers: Iterable[PeerCounters]) -> str:
    """Return the counters as lines for a person."""
    head = (
        f"{hub.clients} clients ({hub.welcomed} ever, {hub.cut_off} cut off), {hub.drivers} drivers "
        f"({hub.restarts} restarts), {hub.remotes} remotes, {hub.devices} devices; "
        f"{hub.memory >> 20} MB of memory, {hub.spooled >> 20} MB in the spool"
    )
    lines = [
        f"  {peer.label}: in {peer.elements_in} elements, {peer.bytes_in} bytes; out {peer.elements_out} elements, "
        f"{peer.bytes_out} bytes; {peer.behind} bytes behind, {peer.dropped} dropped"
        for peer in peers
    ]
    return "\n".join([head, *lines])
