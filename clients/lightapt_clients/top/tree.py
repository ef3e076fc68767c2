"""The tree of the browser: device → group → property, with the properties' lights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.text import Text
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from lightapt_protocol.mirror import Mirror, Property

from .outline import Outline, outline
from .paint import FAINT, NAME, cell, light
from .traffic import is_connected
from .watch import News

__all__ = ["Place", "PropertyTree"]


@dataclass(frozen=True, slots=True)
class Place:
    """What a node stands for: a property, or where the rest is empty a group, or a device."""

    device: str
    group: str = ""
    name: str = ""


class PropertyTree(Tree[Place]):
    """The properties that match a filter.

    Args:
        mirror: The client's.
        id: What it is called.
    """

    def __init__(self, mirror: Mirror, *, id: str) -> None:
        super().__init__("devices", id=id)
        self.show_root = False
        self.guide_depth = 2
        self._mirror = mirror
        self._wanted = ""
        self._branches: dict[Place, TreeNode[Place]] = {}
        self._by_name: dict[tuple[str, str], Place] = {}

    @property
    def place(self) -> Place | None:
        """What is under the cursor."""
        return None if self.cursor_node is None else self.cursor_node.data

    def filter(self, wanted: str) -> None:
        """List only what matches."""
        self._wanted = wanted
        self._rebuild()

    def show_news(self, news: News) -> None:
        """Show what has changed."""
        if news.is_regrown:
            self._grow()
        for key in news.touched:
            place = self._by_name.get(key)
            if place is not None:
                self._relabel(place)

    def go_to(self, device: str) -> None:
        """Put the cursor on a device, and show its groups and what is in the first."""
        node = self._branches.get(Place(device))
        if node is not None:
            node.expand()
            for first in node.children[:1]:
                first.expand()
            self.call_after_refresh(self.move_cursor, node)

    def go_to_first(self) -> None:
        """Put the cursor on the first property that is listed."""
        first = next((branch for place, branch in self._branches.items() if place.name), None)
        if first is not None:
            self.move_cursor(first)

    def _rebuild(self) -> None:
        self.clear()
        self._branches.clear()
        self._by_name.clear()
        self._grow()

    def _grow(self) -> None:
        """Add what has come, take away what is gone, and leave the rest as the person has it."""
        found = outline(self._mirror.devices, self._wanted)
        wanted = dict.fromkeys(_places(found))
        for place in [place for place in self._branches if place not in wanted]:
            self._remove(place)
        for place in wanted:
            if place not in self._branches:
                self._add(place)
            self._relabel(place)

    def _remove(self, place: Place) -> None:
        node = self._branches.pop(place)
        self._by_name.pop((place.device, place.name), None)
        parent = _parent(place)
        if parent is None or parent in self._branches:  # else it has gone with its parent
            node.remove()

    def _add(self, place: Place) -> None:
        parent = _parent(place)
        above = self.root if parent is None else self._branches[parent]
        is_open = bool(self._wanted)
        if place.name:
            self._branches[place] = above.add_leaf("", place)
            self._by_name[place.device, place.name] = place
        else:
            self._branches[place] = above.add("", place, expand=is_open, before=self._next(place))

    def _next(self, place: Place) -> TreeNode[Place] | None:
        """Return the device before which a new one stands; None for the end."""
        if place.group:
            return None
        return next((node for node in self.root.children if node.data and node.data.device > place.device), None)

    def _relabel(self, place: Place) -> None:
        label = self._label(place)
        node = self._branches[place]
        if node.label != label or (isinstance(node.label, Text) and node.label.spans != label.spans):
            node.set_label(label)
        if place.name == "CONNECTION":
            self._relabel(Place(place.device))

    def _label(self, place: Place) -> Text:
        properties = self._mirror.devices.get(place.device, {})
        if not place.group:
            style = FAINT if is_connected(properties) is False else NAME
            return cell(place.device, style)
        prop = properties.get(place.name)
        return cell(place.group) if prop is None else _property_label(prop)


def _property_label(prop: Property) -> Text:
    return Text.assemble(light(prop.state), " ", cell(prop.label))


def _parent(place: Place) -> Place | None:
    if place.name:
        return Place(place.device, place.group)
    return Place(place.device) if place.group else None


def _places(found: Outline) -> Iterator[Place]:
    for device, groups in found.items():
        yield Place(device)
        for group, properties in groups.items():
            yield Place(device, group)
            yield from (Place(device, group, prop.name) for prop in properties)
