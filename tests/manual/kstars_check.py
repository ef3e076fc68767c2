"""Sees with the real KStars that the hub serves it: `python -m tests.manual.kstars_check --help`.

By hand, since KStars is an installation of more than 300 MB. On Debian:

    apt install --no-install-recommends kstars xvfb dbus systemd imagemagick indi-bin
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
from astropy.io import fits

from tests.system.puppets import eventually

from .kstars import CAPTURE, EKOS, INDI, MOUNT, PROGRAMS, Desk, KStars

_DEVICES = ["CCD Simulator", "Telescope Simulator"]
_DECLINATION = 80.0
_IDLE, _SUCCESS = 0, 2  # Ekos::CommunicationStatus
_OK = 1  # IPState
_FRAMES = 2
_SHOWN = 300  # characters of a failure; the rest is in the logs that --folder keeps
_SEQUENCE = """\
<?xml version="1.0" encoding="UTF-8"?>
<SequenceQueue version='2.4'>
<Job>
<Exposure>1</Exposure>
<Encoding>FITS</Encoding>
<Binning><X>1</X><Y>1</Y></Binning>
<Frame><X>0</X><Y>0</Y><W>1280</W><H>1024</H></Frame>
<Type>Light</Type>
<Prefix><RawPrefix>check</RawPrefix></Prefix>
<Count>{frames}</Count>
<FITSDirectory>{folder}</FITSDirectory>
<UploadMode>0</UploadMode>
</Job>
</SequenceQueue>
"""


def main(words: Sequence[str] | None = None) -> int:
    """Runs the check; the exit status is 1 if something failed, 2 if a program is missing."""
    options = _parser().parse_args(words)
    if missing := [program for program in PROGRAMS if not shutil.which(program)]:
        print(f"not installed: {', '.join(missing)}", file=sys.stderr)
        return 2
    if options.folder:
        options.folder.mkdir(parents=True)
        return _check(options.only or _CHECKS, options.folder.resolve())
    with tempfile.TemporaryDirectory(prefix="lightapt-kstars-") as folder:
        return _check(options.only or _CHECKS, Path(folder))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.manual.kstars_check", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--only", action="append", choices=tuple(_CHECKS), metavar="CHECK", help=" ".join(_CHECKS))
    parser.add_argument("--folder", type=Path, help="a new folder, to keep logs, pictures and screenshots")
    return parser


def _check(names: Iterable[str], folder: Path) -> int:
    failed = False
    with Desk(folder) as desk:
        for name in names:
            print(name)
            try:
                _CHECKS[name](desk)
            except AssertionError as error:
                print(f"FAILED: {str(error)[:_SHOWN]}")
                failed = True
    return 1 if failed else 0


@contextmanager
def _step(what: str) -> Generator[None]:
    print(f"  {what}: ", end="", flush=True)
    yield
    print("ok")


# The checks.


def _simulators(desk: Desk) -> None:
    """A hub with the usual simulators, which KStars joins."""
    _join(desk, "simulators", "indi_simulator_telescope", "indi_simulator_ccd")


def _built_in(desk: Desk) -> None:
    """A hub with its own simulators, which KStars joins."""
    _join(desk, "built-in", "telescope", "ccd")


def _join(desk: Desk, name: str, *drivers: str) -> None:
    with desk.hub(*drivers) as hub, desk.kstars(name, hub=hub) as kstars:
        _observe(kstars, desk.folder / name)
        with _step("it lets go of the hub"):
            kstars.call(EKOS, "stop")
            eventually(lambda: kstars.get(EKOS, "ekosStatus") == _IDLE, "Ekos stops")
            assert hub.is_running


def _local(desk: Desk) -> None:
    """KStars starts the drop-in, tells it by its FIFO what to start, and ends it."""
    with desk.kstars("local") as kstars:
        _observe(kstars, desk.folder / "local")
        with _step("it ends the server and its drivers"):
            server = kstars.server()
            processes = [server, *server.children()]
            kstars.quit()
            _, alive = psutil.wait_procs(processes, timeout=10)
            assert not alive, f"still there: {alive}"


def _dead_driver(desk: Desk) -> None:
    """A driver dies: KStars has it from the server's stderr. (3.6.2 does not survive the restart that it offers.)"""
    with desk.kstars("dead-driver") as kstars:
        _connect(kstars)
        server = kstars.server()
        with _step("it says that a driver has died"):
            _child(server, "indi_simulator_ccd").kill()
            kstars.lines.expect(r'INDI driver +"indi_simulator_ccd" +crashed')
            eventually(lambda: _devices(kstars) == ["Telescope Simulator"], "the dead driver's device is gone")
        Path(server.cmdline()[-1]).unlink()  # the FIFO, which only a KStars that quits takes along


def _child(process: psutil.Process, name: str) -> psutil.Process:
    (child,) = (child for child in process.children() if Path(child.cmdline()[0]).name == name)
    return child


# What an observer does.


def _observe(kstars: KStars, folder: Path) -> None:
    _connect(kstars)
    with _step("the mount slews"):
        _slew(kstars)
    with _step("the camera takes pictures and their files are sound"):
        _capture(kstars, folder)


def _connect(kstars: KStars) -> None:
    with _step("all devices connect"):
        kstars.call(EKOS, "start")
        eventually(lambda: kstars.get(EKOS, "indiStatus") == _SUCCESS, "Ekos has connected all devices")
        assert _devices(kstars) == _DEVICES
        eventually(lambda: kstars.get(CAPTURE, "camera") == "CCD Simulator", "the camera is ready")
        eventually(lambda: kstars.get(MOUNT, "canPark") is True, "the mount is ready")


def _devices(kstars: KStars) -> list[str]:
    devices = kstars.call(INDI, "getDevices")
    assert isinstance(devices, list)
    return sorted(str(device) for device in devices)


def _slew(kstars: KStars) -> None:
    right_ascension, _ = _coordinates(kstars)
    assert kstars.call(MOUNT, "slew", right_ascension, _DECLINATION), "KStars does not slew"
    eventually(lambda: abs(_coordinates(kstars)[1] - _DECLINATION) < 0.01, "the mount arrives")
    eventually(lambda: kstars.get(MOUNT, "slewStatus") == _OK, "the slew is Ok")


def _coordinates(kstars: KStars) -> tuple[float, float]:
    """Hours and degrees, of date."""
    coordinates = kstars.get(MOUNT, "equatorialCoords")
    assert isinstance(coordinates, list)
    return float(coordinates[0]), float(coordinates[1])


def _capture(kstars: KStars, folder: Path) -> None:
    folder.mkdir()
    sequence = folder / "sequence.esq"
    sequence.write_text(_SEQUENCE.format(frames=_FRAMES, folder=folder))
    assert kstars.call(CAPTURE, "loadSequenceQueue", str(sequence)), "KStars does not take the sequence"
    kstars.call(CAPTURE, "start")
    eventually(lambda: kstars.call(CAPTURE, "getSequenceQueueStatus") == "Complete", "the sequence is complete")
    pictures = list(folder.rglob("*.fits"))
    assert len(pictures) == _FRAMES, f"there are {len(pictures)} pictures"
    for path in pictures:
        with fits.open(path) as picture:
            picture.verify("exception")
            assert picture[0].data.shape == (1024, 1280)


_CHECKS: dict[str, Callable[[Desk], None]] = {
    "simulators": _simulators,
    "built-in": _built_in,
    "local": _local,
    "dead-driver": _dead_driver,
}

if __name__ == "__main__":
    sys.exit(main())
