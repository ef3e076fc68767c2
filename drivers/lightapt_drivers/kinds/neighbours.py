"""What the devices around a camera say, as far as it is known."""

from __future__ import annotations

from lightapt_drivers import DefNumber, DefText, LiveSnoop, Standard

__all__ = ["filter_name", "is_on", "number"]


def number(snoop: LiveSnoop, name: str, member: str) -> float | None:
    """Return a number of a snooped device, or None while it is not known."""
    prop = snoop.find(name)
    found = prop.members.get(member) if prop is not None else None
    return found.value if isinstance(found, DefNumber) else None


def is_on(snoop: LiveSnoop, name: str, member: str) -> bool:
    """Whether a switch of a snooped device is known to be on."""
    prop = snoop.find(name)
    return prop is not None and member in prop.switches_on()


def filter_name(wheel: LiveSnoop) -> str | None:
    """Return the name of the filter in the light, or None where it is not known."""
    slot = number(wheel, Standard.FILTER_SLOT, "FILTER_SLOT_VALUE")
    names = wheel.find(Standard.FILTER_NAME)
    if slot is None or names is None or not 1 <= slot <= len(names.members):
        return None
    name = list(names.members.values())[int(slot) - 1]
    return name.value if isinstance(name, DefText) else None
