"""The puppet driver as the harness sees it: its orders, and executables that any INDI server can start."""

from __future__ import annotations

import enum
import shlex
from dataclasses import dataclass
from pathlib import Path

CONTROL = "Control"
PUPPET = "Puppet 0"


class Emission(enum.IntEnum):
    """What the puppet sends when ordered to; the numbers are those of `enum kind` in puppet_driver.c."""

    NUMBERS = 0
    INLINE = 1
    """Unbroken base64 without enclen, as the reference sends it, and drivers in Python."""
    LINES = 2
    """Base64 in lines of 72 with enclen, as libindi's drivers send it where they cannot attach."""
    ATTACHED = 3
    REATTACHED = 4
    """The same shared memory each time: the cost of making a picture drops out."""
    EACH_DEVICE = 5


@dataclass(frozen=True, slots=True)
class Puppet:
    """The options of one puppet driver."""

    devices: int = 1
    pings: bool = True

    @property
    def definitions(self) -> int:
        """How many properties it defines: a number each, two BLOBs of the first device, two of Control."""
        return self.devices + 4

    def wrapper(self, driver: Path) -> Path:
        """An executable that takes no arguments, as indiserver needs it, beside the compiled driver."""
        path = driver.with_name(f"{driver.name}-{self.devices}-{int(self.pings)}")
        path.write_text(
            f"#!/bin/sh\nPUPPET_DEVICES={self.devices} PUPPET_PINGS={int(self.pings)} exec {shlex.quote(str(driver))}\n"
        )
        path.chmod(0o755)
        return path


def order(emission: Emission, count: int, *, size: int = 0, report: bool = False) -> str:
    """The message that orders the puppet to send; with `report` it says DONE once the server has read all."""
    fields = {"KIND": int(emission), "COUNT": count, "SIZE": size, "REPORT": int(report)}
    members = "".join(f"<oneNumber name='{name}'>{value}</oneNumber>" for name, value in fields.items())
    return f"<newNumberVector device='{CONTROL}' name='GO'>{members}</newNumberVector>"
