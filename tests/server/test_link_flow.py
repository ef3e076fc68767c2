"""A link that flow control makes wait, and one whose pictures are on disk."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable

from lightapt_protocol.blob_framing import BlobElement
from lightapt_protocol.framing import Framer
from lightapt_server.payload import Picture
from lightapt_server.routing import Role

from .puppets import blob, definition
from .test_link import Play, Scene, play, until

__all__ = ["play"]


class BrokenDisk:
    """A copy in the spool that cannot be read."""

    def gather(self, offset: int, most: int) -> list[bytes]:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def picture() -> Picture:
    [element] = Framer().feed(blob("CCD", body="A" * 100_000).encode())
    assert isinstance(element, BlobElement)
    return Picture(element)


def test_a_paused_link_reads_nothing_until_it_is_resumed(play: Callable[[Play], None]) -> None:
    async def act(scene: Scene) -> None:
        link, driver = scene.link(Role.DRIVER)
        link.pause()
        assert link.is_paused
        driver.send(definition("Dome").encode())
        await asyncio.sleep(0.01)
        assert not link.elements_in
        link.resume()
        assert not link.is_paused
        await until(lambda: link.elements_in == 1)

    play(act)


def test_one_that_ends_while_it_is_paused_is_read_to_its_end(play: Callable[[Play], None]) -> None:
    async def act(scene: Scene) -> None:
        link, driver = scene.link(Role.DRIVER)
        link.pause()
        driver.send(definition("Dome").encode())
        driver.close()
        link.exempt()
        assert (await scene.end_of(link)).startswith("it closed the connection")
        assert link.elements_in == 1

    play(act)


def test_one_that_is_closed_while_it_is_paused_is_forgotten(play: Callable[[Play], None]) -> None:
    async def act(scene: Scene) -> None:
        link, driver = scene.link(Role.DRIVER)
        scene.exchange.board.ledger.held = 1 << 30
        driver.send(b"<setBLOBVector device='C' name='P'><oneBLOB name='b' size='3' format='f'>" + b"AAAA" * 1000)
        await until(lambda: scene.exchange.flow.is_holding)
        assert link.is_paused
        link.close("it has ended")
        assert not scene.exchange.flow.is_holding

    play(act)


def test_a_spool_that_cannot_be_read_costs_its_reader_only(play: Callable[[Play], None]) -> None:
    async def act(scene: Scene) -> None:
        other, _ = scene.link()
        link, client = scene.link()
        outbox = link.peer.outbox
        outbox.put(b"<message message='%b'/>" % (b"x" * (1 << 20)), b"")
        outbox.put_picture(picture())
        link.flush()
        assert link.is_blocked
        outbox.unload()
        outbox.spooled(outbox.to_spool.popleft(), BrokenDisk())
        while link not in scene.reasons:
            await asyncio.get_running_loop().sock_recv(client, 1 << 20)
            await asyncio.sleep(0)
            if outbox.behind == 0:
                break
        assert (await scene.end_of(link)).startswith("the spool cannot be read: ")
        assert other not in scene.reasons

    play(act)
