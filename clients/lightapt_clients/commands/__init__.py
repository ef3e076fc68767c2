"""The program ``lightapt``: what its subcommands are called, and where they live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

__all__ = ["COMMANDS", "PROGRAMS", "Subcommand"]


@dataclass(frozen=True, slots=True)
class Subcommand:
    """What ``lightapt NAME`` is.

    Attributes:
        module: Where it lives, in this package; loaded when it is used.
        help: What it does, in one line.
    """

    module: str
    help: str


COMMANDS: Final[Mapping[str, Subcommand]] = MappingProxyType(
    {
        "devices": Subcommand("devices", "list the devices of a server"),
        "connect": Subcommand("connect", "have devices connect to their hardware"),
        "disconnect": Subcommand("disconnect", "have devices let go of their hardware"),
        "get": Subcommand("get", "print properties (as indi_getprop)"),
        "set": Subcommand("set", "set properties and wait for the device's answer (as indi_setprop)"),
        "watch": Subcommand("watch", "print what changes, as it changes"),
        "eval": Subcommand("eval", "calculate with properties, or wait until something is true (as indi_eval)"),
        "goto": Subcommand("goto", "point a mount"),
        "capture": Subcommand("capture", "take pictures and save them"),
        "focus": Subcommand("focus", "move a focuser"),
        "filter": Subcommand("filter", "choose a filter"),
        "record": Subcommand("record", "keep everything that a server says in a file"),
        "log": Subcommand("log", "print a recording for people"),
        "top": Subcommand("top", "watch and edit a server live: devices, rates, drivers, clients"),
        "completion": Subcommand("completion", "print what makes a shell complete this program's arguments"),
    }
)
PROGRAMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "replay": "play a recording as an INDI driver (lightapt-replay)",
        "server": "run the hub (lightapt-server)",
    }
)
"""Subcommands that are programs of their own, ``lightapt-NAME``; any other of that form works likewise."""
