"""Files that are written whole, and never over another."""

import errno
import os
from pathlib import Path

import pytest

from lightapt_clients.commands import saving
from lightapt_clients.commands.saving import NotSavedError, RescuedError, prepare, save


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_name_that_is_taken_gets_a_number(tmp_path):
    names = [save(data, tmp_path / "night" / "a.fits").name for data in (b"1", b"2", b"3")]
    assert names == ["a.fits", "a_1.fits", "a_2.fits"]
    assert (tmp_path / "night" / "a.fits").read_bytes() == b"1"
    assert files(tmp_path / "night") == names


def test_a_number_comes_before_both_endings(tmp_path):
    assert [save(b"", tmp_path / "a.fits.fz").name for _ in range(2)] == ["a.fits.fz", "a_1.fits.fz"]


def test_a_file_has_the_modes_that_the_user_wants(tmp_path):
    before = os.umask(0o027)
    try:
        assert save(b"", tmp_path / "a.fits").stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(before)


def full(folder):
    """A disk that is full; only what lies beside a folder can be written."""

    def fsync(descriptor):
        if Path(os.readlink(f"/proc/self/fd/{descriptor}")).parent == folder:
            raise OSError(errno.ENOSPC, "No space left on device")

    return fsync


def test_a_full_disk_costs_no_picture(tmp_path, home, monkeypatch):
    monkeypatch.setattr(saving.os, "fsync", full(tmp_path))
    with pytest.raises(RescuedError, match="the disk is full") as caught:
        save(b"light", tmp_path / "a.fits")
    assert caught.value.path == home / "a.fits"
    assert caught.value.path.read_bytes() == b"light"
    assert str(caught.value.path) in str(caught.value)
    assert files(tmp_path) == []


def test_it_is_said_when_nothing_can_be_written(tmp_path, home, monkeypatch):
    def fsync(_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(saving.os, "fsync", fsync)
    with pytest.raises(NotSavedError, match=r"Input/output error\nThe picture is lost"):
        save(b"light", tmp_path / "a.fits")
    assert files(tmp_path) == files(home) == []


def test_what_cannot_be_named_leaves_nothing_behind(tmp_path, home, monkeypatch):
    def replace(self, target):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(saving.Path, "replace", replace)
    with pytest.raises(NotSavedError):
        save(b"light", tmp_path / "a.fits")
    assert files(tmp_path) == []


def test_a_folder_is_made_before_the_first_picture(tmp_path):
    prepare(tmp_path / "a" / "b")
    assert files(tmp_path / "a" / "b") == []
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"exists|directory"):
        prepare(tmp_path / "file")
