"""Decorators that say when a device's method is called. They leave the method as it is.

A subclass that overrides a method need not decorate it again; one that decorates another method for the same
property takes the base's place.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from inspect import iscoroutinefunction
from typing import Any, Final, TypeAlias, TypeVar, cast

from lightapt_protocol.mirror import Change

from .snooping import Snooped
from .vectors import Vector
from .wanted import Wanted

__all__ = [
    "Handlers",
    "OnNew",
    "OnSnoop",
    "Poll",
    "WhileBusy",
    "every",
    "on_connect",
    "on_disconnect",
    "on_new",
    "on_snoop",
    "operation",
]

_ROLES: Final = "__lightapt_roles__"

D = TypeVar("D")
V = TypeVar("V")
F = TypeVar("F", bound=Callable[..., Awaitable[None]])

Method: TypeAlias = Callable[[D], Awaitable[None]]
NewMethod: TypeAlias = Callable[[D, Wanted[V]], Awaitable[None]]
SnoopMethod: TypeAlias = Callable[[D, Change], Awaitable[None]]


class WhileBusy(Enum):
    """What becomes of a request while an operation of the same lane is going on."""

    REPLACE = auto()
    """That one is cancelled, and this one takes its place."""
    JOIN = auto()
    """If it is for the same switches of the same property it is part of that one; else as REPLACE."""
    REFUSE = auto()
    """It is refused."""


@dataclass(frozen=True, slots=True)
class OnNew:
    """Called with what a client wants of a property; `lane` is set for operations."""

    name: str
    lane: str = ""
    while_busy: WhileBusy = WhileBusy.REPLACE


@dataclass(frozen=True, slots=True)
class OnConnect:
    """Called to connect to the hardware."""


@dataclass(frozen=True, slots=True)
class OnDisconnect:
    """Called to let go of the hardware."""


@dataclass(frozen=True, slots=True)
class Poll:
    """Called again and again, every so many seconds; None for POLLING_PERIOD."""

    seconds: float | None
    always: bool


@dataclass(frozen=True, slots=True)
class OnSnoop:
    """Called with each change of a snooped device's properties; all of them where none is named."""

    member: str
    names: tuple[str, ...]


Role: TypeAlias = OnNew | OnConnect | OnDisconnect | Poll | OnSnoop


def on_new(vector: Vector[V, Any]) -> Callable[[NewMethod[D, V]], NewMethod[D, V]]:
    """Call the method with what a client wants of the property, checked; for what is done at once.

    What the method has not set itself then becomes as the client wants it, and Ok. The device's other requests wait
    meanwhile. A :class:`~lightapt_drivers.kit.errors.DriverError` turns the property to Alert, with the reason.
    """
    return _marker(OnNew(vector.name))


def operation(
    vector: Vector[V, Any], *, lane: Vector[Any, Any] | None = None, while_busy: WhileBusy = WhileBusy.REPLACE
) -> Callable[[NewMethod[D, V]], NewMethod[D, V]]:
    """Call the method as for :func:`on_new`, for what takes its time: the property is Busy until the method returns.

    Switches and texts show at once what is wanted, numbers stay as they are until the method sets them. When it
    returns, the property is Ok; after a DriverError Alert, and switches are as they were; cancelled, Idle.

    Args:
        vector: The property.
        lane: Another operation's property, where only one of the two can go on at a time.
        while_busy: What becomes of a request while the lane is busy.
    """
    return _marker(OnNew(vector.name, lane=(lane or vector).name, while_busy=while_busy))


def on_connect(method: Method[D]) -> Method[D]:
    """Call the method to connect to the hardware: first the base class's, then the subclass's.

    It may withdraw or redefine properties: they are defined when all such methods have returned. A DriverError says
    that there is no connection.
    """
    return _marked(method, OnConnect())


def on_disconnect(method: Method[D]) -> Method[D]:
    """Call the method to let go of the hardware: also when it was lost, and at the end of the driver."""
    return _marked(method, OnDisconnect())


def every(seconds: float | None = None, *, always: bool = False) -> Callable[[Method[D]], Method[D]]:
    """Call the method again and again while the device is connected (or `always`), one call at a time.

    Without `seconds` as often as POLLING_PERIOD says, which the device then has.
    """
    return _marker(Poll(seconds, always))


def on_snoop(snooped: Snooped, *names: str) -> Callable[[SnoopMethod[D]], SnoopMethod[D]]:
    """Call the method with each change of a snooped device: of the properties named, or of all it snoops on."""
    return _marker(OnSnoop(snooped.member, names))


class Handlers:
    """The methods of one device, by what they are called for.

    Attributes:
        new: For requests, by property.
        connect: To connect, base classes' first.
        disconnect: To let go, subclasses' first.
        polls: Again and again.
        snoops: For what is heard of other devices.
    """

    def __init__(self, device: object) -> None:
        self.new: dict[str, tuple[OnNew, Callable[[Wanted[Any]], Awaitable[None]]]] = {}
        self.connect: list[Callable[[], Awaitable[None]]] = []
        self.disconnect: list[Callable[[], Awaitable[None]]] = []
        self.polls: list[tuple[Poll, Callable[[], Awaitable[None]]]] = []
        self.snoops: list[tuple[OnSnoop, Callable[[Change], Awaitable[None]]]] = []
        for attribute, role in _roles(type(device)):
            self._add(role, getattr(device, attribute))

    def lane(self, name: str) -> str:
        """Return the lane in which a property's operation goes on."""
        return self.new[name][0].lane or name if name in self.new else name

    def _add(self, role: Role, method: Callable[..., Awaitable[None]]) -> None:
        match role:
            case OnNew():
                self.new[role.name] = role, method
            case OnConnect():
                self.connect.append(method)
            case OnDisconnect():
                self.disconnect.insert(0, method)
            case Poll():
                self.polls.append((role, method))
            case OnSnoop():
                self.snoops.append((role, method))


def _roles(device: type) -> Iterator[tuple[str, Role]]:
    """Yield what a class's methods are called for, base classes first; an overridden method keeps its place.

    Raises:
        TypeError: Two base classes have each a method of one name, for different things.
    """
    found: dict[str, dict[Role, type]] = {}
    for owner in reversed(device.__mro__):
        for attribute, value in vars(owner).items():
            marked = getattr(value, _ROLES, ())
            known = found.get(attribute, {}) if marked else {}
            for role, other in known.items():
                if role not in marked and not issubclass(owner, other):
                    raise TypeError(
                        f"{device.__name__} cannot have both {owner.__name__}.{attribute} and "
                        f"{other.__name__}.{attribute}: they are called for different things"
                    )
            if marked:  # a decoration of its own takes the place of those of the method that is overridden
                found[attribute] = dict.fromkeys(marked, owner)
    for attribute, known in found.items():
        for role in known:
            yield attribute, role


def _marker(role: Role) -> Callable[[F], F]:
    return lambda method: _marked(method, role)


def _marked(method: F, role: Role) -> F:
    if not iscoroutinefunction(cast("object", method)):
        raise TypeError(f"{method.__qualname__} must be an async method")
    setattr(method, _ROLES, (*getattr(method, _ROLES, ()), role))
    return method
