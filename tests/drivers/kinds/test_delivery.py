"""A picture goes where the client wants it, and is never lost because a file cannot be written."""

import os

import pytest

from lightapt_protocol import blobs, fits
from lightapt_protocol.vocabulary import State
from tests.drivers.kinds.cameras import Gate, Puppet, begin, picture, played, ramp, shot
from tests.drivers.kit.scenes import descriptors, said_of

BOTH, LOCAL = {"UPLOAD_BOTH": True}, {"UPLOAD_LOCAL": True}


def into(folder, pattern="IMAGE"):
    return {"UPLOAD_DIR": str(folder), "UPLOAD_PREFIX": pattern}


def pictures(messages):
    return said_of("CCD1", messages)[1:]


async def expose(harness, **settings):
    """Make an exposure, and wait until it is over."""
    for name, members in settings.items():
        await harness.request(name, **members)
    await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0.01)
    await harness.expect("CCD_EXPOSURE", state=State.OK, CCD_EXPOSURE_VALUE=0)


# Where to.


def test_pictures_go_to_the_client_unless_somebody_asks_for_files(tmp_path):
    async def scene(harness, _):
        await shot(harness, UPLOAD_SETTINGS=into(tmp_path))
        await harness.expect("CCD_EXPOSURE", state=State.OK)
        return harness.find("CCD_FILE_PATH").text("FILE_PATH")

    assert played(scene) == ""
    assert os.listdir(tmp_path) == []


def test_local_pictures_are_saved_and_not_sent(tmp_path):
    async def scene(harness, _):
        await expose(harness, UPLOAD_SETTINGS=into(tmp_path), UPLOAD_MODE=LOCAL)
        return pictures(harness.said), harness.find("CCD_FILE_PATH")

    sent, path = played(scene)
    assert sent == []
    assert (path.state, path.text("FILE_PATH")) == (State.OK, str(tmp_path / "IMAGE.fits"))
    assert (fits.read((tmp_path / "IMAGE.fits").read_bytes()).pixels == ramp((48, 64))).all()


@pytest.mark.parametrize("attaches", [False, True])
def test_both_is_the_same_file_sent_and_saved(tmp_path, attaches):
    async def scene(harness, _):
        for name, members in (("UPLOAD_SETTINGS", into(tmp_path, "{type}_XXX")), ("UPLOAD_MODE", BOTH)):
            await harness.request(name, **members)
        await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0.01)
        return (await harness.blob("CCD1")).data

    assert played(scene, attaches=attaches) == (tmp_path / "Light_001.fits").read_bytes()


def test_the_file_is_told_before_the_exposure_is_ok(tmp_path):
    async def scene(harness, _):
        await expose(harness, UPLOAD_SETTINGS=into(tmp_path), UPLOAD_MODE=LOCAL)
        return [getattr(message, "name", "") for message in harness.said[-20:]]

    names = played(scene)
    assert names.index("CCD_FILE_PATH", -5) < len(names) - 1 - names[::-1].index("CCD_EXPOSURE")


# What goes wrong.


def test_a_picture_that_cannot_be_saved_is_sent_and_the_reason_told(tmp_path):
    (tmp_path / "file").touch()

    async def scene(harness, _):
        image = await shot(harness, UPLOAD_SETTINGS=into(tmp_path / "file"), UPLOAD_MODE=BOTH)
        await harness.expect("CCD_EXPOSURE", state=State.ALERT, CCD_EXPOSURE_VALUE=0)
        return image.pixels, harness.notices

    pixels, (told,) = played(scene)
    assert (pixels == ramp((48, 64))).all()
    assert told.startswith("the picture cannot be saved: ")


def test_no_exposure_is_begun_for_a_folder_that_takes_no_files(tmp_path):
    (tmp_path / "file").touch()

    async def scene(harness, camera):
        await harness.request("UPLOAD_SETTINGS", **into(tmp_path / "file"))
        await harness.request("UPLOAD_MODE", **LOCAL)
        await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0.01)
        await harness.expect("CCD_EXPOSURE", state=State.ALERT)
        return camera.taken, harness.notices

    taken, (told,) = played(scene)
    assert taken == []
    assert told.startswith("pictures cannot be saved in ")


