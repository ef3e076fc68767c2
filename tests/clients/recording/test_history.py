"""A recording tells what each message changed, from one file to the next."""

import errno
import struct
from dataclasses import replace
from datetime import timedelta

import pytest

from lightapt_clients.recording import History, RecordingFileError, RecordingFiles, open_recordings
from lightapt_protocol.mirror import ChangeKind
from lightapt_protocol.recording import Entry, EntryKind, Recording, RecordingWriter
from lightapt_protocol.vocabulary import State
from tests.clients.puppet import COORD, NAMES, coord

from .scenes import HEADER, raw


def file(path, *entries, header=HEADER):
    writer = RecordingWriter(header)
    path.write_bytes(writer.start() + b"".join(writer.add(entries)) + writer.finish())
    return path


def element(seconds, message, kind=EntryKind.ELEMENT):
    return Entry(int(seconds * 1e6), kind, raw(message)[0])


def test_each_message_has_its_time_and_what_it_changed(tmp_path):
    path = file(tmp_path / "a", Entry(0, EntryKind.CONNECTED, b"here"), element(1, COORD), element(2.5, coord(RA=3.0)))
    history = History(open_recordings([path]))
    connected, defined, updated = history
    assert connected.words == "here"
    assert defined.changes[0].kind is ChangeKind.DEFINED
    assert updated.changes[0].members == ("RA",)
    assert updated.time == HEADER.started + timedelta(seconds=2.5)
    assert history.mirror.find("Mount", "COORD").number("RA") == 3.0
    assert history.is_whole


def test_files_are_told_in_the_order_of_their_time_and_nothing_twice(tmp_path):
    later = replace(HEADER, started=HEADER.started + timedelta(seconds=60), part=1)
    state = element(0, COORD, EntryKind.STATE)
    second = file(tmp_path / "a", state, element(1, coord(State.OK, RA=3.0)), header=later)
    first = file(tmp_path / "b", element(1, COORD))
    moments = list(History(open_recordings([second, first])))
    assert [(one.time - HEADER.started).total_seconds() for one in moments] == [1, 61]
    assert [moment.changes[0].kind for moment in History(open_recordings([second]))] == [
        ChangeKind.DEFINED,
        ChangeKind.UPDATED,
    ]


def test_a_part_that_follows_on_a_missing_one_tells_what_was_known(tmp_path):
    later = replace(HEADER, started=HEADER.started + timedelta(seconds=60), part=2)
    first = file(tmp_path / "a", element(1, NAMES))
    third = file(tmp_path / "c", element(0, COORD, EntryKind.STATE), element(1, coord(RA=3.0)), header=later)
    history = History(open_recordings([first, third]))
    assert [change.kind for moment in history for change in moment.changes] == [
        ChangeKind.DEFINED,
        ChangeKind.DEFINED,
        ChangeKind.UPDATED,
    ]
    assert list(history.mirror.devices) == ["Mount"]


@pytest.mark.parametrize("kind", [EntryKind.LOST, EntryKind.CONNECTED])
def test_devices_are_gone_with_the_connection(kind, tmp_path):
    history = History(open_recordings([file(tmp_path / "a", element(1, COORD), Entry(2_000_000, kind, b"why"))]))
    *_, event = history
    assert (event.words, event.changes) == ("why", ())
    assert not history.mirror.devices


def test_what_makes_no_sense_is_told_with_why(tmp_path):
    path = file(tmp_path / "a", Entry(0, EntryKind.ELEMENT, b"<setNumberVector name='x'/>"))
    (moment,) = History(open_recordings([path]))
    assert "device" in moment.words


def test_a_file_that_is_still_written_is_not_whole(tmp_path):
    files = RecordingFiles(tmp_path / "a", HEADER)
    files.write([])
    whole = History(open_recordings([files.path]))
    assert list(whole) == []
    files.close()


@pytest.mark.parametrize("data", [b"", b"no recording", struct.pack("<II", 0x184D2A50, 99)])
def test_what_is_no_recording_is_named(tmp_path, data):
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(RecordingFileError, match="a: this is no recording"):
        open_recordings([tmp_path / "a"])
    with pytest.raises(RecordingFileError, match="cannot be read: No such file"):
        open_recordings([tmp_path / "b"])


def test_damage_is_told_where_it_comes_and_what_was_known_stays(tmp_path):
    path = file(tmp_path / "a", element(1, COORD))
    path.write_bytes(path.read_bytes() + b"damage")
    later = file(tmp_path / "b", element(1, NAMES), header=replace(HEADER, started=HEADER.started + timedelta(hours=1)))
    history = History(open_recordings([path, later]))
    before, gap, after = history
    assert before.changes
    assert "damaged near byte" in gap.words
    assert not gap.changes
    assert after.changes
    assert list(history.mirror.devices) == ["Mount", "Wheel"]
    assert history.is_damaged


def test_a_disk_that_fails_is_told(tmp_path, monkeypatch):
    def failing():
        yield file(tmp_path / "a", element(1, COORD)).read_bytes()
        raise OSError(errno.EIO, "Input/output error")

    history = iter(History([Recording(failing())]))
    assert next(history).changes
    with pytest.raises(RecordingFileError, match="any further: Input/output error"):
        next(history)


def test_files_of_one_recording_are_told_by_their_numbers_whatever_the_clock_said(tmp_path):
    earlier = replace(HEADER, started=HEADER.started - timedelta(hours=3), part=1)
    first = file(tmp_path / "night.indi", element(1, COORD))
    second = file(tmp_path / "night.1.indi", element(1, coord(RA=3.0)), header=earlier)
    defined, updated = History(open_recordings([second, first]))
    assert (defined.changes[0].kind, updated.changes[0].kind) == (ChangeKind.DEFINED, ChangeKind.UPDATED)
