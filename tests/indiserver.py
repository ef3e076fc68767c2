"""Debian's indiserver with one driver, and one of its devices as a client sees it by Debian's tools."""

import os
import re
import signal
import subprocess
from contextlib import contextmanager, suppress

from tests.real_programs import require
from tests.system.puppets import PATIENCE
from tests.system.rig import Lines, free_port

__all__ = ["RealDevice", "served"]


class RealDevice:
    """A device under an indiserver."""

    def __init__(self, name, port):
        self.name = name
        self.port = port

    def get(self, member):
        """Return the value of `PROPERTY.MEMBER`."""
        return self._tool("indi_getprop", "-1", f"{self.name}.{member}")

    def set(self, members, values):
        self._tool("indi_setprop", f"{self.name}.{members}={values}")

    def wait(self, *conditions):
        """Wait until conditions hold, each a comparison of `PROPERTY.MEMBER` with a number."""
        self._tool("indi_eval", "-wo", " && ".join(re.sub(r"^[\w.]+", self._quoted, one) for one in conditions))

    def connect(self):
        self.set("CONNECTION.CONNECT", "On")
        self.wait("CONNECTION._STATE==1", "CONNECTION.CONNECT==1")

    def _quoted(self, found):
        return f'"{self.name}.{found[0]}"'

    def _tool(self, name, *arguments):
        done = subprocess.run(
            [require(name), "-p", str(self.port), "-t", str(PATIENCE), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (name, arguments, done.stdout, done.stderr)
        return done.stdout.strip()


@contextmanager
def served(program, device, home):
    """Run a driver under an indiserver, with a home of its own, and yield its device."""
    port = free_port()
    argv = [require("indiserver"), "-v", "-u", str(home / "socket"), "-p", str(port), "-r", "0", program]
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True) as process:
        lines = Lines(process.stderr)  # it reads on: a full pipe would hold up the server
        try:
            lines.expect("listening to port")
            yield RealDevice(device, port)
        finally:
            process.terminate()
            process.wait(PATIENCE)
            with suppress(ProcessLookupError):  # some drivers outlive their server
                os.killpg(process.pid, signal.SIGKILL)
            lines.rest()
