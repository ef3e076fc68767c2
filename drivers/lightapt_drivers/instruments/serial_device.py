"""What drivers of serial instruments share: where the instrument is, and the line to it."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from pathlib import PurePath
from typing import Final, Self

from lightapt_drivers import (
    CONNECTION,
    GENERAL,
    DefSwitch,
    DefText,
    Device,
    Permission,
    RefusedError,
    Standard,
    Switches,
    SwitchRule,
    SwitchVector,
    Texts,
    TextVector,
    every,
    on_connect,
    on_disconnect,
    on_new,
)

from .emulators.commands import Emulator
from .emulators.line import Line
from .errors import LinkLostError
from .link import Link, Patience, open_link
from .ports import serial_ports
from .sockets import SCHEME

__all__ = ["PATIENCE", "SerialDevice"]

PATIENCE: Final = Patience(attempts=3)
"""One silence may be noise, and a board that starts anew when its port is opened takes some seconds to speak."""
_LOOK_FOR_PORTS: Final = 5.0
"""Seconds between two looks at which ports there are."""
_ON_NETWORK: Final = re.compile(r"(?:socket://)?(\[[^/\]]+\]|[^/:]+):(\d+)")


class SerialDevice(Device):
    """Speaks to an instrument over a serial port, or over a serial bridge on the network.

    Name it last among a driver's bases: then the line is open before the driver and its other bases begin, and is
    closed after they have ended. A driver takes :attr:`link` in a method of its own for ``on_connect``.

    An instrument that has not answered three times in a row is lost: the kit then closes the port, tells the clients
    and looks for it. A question that changes nothing (:attr:`~.queries.Manner.AGAIN`) is put so often at once; of any
    other a single silence is but a failure.

    While SIMULATION is enabled there is an emulator at the other end of the line, and all else is as ever.

    Args:
        name: The device's name.
        port: Where the instrument is, before what is saved counts: a serial port, or ``host:port`` on the network.
        simulate: Whether SIMULATION is enabled, likewise.
        patience: With an instrument that does not answer.
    """

    simulates = True

    connection_mode = SwitchVector.standard(
        Standard.CONNECTION_MODE,
        "Serial",
        "Network",
        on="CONNECTION_SERIAL",
        label="Connection mode",
        group=CONNECTION,
        always=True,
        saved=True,
    )
    device_port = TextVector(
        Standard.DEVICE_PORT,
        DefText("PORT", "/dev/ttyUSB0", label="Port"),
        label="Serial port",
        group=CONNECTION,
        always=True,
        saved=True,
    )
    system_ports = SwitchVector(
        Standard.SYSTEM_PORTS,
        label="Serial ports found",
        group=CONNECTION,
        rule=SwitchRule.AT_MOST_ONE,
        always=True,
    )
    device_baud_rate = SwitchVector.standard(
        Standard.DEVICE_BAUD_RATE,
        *Standard.DEVICE_BAUD_RATE.members,
        on="9600",
        label="Baud rate",
        group=CONNECTION,
        always=True,
        saved=True,
    )
    device_address = TextVector(
        Standard.DEVICE_ADDRESS,
        DefText("ADDRESS", label="Host"),
        DefText("PORT", label="Port"),
        label="Network address",
        group=CONNECTION,
        always=True,
        saved=True,
    )
    instrument = TextVector(
        "INSTRUMENT_INFO",
        DefText("MODEL", label="Model"),
        DefText("FIRMWARE", label="Firmware"),
        label="Instrument",
        group=GENERAL,
        perm=Permission.READ_ONLY,
    )

    def __init__(
        self, name: str = "", *, port: str = "", simulate: bool = False, patience: Patience = PATIENCE
    ) -> None:
        super().__init__(name)
        self._patience = patience
        self._link: Link | None = None
        self._line: Line | None = None
        self._emulator: Emulator | None = None
        self._given: dict[str, dict[str, str | bool]] = {}
        if port:
            self._given |= _place(port)
        if simulate:
            self._given[Standard.SIMULATION] = {"ENABLE": True}
        for given, members in self._given.items():
            live = self.vectors[given]
            live.set(members)
            live.redefine(*live.definition.members)  # to be what CONFIG_DEFAULT returns to
        self.hide(self.system_ports)

    @classmethod
    def add_options(cls, parser: ArgumentParser) -> None:
        """Add where the instrument is."""
        parser.add_argument(
            "--port",
            default="",
            help="the instrument's serial port, or host:port of a serial bridge on the network; goes before what is "
            "saved (default: what is saved, else /dev/ttyUSB0)",
        )
        parser.add_argument("--simulate", action="store_true", help="speak to an emulator, not to an instrument")

    @classmethod
    def from_options(cls, options: Namespace) -> Self:
        """Return the device that a command line asks for."""
        return cls(options.name, port=options.port, simulate=options.simulate)

    # For a driver to fill in.

    def make_emulator(self) -> Emulator:
        """Return the instrument to speak to while SIMULATION is enabled; it outlasts connections."""
        raise NotImplementedError

    # For a driver to use.

    @property
    def link(self) -> Link:
        """The open line.

        Raises:
            LinkLostError: There is none.
        """
        if self._link is None:
            raise LinkLostError(f"{self.name} is not connected", port=self.device_port.value)
        return self._link

    # What every serial device does.

    async def restore(self, *, connected: bool, remembered: bool = True) -> None:
        """See :class:`~lightapt_drivers.kit.device.Device`; what the command line says comes behind, and counts."""
        await super().restore(connected=connected, remembered=remembered)
        if not connected:
            for given, members in self._given.items():
                self.request(self.vectors[given], **members)

    @on_connect
    async def _open_link(self) -> None:
        address = self._emulated() if self.simulation["ENABLE"] else self._address()
        baud = int(self.device_baud_rate.choice)
        self._link = await open_link(address, baud=baud, patience=self._patience, log=self.log)

    @on_disconnect
    async def _close_link(self) -> None:
        link, self._link = self._link, None
        line, self._line = self._line, None
        try:
            if link is not None:
                await link.drain()
        finally:
            if link is not None:
                link.close()
            if line is not None:
                line.unplug()

    @on_new(device_port)
    async def _set_port(self, wanted: Texts) -> None:
        self.device_port.ok(wanted)
        self._mark_port()

    @on_new(system_ports)
    async def _choose_port(self, wanted: Switches) -> None:
        if wanted.choice:
            self.request(self.device_port, PORT=wanted.choice)

    @every(_LOOK_FOR_PORTS, always=True)
    async def _look_for_ports(self) -> None:
        ports = serial_ports()
        if [port.path for port in ports] == list(self.system_ports):
            return
        members = (DefSwitch(port.path, label=port.description or PurePath(port.path).name) for port in ports)
        self.hide(self.system_ports)
        if ports:
            self.system_ports.redefine(*members)
            self._mark_port()
            self.show(self.system_ports)

    def _mark_port(self) -> None:
        """Have that one of the ports found be on which is to be opened."""
        chosen = self.device_port.value
        self.system_ports.change({path: path == chosen for path in self.system_ports})

    def _address(self) -> str:
        """Return what is to be opened.

        Raises:
            RefusedError: Nobody has said what.
        """
        if self.connection_mode.choice == "CONNECTION_TCP":
            host, port = self.device_address["ADDRESS"].strip(), self.device_address["PORT"].strip()
            if not host or not port:
                raise RefusedError("set DEVICE_ADDRESS first: the host, and the port on it")
            return f"{SCHEME}[{host}]:{port}" if ":" in host and host[0] != "[" else f"{SCHEME}{host}:{port}"
        if not (port := self.device_port.value.strip()):
            raise RefusedError("set DEVICE_PORT first: to one of the serial ports")
        return port

    def _emulated(self) -> str:
        """Return the address of the emulator, at the end of a line that is plugged in."""
        self._emulator = self._emulator or self.make_emulator()
        self._line = Line(self._emulator)
        self._line.plug()
        return self._line.address


def _place(port: str) -> dict[str, dict[str, str | bool]]:
    """Return the properties that say where an instrument is, by its port in one word."""
    if found := _ON_NETWORK.fullmatch(port):
        return {
            Standard.CONNECTION_MODE: {"CONNECTION_TCP": True},
            Standard.DEVICE_ADDRESS: {"ADDRESS": found[1], "PORT": found[2]},
        }
    return {Standard.CONNECTION_MODE: {"CONNECTION_SERIAL": True}, Standard.DEVICE_PORT: {"PORT": port}}
