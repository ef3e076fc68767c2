"""Connections break, PHD2 dies and hangs: it is noticed, told in words, and when it is back the state is right."""

import asyncio
import json
from contextlib import suppress

import pytest

from lightapt_drivers import LinkLostError
from lightapt_drivers.phd2 import AppState, Options, Phd2Client, Settle, connect
from lightapt_drivers.phd2 import events as ev
from lightapt_drivers.phd2.errors import LostError, SilentError
from lightapt_drivers.phd2.link import Link
from lightapt_drivers.phd2.rereading import READINGS
from tests.drivers.phd2.fake import FakePhd2
from tests.drivers.phd2.scenes import MS, NO_HOSTS, pass_time, scene

SETTLE = Settle(2.0, 1, 60)
SOON = 10_000 * MS
LONG = 5_000 * MS
NEVER = 3600.0
HASTY = 150 * MS
"""What a call may take of one who waits for it to have taken too long."""


@scene
async def test_calls_fail_in_words_when_the_connection_breaks(quick):
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        fake.hang()
        calls = [asyncio.ensure_future(call) for call in (phd2.get_app_state(), phd2.get_profiles())]
        await asyncio.sleep(0)
        fake.drop()
        for call in calls:
            with pytest.raises(LostError, match="before it answered"):
                await call
        with pytest.raises(LinkLostError, match="no connection"):
            await phd2.get_exposure()
        assert phd2.state.app is None


@pytest.mark.parametrize("host", NO_HOSTS)
@scene
async def test_what_no_host_can_be_called_is_no_connection(host):
    with pytest.raises(LostError, match="is not known: no host can have that name"):
        await Phd2Client(host).open()


@scene
async def test_a_settle_that_is_waited_for_fails_when_the_connection_breaks(quick):
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        await phd2.set_connected(True)
        await phd2.guide(SETTLE)
        waiting = asyncio.ensure_future(phd2.settled())
        await asyncio.sleep(0)
        fake.drop()
        with pytest.raises(LostError, match="before the guider had settled"):
            await waiting


@scene
async def test_a_call_that_is_not_answered_gives_up_the_connection():
    options = Options(limit=HASTY, opening=LONG, heartbeat=NEVER)
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=options) as phd2:
        fake.hang()
        with pytest.raises(SilentError, match="does it hang") as caught:
            await phd2.get_app_state()
        assert isinstance(caught.value, LinkLostError)
        assert not phd2.is_open


@scene
async def test_a_phd2_that_hangs_is_found_out_without_a_call():
    options = Options(limit=HASTY, opening=LONG, heartbeat=HASTY)
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=options) as phd2:
        with phd2.events() as stream:
            fake.hang()
            async with asyncio.timeout(SOON):
                lost = [event async for event in until_lost(stream)][-1]
        assert "hang" in lost.reason


async def too_long():
    """Have more time pass than a call may take, and let whoever waits for that take note."""
    pass_time(3 * LONG)
    for _ in range(10):
        await asyncio.sleep(0)


async def until_lost(stream):
    async for event in stream:
        yield event
        if isinstance(event, ev.LinkLost):
            return


@scene
async def test_a_phd2_that_hangs_as_its_state_is_in_doubt_is_found_out():
    options = Options(limit=HASTY, opening=LONG, heartbeat=NEVER, calm=10 * MS)
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=options) as phd2:
        with phd2.events() as stream:
            fake.say("ConfigurationChange")
            fake.hang()
            assert "not answered" in [event async for event in until_lost(stream)][-1].reason


@scene
async def test_what_is_asked_behind_a_look_at_the_state_does_not_put_off_that_a_hang_is_found_out():
    options = Options(limit=LONG, opening=LONG, heartbeat=NEVER, calm=0.0)
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=options) as phd2:
        fake.hang()
        fake.say("ConfigurationChange")
        await fake.has_waiting()  # the look is under way
        behind = asyncio.ensure_future(phd2.call("get_profiles", limit=NEVER))
        await fake.has_waiting(len(READINGS) + 1)
        pass_time(LONG)
        with pytest.raises(LostError, match="before it answered get_profiles"):
            async with asyncio.timeout(SOON):
                await behind


@scene
async def test_while_a_call_takes_its_time_phd2_is_not_lost():
    options = Options(limit=LONG, opening=LONG, heartbeat=NEVER, calm=10 * MS)
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=options) as phd2:
        fake.say("ConfigurationChange")
        fake.hang()
        connecting = asyncio.ensure_future(phd2.set_connected(True))
        await fake.has_waiting(1 + len(READINGS))
        await too_long()
        fake.recover()
        await connecting
        assert phd2.state.is_connected


