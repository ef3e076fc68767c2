"""The command line of a driver: from ``main`` to the end of its input."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
from collections.abc import Sequence

from lightapt_protocol.errors import ProtocolError

from .definitions import Identity
from .device import Device
from .stdio import Stdio

__all__ = ["run"]

_log = logging.getLogger(__name__)
_FAREWELL = 1.0
"""Seconds in which the server may still take what was said before its end of input."""


def run(device: type[Device], arguments: Sequence[str] | None = None) -> int:
    """Run a driver on stdin and stdout; return its exit code."""
    given = _parser(device.identity).parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")  # to stderr, which servers relay
    code = 0
    try:
        asyncio.run(_serve(device, given.name))
    except* (BrokenPipeError, ConnectionResetError):
        pass  # the server went without a word, which ends a driver as well
    except* ProtocolError as group:
        _log.critical("%s: what came is not INDI: %s", given.name, "; ".join(map(str, group.exceptions)))
        code = 1
    except* KeyboardInterrupt:
        code = 130
    return code


def _parser(identity: Identity) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=identity.executable,
        description=f"{identity.summary}: an INDI driver, which an INDI server starts. "
        "It speaks INDI on its standard input and output, and ends with its input.",
    )
    parser.add_argument(
        "--name",
        default=os.environ.get("INDIDEV") or identity.device,
        help=f"name of the device (default: what the environment variable INDIDEV says, else {identity.device})",
    )
    return parser


async def _serve(device: type[Device], name: str) -> None:
    with Stdio() as port:
        await device(name, port).run()
        try:
            async with asyncio.timeout(_FAREWELL):
                await port.flush()
        except TimeoutError:
            _log.warning("%s: the server left something unread", name)
