"""Hubs chained to hubs: what is lost comes back with all that was asked of it, and no message goes in circles."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from .phrases import GET, choose, define, define_blob, get, gone, inline, order, update
from .puppets import Client, Driver, eventually
from .rig import Server, Stage, free_port

pytestmark = pytest.mark.system

QUICK: dict[str, Any] = {"backoff_first": 0.02, "backoff_limit": 0.1}


def chained(stage: Stage, *drivers: Driver, port: int = 0) -> tuple[Server, Server]:
    """A hub with these drivers, and one chained to it for all devices."""
    leaf = stage.hub(*drivers, port=port)
    root = stage.hub(remotes=[f"@127.0.0.1:{leaf.port}"], **QUICK)
    root.lines.expect("connected")
    return leaf, root


def viewer(stage: Stage, hub: Server) -> Client:
    """A client that has asked for a camera's pictures."""
    client = stage.client(hub)
    client.send(get("CCD") + choose("Also", "CCD", "CCD1"))
    client.sync()
    return client


class TestChain:
    def test_values_orders_and_pictures_pass(self, stage: Stage) -> None:
        ccd = stage.driver("ccd")
        _, root = chained(stage, ccd)
        client = stage.client(root)
        client.send(GET)
        client.sync()
        ccd.announce(define("CCD") + define_blob("CCD"))
        client.expect(define("CCD"))
        client.expect(define_blob("CCD"))
        client.send(choose("Also", "CCD", "CCD1") + order("CCD", 3))
        ccd.expect(order("CCD", 3))
        picture = inline("CCD", bytes(range(256)) * 20_000)
        ccd.send(update("CCD", 3) + picture)
        client.expect(update("CCD", 3))
        got = client.expect(b"</setBLOBVector>") + b"</setBLOBVector>"
        assert b"".join(got.split()) == b"".join(picture.split())

    def test_a_remote_that_was_killed_is_taken_back_with_choices_and_interests(self, stage: Stage) -> None:
        port = free_port()
        ccd = stage.driver("ccd")
        leaf, root = chained(stage, ccd, port=port)
        ccd.announce(define("CCD") + define_blob("CCD"))
        client = viewer(stage, root)
        client.expect(define_blob("CCD"))
        before = root.holdings()
        leaf.signal(signal.SIGKILL)
        client.expect(gone("CCD"))
        ccd.expect_exit()
        stage.hub(ccd, port=port)
        ccd.appear()
        ccd.announce(define("CCD", 1) + define_blob("CCD"))
        client.expect(define("CCD", 1))
        client.expect(define_blob("CCD"))
        client.send(order("CCD", 4))
        ccd.expect(order("CCD", 4))
        ccd.send(inline("CCD", b"a picture"))
        client.expect(b"<oneBLOB")
        root.expect_holdings(before)

    def test_a_remote_that_cuts_the_line_while_it_talks_is_noticed(self, stage: Stage) -> None:
        port = free_port()
        ccd = stage.driver("ccd")
        leaf, root = chained(stage, ccd, port=port)
        client = viewer(stage, root)
        ccd.announce(define("CCD"))
        client.expect(define("CCD"))
        ccd.do(f"puppet.flood({update('CCD', 1)!r}, 1_000_000)")
        client.expect(update("CCD", 1))
        leaf.signal(signal.SIGKILL)
        client.expect(gone("CCD"))

    def test_a_snoop_across_hubs_gets_static_values_also_after_a_break(self, stage: Stage) -> None:
        port = free_port()
        weather, dome = stage.driver("weather"), stage.driver("dome")
        leaf = stage.hub(weather, port=port)
        weather.announce(define("Weather", 7))
        root = stage.hub(dome, remotes=[f"@127.0.0.1:{port}"], **QUICK)
        root.lines.expect("connected")
        dome.send(get("Weather", "LEVEL"))
        dome.expect(define("Weather", 7))
        leaf.signal(signal.SIGKILL)
        dome.expect(gone("Weather"))
        weather.expect_exit()
        stage.hub(weather, port=port)
        weather.appear()
        weather.announce(define("Weather", 8))
        dome.expect(define("Weather", 8))
        weather.send(update("Weather", 9))
        dome.expect(update("Weather", 9))

    def test_one_that_is_not_there_is_tried_again_and_disturbs_nobody(self, stage: Stage) -> None:
        port = free_port()
        dome = stage.driver()
        root = stage.hub(dome, remotes=[f"@127.0.0.1:{port}", "@no.such.host.invalid", "@..nonsense.."], **QUICK)
        root.lines.expect("remote @127.0.0.1:.*: cannot connect: ")
        client = stage.client(root)
        client.send(get("Dome"))
        client.sync()
        dome.send(define("Dome"))
        client.expect_only(define("Dome"))
        stage.hub(port=port, self_device=True)
        root.lines.expect("connected")


