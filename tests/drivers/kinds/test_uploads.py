"""Pictures are saved under a pattern's names: whole, below the folder, and never over another file."""

import errno
import os
from pathlib import Path

import pytest

from lightapt_drivers import DriverError, RefusedError
from lightapt_drivers.kinds import uploads
from lightapt_drivers.kinds.uploads import FIELDS, Place, check_folder, check_pattern, save

FACTS = {
    "date": "2026-01-02",
    "time": "03-04-05",
    "datetime": "2026-01-02T03-04-05",
    "target": "M 31",
    "type": "Light",
    "filter": "Ha",
    "exposure": "0.5",
    "binning": "2x2",
    "gain": "120",
    "temperature": "-10",
}


def saved(folder, pattern, ending=".fits", content=b"a picture", **facts):
    """Return the name below the folder under which a picture is saved."""
    path = save(lambda file: file.write(content), Place(str(folder), pattern), ending=ending, facts={**FACTS, **facts})
    assert path.read_bytes() == content
    return str(path.relative_to(folder))


# Names.


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("IMAGE", "IMAGE.fits"),
        ("IMAGE_XXX", "IMAGE_001.fits"),
        ("XXX_IMAGE", "001_IMAGE.fits"),
        ("IMAGE_ISO8601", "IMAGE_2026-01-02T03-04-05.fits"),
        ("{date}/{type}/{target}_{filter}_{exposure}s_XXX", "2026-01-02/Light/M_31_Ha_0.5s_001.fits"),
        ("{binning}_{gain}_{temperature}_{time}_{datetime}", "2x2_120_-10_03-04-05_2026-01-02T03-04-05.fits"),
        ("{{braces}}", "{braces}.fits"),
        ("XXX_of_XXX", "001_of_001.fits"),
        ("XXX/IMAGE", "XXX/IMAGE.fits"),
    ],
)
def test_a_pattern_makes_a_name(tmp_path, pattern, name):
    check_pattern(pattern)
    assert saved(tmp_path, pattern) == name


def test_all_fields_can_be_filled_in():
    assert FACTS.keys() == set(FIELDS)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{target}_{type}_{filter}_XXX", "Light_001.fits"),
        ("{type}_{filter}_{exposure}s", "Light_0.5s.fits"),
        ("{target}{filter}_{type}", "Light.fits"),
        ("{type}__{target}", "Light_.fits"),
        ("{target}", "none.fits"),
        ("{target}/{filter}_XXX", "none/001.fits"),
    ],
)
def test_what_is_not_known_is_left_out(tmp_path, pattern, name):
    assert saved(tmp_path, pattern, target="", filter="") == name


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("../../etc/passwd", "_.._etc_passwd.fits"),
        ("..", "none.fits"),
        (".hidden", "hidden.fits"),
        ("a/b\\c:d*e", "a_b_c_d_e.fits"),
        ("Höhle", "Höhle.fits"),
        ("XXX {date}", "XXX_date_.fits"),
        ("x" * 300, "x" * 60 + ".fits"),
    ],
)
def test_what_fields_stand_for_cannot_lead_out_of_the_folder_nor_upset_the_name(tmp_path, target, name):
    assert saved(tmp_path, "{target}", target=target) == name


# Numbers.


def test_numbers_go_on_where_they_were_left(tmp_path):
    (tmp_path / "IMAGE_041.fits").touch()
    (tmp_path / "IMAGE_7.fits").touch()
    assert [saved(tmp_path, "IMAGE_XXX") for _ in range(2)] == ["IMAGE_042.fits", "IMAGE_043.fits"]


def test_numbers_count_pictures_of_one_name_only(tmp_path):
    for other in ("DARK_009.fits", "IMAGE_008.fits.fz", "IMAGE_008_b.fits", "IMAGE_xxx.fits"):
        (tmp_path / other).touch()
    assert saved(tmp_path, "IMAGE_XXX") == "IMAGE_001.fits"


def test_numbers_may_have_more_than_three_digits(tmp_path):
    (tmp_path / "IMAGE_999.fits").touch()
    assert [saved(tmp_path, "IMAGE_XXX") for _ in range(2)] == ["IMAGE_1000.fits", "IMAGE_1001.fits"]


