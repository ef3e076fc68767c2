"""Whom a bridged device looks at (ACTIVE_DEVICES) unless people say otherwise: the other devices of its server."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from .offered import Offered
from .places import AlpacaType

__all__ = ["MEMBERS", "companions_of"]

MEMBERS: Final[Mapping[str, Collection[AlpacaType]]] = {
    "ACTIVE_TELESCOPE": (AlpacaType.TELESCOPE,),
    "ACTIVE_ROTATOR": (AlpacaType.ROTATOR,),
    "ACTIVE_FOCUSER": (AlpacaType.FOCUSER,),
    "ACTIVE_FILTER": (AlpacaType.FILTER_WHEEL,),
    "ACTIVE_WEATHER": (AlpacaType.SAFETY_MONITOR, AlpacaType.OBSERVING_CONDITIONS),
}
"""The types that a member of ACTIVE_DEVICES may be, the preferred first."""
_LOOKING: Final = {
    AlpacaType.CAMERA: ("ACTIVE_TELESCOPE", "ACTIVE_ROTATOR", "ACTIVE_FOCUSER", "ACTIVE_FILTER"),
    AlpacaType.DOME: ("ACTIVE_TELESCOPE", "ACTIVE_WEATHER"),
}
"""The types that look at others, and at which."""


def companions_of(offered: Offered, known: Collection[Offered]) -> dict[str, str]:
    """Return the names of the devices that one looks at, by the member of ACTIVE_DEVICES.

    They are those of its own server, where that has one of a type: of two nobody knows which it is.

    Args:
        offered: The device.
        known: All that are bridged.
    """
    found: dict[str, str] = {}
    for member in _LOOKING.get(offered.place.type, ()):
        for kind in MEMBERS[member]:
            names = [one.name for one in known if one.place.type is kind and one.place.address == offered.place.address]
            if len(names) == 1:
                found.setdefault(member, names[0])
    return found