def test_a_folder_that_fails_during_the_exposure_loses_no_picture(tmp_path):
    async def scene(harness, camera):
        await harness.request("UPLOAD_SETTINGS", **into(tmp_path / "folder"))
        await harness.request("UPLOAD_MODE", **LOCAL)
        await begin(harness, camera)
        (tmp_path / "folder").rmdir()
        (tmp_path / "folder").touch()
        camera.go_on.set()
        image = await picture(harness)
        await harness.expect("CCD_EXPOSURE", state=State.ALERT)
        return image.pixels

    assert (played(scene, Puppet(held=True)) == ramp((48, 64))).all()


@pytest.mark.parametrize("pattern", ["", "../IMAGE", "{unknown}", "{date"])
def test_a_pattern_that_cannot_be_used_is_refused_and_the_old_one_stays(tmp_path, pattern):
    async def scene(harness, _):
        await harness.request("UPLOAD_SETTINGS", **into(tmp_path))
        await harness.request("UPLOAD_SETTINGS", UPLOAD_PREFIX=pattern)
        await harness.expect("UPLOAD_SETTINGS", state=State.ALERT, UPLOAD_PREFIX="IMAGE", UPLOAD_DIR=str(tmp_path))

    played(scene)


def test_abort_while_a_picture_is_saved_leaves_no_file(tmp_path, monkeypatch):
    gate, before = Gate(monkeypatch, name="save"), descriptors()

    async def scene(harness, camera):
        await harness.request("UPLOAD_SETTINGS", **into(tmp_path))
        await harness.request("UPLOAD_MODE", **BOTH)
        await begin(harness, camera)
        await gate.reached()
        await harness.request("CCD_ABORT_EXPOSURE", ABORT=True)
        state = harness.find("CCD_EXPOSURE").state
        gate.open()
        return state, pictures(harness.said), harness.find("CCD_FILE_PATH").text("FILE_PATH")

    assert played(scene, attaches=True) == (State.IDLE, [], "")
    assert os.listdir(tmp_path) == []
    assert descriptors() == before


# Compression.


@pytest.mark.parametrize(("by", "form"), [("RICE", ".fits.fz"), ("ZLIB", ".fits.z")])
def test_pictures_are_compressed_as_asked(by, form):
    async def scene(harness, _):
        await harness.request("CCD_COMPRESSION", INDI_ENABLED=True)
        await harness.request("CCD_COMPRESSION_TYPE", **{by: True})
        await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0.01)
        return await harness.blob("CCD1")

    sent = played(scene)
    assert sent.format == form
    data = sent.data if by == "RICE" else blobs.decompress(sent.data, sent.size, limit=sent.size)
    assert (fits.read(data).pixels == ramp((48, 64))).all()
    if by == "RICE":
        assert sent.size == len(sent.data)


def test_files_are_compressed_in_the_form_that_other_programs_read(tmp_path):
    async def scene(harness, _):
        await harness.request("CCD_COMPRESSION", INDI_ENABLED=True)
        for by in ("RICE", "ZLIB"):
            settings = {"CCD_COMPRESSION_TYPE": {by: True}, "UPLOAD_SETTINGS": into(tmp_path, by)}
            await expose(harness, **settings, UPLOAD_MODE=LOCAL)

    played(scene)
    assert sorted(os.listdir(tmp_path)) == ["RICE.fits.fz", "ZLIB.fits"]
    assert (fits.read((tmp_path / "ZLIB.fits").read_bytes()).pixels == ramp((48, 64))).all()


def test_settings_survive_the_driver(tmp_path):
    async def set_them(harness, _):
        await harness.request("UPLOAD_SETTINGS", **into("/data"))
        await harness.request("UPLOAD_MODE", **LOCAL)
        await harness.request("CCD_COMPRESSION_TYPE", ZLIB=True)
        await harness.request("CONFIG_PROCESS", CONFIG_SAVE=True)

    async def find(harness, _):
        await harness.expect("UPLOAD_SETTINGS", UPLOAD_DIR="/data", UPLOAD_PREFIX="IMAGE")
        await harness.expect("UPLOAD_MODE", UPLOAD_LOCAL=True)
        await harness.expect("CCD_COMPRESSION_TYPE", ZLIB=True)

    played(set_them, folder=tmp_path)
    played(find, folder=tmp_path)
