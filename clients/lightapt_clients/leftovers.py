"""What was known before a connection was lost, and may be gone since. No I/O."""

from __future__ import annotations

from lightapt_protocol.messages import DelProperty
from lightapt_protocol.mirror import Mirror

__all__ = ["Leftovers"]


class Leftovers:
    """Properties that the devices have not told of since the connection was made again."""

    def __init__(self) -> None:
        self._names: set[tuple[str, str]] = set()

    def __bool__(self) -> bool:
        return bool(self._names)

    def collect(self, mirror: Mirror) -> None:
        """Take all that there is for left over."""
        self._names = {(prop.device, prop.name) for device in mirror.devices.values() for prop in device.values()}

    def is_confirmed(self, device: str, name: str) -> bool:
        """Take note that a property is still there; return whether it was left over."""
        if (device, name) not in self._names:
            return False
        self._names.remove((device, name))
        return True

    def drop(self) -> list[DelProperty]:
        """Return the messages that delete what is left over still, which it is no longer then."""
        names, self._names = sorted(self._names), set()
        return [DelProperty(device, name) for device, name in names]
