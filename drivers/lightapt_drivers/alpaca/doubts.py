"""What the last looks at a device could not read, and the properties that show it. No I/O."""

from __future__ import annotations

from collections.abc import Mapping

from lightapt_drivers import DriverError

from .look import Look

__all__ = ["Doubts"]


class Doubts:
    """Follows look after look.

    Attributes:
        lasting: The properties of which two looks in a row could not read what they show, by name, and why: a single
            one is a hiccup.
    """

    def __init__(self) -> None:
        self.lasting: Mapping[str, DriverError] = {}
        self._latest: Mapping[str, DriverError] = {}
        self._unread: Mapping[str, DriverError] = {}
        self._failure: DriverError | None = None
        self._shown: dict[str, set[str]] = {}

    def looked(self, look: Look | None, failure: DriverError | None = None) -> None:
        """Take note of a look.

        Args:
            look: What was read until it ended; None if it failed before anything was.
            failure: Why it ended early.
        """
        self._unread, self._failure = dict(look.unread) if look else {}, failure
        read = look.shown if look else {}
        for name, members in read.items():
            self._shown.setdefault(name, set()).update(members)
        before = self._latest
        self._latest = {name: error for name in self._shown if (error := self._error(name, read)) is not None}
        self.lasting = {name: error for name, error in self._latest.items() if name in before}

    def why(self, *members: str) -> DriverError | None:
        """Return why the last look could not read one of these members; None if it could."""
        if self._failure is not None:
            return self._failure
        return next((self._unread[one] for one in members if one in self._unread), None)

    def _error(self, name: str, read: Mapping[str, set[str]]) -> DriverError | None:
        """Return why the last look does not show what a property needs; None if it does."""
        members = self._shown[name]
        unread = next((self._unread[one] for one in members if one in self._unread), None)
        is_cut = not members <= read.get(name, set())
        return unread or (self._failure if is_cut else None)
