"""Bytes from a server → messages."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Container, Iterator
from dataclasses import replace
from typing import Final

from lightapt_protocol.blob_framing import BlobPart, BlobReceiver
from lightapt_protocol.errors import BlobError, ProtocolError
from lightapt_protocol.framing import BlobElement, Element, Framer
from lightapt_protocol.messages import Message, SetBlobVector
from lightapt_protocol.parser import parse, parse_blob

from .blobs import Arrival, Body, attached, size_of

__all__ = ["Decoder"]

_log: Final = logging.getLogger(__name__)


class Decoder:
    """Turns the bytes of one connection into messages; what makes no sense is logged and left out.

    Args:
        take_descriptor: Gives the memory that came beside the bytes, one BLOB's after the other.
        devices: What other devices say is left out unread; none named, none is.
        wants: Whether the BLOBs of a device's property are wanted; of others only the property's state is told.
        arriving: Is told how much has come of one that is wanted, after each piece; attached ones come in no pieces.
    """

    def __init__(
        self,
        take_descriptor: Callable[[], int | None],
        *,
        devices: Container[str] = (),
        wants: Callable[[str, str], bool] = lambda _device, _name: True,
        arriving: Callable[[Arrival], None] = lambda _: None,
    ) -> None:
        self._framer = Framer()
        self._take_descriptor = take_descriptor
        self._devices = devices
        self._wants = wants
        self._arriving = arriving
        self._bodies: dict[BlobPart, Body | None] = {}  # None: not wanted

    @property
    def is_within(self) -> bool:
        """Whether what has come ends within an element."""
        return self._framer.partial

    def feed(self, data: bytes) -> Iterator[Message]:
        """Yield the messages that are whole now.

        Raises:
            MalformedElementError: The stream cannot be read any further.
        """
        for element in self._framer.feed(data):
            try:
                if not isinstance(element, Element):
                    yield from self._with_blobs(element)
                elif not self._devices or self._concerns(element):
                    yield parse(element.raw)
            except ProtocolError as error:
                _log.warning("left out: %s", error)
        if self._framer.error is not None:
            raise self._framer.error
        if self._framer.unfinished is not None:
            self._receive(self._framer.unfinished)

    def _concerns(self, element: Element | BlobElement) -> bool:
        return not self._devices or not element.device or element.device.decode() in self._devices

    def _is_wanted(self, element: BlobElement) -> bool:
        return self._concerns(element) and self._wants(element.device.decode(), element.name.decode())

    def _receive(self, vector: BlobReceiver) -> None:
        """Take what has come of a BLOB, so that it is never kept encoded."""
        part = vector.part
        if part is None or not part.body:
            return
        if part not in self._bodies:
            self._bodies[part] = Body(part.size) if self._is_wanted(vector.element) else None
        self._take(part)
        if (body := self._bodies[part]) is not None:
            element, member = vector.element, part.attributes.get("name", "")
            self._arriving(Arrival(element.device.decode(), element.name.decode(), member, len(body), size_of(part)))

    def _take(self, part: BlobPart) -> None:
        body = self._bodies[part]
        try:
            if body is not None:
                body.take(part)
        except BlobError as error:
            _log.warning("a BLOB is left out: %s", error)
            self._bodies[part] = None
        part.body.clear()

    def _with_blobs(self, element: BlobElement) -> Iterator[Message]:
        """Yield the message of a vector with those BLOBs that are wanted, whose descriptors are taken in any case."""
        descriptors = {part: self._take_descriptor() for part in element.parts if part.attached}
        is_wanted = self._is_wanted(element)
        found = [self._found(part, descriptors.get(part), is_wanted) for part in element.parts]
        if not self._concerns(element):
            return
        message = parse_blob(element)
        if isinstance(message, SetBlobVector):
            blobs = zip(message.members, found, strict=True)
            yield replace(message, members=tuple([replace(one, data=data) for one, data in blobs if data is not None]))

    def _found(self, part: BlobPart, descriptor: int | None, is_wanted: bool) -> memoryview | None:
        """Return the bytes of a BLOB; None where it is not wanted, or makes no sense."""
        try:
            if part.attached:
                return self._attached(part, descriptor, is_wanted)
            self._bodies.setdefault(part, Body(part.size) if is_wanted else None)
            self._take(part)
            body = self._bodies.pop(part)
            return None if body is None else body.finished()
        except BlobError as error:
            _log.warning("a BLOB is left out: %s", error)
            return None

    def _attached(self, part: BlobPart, descriptor: int | None, is_wanted: bool) -> memoryview | None:
        if is_wanted:
            return attached(part, descriptor)
        if descriptor is not None:
            os.close(descriptor)
        return None
