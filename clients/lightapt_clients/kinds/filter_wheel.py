"""A filter wheel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import index
from typing import ClassVar

from lightapt_protocol.standard import DriverInterface, Standard

from ..errors import MissingError, RequestError
from .base import Kind

__all__ = ["FilterWheel"]


class FilterWheel(Kind):
    """A filter wheel. Slots are counted from 1."""

    interface: ClassVar[DriverInterface] = DriverInterface.FILTER
    essential: ClassVar[Standard] = Standard.FILTER_SLOT

    @property
    def names(self) -> Sequence[str]:
        """The filters' names by their slots, the first in slot 1; empty where the wheel has none."""
        names = self.device[Standard.FILTER_NAME]
        return tuple(names.text(member) for member in names) if names.exists else ()

    @property
    def slots(self) -> int:
        """How many slots it has."""
        most = self.device[Standard.FILTER_SLOT].maximum("FILTER_SLOT_VALUE")
        return int(most) if math.isfinite(most) else len(self.names)

    @property
    def slot(self) -> int:
        """The slot in the beam."""
        return int(self.device[Standard.FILTER_SLOT].number("FILTER_SLOT_VALUE"))

    @property
    def filter(self) -> str:
        """The name of the filter in the beam; empty where it has none."""
        names, slot = self.names, self.slot
        return names[slot - 1] if 0 < slot <= len(names) else ""

    async def select(self, which: str | int, *, timeout: float | None = 120.0) -> None:
        """Turn a filter into the beam, by its name or its slot, and wait until it is there.

        Raises:
            MissingError: It has no filter of this name.
            RequestError: It is neither a name nor a whole number.
            AbortedError: The wheel stopped on its way, or says Ok elsewhere.
        """
        await self._property(Standard.FILTER_SLOT)
        slot = await self._slot_of(which) if isinstance(which, str) else self._slot(which)
        await self._move(Standard.FILTER_SLOT, timeout=timeout, FILTER_SLOT_VALUE=slot)

    async def rename(self, names: Sequence[str]) -> None:
        """Give the filters these names, from slot 1 on."""
        prop = await self._property(Standard.FILTER_NAME)
        members = list(prop)
        if len(names) > len(members):
            raise MissingError(f"{self.name} has {len(members)} slots, and not {len(names)}")
        await prop.set(dict(zip(members, names, strict=False)))

    def _slot(self, which: object) -> int:
        try:
            return index(which)  # type: ignore[arg-type] # or TypeError
        except TypeError as error:
            raise RequestError(f"{self.name}: {which!r} is neither a filter's name nor a slot") from error

    async def _slot_of(self, name: str) -> int:
        """Return the slot of a filter: by its exact name, or if only one is meant in whatever letters."""
        await self._property(Standard.FILTER_NAME)
        names = self.names
        found = [slot for slot, one in enumerate(names, 1) if one == name]
        found = found or [slot for slot, one in enumerate(names, 1) if one.casefold() == name.casefold()]
        if len(found) != 1:
            raise MissingError(f"{self.name} has no filter {name!r}, but {', '.join(names)}")
        return found[0]
