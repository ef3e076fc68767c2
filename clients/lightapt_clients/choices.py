"""Which BLOBs a server is told to send, as the program's streams come and go. No I/O.

The choice is made for each property: to a whole device the reference server applies it to all devices at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lightapt_protocol.messages import EnableBlob
from lightapt_protocol.mirror import Mirror, Property
from lightapt_protocol.vocabulary import BlobPolicy, PropertyKind

from .subscriptions import BlobStream

__all__ = ["BlobChoices"]


class BlobChoices:
    """The streams, and what the server knows of them.

    Args:
        mirror: The properties that there are.
    """

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._streams: list[BlobStream] = []
        self._told: set[tuple[str, str]] = set()

    def wants(self, device: str, name: str) -> bool:
        """Whether there is a stream for the BLOBs of a property."""
        return any(stream.wants(device, name) for stream in self._streams)

    def streams_of(self, device: str, name: str) -> list[BlobStream]:
        """Return the streams for the BLOBs of a property."""
        return [stream for stream in self._streams if stream.wants(device, name)]

    def joined(self, stream: BlobStream) -> list[EnableBlob]:
        """Take a stream in, and return what to tell the server."""
        self._streams.append(stream)
        return list(self._news((stream,)))

    def left(self, stream: BlobStream) -> list[EnableBlob]:
        """Let a stream go, and return what to tell the server."""
        self._streams.remove(stream)
        unwanted = {(device, name) for device, name in self._told if not self.wants(device, name)}
        self._told -= unwanted
        return [EnableBlob(device, name, policy=BlobPolicy.NEVER) for device, name in sorted(unwanted)]

    def opened(self) -> list[EnableBlob]:
        """Return what to tell a server that knows nothing yet."""
        self._told.clear()
        return list(self._news(self._streams))

    def defined(self, prop: Property, *, is_new: bool) -> list[EnableBlob]:
        """Return what to tell the server now that a property is defined; a chained one may have forgotten."""
        if prop.kind is not PropertyKind.BLOB or not self.wants(prop.device, prop.name):
            return []
        if is_new:
            self._told.discard((prop.device, prop.name))
        return list(self._tell(prop.device, prop.name))

    def end(self) -> None:
        """Let all streams end."""
        for stream in self._streams:
            stream.end()

    def _news(self, streams: Iterable[BlobStream]) -> Iterator[EnableBlob]:
        for stream in streams:
            if stream.name:
                yield from self._tell(stream.device, stream.name)
            else:
                for prop in self._mirror.devices.get(stream.device, {}).values():
                    if prop.kind is PropertyKind.BLOB:
                        yield from self._tell(stream.device, prop.name)

    def _tell(self, device: str, name: str) -> Iterator[EnableBlob]:
        if (device, name) not in self._told:
            self._told.add((device, name))
            yield EnableBlob(device, name, policy=BlobPolicy.ALSO)
