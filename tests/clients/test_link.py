"""A connection is kept alive, noticed when it is lost, and made again."""

import asyncio
import logging
from dataclasses import replace

import pytest

from lightapt_clients import DisconnectedError
from lightapt_clients.link import Link
from lightapt_clients.opening import open_transport
from lightapt_protocol.messages import GetProperties, Notice, PingReply, PingRequest

from .puppet import FAST, LONG, MS, later, puppet, scene

ASKING = replace(FAST, silence=20 * MS, answer=LONG)
IMPATIENT = replace(ASKING, answer=60 * MS)
PING = PingRequest("lightapt")


class Listener:
    """Remembers what a link tells."""

    def __init__(self):
        self.messages = []
        self.faults = []
        self.answers = 0
        self.news = asyncio.Event()
        self.hold = None

    def opened(self):
        return [GetProperties()]

    def answered(self):
        self.answers += 1

    def heard(self, message):
        self.messages.append(message)
        self.news.set()
        return self.hold

    def lost(self, fault):
        self.faults.append(str(fault))
        self.news.set()

    def wants(self, _device, _name):
        return True

    def arriving(self, _arrival):
        pass

    async def until(self, is_so):
        while not is_so():
            self.news.clear()
            await self.news.wait()


class Running:
    """A link that runs."""

    def __init__(self, server, *, timing=FAST, reconnects=True):
        self.listener = Listener()
        self.link = Link(server.address, self.listener, timing=timing)
        self._server = server
        self._reconnects = reconnects

    async def __aenter__(self):
        transport = await open_transport(self._server.address)
        self.link.open(transport)
        self.task = asyncio.ensure_future(self.link.run(reconnects=self._reconnects))
        return self, await self._server.accept()

    async def __aexit__(self, *_):
        self.task.cancel()
        await asyncio.wait([self.task])
        self.link.close()


@scene
async def test_a_server_is_told_first_what_the_listener_has_to_say_and_then_pinged():
    async with puppet() as server, Running(server) as (_, end):
        assert await end.next() == GetProperties()
        assert await end.next() == PING


@scene
async def test_messages_are_told_and_pings_answered():
    async with puppet() as server, Running(server) as (running, end):
        await end.say(Notice("Mount", "hi"))
        await end.sync()
        assert running.listener.messages == [Notice("Mount", "hi")]


@scene
async def test_the_next_message_waits_until_the_last_was_taken():
    async with puppet() as server, Running(server) as (running, end):
        running.listener.hold = asyncio.get_running_loop().create_future()
        await end.say(Notice("Mount", "one"), Notice("Mount", "two"))
        await running.listener.until(lambda: running.listener.messages)
        assert len(running.listener.messages) == 1
        running.listener.hold.set_result(None)
        await running.listener.until(lambda: len(running.listener.messages) == 2)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"", "it was closed"),
        (b"<message device='Mou", "it was closed within a message"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "not a tag"),
        (b"</message>", "without a beginning"),
        (b"\xff\xfe\x00" * 100, "not a tag"),
    ],
)
def test_a_connection_that_ends_or_makes_no_sense_is_told_lost_and_made_again(said, words, caplog):
    @scene
    async def play():
        async with puppet() as server, Running(server) as (running, end):
            while await end.next() != PING:  # or closing would break the connection
                pass
            await end.say(said)
            if "closed" in words:
                end.close()
            await running.listener.until(lambda: running.listener.faults)
            assert words in running.listener.faults[0]
            again = await server.accept()
            assert await again.next() == GetProperties()

    with caplog.at_level(logging.WARNING):
        play()
    assert "is lost" in caplog.text


@scene
async def test_a_server_that_is_killed_is_noticed():
    async with puppet() as server, Running(server) as (running, end):
        await end.sync()
        end.reset()
        await server.accept()
        assert len(running.listener.faults) == 1


@scene
async def test_attempts_go_on_until_there_is_a_server_again():
    async with puppet() as server, Running(server) as (running, end):
        await end.sync()
        server.stop_listening()
        end.close()
        await running.listener.until(lambda: running.listener.faults)
        assert running.link.fault is not None
        with pytest.raises(DisconnectedError, match="is lost"):
            await running.link.send(GetProperties())
        server.listen_again()
        await server.accept()


@scene
async def test_where_no_connection_is_to_be_made_again_the_end_is_the_end():
    async with puppet() as server, Running(server, reconnects=False) as (running, end):
        end.close()
        await running.task
        assert len(running.listener.faults) == 1


@scene
async def test_a_server_that_falls_silent_is_asked_and_taken_for_lost():
    async with puppet() as server, Running(server, timing=IMPATIENT) as (running, end):
        await end.say(PingReply("lightapt"))
        again = await server.accept()
        assert "has not answered" in running.listener.faults[0]
        assert await again.next() == GetProperties()


@scene
async def test_a_server_that_answers_when_it_is_asked_is_kept():
    async with puppet() as server, Running(server, timing=ASKING) as (running, end):
        for _ in range(4):
            while await end.next() != PING:
                pass
            await end.say(PingReply("lightapt"))
            await end.sync()
            later(LONG)
        assert running.listener.faults == []


@scene
async def test_a_server_that_has_answered_once_is_lost_again_if_it_says_nothing_to_the_next_connection():
    async with puppet() as server, Running(server, timing=IMPATIENT) as (running, end):
        await end.say(PingReply("lightapt"))
        for _ in range(3):
            await server.accept()
        assert len(running.listener.faults) >= 3
        assert running.listener.answers == 1


@scene
async def test_a_server_that_says_something_to_the_next_connection_need_not_answer():
    async with puppet() as server, Running(server, timing=IMPATIENT) as (running, end):
        await end.say(PingReply("lightapt"))
        again = await server.accept()
        await again.say(Notice("Mount", "hi"))
        for _ in range(4):
            while await again.next() != PING:
                pass
        assert len(running.listener.faults) == 1
        assert running.listener.answers == 2


@scene
async def test_a_server_that_knows_no_pings_is_kept():
    async with puppet() as server, Running(server, timing=IMPATIENT) as (running, end):
        for _ in range(4):
            while await end.next() != PING:
                pass
        assert running.listener.faults == []


@scene
async def test_what_the_program_is_slow_to_take_is_no_silence():
    async with puppet() as server, Running(server, timing=ASKING) as (running, end):
        await end.say(PingReply("lightapt"))
        running.listener.hold = asyncio.get_running_loop().create_future()
        await end.say(Notice("Mount", "one"))
        await running.listener.until(lambda: running.listener.messages)
        later(2 * LONG)
        running.listener.hold.set_result(None)
        await end.say(Notice("Mount", "two"))
        await running.listener.until(lambda: len(running.listener.messages) == 2)
        assert running.listener.faults == []


@scene
async def test_a_message_that_is_long_in_coming_is_no_silence():
    async with puppet() as server, Running(server, timing=ASKING) as (running, end):
        await end.say(PingReply("lightapt"))
        for piece in (b"<message ", b"device='Mount' ", b"message=", b"'slow'/>"):
            while await end.next() != PING:
                pass
            await end.say(piece)
        await running.listener.until(lambda: running.listener.messages)
        assert running.listener.faults == []
