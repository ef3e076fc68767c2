"""Guide pulses: short corrections of where a mount points. Mounts take them, and cameras with a guide port."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import ClassVar, Final

from lightapt_protocol.standard import DriverInterface, Standard

from .base import Kind

__all__ = ["Direction", "Guider"]


class Direction(Enum):
    """Where to, in the sky."""

    NORTH = "north"
    SOUTH = "south"
    EAST = "east"
    WEST = "west"


_PULSES: Final[Mapping[Direction, tuple[Standard, str]]] = {
    Direction.NORTH: (Standard.TELESCOPE_TIMED_GUIDE_NS, "TIMED_GUIDE_N"),
    Direction.SOUTH: (Standard.TELESCOPE_TIMED_GUIDE_NS, "TIMED_GUIDE_S"),
    Direction.EAST: (Standard.TELESCOPE_TIMED_GUIDE_WE, "TIMED_GUIDE_E"),
    Direction.WEST: (Standard.TELESCOPE_TIMED_GUIDE_WE, "TIMED_GUIDE_W"),
}


class Guider(Kind):
    """A device that takes guide pulses."""

    interface: ClassVar[DriverInterface] = DriverInterface.GUIDER
    essential: ClassVar[Standard] = Standard.TELESCOPE_TIMED_GUIDE_NS

    async def pulse(self, direction: Direction, seconds: float) -> None:
        """Guide in a direction for so long, to the millisecond, and wait until that is over."""
        name, member = _PULSES[direction]
        prop = await self._property(name)
        pulses = dict.fromkeys(prop.now.members, 0.0) | {member: round(seconds * 1000)}
        await prop.set(pulses, timeout=seconds + 10)
