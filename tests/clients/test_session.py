"""What a client follows is told, kept over a loss of the connection, and ended with the client."""

import asyncio
import os
import zlib
from dataclasses import replace

import pytest

from lightapt_clients import DisconnectedError, session
from lightapt_protocol import shared_memory
from lightapt_protocol.messages import DelProperty, EnableBlob, GetProperties, Notice
from lightapt_protocol.mirror import ChangeKind
from lightapt_protocol.vocabulary import BlobPolicy
from lightapt_protocol.writer import write
from tests.system.phrases import attached, inline

from .puppet import CCD1, CCD2, CONNECTION, COORD, LONG, NAMES, OK, conversation, coord, later, scene

PICTURE = bytes(range(256)) * 300
DEFINED, UPDATED, DELETED = ChangeKind.DEFINED, ChangeKind.UPDATED, ChangeKind.DELETED


def also(name):
    return EnableBlob("Camera", name, policy=BlobPolicy.ALSO)


def never(name):
    return EnableBlob("Camera", name, policy=BlobPolicy.NEVER)


async def told(changes, count):
    return [(change.kind, change.name) for change in [await anext(changes) for _ in range(count)]]


async def again(server, *definitions):
    """Let the client come again, and be told of some properties."""
    end = await server.accept()
    await end.say(*definitions)
    await end.sync()
    return end


# Following.


@scene
async def test_all_devices_are_asked_for_unless_some_are_named():
    async with conversation() as (_, end, _):
        assert await end.said() == [GetProperties()]
    async with conversation(devices=["Mount"]) as (_, end, _):
        assert await end.said() == [GetProperties("Mount")]


@scene
async def test_only_the_devices_named_and_words_for_all_are_told():
    async with conversation(devices=["Mount"]) as (_, end, indi):
        with indi.changes() as changes:
            await end.say(NAMES, COORD, Notice(message="night falls"), coord(RA=3))
            assert await told(changes, 3) == [(DEFINED, "COORD"), (ChangeKind.NOTICE, ""), (UPDATED, "COORD")]
        assert list(indi.devices) == ["Mount"]


@scene
async def test_a_server_that_deletes_all_deletes_the_devices_named_too():
    async with conversation(COORD, devices=["Mount"]) as (_, end, indi):
        await end.say(DelProperty())
        await end.sync()
        assert not indi.devices


@scene
async def test_several_clients_in_one_program_know_nothing_of_one_another():
    async with conversation(COORD) as (_, _, one), conversation(NAMES) as (_, _, other):
        assert (list(one.devices), list(other.devices)) == (["Mount"], ["Wheel"])


# BLOBs.


@scene
async def test_blobs_come_whole_to_each_stream_that_wants_them():
    async with (
        conversation(CCD1, CCD2) as (_, end, indi),
        indi.blobs("Camera") as of_device,
        indi.blobs("Camera", "CCD1") as of_one,
    ):
        await end.say(inline("Camera", PICTURE, name="CCD2"), inline("Camera", PICTURE))
        assert [(await anext(of_device)).name for _ in range(2)] == ["CCD2", "CCD1"]
        blob = await anext(of_one)
        assert (blob.device, blob.name, blob.member, blob.format) == ("Camera", "CCD1", "B", ".fits")
        assert blob.data == PICTURE


