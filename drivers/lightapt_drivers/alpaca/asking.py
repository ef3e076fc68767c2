"""What a type asks of its device when it connects: whether a member is there, and what it tells if it does."""

from __future__ import annotations

from typing import cast

from .answers import as_whole
from .errors import AnswerError, DeviceFailedError, DeviceRefusedError
from .session import Ask, Session, if_told, optional

__all__ = ["has", "told", "wholes"]


async def has(session: Session, ask: Ask[object]) -> bool:
    """Return whether a device has a member, though it may not tell its value now."""
    try:
        return await optional(session.call(lambda device: (ask(device),))) is not None
    except (DeviceRefusedError, DeviceFailedError, AnswerError):
        return True


async def told(session: Session, ask: Ask[object]) -> float | None:
    """Return a number, or None where the device does not have it or does not tell it now."""
    return await if_told(session.number(ask))


def wholes(value: object, *, asked: str) -> list[int]:
    """Return a value as a list of whole numbers.

    Raises:
        AnswerError: It is none.
    """
    if not isinstance(value, list):
        raise AnswerError(f"{asked} was answered by what is no list")
    return [as_whole(one, asked=asked) for one in cast("list[object]", value)]
