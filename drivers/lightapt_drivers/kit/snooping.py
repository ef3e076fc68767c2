"""Snooping: what a device knows of another device, whichever driver has that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Self, overload

from lightapt_protocol.members import DefText
from lightapt_protocol.messages import Definition, DelProperty, GetProperties, Message, Update
from lightapt_protocol.mirror import Change, Mirror, Property

if TYPE_CHECKING:
    from .device import Device

__all__ = ["LiveSnoop", "Snooped"]


class Snooped:
    """A device that another snoops on, as a class attribute; its name is a member of ACTIVE_DEVICES.

    Attributes:
        member: The member, for example ``ACTIVE_TELESCOPE``.
        names: The properties wanted; all where none is named.
        device: The device's name, unless a client says otherwise.
        label: For people.
    """

    def __init__(self, member: str, *names: str, device: str, label: str = "") -> None:
        self.member = member
        self.names = names
        self.device = device
        self.label = label

    @overload
    def __get__(self, device: None, owner: type) -> Self: ...

    @overload
    def __get__(self, device: Device, owner: type) -> LiveSnoop: ...

    def __get__(self, device: Device | None, owner: type) -> Self | LiveSnoop:
        return self if device is None else device.snoops[self.member]


class LiveSnoop:
    """What is known of the snooped device.

    Attributes:
        device: Its name; empty for none.
    """

    def __init__(self, snooped: Snooped) -> None:
        self.device = snooped.device
        self._names = snooped.names
        self._mirror = Mirror()

    def find(self, name: str) -> Property | None:
        """Return a property of it, or None while there is none."""
        return self._mirror.find(self.device, name)

    def follow(self, device: str) -> Iterator[GetProperties]:
        """Snoop on the device of this name, and yield what asks for it."""
        if device != self.device:
            self._mirror = Mirror()
        self.device = device
        if device:
            yield from (GetProperties(device, name) for name in self._names or ("",))

    def heard(self, message: Message) -> Iterator[Change]:
        """Take what was heard, and yield what that changes here."""
        if not isinstance(message, Definition | Update | DelProperty) or message.device != self.device:
            return
        if not self._names or message.name in ("", *self._names):
            yield from self._mirror.apply(message)


def members(device: type) -> list[DefText]:
    """Return the members of ACTIVE_DEVICES of a class of devices."""
    return [
        DefText(snooped.member, snooped.device, label=snooped.label or snooped.member)
        for snooped in declared(device).values()
    ]


def declared(device: type) -> dict[str, Snooped]:
    """Return what a class of devices snoops on, by the member of ACTIVE_DEVICES."""
    found = (value for owner in reversed(device.__mro__) for value in vars(owner).values())
    return {value.member: value for value in found if isinstance(value, Snooped)}
