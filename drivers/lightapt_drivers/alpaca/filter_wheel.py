"""An Alpaca filter wheel as an INDI device."""

from __future__ import annotations

from typing import ClassVar, Final

from lightapt_drivers import (
    DefNumber,
    HardwareError,
    Numbers,
    NumberVector,
    Permission,
    on_connect,
)

from ..kinds.filter_wheel import FilterWheel, filters
from .asking import wholes
from .bridge import AlpacaDevice
from .look import Look
from .session import if_told

__all__ = ["AlpacaFilterWheel"]

_LONGEST: Final = 120.0
"""Seconds in which a filter must be in the beam."""
_MOVING: Final = -1
"""The position of a wheel that turns."""


class AlpacaFilterWheel(FilterWheel, AlpacaDevice):
    """Alpaca filter wheel."""

    device_name: ClassVar[str] = "Alpaca Filter Wheel"

    filter_names = FilterWheel.filter_names.but(perm=Permission.READ_ONLY, saved=False)
    """The device has them from its own setup: Alpaca gives no way to change them."""
    filter_offsets = NumberVector(
        "FILTER_FOCUS_OFFSETS",
        DefNumber("FILTER_OFFSET_1", 0, label="Filter 1"),
        label="Focus offsets (steps)",
        group="Filter Wheel",
        perm=Permission.READ_ONLY,
    )

    _position: int | None = None

    async def read(self, look: Look) -> bool:
        """Read which filter is in the beam; none is while the wheel turns."""
        self._position = await look.whole("Position", shown_by=self.filter_slot)
        is_known = self._position is not None and self._position >= 0
        if self._position is not None and is_known and not self.is_active(self.filter_slot):
            self.filter_at(self._position + 1)
        return self._position == _MOVING

    @on_connect
    async def _greet(self) -> None:
        names = await self.session.texts(lambda device: device.Names)
        if not names:
            raise HardwareError("the filter wheel says that it has no filters: name them in its own setup")
        names = [name.strip() or f"Filter {slot}" for slot, name in enumerate(names, start=1)]
        self.set_slots(len(names))
        self.filter_names.redefine(*filters(names))
        offsets = await if_told(self.session.question(lambda device: wholes(device.FocusOffsets, asked=device.asked)))
        self._show_offsets(names, offsets or [])
        await self.look_now()

    def _show_offsets(self, names: list[str], offsets: list[int]) -> None:
        (self.show if offsets else self.hide)(self.filter_offsets)
        pairs = enumerate(zip(names, offsets, strict=False), start=1)
        members = [
            DefNumber(f"FILTER_OFFSET_{slot}", offset, label=name, format="%.0f") for slot, (name, offset) in pairs
        ]
        if members:
            self.filter_offsets.redefine(*members)

    async def select_filter(self, slot: int) -> None:
        """See :class:`FilterWheel`."""
        wanted = slot - 1
        await self.act(lambda device: setattr(device, "Position", wanted))
        await self.arrive(
            "the change of filters",
            moves=lambda: self._position == _MOVING,
            there=lambda: self._position == wanted,
            elsewhere=lambda: f"the wheel stopped at slot {(self._position or 0) + 1}, not at {slot}",
            needs=("Position",),
            near=lambda: self._position in (wanted, None),
            limit=_LONGEST,
        )

    async def _select_filter(self, wanted: Numbers) -> None:
        if self.unread("Position") is not None:  # some tell none until they have moved: the target needs none
            self._is_wheel_astray = True
        await super()._select_filter(wanted)
