"""A puppet server that a subcommand talks to: it tells what it has to each who comes, and listens."""

import asyncio
from contextlib import asynccontextmanager, suppress

from lightapt_protocol.messages import GetProperties

from ..puppet import LONG, later, puppet

__all__ = ["telling", "telling_all"]


def telling(*definitions, play=None):
    """Yield the address of a server; `play(end)` goes on when it has told what it has, and must be done in the end."""

    async def serve(end):
        await end.expect(GetProperties)
        await end.say(*definitions)
        if play is not None:
            await play(end)

    return _serving(serve, is_awaited=play is not None)


def telling_all(*definitions):
    """Yield the address of a server; when the client has read what it has, limits of LONG seconds are over."""

    async def serve(end):
        await end.say(*definitions)
        with suppress(ConnectionError, AssertionError):  # a tool that knows enough leaves
            await end.sync()
            later(LONG)

    return _serving(serve, is_awaited=False)


@asynccontextmanager
async def _serving(serve, *, is_awaited):
    async with puppet() as server:

        async def serve_one():
            await serve(await server.accept())

        serving = asyncio.create_task(serve_one())
        try:
            yield str(server.address)
        finally:
            if not is_awaited:
                serving.cancel()  # not every tool comes
            await asyncio.wait([serving])
            if not serving.cancelled():
                serving.result()
