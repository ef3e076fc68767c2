"""Live properties: what a device's property is now, and the messages that tell of its changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, Generic, TypeVar, cast

from lightapt_protocol.members import (
    DefMember,
    DefSwitch,
    OneLight,
    OneMember,
    OneSwitch,
    OneText,
)
from lightapt_protocol.messages import (
    AnyDefinition,
    AnyUpdate,
    DelProperty,
    Message,
    SetLightVector,
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
    "LiveSwitch",
    "LiveText",
    "now",
]

V = TypeVar("V")
_NO_VALUES: Final[Mapping[str, Any]] = {}
_BEFORE: Final = object()
"""What the hardware said is of a time of which clients do not know: what it says next is news."""


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
        self._reported: object = None  # what the hardware said since it is in Alert; None until it says something
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
        self._reported = None
        self.set(values, state=State.ALERT, message=message, **members)

    def change(self, values: Mapping[str, V] = _NO_VALUES, /, *, state: State | None = None, **members: V) -> None:
        """As :meth:`set`, but the clients are told only if anything differs."""
        before = self._definition
        self._keep({**values, **members}, state)
        if self._definition != before:
            self._tell("")

    def report(self, values: Mapping[str, V] = _NO_VALUES, /, *, state: State, message: str = "", **members: V) -> None:
        """As :meth:`change`, for what the hardware says of itself again and again.

        What has failed stays in Alert until the hardware says something else than at first after that. The message is
        told when the state that it belongs to is new.
        """
        said = {**values, **members}, state
        is_old = self.state is State.ALERT and self._reported in (None, said)
        self._reported = said
        before = self._definition
        self._keep(said[0], None if is_old else state)
        if self._definition != before or (message and not is_old):
            self._tell("" if is_old else message)

    def redefine(self, *members: DefMember, **changes: Any) -> None:  # noqa: ANN401 - the definition's own fields
        """Have these members, and other fields of the definition.

        Clients are told by a new definition, unless nothing but values differs: what they have built on it stays.
        """
        fields: dict[str, Any] = {"members": members, **changes} if members else changes
        before, after = self._definition, replace(self._definition, **fields)
        was_defined, is_other = self._is_defined, shape(before) != shape(after)
        if is_other:
            self.withdraw()
        self._definition = after
        if members:
            self._initial = after
        if is_other and was_defined:
            self.define()
        elif not is_other and after != before:
            self._tell("")

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
        self._reported = _BEFORE

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

    def succeed(self, other: Live[Any]) -> None:
        """Take the place of another property of this name: what the clients have of that, they have of this."""
        other.withdraw()
        self._wire, self._is_held, self._known = other._wire, other._is_held, other._known

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