def test_signs_in_a_name_are_taken_as_they_are(tmp_path):
    assert [saved(tmp_path, "a+b(c)_XXX") for _ in range(2)] == ["a+b(c)_001.fits", "a+b(c)_002.fits"]


# Nothing is lost.


def test_a_name_that_is_taken_gets_a_number(tmp_path):
    (tmp_path / "IMAGE.fits").write_bytes(b"older")
    assert [saved(tmp_path, "IMAGE") for _ in range(2)] == ["IMAGE_1.fits", "IMAGE_2.fits"]
    assert (tmp_path / "IMAGE.fits").read_bytes() == b"older"


def test_a_name_that_is_taken_in_the_meantime_is_left_alone(tmp_path):
    def write(file):
        (tmp_path / "IMAGE_001.fits").write_bytes(b"older")
        file.write(b"mine")

    path = save(write, Place(str(tmp_path), "IMAGE_XXX"), ending=".fits", facts=FACTS)
    assert (path.name, path.read_bytes()) == ("IMAGE_002.fits", b"mine")
    assert (tmp_path / "IMAGE_001.fits").read_bytes() == b"older"


def test_a_file_has_no_name_before_it_is_whole(tmp_path):
    seen = []

    def write(file):
        file.write(b"a picture")
        seen.extend(name for name in os.listdir(tmp_path) if not name.startswith("."))

    save(write, Place(str(tmp_path), "IMAGE"), ending=".fits", facts=FACTS)
    assert seen == []
    assert os.listdir(tmp_path) == ["IMAGE.fits"]


def test_on_file_systems_without_links_names_are_not_taken_either(tmp_path, monkeypatch):
    def no_links(*_):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    assert [saved(tmp_path, "IMAGE_XXX") for _ in range(2)] == ["IMAGE_001.fits", "IMAGE_002.fits"]
    (tmp_path / "other.fits").write_bytes(b"older")
    assert saved(tmp_path, "other") == "other_1.fits"
    assert (tmp_path / "other.fits").read_bytes() == b"older"
    assert len(os.listdir(tmp_path)) == 4


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path):
    def write(file):
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DriverError, match="No space left on device"):
        save(write, Place(str(tmp_path), "IMAGE"), ending=".fits", facts=FACTS)
    assert os.listdir(tmp_path) == []


# Folders.


def test_folders_are_made(tmp_path):
    assert saved(tmp_path / "a" / "b", "IMAGE") == "IMAGE.fits"


def test_the_folder_may_be_in_the_users_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    path = save(lambda file: file.write(b"x"), Place("~/pictures", "IMAGE"), ending=".fits", facts=FACTS)
    assert path == tmp_path / "pictures" / "IMAGE.fits"


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DriverError, match="the picture cannot be saved"):
        saved(tmp_path / "file" / "folder", "IMAGE")


def test_a_folder_is_checked_and_left_as_it_was(tmp_path):
    check_folder(str(tmp_path / "new"))
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("folder", ["", "  "])
def test_a_folder_must_be_named(folder):
    with pytest.raises(RefusedError, match="no folder is named"):
        check_folder(folder)


def test_a_folder_that_takes_no_files_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RefusedError, match="pictures cannot be saved in"):
        check_folder(str(tmp_path / "file"))


def test_nothing_is_written_to_find_out_whether_it_can_be(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "_mark", lambda: "1")
    (tmp_path / ".lightapt-1").touch()
    with pytest.raises(RefusedError, match="exists"):
        check_folder(str(tmp_path))
    assert [path.name for path in Path(tmp_path).iterdir()] == [".lightapt-1"]


# Patterns.


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "must name a file below the folder"),
        (".", "must name a file below the folder"),
        ("/tmp/IMAGE", "must name a file below the folder"),
        ("../IMAGE", "must name a file below the folder"),
        ("a/../../IMAGE", "must name a file below the folder"),
        ("{date", "is not complete"),
        ("date}", "is not complete"),
        ("{unknown}", r"knows no \{unknown\}, but date, time"),
        ("{}", r"knows no \{\}"),
        ("{0}", r"knows no \{0\}"),
        ("{date.year}", r"knows no \{date.year\}"),
        ("{date:>9999999999}", r"takes \{date\} as it is"),
        ("{date!r}", r"takes \{date\} as it is"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused(pattern, reason):
    with pytest.raises(RefusedError, match=reason):
        check_pattern(pattern)
