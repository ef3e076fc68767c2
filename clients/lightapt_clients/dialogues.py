"""A request and the waiting for its answer: what :mod:`.answers` judges, with a connection and a clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from lightapt_protocol.messages import AnyRequest
from lightapt_protocol.mirror import Change, Property

from .answers import GRACE, Answer, Certainty, Verdict
from .errors import AlertError, DisconnectedError, MissingError, WaitTimeoutError
from .limits import Limit, in_time
from .subscriptions import Changes

if TYPE_CHECKING:
    from .client import Client

__all__ = ["USUAL_PATIENCE", "Patience", "answered", "lost_with", "patience_of"]

_LEAVE: Final = 3.0
"""Seconds from which on a device that is gone is not gone with its server."""
_RELAPSE: Final = 2.0
"""Seconds in which a device that refused somebody else is Busy again: libindi's drivers look each second."""
Patience: TypeAlias = Mapping[Certainty, float]
"""For how many seconds nothing must contradict an answer for it to count."""


def patience_of(grace: float, settle: float) -> Patience:
    """Return so many seconds for what is perhaps the answer, and so many for what is likely it."""
    return {Certainty.SURE: 0.0, Certainty.LIKELY: settle, Certainty.PERHAPS: grace}


USUAL_PATIENCE: Final = patience_of(GRACE, 0.0)


async def answered(
    client: Client,
    request: AnyRequest,
    before: Property,
    *,
    timeout: float | None,
    patience: Patience = USUAL_PATIENCE,
    until_begun: bool = False,
    echoes: bool = False,
    is_there: Callable[[Property], bool] = lambda _: False,
    sent: Callable[[], None] = lambda: None,
) -> Property:
    """Send a request, wait for its answer, and return the property as it is then.

    Args:
        client: Whose it is.
        request: What to ask for.
        before: The property as it is before.
        timeout: Seconds; None for ever.
        patience: For answers that are not sure.
        until_begun: Whether it is enough that the device is Busy with it.
        echoes: Whether the device shows what it was asked for as it begins; see :class:`Answer`.
        is_there: Whether a property at its end has done what was asked; likewise.
        sent: Called when the request is on its way.

    Raises:
        ClientError: It was not done; see :meth:`Property.set`.
    """
    answer = Answer(request, before, echoes=echoes, is_there=is_there)
    with client.dialogue(request.device) as changes:
        try:
            async with in_time(timeout) as limit:
                await client.send(request)
                sent()
                verdict = await _verdict(answer, changes, limit, patience=patience, until_begun=until_begun)
        except StopAsyncIteration:
            why = client.fault or "the client was closed"
            raise DisconnectedError(f"{request.device}.{request.name} had not answered yet: {why}") from None
        except TimeoutError as error:
            if answer.verdict is None:
                raise client.late(f"{request.device}.{request.name} after a request", timeout) from error
            verdict = answer.verdict
    if isinstance(verdict.error, MissingError) and (fault := await lost_with(client, request.device)) is not None:
        raise DisconnectedError(f"{request.device}.{request.name} had not answered yet: {fault}")
    return verdict.result()


async def lost_with(client: Client, device: str) -> DisconnectedError | None:
    """Return the loss of the connection with which a device is gone; None where it is there, or gone by itself.

    A server that ends takes leave of its devices first, and closes its connections when its drivers have ended: a while
    is waited for that.
    """

    def known(_: Change | None) -> DisconnectedError | bool | None:
        return client.fault or (True if device in client.mirror.devices else None)

    try:
        found = await client.wait_for(known, timeout=_LEAVE)
    except WaitTimeoutError:
        return None
    return found if isinstance(found, DisconnectedError) else None


async def _verdict(
    answer: Answer,
    changes: Changes,
    limit: Limit,
    *,
    patience: Patience,
    until_begun: bool,
) -> Verdict:
    """Listen until the answer is sure; as soon as there is one at all, let the time be over soon."""
    deadline, clock = limit.when(), asyncio.get_running_loop().time
    certainty: Certainty | None = None
    while True:
        change = await _next(changes, answer)
        verdict = answer.heard(change)
        if verdict is not None and not patience[verdict.certainty]:
            return verdict
        if until_begun and answer.is_under_way and change.current is not None:
            return Verdict(Certainty.SURE, change.current)
        if certainty is not (certainty := verdict.certainty if verdict else None):
            soon = None if verdict is None else clock() + _patience_with(verdict, patience)
            limit.reschedule(min((time for time in (deadline, soon) if time is not None), default=None))


def _patience_with(verdict: Verdict, patience: Patience) -> float:
    seconds = patience[verdict.certainty]
    return min(seconds, _RELAPSE) if isinstance(verdict.error, AlertError) else seconds


async def _next(changes: Changes, answer: Answer) -> Change:
    """Return the next change; a loss of the connection counts only where the device has not begun.

    Raises:
        DisconnectedError: It does count.
        StopAsyncIteration: There are no more: the client was closed, or does not connect again.
    """
    while True:
        try:
            return await anext(changes)
        except DisconnectedError:
            if not answer.is_under_way:
                raise
            answer.lost()
