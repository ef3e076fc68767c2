"""Guests: drivers that live in the hub's process are drivers like any other, and harm nobody."""

import asyncio
import gc
import logging
import os
from collections.abc import Callable, Coroutine
from contextlib import suppress

import pytest

from lightapt_protocol.limits import Limits
from lightapt_server.guest import host
from lightapt_server.link import Exchange
from lightapt_server.switchboard import Switchboard

MB = 1024 * 1024
DEFINITION = b'<defNumberVector device="Dome" name="P"><defNumber name="a">1</defNumber></defNumberVector>'

Life = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]]


class Guest:
    """Lives as a test says."""

    label = "dome"

    def __init__(self, live: Life) -> None:
        self.live = live


class Inn:
    """What a hub has of guests."""

    def __init__(self) -> None:
        self.exchange = Exchange(Switchboard(b"hub"), limits=Limits())

    def host(self, live: Life, *, max_behind: int = MB) -> Coroutine[None, None, None]:
        return host(Guest(live), self.exchange, max_behind=max_behind)

    @property
    def defined(self) -> list[bytes]:
        return self.exchange.board.memory.defined(b"Dome")

    def expect_nobody(self) -> None:
        """See that no trace of a guest is left."""
        assert not self.exchange.links
        assert not [*self.exchange.board.router.drivers]
        assert not self.defined
        assert asyncio.all_tasks() == {asyncio.current_task()}


def descriptors() -> int:
    gc.collect()
    return len(os.listdir("/dev/fd"))


def stay(test: Callable[[Inn], Coroutine[None, None, None]]) -> None:
    """Run a test with an inn, in which afterwards nobody is and nothing is left."""

    async def run() -> None:
        before = descriptors()
        inn = Inn()
        async with asyncio.timeout(30):
            await test(inn)
        inn.expect_nobody()
        assert descriptors() == before

    asyncio.run(run())


def test_a_guest_is_asked_for_what_it_has() -> None:
    async def live(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b">") == b'<getProperties version="1.7"/>'

    stay(lambda inn: inn.host(live))


def test_what_a_guest_says_is_known_and_forgotten_with_its_end() -> None:
    async def test(inn: Inn) -> None:
        async def live(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(DEFINITION + b'<pingRequest uid="1"/>')
            await reader.readuntil(b"<pingReply")
            assert inn.defined == [b"P"]

        await inn.host(live)

    stay(test)


def test_last_words_are_heard(caplog: pytest.LogCaptureFixture) -> None:
    async def live(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(DEFINITION * (4 * MB // len(DEFINITION)))

    with caplog.at_level(logging.INFO):
        stay(lambda inn: inn.host(live))
    assert "has the device 'Dome'" in caplog.text
    assert caplog.messages[-1].startswith("Driver dome: it closed the connection")


def test_a_fault_of_a_guest_is_reported_and_stays_with_it(caplog: pytest.LogCaptureFixture) -> None:
    async def live(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(DEFINITION)
        raise ValueError("the shutter is stuck")

    stay(lambda inn: inn.host(live))
    (record,) = caplog.records
    assert record.getMessage() == "Driver dome: it has failed, and its devices are gone"
    assert "the shutter is stuck" in caplog.text


def test_malformed_output_costs_a_guest_its_link(caplog: pytest.LogCaptureFixture) -> None:
    async def live(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"</nonsense>")
        await reader.read()  # to the end, which comes

    with caplog.at_level(logging.INFO):
        stay(lambda inn: inn.host(live))
    assert "malformed input" in caplog.messages[-1]


def test_a_guest_that_reads_nothing_is_cut_off_at_its_bound() -> None:
    async def test(inn: Inn) -> None:
        async def live(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            reader._transport.pause_reading()
            (link,) = inn.exchange.links.values()
            while inn.exchange.links:
                link.peer.outbox.put(b"x" * 100_000, b"Dome")
                link.flush()
            reader._transport.resume_reading()
            with suppress(ConnectionError):
                while await reader.read(MB):
                    pass

        await inn.host(live)
        assert inn.exchange.cut_off == 1

    stay(test)


def test_a_guest_ends_when_it_is_cancelled() -> None:
    async def test(inn: Inn) -> None:
        ended = asyncio.Event()

        async def live(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            try:
                await reader.readuntil(b">")
                staying.cancel()
                await reader.read()
            finally:
                ended.set()

        staying = asyncio.ensure_future(inn.host(live))
        with pytest.raises(asyncio.CancelledError):
            await staying
        assert ended.is_set()

    stay(test)


@pytest.mark.parametrize("steps", range(4))
def test_it_may_be_cancelled_at_any_moment_of_its_coming(steps: int) -> None:
    async def test(inn: Inn) -> None:
        async def live(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            await reader.read()

        staying = asyncio.ensure_future(inn.host(live))
        for _ in range(steps):
            await asyncio.sleep(0)
        staying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await staying
        await asyncio.sleep(0)

    stay(test)
