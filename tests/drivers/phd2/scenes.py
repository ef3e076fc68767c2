"""Scenes: tests that are coroutines, each in a loop of its own and within its time."""

from __future__ import annotations

import asyncio
from functools import wraps

from tests.system.puppets import MS

PATIENCE = 30_000 * MS


def scene(test):
    """Run a coroutine as a test."""

    @wraps(test)
    def run(*args, **options):
        async def in_time():
            async with asyncio.timeout(PATIENCE):
                await test(*args, **options)

        asyncio.run(in_time())

    return run
