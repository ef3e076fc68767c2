"""The tools for instruments as a person uses them: real programs at our hub, Debian's indiserver and indipyserver."""

import json
import os
import signal
import subprocess

import pytest

from lightapt_protocol import fits
from tests.indiserver import RealDevice
from tests.real_programs import require, script

from .puppets import PATIENCE, eventually
from .rig import LIGHTAPT_SERVER, Stage, free_port

pytestmark = pytest.mark.system

LONG = 6 * PATIENCE
DEBIAN = ("indi_simulator_telescope", "indi_simulator_ccd", "indi_simulator_focus", "indi_simulator_wheel")
OURS = ("telescope", "ccd", "focuser", "filterwheel")
KINDS = ("Telescope", "CCD", "Focuser", "Filter")
WHEEL = "Filter Simulator"
BUSY = 2


@pytest.fixture
def stage(tmp_path):
    stage = Stage(tmp_path)
    try:
        yield stage
    finally:
        stage.close()


class Shell:
    """A shell beside a server, in a folder."""

    def __init__(self, folder, port):
        self.folder = folder
        self.port = port

    def start(self, command, *arguments):
        words = [script("lightapt"), command, *arguments, "-p", str(self.port)]
        return subprocess.Popen(
            words, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    def run(self, *words, code=0):
        """Run a command; return what it prints on stdout and stderr."""
        with self.start(*words) as process:
            out, err = process.communicate(timeout=LONG)
        assert process.returncode == code, (words, out, err)
        return out, err

    def objects(self, *words):
        return [json.loads(line) for line in self.run(*words, "--json")[0].splitlines()]

    def interrupt(self, process):
        """Press Ctrl-C; return the exit code and what was said."""
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=LONG)
        return process.returncode, err

    def value(self, name):
        done = subprocess.run(
            [require("indi_getprop"), "-p", str(self.port), "-1", name], capture_output=True, text=True, check=False
        )
        return done.stdout.strip()


def hub(stage):
    drivers = [word for name in OURS for word in ("--driver", name)]
    config = str(stage.folder / "config")
    return stage.run(*LIGHTAPT_SERVER, "--port", "0", "-v", *drivers, XDG_CONFIG_HOME=config).listening()


def indiserver(stage):
    home, port = stage.folder / "home", free_port()
    home.mkdir()
    socket = ("-u", str(stage.folder / "socket"))
    programs = [require(name) for name in DEBIAN]
    command = (require("indiserver"), "-p", str(port), *socket, "-r", "0", *programs)
    return stage.run(*command, HOME=str(home), XDG_CONFIG_HOME=str(home)).listening_on(port)


def indipyserver(stage):
    pytest.importorskip("indipyserver")
    programs = [script(f"lightapt-{name}") for name in OURS]
    return stage.indipyserver(*programs, HOME=str(stage.folder), XDG_CONFIG_HOME=str(stage.folder / "config"))


@pytest.fixture(scope="module", params=[hub, indiserver, indipyserver], ids=["hub", "indiserver", "indipyserver"])
def shell(request, tmp_path_factory):
    """A shell beside a server that several tests share: each leaves the devices still."""
    stage = Stage(tmp_path_factory.mktemp("stage"))
    try:
        shell = Shell(stage.folder, request.param(stage).port)
        for kind in KINDS:
            eventually(lambda name=f"{kind} Simulator.DRIVER_INFO.DRIVER_NAME": shell.value(name), kind)
        yield shell
    finally:
        stage.close()


def test_from_pointing_to_pictures(shell):
    shell.run("goto", "--unpark")
    (mount,) = shell.objects("goto", "--altaz", "60", "10", "--track", "on")
    assert mount["altitude"] == pytest.approx(60, abs=0.5)
    assert mount["azimuth"] == pytest.approx(10, abs=0.5)
    (focuser,) = shell.objects("focus", "+200")
    assert shell.objects("focus", "-200")[0]["position"] == focuser["position"] - 200
    (wheel,) = shell.objects("filter", "--wheel", WHEEL)
    wanted = wheel["filters"][2]["name"]
    assert shell.objects("filter", wanted.upper(), "--wheel", WHEEL)[0]["slot"] == 3
    words = ("-n", "2", "-t", "0.2", "--frame", "0,0,400,300", "--target", "My field", "--wheel", WHEEL)
    pictures = shell.objects("capture", *words, "--dir", "pictures")
    assert [one["number"] for one in pictures] == [1, 2]
    for one in pictures:
        path = shell.folder / one["path"]
        assert path.name.startswith(f"My field_{wanted}_0.2s_")
        assert path.stat().st_size == one["size"]
        image = fits.read(path.read_bytes())
        assert image.header["OBJECT"] == "My field"
        assert image.pixels.shape == (300, 400)
        subprocess.run([require("fitsverify"), "-q", str(path)], check=True, stdout=subprocess.DEVNULL)


def test_an_exposure_that_is_interrupted_is_stopped_at_the_camera(shell):
    shell.run("capture", "-t", "0.1")
    with shell.start("capture", "-n", "3", "-t", "60") as process:
        RealDevice("CCD Simulator", shell.port).wait(f"CCD_EXPOSURE._STATE=={BUSY}")
        code, err = shell.interrupt(process)
    assert (code, "Stopped. No picture was saved." in err) == (130, True)
    RealDevice("CCD Simulator", shell.port).wait(f"CCD_EXPOSURE._STATE!={BUSY}")


def test_a_slew_that_is_interrupted_is_stopped_at_the_mount(shell):
    shell.run("goto", "--unpark")
    with shell.start("goto", "--altaz", "20", "260") as process:
        RealDevice("Telescope Simulator", shell.port).wait(f"EQUATORIAL_EOD_COORD._STATE=={BUSY}")
        code, err = shell.interrupt(process)
    assert (code, "Telescope Simulator is stopped." in err) == (130, True)
    RealDevice("Telescope Simulator", shell.port).wait(f"EQUATORIAL_EOD_COORD._STATE!={BUSY}")


def test_a_server_that_goes_ends_the_run(stage):
    server = hub(stage)
    shell = Shell(stage.folder, server.port)
    eventually(lambda: shell.value("CCD Simulator.DRIVER_INFO.DRIVER_NAME"), "the camera")
    with shell.start("capture", "-n", "3", "-t", "2", "--name", "a") as process:
        eventually(lambda: (stage.folder / "a.fits").exists(), "the first picture")
        server.signal(signal.SIGTERM)
        _, err = process.communicate(timeout=LONG)
    # Between two exposures nothing was begun; else the camera may be at it still.
    assert process.returncode == (1 if "may still expose" in err else 2), err
    assert "of 3 pictures " in err
