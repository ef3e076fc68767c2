"""Declarations: the properties of a device as class attributes.

On the class an attribute is what was declared (:class:`Vector`); on a device it is the live property
(:mod:`lightapt_drivers.kit.live`).
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, NoReturn, Self, TypeVar, cast, overload

from lightapt_protocol.members import DefBlob, DefLight, DefMember, DefNumber, DefSwitch, DefText, OneBlob
from lightapt_protocol.messages import (
    AnyDefinition,
    DefBlobVector,
    DefLightVector,
    DefNumberVector,
    DefSwitchVector,
    DefTextVector,
)
from lightapt_protocol.standard import Standard
from lightapt_protocol.vocabulary import Permission, State, SwitchRule, SwitchState

from .live import Live, LiveButton, LiveLight, LiveSwitch, LiveText
from .live_blobs import LiveBlob
from .live_numbers import LiveCountdown, LiveNumber

if TYPE_CHECKING:
    from .device import Device

__all__ = [
    "CONNECTION",
    "GENERAL",
    "MAIN",
    "OPTIONS",
    "SITE",
    "BlobVector",
    "ButtonVector",
    "CountdownVector",
    "LightVector",
    "NumberVector",
    "SwitchVector",
    "TextVector",
    "Vector",
]

# Groups: the pages on which clients show properties; the names are libindi's.
MAIN: Final = "Main Control"
GENERAL: Final = "General Info"
CONNECTION: Final = "Connection"
OPTIONS: Final = "Options"
SITE: Final = "Site Management"

V = TypeVar("V")
L = TypeVar("L", bound=Live[Any])


class Vector(Generic[V, L]):
    """A property that a device declares; base of the five kinds.

    Attributes:
        definition: The definition without its device: name, label, group, state, members and the rest.
        always: Whether it is there before the device is connected, too.
        saved: Whether CONFIG_SAVE keeps its values.
    """

    live: ClassVar[type[Live[Any]]]

    def __init__(self, definition: AnyDefinition, *, always: bool, saved: bool) -> None:
        self.definition = definition
        self.always = always
        self.saved = saved
        self._attribute = ""

    @property
    def name(self) -> str:
        """The property's name on the wire."""
        return self.definition.name

    def __set_name__(self, owner: type, attribute: str) -> None:
        self._attribute = attribute

    @overload
    def __get__(self, device: None, owner: type) -> Self: ...

    @overload
    def __get__(self, device: Device, owner: type) -> L: ...

    def __get__(self, device: Device | None, owner: type) -> Self | L:
        return self if device is None else cast("L", device.vectors[self.name])

    def __set__(self, device: object, value: object) -> NoReturn:
        raise AttributeError(f"a property is changed by its methods: self.{self._attribute}.set(...)")

    def but(self, *members: DefMember, **changes: Any) -> Self:  # noqa: ANN401 - the definition's own fields
        """Return the same property with other fields, and (where any are given) members in place of those of a name.

        A name that is not there yet is added behind the others. For subclasses, which declare a standard property
        with a range of their own.

        Args:
            members: The members to replace or add.
            changes: Fields of the definition, or `always` or `saved`.
        """
        always, saved = changes.pop("always", self.always), changes.pop("saved", self.saved)
        merged = {member.name: member for member in (*self.definition.members, *members)}
        definition = replace(self.definition, **{"members": tuple(merged.values()), **changes})
        other = copy(self)
        other.definition, other.always, other.saved = definition, always, saved
        return other


class NumberVector(Vector[float, LiveNumber]):
    """A property of numbers. See :class:`Vector`, and DefNumberVector for the fields."""

    live: ClassVar[type[Live[Any]]] = LiveNumber

    def __init__(
        self,
        name: str,
        *members: DefNumber,
        label: str = "",
        group: str = MAIN,
        perm: Permission = Permission.READ_WRITE,
        timeout: float = 60.0,
        state: State = State.IDLE,
        always: bool = False,
        saved: bool = False,
    ) -> None:
        definition = DefNumberVector(
            "", name, label=label, group=group, state=state, perm=perm, timeout=timeout, members=members
        )
        super().__init__(definition, always=always, saved=saved)


class CountdownVector(NumberVector):
    """A property of numbers that count down from what was asked for, as an exposure does, and show it as they begin."""

    live = LiveCountdown


