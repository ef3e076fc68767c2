"""alpyca's classes with another way to the server: own time limits, no lock over all devices, errors in words.

What alpyca knows is how the members and their parameters are called. Its own way to the server holds one lock of the
process during every request, gives each 5 s, and lets exceptions of four libraries through; and its image download has
no time limit. All that knows alpyca, and that is not typed, is here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from importlib import import_module
from itertools import count
from typing import Any, Final, TypeVar

from .answers import body_of
from .errors import AnswerError, DisconnectedError, LostError
from .places import AlpacaType, Place
from .web import Body, Web

__all__ = ["make_client"]

T = TypeVar("T")
_CLASSES: Final = {kind: (f"alpaca.{kind.value}", kind.title) for kind in AlpacaType}


def make_client(place: Place) -> Any:  # noqa: ANN401 - alpyca is not typed: the session gives out typed values
    """Return a device of alpyca's class for a place, whose requests are made by :class:`_Client`.

    Raises:
        AlpacaError: From its members: see :mod:`.errors`.
    """
    module, name = _CLASSES[place.type]
    known = getattr(import_module(module), name)
    client = type(name, (_Client, known), {})(place.address, place.number)
    client.place = place
    client.web = Web(place.address)
    return client


class _Client:
    """The way to the server, in place of that of alpyca's base class.

    Attributes:
        limit: Seconds in which a request must be answered.
        asked: The last request, in words.
        place: Where the device is.
        web: The connection to its server.
    """

    limit: float = 10.0
    asked: str = ""
    place: Place
    web: Web

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._client_id = random.randrange(1, 1 << 16)
        self._has_answered = False  # the last request
        self._transactions = count(1)

    def do(self, name: str, parameters: str) -> str:
        """Do an action by its name, and return its answer; alpyca leaves out Parameters where there are none."""
        return str(self._put("action", Action=name, Parameters=parameters).get("Value") or "")

    def put(self, member: str, **fields: object) -> None:
        """Do something by its name; alpyca leaves some out, and begins threads of its own for others."""
        self._put(member, **fields)

    def get(self, member: str, **fields: object) -> Any:  # noqa: ANN401 - JSON
        """Return a member as it is; alpyca hides what goes wrong with some, and cuts others up."""
        return self._get(member, **fields)

    def download(self, member: str, accept: str, by: Callable[[Body], T]) -> T:
        """Return what is read of a member's value as the server sends it."""
        self.asked = f"GET {member} of {self.place}"

        def read(body: Body) -> T:
            if not 200 <= body.status < 300:
                body_of(body.status, body.reply().body, asked=self.asked)
            return by(body)

        return self._read("GET", member, {}, accept=accept, by=read)

    # What alpyca's members call.

    def _get(self, attribute: str, tmo: object = None, **data: object) -> Any:  # noqa: ANN401, ARG002, RUF100
        self.asked = f"GET {attribute} of {self.place}"
        has_answered = self._has_answered
        try:
            answer = self._ask("GET", attribute, data)
        except LostError as error:
            # A connection that the server closed between two requests is no server that has gone. An order is never
            # given twice: it may have been obeyed.
            if isinstance(error, DisconnectedError) or not has_answered:
                raise
            answer = self._ask("GET", attribute, data)
        if "Value" not in answer:
            raise AnswerError(f"{self.asked} was answered without a Value")
        return answer["Value"]

    def _put(self, attribute: str, tmo: object = None, **data: object) -> Mapping[str, Any]:  # noqa: ARG002, RUF100
        self.asked = f"PUT {attribute} of {self.place}"
        return self._ask("PUT", attribute, data)

    def _ask(self, method: str, attribute: str, data: Mapping[str, object]) -> Mapping[str, Any]:
        reply = self._read(method, attribute, data, accept="application/json", by=Body.reply, whole=True)
        return body_of(reply.status, reply.body, asked=self.asked)

    def _read(
        self,
        method: str,
        attribute: str,
        data: Mapping[str, object],
        *,
        accept: str,
        by: Callable[[Body], T],
        whole: bool = False,
    ) -> T:
        path = f"/api/v1/{self.place.type.value}/{self.place.number}/{attribute}"
        fields = {"ClientID": self._client_id, "ClientTransactionID": next(self._transactions), **data}
        self._has_answered = False
        found = self.web.read(
            method, path, fields, asked=self.asked, limit=self.limit, accept=accept, by=by, whole=whole
        )
        self._has_answered = True
        return found
