"""The one seam for what differs between operating systems: sockets, local addresses, processes, the allocator."""

from __future__ import annotations

import asyncio
import ctypes
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

__all__ = [
    "HAS_ABSTRACT_SOCKETS",
    "check_platform",
    "keep_large_blocks",
    "local_address",
    "process_memory",
    "raise_descriptor_limit",
    "spool_directory",
    "tune_tcp",
    "when_ended",
]

HAS_ABSTRACT_SOCKETS: Final = sys.platform == "linux"

_KEEPALIVE_INTERVAL: Final = 10
_KEEPALIVE_PROBES: Final = 3
_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_KEPT: Final = 96 * 1024 * 1024


def check_platform() -> str:
    """Return why the hub cannot run on this system, or nothing."""
    if sys.platform == "win32":
        return (
            "The hub runs on Linux and macOS: INDI drivers are started on Unix socket pairs, which Windows has not. "
            "Under Windows run it in WSL 2, and reach ASCOM devices there through Alpaca."
        )
    return ""


def tune_tcp(sock: socket.socket, *, keepalive: float) -> None:
    """Send small messages at once, and let the system notice a peer that is silent for `keepalive` s (0: never)."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not keepalive:
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    idle = getattr(socket, "TCP_KEEPIDLE", None) or getattr(socket, "TCP_KEEPALIVE", None)
    values = ((idle, max(1, int(keepalive))), (getattr(socket, "TCP_KEEPINTVL", None), _KEEPALIVE_INTERVAL))
    for option, value in (*values, (getattr(socket, "TCP_KEEPCNT", None), _KEEPALIVE_PROBES)):
        if option is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)


def local_address(name: str) -> str:
    """Return the address of a local socket: in Linux's abstract namespace, where libindi's clients look."""
    return f"\0{name}" if HAS_ABSTRACT_SOCKETS else name


def keep_large_blocks() -> None:
    """Let the C library keep what pictures were held in: fresh pages cost more than the copying.

    Only glibc can be told. What is kept is bounded, and shared by all pictures.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, 1 << 30)
        mallopt(_M_TRIM_THRESHOLD, _KEPT)


def when_ended(process: subprocess.Popen[bytes], report: Callable[[int], None]) -> None:
    """Call `report` with the return code once a process has ended, in the running loop."""
    loop = asyncio.get_running_loop()
    if sys.platform == "linux":
        with suppress(OSError):  # an old kernel, or no more descriptors
            descriptor = os.pidfd_open(process.pid)
            loop.add_reader(descriptor, _reap, process, report, descriptor)
            return

    def wait() -> None:
        code = process.wait()
        with suppress(RuntimeError):  # the loop has ended before
            loop.call_soon_threadsafe(report, code)

    threading.Thread(target=wait, daemon=True).start()


def _reap(process: subprocess.Popen[bytes], report: Callable[[int], None], descriptor: int) -> None:
    asyncio.get_running_loop().remove_reader(descriptor)
    os.close(descriptor)
    report(process.wait())


def raise_descriptor_limit() -> None:
    """Let this process open as many descriptors as it may: each client takes one, and the usual 1024 are soon gone."""
    import resource  # Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(OSError, ValueError):  # macOS says "unlimited" and means less
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def spool_directory() -> Path:
    """Return where pictures are spooled: a folder on disk, as /tmp often is memory."""
    for candidate in (os.environ.get("TMPDIR"), "/var/tmp"):
        if candidate and os.access(candidate, os.W_OK):
            return Path(candidate)
    return Path("/tmp")


def process_memory() -> int:
    """Return the resident bytes of this process; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
