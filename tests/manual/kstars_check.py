"""Sees with the real KStars that the hub serves it: `python -m tests.manual.kstars_check --help`.

By hand, since KStars is an installation of more than 300 MB. On Debian:

    apt install --no-install-recommends kstars xvfb dbus systemd imagemagick indi-bin

What the bridges connect to (alpaca-simulators, a fake PHD2) comes with the tests. On a busy machine set
LIGHTAPT_TIME_SCALE=3, which has all waiting take three times as long before it gives up.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import psutil

from tests.system.puppets import eventually

from .bridges import alpaca, alpaca_server, older_alpaca, phd2, phd2_by_ekos
from .kstars import EKOS, PROGRAMS, Desk
from .observing import SIMULATORS, connect, devices, observe, step

_IDLE = 0  # Ekos::CommunicationStatus
_SHOWN = 300  # characters of a failure; the rest is in the logs that --folder keeps


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


# The checks.


def _simulators(desk: Desk) -> None:
    """A hub with the usual simulators, which KStars joins."""
    _join(desk, "simulators", "indi_simulator_telescope", "indi_simulator_ccd")


def _built_in(desk: Desk) -> None:
    """A hub with its own simulators, which KStars joins."""
    _join(desk, "built-in", "telescope", "ccd")


def _join(desk: Desk, name: str, *drivers: str) -> None:
    with desk.hub(*drivers) as hub, desk.kstars(name, hub=hub) as kstars:
        observe(kstars, desk.folder / name)
        with step("it lets go of the hub"):
            kstars.call(EKOS, "stop")
            eventually(lambda: kstars.get(EKOS, "ekosStatus") == _IDLE, "Ekos stops")
            assert hub.is_running


def _local(desk: Desk) -> None:
    """KStars starts the drop-in, tells it by its FIFO what to start, and ends it."""
    with desk.kstars("local") as kstars:
        observe(kstars, desk.folder / "local")
        with step("it ends the server and its drivers"):
            server = kstars.server()
            processes = [server, *server.children()]
            kstars.quit()
            _, alive = psutil.wait_procs(processes, timeout=10)
            assert not alive, f"still there: {alive}"


def _dead_driver(desk: Desk) -> None:
    """A driver dies: KStars has it from the server's stderr. (3.6.2 does not survive the restart that it offers.)"""
    with desk.kstars("dead-driver") as kstars:
        connect(kstars, SIMULATORS)
        server = kstars.server()
        with step("it says that a driver has died"):
            _child(server, "indi_simulator_ccd").kill()
            kstars.lines.expect(r'INDI driver +"indi_simulator_ccd" +crashed')
            eventually(lambda: devices(kstars) == ["Telescope Simulator"], "the dead driver's device is gone")
        Path(server.cmdline()[-1]).unlink()  # the FIFO, which only a KStars that quits takes along


def _child(process: psutil.Process, name: str) -> psutil.Process:
    (child,) = (child for child in process.children() if Path(child.cmdline()[0]).name == name)
    return child


_CHECKS: dict[str, Callable[[Desk], None]] = {
    "simulators": _simulators,
    "built-in": _built_in,
    "local": _local,
    "dead-driver": _dead_driver,
    "alpaca": alpaca,
    "older-alpaca": older_alpaca,
    "alpaca-server": alpaca_server,
    "phd2": phd2,
    "phd2-by-ekos": phd2_by_ekos,
}

if __name__ == "__main__":
    sys.exit(main())
