"""All of PHD2's methods together, under PHD2's own names, and how long each may take."""

from __future__ import annotations

from typing import Final

from .capture_methods import CaptureMethods
from .equipment_methods import EquipmentMethods
from .guiding_methods import GuidingMethods

__all__ = ["METHODS", "SLOW", "Methods"]


class Methods(EquipmentMethods, CaptureMethods, GuidingMethods):
    """All 54."""


METHODS: Final = frozenset(
    name
    for themes in (EquipmentMethods, CaptureMethods, GuidingMethods)
    for name in vars(themes)
    if not name.startswith("_")
)
"""Their names."""

SLOW: Final = {"set_connected": 120.0, "set_profile": 60.0, "find_star": 60.0, "save_image": 60.0}
"""Seconds for those that PHD2 answers when it is done, and that take their time."""
