"""A session turns whatever a server does into an answer or an error in words, within its time."""

import asyncio
import threading
from dataclasses import replace

import pytest

from lightapt_drivers import LinkLostError
from lightapt_drivers.alpaca import looking
from lightapt_drivers.alpaca.errors import (
    AnswerError,
    DeviceFailedError,
    DeviceRefusedError,
    DisconnectedError,
    LostError,
    NotOfferedError,
    SilentError,
)
from lightapt_drivers.alpaca.places import AlpacaType, Place
from lightapt_drivers.alpaca.session import Lane, Limits, Session, optional
from lightapt_drivers.alpaca.web import Body
from tests.drivers.alpaca.movers import until
from tests.drivers.alpaca.recorded import GARBAGE, NOT_OFFERED, Drip, Drop, Raw, Recorded, Refusal, Slow, device
from tests.drivers.alpaca.scenes import AMPLE, asked

DEVICE = "focuser/0"
HASTY = Limits(look=0.1, attempts=2)
"""For what is not answered at all."""


@pytest.fixture
def server():
    focuser = device(4, position=5, ismoving=False, temperature=1.5, state=["Position", "IsMoving"])
    with Recorded({DEVICE: focuser}) as server:
        yield server


def position(session, **options):
    return session.call(lambda d: d.Position, **options)


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        (Refusal(0x400), NotOfferedError, "does not have that"),
        (Refusal(0x40C, "No such action"), NotOfferedError, "No such action"),
        (Refusal(0x401, "Position 99 is out of range"), DeviceRefusedError, "Position 99 is out of range"),
        (Refusal(0x408), DeviceRefusedError, "it is parked"),
        (Refusal(0x407, "Not connected"), DisconnectedError, "Not connected"),
        (Refusal(0x500, "The motor is blocked"), DeviceFailedError, "The motor is blocked"),
        (Refusal(0x123), DeviceFailedError, "0x123"),
        (Raw(b"Value 'x' is missing", 400), AnswerError, "HTTP 400: Value 'x' is missing"),
        (Raw(b"<h1>Oops</h1>", 500), AnswerError, "HTTP 500"),
        (GARBAGE, AnswerError, "no JSON: <html>It works!"),
        (Raw(b"[1]"), AnswerError, "not Alpaca's"),
        (Raw(b"{}"), AnswerError, "without a Value"),
        (Raw(b'{"Value": 1, "ErrorNumber": "x"}'), AnswerError, "ErrorNumber"),
        (Drop(), LostError, "cannot be reached"),
    ],
)
def test_what_goes_wrong_is_told_in_words(server, said, error, words):
    server.devices[DEVICE]["position"] = said
    with pytest.raises(error, match=words):
        asked(server, position)


def test_a_device_that_does_not_answer_is_not_waited_for(server):
    server.devices[DEVICE]["position"] = Slow(60)
    with pytest.raises(SilentError, match=r"not answered within 0\.1 s"):
        asked(server, position, HASTY)


def test_an_error_names_the_question_and_the_place(server):
    server.devices[DEVICE]["position"] = GARBAGE
    with pytest.raises(AnswerError, match=f"GET position of focuser 0 at {server.address} was answered by"):
        asked(server, position)


