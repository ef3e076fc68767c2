"""Counters, as they are gathered from links and told to a person."""

import dataclasses
from types import SimpleNamespace

from lightapt_server.outbox import Outbox
from lightapt_server.routing import Peer, Role
from lightapt_server.statistics import HubCounters, PeerCounters, peer_counters, report

MB = 1024 * 1024
HUB = HubCounters(
    clients=2, drivers=1, remotes=3, devices=4, welcomed=5, cut_off=6, restarts=7, spooled=8 * MB, memory=9 * MB
)


def link(label: str, role: Role = Role.CLIENT, *waiting: bytes) -> SimpleNamespace:
    """What is counted of a link."""
    outbox = Outbox()
    for message in waiting:
        outbox.put(message, b"Dome")
    return SimpleNamespace(peer=Peer(role, label, outbox=outbox), elements_in=1, bytes_in=20, bytes_out=300)


def test_a_peer_is_counted_by_its_link_and_its_outbox() -> None:
    (counters,) = peer_counters([link("driver dome", Role.DRIVER, b"<a/>", b"<bc/>")])
    assert counters == PeerCounters(
        label="driver dome",
        role=Role.DRIVER,
        elements_in=1,
        bytes_in=20,
        elements_out=2,
        bytes_out=300,
        behind=9,
        dropped=0,
    )


def test_peers_stay_in_the_order_of_their_links() -> None:
    assert [counters.label for counters in peer_counters([link("b"), link("a")])] == ["b", "a"]


def test_a_report_begins_with_the_hub() -> None:
    assert report(HUB, []) == (
        "2 clients (5 ever, 6 cut off), 1 drivers (7 restarts), 3 remotes, 4 devices; 9 MB of memory, 8 MB in the spool"
    )


def test_a_report_has_a_line_for_each_peer() -> None:
    first, *lines = report(HUB, peer_counters([link("client a"), link("client b", Role.CLIENT, b"<a/>")])).splitlines()
    assert first == report(HUB, [])
    assert lines == [
        "  client a: in 1 elements, 20 bytes; out 0 elements, 300 bytes; 0 bytes behind, 0 dropped",
        "  client b: in 1 elements, 20 bytes; out 1 elements, 300 bytes; 4 bytes behind, 0 dropped",
    ]


def test_each_number_of_the_hub_has_its_place() -> None:
    for field in dataclasses.fields(HubCounters):
        other = dataclasses.replace(HUB, **{field.name: 77 * MB if field.name in ("spooled", "memory") else 77})
        assert "77" in report(other, [])
