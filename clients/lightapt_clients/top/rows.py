"""A member's row in a form: what it is called, its value, and the field or the switch by which it is set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Click
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from lightapt_protocol.members import DefLight, DefSwitch
from lightapt_protocol.mirror import Property
from lightapt_protocol.vocabulary import PropertyKind, SwitchRule

from .fields import is_editable, title, value_text
from .paint import cell, state_text

__all__ = ["Field", "MemberRow", "SwitchField"]


class Field(Input):
    """Where a value is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "Field above", show=False),
        Binding("down", "app.focus_next", "Field below", show=False),
    ]


class SwitchField(Static, can_focus=True):
    """A switch: Enter presses it, and so does a click once one has chosen it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("enter,space", "press", "Press"),
        Binding("up", "app.focus_previous", "Switch above", show=False),
        Binding("down", "app.focus_next", "Switch below", show=False),
    ]

    class Pressed(Message):
        """It was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self._is_just_chosen = False

    def action_press(self) -> None:
        """Press it."""
        self.post_message(self.Pressed())

    def on_focus(self) -> None:
        """Note that the click which may have brought the focus is none that presses."""
        self._is_just_chosen = True

    def on_click(self, event: Click) -> None:
        """Press it, if it was chosen before."""
        event.stop()
        if not self._is_just_chosen:
            self.action_press()
        self._is_just_chosen = False


class MemberRow(Horizontal):
    """A member of a property.

    Args:
        prop: The property.
        member: The member's name.
        draft: What a person has typed already.

    Attributes:
        member: The member's name.
        control: What takes the focus; None where the member cannot be set.
    """

    DEFAULT_CSS = """
    MemberRow { height: 1; }
    MemberRow .title { width: 5fr; max-width: 32; margin-right: 1; }
    MemberRow .value { width: 4fr; margin-right: 1; }
    MemberRow Field { width: 4fr; max-width: 30; height: 1; border: none; padding: 0 1; background: $boost; }
    MemberRow Field:focus { background: $accent 40%; }
    MemberRow SwitchField { width: 1fr; }
    MemberRow SwitchField:focus { background: $accent 40%; text-style: bold; }
    """

    @dataclass
    class Pressed(Message):
        """A switch was pressed."""

        member: str

    def __init__(self, prop: Property, member: str, *, draft: str = "") -> None:
        super().__init__()
        self.member = member
        self.control: Widget | None = None
        self._title = cell(title(prop.members[member]))
        self._is_switch = prop.kind is PropertyKind.SWITCH
        self._value = Static(classes="value")
        self._shown = Text()
        if self._is_switch:
            self.control = self._value = SwitchField()
            self._value.can_focus = prop.perm.writable
        elif is_editable(prop):
            self.control = Field(draft, compact=True, placeholder="")

    def compose(self) -> ComposeResult:
        """Lay it out."""
        if not self._is_switch:
            yield Static(self._title, classes="title")
        yield self._value
        if self.control is not None and self.control is not self._value:
            yield self.control

    def show(self, prop: Property, blob: str) -> None:
        """Show the member's value."""
        text = self._text(prop, blob)
        if (text, text.style) != (self._shown, self._shown.style):
            self._shown = text
            self._value.update(text, layout=False)

    def _text(self, prop: Property, blob: str) -> Text:
        match prop.members[self.member]:
            case DefSwitch(value=value):
                return Text.assemble((_box(prop.rule, bool(value)), "bold green" if value else ""), " ", self._title)
            case DefLight(value=value):
                return state_text(value)
            case member if prop.kind is PropertyKind.BLOB:
                return cell(blob or ("none seen yet" if prop.perm.readable else ""), "" if blob else "dim")
            case member:
                return cell(value_text(prop, member))

    @property
    def typed(self) -> str:
        """What a person has typed."""
        return self.control.value if isinstance(self.control, Input) else ""

    def forget(self) -> None:
        """Forget what was typed."""
        if isinstance(self.control, Input):
            self.control.value = ""

    def on_switch_field_pressed(self, event: SwitchField.Pressed) -> None:
        """Tell which member's switch it was."""
        event.stop()
        self.post_message(self.Pressed(self.member))


def _box(rule: SwitchRule | None, is_on: bool) -> str:
    if rule is SwitchRule.ANY_OF_MANY:
        return "[x]" if is_on else "[ ]"
    return "(●)" if is_on else "( )"
