"""A PHD2 to be started: a program that behaves as PHD2 does, and some that do not."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.system.puppets import eventually

ROOT = Path(__file__).resolve().parents[3]
PHD2 = """#!{python}
import asyncio, signal, sys
sys.path.insert(0, {root!r})
from tests.drivers.phd2.fake import FakePhd2

async def main():
    instance = int(sys.argv[sys.argv.index("-i") + 1])
    if "stubborn" in sys.argv[0]:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    async with FakePhd2(port=4399 + instance, instance=instance) as fake:
        print("a warning that nobody reads " * 10_000, flush=True)
        await (asyncio.Event() if "stubborn" in sys.argv[0] else fake.over).wait()

asyncio.run(main())
"""
HASTY = """#!{python}
import sys
sys.path[:0] = [{root!r}, {root!r} + "/drivers"]
from lightapt_drivers import run
from lightapt_drivers.phd2.bridge import Phd2Device
from tests.drivers.phd2.bridging import QUICK

class Hasty(Phd2Device):
    def __init__(self, name="", *, given={{}}, patience=QUICK):
        super().__init__(name, given=given, patience=patience)

sys.exit(run(Hasty))
"""
"""The bridge, with so little patience that a PHD2 that hangs is found out in a few seconds."""


@contextmanager
def instance():
    """A number for a PHD2 that no other test has meanwhile, in this process or in another: with it goes a port."""
    with socket.socket(socket.AF_UNIX) as reserved:
        for number in range(30, 101):
            try:
                reserved.bind(f"\0lightapt-tests-phd2-{number}")
            except OSError:
                continue
            yield number
            return
        raise AssertionError("all instances are taken")


def program(folder, name="phd2", text=PHD2):
    """Return the path of a program: this text."""
    path = folder / name
    path.write_text(text.format(python=sys.executable, root=str(ROOT)))
    path.chmod(0o755)
    return path


def running(path):
    """Return the processes of a program that :func:`program` made."""
    return [one for one in psutil.process_iter(["cmdline"]) if str(path) in (one.info["cmdline"] or [])[1:2]]


async def ended(pid):
    """Wait until a process has ended, whose parent is somebody else."""
    await asyncio.to_thread(eventually, lambda: not _lives(pid), f"the end of {pid}")


def _lives(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
