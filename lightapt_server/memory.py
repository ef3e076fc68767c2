"""What the hub remembers of each property: its definition and its latest values, as they stood on the wire.

Nothing is parsed for it. A definition followed by the updates since then is the present state for whoever reads them
in order; updates that later ones cover are let go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

__all__ = ["Memory", "Remembered"]

_MOST_UPDATES: Final = 8
_MEMBER: Final = re.compile(rb"<one[A-Z][A-Za-z]*\s[^>]*?\bname\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


class Remembered:
    """One property.

    Attributes:
        definition: Its latest def…Vector; empty while there is none.
        updates: The set…Vectors since then that count, oldest first.
    """

    __slots__ = ("definition", "updates")

    def __init__(self) -> None:
        self.definition = b""
        self.updates: list[bytes] = []

    def define(self, raw: bytes) -> None:
        """Take a definition."""
        self.definition = raw
        self.updates.clear()

    def update(self, raw: bytes) -> None:
        """Take an update; one of an undefined property counts for nothing."""
        if self.definition:
            self.updates.append(raw)
            if len(self.updates) > _MOST_UPDATES:
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
        """Keep the newest update of each member."""
        seen: set[bytes] = set()
        kept: list[bytes] = []
        for raw in reversed(self.updates):
            members = {double or single for double, single in _MEMBER.findall(raw)}
            if not kept or not members <= seen:
                kept.append(raw)
                seen |= members
        self.updates = kept[::-1]


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

    def defined(self, device: bytes) -> list[bytes]:
        """Return the names of the properties of a device that are defined now."""
        return [name for name, known in self._devices.get(device, {}).items() if known.definition]
