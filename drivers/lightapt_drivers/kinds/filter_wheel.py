"""A filter wheel: slots, and the names of what is in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from lightapt_drivers import (
    DefNumber,
    DefText,
    Device,
    DriverInterface,
    Numbers,
    NumberVector,
    RefusedError,
    Standard,
    Texts,
    TextVector,
    on_new,
    operation,
)

__all__ = ["FilterWheel", "filters"]

_GROUP: Final = "Filter Wheel"
_SLOTS: Final = 8


def filters(names: Iterable[str]) -> list[DefText]:
    """Return the members of FILTER_NAME for a wheel with these filters, from slot 1 on."""
    return [DefText(f"FILTER_SLOT_NAME_{slot}", name, label=f"Slot {slot}") for slot, name in enumerate(names, start=1)]


class FilterWheel(Device):
    """Puts filters into the beam. A driver fills in :meth:`select_filter`.

    It has eight slots, unless the driver declares others or says so when it is connected (:meth:`set_slots`).
    """

    interface: ClassVar[DriverInterface] = DriverInterface.FILTER

    filter_slot = NumberVector(
        Standard.FILTER_SLOT,
        DefNumber("FILTER_SLOT_VALUE", 1, label="Slot", format="%.0f", min=1, max=_SLOTS, step=1),
        label="Filter slot",
        group=_GROUP,
    )
    filter_names = TextVector(
        Standard.FILTER_NAME,
        *filters(f"Filter {slot + 1}" for slot in range(_SLOTS)),
        label="Filter names",
        group=_GROUP,
        saved=True,
    )

    _is_wheel_astray: bool = False
    """Whether a motion did not come to its end: then no one knows what is in the beam."""

    # For a driver to fill in.

    async def select_filter(self, slot: int) -> None:
        """Put the filter of a slot, from 1 on, into the beam, and return when it is there.

        Cancelled: another one is wanted, or none any more. A wheel that cannot be stopped goes on.
        """
        raise NotImplementedError

    async def rename_filters(self, names: tuple[str, ...]) -> None:
        """Have the hardware, too, know its filters by these names. Most know none: then nothing is to be done."""

    # For a driver to use.

    def set_slots(self, count: int) -> None:
        """Say how many slots there are, when it is connected; those that there were keep their names."""
        names = list(self.filter_names.values.values())[:count]
        if count != len(self.filter_names.values):
            more = (f"Filter {slot + 1}" for slot in range(len(names), count))
            self.filter_names.redefine(*filters([*names, *more]))
        if self.filter_slot.range("FILTER_SLOT_VALUE") != (1, count):
            self.filter_slot.limit("FILTER_SLOT_VALUE", min=1, max=count)

    def filter_at(self, slot: int) -> None:
        """Take note of the slot that is in the beam, and tell the clients."""
        self._is_wheel_astray = False
        self.filter_slot.change(FILTER_SLOT_VALUE=slot)

    # What every wheel does.

    @operation(filter_slot)
    async def _select_filter(self, wanted: Numbers) -> None:
        if not self._is_wheel_at(wanted.value):
            self._is_wheel_astray = True
            await self.select_filter(int(wanted.value))
        self.filter_at(int(wanted.value))

    @on_new(filter_names)
    async def _rename_filters(self, wanted: Texts) -> None:
        if nameless := [slot for slot, name in enumerate(wanted.values(), start=1) if not name.strip()]:
            raise RefusedError(f"the filter in slot {nameless[0]} needs a name")
        await self.rename_filters(tuple(wanted.values()))
        self.filter_names.ok(wanted)
        self.remember(self.filter_names)

    def _is_wheel_at(self, slot: float) -> bool:
        return self.filter_slot.value == slot and not self._is_wheel_astray
