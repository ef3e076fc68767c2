"""Guide pulses of bridged telescopes and cameras."""

from __future__ import annotations

import asyncio
from enum import IntEnum
from typing import ClassVar, Final

from ..kinds.guider import Direction, Guider
from .bridge import AlpacaDevice
from .errors import DeviceFailedError, DeviceRefusedError
from .session import Lane

__all__ = ["AlpacaGuider"]

_LONGEST: Final = 90.0
"""Seconds of one pulse."""
_NORTH_SOUTH: Final = (Direction.NORTH, Direction.SOUTH)


class GuideDirection(IntEnum):
    """GuideDirections."""

    NORTH = 0
    SOUTH = 1
    EAST = 2
    WEST = 3


class AlpacaGuider(Guider, AlpacaDevice):
    """Takes guide pulses, in both axes at once where the device does."""

    pulse_patience: ClassVar[float] = 15.0
    """Seconds that a pulse may take longer than it should."""

    _guides: bool = False
    """Whether it said at the last look that it takes a pulse."""
    _guided: frozenset[Lane] = frozenset()
    """The axes that take a pulse, by their lanes."""

    async def pulse(self, direction: Direction, milliseconds: float) -> None:
        """See :class:`Guider`. Alpaca has nothing to end a pulse; older devices answer when it is over."""
        both = Lane.PULSE_NS, Lane.PULSE_WE
        lane, other = both if direction in _NORTH_SOUTH else both[::-1]
        try:
            await self._pulse(direction, round(milliseconds), lane)
        except (DeviceRefusedError, DeviceFailedError):
            if other not in self._guided:
                raise
            # By ASCOM's rules a device that guides one axis at a time says so by an error.
            await self.follow(lambda: other not in self._guided, limit=_LONGEST, what="the other axis' pulse")
            await self._pulse(direction, round(milliseconds), lane)

    async def _pulse(self, direction: Direction, milliseconds: int, lane: Lane) -> None:
        clock, way, seconds = asyncio.get_running_loop().time, GuideDirection[direction.name], milliseconds / 1000
        ends = clock() + seconds
        self._guided |= {lane}
        try:
            await self.session.call(
                lambda device: device.PulseGuide(way, milliseconds), lane=lane, limit=seconds + self.pulse_patience
            )
            self.hurry()
            await asyncio.sleep(max(0.0, ends - clock()))
            # IsPulseGuiding does not tell the axes apart: while the other one is guided too, the time must do.
            await self.follow(
                lambda: not self._guides or len(self._guided) > 1, limit=self.pulse_patience, what="the pulse"
            )
        finally:
            self._guided -= {lane}
