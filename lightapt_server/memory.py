"""What the hub remembers of each property: its definition and its latest values, as they stood on the wire.

Nothing is parsed when an element comes. A definition followed by the updates since then is the present state for
whoever reads them in order; now and then updates that later ones cover are let go.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

__all__ = ["Memory", "Remembered"]

_FEW: Final = 8
"""Updates that are kept without a look at them."""

_LASTING: Final = frozenset({b"state", b"timeout"})
"""Attributes of an update that hold until the next one which has them."""

# What is looked at is well-formed, without comments and CDATA: a "<" always begins a tag.
_VALUE: Final = rb"""\s*+=\s*+(?:"[^"]*+"|'[^']*+')"""
# Repeated groups are not possessive: CPython before 3.11.5 takes back half of one (gh-106052).
_OTHER: Final = rb"(?:\s++(?!name\s*+=)[^\s=<>]++%b)*" % _VALUE
_MEMBER: Final = re.compile(
    rb"<(?:one|def)(?:Number|Text|Switch|Light|BLOB)%b\s++name\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')" % _OTHER
)
_START_TAG: Final = re.compile(rb"<\w++((?:\s++[^\s=<>]++%b)*)" % _VALUE)
_NAMES: Final = re.compile(rb"\s++([^\s=<>]++)%b" % _VALUE)


class Remembered:
    """One property.

    Attributes:
        definition: Its latest def…Vector; empty while there is none.
        updates: The set…Vectors since then that count, oldest first.
    """

    __slots__ = ("_most", "definition", "updates")

    def __init__(self) -> None:
        self.definition = b""
        self.updates: list[bytes] = []
        self._most = _FEW

    def define(self, raw: bytes) -> None:
        """Take a definition."""
        self.definition = raw
        self.updates.clear()
        self._most = _FEW

    def update(self, raw: bytes) -> None:
        """Take an update; one of an undefined property counts for nothing."""
        if self.definition:
            self.updates.append(raw)
            if len(self.updates) > self._most:
                self._compact()

    def forget(self) -> None:
        """Take note that the property is gone."""
        self.definition = b""
        self.updates.clear()

    def replay(self) -> Iterator[bytes]:
        """Yield what tells a newcomer the present state."""
        if self.definition:
            yield self.definition
            yield from self.updates

    def _compact(self) -> None:
        """Keep the newest update of each member, and of each attribute that outlasts its message."""
        wanted = {*_members(self.definition), *_LASTING}
        kept: list[bytes] = []
        for raw in reversed(self.updates):
            news = wanted & {*_members(raw), *_lasting(raw)}
            if news:
                kept.append(raw)
                wanted -= news
            if not wanted:
                break
        self.updates = kept[::-1]
        self._most = max(_FEW, 2 * len(kept))  # so that the next look comes when it is worth its cost


def _members(raw: bytes) -> Iterator[str]:
    for double, single in _MEMBER.findall(raw):
        yield html.unescape((double or single).decode())


def _lasting(raw: bytes) -> Iterator[bytes]:
    start_tag = _START_TAG.match(raw)
    for name in _NAMES.findall(start_tag[1] if start_tag else b""):
        if name in _LASTING:
            yield name


class Memory:
    """All properties of all devices."""

    def __init__(self) -> None:
        self._devices: dict[bytes, dict[bytes, Remembered]] = {}

    def property(self, device: bytes, name: bytes) -> Remembered:
        """Return the place of a property, made where there is none."""
        names = self._devices.setdefault(device, {})
        return names.setdefault(name, Remembered())

    def matching(self, device: bytes, name: bytes = b"") -> list[Remembered]:
        """Return the properties of a device, or the one named."""
        names = self._devices.get(device, {})
        if name:
            return [names[name]] if name in names else []
        return list(names.values())

    def replay(self, device: bytes, name: bytes = b"") -> Iterator[bytes]:
        """Yield what tells a newcomer the present state of a device, or of one of its properties."""
        for remembered in self.matching(device, name):
            yield from remembered.replay()

    def forget(self, device: bytes, name: bytes = b"") -> None:
        """Take note of a delProperty."""
        for remembered in self.matching(device, name):
            remembered.forget()
        if not name:
            self._devices.pop(device, None)

    def defined(self, device: bytes) -> list[bytes]:
        """Return the names of the properties of a device that are defined now."""
        return [name for name, known in self._devices.get(device, {}).items() if known.definition]
