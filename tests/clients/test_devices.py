"""Devices and properties as a program sees and sets them."""

import asyncio
from dataclasses import replace

import pytest

from lightapt_clients import AbortedError, DisconnectedError, MissingError, WaitTimeoutError
from lightapt_protocol.messages import (
    NewBlobVector,
    NewSwitchVector,
)

from .puppet import (
    BUSY,
    CCD1,
    CONNECTION,
    COORD,
    FIRMWARE,
    IDLE,
    NAMES,
    OK,
    asked,
    conversation,
    coord,
    scene,
    switches,
)

PICTURE = bytes(range(256)) * 1000


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
async def test_without_a_connection_nobody_knows_what_is_missing():
    async with conversation(COORD) as (_, end, indi):
        mount = await indi.device("Mount")
        end.close()
        await indi.wait_for(lambda _: indi.fault)
        assert mount["COORD"]["RA"] == 1.0
        with pytest.raises(DisconnectedError, match=r"Mount\.NOTHING is not known: "):
            _ = mount["NOTHING"].now


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


@scene
async def test_a_device_that_was_connected_has_its_properties():
    async with conversation(CONNECTION) as (_, end, indi):
        mount = await indi.device("Mount")
        connecting = await asked(end, mount.connect(), NewSwitchVector)
        await end.say(switches("Mount", "CONNECTION", OK, CONNECT=True, DISCONNECT=False))
        await end.sync()
        await end.say(COORD)
        await connecting
        assert "COORD" in mount


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


@pytest.mark.parametrize("member", ["CONNECT", "DISCONNECT"])
def test_a_device_that_only_says_that_it_is_done_is_not_believed(member):
    @scene
    async def play():
        is_on = member == "DISCONNECT"
        async with conversation(CONNECTION) as (_, end, indi):
            mount = indi.devices["Mount"]
            state = switches("Mount", "CONNECTION", OK, CONNECT=is_on, DISCONNECT=not is_on)
            await end.say(state)
            await end.sync()
            doing = await asked(end, mount.disconnect() if is_on else mount.connect(), NewSwitchVector)
            await end.say(state)
            with pytest.raises(AbortedError, match=f"the device says Ok, but {member} is Off"):
                await doing

    play()
