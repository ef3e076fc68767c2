"""List the devices of a server: their kinds, drivers, versions, and whether they are connected to their hardware.

    lightapt devices
    lightapt devices --json

Exit codes: 0 there are devices, 1 there are none, 2 no server, or wrong usage.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass

from lightapt_protocol.mirror import Device
from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import State

from ..kinds.finding import interface_of
from .connecting import add_descriptor, opened
from .console import Colour, Console
from .exits import ExitCode
from .options import add_json, add_server, add_timeout
from .telling import told

__all__ = ["add_arguments", "kinds_of", "run"]

_KINDS = {
    DriverInterface.TELESCOPE: "mount",
    DriverInterface.CCD: "camera",
    DriverInterface.FILTER: "filter wheel",
    DriverInterface.GPS: "GPS",
    DriverInterface.AO: "adaptive optics",
    DriverInterface.DUSTCAP: "dust cap",
    DriverInterface.LIGHTBOX: "light box",
    DriverInterface.AUX: "auxiliary",
    DriverInterface.IMU: "IMU",
    DriverInterface.PAC: "polar alignment",
}
"""What people call those whose names on the wire are not their own."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the subcommand takes."""
    add_json(parser)
    add_timeout(parser, "-t", default=2.0, what="for devices")
    add_server(parser)
    add_descriptor(parser)


async def run(options: argparse.Namespace, console: Console) -> ExitCode:
    """Run the subcommand."""
    async with opened(options) as client:
        await told(client, timeout=options.timeout)
        devices = dict(sorted(client.mirror.devices.items()))
    if not devices:
        console.note(f"lightapt: the server at {client.address} has no devices, or none that answered; -t waits longer")
        return ExitCode.NO
    listed = [_listed(name, device) for name, device in devices.items()]
    if console.is_json:
        for one in listed:
            console.result(asdict(one), "")
    console.table(["device", "kind", "connected", "driver", "version"], [_cells(one, console) for one in listed])
    return ExitCode.DONE


def kinds_of(device: Device) -> list[str]:
    """Return what a device is, in words."""
    return [_KINDS.get(one, (one.name or "").lower()) for one in interface_of(device)]


@dataclass(frozen=True, slots=True)
class _Listed:
    device: str
    kinds: list[str]
    driver: str
    version: str
    connected: bool | None
    alert: bool


def _listed(name: str, device: Device) -> _Listed:
    return _Listed(
        name,
        kinds=kinds_of(device),
        driver=_info(device, "DRIVER_EXEC"),
        version=_info(device, "DRIVER_VERSION"),
        connected=_is_connected(device),
        alert=Standard.CONNECTION in device and device[Standard.CONNECTION].state is State.ALERT,
    )


def _info(device: Device, member: str) -> str:
    info = device.get(Standard.DRIVER_INFO)
    return info.text(member) if info is not None and member in info.members else ""


def _is_connected(device: Device) -> bool | None:
    """Whether it is connected; None where it has no hardware to connect to."""
    connection = device.get(Standard.CONNECTION)
    if connection is None or "CONNECT" not in connection.members:
        return None
    return connection.state is State.OK and connection.is_on("CONNECT")


def _cells(one: _Listed, console: Console) -> list[str]:
    words = {True: console.paint("yes", Colour.GOOD), False: console.paint("no", Colour.FAINT), None: "-"}
    connected = console.paint("alert", Colour.BAD) if one.alert else words[one.connected]
    name = console.paint(one.device, Colour.STRONG)
    return [name, ", ".join(one.kinds) or "-", connected, one.driver, one.version]
