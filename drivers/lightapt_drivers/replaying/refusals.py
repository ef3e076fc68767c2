"""What is said to clients that want to set something of the recorded devices: that it cannot be done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from lightapt_protocol.messages import AnyRequest, Message, Notice
from lightapt_protocol.mirror import Property
from lightapt_protocol.recording import update_of
from lightapt_protocol.vocabulary import State

__all__ = ["Refusals"]

_SHOWN: Final = 1.0
"""Seconds for which a refused property is in Alert: long enough for clients that only look at its state to see it."""


class Refusals:
    """Refuses as drivers do, by Alert with words, and then has the property as it was recorded again.

    Args:
        say: Says a message to the server.
        find: Returns a property as it was recorded to be now, by device and name; None where there is none.
    """

    def __init__(self, say: Callable[[Message], None], find: Callable[[str, str], Property | None]) -> None:
        self._say = say
        self._find = find
        self._shown: dict[tuple[str, str], asyncio.TimerHandle] = {}

    def answer(self, request: AnyRequest) -> None:
        """Refuse a request, but where it asks for what is so."""
        where = request.device, request.name
        prop = self._find(*where)
        words = f"{request.name} is played from a recording and cannot be set"
        if prop is None:
            self._say(Notice(request.device, words))
            return
        recorded = update_of(prop)
        if _is_so(prop, request):
            self._say(recorded)
            return
        self._say(replace(recorded, state=State.ALERT, message=words))
        self._forget(where)
        self._shown[where] = asyncio.get_running_loop().call_later(_SHOWN, self._restore, where)

    def close(self) -> None:
        """Say nothing more."""
        for where in list(self._shown):
            self._forget(where)

    def _forget(self, where: tuple[str, str]) -> None:
        if (handle := self._shown.pop(where, None)) is not None:
            handle.cancel()

    def _restore(self, where: tuple[str, str]) -> None:
        del self._shown[where]
        if (prop := self._find(*where)) is not None:
            self._say(update_of(prop))


def _is_so(prop: Property, request: AnyRequest) -> bool:
    found = ((one, prop.members.get(one.name)) for one in request.members)
    return bool(request.members) and all(_is_same(one, member) for one, member in found)


def _is_same(one: object, member: object) -> bool:
    value = getattr(one, "value", None)  # a BLOB has none, and is never the same
    return value is not None and value == getattr(member, "value", None)
