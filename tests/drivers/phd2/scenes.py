"""Scenes: tests that are coroutines, each in a loop of its own and within its time."""

from __future__ import annotations

import asyncio
from functools import wraps

from tests.system.puppets import MS

PATIENCE = 60_000 * MS
NO_HOSTS = ("192.168..30", "pi" * 150)
"""What no host is called."""


def pass_time(seconds):
    """Have the loop's clock go forward by so much at once."""
    loop = asyncio.get_running_loop()
    time = loop.time
    loop.time = lambda: time() + seconds


def scene(test):
    """Run a coroutine as a test."""

    @wraps(test)
    def run(*args, **options):
        async def in_time():
            async with asyncio.timeout(PATIENCE):
                await test(*args, **options)

        asyncio.run(in_time())

    return run
