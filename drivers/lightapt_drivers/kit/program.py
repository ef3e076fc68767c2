"""The command line of a driver: from ``main`` to the end of its input."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from lightapt_protocol.errors import ProtocolError

from .configuration import ConfigurationFile, folder
from .device import Device
from .driver import Driver
from .limits import time_limit
from .stdio import Stdio

__all__ = ["Options", "run", "run_devices"]

_log = logging.getLogger(__name__)
_FAREWELL = 1.0
"""Seconds in which the server may still take what was said before its end of input."""

Options = argparse.Namespace


def run(device: type[Device], arguments: Sequence[str] | None = None) -> int:
    """Run a driver of one device on stdin and stdout; return its exit code.

    The class may have options of its own: its ``add_options`` is given the parser, and its ``from_options`` what it
    parsed.
    """
    parser = _parser(device)
    device.add_options(parser)
    options = parser.parse_args(arguments)
    return run_devices([device.from_options(options)])


def run_devices(devices: Iterable[Device]) -> int:
    """Run a driver of several devices on stdin and stdout; return its exit code."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")  # to stderr, which servers relay
    code, devices = 0, list(devices)
    try:
        asyncio.run(_serve(devices, _files(os.environ, devices)))
    except* (BrokenPipeError, ConnectionResetError):
        pass  # the server went without a word, which ends a driver as well
    except* ProtocolError as group:
        _log.critical("what came is not INDI: %s", "; ".join(map(str, group.exceptions)))
        code = 1
    except* KeyboardInterrupt:
        code = 128 + signal.SIGINT
    except* asyncio.CancelledError:
        code = 128 + signal.SIGTERM
    return code


def _parser(device: type[Device]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=device.executable or None,
        description=f"{device.summary()}: an INDI driver, which an INDI server starts. "
        "It speaks INDI on its standard input and output, and ends with its input.",
    )
    name = device.default_name()
    parser.add_argument(
        "--name",
        default=os.environ.get("INDIDEV") or name,
        help=f"name of the device (default: what the environment variable INDIDEV says, else {name})",
    )
    return parser


def _files(environment: Mapping[str, str], devices: Sequence[Device]) -> Callable[[str], Path]:
    """Return where a device keeps its configuration: in the user's folder, the first where the server says."""
    within = folder(environment)
    named = {devices[0].name: Path(path)} if (path := environment.get("INDICONFIG")) and devices else {}
    return lambda device: named.get(device) or ConfigurationFile.of(device, within=within).path


async def _serve(devices: Iterable[Device], file: Callable[[str], Path]) -> None:
    if (task := asyncio.current_task()) is not None:  # to be told to end is no reason to leave a motor running
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with Stdio() as port:
        await Driver(port, devices, file=file).run()
        try:
            async with time_limit(_FAREWELL):
                await port.flush()
        except TimeoutError:
            _log.warning("the server left something unread")
