"""A puppet server that a subcommand talks to: it tells what it has to each who comes, and listens."""

import asyncio
from contextlib import asynccontextmanager

from lightapt_protocol.messages import GetProperties

from ..puppet import puppet

__all__ = ["telling"]


@asynccontextmanager
async def telling(*definitions, play=None):
    """Yield the address of a server; `play(end)` goes on when it has told what it has."""
    async with puppet() as server:

        async def serve():
            end = await server.accept()
            await end.expect(GetProperties)
            await end.say(*definitions)
            if play is not None:
                await play(end)

        serving = asyncio.create_task(serve())
        try:
            yield str(server.address)
        finally:
            if play is None:
                serving.cancel()  # not every tool comes
            await asyncio.wait([serving])
            if not serving.cancelled():
                serving.result()
