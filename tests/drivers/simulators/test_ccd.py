"""The camera that a newcomer meets: what Ekos needs of one is there, and what one asks for on the command line."""

import subprocess
import sys

import pytest

from lightapt_drivers.kinds.exposures import Area
from lightapt_drivers.simulators import ccd
from lightapt_drivers.simulators.ccd import Ccd, CcdWithGuideHead
from lightapt_protocol.vocabulary import Permission
from tests.drivers.kinds.cameras import picture
from tests.drivers.kit.scenes import play

NAME = "CCD Simulator"
EKOS = {
    "CCD_EXPOSURE",
    "CCD_ABORT_EXPOSURE",
    "CCD_FRAME",
    "CCD_BINNING",
    "CCD_INFO",
    "CCD_FRAME_TYPE",
    "UPLOAD_MODE",
    "CCD1",
    "CCD_TEMPERATURE",
    "CCD_COOLER",
    "CCD_GAIN",
    "CCD_OFFSET",
    "CCD_TRANSFER_FORMAT",
    "CCD_CAPTURE_FORMAT",
    "CCD_VIDEO_STREAM",
    "SCOPE_INFO",
    "FITS_HEADER",
    "UPLOAD_SETTINGS",
    "CCD_COMPRESSION",
}
GUIDE_HEAD = {"GUIDER_EXPOSURE", "GUIDER_FRAME", "GUIDER_BINNING", "GUIDER_INFO", "CCD2"}


def made(monkeypatch, *words):
    """Return the device that a command line makes."""
    found = []
    monkeypatch.setattr("lightapt_drivers.kit.program.run_devices", lambda devices: found.extend(devices) or 0)
    assert ccd.main(words) == 0
    return found[0]


def properties(device):
    async def scene(harness):
        return harness.mirror.devices[NAME]

    return play(scene, device)


def test_it_has_what_ekos_needs_and_uses():
    found = properties(Ccd())
    assert found.keys() >= EKOS
    assert not GUIDE_HEAD & found.keys()
    assert "CCD_CFA" not in found
    assert found["CCD_TEMPERATURE"].perm is Permission.READ_WRITE
    assert found["DRIVER_INFO"].text("DRIVER_INTERFACE") == "2"
    assert found["DRIVER_INFO"].text("DRIVER_EXEC") == "lightapt-ccd"


def test_the_properties_of_video_are_those_that_clients_look_for():
    names = {"STREAMING_EXPOSURE", "FPS", "CCD_STREAM_FRAME", "CCD_STREAM_ENCODER"}
    assert names <= properties(Ccd()).keys()


def test_it_listens_to_the_simulated_observatory():
    snooped = properties(Ccd())["ACTIVE_DEVICES"]
    assert {name: member.value for name, member in snooped.members.items()} == {
        "ACTIVE_TELESCOPE": "Telescope Simulator",
        "ACTIVE_ROTATOR": "Rotator Simulator",
        "ACTIVE_FOCUSER": "Focuser Simulator",
        "ACTIVE_FILTER": "Filter Simulator",
        "ACTIVE_CAP": "Dust Cover Simulator",
        "ACTIVE_LIGHT": "Light Panel Simulator",
    }


def test_it_may_have_a_guide_head():
    found = properties(CcdWithGuideHead())
    assert found.keys() >= EKOS | GUIDE_HEAD
    assert [member.value for member in found["GUIDER_FRAME"].members.values()] == [0, 0, 1280, 960]


def test_the_guide_heads_picture_is_of_the_sky():
    async def scene(harness):
        await harness.request("GUIDER_FRAME", X=0, Y=0, WIDTH=200, HEIGHT=100)
        await harness.request("GUIDER_EXPOSURE", GUIDER_EXPOSURE_VALUE=0.01)
        return await picture(harness, "CCD2")

    found = play(scene, CcdWithGuideHead())
    assert found.pixels.shape == (100, 200)
    assert found.header["XPIXSZ"] == 3.75
    assert found.pixels.std() > 1


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ([], Ccd, NAME),
        (["--guide-head"], CcdWithGuideHead, NAME),
        (["--name", "Imager", "--seed", "5"], Ccd, "Imager"),
    ],
)
def test_the_command_line_says_what_it_is(monkeypatch, words, kind, name):
    device = made(monkeypatch, *words)
    assert (type(device), device.name) == (kind, name)


def test_the_seed_is_that_of_the_command_line(monkeypatch):
    async def scene(harness):
        await harness.request("CCD_FRAME", X=0, Y=0, WIDTH=100, HEIGHT=100)
        await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0.01)
        return (await picture(harness)).pixels

    one, same, other = (play(scene, made(monkeypatch, "--seed", seed)) for seed in ("5", "5", "6"))
    assert (one == same).all()
    assert (one != other).any()


@pytest.mark.parametrize("seed", ["-1", "x", "1.5"])
def test_a_seed_is_a_whole_number_that_is_not_negative(monkeypatch, capsys, seed):
    with pytest.raises(SystemExit):
        made(monkeypatch, "--seed", seed)
    assert "--seed" in capsys.readouterr().err


def test_its_chip_has_room_for_a_field_that_can_be_solved():
    assert Ccd().sensor.whole == Area(0, 0, 2400, 1800)


def test_nothing_heavy_is_loaded_before_it_is_connected():
    check = (
        "import sys, lightapt_drivers.simulators.ccd as ccd; ccd.Ccd(); "
        "sys.exit(', '.join({'numpy', 'astropy', 'erfa'} & sys.modules.keys()) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
