"""Clients that receive, each in a process of its own: `python -m tests.benchmarks.receivers PEER TASK ADDRESS COUNT`.

PEER is `ours`, `pyindi` (libindi's client from Python) or `indipyclient`. With the task `pictures` a line
`CPU WALL SIZE` is printed for each BLOB of "Puppet 0" that the program has got, with `updates` one line for the first
and one for the last of COUNT updates: seconds of the process's CPU, seconds of a clock, bytes. `ready` comes before.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
import warnings
from typing import Any

from .puppets import PUPPET

PICTURE, COORDINATES = "CCD1", "EQUATORIAL_EOD_COORD"
_FIRST, _STEP = 12.5, 1e-6
"""Right ascensions that the puppet sends."""
_PAGE = 4096


def _say(size: int = 0) -> None:
    print(time.process_time(), time.perf_counter(), size, flush=True)


def _is_last(right_ascension: float, count: int) -> bool:
    return abs(right_ascension - (_FIRST + (count - 1) * _STEP)) < _STEP / 4


# Ours.


async def _ours(task: str, address: str, count: int) -> None:
    from lightapt_clients import connect

    async with connect(address) as indi:
        device = await indi.device(PUPPET)
        await (_our_pictures if task == "pictures" else _our_updates)(device, count)


async def _our_pictures(device: Any, count: int) -> None:
    await device[PICTURE].ready()
    async with device.blobs(PICTURE) as blobs:
        print("ready", flush=True)
        for _ in range(count):
            data = (await anext(blobs)).data
            bytes(data[::_PAGE])  # memory that is only mapped has not come yet
            _say(len(data))
            del data  # to give it back takes its time


async def _our_updates(device: Any, count: int) -> None:
    await device[COORDINATES].ready()
    print("ready", flush=True)
    with device.changes(COORDINATES) as changes:
        await anext(changes)
        _say()
        async for change in changes:
            if _is_last(change.current.number("RA"), count):
                break
    assert not changes.missed
    _say()


# libindi's.


def _pyindi(task: str, address: str, count: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # SWIG's own
        import PyIndi

    seen, is_over = 0, threading.Event()

    class Client(PyIndi.BaseClient):  # type: ignore[misc] # it has no types
        def updateProperty(self, prop: Any) -> None:  # noqa: N802
            nonlocal seen
            seen += 1
            if task == "pictures" and prop.getType() == PyIndi.INDI_BLOB:
                _say(len(PyIndi.PropertyBlob(prop)[0].getblobdata()))
            elif task == "updates" and prop.getType() == PyIndi.INDI_NUMBER:
                right_ascension = PyIndi.PropertyNumber(prop)[0].getValue()
                if seen == 1 or _is_last(right_ascension, count):
                    _say()
            if task == "pictures" and seen == count:
                is_over.set()

    host, _, port = address.rpartition(":")
    client = Client()
    client.setServer(host, int(port))
    client.connectServer()
    while client.getDevice(PUPPET) is None or not client.getDevice(PUPPET).getBLOB(PICTURE):
        time.sleep(0.01)
    if task == "pictures":
        client.setBLOBMode(PyIndi.B_ALSO, PUPPET, None)
    print("ready", flush=True)
    is_over.wait()
    os._exit(0)  # its threads may abort at exit


# indipyclient.


async def _indipy(task: str, address: str, count: int) -> None:
    import indipyclient

    seen = 0

    class Client(indipyclient.IPyClient):  # type: ignore[misc] # it has no types
        async def rxevent(self, event: Any) -> None:
            nonlocal seen
            if isinstance(event, indipyclient.defBLOBVector) and event.vectorname == PICTURE:
                if task == "pictures":
                    await self.send_enableBLOB("Also", PUPPET, PICTURE)
                print("ready", flush=True)
            elif isinstance(event, indipyclient.setBLOBVector) and task == "pictures":
                _say(len(event[PICTURE]))
            elif isinstance(event, indipyclient.setNumberVector) and task == "updates":
                seen += 1
                if seen == 1 or _is_last(float(event["RA"]), count):
                    _say()

    host, _, port = address.rpartition(":")
    await Client(indihost=host, indiport=int(port)).asyncrun()


def main(peer: str, task: str, address: str, count: str) -> None:
    """Receives until it is killed, or has all."""
    match peer:
        case "ours":
            asyncio.run(_ours(task, address, int(count)))
        case "pyindi":
            _pyindi(task, address, int(count))
        case "indipyclient":
            asyncio.run(_indipy(task, address, int(count)))


if __name__ == "__main__":
    main(*sys.argv[1:])
