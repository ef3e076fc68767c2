"""Recordings are written to files that are never written over, each of which can be read without the others."""

import errno
import os
import time
from pathlib import Path

import pytest

from lightapt_clients.recording import RecordingFileError, RecordingFiles
from lightapt_clients.recording import files as module
from lightapt_clients.recording.heard import Heard, now
from lightapt_protocol.framing import Framer
from lightapt_protocol.messages import Notice
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.parser import parse
from lightapt_protocol.recording import EntryKind, Recording, part_path
from lightapt_protocol.vocabulary import State
from lightapt_protocol.writer import write
from tests.clients.puppet import COORD, NAMES, coord

from .scenes import HEADER, elements, raw, read


def heard(*messages):
    moment = now()
    return [
        Heard(moment, EntryKind.ELEMENT, one.raw, tag=one.tag, device=one.device, name=one.name)
        for one in Framer().feed(b"".join(map(write, messages)))
    ]


def test_parts_are_numbered_before_the_ending(tmp_path):
    names = [part_path(tmp_path / "night.indi", number).name for number in (0, 1, 12)]
    assert names == ["night.indi", "night.1.indi", "night.12.indi"]


def test_what_was_written_can_be_read_at_once(tmp_path):
    files = RecordingFiles(tmp_path / "night.indi", HEADER)
    files.write(heard(COORD))
    assert elements(Recording([files.path.read_bytes()])) == raw(COORD)
    files.close()
    files.close()
    assert elements(read(files.path)) == raw(COORD)
    assert files.written == files.path.stat().st_size


def test_a_file_that_is_there_is_left_alone(tmp_path):
    path = tmp_path / "night.indi"
    path.write_bytes(b"precious")
    with pytest.raises(RecordingFileError, match=r"is there already.*--append"):
        RecordingFiles(path, HEADER)
    files = RecordingFiles(path, HEADER, appends=True)
    files.close()
    assert files.path.name == "night.1.indi"
    assert path.read_bytes() == b"precious"


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(RecordingFileError, match="cannot be written: No such file"):
        RecordingFiles(tmp_path / "nowhere" / "night.indi", HEADER)


def test_a_further_file_begins_with_all_that_is_known(tmp_path):
    (tmp_path / "night.1.indi").write_bytes(b"precious")
    files = RecordingFiles(tmp_path / "night.indi", HEADER, largest=1000)
    files.write(heard(COORD, NAMES, coord(State.BUSY, RA=5.0)))
    files.write(heard(*(Notice("Mount", f"{number**9}") for number in range(200))))
    files.write(heard(coord(State.OK, RA=6.0, DEC=7.0)))
    files.close()
    assert files.path.name == "night.2.indi"
    assert (tmp_path / "night.1.indi").read_bytes() == b"precious"
    entries = read(files.path)
    assert [entry.kind for entry in entries] == [EntryKind.STATE, EntryKind.STATE, EntryKind.ELEMENT]
    mirror = Mirror()
    for entry in entries[:2]:
        mirror.apply(parse(entry.content))
    assert mirror.find("Mount", "COORD").number("RA") == 5.0
    assert mirror.find("Mount", "COORD").state is State.BUSY
    assert Recording([files.path.read_bytes()]).header.part == 2


def test_time_goes_on_from_one_file_to_the_next(tmp_path):
    files = RecordingFiles(tmp_path / "night.indi", HEADER, largest=1)
    began = now()
    moments = []
    for number in range(3):
        files.write([Heard(began + number, EntryKind.LOST, b"")])
    files.close()
    for number in range(3):
        recording = Recording([part_path(tmp_path / "night.indi", number).read_bytes()])
        moments += [recording.header.moment(entry.time).timestamp() for entry in recording]
    assert [later - moments[0] for later in moments] == pytest.approx([0, 1, 2], abs=0.05)


@pytest.mark.parametrize("kind", [EntryKind.LOST, EntryKind.CONNECTED])
def test_a_further_file_knows_nothing_of_a_connection_that_is_lost(kind, tmp_path):
    files = RecordingFiles(tmp_path / "night.indi", HEADER, largest=1)
    files.write([*heard(COORD), Heard(now(), kind, b"")])
    files.close()
    assert files.path.name == "night.1.indi"
    assert read(files.path) == []


def test_a_disk_that_fails_is_told_and_the_file_is_let_go(tmp_path, monkeypatch):
    def fail(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    files = RecordingFiles(tmp_path / "night.indi", HEADER)
    monkeypatch.setattr(module, "_SAFE", -1.0)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(RecordingFileError, match="may not be on the disk: Input/output error"):
        files.write(heard(COORD))
    assert files._file.closed
    files.write(heard(COORD))
    files.close()
    assert elements(Recording([files.path.read_bytes()])) == raw(COORD)


@pytest.mark.parametrize("name", ["", ".", "..", "folder"])
@pytest.mark.parametrize("appends", [False, True])
def test_a_folder_is_no_file(name, appends, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(RecordingFileError, match="is a folder: name a file in it"):
        RecordingFiles(Path(name), HEADER, appends=appends)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize("hours", [-3, 5])
def test_a_clock_that_is_set_meanwhile_does_not_change_when_files_began(hours, tmp_path, monkeypatch):
    today = time.time()
    monkeypatch.setattr(module.time, "time", lambda: today)
    files, began = RecordingFiles(tmp_path / "night.indi", HEADER, largest=1), now()
    monkeypatch.setattr(module.time, "time", lambda: today + hours * 3600)
    files.write([Heard(began + 10, EntryKind.LOST, b"")])
    files.close()
    first, second = (
        Recording([part_path(tmp_path / "night.indi", number).read_bytes()]).header.started for number in (0, 1)
    )
    assert (second - first).total_seconds() == pytest.approx(10, abs=1)


def test_time_goes_on_while_the_machine_sleeps(tmp_path, monkeypatch):
    gettime, wall, asleep = time.clock_gettime, time.time, 5 * 3600.0  # once before
    # As Linux and macOS do it: the clock of time.monotonic stands still meanwhile.
    monkeypatch.setattr(time, "clock_gettime", lambda clock: gettime(clock) + asleep)
    monkeypatch.setattr(time, "time", lambda: wall() + asleep)
    path = tmp_path / "night.indi"
    files, began = RecordingFiles(path, HEADER, largest=1), time.time()
    files.write(heard(COORD))
    asleep += 3 * 3600.0
    files.write(heard(coord(RA=2.0)))
    files.close()
    headers = [Recording([part_path(path, number).read_bytes()]).header for number in (0, 1, 2)]
    hours = [(header.started.timestamp() - began) / 3600 for header in headers]
    assert hours == pytest.approx([0, 0, 3], abs=0.5)
    *_, last = read(part_path(path, 1))
    assert 3 * 3600e6 <= last.time < 4 * 3600e6
