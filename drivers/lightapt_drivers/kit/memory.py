"""What a device keeps of its settings from one night to the next: saved, and obeyed again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lightapt_protocol.messages import AnyRequest

from .configuration import BrokenFileError
from .errors import RefusedError
from .live import LiveButton
from .settings import merged, setting
from .vectors import Vector

if TYPE_CHECKING:
    from .device import Device

__all__ = ["Memory"]


class Memory:
    """The saved settings of one device, which runs.

    Args:
        device: Whose.
        declared: Its properties' declarations by name.
    """

    def __init__(self, device: Device, declared: Mapping[str, Vector[Any, Any]]) -> None:
        self._device = device
        self._declared = declared

    def requests(self, *, connected: bool, remembered: bool) -> Iterator[AnyRequest]:
        """Yield what is saved, as requests: see :meth:`Device.restore`.

        Raises:
            DriverError: It cannot be read.
        """
        file = self._device.engine.file
        for request in (file.load() if file else None) or []:
            if not self._is_setting(request.name):
                continue
            vector = self._declared[request.name]
            if vector.always is not connected and (remembered or vector.saved):
                yield replace(request, device=self._device.name)

    def save(self, settings: Iterable[AnyRequest], *, durable: bool = True) -> None:
        """Save settings, and leave the rest of what is saved as it is.

        Raises:
            DriverError: It cannot be saved.
        """
        if (file := self._device.engine.file) is None:
            return
        old: list[AnyRequest] | None = None
        with suppress(BrokenFileError):
            old = file.load()
        file.save(merged(old or [], settings), durable=durable)

    async def configure(self, choice: str) -> None:
        """Do what a button of CONFIG_PROCESS says.

        Raises:
            DriverError: It cannot be done.
        """
        device, file = self._device, self._device.engine.file
        if file is None:
            raise RefusedError(f"{device.name} keeps no configuration")
        saved = [live for name, live in device.vectors.items() if self._declared[name].saved]
        match choice:
            case "CONFIG_SAVE":
                self.save([setting(live) for live in saved if device.is_due(live)])
                device.log.info("the configuration is saved in %s", file.path)
            case "CONFIG_LOAD":
                await device.restore(connected=False, remembered=False)
                if device.is_connected:
                    await device.restore(connected=True, remembered=False)
            case "CONFIG_DEFAULT":
                for live in saved:
                    if device.is_due(live):
                        device.engine.ask(setting(live, live.initial))
            case _:
                file.purge()

    def _is_setting(self, name: str) -> bool:
        """Whether a file may say what a property is: it pushes no buttons, and leaves it to people to connect."""
        live = self._device.vectors.get(name)
        return live is not None and live is not self._device.connection and not isinstance(live, LiveButton)
