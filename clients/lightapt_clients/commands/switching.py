"""Devices switched on and off: what `connect` and `disconnect` have in common."""

from __future__ import annotations

import argparse
from typing import Final

from lightapt_protocol.standard import Standard

from ..client import Client
from ..devices import Device
from ..errors import ClientError, DisconnectedError, WaitTimeoutError
from .connecting import opened
from .console import Console
from .exits import CommandError, ExitCode
from .patterns import nearest
from .telling import QUIET, told

__all__ = ["switch"]

_PATIENCE: Final = 2.0
"""For devices to be there."""


async def switch(options: argparse.Namespace, console: Console, *, is_connecting: bool) -> ExitCode:
    """Have the devices that the options name connect, or disconnect."""
    if not options.names and not options.all:
        raise CommandError("which devices? Name them, or say --all", ExitCode.TROUBLE)
    async with opened(options) as client:
        await told(client, lambda: _has_all(client, options), timeout=_PATIENCE, quiet=QUIET if options.all else None)
        names = options.names or [name for name, one in client.mirror.devices.items() if Standard.CONNECTION in one]
        if not names:
            raise CommandError(_none(client))
        code = ExitCode.DONE
        for name in names:
            try:
                await _switch(Device(client, name), is_connecting=is_connecting, timeout=options.timeout or None)
            except DisconnectedError:
                raise
            except ClientError as error:
                console.note(f"lightapt: {error}")
                code = ExitCode.NO
            else:
                done = "connected" if is_connecting else "disconnected"
                console.result({"device": name, "connected": is_connecting}, f"{name}: {done}")
    return code


def _has_all(client: Client, options: argparse.Namespace) -> bool:
    return not options.all and all(Standard.CONNECTION in client.mirror.devices.get(name, {}) for name in options.names)


def _none(client: Client) -> str:
    """Return in words why there is nothing to switch."""
    if not client.mirror.devices:
        return f"the server at {client.address} has no devices, or none that answered"
    listed = ", ".join(sorted(client.mirror.devices))
    return f"nothing at {client.address} has hardware to connect to; there are {listed}"


async def _switch(device: Device, *, is_connecting: bool, timeout: float | None) -> None:
    known = device.client.mirror.devices
    if device.name not in known:
        meant = nearest(device.name, known)
        words = f"did you mean {meant!r}?" if meant else f"there are {', '.join(sorted(known)) or 'none'}"
        raise WaitTimeoutError(f"there is no device {device.name!r}; {words}")
    if Standard.CONNECTION not in device:
        raise WaitTimeoutError(f"{device.name} has nothing to connect to: it has no property {Standard.CONNECTION}")
    await (device.connect(timeout=timeout) if is_connecting else device.disconnect(timeout=timeout))
