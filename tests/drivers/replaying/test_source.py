"""A source gives the entries of its files in their order, as often as is wanted, as far as they can be read."""

import io
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lightapt_drivers.replaying import source as module
from lightapt_drivers.replaying.source import Source
from lightapt_protocol.messages import Notice
from lightapt_protocol.recording import EntryKind, RecordingError

from .scenes import COORD, FOCUS, HEADER, coord, element, file

LATER = replace(HEADER, started=HEADER.started + timedelta(seconds=100), part=1)


def times(source):
    taken = []
    while (timed := source.take()) is not None:
        taken.append(timed.time)
    return taken


@pytest.fixture
def paths(tmp_path):
    second = file(tmp_path / "a", element(1, coord(8.0)), header=LATER)
    return [second, file(tmp_path / "b", element(0, COORD), element(2, coord(7.0)))]


def test_times_count_from_the_beginning_of_the_first(paths):
    source = Source(paths)
    assert source.header == HEADER
    assert source.peek().time == 0
    assert times(source) == [0, 2, 101]
    assert source.peek() is None
    source.rewind()
    assert times(source) == [0, 2, 101]


def test_damage_is_a_gap_and_the_next_file_goes_on(paths):
    paths[1].write_bytes(paths[1].read_bytes() + b"damage")
    source = Source(paths)
    kinds = []
    while (timed := source.take()) is not None:
        kinds.append(timed.entry.kind)
    element = EntryKind.ELEMENT
    assert kinds == [element, element, EntryKind.GAP, EntryKind.LOST, element]


def test_a_clock_that_was_set_back_between_files_is_no_time(tmp_path):
    earlier = replace(HEADER, started=HEADER.started - timedelta(hours=3), part=1)
    first = file(tmp_path / "night.indi", element(0, COORD), element(2, coord(7.0)))
    second = file(tmp_path / "night.1.indi", element(1, coord(8.0)), element(2, coord(9.0)), header=earlier)
    assert times(Source([second, first])) == [0, 2, 3, 4]


def test_a_device_is_left_out_whose_name_another_has(tmp_path, caplog):
    path = file(tmp_path / "a", element(0, COORD), element(1, FOCUS), element(2, Notice("Focuser", "hello")))
    with caplog.at_level(logging.WARNING):
        source = Source([path], without="Focuser")
        assert times(source) == [0]
        source.rewind()
        assert times(source) == [0]
    assert caplog.text.count("--name") == 1


def test_a_file_that_can_be_read_no_more_is_left_out(paths, caplog):
    source = Source(paths)
    paths[0].unlink()
    with caplog.at_level(logging.WARNING):
        assert times(source) == [0, 2]
        paths[1].unlink()
        source.rewind()
        assert source.peek() is None
    assert caplog.text.count("is left out") == 3


def test_a_disk_that_fails_costs_the_rest_of_the_file(paths, monkeypatch, caplog):
    monkeypatch.setattr(module, "_CHUNK", 8)
    opened = Path.open

    class Failing(io.FileIO):
        def read(self, size):
            if self.tell() > 200:
                raise OSError(5, "Input/output error")
            return super().read(size)

    def failing(path, *arguments, **options):
        return Failing(path) if path == paths[1] else opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", failing)
    with caplog.at_level(logging.WARNING):
        assert times(Source(paths))[-1] == 101
    assert "any further: [Errno 5]" in caplog.text


def test_a_file_that_a_disk_does_not_open_is_left_out(paths, monkeypatch, caplog):
    source = Source(paths)
    opened = Path.open

    def failing(path, *arguments, **options):
        if path == paths[0]:
            raise OSError(5, "Input/output error")
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", failing)
    with caplog.at_level(logging.WARNING):
        assert times(source) == [0, 2]
    assert "Input/output error" in caplog.text


def test_what_cannot_be_read_from_the_first_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError):
        Source([tmp_path / "nothing"])
    (tmp_path / "text").write_bytes(b"something else")
    with pytest.raises(RecordingError):
        Source([tmp_path / "text"])
