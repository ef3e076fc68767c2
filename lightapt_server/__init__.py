"""The hub: routes the INDI protocol between many clients, drivers and other hubs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .embedding import Hub

__all__ = ["Hub"]


def __getattr__(name: str) -> object:
    """Import :class:`Hub` when it is first asked for: command lines and help do without it."""
    if name == "Hub":
        from .embedding import Hub

        return Hub
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
