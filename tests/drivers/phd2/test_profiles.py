"""Profiles are copied, exported and imported, and PHD2's file keeps all that it had."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.phd2.errors import ProfileError
from lightapt_drivers.phd2.profiles import ProfileFile, configuration_path
from lightapt_drivers.phd2.results import Profile

TEXT = """ConfigVersion=2001
currentProfile=2
[profile]
[profile/1]
name=Simulator
AutoLoadCalibration=1
[profile/1/camera]
LastMenuChoice=Simulator
pixelsize=3.75
[profile/1/rig/my\\ scope]
note=" with blanks "
path=C:\\\\dark\\tfolder
[profile/2]
name=Second
[profile/4/camera]
gain=95
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / ".PHDGuidingV2"
    path.write_text(TEXT)
    return path


def test_profiles_are_listed_as_phd2_does():
    assert configuration_path(home=Path("/h")) == Path("/h/.PHDGuidingV2")
    assert configuration_path(3, home=Path("/h")) == Path("/h/.PHDGuidingV2-instance3")


def test_all_profiles_are_there(path):
    file = ProfileFile(path)
    assert file.profiles == (
        Profile(1, "Simulator"),
        Profile(2, "Second", is_selected=True),
        Profile(4, "Profile 4"),
    )
    assert file.find("SECOND").id == file.find(2).id == 2


def test_a_copy_has_the_settings_of_the_other_but_those_that_are_changed(path):
    made = ProfileFile(path).copy("Simulator", "Guide scope", changes={"camera/pixelsize": "2.9", "/scope/new": "1"})
    assert made == Profile(3, "Guide scope")
    text = path.read_text()
    assert text.startswith(TEXT)
    added = text.removeprefix(TEXT)
    assert "[profile/3/rig/my\\ scope]" in added
    again = ProfileFile(path)
    wanted = dict(again._settings(1)) | {"name": "Guide scope", "camera/pixelsize": "2.9", "scope/new": "1"}
    assert dict(again._settings(3)) == wanted
    assert wanted["rig/my scope/note"] == " with blanks "
    assert wanted["rig/my scope/path"] == "C:\\dark\tfolder"


def test_what_the_file_was_is_kept_beside_it(path):
    path.chmod(0o600)
    ProfileFile(path).copy(2, "Third")
    assert path.with_name(".PHDGuidingV2.bak").read_text() == TEXT
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(one.name for one in path.parent.iterdir()) == [".PHDGuidingV2", ".PHDGuidingV2.bak"]


def test_what_is_exported_can_be_imported(path, tmp_path):
    file = ProfileFile(path)
    file.export_profile("Simulator", tmp_path / "Away.txt")
    made = file.import_profile(tmp_path / "Away.txt")
    assert made.name == "Away"
    settings = dict(ProfileFile(path)._settings(made.id))
    assert settings == {**dict(file._settings(1)), "name": "Away"}


def test_a_profile_that_phd2_has_exported_can_be_imported(path, tmp_path):
    exported = tmp_path / "mine.phd"
    lines = [
        "PHD Profile 1",
        "/camera/gain\t3\t95",
        "/name\t1\tOld",
        "/scope/note\t1\ta\\tb",
        "/on\t2\t1",
        "/x\t4\t2.5",
        "/nobody/knows\t0\t",
        "/empty\t1\t",
    ]
    exported.write_text("\n".join(lines) + "\n")
    made = ProfileFile(path).import_profile(exported, "Mine")
    settings = dict(ProfileFile(path)._settings(made.id))
    assert settings == {"camera/gain": "95", "name": "Mine", "scope/note": "a\tb", "on": "1", "x": "2.5", "empty": ""}


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (lambda file: file.copy("Nobody", "New"), "has no profile 'Nobody'"),
        (lambda file: file.copy(9, "New"), "has no profile 9"),
        (lambda file: file.copy(1, "second"), "already"),
        (lambda file: file.copy(1, " "), "no name"),
        (lambda file: file.copy(1, "two\nlines"), "no name"),
        (lambda file: file.import_profile(file.path, "New"), "not a profile that PHD2 has exported"),
        (lambda file: file.import_profile(file.path.parent / "none", "New"), "cannot be read"),
        (lambda file: file.export_profile(1, file.path / "under" / "a-file"), "cannot be written"),
    ],
)
def test_what_cannot_be_leaves_the_file_as_it_was(path, use, words):
    with pytest.raises(ProfileError, match=words):
        use(ProfileFile(path))
    assert path.read_text() == TEXT
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_one_of_windows_can_be_imported(path, tmp_path):
    exported = tmp_path / "mine.phd"
    exported.write_bytes(b"PHD Profile 1\r\n/scope/note\t1\tfar\r\n/camera/gain\t3\t95\r\n")
    made = ProfileFile(path).import_profile(exported)
    assert dict(ProfileFile(path)._settings(made.id)) == {"scope/note": "far", "camera/gain": "95", "name": "mine"}


