"""Programs for the rows about Alpaca: `python -m tests.benchmarks.alpaca_peers TASK ...`.

`serve ELEMENT SIDE RATE` has a camera whose image it sends from memory, so many bytes a second (0: as fast as it can);
it prints its port, then the clock at each request for the image. `download PORT COUNT` is a bare download by Python's
own HTTP client; it prints the clock when each image has come.
"""

from __future__ import annotations

import socket
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection
from typing import Any

import numpy as np

from lightapt_drivers.alpaca.images import IMAGE_BYTES, Element
from tests.drivers.alpaca.cameras import DEVICE, camera
from tests.drivers.alpaca.images import TYPES, header
from tests.drivers.alpaca.recorded import Raw, Recorded

PAUSE = 0.3
"""Seconds between two images, for all: who has just been at work is faster than who is woken."""
_SO_MAX_PACING_RATE = 47
"""Of socket(7), which Python has no name for: bytes a second that the kernel sends."""
_MAX_ADU = {Element.INT16: 32767, Element.UINT16: 65535, Element.INT32: 65535}


def _say_now() -> None:
    print(time.perf_counter(), flush=True)


def _serve(element: Element, side: int, rate: int) -> None:
    pixels = np.random.default_rng(1).integers(0, _MAX_ADU[element], (side, side)).astype(TYPES[element])
    image = Raw(header(element, (side, side)) + pixels.tobytes(), content_type=IMAGE_BYTES)

    def send(_: object) -> Any:
        for connection in list(server._open) if rate else ():
            with suppress(OSError):  # one of before, which is closed already
                connection.setsockopt(socket.SOL_SOCKET, _SO_MAX_PACING_RATE, rate)
        _say_now()
        return image

    chip = {"cameraxsize": side, "cameraysize": side, "maxadu": _MAX_ADU[element], "imagearray": send}
    with Recorded({DEVICE: camera(4, **chip)}) as server:
        print(server.address.rpartition(":")[2], flush=True)
        sys.stdin.read()


def _download(port: int, count: int) -> None:
    for _ in range(count):
        time.sleep(PAUSE)
        connection = HTTPConnection("127.0.0.1", port)
        connection.request("GET", f"/api/v1/{DEVICE}/imagearray", headers={"Accept": IMAGE_BYTES})
        body = connection.getresponse().read()
        _say_now()
        connection.close()
        del body


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", element, side, rate]:
            _serve(Element[element], int(side), int(rate))
        case ["download", port, count]:
            _download(int(port), int(count))
