"""What a user names: ``device.property.member``, with ``*`` for anything. No I/O.

Names of devices may contain dots and spaces, so that a text may be read in several ways: as a device, as a device and
a property, or with a member too. What the server defines decides: the longest name of a device that fits.
"""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from lightapt_protocol.mirror import Mirror, Property
from lightapt_protocol.vocabulary import State

from .rows import PSEUDO, Row

__all__ = ["Pattern", "Reading", "nearest", "parse_pattern", "why_missing"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text. In each part ``*`` stands for anything."""

    device: str
    name: str = "*"
    member: str = "*"

    def names(self, prop: Property) -> bool:
        """Whether it names a property, or members of it."""
        return _fits(self.device, prop.device) and _fits(self.name, prop.name)

    def rows(self, prop: Property) -> list[Row]:
        """Return the members of a property that it names."""
        if self.member in PSEUDO:
            return [Row(prop, self.member)]
        return [Row(prop, member) for member in prop.members if _fits(self.member, member)]


def _fits(pattern: str, text: str) -> bool:
    if "*" not in pattern:
        return pattern == text
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.DOTALL) is not None


@dataclass(frozen=True)
class Pattern:
    """What a user names."""

    text: str

    def __str__(self) -> str:
        return self.text

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """All ways to read it, that with the longest name of a device first."""
        splits = (self.text.rsplit(".", dots) for dots in range(3))
        return tuple(Reading(*parts) for dots, parts in enumerate(splits) if len(parts) == dots + 1 and all(parts))

    @property
    def has_wildcard(self) -> bool:
        """Whether it may name several things."""
        return "*" in self.text

    @property
    def is_exact(self) -> bool:
        """Whether it names at most one value, as far as one can see without knowing the devices."""
        return not self.has_wildcard and len(self.readings) > 2

    def rows(self, mirror: Mirror) -> list[Row]:
        """Return what it names of all that there is."""
        return list(self.rows_of(prop for device in list(mirror.devices.values()) for prop in device.values()))

    def rows_of(self, properties: Iterable[Property]) -> Iterator[Row]:
        """Yield what it names of some properties."""
        listed = list(properties)
        for reading in self._by_rank:
            found = [row for prop in listed if reading.names(prop) for row in reading.rows(prop)]
            if found:
                yield from found
                return

    def concerns(self, device: str) -> bool:
        """Whether it names a device, or something of it."""
        return any(_fits(reading.device, device) for reading in self.readings)

    @cached_property
    def _by_rank(self) -> tuple[Reading, ...]:
        """All ways to read it, the likeliest first: a star stands for dots only where nothing else fits."""
        literal = [one for one in self.readings if "*" not in one.device]
        return (*literal, *(one for one in reversed(self.readings) if "*" in one.device), *self._with_dots)

    @cached_property
    def _with_dots(self) -> tuple[Reading, ...]:
        """The ways to read it in which names of properties or members have dots, the longest device first."""
        parts = self.text.split(".")
        found = [
            Reading(".".join(parts[:i]), ".".join(parts[i:j]), ".".join(parts[j:]) or "*")
            for i in range(len(parts) - 1, 0, -1)
            for j in range(len(parts), i, -1)
        ]
        usual = set(self.readings)
        return tuple(one for one in found if one not in usual and "*" not in one.device and one.device and one.name)


def parse_pattern(text: str) -> Pattern:
    """Return what an argument of the command line names.

    Raises:
        argparse.ArgumentTypeError: It is empty, as what a shell makes of a variable that is not set.
    """
    if not text:
        raise argparse.ArgumentTypeError("an empty text names nothing; '*' names all")
    return Pattern(text)


def nearest(text: str, known: Iterable[str]) -> str:
    """Return what a mistyped name probably means; empty where nothing is like it."""
    by_fold = {one.casefold(): one for one in known}
    if len(begun := [one for fold, one in by_fold.items() if text and fold.startswith(text.casefold())]) == 1:
        return begun[0]
    found = difflib.get_close_matches(text.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else ""


def why_missing(pattern: Pattern, mirror: Mirror, *, server: str) -> str:
    """Return why nothing is named by a pattern, and what to do: what is probably meant, or what to connect."""
    if not mirror.devices:
        return f"{pattern}: the server at {server} has no devices (that have answered yet; -t waits longer)"
    for reading in pattern.readings:
        if (device := mirror.devices.get(reading.device)) is not None:
            return f"{pattern}: {_why_not_in(reading, mirror)}{_hint_to_connect(device.get('CONNECTION'))}"
    if "*" in pattern.readings[-1].device:
        return f"{pattern}: nothing matches" + _of_wildcard(pattern, mirror)
    meant = next((one for way in reversed(pattern.readings) if (one := nearest(way.device, mirror.devices))), "")
    words = f"did you mean {meant!r}?" if meant else f"there are {', '.join(sorted(mirror.devices))}"
    return f"{pattern}: there is no device {pattern.readings[-1].device!r}; {words}"


def _why_not_in(reading: Reading, mirror: Mirror) -> str:
    device = mirror.devices[reading.device]
    prop = device.get(reading.name)
    if prop is not None:
        return _not_there(f"{prop.device}.{prop.name}", "member", reading.member, prop.members)
    return _not_there(reading.device, "property", reading.name, device)


def _not_there(where: str, kind: str, name: str, known: Iterable[str]) -> str:
    listed = list(known)
    meant = nearest(name, listed)
    names = ", ".join(listed) if len(listed) <= 8 else ""
    hint = f"; did you mean {meant}?" if meant else f", but {names}" if names else ""
    return f"{where} has no {kind} {name}{hint}"


def _hint_to_connect(connection: Property | None) -> str:
    if connection is None or "CONNECT" not in connection.members or _is_connected(connection):
        return ""
    name = connection.device
    return f"\n{name!r} is not connected, and most properties come then: lightapt connect '{name}'"


def _is_connected(connection: Property) -> bool:
    """Whether it is, as far as is known: what is Busy is not yet, and what is in Alert has lost its hardware."""
    return connection.is_on("CONNECT") and connection.state not in (State.BUSY, State.ALERT)


def _of_wildcard(pattern: Pattern, mirror: Mirror) -> str:
    name = pattern.readings[-1].name
    meant = nearest(name, {prop for device in mirror.devices.values() for prop in device}) if "*" not in name else ""
    return f"; did you mean {meant}?" if meant and meant != name else ""
