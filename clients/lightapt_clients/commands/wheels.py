"""Which filter wheel stands in front of a camera, and which filter is meant."""

from __future__ import annotations

from lightapt_protocol.standard import DriverInterface, Standard

from ..kinds import Camera, FilterWheel
from ..kinds.finding import interface_of
from .choosing import if_known, near
from .exits import CommandError

__all__ = ["filter_in", "slot_of", "wheel_of"]


def wheel_of(camera: Camera) -> str:
    """Return the name of the wheel that a camera follows, or of the camera where that is one; empty if not known."""
    device = camera.device
    if DriverInterface.FILTER in interface_of(device.properties):
        return device.name
    active = device[Standard.ACTIVE_DEVICES]
    named = active.text("ACTIVE_FILTER") if "ACTIVE_FILTER" in active else ""
    return named if named in device.client.devices else ""


def slot_of(wheel: FilterWheel, which: str) -> int:
    """Return the slot that is meant by a filter's name, in whatever letters, or by a number.

    Raises:
        CommandError: There is no such filter.
    """
    names = [*wheel.names]
    folded = [name.casefold() for name in names]
    for words, wanted in ((names, which), (folded, which.casefold())):
        if words.count(wanted) == 1:
            return words.index(wanted) + 1
    if which.isdecimal() and 1 <= int(which) <= wheel.slots:
        return int(which)
    listed = ", ".join(name for name in names if name) or f"slots 1 to {wheel.slots}"
    raise CommandError(f"{wheel.name} has no filter {which!r}{near(which, names)}\nIt has {listed}.")


def filter_in(wheel: FilterWheel | None) -> str:
    """Return the name of the filter in the beam; empty where that is not known."""
    return (wheel and if_known(lambda: wheel.filter or f"slot{wheel.slot}")) or ""
