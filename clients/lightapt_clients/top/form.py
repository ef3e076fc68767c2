"""The form of one property: its members with their values, and fields to type in or switches to press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.events import DescendantFocus
from textual.message import Message
from textual.widgets import Input, Static

from lightapt_protocol.mirror import Property
from lightapt_protocol.vocabulary import Permission, PropertyKind

from ..requests import Value
from .fields import EntryError, hint, is_editable, pressed, to_send
from .outcomes import Outcome, Result
from .paint import FAINT, NAME, cell, state_text
from .rows import MemberRow

__all__ = ["PropertyForm"]

_Key: TypeAlias = tuple[str, str]
_NOTHING: Final = Text("Choose a property on the left: arrows, Enter. ? tells all keys.", FAINT)
_MAY: Final = {
    Permission.READ_ONLY: "read-only",
    Permission.WRITE_ONLY: "write-only",
    Permission.READ_WRITE: "read and write",
}
_RESULTS: Final = {
    Result.ASKED: ("◐ ", "yellow"),
    Result.DONE: ("● ", "green"),
    Result.FAILED: ("▲ ", "bold red"),
}


class PropertyForm(Vertical):
    """Shows a property as it changes. What is being typed stays as it is, whatever the device says meanwhile."""

    DEFAULT_CSS = """
    PropertyForm { padding: 0 1; }
    PropertyForm > Static { height: auto; }
    PropertyForm > #form-rows { height: auto; max-height: 1fr; margin: 1 0; }
    """

    @dataclass
    class Asked(Message):
        """A person wants a property to have these values."""

        prop: Property
        values: Mapping[str, Value]

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._prop: Property | None = None
        self._shape: object = None
        self._rows: list[MemberRow] = []
        self._drafts: dict[_Key, dict[str, str]] = {}
        self._texts: dict[str, Text] = {}

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Static(_NOTHING, id="form-title")
        yield VerticalScroll(id="form-rows", can_focus=False)
        yield Static(id="form-hint")
        yield Static(id="form-outcome")

    @property
    def prop(self) -> Property | None:
        """The property that is shown."""
        return self._prop

    def show(self, prop: Property | None, *, blobs: Mapping[str, str], outcome: Outcome | None) -> None:
        """Show a property.

        Args:
            prop: As it is now; None for none.
            blobs: Format and size of the newest BLOB, by member.
            outcome: What became of what was asked of it.
        """
        if (shape := _shape(prop)) != self._shape:
            self._rebuild(prop)
            self._shape = shape
        self._prop = prop
        self._say("form-title", _NOTHING if prop is None else _title(prop))
        for row in self._rows:
            if prop is not None:
                row.show(prop, blobs.get(row.member, ""))
        self._say("form-outcome", Text() if outcome is None else _outcome_text(outcome))

    def gone(self) -> None:
        """Show that the device has the property no longer: its last values, and what was typed, stay."""
        if self._prop is not None:
            self._say("form-title", Text.assemble(_title(self._prop), ("  gone: the device has taken it back", "red")))

    def enter(self) -> None:
        """Put the focus on the first member that can be set."""
        for row in self._rows:
            if row.control is not None:
                row.control.focus()
                return

    def done(self, prop: Property, values: Mapping[str, Value]) -> None:
        """Forget what was typed and has come true; what was typed since then stays."""
        try:
            entered = to_send(prop, self._typed()) if self._is_of(prop) else {}
        except EntryError:
            return
        if all(values.get(name) == value for name, value in entered.items()):
            self.forget()

    def forget(self) -> None:
        """Forget what was typed."""
        for row in self._rows:
            row.forget()

    def _is_of(self, prop: Property) -> bool:
        return self._prop is not None and _key(self._prop) == _key(prop) and bool(self._typed())

    def _typed(self) -> dict[str, str]:
        return {row.member: row.typed for row in self._rows if row.typed}

    def _rebuild(self, prop: Property | None) -> None:
        if self._prop is not None:
            self._drafts[_key(self._prop)] = self._typed()
        drafts = {} if prop is None else self._drafts.pop(_key(prop), {})
        names = () if prop is None else prop.members
        self._rows = [] if prop is None else [MemberRow(prop, name, draft=drafts.get(name, "")) for name in names]
        place = self.query_one("#form-rows", VerticalScroll)
        place.remove_children()
        place.mount_all(self._rows)
        self._say("form-hint", Text() if prop is None else _advice(prop))

    def _say(self, id: str, text: Text) -> None:
        if self._texts.get(id) != text:
            self._texts[id] = text
            self.query_one(f"#{id}", Static).update(text)

    # What the person does.

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Send what was typed."""
        event.stop()
        if self._prop is None:
            return
        try:
            values = to_send(self._prop, self._typed())
        except EntryError as error:
            self._refuse(error)
        else:
            self.post_message(self.Asked(self._prop, values))

    def on_member_row_pressed(self, event: MemberRow.Pressed) -> None:
        """Turn a switch."""
        event.stop()
        if self._prop is not None and self._prop.perm.writable:
            self.post_message(self.Asked(self._prop, pressed(self._prop, event.member)))
        else:
            self._refuse(EntryError("this is read-only: the device sets it itself"))

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Tell what may be typed into the field."""
        row = next((row for row in self._rows if row.control is event.widget), None)
        if row is not None and self._prop is not None:
            what = hint(self._prop, self._prop.members[row.member])
            self._say("form-hint", Text.assemble((what, ""), ("  ", ""), (_keys(self._prop), FAINT)))

    def _refuse(self, error: EntryError) -> None:
        self._say("form-outcome", Text.assemble(("▲ not sent. ", "bold red"), str(error)))


def _key(prop: Property) -> _Key:
    return prop.device, prop.name


def _shape(prop: Property | None) -> object:
    """Return what a form is made for: as long as it is the same, only values are shown anew."""
    return prop and (_key(prop), prop.kind, prop.perm, prop.rule, tuple(prop.members))


def _title(prop: Property) -> Text:
    return Text.assemble(
        cell(prop.label, NAME), "  ", state_text(prop.state), "\n", cell(f"{prop.device}.{prop.name}", FAINT)
    )


def _outcome_text(outcome: Outcome) -> Text:
    return Text.assemble(_RESULTS[outcome.result], cell(outcome.words))


def _advice(prop: Property) -> Text:
    advice = _MAY[prop.perm]
    if prop.kind is PropertyKind.BLOB:
        advice += "; s saves the next" if prop.perm.readable else "; send it with a program"
    elif is_editable(prop):
        advice += "; Enter to type"
    elif prop.perm.writable:
        advice += "; Enter to choose a switch"
    return Text(advice, FAINT)


def _keys(prop: Property) -> str:
    return "Enter sends, Esc goes back" if is_editable(prop) else "Enter presses, Esc goes back"
