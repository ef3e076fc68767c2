"""The program PHD2 itself: started, stopped, and looked for; and files with equipment profiles for it to read."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Final

from lightapt_drivers import (
    CONNECTION,
    ButtonVector,
    DefNumber,
    DefSwitch,
    DefText,
    HardwareError,
    Numbers,
    NumberVector,
    Permission,
    RefusedError,
    State,
    Switches,
    SwitchRule,
    SwitchState,
    SwitchVector,
    Texts,
    TextVector,
    every,
    on_new,
    operation,
)

from .bridge_base import PATIENCE, SOON, Phd2Base, asks
from .errors import LostError
from .launching import GREETING, Launch, Phd2Program
from .machines import is_own
from .options import DEFAULT_PORT, LAST_INSTANCE, Options
from .profiles import ProfileFile, configuration_path
from .results import Profile
from .scanning import Found, scan

__all__ = ["ProgramPart"]

PROFILE_FILES: Final = "Profile files"


class ProgramPart(Phd2Base):
    """The program on this host, and instances wherever they are. All of it is there without a connection.

    Which program it is, only who starts the driver says (``--path``): clients can start and stop that one, no other.
    """

    program = SwitchVector(
        "PHD2_PROGRAM",
        DefSwitch("START", label="Start"),
        DefSwitch("STOP", SwitchState.ON, label="Stop"),
        label="Program",
        group=CONNECTION,
        timeout=120,
        always=True,
    )
    program_path = TextVector(
        "PHD2_PROGRAM_PATH",
        DefText("PATH", "phd2", label="Path"),
        label="The program",
        group=CONNECTION,
        perm=Permission.READ_ONLY,  # or whoever reaches the hub could have any program run here
        always=True,
    )
    instance = NumberVector(
        "PHD2_INSTANCE",
        DefNumber("NUMBER", 1, label="Number", format="%.0f", min=1, max=LAST_INSTANCE, step=1),
        label="Instance to start",
        group=CONNECTION,
        always=True,
        saved=True,
    )
    headless = SwitchVector(
        "PHD2_HEADLESS",
        DefSwitch("AUTOMATIC", SwitchState.ON, label="If there is no display"),
        DefSwitch("ON", label="On"),
        label="Start headless",
        group=CONNECTION,
        always=True,
        saved=True,
    )
    scan = ButtonVector(
        "PHD2_SCAN", DefSwitch("SCAN", label="Scan"), label="Look for PHD2", group=CONNECTION, always=True
    )
    scan_ports = NumberVector(
        "PHD2_SCAN_PORTS",
        DefNumber("FIRST", DEFAULT_PORT, label="First", format="%.0f", min=1, max=65535),
        DefNumber("LAST", DEFAULT_PORT + 9, label="Last", format="%.0f", min=1, max=65535),
        label="Ports to scan",
        group=CONNECTION,
        always=True,
        saved=True,
    )
    found = SwitchVector("PHD2_FOUND", label="PHD2 found", group=CONNECTION, rule=SwitchRule.AT_MOST_ONE, always=True)
    shutdown = ButtonVector(
        "PHD2_SHUTDOWN", DefSwitch("SHUTDOWN", label="End PHD2"), label="Shutdown", group=CONNECTION
    )
    profile_copy = TextVector(
        "PHD2_PROFILE_COPY",
        DefText("NAME", label="New profile"),
        DefText("SOURCE", label="Copied of"),
        label="Generate a profile",
        group=PROFILE_FILES,
        always=True,
    )
    profile_import = TextVector(
        "PHD2_PROFILE_IMPORT",
        DefText("PATH", label="Exported file"),
        DefText("NAME", label="New profile"),
        label="Import a profile",
        group=PROFILE_FILES,
        always=True,
    )
    profile_file = TextVector(
        "PHD2_PROFILE_FILE",
        DefText("PROFILES", label="Profiles in it"),
        label="PHD2's settings",
        group=PROFILE_FILES,
        perm=Permission.READ_ONLY,
        always=True,
    )

    def __init__(
        self,
        name: str = "",
        *,
        given: Mapping[str, Mapping[str, str | float | bool]] = {},
        patience: Options = PATIENCE,
    ) -> None:
        super().__init__(name, given=given, patience=patience)
        self._phd2: Phd2Program | None = None
        self._is_started = asyncio.Event()
        self._found: dict[str, Found] = {}

    @operation(program)
    async def _start_or_stop(self, wanted: Switches) -> None:
        if wanted["START"]:
            await self._start()
        else:
            await self._stop()

    async def _start(self) -> None:
        number = int(self.instance.value)
        if self._phd2 is None or not self._phd2.is_running:
            headless = True if self.headless["ON"] else None
            self._phd2 = Phd2Program(Launch(self.program_path.value.strip() or "phd2", number, headless=headless))
        elif (runs := self._phd2.how.instance) != number:
            raise RefusedError(f"PHD2 runs as instance {runs}: stop it first (PHD2_PROGRAM.STOP), then start {number}")
        await self._phd2.start()
        if (lost := self._phd2.unwritable) is not None:
            self.log.warning("what PHD2 writes is kept nowhere: %s cannot be written", lost)
        self._is_started.set()
        if not self.is_connected:
            self.address.ok(ADDRESS="localhost", PORT=str(self._phd2.port))

    @every(SOON, always=True)
    async def _watch_program(self) -> None:
        """Tell of a PHD2 that was started here, and has ended though nobody stopped it here."""
        await self._is_started.wait()
        self._is_started.clear()
        if (program := self._phd2) is None:
            return
        reason = await program.died()
        if program is not self._phd2 or program.is_running or self.is_active(self.program):
            return  # it was stopped by the property, or is being started again
        if reason:
            self.program.alert(f"{reason}. Start it again when it is needed", STOP=True)
        else:
            self.program.change(STOP=True, state=State.OK)

    async def _stop(self) -> None:
        if self._phd2 is not None and self._phd2.is_running:
            is_its = self._is_connected_to(self._phd2)
            with self.expecting_loss() if is_its else nullcontext():
                await self._phd2.stop()
            if is_its:
                self.leave()  # now, as to disconnect ends operations
        elif self.is_connected:
            await self._end()
        elif self._phd2 is not None:
            raise RefusedError("PHD2 does not run any more: what was started here has ended")
        else:
            raise RefusedError("PHD2 was not started here: connect to it first, to have it end")

    def _is_connected_to(self, program: Phd2Program) -> bool:
        """Return whether it is this program that is connected, or looked for."""
        if not self.connection["CONNECT"]:
            return False
        if self.is_connected:
            return self.phd2.is_here and self.phd2.port == program.port
        host, port = self.place()
        return is_own(host) and port == program.port

    @asks(shutdown)
    async def _shut_down(self, _: Switches) -> None:
        await self._end()

    async def _end(self) -> None:
        with self.expecting_loss():
            try:
                await self.phd2.shutdown()
            except LostError:
                self.log.debug("PHD2 has ended before it answered")
        self.leave()

    # Instances that run.

    @operation(scan)
    async def _scan(self, _: Switches) -> None:
        first, last = int(self.scan_ports["FIRST"]), int(self.scan_ports["LAST"])
        host = self.address["ADDRESS"].strip() or "localhost"
        self.hide(self.found)
        found = await scan(host, range(first, last + 1))
        self._found = {f"PORT_{one.port}": one for one in found}
        if found:
            self.found.redefine(*map(self._one_found, found))
            self.show(self.found)
        else:
            hint = "is it running, and its server on (Tools, Enable Server)?"
            where = f"the port {first}" if first == last else f"the ports from {first} to {last}"
            raise HardwareError(f"no PHD2 listens on {host} at {where}: {hint}")
        words = ", ".join(str(one.port) for one in found)
        self.say(f"PHD2 listens on {host} at these of the ports from {first} to {last}: {words}")

    def _one_found(self, found: Found) -> DefSwitch:
        is_chosen = (found.host, str(found.port)) == (self.address["ADDRESS"], self.address["PORT"])
        label = f"{found.version} at {found.port}, instance {found.instance}"
        return DefSwitch(f"PORT_{found.port}", SwitchState(int(is_chosen)), label=label)

    @on_new(found)
    async def _choose(self, wanted: Switches) -> None:
        if (one := self._found.get(wanted.choice)) is not None:
            self.request(self.address, ADDRESS=one.host, PORT=str(one.port))

    @on_new(scan_ports)
    async def _set_scan_ports(self, wanted: Numbers) -> None:
        if not 0 <= wanted["LAST"] - wanted["FIRST"] < 1000:
            raise RefusedError("the last port must not be before the first, nor 1000 or more behind it")

    # Files with profiles.

    @operation(profile_copy)
    async def _copy_profile(self, wanted: Texts) -> None:
        name, source = wanted["NAME"].strip(), wanted["SOURCE"].strip()

        def copy(file: ProfileFile) -> Profile:
            return file.copy(source or _current(file), name)

        await self._change_file(copy)

    @operation(profile_import)
    async def _import_profile(self, wanted: Texts) -> None:
        path, name = wanted["PATH"].strip(), wanted["NAME"].strip()
        if not path:
            raise RefusedError("PHD2_PROFILE_IMPORT.PATH is empty: set the path of a profile that PHD2 has exported")
        await self._change_file(lambda file: file.import_profile(Path(os.path.expanduser(path)), name))

    async def _change_file(self, change: Callable[[ProfileFile], Profile]) -> None:
        instance = int(self.instance.value)
        self._check_is_here(configuration_path(instance))
        port = DEFAULT_PORT - 1 + instance
        if await scan("localhost", [port], timeout=GREETING):
            raise RefusedError(
                f"PHD2 runs (at port {port}), and would overwrite its file: stop it first, then try again"
            )
        made, names = await asyncio.to_thread(_changed, instance, change)
        self.profile_file.ok(
            PROFILES=", ".join(names), message=f"PHD2 will have the profile {made.name} when it starts"
        )

    def _check_is_here(self, path: Path) -> None:
        """See that this machine's file is PHD2's.

        Raises:
            RefusedError: PHD2 is on another.
        """
        host = self.address["ADDRESS"].strip() or "localhost"
        if not (self.phd2.is_here if self.is_connected else is_own(host)):
            host = self.phd2.host if self.is_connected else host
            words = f"PHD2 is at {host}, and its profiles are in a file there; {path} is this machine's"
            raise RefusedError(f"{words}: if that is meant, disconnect, and set DEVICE_ADDRESS.ADDRESS to localhost")


def _changed(instance: int, change: Callable[[ProfileFile], Profile]) -> tuple[Profile, list[str]]:
    file = ProfileFile(configuration_path(instance))
    made = change(file)
    return made, [profile.name for profile in file.profiles]


def _current(file: ProfileFile) -> int:
    """Return the profile to copy if none is named: the current one, else the first."""
    profiles = file.profiles
    if not profiles:
        raise RefusedError("PHD2 has no profile yet that could be copied: make one with its wizard, or import one")
    return next((profile for profile in profiles if profile.is_selected), profiles[0]).id
