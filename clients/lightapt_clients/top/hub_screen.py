"""The first screen: drivers, clients, queues and rates of a hub, and what is heard of the devices."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import DataTable, Footer, RichLog, Static

from .hub import Peer
from .messages import Entry
from .paint import AWAY, FAINT, NAME, cell, light, right
from .rates import counted, short_count, short_size
from .tables import LiveTable
from .traffic import DeviceTraffic
from .watch import Watch

__all__ = ["HubScreen"]

_TREND: Final = 8
_PEERS: Final = (
    (Text("Driver"), 22),
    (right("sends/s"), 8),
    (right("bytes/s"), 9),
    (right("trend "), _TREND + 1),
    (right("gets/s"), 8),
    (right("bytes/s"), 9),
)
_DEVICES: Final = (
    (Text("Device"), 22),
    (right("tells/s"), 8),
    (right("bytes/s"), 9),
    (right("trend "), _TREND + 1),
    (Text(" Busiest property"), 22),
)
_ADVICE: Final = "For drivers, clients and queues, run the hub as lightapt-server --self-device"
_MARKS: Final = {True: ("● ", "green"), False: ("○ ", "dim"), None: ("  ", "")}


class HubScreen(Screen[None]):
    """Tables of rates.

    Args:
        watch: What is watched.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("b", "app.browse", "Browse"),
        ("c", "app.connect", "Connect"),
    ]
    DEFAULT_CSS = """
    HubScreen LiveTable, HubScreen RichLog { border-top: solid $primary; border-title-color: $text; padding: 0 1; }
    HubScreen LiveTable { scrollbar-size-horizontal: 0; }
    HubScreen #totals { height: 1; padding: 0 1; }
    HubScreen #peers { height: auto; max-height: 40%; }
    HubScreen #devices { height: auto; min-height: 4; max-height: 50%; }
    HubScreen #log { height: 1fr; min-height: 4; scrollbar-size-vertical: 1; }
    HubScreen.lost LiveTable, HubScreen.lost #totals { opacity: 40%; }
    """

    class Chosen(Message):
        """A device was chosen.

        Args:
            device: Its name.
        """

        def __init__(self, device: str) -> None:
            super().__init__()
            self.device = device

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Static(id="headline")
        yield Static(id="totals")
        yield LiveTable(_PEERS, " waits, dropped", id="peers")
        yield LiveTable(_DEVICES, "Last message", id="devices")
        yield RichLog(id="log", wrap=True, max_lines=1000, min_width=20)
        yield Footer()

    def on_mount(self) -> None:
        """Name the parts, and begin with the devices."""
        self.query_one("#peers").border_title = "Hub"
        self.query_one("#devices").border_title = "Devices, as this client hears them"
        log = self.query_one("#log", RichLog)
        log.border_title = "Messages"
        self.query_one("#devices").focus()
        self.show_rates()

    @property
    def device(self) -> str:
        """The device that is chosen; empty where there is none."""
        return self.query_one("#devices", LiveTable).chosen

    def show_rates(self) -> None:
        """Show the rates as they are now."""
        hub = self._watch.hub
        peers = self.query_one("#peers", LiveTable)
        peers.display = hub.is_there
        self.query_one("#totals", Static).update(_totals(self._watch) if hub.is_there else Text(_ADVICE, FAINT))
        if hub.is_there:
            peers.show({f"{peer.role.name} {peer.name} {n}": _peer_row(peer) for n, peer in enumerate(hub.peers())})
        self.query_one("#devices", LiveTable).show({one.name: _device_row(one) for one in self._watch.devices()})

    def write(self, entry: Entry) -> None:
        """Add a message to the log."""
        self.query_one("#log", RichLog).write(
            Text.assemble((entry.time, FAINT), " ", (f"{entry.device}: " if entry.device else "", NAME), entry.text)
        )

    @on(DataTable.RowSelected, "#devices")
    def browse(self, event: DataTable.RowSelected) -> None:
        """Browse the device that was chosen."""
        self.post_message(self.Chosen(event.row_key.value or ""))


def _totals(watch: Watch) -> Text:
    totals = watch.hub.totals
    parts = [counted(totals.get(f"{word.upper()}S", 0), word) for word in ("driver", "remote", "client", "restart")]
    parts += [f"{word} {totals.get(name, 0):.1f} MB" for word, name in (("memory", "MEMORY_MB"), ("spool", "SPOOL_MB"))]
    return Text(" · ".join(parts), no_wrap=True, overflow="ellipsis")


def _peer_row(peer: Peer) -> tuple[Text, ...]:
    name = "all clients" if peer.is_all else f"{peer.role.name.lower()} {peer.name}"
    mark = ("▲ ", AWAY) if peer.is_away else ("● ", "green")
    title = Text.assemble(mark, cell(name, AWAY if peer.is_away else ""), no_wrap=True, overflow="ellipsis")
    if peer.is_away:
        return (title, right("away", AWAY), *[Text()] * 5)
    if not peer.is_known:
        return (title, *[right("…", FAINT)] * 5, _queue(peer))
    return (
        title,
        right(short_count(peer.sent.messages)),
        right(short_size(peer.sent.size)),
        right(peer.trend.line(_TREND) + " ", "cyan"),
        right(short_count(peer.got.messages)),
        right(short_size(peer.got.size)),
        _queue(peer),
    )


def _queue(peer: Peer) -> Text:
    behind, dropped = short_size(peer.behind), short_count(peer.dropped)
    style = "yellow" if peer.behind or peer.dropped else FAINT
    return Text(f" {behind}, {dropped}", style)


def _device_row(one: DeviceTraffic) -> tuple[Text, ...]:
    title = Text.assemble(_MARKS[one.is_connected], cell(one.name), no_wrap=True, overflow="ellipsis")
    busiest = Text.assemble(" ", light(one.state), " ", cell(one.busiest)) if one.busiest else Text()
    return (
        title,
        right(short_count(one.messages)),
        right(short_size(one.size)),
        right(one.trend.line(_TREND) + " ", "cyan"),
        busiest,
        cell(one.words, FAINT),
    )
