#!/usr/bin/env python3
"""Point the telescope at a place of J2000, and take a series of pictures: series.py RA DEC SECONDS COUNT [SERVER]."""

import sys

from lightapt_clients import AlertError
from lightapt_clients.blocking import connect


def main(ra: str, dec: str, seconds: float, count: int, server: str) -> None:
    with connect(server) as indi:
        mount, camera = indi.mount(), indi.camera()
        mount.connect()
        camera.connect()
        mount.unpark()
        mount.goto(ra, dec, j2000=True)
        for number in range(1, count + 1):
            try:
                picture = camera.expose(seconds)
            except AlertError as error:
                print(f"picture {number} failed: {error.reason}")
                continue
            picture.save(f"picture-{number:03}{picture.format}")
            print(f"picture {number} of {count}: {len(picture)} bytes")


if __name__ == "__main__":
    _, ra, dec, seconds, count, *server = sys.argv
    main(ra, dec, float(seconds), int(count), server[0] if server else "localhost")
