"""What a process holds in memory, shared memory that it keeps alive included."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Generator
from pathlib import Path

_PERIOD = 0.01
_BLOCK = 512  # the unit of st_blocks


class Peak:
    """The most that a process was seen to hold while it was watched, in bytes."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._memory_devices = _memory_devices()
        self.held = 0

    def look(self) -> None:
        """Takes one sample."""
        with contextlib.suppress(OSError):
            self.held = max(self.held, held_bytes(self._pid, self._memory_devices))


@contextlib.contextmanager
def watched(pid: int) -> Generator[Peak]:
    """The peak of a process, sampled every 10 ms by a thread for as long as the block runs."""
    peak = Peak(pid)
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_PERIOD):
            peak.look()

    peak.look()
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()
        peak.look()


def held_bytes(pid: int, memory_devices: frozenset[int]) -> int:
    """Resident memory, and what files in memory (memfd, tmpfs) the process keeps open but has not mapped.

    A picture in a memfd is the server's burden as long as it has the descriptor, mapped or not.
    """
    status = _status(pid)
    shared = max(status["RssShmem"], _open_memory(pid, memory_devices))
    return status["RssAnon"] + status["RssFile"] + shared


def most_resident_bytes(pid: int) -> int:
    """The kernel's own high-water mark of resident memory."""
    return _status(pid)["VmHWM"]


def _status(pid: int) -> dict[str, int]:
    """The memory fields of a living process; one that has ended has none."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    fields = (line.split() for line in lines if line.endswith(" kB"))
    found = {words[0].rstrip(":"): int(words[1]) * 1024 for words in fields}
    if "VmHWM" not in found:
        raise ProcessLookupError(pid)
    return found


def _open_memory(pid: int, memory_devices: frozenset[int]) -> int:
    files: dict[tuple[int, int], int] = {}
    for entry in os.scandir(f"/proc/{pid}/fd"):
        with contextlib.suppress(OSError):
            status = os.stat(entry.path)
            if status.st_dev in memory_devices:
                files[status.st_dev, status.st_ino] = status.st_blocks * _BLOCK
    return sum(files.values())


def _memory_devices() -> frozenset[int]:
    """The device numbers of file systems that are memory: that of memfds and every tmpfs."""
    probe = os.memfd_create("probe")
    devices = {os.fstat(probe).st_dev}
    os.close(probe)
    for line in Path("/proc/mounts").read_text().splitlines():
        _, point, kind, *_ = line.split()
        if kind == "tmpfs":
            with contextlib.suppress(OSError):
                devices.add(os.stat(point).st_dev)
    return frozenset(devices)