@pytest.mark.parametrize(
    "line",
    [
        "what is this",
        "/camera/gain\t7\t95",
        "camera/gain\t3\t95",
        *(
            f"{path}\t3\t95"
            for path in ("/../1/camera/gain", "/camera/../gain", "/./gain", "/camera//gain", "//gain", "/a/")
        ),
        *(f"/camera/gain\t3\t{number}" for number in ("much", 2**63, -(2**63) - 1, "1_0", "٣", "", "1.5", "9" * 5000)),
        *(f"/camera/size\t4\t{number}" for number in ("nan", "inf", "-Infinity", "1e999", "1_0", "", "e", "0x1p3")),
    ],
)
def test_an_exported_file_that_is_broken_is_not_imported(path, tmp_path, line):
    broken = tmp_path / "broken"
    broken.write_text(f"PHD Profile 1\n/camera/gain\t3\t95\n{line}\n")
    with pytest.raises(ProfileError, match=line.partition("\t")[0]):
        ProfileFile(path).import_profile(broken)
    assert path.read_text() == TEXT


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"what is this"])
def test_what_is_no_configuration_is_said(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ProfileError):
        ProfileFile(path)


def test_settings_are_read_as_wxwidgets_reads_them(path):
    lines = [
        "[profile/1/a]",
        "key\\=with = value ",
        "  spaced  =  two words",
        'quoted=" \\"in\\" "',
        'bare=a"b',
        "none=",
    ]
    path.write_text(TEXT + "\n".join(lines) + "\n")
    settings = {name: value for name, value in ProfileFile(path)._settings(1) if name.startswith("a/")}
    assert settings == {
        "a/key=with": "value ",
        "a/spaced": "two words",
        "a/quoted": ' "in" ',
        "a/bare": 'a"b',
        "a/none": "",
    }


def test_settings_are_written_as_wxwidgets_writes_them(path):
    ProfileFile(path).copy(2, "New", changes={"a/k=y": " first", "a/last": "last ", "a/mid": 'a"b\tc', "a/quote": '"'})
    added = path.read_text().removeprefix(TEXT)
    assert added.partition("[profile/3/a]\n")[2].splitlines() == [
        'k\\=y=" first"',
        "last=last ",
        'mid=a"b\\tc',
        'quote="\\""',
    ]


def test_a_change_is_of_the_setting_that_is_there_in_whatever_case(path):
    made = ProfileFile(path).copy(1, "New", changes={"Camera/PixelSize": "2.9"})
    settings = dict(ProfileFile(path)._settings(made.id))
    assert settings["camera/pixelsize"] == "2.9"
    assert "Camera/PixelSize" not in settings


def test_a_device_is_no_file_to_read(path):
    with pytest.raises(ProfileError, match="no plain file"):
        ProfileFile(path).import_profile(Path("/dev/zero"))


def test_a_folder_is_told_as_one(path, tmp_path):
    with pytest.raises(ProfileError, match="it is a folder; name a file"):
        ProfileFile(path).import_profile(tmp_path)


def test_a_file_with_a_byte_order_mark_is_read(path, tmp_path):
    exported = tmp_path / "mine.phd"
    exported.write_bytes(b"\xef\xbb\xbfPHD Profile 1\r\n/camera/gain\t3\t95\r\n")
    made = ProfileFile(path).import_profile(exported)
    assert dict(ProfileFile(path)._settings(made.id)) == {"camera/gain": "95", "name": "mine"}


def test_the_name_is_there_but_once_in_whatever_case(path, tmp_path):
    exported = tmp_path / "mine.phd"
    exported.write_text("PHD Profile 1\n/Name\t1\tOther\n")
    ProfileFile(path).import_profile(exported)
    assert path.read_text().removeprefix(TEXT).splitlines() == ["[profile/3]", "name=mine"]


@pytest.mark.parametrize(
    "change", ["../1/camera/gain", "camera//gain", "camera/./gain", "a\nb", "", "camera/ .. /gain"]
)
def test_a_change_stays_within_its_profile(path, change):
    with pytest.raises(ProfileError, match="no path of a setting"):
        ProfileFile(path).copy(1, "New", changes={change: "1"})
    assert path.read_text() == TEXT


def test_a_link_to_the_settings_stays_one(path, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(path)
    ProfileFile(link).copy(1, "New")
    assert link.is_symlink()
    assert "name=New" in path.read_text()


WORD = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Cs"]), min_size=1, max_size=8)
NAME = WORD.filter(
    lambda name: "/" not in name and name.strip() == name and "[" not in name and name not in {".", ".."}
)


@given(NAME, st.text(st.characters(codec="ascii"), max_size=12).filter(lambda value: "\0" not in value))
def test_any_setting_is_read_as_it_was_written(tmp_path_factory, name, value):
    path = tmp_path_factory.getbasetemp() / "settings"
    path.write_text(TEXT)
    made = ProfileFile(path).copy(1, "New", changes={f"{name}/key": value})
    settings = dict(ProfileFile(path)._settings(made.id))
    assert settings[f"{name}/key"] == value
