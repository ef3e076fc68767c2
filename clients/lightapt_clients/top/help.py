"""The screen that tells the keys."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

__all__ = ["HelpScreen"]

_WORDS: Final = """\
[b]Lights[/b]
  ○ Idle   [green]●[/green] Ok   [yellow]◐[/yellow] Busy   [red]▲[/red] Alert, or away

[b]Everywhere[/b]
  h  the hub: drivers, clients, queues and rates
  b  browse the properties of the chosen device
  c  connect the chosen device to its hardware, or disconnect it
  q  quit            ?  this help

[b]Browser[/b]
  arrows    move; Space opens and closes a device or group
  Enter     go over to the property's fields or switches
  /         filter: list what has these words in its names or labels
  Esc       back to the tree, forgetting what was typed; then no filter
  s         save the next BLOB of the property here; s again: do not

[b]Fields[/b]
  Type into one or several (Tab, ↑ ↓), then Enter: the values are sent
  together. Nothing is sent before. Of the other members the present
  values go with them, since many drivers want whole vectors.
  Numbers may be typed as 12.5, 12:30:00 or 12 30 00.

[b]Switches[/b]
  Enter or Space presses one; so does a click after the one that chose it.

Esc, q or ? closes this help."""


class HelpScreen(ModalScreen[None]):
    """Tells the keys."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,question_mark", "dismiss", "Close")]
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen VerticalScroll {
        width: 76; max-width: 100%; height: auto; max-height: 100%; border: round $primary; background: $surface;
        padding: 0 1;
    }
    """

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with VerticalScroll():
            yield Static(_WORDS)
