#!/usr/bin/env python3
"""Print whatever changes at a server, also over restarts of it: watch.py [SERVER]."""

import asyncio
import sys
from contextlib import suppress

from lightapt_clients import Client, connect
from lightapt_clients.requests import member_value


async def watch_changes(indi: Client) -> None:
    async for change in indi.changes():
        if change.current is None:
            print(change.device, change.name, change.kind.value, change.text)
            continue
        values = {name: member_value(one) for name, one in change.current.members.items()}
        print(change.device, change.name, change.kind.value, change.current.state.name, values)


async def watch_connection(indi: Client) -> None:
    async for is_connected in indi.connection():
        print("connected" if is_connected else f"no connection: {indi.fault}")


async def main(server: str) -> None:
    async with connect(server) as indi, asyncio.TaskGroup() as tasks:
        tasks.create_task(watch_changes(indi))
        tasks.create_task(watch_connection(indi))


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "localhost"))
