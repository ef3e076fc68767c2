"""Devices and properties as a program sees and sets them."""

import asyncio
from dataclasses import replace

import pytest

from lightapt_clients import AlertError, DisconnectedError, MissingError, Property, RequestError, WaitTimeoutError
from lightapt_protocol.messages import (
    DelProperty,
    NewBlobVector,
    NewNumberVector,
    NewSwitchVector,
    NewTextVector,
    Notice,
)

from .puppet import (
    ABORT,
    ALERT,
    BUSY,
    CCD1,
    CONNECTION,
    COORD,
    FIRMWARE,
    IDLE,
    MS,
    NAMES,
    OK,
    conversation,
    coord,
    scene,
    switches,
)

PICTURE = bytes(range(256)) * 1000


@pytest.fixture(autouse=True)
def grace(monkeypatch):
    defaults = Property.set.__kwdefaults__
    monkeypatch.setitem(defaults, "grace", 100 * MS)


async def asked(end, requesting, kind=NewNumberVector):
    """Begin a request; return it when the server has got it."""
    task = asyncio.ensure_future(requesting)
    while not isinstance(await end.next(), kind):
        pass
    return task


# Reading.


@scene
async def test_a_device_shows_its_properties_as_they_are_now():
    async with conversation(COORD, CONNECTION, NAMES) as (_, end, indi):
        mount = await indi.device("Mount")
        assert list(mount) == ["COORD", "CONNECTION"]
        assert "COORD" in mount
        assert "NAMES" not in mount
        await end.say(coord(OK, RA=7))
        await end.sync()
        assert (mount["COORD"].state, mount["COORD"]["RA"], mount["COORD"].number("DEC")) == (OK, 7.0, 2.0)


@scene
async def test_members_are_read_by_their_kinds():
    async with conversation(COORD, CONNECTION, NAMES) as (_, _, indi):
        mount, wheel = await indi.device("Mount"), await indi.device("Wheel")
        assert (wheel["NAMES"]["ONE"], wheel["NAMES"].text("TWO")) == ("Red", "Blue")
        assert (mount["CONNECTION"]["CONNECT"], mount["CONNECTION"].is_on("DISCONNECT")) == (False, True)
        assert mount["CONNECTION"].choice == "DISCONNECT"
        assert list(wheel["NAMES"]) == ["ONE", "TWO"]
        assert "ONE" in wheel["NAMES"]


@pytest.mark.parametrize(
    "read",
    [
        lambda mount: mount["COORD"]["ALT"],
        lambda mount: mount["COORD"].text("RA"),
        lambda mount: mount["COORD"].is_on("RA"),
        lambda mount: mount["COORD"].number("ALT"),
        lambda mount: mount["NOTHING"].now,
        lambda mount: mount["NOTHING"]["RA"],
        lambda mount: mount["NOTHING"].state,
    ],
)
def test_what_is_not_there_is_missing(read):
    @scene
    async def play():
        async with conversation(COORD) as (_, _, indi):
            mount = await indi.device("Mount")
            with pytest.raises(MissingError):
                read(mount)
            assert not mount["NOTHING"].exists
            assert "RA" not in mount["NOTHING"]

    play()


@scene
async def test_a_blob_property_has_no_value_to_read():
    async with conversation(CCD1) as (_, _, indi):
        with pytest.raises(MissingError):
            (await indi.device("Camera"))["CCD1"]["CCD1"]


# Waiting.


@scene
async def test_a_property_can_be_waited_for_before_it_is_there():
    async with conversation(COORD) as (_, end, indi):
        mount = await indi.device("Mount")
        waiting = asyncio.ensure_future(mount["CONNECTION"].ready())
        await end.say(CONNECTION)
        assert (await waiting).name == "CONNECTION"


@scene
async def test_states_values_and_conditions_are_waited_for():
    async with conversation(COORD) as (_, end, indi):
        place = (await indi.device("Mount"))["COORD"]
        state = asyncio.ensure_future(place.wait(state=OK))
        value = asyncio.ensure_future(place.wait(RA=5.0, DEC=2))
        condition = asyncio.ensure_future(place.wait(lambda now: now.number("RA") > 5.5))
        for update, waiting in (
            (coord(OK, RA=4), state),
            (coord(BUSY, RA=5.0000001), value),
            (coord(RA=6), condition),
        ):
            await asyncio.sleep(0)
            assert not waiting.done()
            await end.say(update)
            await waiting


@scene
async def test_what_does_not_come_in_time_is_named_in_the_error():
    async with conversation(COORD) as (_, _, indi):
        mount = await indi.device("Mount")
        with pytest.raises(WaitTimeoutError, match=r"Mount\.COORD Ok RA=3: not within 0.005 s"):
            await mount["COORD"].wait(state=OK, RA=3, timeout=0.005)


