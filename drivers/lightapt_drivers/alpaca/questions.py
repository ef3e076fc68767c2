"""What a device is asked, and what becomes of it where the device does not tell."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from .errors import AnswerError, DeviceFailedError, DeviceRefusedError, NotOfferedError

if TYPE_CHECKING:
    from .session import Session

__all__ = ["Ask", "Question", "if_told", "optional"]

T = TypeVar("T")
C = TypeVar("C", covariant=True)
Ask: TypeAlias = Callable[[Any], T]
"""What to ask of alpyca's device: ``lambda device: device.Position``."""


@dataclass(frozen=True, slots=True)
class Question(Generic[C]):
    """What a device is asked; awaited, it is asked anew each time.

    Attributes:
        session: The device's.
        ask: What is asked.
    """

    session: Session
    ask: Ask[C]

    def __await__(self) -> Generator[Any, Any, C]:
        return self.session.look(self.ask).__await__()


async def optional(asking: Awaitable[T]) -> T | None:
    """Return what is asked for, or None where the device or its server does not know of it."""
    try:
        return await asking
    except NotOfferedError:
        return None
    except AnswerError as error:
        if not error.is_unknown_path:
            raise
        return None


async def if_told(asking: Question[T]) -> T | None:
    """As :func:`optional`, and None also where the device refuses to tell, or fails when it is to, which is logged.

    What is taken for not told stays so until the device is connected again: see :meth:`Session.insist`.
    """
    try:
        return await optional(asking.session.insist(asking.ask))
    except DeviceRefusedError:
        return None
    except (DeviceFailedError, AnswerError) as error:
        asking.session.log.warning("the device does not tell something that it should: %s", error.reason)
        return None
