"""A focuser that speaks MoonLite's protocol, at the other end of a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from ..errors import AnswerError, LinkTimeoutError
from ..link import Link
from ..queries import Query
from . import codec
from .codec import Speed

__all__ = ["Features", "MoonliteFocuser"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Features:
    """What a focuser tells of itself when it is greeted; None stands for what it does not know.

    Attributes:
        position: In steps.
        firmware: Its version, such as 1.0.
        speed: How fast the motor steps.
        is_half_stepping: Whether it makes half steps.
        temperature: In °C, by the last measurement.
        coefficient: Steps to move for each degree that it gets warmer.
    """

    position: int
    firmware: str | None = None
    speed: Speed | None = None
    is_half_stepping: bool | None = None
    temperature: float | None = None
    coefficient: int | None = None


class MoonliteFocuser:
    """Asks a focuser, and tells it what to do.

    Each method raises a LinkError where the line fails and an AnswerError where the answer makes no sense. A focuser
    acknowledges nothing: whether it does what it was told shows in its position.
    """

    def __init__(self, link: Link) -> None:
        self._link = link

    async def greet(self) -> Features:
        """Learn that a focuser answers, and what it knows of; home-made ones leave out what they do not have."""
        return Features(
            position=await self.position(),
            firmware=await self._probe(codec.FIRMWARE),
            speed=await self._probe(codec.SPEED),
            is_half_stepping=await self._probe(codec.IS_HALF_STEPPING),
            temperature=await self._probe(codec.TEMPERATURE),
            coefficient=await self._probe(codec.COEFFICIENT),
        )

    async def firmware(self) -> str:
        """Return the version of its firmware, such as 1.0."""
        return await self._link.ask(codec.FIRMWARE)

    async def position(self) -> int:
        """Return the position, in steps."""
        return await self._link.ask(codec.POSITION)

    async def is_moving(self) -> bool:
        """Return whether the motor turns."""
        return await self._link.ask(codec.IS_MOVING)

    async def move_to(self, position: int) -> None:
        """Start to move to a position.

        Raises:
            ValueError: There is no such position.
        """
        await self._link.ask(codec.set_target(position))
        await self._link.ask(codec.GO)

    async def halt(self) -> None:
        """Stop where it is."""
        await self._link.ask(codec.HALT)

    async def set_position(self, position: int) -> None:
        """Call the present position so many steps.

        Raises:
            ValueError: There is no such position.
        """
        await self._link.ask(codec.set_position(position))

    async def speed(self) -> Speed:
        """Return how fast the motor steps."""
        return await self._link.ask(codec.SPEED)

    async def set_speed(self, speed: Speed) -> None:
        """Set how fast the motor steps."""
        await self._link.ask(codec.set_speed(speed))

    async def is_half_stepping(self) -> bool:
        """Return whether the motor makes half steps."""
        return await self._link.ask(codec.IS_HALF_STEPPING)

    async def set_half_stepping(self, *, on: bool) -> None:
        """Have the motor make half steps, or full ones."""
        await self._link.ask(codec.set_half_stepping(on=on))

    async def temperature(self) -> float:
        """Return the last measured temperature in °C, and have it measured anew for the next time."""
        value = await self._link.ask(codec.TEMPERATURE)
        await self._link.ask(codec.CONVERT_TEMPERATURE)
        return value

    async def coefficient(self) -> int:
        """Return the steps to move for each degree that it gets warmer."""
        return await self._link.ask(codec.COEFFICIENT)

    async def set_coefficient(self, steps: int) -> None:
        """Set the steps to move for each degree that it gets warmer, from -128 to 127.

        Raises:
            ValueError: They are not within that.
        """
        await self._link.ask(codec.set_coefficient(steps))

    async def set_temperature_offset(self, degrees: float) -> None:
        """Set what is added to the measured temperature, in half degrees from -64 to 63.5.

        Raises:
            ValueError: It is not within that.
        """
        await self._link.ask(codec.set_temperature_offset(degrees))

    async def set_compensation(self, *, on: bool) -> None:
        """Have the focuser follow the temperature, or not."""
        await self._link.ask(codec.set_compensation(on=on))

    async def _probe(self, query: Query[_T]) -> _T | None:
        """Ask what the focuser may not know; return None where it does not."""
        try:
            return await self._link.ask(query.probe())
        except (LinkTimeoutError, AnswerError):
            return None
