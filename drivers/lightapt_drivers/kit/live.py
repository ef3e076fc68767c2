"""Live properties: what a device's property is now, and the messages that tell of its changes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, Generic, TypeVar, cast

from lightapt_protocol.members import (
    DefMember,
    DefNumber,
    DefSwitch,
    OneLight,
    OneMember,
    OneNumber,
    OneSwitch,
    OneText,
)
from lightapt_protocol.messages import (
    AnyDefinition,
    AnyUpdate,
    DelProperty,
    Message,
    SetLightVector,
    SetNumberVector,
    SetSwitchVector,
    SetTextVector,
)
from lightapt_protocol.timestamps import timestamp_from_datetime
from lightapt_protocol.vocabulary import State, SwitchRule, SwitchState

from .shapes import shape
from .wanted import Wanted
from .wire import Wire

__all__ = [
    "Live",
    "LiveButton",
    "LiveLight",
    "LiveNumber",
    "LiveSwitch",
    "LiveText",
    "now",
]

V = TypeVar("V")
_NO_VALUES: Final[Mapping[str, Any]] = {}


class Live(Generic[V]):
    """A property of a device as it is now; base of the five kinds.

    Changes are told to the clients while the property is defined, and simply kept while it is not.

    Attributes:
        told: How many changes there were of which clients were to be told.
    """

    update: ClassVar[Callable[..., AnyUpdate]]
    one: ClassVar[Callable[..., OneMember]]

    def __init__(self, device: str, definition: AnyDefinition) -> None:
        self._definition = replace(definition, device=device)
        self._initial = self._definition
        self._wire: Wire | None = None
        self._is_defined = False
        self._is_held = False
        self._known: AnyDefinition | None = None  # what the clients have of it, while that is held
        self.told = 0

    def __getitem__(self, member: str) -> V:
        return self._value_of(self._member(member))

    def __contains__(self, member: str) -> bool:
        return any(one.name == member for one in self._definition.members)

    def __iter__(self) -> Iterator[str]:
        return (one.name for one in self._definition.members)

    @property
    def name(self) -> str:
        """The name on the wire."""
        return self._definition.name

    @property
    def state(self) -> State:
        """Its state."""
        return self._definition.state

    @property
    def is_busy(self) -> bool:
        """Whether its state is Busy."""
        return self._definition.state is State.BUSY

    @property
    def is_defined(self) -> bool:
        """Whether clients know of it."""
        return self._is_defined

    @property
    def is_known(self) -> bool:
        """Whether clients know of it, also while its withdrawal is held."""
        return self._is_defined or self._known is not None

    @property
    def value(self) -> V:
        """The value of the first member, for properties that have but one."""
        return self._value_of(self._definition.members[0])

    @property
    def values(self) -> Mapping[str, V]:
        """The values of all members."""
        return {one.name: self._value_of(one) for one in self._definition.members}

    @property
    def definition(self) -> AnyDefinition:
        """The definition with the values of the moment."""
        return self._definition

    @property
    def initial(self) -> Mapping[str, V]:
        """The values that were declared."""
        return {one.name: self._value_of(one) for one in self._initial.members}

    # Changes.

    def set(
        self, values: Mapping[str, V] = _NO_VALUES, /, *, state: State | None = None, message: str = "", **members: V
    ) -> None:
        """Change members and tell the clients; a state of None leaves the state.

        Raises:
            KeyError: There is no such member.
        """
        self._keep({**values, **members}, state)
        self._tell(message)

    def ok(self, values: Mapping[str, V] = _NO_VALUES, /, *, message: str = "", **members: V) -> None:
        """As :meth:`set`, in state Ok."""
        self.set(values, state=State.OK, message=message, **members)

    def busy(self, values: Mapping[str, V] = _NO_VALUES, /, *, message: str = "", **members: V) -> None:
        """As :meth:`set`, in state Busy."""
        self.set(values, state=State.BUSY, message=message, **members)

    def idle(self, values: Mapping[str, V] = _NO_VALUES, /, *, message: str = "", **members: V) -> None:
        """As :meth:`set`, in state Idle."""
        self.set(values, state=State.IDLE, message=message, **members)

    def alert(self, message: str, values: Mapping[str, V] = _NO_VALUES, /, **members: V) -> None:
        """As :meth:`set`, in state Alert, with the reason."""
        self.set(values, state=State.ALERT, message=message, **members)

    def change(self, values: Mapping[str, V] = _NO_VALUES, /, *, state: State | None = None, **members: V) -> None:
        """As :meth:`set`, but the clients are told only if anything differs."""
        before = self._definition
        self._keep({**values, **members}, state)
        if self._definition != before:
            self._tell("")

    def redefine(self, *members: DefMember, **changes: Any) -> None:  # noqa: ANN401 - the definition's own fields
        """Have these members, and other fields of the definition; clients are told by a new definition."""
        was_defined = self._is_defined
        self.withdraw()
        fields: dict[str, Any] = {"members": members, **changes} if members else changes
        self._definition = replace(self._definition, **fields)
        if members:
            self._initial = self._definition
        if was_defined:
            self.define()

    def define(self) -> None:
        """Let the clients know of it, or tell them anew."""
        self._is_defined = True
        if self._known is None:
            self._send(replace(self._definition, timestamp=now()))

    def withdraw(self) -> None:
        """Have the clients forget it."""
        if self._is_defined:
            self._known = self._known or self._definition
            if not self._is_held:
                self._forget()
        self._is_defined = False

    def repeat(self) -> None:
        """Tell the clients anew what they know of it, or let them know."""
        if self._known is None:
            self.define()
        else:
            self._send(replace(self._known, timestamp=now()))

    def hold(self) -> None:
        """Withdraw nothing until :meth:`settle`: what is defined again as it was has never been away."""
        self._is_held = True

    def settle(self) -> None:
        """Tell what has become of it since :meth:`hold`."""
        self._is_held = False
        if self._known is not None:
            self._resolve()
            self.set()

    def attach(self, wire: Wire) -> None:
        """Send through this wire from now on."""
        self._wire = wire

    def take(self, members: Mapping[str, DefMember], *, state: State | None = None, message: str = "") -> None:
        """Become what a client wants, and tell the clients."""
        self._definition = replace(self._definition, members=cast("Any", tuple(members.values())))
        self.set(state=state, message=message)

    def grant(self, members: Mapping[str, DefMember]) -> None:
        """Become what a client wants, and Ok."""
        self.take(members, state=State.OK)

    def begin(self, members: Mapping[str, DefMember]) -> None:
        """Be Busy with what a client wants, and show it."""
        self.take(members, state=State.BUSY)

    def end(self, state: State) -> None:
        """Be Busy no more."""
        self.set(state=state)

    def wanted(self, members: Mapping[str, DefMember], given: tuple[str, ...]) -> Wanted[V]:
        """Return what a client wants as a handler reads it."""
        return Wanted({name: self._value_of(member) for name, member in members.items()}, given)

    # For the kinds.

    def _resolve(self) -> None:
        """Have the clients know what it is now, but for its values and state."""
        if self._known is None or (self._is_defined and shape(self._known) == shape(self._definition)):
            self._known = None
            return
        self._forget()
        if self._is_defined:
            self.define()

    def _forget(self) -> None:
        self._known = None
        self._send(DelProperty(self._definition.device, self.name, timestamp=now()))

    def _tell(self, message: str) -> None:
        self.told += 1
        if self._is_defined:
            self._resolve()
            self._send(self._update(message))

    def _send(self, message: Message) -> None:
        if self._wire is not None:
            self._wire.send(message)

    def _value_of(self, member: DefMember) -> V:
        return cast("V", cast("Any", member).value)

    def _with_value(self, member: DefMember, value: V) -> DefMember:
        return cast("DefMember", replace(cast("Any", member), value=value))

    def _keep(self, values: Mapping[str, V], state: State | None) -> None:
        members = {one.name: one for one in self._definition.members}
        for name, value in values.items():
            members[name] = self._with_value(self._member(name), value)
        self._definition = replace(
            self._definition,
            members=cast("Any", tuple(members.values())),
            state=self._definition.state if state is None else state,
        )

    def _member(self, name: str) -> DefMember:
        for member in self._definition.members:
            if member.name == name:
                return member
        raise KeyError(f"{self._definition.device}.{self.name} has no member {name}")

    def _update(self, message: str) -> AnyUpdate:
        """Return the message that says how it is: all members, for there are clients that count on all."""
        members = tuple(self._one(member) for member in self._definition.members)
        update, definition = type(self).update, self._definition
        return update(
            definition.device, self.name, state=definition.state, timestamp=now(), message=message, members=members
        )

    def _one(self, member: DefMember) -> OneMember:
        return type(self).one(member.name, cast("Any", member).value)


class LiveNumber(Live[float]):
    """Numbers."""

    update = SetNumberVector
    one = OneNumber

    def begin(self, members: Mapping[str, DefMember]) -> None:
        """Be Busy; numbers are what the device reports, so they stay until it does."""
        self.set(state=State.BUSY)

    def redefine(self, *members: DefMember, **changes: Any) -> None:  # noqa: ANN401 - as the base's
        """See :meth:`Live.redefine`.

        Raises:
            ValueError: A number is not finite.
        """
        for member in cast("tuple[DefNumber, ...]", members):
            self._check(member.name, member.value, member.min, member.max, member.step)
        super().redefine(*members, **changes)

    def limit(self, member: str, *, min: float, max: float, step: float | None = None) -> None:
        """Change a member's range; a value outside moves to its edge. Clients are told (libindi's extension)."""
        old = cast("DefNumber", self._member(member))
        self._check(member, min, max, step or 0.0)
        value = old.value if min >= max else sorted((min, old.value, max))[1]
        new = replace(old, min=min, max=max, step=old.step if step is None else step, value=value)
        members = tuple(new if one.name == member else one for one in self._definition.members)
        self._definition = replace(self._definition, members=cast("Any", members))
        if self._wire is not None and self._is_defined:
            update = cast("SetNumberVector", self._update(""))
            ranges = cast("tuple[DefNumber, ...]", self._definition.members)
            told = [OneNumber(one.name, one.value, min=one.min, max=one.max, step=one.step) for one in ranges]
            self._wire.send(replace(update, members=tuple(told)))

    def range(self, member: str) -> tuple[float, float]:
        """Return the least and the largest value of a member."""
        number = cast("DefNumber", self._member(member))
        return number.min, number.max

    def _with_value(self, member: DefMember, value: float) -> DefMember:
        self._check(member.name, value)
        return super()._with_value(member, value)

    def _check(self, member: str, *numbers: float) -> None:
        """Let nothing in that cannot be told: it would be told again and again."""
        for number in numbers:
            if not math.isfinite(number):
                raise ValueError(
                    f"{self._definition.device}.{self.name}.{member} must be a finite number, not {number}"
                )


class LiveText(Live[str]):
    """Texts."""

    update = SetTextVector
    one = OneText


class LiveSwitch(Live[bool]):
    """Switches; values are True for on. Where the rule lets but one be on, turning it on turns the others off."""

    update = SetSwitchVector
    one = OneSwitch

    @property
    def choice(self) -> str:
        """The name of the first switch that is on; empty where none is."""
        return next((name for name, value in self.values.items() if value), "")

    def choose(self, member: str, *, state: State | None = None, message: str = "") -> None:
        """Turn this switch on and the others off; the empty name turns all off."""
        if member:
            self._member(member)
        self.set({name: name == member for name in self}, state=state, message=message)

    def _keep(self, values: Mapping[str, bool], state: State | None) -> None:
        rule = getattr(self._definition, "rule", SwitchRule.ANY_OF_MANY)
        if rule is not SwitchRule.ANY_OF_MANY and any(values.values()):
            values = {**dict.fromkeys(self, False), **values}
        super()._keep(values, state)

    def _value_of(self, member: DefMember) -> bool:
        return bool(cast("DefSwitch", member).value)

    def _with_value(self, member: DefMember, value: bool) -> DefMember:
        return replace(cast("DefSwitch", member), value=SwitchState(int(value)))


class LiveButton(LiveSwitch):
    """Switches that go off again when what they are for is done."""

    def grant(self, members: Mapping[str, DefMember]) -> None:
        """Go off, and be Ok."""
        self.choose("", state=State.OK)

    def end(self, state: State) -> None:
        """Go off, and be Busy no more."""
        self.choose("", state=state)


class LiveLight(Live[State]):
    """Lights."""

    update = SetLightVector
    one = OneLight


def now() -> str:
    """Return the time of the moment as messages carry it."""
    return timestamp_from_datetime(datetime.now(UTC))