class TestLoop:
    def test_two_hubs_that_are_chained_to_each_other_pass_each_message_once(self, stage: Stage) -> None:
        ports = free_port(), free_port()
        drivers = stage.driver("dome"), stage.driver("ccd")
        hubs = [
            stage.hub(driver, port=port, remotes=[f"@127.0.0.1:{other}"], **QUICK)
            for driver, port, other in zip(drivers, ports, reversed(ports), strict=True)
        ]
        for hub in hubs:
            hub.lines.expect("connected")
        clients = [stage.client(hub) for hub in hubs]
        for client in clients:
            client.send(GET)
            client.sync()
        for driver, device in zip(drivers, ("Dome", "CCD"), strict=True):
            driver.send(define(device))
            for client in clients:
                client.expect(define(device))
            driver.sync()
        for number in range(20):
            for driver, device in zip(drivers, ("Dome", "CCD"), strict=True):
                driver.send(update(device, number))
                for client in clients:
                    client.expect_only(update(device, number))
        clients[0].send(order("CCD", 5))
        drivers[1].expect(order("CCD", 5))
        clients[1].expect_only(order("CCD", 5))
        peers = (*clients, *drivers)
        eventually(lambda: not b"".join(peer.sync() for peer in peers).strip(), "nothing goes round and round")

    def test_a_hub_that_is_chained_to_itself_goes_on(self, stage: Stage) -> None:
        port = free_port()
        dome = stage.driver()
        hub = stage.hub(dome, port=port, remotes=[f"@127.0.0.1:{port}"], **QUICK)
        client = stage.client(hub)
        client.send(GET)
        client.sync()
        dome.expect(GET)
        dome.send(define("Dome"))
        client.expect_only(define("Dome"))
        hub.lines.expect("leads back to this hub")
        dome.send(update("Dome", 1))
        client.expect_only(update("Dome", 1))
        client.expect_silence()


def diamond(stage: Stage, dome: Driver) -> tuple[list[Server], Server]:
    """A hub with a driver, two that are chained to it, and one on top that is chained to both; the last three."""
    bottom = stage.hub(dome)
    sides = [stage.hub(remotes=[f"@127.0.0.1:{bottom.port}"], **QUICK) for _ in range(2)]
    top = stage.hub(remotes=[f"@127.0.0.1:{side.port}" for side in sides], **QUICK)
    for hub in (*sides, top, top):
        hub.lines.expect("connected")
    return sides, top


class TestDiamond:
    def test_what_comes_by_two_ways_is_passed_on_once(self, stage: Stage) -> None:
        dome = stage.driver()
        _, top = diamond(stage, dome)
        dome.announce(define("Dome"))
        top.lines.expect("is another way to the device 'Dome'")
        client = stage.client(top)
        client.send(get("Dome"))
        client.expect_only(define("Dome"))
        for number in range(20):
            dome.send(update("Dome", number))
            client.expect_only(update("Dome", number))
        client.send(order("Dome", 5))
        dome.expect(order("Dome", 5))
        dome.expect_silence()
        dome.send(update("Dome", 100))
        client.expect_only(update("Dome", 100))

    def test_one_way_that_is_lost_leaves_the_other(self, stage: Stage) -> None:
        dome = stage.driver()
        sides, top = diamond(stage, dome)
        dome.announce(define("Dome"))
        client = stage.client(top)
        client.send(GET)
        client.expect(define("Dome"))
        top.lines.expect("is another way to the device 'Dome'")
        side = next(side for side in sides if f":{side.port} has the device 'Dome'" in "\n".join(top.lines.all))
        side.signal(signal.SIGKILL)
        client.expect(gone("Dome"))
        client.expect(define("Dome"))
        dome.send(update("Dome", 2))
        client.expect(update("Dome", 2))
