"""Connecting, and what a program gets of it."""

import asyncio
import socket
import subprocess
import sys

import pytest

from lightapt_clients import AddressError, DisconnectedError, WaitTimeoutError, connect
from lightapt_clients.addresses import UnixAddress
from lightapt_clients.client import connected
from lightapt_clients.transport import Transport
from lightapt_protocol.messages import GetProperties, Notice
from lightapt_protocol.writer import write

from .puppet import COORD, FAST, LONG, MS, NAMES, conversation, coord, puppet, scene


@scene
async def test_an_address_may_be_text():
    async with puppet() as server, connect(f"127.0.0.1:{server.address.port}") as indi:
        end = await server.accept()
        assert await end.next() == GetProperties()
        assert indi.is_connected
        assert str(indi.address) == f"127.0.0.1:{server.address.port}"


@scene
async def test_what_is_no_address_or_no_server_is_an_error():
    for address in ("no address", "", None):
        with pytest.raises(AddressError):
            await connect(address).__aenter__()
    with pytest.raises(AddressError):
        async with connect("no address"):
            pass
    with pytest.raises(DisconnectedError):
        async with connect("127.0.0.1:1"):
            pass


@scene
async def test_a_server_that_comes_late_is_waited_for_by_who_has_patience():
    async with puppet() as server:
        server.stop_listening()
        asyncio.get_running_loop().call_later(30 * MS, server.listen_again)
        async with connect(f"127.0.0.1:{server._name[1]}", patience=LONG, timing=FAST) as indi:
            assert indi.is_connected


@scene
async def test_patience_has_an_end():
    with pytest.raises(DisconnectedError):
        async with connect("127.0.0.1:1", patience=30 * MS, timing=FAST):
            pass


@scene
async def test_the_end_of_the_block_closes_the_connection():
    async with conversation() as (_, end, _):
        pass
    async with puppet() as server:
        async with connect(server.address):
            end = await server.accept()
        await end.expect_end()


@scene
async def test_what_was_followed_ends_with_the_block_however_short():
    async with puppet() as server:
        async with connect(server.address) as indi:
            changes = indi.changes()
        assert [change async for change in changes] == []
        assert not indi.is_connected


@scene
async def test_an_error_in_the_block_is_the_programs_own():
    with pytest.raises(ZeroDivisionError):
        async with conversation():
            raise ZeroDivisionError


@scene
async def test_a_block_that_is_cancelled_is_cancelled():
    entered = asyncio.Event()

    async def program():
        async with conversation():
            entered.set()
            await asyncio.Event().wait()

    running = asyncio.ensure_future(program())
    await entered.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


@scene
async def test_a_mistake_in_the_client_itself_is_not_hidden(monkeypatch):
    monkeypatch.setattr("lightapt_clients.session.Session.heard", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        async with conversation(COORD):
            pass


@scene
async def test_a_device_is_waited_for():
    async with conversation() as (_, end, indi):
        waiting = asyncio.ensure_future(indi.device("Mount"))
        await end.say(NAMES, COORD)
        assert (await waiting).name == "Mount"
        assert repr(await waiting) == f"<Device 'Mount' of {indi.address}>"
        assert list(indi.devices) == ["Wheel", "Mount"]


@scene
async def test_a_device_that_does_not_appear_is_late():
    async with conversation() as (_, _, indi):
        with pytest.raises(WaitTimeoutError, match=r"device Mount: not within 0\.005 s"):
            await indi.device("Mount", timeout=0.005)


@scene
async def test_a_condition_may_look_at_what_has_changed():
    async with conversation() as (_, end, indi):
        waiting = asyncio.ensure_future(indi.wait_for(lambda change: (change and change.text) or None))
        await asyncio.sleep(0)
        await end.say(COORD, Notice("Mount", "hi"))
        assert await waiting == "hi"


@scene
async def test_what_a_program_causes_is_expected_from_before_it_is_caused():
    async with conversation(COORD) as (_, end, indi):
        with indi.expecting(lambda change: change and change.current, device="Mount") as expected:
            await end.say(coord(RA=5))
            await end.sync()
            await end.say(coord(RA=6))
            await end.sync()
            assert (await expected(timeout=LONG, wanted="a change")).number("RA") == 5


@scene
async def test_a_timeout_of_the_programs_own_condition_is_its_own():
    def broken(_):
        raise TimeoutError("mine")

    async with conversation() as (_, _, indi):
        with pytest.raises(TimeoutError, match="mine") as caught:
            await indi.wait_for(broken)
        assert not isinstance(caught.value, WaitTimeoutError)


@scene
async def test_messages_of_any_kind_can_be_sent():
    async with conversation() as (_, end, indi):
        await indi.send(GetProperties("Mount", "COORD"))
        assert (await end.said())[-1] == GetProperties("Mount", "COORD")


def test_who_forgets_the_block_is_told():
    with pytest.raises(AttributeError, match="async with connect"):
        _ = connect("localhost").device


def test_a_lost_connection_is_not_printed_for_a_script_without_logging():
    code = "import lightapt_clients, logging; logging.getLogger('lightapt_clients.link').warning('lost')"
    done = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, check=True)
    assert done.stderr == b""


@scene
async def test_who_listens_from_the_beginning_hears_what_was_there_before_the_program_was():
    server, own = socket.socketpair()
    with server:
        server.sendall(write(COORD))
        heard = asyncio.Event()

        async def listen(indi):
            async for change in indi.changes():
                assert change.name == COORD.name
                heard.set()

        async with connected(Transport(own), UnixAddress("/a/pair")) as indi:
            listening = asyncio.create_task(listen(indi))
            await heard.wait()
        await listening
