"""A source gives the entries of its files in their order, as often as is wanted, as far as they can be read."""

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lightapt_drivers.replaying.source import Source
from lightapt_protocol.recording import RecordingError

from .scenes import COORD, HEADER, coord, element, file

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


def test_damage_ends_it(paths, caplog):
    paths[1].write_bytes(paths[1].read_bytes() + b"damage")
    with caplog.at_level(logging.WARNING):
        assert times(Source(paths)) == [0, 2]
    assert "ends here" in caplog.text


def test_a_file_that_can_be_read_no_more_ends_it(paths, caplog):
    source = Source(paths)
    paths[0].unlink()
    with caplog.at_level(logging.WARNING):
        assert times(source) == [0, 2]
        paths[1].unlink()
        source.rewind()
        assert source.peek() is None
    assert caplog.text.count("ends here") == 2


def test_a_disk_that_fails_ends_it(paths, monkeypatch, caplog):
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
