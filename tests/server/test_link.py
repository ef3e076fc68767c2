"""One peer's link: bytes in become elements, what waits goes out, and every way to end is one way."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

import pytest
import uvloop

from lightapt_protocol.limits import Limits
from lightapt_server.link import Exchange, Link
from lightapt_server.outbox import Outbox
from lightapt_server.routing import Peer, Role
from lightapt_server.switchboard import Switchboard
from lightapt_server.waiting import OutboxLimits
from lightapt_server.wire import DescriptorWire, SocketWire

from .puppets import asks, attached, blob, definition, update, wants_blobs

_LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
Play = Callable[["Scene"], Awaitable[None]]


@pytest.fixture(params=_LOOPS)
def play(request: pytest.FixtureRequest) -> Callable[[Play], None]:
    """Play a scene on either event loop: they tell of errors differently."""

    def run(act: Play) -> None:
        async def main() -> None:
            scene = Scene()
            try:
                async with asyncio.timeout(60):
                    await act(scene)
            finally:
                scene.close()

        with asyncio.Runner(loop_factory=_LOOPS[request.param]) as runner:
            runner.run(main())

    return run


class Scene:
    """An exchange, and sockets at whose other ends it has links."""

    def __init__(self) -> None:
        self.exchange = Exchange(Switchboard(b"hub"), limits=Limits())
        self.reasons: dict[Link, str] = {}
        self._socks: list[socket.socket] = []
        self._news = asyncio.Event()

    def link(
        self, role: Role = Role.CLIENT, *, tcp: bool = False, limits: OutboxLimits | None = None, stays: bool = False
    ) -> tuple[Link, socket.socket]:
        """A link, and its peer's socket; one that `stays` is served when it sends no more."""
        ours, theirs = _tcp_pair() if tcp else socket.socketpair()
        theirs.setblocking(False)
        self._socks.append(theirs)
        wire = SocketWire(ours) if tcp else DescriptorWire(ours)
        peer = Peer(role, f"{role.value} {len(self._socks)}", outbox=Outbox(limits))

        def closed(reason: str) -> None:
            assert link not in self.reasons, "it is closed once"
            self.reasons[link] = reason
            self._news.set()

        link = Link(self.exchange, peer, wire=wire, on_closed=closed, on_end=lambda: stays)
        return link, theirs

    async def end_of(self, link: Link) -> str:
        """Wait until a link is closed; return the reason."""
        while link not in self.reasons:
            self._news.clear()
            await self._news.wait()
        return self.reasons[link]

    async def read(self, sock: socket.socket, end: str) -> str:
        """Read up to and including these words."""
        got = b""
        while not got.endswith(end.encode()):
            data = await asyncio.get_running_loop().sock_recv(sock, 1)
            assert data, got
            got += data
        return got.decode()

    def close(self) -> None:
        for link in list(self.exchange.links.values()):
            link.close("the scene is over")
        for sock in self._socks:
            sock.close()