@scene
async def test_waiting_goes_on_over_a_loss_of_the_connection():
    async with conversation(COORD) as (server, end, indi):
        waiting = asyncio.ensure_future((await indi.device("Mount"))["COORD"].wait(state=OK))
        await asyncio.sleep(0)
        end.close()
        end = await server.accept()
        await end.say(replace(COORD, state=OK))
        await waiting


# Setting. How answers are judged is in test_answers.


@scene
async def test_values_are_sent_and_the_answer_waited_for():
    async with conversation(COORD, NAMES, CONNECTION) as (_, end, indi):
        mount, wheel = await indi.device("Mount"), await indi.device("Wheel")
        setting = await asked(end, mount["COORD"].set(RA=5, DEC="-0:30"))
        await end.say(coord(BUSY, RA=2), coord(BUSY, RA=4))
        await end.sync()
        assert not setting.done()
        await end.say(coord(OK, RA=5, DEC=-0.5))
        assert (await setting).number("DEC") == -0.5
        setting = await asked(end, wheel.set("NAMES", {"ONE": "Green"}), NewTextVector)
        await end.say(replace(NAMES, members=(replace(NAMES.members[0], value="Green"),)))
        await setting
        setting = await asked(end, mount.set("CONNECTION", CONNECT=True), NewSwitchVector)
        await end.say(switches("Mount", "CONNECTION", OK, CONNECT=True, DISCONNECT=False))
        await setting


@scene
async def test_answers_that_come_all_at_once_are_heard_in_their_order():
    async with conversation(COORD) as (_, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5, timeout=None))
        await end.say(coord(OK, RA=1), coord(BUSY, RA=2), coord(ALERT, "stuck"), coord(OK, RA=2))
        with pytest.raises(AlertError, match="stuck"):
            await setting


@scene
async def test_an_alert_is_an_error_with_the_words_that_came_before_it():
    async with conversation(COORD) as (_, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5))
        await end.say(Notice("Mount", "[ERROR] below the horizon"), coord(ALERT))
        with pytest.raises(AlertError, match=r"Mount\.COORD: \[ERROR\] below the horizon"):
            await setting


@scene
async def test_an_ok_with_other_values_is_taken_when_the_device_does_not_turn_busy():
    async with conversation(COORD) as (_, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5.4))
        await end.say(coord(OK, RA=5))
        assert (await setting).number("RA") == 5


@scene
async def test_an_ok_that_was_on_its_way_does_not_end_the_waiting():
    async with conversation(COORD) as (_, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5))
        await end.say(coord(OK, RA=1.1))
        await end.sync()
        await end.say(coord(BUSY, RA=1.2))
        await asyncio.sleep(120 * MS)  # beyond the grace
        assert not setting.done()
        await end.say(coord(OK, RA=4.99))
        await setting


@scene
async def test_how_long_perhaps_is_no_answer_can_be_chosen():
    async with conversation(COORD) as (_, end, indi):
        mount = await indi.device("Mount")
        setting = await asked(end, mount["COORD"].set(RA=5, grace=10.0, timeout=None))
        await end.say(coord(OK, RA=1.1))
        await asyncio.sleep(120 * MS)
        assert not setting.done()
        await end.say(coord(BUSY), coord(OK, RA=5))
        await setting


@scene
async def test_a_device_that_shows_first_where_it_is_going_to_may_be_given_time_to_turn_busy():
    async with conversation(COORD) as (_, end, indi):
        mount = await indi.device("Mount")
        setting = await asked(end, mount["COORD"].set(RA=5, settle=10.0, timeout=None))
        await end.say(coord(OK, RA=5), coord(BUSY, RA=5))
        await end.sync()
        assert not setting.done()
        await end.say(coord(OK, RA=5))
        await setting


@scene
async def test_what_is_only_started_is_waited_for_until_the_device_has_begun():
    async with conversation(COORD) as (_, end, indi):
        mount = await indi.device("Mount")
        starting = await asked(end, mount["COORD"].start(RA=5))
        await end.say(coord(OK, RA=1.1), coord(BUSY, RA=1.1))
        assert (await starting).state is BUSY
        starting = await asked(end, mount["COORD"].start(RA=6))
        await end.say(coord(ALERT, "stuck"))
        with pytest.raises(AlertError, match="stuck"):
            await starting


@scene
async def test_a_property_that_is_defined_anew_in_answer_is_not_missed():
    async with conversation(COORD) as (_, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5))
        await end.say(
            DelProperty("Mount", "COORD"), replace(COORD, state=OK, members=(replace(COORD.members[0], value=5.0),))
        )
        await setting


