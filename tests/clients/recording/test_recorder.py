"""A recorder keeps what comes byte for byte, through lost connections and to the end."""

import asyncio
import errno
import io
import logging
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from lightapt_clients.recording import RecordingFileError
from lightapt_clients.recording import recorder as module
from lightapt_protocol.messages import EnableBlob, GetProperties, Notice, PingReply, PingRequest
from lightapt_protocol.recording import BlobChoice, EntryKind, Recording
from lightapt_protocol.vocabulary import BlobPolicy
from tests.clients.puppet import COORD, FAST, MS, coord, scene
from tests.system.puppets import eventually

from .scenes import elements, raw, read, recording

PLAIN = b"<message   device='Mount'\n\tmessage='1 > 2'  ></message>"
ODD = b"<message device='Mount' message='1 &lt; 2'><!-- why? --></message>"


@scene
async def test_what_comes_is_kept_byte_for_byte(tmp_path):
    async with recording(tmp_path / "night.indi") as running:
        await running.end.say(COORD, PLAIN, coord(RA=2.0))
        entries = await running.finish()
        assert elements(entries) == [*raw(COORD), PLAIN, *raw(coord(RA=2.0))]
        assert entries[0].kind is EntryKind.CONNECTED
        assert [entry.time for entry in entries] == sorted(entry.time for entry in entries)
        assert running.recorder.messages == 3


@scene
async def test_what_comes_after_the_machine_has_slept_has_its_time(tmp_path, monkeypatch):
    gettime, asleep = time.clock_gettime, 5 * 3600.0  # once before
    monkeypatch.setattr(time, "clock_gettime", lambda clock: gettime(clock) + asleep)
    async with recording(tmp_path / "night.indi") as running:
        await running.end.say(COORD)
        await running.end.sync()
        asleep += 3 * 3600.0
        await running.end.say(coord(RA=2.0))
        connected, first, second = await running.finish()
    assert 0 <= connected.time <= first.time
    assert (second.time - first.time) / 3600e6 == pytest.approx(3, abs=0.5)


@scene
async def test_unusual_xml_is_kept_as_the_hub_would_spell_it(tmp_path):
    async with recording(tmp_path / "night.indi") as running:
        await running.end.say(ODD)
        assert elements(await running.finish()) == [b'<message device="Mount" message="1 &lt; 2"></message>']


@scene
async def test_what_comes_can_be_read_soon_while_the_recorder_runs_on(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_PAUSE", 0.0)
    async with recording(tmp_path / "night.indi") as running:
        await running.end.say(COORD)
        await asyncio.to_thread(eventually, lambda: elements(Recording([running.files.path.read_bytes()])), "an entry")
        assert not running.task.done()


@scene
async def test_pings_are_answered_and_not_kept(tmp_path):
    async with recording(tmp_path / "night.indi") as running:
        await running.end.say(PingRequest("7"), Notice("Mount", "hello"))
        while await running.end.next() != PingReply("7"):
            pass
        assert elements(await running.finish()) == raw(Notice("Mount", "hello"))


@scene
async def test_a_lost_connection_is_told_and_made_again(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        async with recording(tmp_path / "night.indi") as running:
            await running.end.say(COORD)
            await running.end.sync()
            running.end.close()
            running.end = await running.server.accept()
            await running.end.expect(GetProperties)
            await running.end.say(coord(RA=2.0))
            entries = await running.finish()
    kinds = [entry.kind for entry in entries]
    one, lost, again = EntryKind.ELEMENT, EntryKind.LOST, EntryKind.CONNECTED
    assert kinds == [again, one, lost, again, one]
    assert b"closed" in entries[2].content
    assert "is lost" in caplog.text


@scene
async def test_a_server_that_answers_no_more_is_noticed(tmp_path):
    async with recording(tmp_path / "night.indi", timing=replace(FAST, silence=20 * MS, answer=60 * MS)) as running:
        await running.end.say(PingReply("lightapt"))
        running.end = await running.server.accept()
        await running.end.say(COORD)
        entries = await running.finish()
        assert b"has not answered" in next(one.content for one in entries if one.kind is EntryKind.LOST)
        assert elements(entries) == raw(COORD)


@scene
async def test_what_makes_no_sense_costs_the_connection_and_not_what_came_before(tmp_path):
    async with recording(tmp_path / "night.indi") as running:
        await running.end.say(COORD, b"HTTP/1.1 400 Bad Request")
        running.end = await running.server.accept()
        assert elements(await running.finish()) == raw(COORD)


@scene
async def test_devices_are_asked_for_by_name_and_what_others_say_is_left_out(tmp_path):
    async with recording(tmp_path / "night.indi", devices=("Mount", "Dome")) as running:
        assert await running.end.next() == GetProperties("Dome")
        assert await running.end.next() == EnableBlob("Dome", policy=BlobPolicy.ALSO)
        await running.end.say(COORD, Notice("Camera", "hello"), Notice("", "to all"))
        assert elements(await running.finish()) == raw(COORD, Notice("", "to all"))


@scene
async def test_blobs_that_are_not_wanted_are_not_asked_for(tmp_path):
    async with recording(tmp_path / "night.indi", blobs=BlobChoice.NONE) as running:
        assert await running.end.said() == []


class FullDisk(io.FileIO):
    def write(self, data):
        if self.tell() + len(data) > 4000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


@scene
async def test_a_full_disk_ends_the_recording_with_a_word_and_leaves_what_was_written(tmp_path, monkeypatch):
    monkeypatch.setattr("lightapt_clients.recording.files.io.FileIO", FullDisk)
    monkeypatch.setattr(module, "_PAUSE", 0.0)
    async with recording(tmp_path / "night.indi") as running:
        number = 0
        while not running.task.done():
            number += 1
            with suppress(ConnectionError):  # it may have ended by now
                await running.end.say(*(Notice("Mount", f"{number * 12345.6789:x>20}") for _ in range(50)))
            await asyncio.wait([running.task], timeout=0.01)
        with pytest.raises(RecordingFileError, match="No space left on device"):
            running.task.result()
        first = next(iter(elements(Recording([running.files.path.read_bytes()]))))
        assert first == raw(Notice("Mount", "xxxxxxxxxx12345.6789"))[0]


@scene
async def test_the_file_is_ended_even_if_what_waits_cannot_be_written(tmp_path, monkeypatch):
    def fail(heard):
        raise MemoryError

    monkeypatch.setattr(module, "_PAUSE", 600.0)
    async with recording(tmp_path / "night.indi") as running:
        await running.end.say(COORD)
        await running.end.sync()
        running.files.write([])
        monkeypatch.setattr(running.files, "write", fail)
        running.stop.set()
        await asyncio.wait([running.task])
        with pytest.raises(MemoryError):
            running.task.result()
        assert running.files._file.closed
        read(running.files.path)


@scene
async def test_a_recorder_that_is_cancelled_leaves_a_whole_file(tmp_path):
    async with recording(tmp_path / "night.indi") as running:
        await running.end.say(COORD)
        await running.end.sync()
        running.task.cancel()
        await asyncio.wait([running.task])
        assert elements(read(running.files.path)) == raw(COORD)


@scene
async def test_a_slow_disk_leaves_the_server_unread_and_loses_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_MUCH", 1000)
    monkeypatch.setattr(module, "_MOST", 2000)
    async with recording(tmp_path / "night.indi") as running:
        words = [Notice("Mount", "x" * 500 + str(number)) for number in range(200)]
        await running.end.say(*words)
        assert elements(await running.finish()) == raw(*words)
