"""Modules that take their time to load, such as numpy: threads load them, one at a time."""

from __future__ import annotations

from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Final

__all__ = ["load"]

_LOADING: Final = Lock()


def load(name: str) -> ModuleType:
    """Import a module; for threads.

    Two that import numpy by different ways at once may each find it half there: numpy's modules import one another in
    circles, for which Python gives up a module's lock (``importlib._bootstrap._ModuleLock``), and fail for ever.

    Args:
        name: Its whole name.
    """
    with _LOADING:
        return import_module(name)
