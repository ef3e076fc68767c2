"""How a program gets a device of a kind: the first that there is, or one by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from lightapt_protocol.mirror import Change
from lightapt_protocol.mirror import Device as Snapshot
from lightapt_protocol.standard import DriverInterface, Standard

from ..devices import Device
from .base import Kind

if TYPE_CHECKING:
    from ..client import Client

__all__ = ["find", "interface_of"]

K = TypeVar("K", bound=Kind)


def interface_of(device: Snapshot) -> DriverInterface:
    """Return what a device says that it is; GENERAL where it does not say."""
    info = device.get(Standard.DRIVER_INFO)
    text = info.text("DRIVER_INTERFACE") if info is not None and "DRIVER_INTERFACE" in info.members else "0"
    return DriverInterface(int(text)) if text.strip().isdecimal() else DriverInterface.GENERAL


async def find(client: Client, kind: type[K], name: str, *, timeout: float | None) -> K:
    """Wait for a device of a kind: one by its name, or else the first that there is.

    Of several, one that is of fewer other kinds is taken before one that is of more: a filter wheel before a camera
    with a wheel built in.

    Raises:
        WaitTimeoutError: There is none.
    """
    if name:
        return kind(await client.device(name, timeout=timeout))

    def found(_: Change | None) -> K | None:
        fitting = [
            (interface_of(device).bit_count(), one)
            for one, device in client.mirror.devices.items()
            if kind.interface in interface_of(device) or kind.essential in device
        ]
        return kind(Device(client, min(fitting)[1])) if fitting else None

    wanted = f"a device that is a {kind.__name__}"
    return await client.wait_for(found, timeout=timeout, wanted=wanted)
