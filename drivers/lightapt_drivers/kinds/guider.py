"""What can guide: a mount, or a camera with a guide port. Pulses of so many milliseconds in four directions."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

from lightapt_drivers import (
    DefNumber,
    Device,
    DriverInterface,
    Numbers,
    NumberVector,
    RefusedError,
    Standard,
    on_new,
)

__all__ = ["Direction", "Guider"]

_GROUP = "Guide Control"
_LONGEST = 60_000
"""Milliseconds of a pulse."""


class Direction(Enum):
    """Where a pulse moves the telescope; the values are the members of the properties."""

    NORTH = "TIMED_GUIDE_N"
    SOUTH = "TIMED_GUIDE_S"
    WEST = "TIMED_GUIDE_W"
    EAST = "TIMED_GUIDE_E"


def _pulses(name: Standard, *labels: str) -> NumberVector:
    members = [
        DefNumber(member, 0, label=f"{label} (ms)", format="%.0f", min=0, max=_LONGEST)
        for member, label in zip(name.members, labels, strict=True)
    ]
    return NumberVector(name, *members, label=" / ".join(labels), group=_GROUP)


class Guider(Device):
    """Takes guide pulses. The axes are independent; a new pulse takes the place of the one that goes on in its axis."""

    interface: ClassVar[DriverInterface] = DriverInterface.GUIDER
    ends_pulses: ClassVar[bool] = True
    """Whether a pulse can be ended before its time; if not, another in its axis is refused until it is over."""

    pulses_ns = _pulses(Standard.TELESCOPE_TIMED_GUIDE_NS, "North", "South")
    pulses_we = _pulses(Standard.TELESCOPE_TIMED_GUIDE_WE, "West", "East")

    async def pulse(self, direction: Direction, milliseconds: float) -> None:
        """Move the telescope that way for so long, and return when that is over; cancelled, stop it."""
        raise NotImplementedError

    def check_pulse(self) -> None:
        """See that the telescope can be guided now.

        Raises:
            RefusedError: It cannot.
        """

    @on_new(pulses_ns)
    async def _pulse_ns(self, wanted: Numbers) -> None:
        await self._guide(Standard.TELESCOPE_TIMED_GUIDE_NS, wanted)

    @on_new(pulses_we)
    async def _pulse_we(self, wanted: Numbers) -> None:
        await self._guide(Standard.TELESCOPE_TIMED_GUIDE_WE, wanted)

    async def _guide(self, name: Standard, wanted: Numbers) -> None:
        live = self.vectors[name]
        asked = {member: wanted[member] for member in wanted.given if wanted[member] > 0}
        if len(asked) > 1:
            raise RefusedError(f"one pulse at a time in an axis, not {' and '.join(asked)}")
        self.check_pulse()
        if not self.ends_pulses and self.is_active(live):
            raise RefusedError("the pulse that goes on in this axis cannot be ended: wait until it is over")
        if not asked:  # a pulse of no time ends what goes on
            await self.cancel(live)
            live.ok(dict.fromkeys(live, 0.0))
            return
        ((member, milliseconds),) = asked.items()

        async def guide() -> None:
            live.set({member: milliseconds})
            try:
                await self.pulse(Direction(member), milliseconds)
            finally:
                live.set({member: 0.0})

        await self.begin(live, guide)
