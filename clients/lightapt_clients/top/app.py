"""The application: follows the client, shows news at most ten times a second, and asks what a person asks for."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Final

from rich.text import Text
from textual.app import App, ScreenStackError
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.widgets import Static
from textual.worker import Worker

from lightapt_protocol.mirror import ChangeKind
from lightapt_protocol.mirror import Property as Snapshot
from lightapt_protocol.vocabulary import PropertyKind

from ..client import Client
from ..devices import Device
from ..errors import AlertError, ClientError
from ..requests import Value
from .browser import BrowserScreen
from .form import PropertyForm
from .help import HelpScreen
from .hub_screen import HubScreen
from .outcomes import Outcome, Result
from .rates import counted, short_count
from .saving import save
from .watch import Watch

__all__ = ["TopApp"]

_PAUSE: Final = 0.1
"""Seconds from one time that news are shown to the next."""
_LIBRARY: Final = "lightapt_clients"


class TopApp(App[None]):
    """The live view of a server.

    Args:
        client: Connected to it.
        interval: Seconds over which rates are taken.
        folder: Where BLOBs are saved.
    """

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help"),
        Binding("q", "quit", "Quit"),
        Binding("ctrl+c", "quit", "Quit", show=False, priority=True),
    ]
    CSS = """
    #headline { height: 1; padding: 0 1; background: $primary; color: $text; }
    .lost #headline { background: $error; text-style: bold; }
    """

    def __init__(self, client: Client, *, interval: float = 1.0, folder: Path = Path()) -> None:
        super().__init__()
        self.client = client
        self.watched = Watch(client.mirror, now=time.monotonic())
        self._changes = client.changes()  # at once: what devices say while this begins is not missed
        self.outcomes: dict[tuple[str, str], Outcome] = {}
        self._hub = HubScreen(self.watched)
        self._browser = BrowserScreen(self.watched, self.outcomes)
        self._interval = interval
        self._folder = folder
        self._is_waiting = False
        self._saving: dict[tuple[str, str], Worker[None]] = {}

    def on_mount(self) -> None:
        """Begin to follow the server."""
        for name, screen in (("browser", self._browser), ("hub", self._hub)):
            self.install_screen(screen, name)  # pyright: ignore[reportUnknownMemberType] # textual leaves its type open
        self.push_screen("hub")
        self.run_worker(self._follow_changes(), name="changes")
        self.run_worker(self._follow_connection(), name="connection")
        self.set_interval(self._interval, self._sample)

    # What comes from the server.

    async def _follow_changes(self) -> None:
        with self._changes as changes:
            self.watched.begin(time.monotonic())
            self._show_news()
            async for change in changes:
                time_of_day = _time_of_day() if change.kind is ChangeKind.NOTICE else ""  # it takes long to write
                self.watched.heard(change, now=time.monotonic(), time=time_of_day)
                if not self._is_waiting:
                    self._is_waiting = True
                    self.set_timer(_PAUSE, self._show_news)

    async def _follow_connection(self) -> None:
        with self.client.connection() as connection:
            async for is_there in connection:
                for screen in (self._hub, self._browser):
                    screen.set_class(not is_there, "lost")
                self._show_headline()

    def _sample(self) -> None:
        self.watched.sample(time.monotonic())
        with _while_laid_out():
            if self.screen is self._hub:
                self._hub.show_rates()
            self._show_headline()

    def _show_news(self) -> None:
        self._is_waiting = False
        news = self.watched.news()
        with _while_laid_out():
            if self._browser.is_mounted:
                self._browser.show_news(news)
        with _while_laid_out():
            if news.is_regrown and self.screen is self._hub:
                self._hub.show_rates()
            if self._hub.is_mounted:
                for entry in self.watched.log.take():
                    self._hub.write(entry)

    def _show_headline(self) -> None:
        text = self._headline()
        for screen in (self._hub, self._browser):
            for line in screen.query("#headline").results(Static):
                line.update(text, layout=False)

    def _headline(self) -> Text:
        where = f"lightapt top · {self.client.address}"
        if self.client.fault is not None:
            return Text(f"No connection: what you see is old. Trying again … ({self.client.fault})", no_wrap=True)
        trend = self.watched.traffic.trend
        devices = counted(len(self.client.mirror.devices), "device")
        return Text(f"{where} · {devices} · {short_count(trend.last)} messages/s {trend.line(12)}", no_wrap=True)

    def on_screen_resume(self) -> None:
        """Show at the top of a screen how things are now."""
        self._show_headline()

    @contextmanager
    def diverted_log(self) -> Generator[None]:
        """Show what the client library warns of among the messages: on the terminal it would spoil the screen."""
        logger = logging.getLogger(_LIBRARY)
        handler = _LogHandler(self)
        propagates, logger.propagate = logger.propagate, False
        logger.addHandler(handler)
        try:
            yield
        finally:
            logger.removeHandler(handler)
            logger.propagate = propagates

    # What the person asks for.

    @property
    def _chosen(self) -> Device | None:
        screen = self.screen
        name = screen.device if isinstance(screen, HubScreen | BrowserScreen) else ""
        return Device(self.client, name) if name in self.client.mirror.devices else None

    async def action_hub(self) -> None:
        """Go over to the hub."""
        await self._switch_to("hub")
        self._hub.show_rates()

    async def action_browse(self) -> None:
        """Go over to the properties of the device that is chosen."""
        await self._browse(self._chosen)

    async def on_hub_screen_chosen(self, event: HubScreen.Chosen) -> None:
        """Go over to the properties of a device."""
        await self._browse(Device(self.client, event.device))

    async def _browse(self, device: Device | None) -> None:
        await self._switch_to("browser")
        if device is not None:
            self._browser.go_to(device.name)

    async def _switch_to(self, screen: str) -> None:
        await self.switch_screen(screen)  # pyright: ignore[reportUnknownMemberType] # textual leaves its type open

    def action_help(self) -> None:
        """Tell the keys."""
        self.push_screen(HelpScreen())

    def on_property_form_asked(self, event: PropertyForm.Asked) -> None:
        """Send what was asked for."""
        self._ask(event.prop, event.values)

    def action_connect(self) -> None:
        """Connect the chosen device, or disconnect it."""
        device = self._chosen
        connection = None if device is None else device.properties.get("CONNECTION")
        if device is None or connection is None:
            self.notify("Choose a device that can be connected first.", severity="warning")
            return
        member = "DISCONNECT" if device.is_connected else "CONNECT"
        self.notify(f"{device.name}: {member.lower()} …", markup=False)
        self._ask(connection, {member: True}, is_told=True)

    def _ask(self, prop: Snapshot, values: Mapping[str, Value], *, is_told: bool = False) -> None:
        group = f"{prop.device}.{prop.name}"  # a new request takes the place of the one before
        self.run_worker(self._asked(prop, values, is_told=is_told), group=group, exclusive=True)

    async def _asked(self, prop: Snapshot, values: Mapping[str, Value], *, is_told: bool) -> None:
        self._became(prop, Outcome(Result.ASKED, f"asked at {_time_of_day()} UTC; the device has not done it yet"))
        try:
            await Device(self.client, prop.device)[prop.name].set(values, timeout=None)
        except ClientError as error:
            words = error.reason if isinstance(error, AlertError) else str(error)
            outcome = Outcome(Result.FAILED, words or "the device turned it to Alert without a word")
        else:
            outcome = Outcome(Result.DONE, f"done at {_time_of_day()} UTC")
            with _while_laid_out():
                self._browser.form.done(prop, values)
        self._became(prop, outcome)
        if is_told:
            is_good = outcome.result is Result.DONE
            self.notify(f"{prop.device}: {outcome.words}", severity="information" if is_good else "error", markup=False)

    def _became(self, prop: Snapshot, outcome: Outcome) -> None:
        self.outcomes[prop.device, prop.name] = outcome
        with _while_laid_out():
            self._browser.show_property()

    def action_save(self) -> None:
        """Save the next BLOB of the property in the form; or do not, if that was going on."""
        prop = self._browser.form.prop
        if prop is None or prop.kind is not PropertyKind.BLOB or not prop.perm.readable:
            self.notify("Choose a property first that brings BLOBs, such as a camera's pictures.", severity="warning")
            return
        key = prop.device, prop.name
        if (saving := self._saving.pop(key, None)) is not None:
            saving.cancel()
            self._became(prop, Outcome(Result.DONE, "not waiting for a BLOB any longer"))
        else:
            self._saving[key] = self.run_worker(self._save(prop), group="saving")

    async def _save(self, prop: Snapshot) -> None:
        key = prop.device, prop.name
        try:
            async with self.client.blobs(*key, newest=True) as blobs:
                self._became(prop, Outcome(Result.ASKED, "waiting for the next BLOB; s again: do not wait"))
                blob = await anext(blobs)
            path = await asyncio.to_thread(save, blob, self._folder, when=datetime.now(UTC))
            self._became(prop, Outcome(Result.DONE, f"saved as {path}"))
        except OSError as error:
            self._became(prop, Outcome(Result.FAILED, f"not saved: {error}"))
        except StopAsyncIteration:  # the client was closed
            pass
        self._saving.pop(key, None)


def _while_laid_out() -> suppress:
    """Return a context in which nothing is shown on screens that are not laid out yet, or not any more."""
    return suppress(NoMatches, ScreenStackError)


class _LogHandler(logging.Handler):
    """Puts records among the messages."""

    def __init__(self, app: TopApp) -> None:
        super().__init__(logging.WARNING)
        self._app = app

    def emit(self, record: logging.LogRecord) -> None:
        self._app.watched.log.note(record.getMessage(), _time_of_day())


def _time_of_day() -> str:
    return f"{datetime.now(UTC):%H:%M:%S}"
