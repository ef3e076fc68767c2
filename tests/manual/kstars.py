"""KStars on a desk of its own: an X server nobody sees, a private D-Bus and a home folder that goes with it.

What is done with it stands in `kstars_check.py`. The names of D-Bus interfaces and database columns are KStars 3.6's.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, redirect_stdout, suppress
from pathlib import Path

import psutil

from tests.system.puppets import eventually
from tests.system.rig import LIGHTAPT_INDISERVER, LIGHTAPT_SERVER, Server, free_port

EKOS = ("/KStars/Ekos", "org.kde.kstars.Ekos")
CAPTURE = ("/KStars/Ekos/Capture", "org.kde.kstars.Ekos.Capture")
MOUNT = ("/KStars/Ekos/Mount", "org.kde.kstars.Ekos.Mount")
INDI = ("/KStars/INDI", "org.kde.kstars.INDI")
PROGRAMS = ("kstars", "Xvfb", "dbus-daemon", "busctl")
"""What must be installed."""

_WINDOW = ("/kstars/MainWindow_1", "org.kde.KMainWindow")
_SIGNATURES = {str: "s", float: "d"}
_DRIVERS = {"Mount": "Telescope Simulator", "CCD": "CCD Simulator"}
_SETTINGS = """\
[GUI]
RunStartupWizard=false
[TipOfDay]
RunOnStart=false
[General]
KStarsFirstRun=false
DisableLogging=false
VerboseLogging=true
INDILogging=true
EkosLogging=true
[indi]
indiServer={server}
serverPortStart={port}
serverPortEnd={port}
"""


class KStars:
    """A KStars that runs.

    Attributes:
        lines: Its log.
    """

    def __init__(self, process: Server, bus: str) -> None:
        self._process = process
        self._bus = bus
        self.lines = process.lines
        eventually(lambda: self.get(EKOS, "ekosStatus") is not None, "KStars is on the D-Bus")

    def call(self, target: tuple[str, str], method: str, *arguments: str | float) -> object:
        """Call a method of an (object, interface); return its result, None if it has none."""
        signature = "".join(_SIGNATURES[type(argument)] for argument in arguments)
        words = (signature, "--", *map(str, arguments)) if arguments else ()
        done = self._busctl("call", *target, method, *words)
        assert not done.returncode, f"{method}: {done.stderr.strip()}"
        return json.loads(done.stdout)["data"][0] if done.stdout else None

    def get(self, target: tuple[str, str], name: str) -> object:
        """Return a property of an (object, interface), None as long as there is no such object."""
        done = self._busctl("get-property", *target, name)
        return None if done.returncode else json.loads(done.stdout)["data"]

    def _busctl(self, verb: str, *words: str) -> subprocess.CompletedProcess[str]:
        command = ("busctl", f"--address={self._bus}", "--json=short", verb, "org.kde.kstars", *words)
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def server(self) -> psutil.Process:
        """Return the INDI server that it has started."""
        children = psutil.Process(self._process.pid).children()
        (server,) = (child for child in children if any(word.endswith("indiserver") for word in child.cmdline()))
        return server

    def quit(self) -> None:
        """End it as by its menu."""
        self.call(_WINDOW, "activateAction", "quit")
        assert self._process.exit_code() == 0, "KStars does not end in good order"


class Desk:
    """Where KStars and hubs run; all ends with the `with` block.

    Args:
        folder: An empty folder for settings, pictures, logs and screenshots.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        self._environment = {"LC_ALL": "C.UTF-8", "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}

    def __enter__(self) -> Desk:
        with ExitStack() as stack:
            display = stack.enter_context(self._run("Xvfb", "-displayfd", "2", "-nolisten", "tcp"))
            self._environment["DISPLAY"] = ":" + display.lines.expect(r"^(\d+)$")[1]
            bus = stack.enter_context(self._run("dbus-daemon", "--session", "--nofork", "--print-address=2"))
            self._environment["DBUS_SESSION_BUS_ADDRESS"] = bus.lines.expect(r"^(unix:.*)$")[1]
            self._furnish()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _furnish(self) -> None:
        """Write the settings, and let KStars make its database."""
        self.folder.chmod(0o700)  # as Qt wants it of the runtime folder
        server, config = self.folder / "bin" / "indiserver", self.folder / ".config"
        for folder in (server.parent, config):
            folder.mkdir()
        server.symlink_to(*LIGHTAPT_INDISERVER)
        (config / "kstarsrc").write_text(_SETTINGS.format(server=server, port=free_port()))
        (config / "kwalletrc").write_text("[Wallet]\nEnabled=false\n")
        with self._run("kstars") as process:
            KStars(process, self._environment["DBUS_SESSION_BUS_ADDRESS"]).quit()

    @contextmanager
    def hub(self, *drivers: str) -> Generator[Server]:
        """Run a hub with these drivers."""
        words = [word for driver in drivers for word in ("--driver", driver)]
        with self._run(*LIGHTAPT_SERVER, "-vvv", "--port", "0", *words) as hub:
            yield hub.listening()

    @contextmanager
    def kstars(self, profile: str, *, hub: Server | None = None) -> Generator[KStars]:
        """Run KStars with a new profile that uses a hub, or else a server and drivers that it starts itself."""
        self._add_profile(profile, hub.port if hub else None)
        with self._run("kstars", log=f"kstars-{profile}.log") as process:
            kstars = KStars(process, self._environment["DBUS_SESSION_BUS_ADDRESS"])
            assert kstars.call(EKOS, "setProfile", profile), f"there is no profile {profile}"
            try:
                yield kstars
            finally:
                self._take_screenshot(self.folder / f"{profile}.png")

    def _add_profile(self, name: str, port: int | None) -> None:
        database = sqlite3.connect(self.folder / ".local" / "share" / "kstars" / "userdb.sqlite")
        with database:
            row = (name, None if port is None else "localhost", port)
            added = database.execute("INSERT INTO profile (name, host, port, portselector) VALUES (?, ?, ?, 0)", row)
            rows = [(label, role, added.lastrowid) for role, label in _DRIVERS.items()]
            database.executemany("INSERT INTO driver (label, role, profile) VALUES (?, ?, ?)", rows)
        database.close()

    def _take_screenshot(self, path: Path) -> None:
        """Take it, where ImageMagick is installed."""
        if shutil.which("import"):
            command = ("import", "-window", "root", str(path))
            subprocess.run(command, env=os.environ | self._environment, check=False)

    @contextmanager
    def _run(self, *command: str, log: str = "") -> Generator[Server]:
        process = Server(command, environment=self._environment)
        children: list[psutil.Process] = []
        try:
            yield process
        finally:
            with suppress(psutil.NoSuchProcess):
                children = psutil.Process(process.pid).children(recursive=True)
            with redirect_stdout(None):
                process.close()
            _end(children)
            (self.folder / (log or f"{Path(command[0]).name}.log")).write_text("\n".join(process.lines.all))


def _end(processes: list[psutil.Process]) -> None:
    """End what a KStars has left behind that did not end in good order."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
