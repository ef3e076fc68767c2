"""Files that are written whole, and never over another."""

import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_clients import files as writing
from lightapt_clients.files import ending_of, safe, write, write_numbered


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_name_that_is_taken_gets_a_number(tmp_path):
    names = [write_numbered(data, tmp_path / "night" / "a.fits").name for data in (b"1", b"2", b"3")]
    assert names == ["a.fits", "a_1.fits", "a_2.fits"]
    assert (tmp_path / "night" / "a.fits").read_bytes() == b"1"
    assert files(tmp_path / "night") == names


def test_a_number_comes_before_both_endings(tmp_path):
    assert [write_numbered(b"", tmp_path / "a.fits.fz").name for _ in range(2)] == ["a.fits.fz", "a_1.fits.fz"]


def test_a_file_has_the_modes_that_the_user_wants(tmp_path):
    before = os.umask(0o027)
    try:
        assert write_numbered(b"", tmp_path / "a.fits").stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(before)


def test_a_file_that_is_there_is_kept(tmp_path):
    write(b"old", tmp_path / "a.fits")
    with pytest.raises(FileExistsError):
        write(b"new", tmp_path / "a.fits")
    assert files(tmp_path) == ["a.fits"]
    assert (tmp_path / "a.fits").read_bytes() == b"old"


def test_a_full_disk_leaves_no_half_of_a_file(tmp_path, monkeypatch):
    def fsync(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writing.os, "fsync", fsync)
    with pytest.raises(OSError, match="No space left"):
        write(b"new", tmp_path / "a.fits")
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("format", "ending"),
    [
        (".fits", ".fits"),
        (".fits.fz", ".fits.fz"),
        ("fits", ".fits"),
        ("", ".bin"),
        (".", ".bin"),
        ("..", ".bin"),
        ("/../../x", ".bin"),
        (".x/y", ".bin"),
        (100 * "x", ".bin"),
    ],
)
def test_no_format_is_more_than_an_ending(format, ending):
    assert ending_of(format) == ending


@given(st.text())
def test_a_safe_name_is_one_part_of_a_path(text):
    name = safe(text)
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert name not in (".", "..")
    assert len(name.encode()) <= 201
    assert name.upper().split(".")[0] not in ("CON", "NUL", "COM1")
