"""The second screen: all properties, and a form in which the chosen one can be edited."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Footer, Input, Static, Tree

from lightapt_protocol.mirror import Property
from lightapt_protocol.vocabulary import PropertyKind

from .form import PropertyForm
from .outcomes import Outcome
from .rates import short_size
from .tree import Place, PropertyTree
from .watch import News, Watch

__all__ = ["BrowserScreen"]


class BrowserScreen(Screen[None]):
    """The tree of properties, and the form of one.

    Args:
        watch: What is watched.
        outcomes: What became of what was asked of properties, by device and name.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("h", "app.hub", "Hub"),
        ("slash", "filter", "Filter"),
        ("c", "app.connect", "Connect"),
        ("s", "app.save", "Save BLOB"),
        ("escape", "back", "Back"),
    ]
    DEFAULT_CSS = """
    BrowserScreen #left { width: 38%; max-width: 50; border-right: solid $primary; }
    BrowserScreen #filter { display: none; height: 1; border: none; }
    BrowserScreen #tree { height: 1fr; background: $background; scrollbar-size-horizontal: 0; }
    BrowserScreen.lost #tree, BrowserScreen.lost #form { opacity: 40%; }
    """

    def __init__(self, watch: Watch, outcomes: dict[tuple[str, str], Outcome]) -> None:
        super().__init__()
        self._watch = watch
        self._outcomes = outcomes
        self._place: Place | None = None

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Static(id="headline")
        with Horizontal():
            with Vertical(id="left"):
                yield Input(placeholder="filter: words of names or labels", id="filter", compact=True)
                yield PropertyTree(self._watch.mirror, id="tree")
            yield PropertyForm(id="form")
        yield Footer()

    def on_mount(self) -> None:
        """Begin with the tree."""
        self.listing.show_news(News())
        self.listing.focus()

    @property
    def listing(self) -> PropertyTree:
        """The tree."""
        return self.query_one("#tree", PropertyTree)

    @property
    def form(self) -> PropertyForm:
        """The form."""
        return self.query_one("#form", PropertyForm)

    @property
    def device(self) -> str:
        """The device that is chosen, or one of whose properties is; empty where there is none."""
        return self.listing.place.device if self.listing.place else ""

    def go_to(self, device: str) -> None:
        """Choose a device."""
        self.listing.go_to(device)

    def show_news(self, news: News) -> None:
        """Show what has changed."""
        self.listing.show_news(news)
        if self._place is not None and (self._place.device, self._place.name) in news.touched:
            self.show_property()

    def show_property(self) -> None:
        """Show the chosen property as it is now."""
        place = self._place
        prop = None if place is None else self._watch.mirror.find(place.device, place.name)
        if place is not None and place.name and prop is None:
            self.form.gone()
        else:
            self.form.show(prop, blobs=self._blobs(prop), outcome=self._outcome(prop))

    def _outcome(self, prop: Property | None) -> Outcome | None:
        return None if prop is None else self._outcomes.get((prop.device, prop.name))

    def _blobs(self, prop: Property | None) -> dict[str, str]:
        if prop is None or prop.kind is not PropertyKind.BLOB:
            return {}
        seen = {name: self._watch.blobs.get((prop.device, prop.name, name)) for name in prop.members}
        return {name: f"{one[0]}, {short_size(one[1])}" for name, one in seen.items() if one}

    # What the person does.

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[Place]) -> None:
        """Show the property under the cursor."""
        place = event.node.data
        if place is not None and place.name and place != self._place:
            self._place = place
            self.show_property()

    def on_tree_node_selected(self, event: Tree.NodeSelected[Place]) -> None:
        """Go over to the form."""
        if event.node.data is not None and event.node.data.name:
            self.call_after_refresh(self.form.enter)

    def action_filter(self) -> None:
        """Type words that the properties to list have in them."""
        field = self.query_one("#filter", Input)
        field.display = True
        field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """List what matches."""
        if event.input.id == "filter":
            self.listing.filter(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go over to what matches."""
        if event.input.id == "filter":
            self.listing.go_to_first()
            self.listing.focus()

    def action_back(self) -> None:
        """Go back to the tree; from there, take the filter away."""
        field = self.query_one("#filter", Input)
        if self.focused is self.listing or self.focused is field:
            field.value = ""
            field.display = False
        elif self.focused is not None:
            self.form.forget()
        self.listing.focus()
