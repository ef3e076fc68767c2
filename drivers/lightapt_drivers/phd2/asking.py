"""What the methods rest on: how a client asks PHD2, and that it answers what was asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TypeVar

from .errors import AnswerError
from .values import as_flag, as_list, as_mapping, as_number, as_text, as_whole

__all__ = ["Asks"]

T = TypeVar("T")


class Asks(ABC):
    """Who can ask PHD2."""

    @abstractmethod
    async def call(
        self, method: str, params: Mapping[str, object] | None = None, *, limit: float | None = None
    ) -> object:
        """Ask PHD2, and return its result as JSON has it.

        Args:
            method: PHD2's name of it.
            params: Its parameters by name. They are sent as they are, unless PHD2 crashes over them: prefer the
                methods that check them.
            limit: Seconds in which the answer must come; None for the method's own.

        Raises:
            OrderError: It cannot be asked now.
            ParameterError: PHD2 would crash over its parameters, or the request is longer than PHD2 reads.
            Phd2RefusedError: PHD2 says no.
            Phd2FailedError: PHD2 has failed at it.
            SilentError: No answer came in time.
            LostError: There is no connection, or it broke.
        """

    async def _flag(self, method: str) -> bool:
        return _sure(as_flag(await self.call(method)), method, "a truth")

    async def _number(self, method: str) -> float:
        return _sure(as_number(await self.call(method)), method, "a number")

    async def _whole(self, method: str) -> int:
        return _sure(as_whole(await self.call(method)), method, "a number")

    async def _filename(self, method: str) -> str:
        """Return the file's name in an answer."""
        members = as_mapping(await self.call(method)) or {}
        return _sure(as_text(members.get("filename")), method, "a file's name")

    async def _list(self, method: str, read: Callable[[object], T | None], **params: object) -> list[T]:
        """Return what can be read of a list."""
        values = _sure(as_list(await self.call(method, params)), method, "a list")
        return [value for one in values if (value := read(one)) is not None]


def _sure(value: T | None, method: str, what: str) -> T:
    if value is None:
        raise AnswerError(f"{method} is not answered by {what}", method=method)
    return value
