"""LightAPT's drivers, and the kit that they are made with.

A device is a class: its properties are class attributes, and its methods are decorated with when they are called.
``run`` makes a program of it that any INDI server can start.
"""

from lightapt_protocol.members import DefBlob, DefLight, DefNumber, DefSwitch, DefText, OneBlob
from lightapt_protocol.mirror import Change
from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import Permission, State, SwitchRule, SwitchState

from .kit.device import Device
from .kit.driver import Driver
from .kit.errors import DriverError, HardwareError, LinkLostError, RefusedError
from .kit.handlers import WhileBusy, every, on_connect, on_disconnect, on_new, on_snoop, operation
from .kit.limits import time_limit
from .kit.live import Live, LiveButton, LiveLight, LiveSwitch, LiveText
from .kit.live_blobs import LiveBlob
from .kit.live_numbers import LiveNumber
from .kit.loading import load
from .kit.program import run, run_devices
from .kit.snooping import LiveSnoop, Snooped
from .kit.vectors import (
    CONNECTION,
    GENERAL,
    MAIN,
    OPTIONS,
    SITE,
    BlobVector,
    ButtonVector,
    CountdownVector,
    LightVector,
    NumberVector,
    SwitchVector,
    TextVector,
    Vector,
)
from .kit.wanted import Blobs, Numbers, Switches, Texts, Wanted
from .kit.wire import BlobBuffer

__all__ = [
    "CONNECTION",
    "GENERAL",
    "MAIN",
    "OPTIONS",
    "SITE",
    "BlobBuffer",
    "BlobVector",
    "Blobs",
    "ButtonVector",
    "Change",
    "CountdownVector",
    "DefBlob",
    "DefLight",
    "DefNumber",
    "DefSwitch",
    "DefText",
    "Device",
    "Driver",
    "DriverError",
    "DriverInterface",
    "HardwareError",
    "LightVector",
    "LinkLostError",
    "Live",
    "LiveBlob",
    "LiveButton",
    "LiveLight",
    "LiveNumber",
    "LiveSnoop",
    "LiveSwitch",
    "LiveText",
    "NumberVector",
    "Numbers",
    "OneBlob",
    "Permission",
    "RefusedError",
    "Snooped",
    "Standard",
    "State",
    "SwitchRule",
    "SwitchState",
    "SwitchVector",
    "Switches",
    "TextVector",
    "Texts",
    "Vector",
    "Wanted",
    "WhileBusy",
    "every",
    "load",
    "on_connect",
    "on_disconnect",
    "on_new",
    "on_snoop",
    "operation",
    "run",
    "run_devices",
    "time_limit",
]
