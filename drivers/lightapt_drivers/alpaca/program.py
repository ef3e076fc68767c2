"""The driver's program: one device, all devices of some servers, or all of the network."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Final, cast

from lightapt_drivers import DriverError, run_devices, time_limit
from lightapt_protocol.errors import ProtocolError
from lightapt_protocol.members import OneText
from lightapt_protocol.messages import NewTextVector

from ..kit.configuration import ConfigurationFile, folder
from ..kit.driver import Driver
from ..kit.stdio import Stdio
from .answers import body_of
from .bridge import AlpacaDevice
from .companions import MEMBERS
from .discovery import DISCOVERY_PORT, search
from .errors import AlpacaError
from .management import as_name
from .offering import AlpacaOffering, Yard
from .places import AlpacaType, Place, full_address
from .switchyard import Switchyard
from .web import fetch
from .words import clean

__all__ = ["device_for", "main"]

_log = logging.getLogger(__name__)
_ASK_NAME: Final = 2.0
"""Seconds that a device has to tell its name when the driver starts."""
_NAME: Final = "ALPACA_NAME"
_FAREWELL: Final = 1.0
_NOBODY_FOUND: Final = "nobody answers discovery on UDP {}: is a firewall in the way? Else give --address host:port"
_LAST_PORT: Final = 65535
_NOBODY: Final[Mapping[str, str]] = {}
_CLASSES: Final = {kind: (f".{kind.name.lower()}", f"Alpaca{kind.title}") for kind in AlpacaType}
_EXAMPLES: Final = """\
examples:
  lightapt-server --driver alpaca
      find all Alpaca devices on the network, and bridge them
  lightapt-server --driver "alpaca --address 192.168.1.20:11111"
      all devices of one server
  lightapt-server --driver "alpaca --address 192.168.1.20 --address 192.168.1.21"
      all devices of two servers: those of one name are told apart, and keep the names that they are given
  lightapt-server --driver "alpaca --address 192.168.1.20:11111 --type camera --number 0 --name 'My Camera'"
      one device; its server needs neither discovery nor management
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver; return its exit code."""
    parser = _parser(os.environ)
    options = parser.parse_args(arguments)
    if options.type is not None and options.address is None:
        parser.error("--type needs --address: where is the device?")
    if options.type is not None and len(options.address) > 1:
        parser.error("--type needs one --address, not more: which server has the device?")
    for option in ("number", "active"):
        if options.type is None and getattr(options, option) not in (None, []):
            parser.error(f"--{option} needs --type: which of a server's devices is it?")
    if options.type is not None:
        place = Place(options.address[0], options.type, options.number or 0)
        file = ConfigurationFile.of(f"{place} (name)", within=folder(os.environ))
        name = options.name or _own_name(place, file)
        _log_as(name)
        return run_devices([device_for(place, name=name, active=dict(options.active))])
    return _run_offering(options)


def device_for(place: Place, *, name: str, active: Mapping[str, str] = _NOBODY) -> AlpacaDevice:
    """Return the device that stands for the Alpaca device at a place; its type's module is loaded only now.

    Args:
        place: Where it is.
        name: The name of the INDI device.
        active: Whom it looks at unless people say otherwise, by the member of ACTIVE_DEVICES; others are passed over.
    """
    module, known = _CLASSES[place.type]
    make = cast("Callable[..., AlpacaDevice]", getattr(import_module(module, __package__), known))
    device = make(name, place=place)
    device.active_devices.set({member: other for member, other in active.items() if member in device.snoops})
    return device


def _log_as(name: str) -> None:
    """Have the log name the device: what the children of one driver log comes to the server together."""
    logging.basicConfig(level=logging.INFO, format=f"%(levelname)s {name.replace('%', '%%')}: %(message)s")


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lightapt-alpaca",
        description="ASCOM Alpaca devices as INDI devices: an INDI driver, which an INDI server starts. Without "
        "--address it finds the devices on the network; each is bridged by a process of its own.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--address",
        type=_address,
        action="append",
        help="the Alpaca server: host:port, or host for port 11111; may be given more than once",
    )
    parser.add_argument(
        "--type", type=_type, metavar="TYPE", help=f"only one device, of this type: {', '.join(_type_names())}"
    )
    parser.add_argument("--number", type=_number, help="the number of that device (default: 0)")
    parser.add_argument(
        "--name",
        type=clean,
        default=environment.get("INDIDEV", ""),
        help="name of the INDI device (default: what the environment variable INDIDEV says, else the name that the "
        "Alpaca device has)",
    )
    parser.add_argument(
        "--active",
        type=_active,
        action="append",
        default=[],
        metavar="MEMBER=NAME",
        help="whom that device looks at, unless ACTIVE_DEVICES was saved: such as ACTIVE_TELESCOPE=Mount; may be given "
        "more than once (default: the only ones of their types that the same server has, where all are bridged)",
    )
    parser.add_argument(
        "--discovery-port",
        type=_port,
        default=DISCOVERY_PORT,
        help="the UDP port of Alpaca's discovery (default: %(default)s)",
    )
    return parser


def _own_name(place: Place, file: ConfigurationFile) -> str:
    """Return what a device calls itself, or called itself when it could be asked last; else a name of ours.

    That name stays: what clients have written down of the device is by its name.
    """
    if (kept := _remembered(file)) == place.default_name:
        return kept
    path, asked = f"/api/v1/{place.type.value}/{place.number}/name", f"GET name of {place}"
    ids = {"ClientID": 1, "ClientTransactionID": 1}
    try:
        reply = fetch(place.address, path, ids, asked=asked, limit=_ASK_NAME)
        told = body_of(reply.status, reply.body, asked=asked).get("Value")
    except AlpacaError as error:
        told, name = None, kept or place.default_name
        _log.warning("%s does not tell its name (%s): it is %s; --name gives it another", place, error, name)
    name = (as_name(told) if isinstance(told, str) else "") or kept or place.default_name
    if name != kept:
        _remember(file, place, name)
    return name


def _remembered(file: ConfigurationFile) -> str:
    """Return the name that a device had; empty for none."""
    with suppress(DriverError):
        for request in file.load() or []:
            if isinstance(request, NewTextVector) and request.name == _NAME:
                return next((one.value.strip() for one in request.members), "")
    return ""


def _remember(file: ConfigurationFile, place: Place, name: str) -> None:
    """Have a device be called the same when its server is off as the driver starts."""
    try:
        file.save([NewTextVector(str(place), _NAME, members=(OneText("NAME", name),))])
    except DriverError as error:
        _log.warning("the name of %s is not remembered: %s", place, error)


# All devices of some servers, or of the network.


def _run_offering(options: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")  # to stderr, which servers relay
    code = 0
    try:
        asyncio.run(_serve(options, os.environ))
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


async def _serve(options: argparse.Namespace, environment: Mapping[str, str]) -> None:
    if (task := asyncio.current_task()) is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    own = {name: value for name, value in environment.items() if name not in ("INDIDEV", "INDICONFIG")}
    with Stdio() as port:
        yard = Switchyard(port, environment=own)
        offering = _offering(options, yard)
        await yard.run(lambda inner: Driver(inner, [offering], file=_file(environment)).run(), offering.name)
        try:
            async with time_limit(_FAREWELL):
                await port.flush()
        except TimeoutError:
            _log.warning("the server left something unread")


def _offering(options: argparse.Namespace, yard: Yard) -> AlpacaOffering:
    """Return the device that has those bridged that are at the given addresses, or anywhere on the network."""
    addresses: list[str] = options.address or []

    async def find() -> list[str]:
        return addresses or await search(port=options.discovery_port)

    name = options.name or (_name_at(addresses[0]) if addresses else "Alpaca")
    return AlpacaOffering(name, yard=yard, find=find, nobody=_NOBODY_FOUND.format(options.discovery_port))


def _name_at(address: str) -> str:
    """Return the device's name for an address, without dots: indi_getprop and indi_setprop take these for its end."""
    host, _, port = address.rpartition(":")
    return f"Alpaca {host.replace('.', '-')} {port}"