def test_an_answer_that_is_no_http_is_an_error_of_the_answer():
    async def scene():
        async def babble(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
            writer.close()

        async with await asyncio.start_server(babble, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            session = Session(Place(f"127.0.0.1:{port}", AlpacaType.FOCUSER), limits=AMPLE)
            with pytest.raises(AnswerError, match="no HTTP"):
                await position(session)
            session.close()

    asyncio.run(scene())


def test_a_server_that_nobody_runs_is_lost_at_once(server):
    server.stop()
    with pytest.raises(LostError, match=f"{server.address} cannot be reached: Connection refused"):
        asked(server, position)


@pytest.mark.parametrize(
    ("fault", "limits"),
    [(GARBAGE, AMPLE), (Raw(b"", 503), AMPLE), (Slow(60), HASTY)],
    ids=["garbage", "503", "slow"],
)
def test_failures_in_a_row_mean_that_the_server_is_lost(server, fault, limits):
    server.fault = fault

    async def scene(session):
        with pytest.raises((AnswerError, SilentError)):
            await position(session)
        with pytest.raises(LinkLostError, match="2 failures in a row"):
            await position(session)

    asked(server, scene, limits)


def test_a_good_answer_ends_the_row_of_failures(server):
    server.devices[DEVICE]["temperature"] = GARBAGE

    async def scene(session):
        for _ in range(3):
            with pytest.raises(AnswerError):
                await session.number(lambda d: d.Temperature)
            assert await position(session) == 5

    asked(server, scene)


def test_a_member_that_the_server_does_not_know_is_no_failure_of_the_server(server):
    async def scene(session):
        for _ in range(3):
            with pytest.raises(AnswerError) as raised:
                await session.flag(lambda d: d.TempComp)
            assert raised.value.is_unknown_path

    asked(server, scene)


@pytest.mark.parametrize(
    ("value", "ask"),
    [
        ("abc", lambda s: s.number(lambda d: d.Position)),
        (True, lambda s: s.number(lambda d: d.Position)),
        (float("nan"), lambda s: s.number(lambda d: d.Position)),
        (1.5, lambda s: s.whole(lambda d: d.Position)),
        (1, lambda s: s.flag(lambda d: d.Position)),
        (1, lambda s: s.text(lambda d: d.Position)),
        ([1], lambda s: s.texts(lambda d: d.Position)),
    ],
)
def test_a_value_of_another_kind_is_an_error_of_the_answer(server, value, ask):
    server.devices[DEVICE]["position"] = value
    with pytest.raises(AnswerError, match="GET position"):
        asked(server, ask)


@pytest.mark.parametrize(
    ("said", "is_offered"),
    [(True, True), (False, False), (NOT_OFFERED, False), (Raw(b"", 404), False), (Refusal(0x500), False)],
)
def test_a_capability_that_the_device_does_not_know_of_is_not_there(server, said, is_offered):
    server.devices[DEVICE]["absolute"] = said
    assert asked(server, lambda session: session.offers(lambda d: d.Absolute)) is is_offered


def test_what_is_optional_and_not_there_is_none(server):
    assert asked(server, lambda session: optional(session.number(lambda d: d.StepSize))) is None


# Connecting.


def test_platform_7_connects_by_and_by(server):
    focuser = server.devices[DEVICE]
    answers = iter([True, True, False])
    focuser["connecting"] = lambda _: next(answers)
    asked(server, Session.connect)
    assert server.count("connect") == 1
    assert not server.puts("connected")
    assert server.count("connecting") == 3


def test_older_devices_are_connected_at_once(server):
    server.devices[DEVICE]["interfaceversion"] = 3
    asked(server, Session.connect)
    assert server.puts("connected")[0]["Connected"] == "True"
    assert server.count("connect") == 0
    assert server.count("devicestate") == 0


def test_a_device_that_only_says_it_is_of_platform_7_is_connected_as_older_ones(server):
    server.devices[DEVICE]["connect"] = Raw(b"", 404)
    asked(server, Session.connect)
    assert server.puts("connected")[0]["Connected"] == "True"


def test_a_device_without_an_interface_version_is_of_the_first(server):
    del server.devices[DEVICE]["interfaceversion"]

    async def scene(session):
        await session.connect()
        return session.version

    assert asked(server, scene) == 1


def test_a_device_that_never_connects_is_given_up(server):
    server.devices[DEVICE]["connecting"] = True
    with pytest.raises(SilentError, match=r"(Connect|PUT connect) of focuser 0"):  # on a slow machine the order itself
        asked(server, Session.connect, Limits(connect=0.3))


def test_a_device_that_is_not_connected_in_the_end_is_told(server):
    server.devices[DEVICE]["connect"] = None
    with pytest.raises(DisconnectedError, match="does not connect"):
        asked(server, Session.connect)


@pytest.mark.parametrize("version", [3, 4])
def test_disconnecting_lets_go_of_the_device(server, version):
    server.devices[DEVICE]["interfaceversion"] = version

    async def scene(session):
        await session.connect()
        await session.disconnect()

    asked(server, scene)
    assert server.devices[DEVICE]["connected"] is False


# Threads.


def test_what_stops_does_not_wait_behind_what_is_slow(server):
    over = threading.Event()
    server.devices[DEVICE]["move"] = lambda _: over.wait(60)
    server.devices[DEVICE]["halt"] = lambda _: over.set()

    async def scene(session):
        moving = asyncio.create_task(session.act(lambda d: d.Move(9)))
        await until(server, lambda: server.count("move"))
        assert await position(session) == 5
        assert not moving.done()
        await session.stop(lambda d: d.Halt())
        await moving

    asked(server, scene)


def test_a_call_that_is_stuck_does_not_hold_up_the_next(server):
    stuck = threading.Event()

    async def scene(session):
        with pytest.raises(SilentError):
            await session.call(lambda _: stuck.wait(30), limit=0.05)
        assert await position(session) == 5

    try:
        asked(server, scene, replace(AMPLE, grace=0.05))
    finally:
        stuck.set()


def test_nobody_waits_for_a_stuck_call_at_the_end(server):
    let_go, is_over = threading.Event(), threading.Event()

    def stuck(device):
        let_go.wait(60)
        is_over.set()

    async def scene(session):
        await session.call(stuck)

    with pytest.raises(SilentError):
        asked(server, scene, Limits(look=0.1, grace=0.1))
    assert not is_over.is_set()
    let_go.set()


def test_what_was_not_asked_yet_when_a_session_is_closed_is_not_asked(server):
    is_begun, is_closed = threading.Event(), threading.Event()

    def ask(device):
        is_begun.set()
        assert is_closed.wait(60)
        return device.Position

    async def scene(session):
        asking = asyncio.create_task(session.call(ask))
        await asyncio.to_thread(is_begun.wait)
        session.close()
        is_closed.set()
        with pytest.raises(LostError):
            await asking

    asked(server, scene)
    assert server.asked == []


def test_a_cancelled_call_goes_on_and_the_next_of_its_lane_comes_behind(server):
    server.devices[DEVICE]["move"] = Slow(0.1)

    async def scene(session):
        moving = asyncio.create_task(session.act(lambda d: d.Move(9)))
        await until(server, lambda: server.count("move"))
        moving.cancel()
        await session.call(lambda d: d.Position, lane=Lane.ACT)
        return [one.member for one in server.asked]

    assert asked(server, scene) == ["move", "position"]


def test_a_download_is_what_the_server_sends():
    body = bytes(range(256)) * 1000
    with Recorded({"camera/0": {"imagearray": Raw(body, content_type="application/imagebytes")}}) as server:

        async def scene():
            session = Session(server.place("camera/0"), limits=AMPLE)
            try:
                return await session.download("imagearray", "application/imagebytes", by=Body.reply, limit=60)
            finally:
                session.close()

        download = asyncio.run(scene())
    assert (download.content_type, bytes(download.body)) == ("application/imagebytes", body)


@pytest.mark.parametrize(
    ("said", "limit", "error"),
    [(Raw(b"no", 500), 60, AnswerError), (Slow(60), 0.2, SilentError), (Drop(), 60, (AnswerError, LostError))],
)
def test_a_download_that_fails_is_told_in_words(said, limit, error):
    with Recorded({"camera/0": {"imagearray": said}}) as server:

        async def scene():
            session = Session(server.place("camera/0"), limits=AMPLE)
            try:
                await session.download("imagearray", "application/imagebytes", by=Body.reply, limit=limit)
            finally:
                session.close()

        with pytest.raises(error):
            asyncio.run(scene())


def test_parameters_go_as_alpaca_calls_them(server):
    server.devices[DEVICE]["move"] = None
    server.devices[DEVICE]["action"] = lambda _: "done"

    async def scene(session):
        await session.act(lambda d: d.Move(7))
        return await session.act(lambda d: d.do("Home", ""))

    assert asked(server, scene) == "done"
    assert server.puts("move")[0]["Position"] == "7"
    assert {"Action": "Home", "Parameters": ""}.items() <= server.puts("action")[0].items()


def test_a_device_that_drips_is_silent(server):
    server.fault = Drip()
    with pytest.raises(SilentError):
        asked(server, position, HASTY)


def test_what_answers_when_it_is_over_has_as_long_as_any_motion():
    assert Limits().act >= looking._LONGEST
