"""What the built-in drivers say of themselves, as the tables of the pages about them."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
import tomllib
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Final
from unittest import mock

from lightapt_drivers import Device, Live
from lightapt_drivers.kit import snooping, vectors
from lightapt_drivers.simulators.lasting import SIMULATION
from lightapt_protocol.members import DefNumber, DefSwitch
from lightapt_protocol.vocabulary import Permission, SwitchState

from .docs_snippets import ROOT

__all__ = ["DRIVERS", "SIMULATORS", "options", "overview", "own", "snooped"]


def _entry_points() -> Mapping[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {name: target.partition(":")[0] for name, target in project["entry-points"]["lightapt.drivers"].items()}


def _device_class(module: str, name: str) -> type[Device]:
    """Return the device that a driver makes unless its options ask for another: the first in its module."""
    members = vars(import_module(module)).values()
    return next(one for one in members if isinstance(one, type) and vars(one).get("executable") == f"lightapt-{name}")


_DRIVEN_BY_OTHERS: Final = {"replay", "alpaca"}
"""Drivers whose devices are what they find: in a recording, on the network."""
DRIVERS: Final = {
    name: _device_class(module, name) for name, module in _entry_points().items() if name not in _DRIVEN_BY_OTHERS
}
"""The built-in drivers with a device of their own, and that."""
SIMULATORS: Final = {name: device for name, device in DRIVERS.items() if ".simulators." in device.__module__}


def options() -> str:
    """Return the options of all built-in drivers, as their help has them, and their devices' names."""
    common = "all of them\n  --name NAME  name of the device (default: what INDIDEV says, else as listed here)\n"
    return common + "".join(map(_options, DRIVERS.values())) + "".join(map(_help, sorted(_DRIVEN_BY_OTHERS)))


def _help(name: str) -> str:
    """Return the options of a driver that has a command line of its own."""
    program = [sys.executable, "-m", _entry_points()[name], "--help"]
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    text = subprocess.run(program, capture_output=True, text=True, check=True, env=environment).stdout
    return f"lightapt-{name}\n" + re.search(r"(?s)options:\n(.*?)(?:\n\n|\Z)", text)[1] + "\n"


def _options(device: type[Device]) -> str:
    with mock.patch.dict(os.environ, {"COLUMNS": "80", "NO_COLOR": "1"}):
        parser = ArgumentParser(add_help=False, usage=SUPPRESS)
        device.add_options(parser)
        _, _, found = parser.format_help().strip().partition("\n")
    heading = f"{device.executable} ({device.default_name()})\n"
    return f"{heading}{found}\n" if found else heading


def overview() -> str:
    """Return a table of the simulators."""
    rows = (
        (f"`{name}`", f"*{device.default_name()}*", f"`{device.executable}`") for name, device in SIMULATORS.items()
    )
    return _table(("driver", "device", "program"), rows)


def snooped() -> str:
    """Return a table of what the simulators watch."""
    watchers: dict[tuple[Sequence[str], ...], list[str]] = {}
    for name, device in SIMULATORS.items():
        watchers.setdefault(tuple(_snooped(device)), []).append(name)
    rows = (
        (_code(names) if first else "", *row)
        for those, names in watchers.items()
        for first, row in zip([True, *[False] * len(those)], those, strict=False)
    )
    return _table(("driver", "member", "device", "properties"), rows)


def _snooped(device: type[Device]) -> Iterator[Sequence[str]]:
    for member, found in snooping.declared(device).items():
        yield f"`{member}`", f"*{found.device}*" if found.device else "", _code(found.names)


def own(name: str) -> str:
    """Return a table of a simulator's properties that only a simulator has."""
    device = SIMULATORS[name]()
    kept = _kept_at_once(type(device))
    saved = {vector.name for vector in vectors.declared(type(device)) if vector.saved}
    rows: list[Sequence[str]] = []
    for live in device.vectors.values():
        if live.definition.group == SIMULATION:
            fate = "at once" if live.name in kept else "saved" if live.name in saved else ""
            rows += _rows(live, fate)
    return _table(("property", "member", "", "at first", "range", "kept"), rows)


def _rows(live: Live[Any], fate: str) -> Iterator[Sequence[str]]:
    is_read_only = live.definition.perm is Permission.READ_ONLY
    shown = f"`{live.name}`"
    for member in live.definition.members:
        first, span = ("", "read only") if is_read_only else _numbers(member)
        yield shown, f"`{member.name}`", member.label, first, span, fate
        shown = fate = ""


def _numbers(member: object) -> tuple[str, str]:
    """Return what a member is at first, and its range."""
    match member:
        case DefNumber(value=value, min=least, max=most):
            return _number(value), "" if least == most else f"{_number(least)} to {_number(most)}"
        case DefSwitch(value=value):
            return "on" if value is SwitchState.ON else "", ""
        case _:
            raise AssertionError(f"how is {member} to be shown?")


def _number(value: float) -> str:
    return f"{value:.10g}"


def _kept_at_once(device: type[Device]) -> set[str]:
    """Return the properties that a simulator remembers whenever they change."""
    attributes = {
        attribute
        for owner in device.__mro__
        if owner.__module__.startswith("lightapt_drivers.simulators.")
        for call in re.findall(r"\bkeep\(self, ([^)]*)\)", inspect.getsource(owner))
        for attribute in re.findall(r"self\.(\w+)", call)
    }
    return {getattr(device, attribute).name for attribute in attributes}


def _code(names: Sequence[str]) -> str:
    return " ".join(f"`{name}`" for name in names)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ("|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|" for cells in (heads, *rows))
    head, *body = lines
    return "\n".join([head, "|---" * len(heads) + "|", *body]) + "\n"