class TextVector(Vector[str, LiveText]):
    """A property of texts. See :class:`Vector`, and DefTextVector for the fields."""

    live = LiveText

    def __init__(
        self,
        name: str,
        *members: DefText,
        label: str = "",
        group: str = MAIN,
        perm: Permission = Permission.READ_WRITE,
        timeout: float = 60.0,
        state: State = State.IDLE,
        always: bool = False,
        saved: bool = False,
    ) -> None:
        definition = DefTextVector(
            "", name, label=label, group=group, state=state, perm=perm, timeout=timeout, members=members
        )
        super().__init__(definition, always=always, saved=saved)


class SwitchVector(Vector[bool, LiveSwitch]):
    """A property of switches. See :class:`Vector`, and DefSwitchVector for the fields."""

    live: ClassVar[type[Live[Any]]] = LiveSwitch

    def __init__(
        self,
        name: str,
        *members: DefSwitch,
        label: str = "",
        group: str = MAIN,
        perm: Permission = Permission.READ_WRITE,
        rule: SwitchRule = SwitchRule.ONE_OF_MANY,
        timeout: float = 60.0,
        state: State = State.IDLE,
        always: bool = False,
        saved: bool = False,
    ) -> None:
        definition = DefSwitchVector(
            "", name, label=label, group=group, state=state, perm=perm, rule=rule, timeout=timeout, members=members
        )
        super().__init__(definition, always=always, saved=saved)

    @staticmethod
    def standard(
        name: Standard,
        *labels: str,
        on: str,
        label: str = "",
        group: str = MAIN,
        always: bool = False,
        saved: bool = False,
    ) -> SwitchVector:
        """Return a standard property of which one switch is on; its members are labelled in their standard order.

        Args:
            name: The property.
            labels: Its members' labels, one each.
            on: The switch that is on at first.
            label: The property's label.
            group: Its page.
            always: As for :class:`Vector`.
            saved: As for :class:`Vector`.
        """
        members = _switches(name, labels, on=on)
        return SwitchVector(name, *members, label=label, group=group, always=always, saved=saved)


class ButtonVector(SwitchVector):
    """Switches that are pushed: what is on goes off again when it is done."""

    live = LiveButton

    def __init__(
        self,
        name: str,
        *members: DefSwitch,
        label: str = "",
        group: str = MAIN,
        timeout: float = 60.0,
        always: bool = False,
    ) -> None:
        super().__init__(
            name,
            *members,
            label=label,
            group=group,
            perm=Permission.READ_WRITE,
            rule=SwitchRule.AT_MOST_ONE,
            timeout=timeout,
            always=always,
        )

    @staticmethod
    def standard_buttons(
        name: Standard, *labels: str, label: str = "", group: str = MAIN, always: bool = False
    ) -> ButtonVector:
        """Return a standard property as buttons, labelled in their standard order."""
        return ButtonVector(name, *_switches(name, labels), label=label, group=group, always=always)


class LightVector(Vector[State, LiveLight]):
    """A property of lights. See :class:`Vector`, and DefLightVector for the fields."""

    live = LiveLight

    def __init__(
        self,
        name: str,
        *members: DefLight,
        label: str = "",
        group: str = MAIN,
        state: State = State.IDLE,
        always: bool = False,
    ) -> None:
        definition = DefLightVector("", name, label=label, group=group, state=state, members=members)
        super().__init__(definition, always=always, saved=False)


class BlobVector(Vector[OneBlob, LiveBlob]):
    """A property of BLOBs. See :class:`Vector`, and DefBlobVector for the fields."""

    live = LiveBlob

    def __init__(
        self,
        name: str,
        *members: DefBlob,
        label: str = "",
        group: str = MAIN,
        perm: Permission = Permission.READ_ONLY,
        timeout: float = 60.0,
        state: State = State.IDLE,
        always: bool = False,
    ) -> None:
        definition = DefBlobVector(
            "", name, label=label, group=group, state=state, perm=perm, timeout=timeout, members=members
        )
        super().__init__(definition, always=always, saved=False)


def _switches(name: Standard, labels: Sequence[str], *, on: str = "") -> list[DefSwitch]:
    return [
        DefSwitch(member, SwitchState(int(member == on)), label=label)
        for member, label in zip(name.members, labels, strict=True)
    ]


def declared(device: type) -> Sequence[Vector[Any, Any]]:
    """Return what a class of devices declares, base classes first; a redeclared property keeps its place."""
    vectors: dict[str, Vector[Any, Any]] = {}
    for owner in reversed(device.__mro__):
        for attribute, value in vars(owner).items():
            if isinstance(value, Vector):
                vectors[attribute] = value
    return [vector for attribute, vector in vectors.items() if getattr(device, attribute, None) is vector]