def _tcp_pair() -> tuple[socket.socket, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        theirs = socket.create_connection(server.getsockname())
        return server.accept()[0], theirs


async def until(holds: Callable[[], bool]) -> None:
    """Let the loop turn until something holds."""
    while not holds():  # noqa: ASYNC110 - what holds is no event of its own
        await asyncio.sleep(0)


def reset(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def test_what_one_peer_sends_in_pieces_another_gets_whole(play: Callable[[Play], None]) -> None:
    async def act(scene: Scene) -> None:
        _, driver = scene.link(Role.DRIVER)
        _, client = scene.link()
        client.send(asks("Dome").encode() + b"<pingRequest uid='1'/>")
        await scene.read(client, "<pingReply uid='1'/>")
        for byte in definition("Dome").encode():
            driver.send(bytes([byte]))
        assert await scene.read(client, "Vector>") == definition("Dome")

    play(act)


@pytest.mark.parametrize(
    ("words", "reason"),
    [("", "it closed the connection"), ("<half", "it closed the connection within a message")],
)
def test_the_end_of_the_stream_closes_it(play: Callable[[Play], None], words: str, reason: str) -> None:
    async def act(scene: Scene) -> None:
        link, peer = scene.link()
        peer.send(words.encode())
        peer.shutdown(socket.SHUT_WR)
        assert await scene.end_of(link) == reason
        assert scene.exchange.links == {}

    play(act)


def test_one_that_stays_is_served_after_its_last_word(play: Callable[[Play], None]) -> None:
    async def act(scene: Scene) -> None:
        link, peer = scene.link(stays=True)
        peer.send(b"<pingRequest uid='1'/>")
        peer.shutdown(socket.SHUT_WR)
        assert await scene.read(peer, "/>") == "<pingReply uid='1'/>"
        link.peer.outbox.put(b"<message message='still here?'/>", b"")
        link.flush()
        assert "still here?" in await scene.read(peer, "/>")
        assert link not in scene.reasons

    play(act)


def test_what_came_before_a_fault_counts(play: Callable[[Play], None]) -> None:
    async def act(scene: Scene) -> None:
        link, driver = scene.link(Role.DRIVER)
        _, client = scene.link()
        client.send(asks().encode() + b"<pingRequest uid='1'/>")
        await scene.read(client, "'1'/>")
        driver.send((definition("Dome") + "</nonsense>" + update("Dome")).encode())
        assert (await scene.end_of(link)).startswith("malformed input: ")
        gone = '<delProperty device="Dome"/>'
        assert (await scene.read(client, gone)).split("\n") == [definition("Dome"), gone]

    play(act)


@pytest.mark.parametrize("last", [b"", b"<half"])
def test_a_reset_is_noticed_also_behind_data(play: Callable[[Play], None], last: bytes) -> None:
    async def act(scene: Scene) -> None:
        link, peer = scene.link(tcp=True, stays=True)
        peer.send(b"<pingRequest uid='1'/>")
        await scene.read(peer, "/>")
        peer.send(last)
        reset(peer)
        assert await scene.end_of(link) == "it closed the connection (Connection reset by peer)"

    play(act)


def test_more_than_one_read_of_last_words_is_taken(play: Callable[[Play], None]) -> None:
    async def act(scene: Scene) -> None:
        link, peer = scene.link(Role.DRIVER, tcp=True)
        peer.setblocking(True)
        count = 40_000
        peer.sendall(b"<message message='last words'/>" * count)
        reset(peer)
        await scene.end_of(link)
        assert link.elements_in <= count
        assert link.bytes_in // len(b"<message message='last words'/>") == link.elements_in

    play(act)


def test_thousands_that_have_gone_unnoticed_are_closed_one_after_another(play: Callable[[Play], None]) -> None:
    async def act(scene: Scene) -> None:
        links = [scene.link(stays=True) for _ in range(2000)]
        for _, peer in links:
            peer.send(asks().encode())
            peer.close()
        for link, _ in links:
            await until(partial(getattr, link.peer, "everything"))
        _, driver = scene.link(Role.DRIVER)
        driver.send((definition("Dome") + update("Dome") + definition("CCD")).encode())
        for link, _ in links:
            await scene.end_of(link)

    play(act)


def test_what_a_peer_does_not_take_waits_for_it(play: Callable[[Play], None]) -> None:
    async def act(scene: Scene) -> None:
        link, client = scene.link()
        count = 50_000
        client.send(b"<pingRequest uid='1'/>" * 5)
        for number in range(count):
            link.peer.outbox.put(b"<message message='%d'/>" % number, b"")
        link.flush()
        assert link.is_blocked
        expected = b"".join(b"<message message='%d'/>" % number for number in range(count))
        got = b""
        while len(got) < len(expected):
            got += await asyncio.get_running_loop().sock_recv(client, 1 << 20)
        assert got.startswith(expected)
        assert link.bytes_out >= len(expected)

    play(act)


def test_one_that_is_too_slow_is_cut_off_and_counted(play: Callable[[Play], None]) -> None:
    async def act(scene: Scene) -> None:
        link, _ = scene.link(limits=OutboxLimits(memory=100_000))
        while not scene.reasons:
            link.peer.outbox.put(b"<message message='%b'/>" % bytes(10_000).replace(b"\0", b"x"), b"")
            link.flush()
        assert (await scene.end_of(link)).startswith("too slow: ")
        assert scene.exchange.cut_off == 1

    play(act)


def test_a_picture_goes_to_who_wants_it(play: Callable[[Play], None]) -> None:
    async def act(scene: Scene) -> None:
        _, driver = scene.link(Role.DRIVER)
        _, client = scene.link()
        client.send((asks("CCD") + wants_blobs("Also") + "<pingRequest uid='1'/>").encode())
        await scene.read(client, "'1'/>")
        driver.send(blob("CCD").encode())
        assert "AAAA" in await scene.read(client, "BLOBVector>")

    play(act)


def test_descriptors_that_no_element_claims_are_closed(play: Callable[[Play], None]) -> None:
    async def act(scene: Scene) -> None:
        link, driver = scene.link(Role.DRIVER)
        before = _descriptors()
        socket.send_fds(driver, [b"<message message='with something beside'/>"], [driver.fileno()] * 10)
        await until(lambda: link.elements_in > 0)
        assert _descriptors() == before
        driver.send(b"<message message='")
        for _ in range(10):
            with suppress(BrokenPipeError, ConnectionResetError):
                socket.send_fds(driver, [b" "], [driver.fileno()] * 10)
        assert await scene.end_of(link) == "malformed input: more than 64 descriptors for one element"
        assert _descriptors() == before - 1

    play(act)


def test_an_attached_picture_without_a_descriptor_ends_the_link(play: Callable[[Play], None]) -> None:
    async def act(scene: Scene) -> None:
        link, driver = scene.link(Role.DRIVER)
        driver.send(attached("CCD", 3).encode())
        assert (await scene.end_of(link)).startswith("malformed input: an attached BLOB without a descriptor")

    play(act)


def test_unanswered_counts_what_was_sent_since_the_peer_last_spoke(play: Callable[[Play], None]) -> None:
    async def act(scene: Scene) -> None:
        link, driver = scene.link(Role.DRIVER)
        assert link.unanswered == 1
        link.peer.outbox.put(b"<message/>", b"", count=2)
        assert link.unanswered == 3
        driver.send(definition("Dome").encode())
        await until(lambda: not link.unanswered)
        assert link.elements_in == 1

    play(act)


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))
