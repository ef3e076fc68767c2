"""Requests and their answers, with a connection and a clock; how answers are judged is in test_answers."""

import asyncio
from dataclasses import replace

import pytest

from lightapt_clients import (
    AlertError,
    DisconnectedError,
    MissingError,
    Property,
    RequestError,
    WaitTimeoutError,
    dialogues,
)
from lightapt_protocol.messages import DelProperty, NewSwitchVector, NewTextVector, Notice

from .puppet import (
    ABORT,
    ALERT,
    BUSY,
    CONNECTION,
    COORD,
    LONG,
    MS,
    NAMES,
    OK,
    asked,
    conversation,
    coord,
    later,
    scene,
    switches,
)


@pytest.fixture(autouse=True)
def grace(monkeypatch):
    defaults = Property.set.__kwdefaults__
    monkeypatch.setitem(defaults, "grace", LONG)


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
async def test_an_alert_on_the_way_counts_when_the_device_is_not_busy_again_soon():
    async with conversation(COORD) as (_, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5, grace=10 * LONG, timeout=None))
        await end.say(coord(BUSY, RA=1), coord(ALERT, "no place for another"), coord(BUSY, RA=2))
        await end.sync()
        later(LONG)
        await end.sync()
        assert not setting.done()
        await end.say(coord(ALERT, "aborted"))
        await end.sync()
        later(LONG)
        with pytest.raises(AlertError, match="aborted"):
            await setting


@scene
async def test_an_ok_with_other_values_is_taken_when_the_device_does_not_turn_busy():
    async with conversation(COORD) as (_, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5.4, grace=10 * MS))
        await end.say(coord(OK, RA=5))
        assert (await setting).number("RA") == 5


@scene
async def test_an_ok_that_was_on_its_way_does_not_end_the_waiting():
    async with conversation(COORD) as (_, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5))
        await end.say(coord(OK, RA=1.1))
        await end.sync()
        await end.say(coord(BUSY, RA=1.2))
        await end.sync()
        later(LONG)  # the grace is over
        await end.sync()
        assert not setting.done()
        await end.say(coord(OK, RA=4.99))
        await setting


@scene
async def test_how_long_perhaps_is_no_answer_can_be_chosen():
    async with conversation(COORD) as (_, end, indi):
        mount = await indi.device("Mount")
        setting = await asked(end, mount["COORD"].set(RA=5, grace=2 * LONG, timeout=None))
        await end.say(coord(OK, RA=1.1))
        await end.sync()
        later(LONG)
        await end.sync()
        assert not setting.done()
        await end.say(coord(BUSY), coord(OK, RA=5))
        await setting


@scene
async def test_a_device_that_shows_first_where_it_is_going_to_may_be_given_time_to_turn_busy():
    async with conversation(COORD) as (_, end, indi):
        mount = await indi.device("Mount")
        setting = await asked(end, mount["COORD"].set(RA=5, settle=LONG, timeout=None))
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
async def test_a_property_that_stays_away_is_missing(monkeypatch):
    monkeypatch.setattr(dialogues, "_LEAVE", 30 * MS)
    async with conversation(COORD) as (_, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5, grace=10 * MS))
        await end.say(DelProperty("Mount"))
        with pytest.raises(MissingError, match=r"^Mount is gone, .*: its driver has ended$"):
            await setting


@scene
async def test_a_server_that_takes_leave_and_closes_later_is_a_lost_connection(monkeypatch):
    monkeypatch.setattr(dialogues, "_LEAVE", LONG)
    async with conversation(COORD) as (_, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5))
        await end.say(DelProperty("Mount"))
        await end.sync()
        later(LONG)  # as long as a property may be away that is defined anew
        for _ in range(2):
            await end.sync()
        end.close()
        with pytest.raises(DisconnectedError, match=r"Mount\.COORD had not answered yet: .* is lost"):
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
        with pytest.raises(DisconnectedError, match=r"^Mount.COORD had not answered yet: the connection to .* is lost"):
            await setting


@scene
async def test_a_client_that_closes_itself_says_so():
    async with conversation(COORD, reconnects=False) as (_, end, indi):
        setting = await asked(end, (await indi.device("Mount"))["COORD"].set(RA=5, timeout=None))
    with pytest.raises(DisconnectedError, match=r"^Mount.COORD had not answered yet: the connection to .* is closed"):
        await setting
