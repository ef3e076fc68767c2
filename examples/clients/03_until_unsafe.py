#!/usr/bin/env python3
"""Take pictures until it is no longer safe to observe, then stop and park: until_unsafe.py SECONDS [SERVER].

Unsafe is also a weather station that does not answer, and a lost connection to the server.
"""

import asyncio
import sys

from lightapt_clients import Client, ClientError, connect
from lightapt_clients.kinds import Camera


async def observe(camera: Camera, seconds: float) -> None:
    number = 0
    while True:
        number += 1
        picture = await camera.expose(seconds)
        print(f"picture {number}: {len(picture)} bytes")


async def observe_until_unsafe(indi: Client, seconds: float) -> None:
    mount, camera, weather = await indi.mount(), await indi.camera(), await indi.weather()
    for device in (mount, camera, weather):
        await device.connect()
    await weather.wait_until_safe(timeout=60.0)
    try:
        async with asyncio.TaskGroup() as tasks:
            observing = tasks.create_task(observe(camera, seconds))
            await weather.wait_until_unsafe()
            print("no longer safe")
            observing.cancel()  # and with it the exposure that is under way
    except* ClientError as errors:
        print("trouble:", *errors.exceptions)
    await mount.park()
    print("parked")


async def main(seconds: float, server: str) -> None:
    async with connect(server) as indi:
        await observe_until_unsafe(indi, seconds)


if __name__ == "__main__":
    _, seconds, *server = sys.argv
    asyncio.run(main(float(seconds), server[0] if server else "localhost"))