@scene
async def test_a_call_behind_a_slow_one_that_was_cancelled_waits_for_that_too():
    options = Options(limit=LONG, opening=LONG, heartbeat=NEVER)
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=options) as phd2:
        fake.hang()
        connecting = asyncio.ensure_future(phd2.set_connected(True))
        await asyncio.sleep(0)
        connecting.cancel()
        asking = asyncio.ensure_future(phd2.get_app_state())
        await fake.has_waiting(2)
        await too_long()
        fake.recover()
        assert await asking is AppState.STOPPED
        assert phd2.is_open


@scene
async def test_a_call_that_was_cancelled_and_is_never_answered_gives_up_the_connection():
    options = Options(limit=LONG, opening=LONG, heartbeat=NEVER)
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=options) as phd2:
        fake.hang()
        first = asyncio.ensure_future(phd2.call("get_profiles", limit=HASTY))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(LostError, match="get_profiles"):
            await phd2.get_app_state()
        assert not phd2.is_open


@scene
async def test_a_phd2_that_is_but_quiet_is_not_lost():
    options = Options(limit=LONG, opening=LONG, heartbeat=10 * MS)
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=options) as phd2:
        async with asyncio.timeout(SOON):
            with phd2.events() as stream:
                reads = 0
                while reads < 3:
                    reads += isinstance(await anext(stream), ev.StateRead)
        assert phd2.is_open


@scene
async def test_it_connects_again_by_itself_and_the_state_is_right(quick):
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=quick, reconnect=True) as phd2:
        await phd2.set_connected(True)
        await phd2.guide(SETTLE, wait=True, timeout=SOON)
        with phd2.events() as stream:
            await fake.die()
            async with asyncio.timeout(SOON):
                async for _ in until_lost(stream):
                    pass
                await fake.live()
                fake.model.connected = True
                while not isinstance(await anext(stream), ev.LinkMade):
                    pass
        state = phd2.state
        assert (state.app, state.busy, state.is_calibrated) == (AppState.STOPPED, None, False)


@scene
async def test_after_a_hang_the_state_is_right():
    options = Options(limit=HASTY, opening=SOON, heartbeat=HASTY, backoff=(10 * MS,))
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=options, reconnect=True) as phd2:
        with phd2.events() as stream:
            fake.hang()
            async with asyncio.timeout(SOON):
                async for _ in until_lost(stream):
                    pass
                fake.model.connected = True
                fake.recover()
                while not isinstance(await anext(stream), ev.LinkMade):
                    pass
        assert phd2.state.is_connected


@scene
async def test_who_listens_and_says_nothing_is_no_phd2():
    async with FakePhd2() as fake:
        fake.hang()
        phd2 = Phd2Client("127.0.0.1", fake.port, options=Options(opening=HASTY))
        with pytest.raises(LostError, match=r"has not answered within .*: is that PHD2"):
            await phd2.open()
        assert not phd2.is_open


@pytest.fixture
def heard(monkeypatch):
    """An event, set once a client has heard something."""
    event, receive = asyncio.Event(), Link.data_received

    def received(link, data):
        receive(link, data)
        event.set()

    monkeypatch.setattr(Link, "data_received", received)
    return event


VERSION = b'{"Event":"Version","PHDVersion":"2.6.13","Host":"h","Inst":1}\r\n'


def result(line):
    return json.dumps({"jsonrpc": "2.0", "result": {"a": []}, "id": json.loads(line)["id"]}).encode() + b"\r\n"


@pytest.mark.parametrize(
    ("greeting", "answer", "is_endless"),
    [
        (b"", lambda line: line, True),
        (b"", lambda _: b'{"a":[]}\r\n', True),
        (b"", result, False),
        (VERSION, result, False),
        (b"", lambda _: b"", False),
        (b"SSH-2.0-OpenSSH_9.2\r\n", lambda _: b"", False),
    ],
    ids=["echo", "no answers", "answers without a greeting", "wrong answers", "closes", "greets otherwise"],
)
@scene
async def test_what_is_not_phd2_is_told_as_such(greeting, answer, is_endless, heard):
    over = asyncio.Event()

    async def serve(reader, writer):
        writer.write(greeting)
        with suppress(ConnectionError):
            while (line := await reader.readline()) and (said := answer(line)):
                writer.write(said)
        writer.transport.abort()
        over.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    phd2 = Phd2Client("127.0.0.1", port, options=Options(opening=LONG))
    opening = asyncio.ensure_future(phd2.open())
    if is_endless:
        await heard.wait()
        pass_time(LONG)
    with pytest.raises(LostError, match=f"what listens at 127.0.0.1:{port} is not PHD2"):
        await opening
    assert not phd2.is_open
    await over.wait()
    server.close()