@scene
async def test_who_follows_is_told_how_much_of_a_picture_has_come():
    picture, arrived = inline("Camera", PICTURE), len(PICTURE) // 3
    async with conversation(CCD1) as (_, end, indi), indi.blobs("Camera") as blobs:
        with indi.arrivals("Camera") as arrivals:
            await end.say(picture[: len(picture) // 2])
            async for arrival in arrivals:
                if arrival.received > arrived:
                    break
            assert (arrival.device, arrival.name, arrival.size) == ("Camera", "CCD1", len(PICTURE))
        await end.say(picture[len(picture) // 2 :])
        assert (await anext(blobs)).data == PICTURE


@scene
async def test_arrivals_end_with_the_client():
    async with conversation(CCD1) as (_, _, indi):
        arrivals = indi.arrivals("Camera")
    assert [one async for one in arrivals] == []
    assert [one async for one in indi.arrivals("Camera")] == []


@scene
async def test_the_server_is_told_when_a_stream_begins_and_ends():
    async with conversation(CCD1) as (_, end, indi):
        async with indi.blobs("Camera"):
            await end.say(CCD2)
            assert (await end.said())[1:] == [also("CCD1"), also("CCD2")]
        assert await end.said() == [never("CCD1"), never("CCD2")]


@scene
async def test_blobs_in_shared_memory_come_as_they_are():
    async with conversation(CCD1, is_local=True) as (_, end, indi), indi.blobs("Camera", "CCD1") as blobs:
        memory = shared_memory.create(len(PICTURE))
        os.write(memory, PICTURE)
        end.say_with(attached("Camera", len(PICTURE)), memory)
        assert (await anext(blobs)).data == PICTURE


@pytest.mark.parametrize("long", [10, 1 << 20])
def test_compressed_blobs_come_unpacked_and_in_their_order(long, monkeypatch):
    @scene
    async def play():
        packed = inline("Camera", zlib.compress(PICTURE), kind=".fits.z").replace(
            f'size="{len(zlib.compress(PICTURE))}"'.encode(), f'size="{len(PICTURE)}"'.encode()
        )
        async with conversation(CCD1) as (_, end, indi), indi.blobs("Camera") as blobs:
            await end.say(packed, inline("Camera", b"second"))
            first, second = await anext(blobs), await anext(blobs)
            assert (first.format, first.data, second.data) == (".fits", PICTURE, b"second")

    monkeypatch.setattr(session, "_LONG", long)
    play()


@scene
async def test_a_blob_that_is_compressed_wrongly_is_left_out():
    async with conversation(CCD1) as (_, end, indi), indi.blobs("Camera") as blobs:
        await end.say(inline("Camera", b"no zlib", kind=".fits.z"), inline("Camera", b"good"))
        assert (await anext(blobs)).data == b"good"


@scene
async def test_changes_tell_of_a_blob_but_do_not_hold_it():
    async with conversation(CCD1) as (_, end, indi), indi.blobs("Camera") as blobs:
        with indi.changes("Camera") as changes:
            await end.say(inline("Camera", PICTURE).replace(b'name="B"', b'name="CCD1"'))
            change = await anext(changes)
            assert (change.blobs[0].size, change.blobs[0].data) == (len(PICTURE), b"")
            assert (await anext(blobs)).data == PICTURE


# A connection that is lost.


@scene
async def test_changes_go_on_and_tell_what_has_become_of_what_was_known():
    async with conversation(COORD, CONNECTION, NAMES) as (server, end, indi):
        with indi.changes() as changes:
            end.close()
            await again(server, replace(COORD, state=OK), CCD1)
            later(LONG)
            assert await told(changes, 4) == [
                (DEFINED, "COORD"),
                (DEFINED, "CCD1"),
                (DELETED, "CONNECTION"),
                (DELETED, "NAMES"),
            ]
        assert list(indi.devices) == ["Mount", "Camera"]
        assert list(indi.devices["Mount"]) == ["COORD"]


@scene
async def test_what_was_known_stays_until_the_devices_have_had_their_time():
    async with conversation(COORD, NAMES) as (server, end, indi):
        end.close()
        end = await again(server)
        assert indi.devices["Mount"]["COORD"].number("RA") == 1.0
        end.close()
        await again(server, COORD, NAMES)
        assert list(indi.devices) == ["Mount", "Wheel"]


@scene
async def test_a_server_that_accepts_and_says_nothing_takes_nothing_away():
    async with conversation(COORD, NAMES) as (server, end, indi):
        end.close()
        end = await server.accept()
        await end.expect(GetProperties)
        later(LONG)
        for _ in range(20):  # as many turns as it would take to find them gone
            await asyncio.sleep(0)
        assert list(indi.devices) == ["Mount", "Wheel"]
        with indi.changes() as changes:
            await end.say(COORD)
            await end.sync()
            later(LONG)
            assert await told(changes, 2) == [(DEFINED, "COORD"), (DELETED, "NAMES")]


@scene
async def test_an_update_shows_that_a_property_is_still_there():
    async with conversation(COORD, NAMES) as (server, end, indi):
        with indi.changes() as changes:
            end.close()
            await again(server, coord(RA=7))
            later(LONG)
            assert await told(changes, 2) == [(UPDATED, "COORD"), (DELETED, "NAMES")]
        assert indi.devices["Mount"]["COORD"].number("RA") == 7


@scene
async def test_blob_streams_go_on_and_their_choice_is_told_again():
    async with conversation(CCD1) as (server, end, indi), indi.blobs("Camera", "CCD1") as blobs:
        async with indi.blobs("Camera", "CCD2"):
            pass
        end.close()
        end = await again(server, CCD1)
        assert await end.said() == [GetProperties(), also("CCD1"), also("CCD1")]
        await end.say(inline("Camera", PICTURE))
        assert (await anext(blobs)).data == PICTURE


@scene
async def test_a_stream_that_begins_while_there_is_no_connection_is_told_to_the_next():
    async with conversation(CCD1) as (server, end, indi):
        server.stop_listening()
        end.close()
        with indi.connection() as connection:
            while await anext(connection):
                pass
        async with indi.blobs("Camera", "CCD1"):
            server.listen_again()
            end = await server.accept()
            assert await end.expect(GetProperties)
            assert await end.expect(EnableBlob) == also("CCD1")


@scene
async def test_a_blob_that_was_cut_off_is_not_given_out():
    async with conversation(CCD1) as (server, end, indi), indi.blobs("Camera", "CCD1") as blobs:
        await end.say(inline("Camera", PICTURE)[:50_000])
        end.close()
        end = await again(server, CCD1)
        await end.say(inline("Camera", b"whole"))
        assert (await anext(blobs)).data == b"whole"


@scene
async def test_whether_there_is_a_connection_can_be_followed():
    async with conversation() as (server, end, indi):
        with indi.connection() as connection:
            assert await anext(connection) is True
            end.close()
            assert await anext(connection) is False
            await server.accept()
            assert await anext(connection) is True


@scene
async def test_what_a_program_has_let_go_of_is_not_kept_for_it():
    async with conversation(COORD) as (_, end, indi):
        for number in range(3):
            await end.say(coord(RA=number))
            async for _ in indi.changes():
                break
            async for _ in indi.connection():
                break
            indi.arrivals("Camera")
        session = indi._session
        followed = session._changes, session._connections, session._arrivals
        assert [len(one) for one in followed] == [0, 0, 0]


# The end.


@scene
async def test_the_end_of_the_client_ends_all_that_is_followed():
    async with conversation(COORD, CCD1, reconnects=False) as (_, end, indi), indi.blobs("Camera", "CCD1") as blobs:
        changes, connection = indi.changes(), indi.connection()
        waiting = asyncio.ensure_future(indi.device("Dome", timeout=None))
        await asyncio.sleep(0)
        await end.say(write(coord(RA=3)))
        end.close()
        assert [change.kind async for change in changes] == [UPDATED]
        assert [is_there async for is_there in connection] == [True, False]
        assert [blob async for blob in blobs] == []
        with pytest.raises(DisconnectedError):
            await waiting


@scene
async def test_what_is_followed_after_the_end_ends_at_once():
    async with conversation(COORD, reconnects=False) as (_, end, indi):
        end.close()
        with pytest.raises(DisconnectedError):
            await indi.device("Dome", timeout=None)
        assert [change async for change in indi.changes()] == []
        assert [is_there async for is_there in indi.connection()] == [False]
        async with indi.blobs("Camera") as blobs:
            assert [blob async for blob in blobs] == []
        assert await indi.device("Mount")
