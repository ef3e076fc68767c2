"""Which properties are listed, in which order: device, group, property. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from lightapt_protocol.mirror import Device, Property

__all__ = ["Outline", "matches", "outline"]

Outline: TypeAlias = dict[str, dict[str, list[Property]]]
"""Properties by device and group; devices by name, the rest in the order of definition."""


def outline(devices: Mapping[str, Device], wanted: str = "") -> Outline:
    """Return the properties that match; devices and groups without any are left out."""
    found: Outline = {}
    for name in sorted(devices):
        for prop in devices[name].values():
            if matches(prop, wanted):
                found.setdefault(name, {}).setdefault(prop.group or "Other", []).append(prop)
    return found


def matches(prop: Property, wanted: str) -> bool:
    """Whether each of these words is somewhere in the names and labels of a property, its device, group and members."""
    words = wanted.casefold().split()
    if not words:
        return True
    members = (f"{member.name} {member.label}" for member in prop.members.values())
    text = " ".join([prop.device, prop.group, prop.name, prop.label, *members]).casefold()
    return all(word in text for word in words)