def _file(environment: Mapping[str, str]) -> Callable[[str], Path | None]:
    """Return where the device keeps its configuration: as every driver's."""
    within, given = folder(environment), environment.get("INDICONFIG")
    return lambda device: Path(given) if given else ConfigurationFile.of(device, within=within).path


# What is written on the command line.


def _address(word: str) -> str:
    try:
        return full_address(word)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _type(word: str) -> AlpacaType:
    for kind in AlpacaType:
        if word.lower().replace("-", "").replace("_", "") == kind.value:
            return kind
    raise argparse.ArgumentTypeError(f"{word} is no type of Alpaca devices: choose from {', '.join(_type_names())}")


def _type_names() -> list[str]:
    return [kind.value for kind in AlpacaType]


def _number(word: str) -> int:
    if not word.isdecimal():
        raise argparse.ArgumentTypeError(f"{word} is no number of a device: they count from 0")
    return int(word)


def _active(word: str) -> tuple[str, str]:
    member, _, name = word.partition("=")
    if member not in MEMBERS or not name:
        raise argparse.ArgumentTypeError(f"{word} names nobody: write MEMBER=NAME; members are {', '.join(MEMBERS)}")
    return member, name


def _port(word: str) -> int:
    if not word.isdecimal() or not 0 < int(word) <= _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{word} is no UDP port: they go from 1 to {_LAST_PORT}")
    return int(word)


if __name__ == "__main__":
    sys.exit(main())
