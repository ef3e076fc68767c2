"""Bytes from a server → what is worth recording: elements as they came, and as much of their BLOBs as is wanted."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Container, Iterator
from typing import Final

from lightapt_protocol.blob_framing import BlobElement, BlobPart, BlobReceiver
from lightapt_protocol.errors import BlobError
from lightapt_protocol.framing import Element, Framer
from lightapt_protocol.recording import BlobBody, BlobChoice, EntryKind, header_of
from lightapt_protocol.recording.entries import vector_text

from ..blobs import Body, attached
from .heard import Heard

__all__ = ["Intake"]

_log: Final = logging.getLogger(__name__)
_NOTHING: Final = BlobBody(b"", 0)


class Intake:
    """Cuts the bytes of one connection.

    Args:
        take_descriptor: Gives the memory that came beside the bytes, one BLOB's after the other.
        blobs: How much is kept of BLOBs.
        devices: What other devices say is left out; none named, none is.
    """

    def __init__(
        self, take_descriptor: Callable[[], int | None], *, blobs: BlobChoice, devices: Container[bytes] = ()
    ) -> None:
        self._framer = Framer()
        self._take_descriptor = take_descriptor
        self._blobs = blobs
        self._devices = devices
        self._bodies: dict[BlobPart, Body | None] = {}

    def feed(self, data: bytes, *, now: float) -> Iterator[Heard]:
        """Yield what is whole now, with this time.

        Raises:
            MalformedElementError: The stream cannot be read any further.
        """
        for element in self._framer.feed(data):
            if isinstance(element, Element):
                if not self._devices or self._concerns(element):
                    yield Heard(
                        now,
                        EntryKind.ELEMENT,
                        element.raw,
                        tag=element.tag,
                        device=element.device,
                        name=element.name,
                    )
            else:
                yield from self._with_blobs(element, now)
        if self._framer.error is not None:
            raise self._framer.error
        if self._framer.unfinished is not None:
            self._receive(self._framer.unfinished)

    def _concerns(self, element: Element | BlobElement) -> bool:
        return not self._devices or not element.device or element.device in self._devices

    def _with_blobs(self, element: BlobElement, now: float) -> Iterator[Heard]:
        is_wanted = self._concerns(element)
        bodies = tuple([self._body(part, is_wanted=is_wanted) for part in element.parts])
        if is_wanted:
            yield Heard(
                now,
                EntryKind.ELEMENT,
                vector_text(element),
                bodies=bodies,
                tag=element.tag,
                device=element.device,
                name=element.name,
            )

    def _body(self, part: BlobPart, *, is_wanted: bool) -> BlobBody:
        descriptor = self._take_descriptor() if part.attached else None
        if not is_wanted or self._blobs is BlobChoice.NONE:
            if descriptor is not None:
                os.close(descriptor)
            self._bodies.pop(part, None)
            return _NOTHING
        try:
            whole = attached(part, descriptor) if part.attached else self._decoded(part)
        except BlobError as error:
            _log.warning("a BLOB is left out: %s", error)
            return _NOTHING
        kept = whole if self._blobs is BlobChoice.ALL else header_of(whole, format=part.format)
        return BlobBody(kept, len(whole))

    def _receive(self, vector: BlobReceiver) -> None:
        """Take what has come of a BLOB, so that it is never kept encoded."""
        part = vector.part
        if part is None or not part.body:
            return
        if part not in self._bodies:
            is_wanted = self._blobs is not BlobChoice.NONE and self._concerns(vector.element)
            self._bodies[part] = Body(part.size) if is_wanted else None
        try:
            self._take(part)
        except BlobError as error:
            _log.warning("a BLOB is left out: %s", error)
            self._bodies[part] = None

    def _take(self, part: BlobPart) -> None:
        body = self._bodies[part]
        if body is not None:
            body.take(part)
        part.body.clear()

    def _decoded(self, part: BlobPart) -> memoryview:
        if part not in self._bodies:
            self._bodies[part] = Body(part.size)
        try:
            self._take(part)
        finally:
            body = self._bodies.pop(part)
        return memoryview(b"") if body is None else body.finished()
