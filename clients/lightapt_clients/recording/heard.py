"""What the recorder has heard and not written yet."""

from __future__ import annotations

import sys
import time
from dataclasses import KW_ONLY, dataclass

from lightapt_protocol.recording import BlobBody, EntryKind

__all__ = ["Heard", "now"]


def now() -> float:
    """Return the seconds of a clock that nobody sets, and that goes on while the machine sleeps."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


@dataclass(slots=True, eq=False)
class Heard:
    """An element, or an event of the connection.

    Attributes:
        moment: When, in seconds of :func:`now`.
        kind: What it is.
        content: The element without its BLOBs, or words.
        bodies: What is kept of its BLOBs.
        tag: Of an element.
        device: Which it names.
        name: The property that it names.
    """

    moment: float
    kind: EntryKind
    content: bytes
    _: KW_ONLY
    bodies: tuple[BlobBody, ...] = ()
    tag: bytes = b""
    device: bytes = b""
    name: bytes = b""

    def __len__(self) -> int:
        return len(self.content) + sum(len(body.data) for body in self.bodies)