@scene
async def test_a_property_that_stays_away_is_missing():
    async with conversation(COORD) as (_, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5))
        await end.say(DelProperty("Mount"))
        with pytest.raises(MissingError, match="gone before it had answered"):
            await setting


@scene
async def test_a_device_that_says_nothing_is_late():
    async with conversation(COORD) as (_, _, indi):
        with pytest.raises(WaitTimeoutError, match=r"Mount\.COORD after a request: not within 0.01 s"):
            await (await indi.device("Mount"))["COORD"].set(RA=5, timeout=0.01)


@scene
async def test_what_cannot_be_asked_for_is_not_sent():
    async with conversation(COORD) as (_, end, indi):
        mount = await indi.device("Mount")
        with pytest.raises(MissingError):
            await mount["COORD"].set(ALT=1)
        with pytest.raises(MissingError):
            await mount["NOTHING"].set(RA=1)
        with pytest.raises(RequestError):
            await mount["COORD"].set(RA="soon")
        assert len(await end.said()) == 1


@scene
async def test_what_is_only_asked_for_is_not_waited_for():
    async with conversation(ABORT) as (_, end, indi):
        await (await indi.device("Mount"))["ABORT"].ask(ABORT=True)
        await end.next()
        assert isinstance((await end.said())[-1], NewSwitchVector)


@scene
async def test_who_is_cancelled_while_waiting_leaves_nothing_behind():
    async with conversation(COORD) as (_, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5))
        setting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await setting
        assert not indi._session._changes


# A connection that is lost.


@scene
async def test_a_request_that_was_not_answered_when_the_connection_was_lost_fails():
    async with conversation(COORD) as (_, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5))
        end.close()
        with pytest.raises(DisconnectedError):
            await setting


@scene
async def test_what_a_device_has_begun_is_waited_for_over_the_loss():
    async with conversation(COORD) as (server, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5))
        await end.say(coord(BUSY, RA=2))
        await end.sync()
        end.close()
        end = await server.accept()
        await end.say(replace(COORD, state=BUSY))
        await end.sync()
        assert not setting.done()
        await end.say(coord(OK, RA=5))
        await setting


@scene
async def test_without_a_connection_nothing_can_be_asked_for():
    async with conversation(COORD) as (server, end, indi):
        mount = await indi.device("Mount")
        server.stop_listening()
        end.close()
        with indi.connection() as connection:
            while await anext(connection):
                pass
        with pytest.raises(DisconnectedError, match="is lost"):
            await mount["COORD"].set(RA=5)
        with pytest.raises(WaitTimeoutError, match=r"device Dome: not within 0.005 s \(the connection to .* is lost"):
            await indi.device("Dome", timeout=0.005)


@scene
async def test_a_client_that_is_closed_answers_nobody():
    async with conversation(COORD, reconnects=False) as (_, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5, timeout=None))
        await end.say(coord(BUSY))
        await end.sync()
        end.close()
        with pytest.raises(DisconnectedError, match="closed before the device had answered"):
            await setting


# Connecting and BLOBs.


@scene
async def test_a_device_is_connected_once_its_switch_is_there():
    async with conversation(COORD) as (_, end, indi):
        mount = await indi.device("Mount")
        connecting = asyncio.ensure_future(mount.connect())
        await end.say(CONNECTION)
        while not isinstance(await end.next(), NewSwitchVector):
            pass
        await end.say(switches("Mount", "CONNECTION", BUSY, CONNECT=True, DISCONNECT=False))
        await end.sync()
        assert not mount.is_connected
        await end.say(switches("Mount", "CONNECTION", OK, CONNECT=True, DISCONNECT=False))
        await connecting
        assert mount.is_connected
        await mount.connect()
        disconnecting = await asked(end, mount.disconnect(), NewSwitchVector)
        await end.say(switches("Mount", "CONNECTION", IDLE, CONNECT=False, DISCONNECT=True))
        await disconnecting
        assert not mount.is_connected


@pytest.mark.parametrize("is_local", [False, True])
def test_a_blob_is_sent_to_a_device(is_local):
    @scene
    async def play():
        async with conversation(FIRMWARE, is_local=is_local) as (_, end, indi):
            camera = await indi.device("Camera")
            sending = asyncio.ensure_future(camera["FIRMWARE"].send_blob(PICTURE, format=".hex"))
            while not isinstance(message := await end.next(), NewBlobVector):
                pass
            (one,) = message.members
            assert (one.name, one.format, one.size, one.attached) == ("FILE", ".hex", len(PICTURE), is_local)
            assert len(end.descriptors) == is_local
            if not is_local:
                assert one.data == PICTURE
            await end.say(replace(FIRMWARE, state=OK))
            await sending

    play()
