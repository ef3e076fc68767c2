"""What goes wrong in a driver, and becomes words for the client: one tree."""

from __future__ import annotations

__all__ = ["DriverError", "HardwareError", "LinkLostError", "RefusedError"]


class DriverError(Exception):
    """Base: what was asked is not done. Raised by a handler, it turns the property to Alert.

    Attributes:
        reason: Why not, in words for the person at the client.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RefusedError(DriverError):
    """The client erred: it asks what cannot be, or cannot be now."""


class HardwareError(DriverError):
    """The hardware erred: it did not do what it was told."""


class LinkLostError(HardwareError):
    """The hardware cannot be reached any more: the device turns to Alert and tries to connect again."""
