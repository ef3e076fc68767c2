"""Pictures are kept, wherever that may be."""

import errno
import os
from pathlib import Path

import pytest

from lightapt_clients import files as writing
from lightapt_clients.commands.saving import NotSavedError, RescuedError, prepare, save


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def full(folder):
    """A disk that is full; only what lies beside a folder can be written."""

    def fsync(descriptor):
        if Path(os.readlink(f"/proc/self/fd/{descriptor}")).parent == folder:
            raise OSError(errno.ENOSPC, "No space left on device")

    return fsync


def test_a_full_disk_costs_no_picture(tmp_path, home, monkeypatch):
    monkeypatch.setattr(writing.os, "fsync", full(tmp_path))
    with pytest.raises(RescuedError, match="the disk is full") as caught:
        save(b"light", tmp_path / "a.fits")
    assert caught.value.path == home / "a.fits"
    assert caught.value.path.read_bytes() == b"light"
    assert str(caught.value.path) in str(caught.value)
    assert files(tmp_path) == []


def test_it_is_said_when_nothing_can_be_written(tmp_path, home, monkeypatch):
    def fsync(_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(writing.os, "fsync", fsync)
    with pytest.raises(NotSavedError, match=r"Input/output error\nThe picture is lost"):
        save(b"light", tmp_path / "a.fits")
    assert files(tmp_path) == files(home) == []


def test_what_cannot_be_named_leaves_nothing_behind(tmp_path, home, monkeypatch):
    def replace(self, target):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(writing.Path, "replace", replace)
    with pytest.raises(NotSavedError):
        save(b"light", tmp_path / "a.fits")
    assert files(tmp_path) == []


def test_a_folder_is_made_before_the_first_picture(tmp_path):
    prepare(tmp_path / "a" / "b")
    assert files(tmp_path / "a" / "b") == []
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"exists|directory"):
        prepare(tmp_path / "file")
