"""KStars on a desk of its own: an X server nobody sees, a private D-Bus and a home folder that goes with it.

What is done with it stands in `observing.py` and `bridges.py`. The names of D-Bus interfaces and database columns are
KStars 3.6's.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.system.puppets import eventually
from tests.system.rig import LIGHTAPT_INDISERVER, LIGHTAPT_SERVER, Server, free_port

EKOS = ("/KStars/Ekos", "org.kde.kstars.Ekos")
CAPTURE = ("/KStars/Ekos/Capture", "org.kde.kstars.Ekos.Capture")
FOCUS = ("/KStars/Ekos/Focus", "org.kde.kstars.Ekos.Focus")
GUIDE = ("/KStars/Ekos/Guide", "org.kde.kstars.Ekos.Guide")
MOUNT = ("/KStars/Ekos/Mount", "org.kde.kstars.Ekos.Mount")
INDI = ("/KStars/INDI", "org.kde.kstars.INDI")
PROGRAMS = ("kstars", "Xvfb", "dbus-daemon", "busctl")
"""What must be installed."""

_WINDOW = ("/kstars/MainWindow_1", "org.kde.KMainWindow")
_SIGNATURES = {str: "s", float: "d", int: "i", bool: "b"}
_DEVICES_AT_MOST = 100
_MODULES = 7  # ProfileSettings::ProfileSettingsKeys: those of Ekos that have an optical train
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


@dataclass(frozen=True)
class Profile:
    """A profile of Ekos.

    Attributes:
        drivers: The devices by their roles.
        train: Which device is what in the optical train; without it KStars makes one.
        phd2: The port of the PHD2 that is to guide.
    """

    drivers: Mapping[str, str] = field(default_factory=lambda: {"Mount": "Telescope Simulator", "CCD": "CCD Simulator"})
    train: Mapping[str, str] = field(default_factory=dict)
    phd2: int | None = None


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

    def call(self, target: tuple[str, str], method: str, *arguments: str | float | bool) -> object:
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

    def set(self, target: tuple[str, str], name: str, value: str | float) -> None:
        """Set a property of an (object, interface)."""
        done = self._busctl("set-property", *target, name, _SIGNATURES[type(value)], "--", str(value))
        assert not done.returncode, f"{name}: {done.stderr.strip()}"

    def device(self, kind: str, name: str) -> tuple[str, str] | None:
        """Return the (object, interface) of a device of a kind (Dome, DustCap, Weather), None if it is not one."""
        interface = f"org.kde.kstars.INDI.{kind}"
        targets = ((f"/KStars/INDI/{kind}/{number}", interface) for number in range(1, _DEVICES_AT_MOST))
        return next((target for target in targets if self.get(target, "name") == name), None)

    def number(self, device: str, name: str, member: str) -> object:
        """Return a number of an INDI device, as KStars knows it."""
        return self.call(INDI, "getNumber", device, name, member)

    def text(self, device: str, name: str, member: str) -> object:
        """Return a text of an INDI device, as KStars knows it."""
        return self.call(INDI, "getText", device, name, member)

    def turn_on(self, device: str, name: str, member: str) -> None:
        """Turn a switch of an INDI device on, as by the INDI control panel, and wait for the Ok."""
        assert self.call(INDI, "setSwitch", device, name, member, "On"), f"there is no {device}.{name}.{member}"
        assert self.call(INDI, "sendProperty", device, name), f"{device}.{name} is not sent"
        eventually(lambda: self.is_ok(device, name), f"{device}.{name} is Ok")

    def is_ok(self, device: str, name: str) -> bool:
        """Say whether a property of an INDI device is Ok; KStars has it Busy from when it asks for something."""
        return self.call(INDI, "getPropertyState", device, name) == "Ok"

    def is_on(self, device: str, name: str, member: str) -> bool:
        """Say whether a switch of an INDI device is on, as KStars knows it."""
        return self.call(INDI, "getSwitch", device, name, member) == "On"

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
    def kstars(self, name: str, *, hub: Server | None = None, profile: Profile = Profile()) -> Generator[KStars]:
        """Run KStars with a new profile that uses a hub, or else a server and drivers that it starts itself."""
        self._add_profile(name, hub.port if hub else None, profile)
        with self._run("kstars", log=f"kstars-{name}.log") as process:
            kstars = KStars(process, self._environment["DBUS_SESSION_BUS_ADDRESS"])
            assert kstars.call(EKOS, "setProfile", name), f"there is no profile {name}"
            try:
                yield kstars
            finally:
                self._take_screenshot(self.folder / f"{name}.png")

    def _add_profile(self, name: str, port: int | None, profile: Profile) -> None:
        guider = (0, None, None) if profile.phd2 is None else (1, "localhost", profile.phd2)
        row = {"name": name, "host": None if port is None else "localhost", "port": port, "portselector": 0}
        row |= dict(zip(("guidertype", "guiderhost", "guiderport"), guider, strict=True))
        database = sqlite3.connect(self.folder / ".local" / "share" / "kstars" / "userdb.sqlite")
        with database:
            added = _insert(database, "profile", **row)
            for role, label in profile.drivers.items():
                _insert(database, "driver", label=label, role=role, profile=added)
            if profile.train:
                train = _insert(database, "opticaltrains", profile=added, name="Primary", reducer=1.0, **profile.train)
                modules = {str(module): train for module in range(_MODULES)}
                _insert(database, "profilesettings", profile=added, settings=json.dumps(modules))
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


def _insert(database: sqlite3.Connection, table: str, **row: str | float | None) -> int | None:
    columns, places = ", ".join(row), ", ".join("?" * len(row))
    return database.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(row.values())).lastrowid


def _end(processes: list[psutil.Process]) -> None:
    """End what a KStars has left behind that did not end in good order."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