@scene
async def test_a_loss_during_a_call_is_told_in_one_sentence():
    options = Options(limit=HASTY, opening=LONG, heartbeat=NEVER)
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=options) as phd2:
        fake.hang()
        calls = [asyncio.ensure_future(call) for call in (phd2.get_app_state(), phd2.get_profiles())]
        with pytest.raises(SilentError):
            await calls[0]
        with pytest.raises(LostError, match=r"^PHD2 has .*, before it answered get_profiles: does it hang.*\?$"):
            await calls[1]


@scene
async def test_where_nobody_listens_is_said(quick):
    async with FakePhd2() as fake:
        port = fake.port
    with pytest.raises(LostError, match="does not listen"):
        await Phd2Client("127.0.0.1", port, options=quick).open()


@scene
async def test_it_can_be_opened_again(quick):
    async with FakePhd2() as fake:
        phd2 = Phd2Client("127.0.0.1", fake.port, options=quick)
        for _ in range(2):
            await phd2.open()
            assert await phd2.get_app_state() is AppState.STOPPED
            await phd2.close()
        with pytest.raises(LostError):
            await phd2.get_app_state()


@scene
async def test_closing_ends_what_iterates_events(quick):
    async with FakePhd2() as fake:
        phd2 = Phd2Client("127.0.0.1", fake.port, options=quick)
        await phd2.open()
        stream = phd2.events()
        await phd2.close()
        async with asyncio.timeout(SOON):
            assert isinstance([event async for event in stream], list)


@scene
async def test_attempts_that_fail_are_not_told_as_losses():
    async with FakePhd2() as fake:
        fake.hang()
        phd2 = Phd2Client("127.0.0.1", fake.port, options=Options(opening=20 * MS))
        with phd2.events() as stream:
            for _ in range(3):
                with pytest.raises(LostError):
                    await phd2.open()
            stream.close()
            assert [event async for event in stream] == []


@scene
async def test_connecting_anew_ends_what_waits(quick):
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        await phd2.set_connected(True)
        await phd2.guide(SETTLE)
        waiting = asyncio.ensure_future(phd2.settled())
        await asyncio.sleep(0)
        await phd2.open()
        with pytest.raises(LostError):
            await waiting


@scene
async def test_a_connection_on_which_a_call_was_slow_stays_open_after_it():
    options = Options(limit=LONG, opening=LONG, heartbeat=NEVER, calm=10 * MS)
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=options) as phd2:
        fake.hang()
        fake.say("ConfigurationChange")
        connecting = asyncio.ensure_future(phd2.set_connected(True))
        await fake.has_waiting(1 + len(READINGS))
        await too_long()
        fake.recover()
        await connecting
        await phd2.read_state()  # behind which all is answered
        await too_long()
        assert phd2.is_open


@scene
async def test_what_is_asked_while_phd2_is_at_a_slow_call_waits_for_it():
    options = Options(limit=LONG, opening=LONG, heartbeat=NEVER, calm=10 * MS)
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=options) as phd2:
        fake.hang()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(phd2.set_connected(True))
            await asyncio.sleep(0)
            tasks.create_task(phd2.get_profiles())
            tasks.create_task(phd2.read_state())
            await fake.has_waiting(2 + len(READINGS))
            await too_long()
            fake.recover()
        assert phd2.is_open


@scene
async def test_what_is_asked_behind_a_call_that_is_never_answered_fails_with_it():
    options = Options(limit=HASTY, opening=LONG, heartbeat=NEVER)
    async with FakePhd2(frame=None) as fake, connect("127.0.0.1", fake.port, options=options) as phd2:
        fake.hang()
        slow = asyncio.ensure_future(phd2.call("find_star", limit=2 * HASTY))
        await asyncio.sleep(0)
        with pytest.raises(LostError, match="find_star"):
            await phd2.get_profiles()
        with pytest.raises(SilentError):
            await slow
