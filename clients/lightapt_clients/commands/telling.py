"""When has a server told all that it has? INDI marks no end: it is over when no definition has come for a while.

A server answers a ping at once, not behind what its drivers have to say: it tells nothing here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from lightapt_protocol.mirror import ChangeKind

from ..client import Client
from ..errors import DisconnectedError
from ..limits import Limit

__all__ = ["QUIET", "told", "went_away"]

QUIET: Final = 0.2
"""Seconds without a definition after which there are no more; a driver's come in one piece, and within milliseconds."""


async def told(
    client: Client,
    has_all: Callable[[], bool] = lambda: False,
    *,
    timeout: float,
    quiet: float | None = QUIET,
    has_named: Callable[[], bool] = lambda: True,
) -> None:
    """Wait until the server has told all that is wanted of it.

    Args:
        client: Connected just now.
        has_all: Whether all is there that is wanted; asked after each message.
        timeout: Most seconds; 0 for ever.
        quiet: Seconds without a definition, after the first, that are the end of all; None where only `has_all` is.
        has_named: Whether all is there that silence must not be the end without; asked after each definition.

    Raises:
        DisconnectedError: The server went away meanwhile.
    """
    clock = asyncio.get_running_loop().time
    deadline = clock() + timeout if timeout else None

    def end() -> float | None:
        may_be_soon = client.mirror.devices and has_named()
        return _sooner(deadline, clock() + quiet if quiet is not None and may_be_soon else None)

    with client.changes() as changes:
        if has_all():
            return
        limit = Limit(end())
        try:
            async with limit:
                async for change in changes:
                    if has_all():
                        return
                    if quiet is not None and change.kind is ChangeKind.DEFINED:
                        limit.reschedule(end())
        except TimeoutError:
            return
    raise went_away(client)


def went_away(client: Client) -> DisconnectedError:
    """Return the error that a server went away before it had told anything."""
    why = f"\n({client.fault})" if client.fault else ""
    return DisconnectedError(f"the server at {client.address} went away before it had answered{why}")


def _sooner(one: float | None, other: float | None) -> float | None:
    return min((time for time in (one, other) if time is not None), default=None)
