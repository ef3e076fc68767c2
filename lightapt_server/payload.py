"""Pictures on their way: BLOB vectors that any number of outboxes share, read piece by piece.

A picture is held once, in the form in which it came: base64 in the chunks as read, or shared memory. Whatever another
reader needs is made from that while it is being read: base64 once for all stream readers that keep pace, shared memory
once for all readers on unix sockets.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final, Protocol
from xml.sax.saxutils import quoteattr

import pybase64

from lightapt_protocol.blob_framing import BlobElement, BlobPart, Chunk
from lightapt_protocol.blobs import SLICE, Decoder, encoded_size
from lightapt_protocol.shared_memory import create

__all__ = ["Attachment", "Picture", "Segment", "SharedForm", "SpooledPicture"]

_PART_END: Final = b"</oneBLOB>\n"
_CACHED_SLICES: Final = 6
_ENCODED_SLICE: Final = encoded_size(SLICE)
_DESCRIPTORS: Final = 16
"""Most descriptors of one message: what libindi takes (facts of SCM_RIGHTS in its IUUserIO)."""


class Segment(Protocol):
    """A stretch of a picture that is made, or fetched, when it is read."""

    length: int

    def read(self, offset: int) -> Chunk:
        """Return at least one byte from `offset` on."""
        ...


class Attachment:
    """Shared memory that came with a message, or goes with one; the descriptor is closed with the object."""

    __slots__ = ("descriptor", "size")

    def __init__(self, descriptor: int, size: int) -> None:
        self.descriptor = descriptor
        self.size = size

    def read(self, offset: int, count: int) -> bytes:
        """Return bytes of the BLOB.

        It is read rather than mapped: who maps memory that its owner may shorten dies when he does. What has been cut
        off meanwhile reads as zeros, for the reader has been told of the size already.
        """
        count = min(count, self.size - offset)
        return os.pread(self.descriptor, count, offset).ljust(count, b"\0")

    def __del__(self) -> None:
        os.close(self.descriptor)


class _Encoded:
    """Shared memory read as base64. The last slices are kept for the other readers that are at the same place."""

    __slots__ = ("_attachment", "_slices", "length")

    def __init__(self, attachment: Attachment) -> None:
        self._attachment = attachment
        self._slices: OrderedDict[int, bytes] = OrderedDict()
        self.length = encoded_size(attachment.size)

    def read(self, offset: int) -> Chunk:
        index, inside = divmod(offset, _ENCODED_SLICE)
        piece = self._slices.get(index)
        if piece is None:
            piece = self._slices[index] = pybase64.b64encode(self._attachment.read(index * SLICE, SLICE))
            if len(self._slices) > _CACHED_SLICES:
                self._slices.popitem(last=False)
        return memoryview(piece)[inside:] if inside else piece


class SharedForm:
    """A picture as a reader on a unix socket gets it: a short message, and descriptors beside it."""

    __slots__ = ("attachments", "message")

    def __init__(self, message: bytes, attachments: Sequence[Attachment]) -> None:
        self.message = message
        self.attachments = attachments

    @property
    def descriptors(self) -> list[int]:
        """What to send with the first byte of the message."""
        return [attachment.descriptor for attachment in self.attachments]


class Picture:
    """A BLOB vector, shared by the outboxes that hold it.

    Attributes:
        device: The device that it comes from or goes to.
        name: The property.
        is_stream: Whether it is a frame of a video: one that may be dropped for a newer one.
        size: Its bytes as a stream reader gets them.
        attachments: The shared memory that came with it, in the order of its attached BLOBs.
    """

    __slots__ = (
        "_segments",
        "_shared",
        "_starts",
        "attachments",
        "device",
        "is_stream",
        "name",
        "size",
        "spooled",
    )

    def __init__(self, element: BlobElement, attachments: Sequence[Attachment] = ()) -> None:
        self.device = element.device
        self.name = element.name
        self.is_stream = any("stream" in part.format for part in element.parts)
        self.attachments = attachments
        self._shared = _Sharing(element, attachments) if len(element.parts) <= _DESCRIPTORS else None
        self._segments: Sequence[Chunk | Segment] = list(_segments(element, attachments))
        lengths = [len(s) if isinstance(s, Chunk) else s.length for s in self._segments]
        self._starts = [0, *accumulate(lengths)]
        self.size = self._starts.pop()
        self.spooled: SpooledPicture | None = None

    def gather(self, offset: int, most: int) -> list[Chunk]:
        """Return the next pieces from `offset` on, about `most` bytes; none at the end."""
        pieces: list[Chunk] = []
        index = bisect_right(self._starts, offset) - 1
        while most > 0 and offset < self.size:
            segment, inside = self._segments[index], offset - self._starts[index]
            if not isinstance(segment, Chunk):
                piece = segment.read(inside)
            else:
                piece = memoryview(segment)[inside:] if inside else segment
            pieces.append(piece)
            offset += len(piece)
            most -= len(piece)
            while index + 1 < len(self._starts) and offset >= self._starts[index + 1]:
                index += 1
        return pieces

    def shared_form(self) -> SharedForm | None:
        """Return the form with descriptors; None while it is still being made (call again).

        Raises:
            BlobError: A body is not base64, or shared memory is smaller than stated.
        """
        return self._shared.form() if self._shared else None

    @property
    def can_be_shared(self) -> bool:
        """Whether there is a form with descriptors: one message cannot carry very many."""
        return self._shared is not None


class SpooledPicture(Protocol):
    """The copy of a picture in the spool file; its place is given back with the object."""

    def gather(self, offset: int, most: int) -> list[Chunk]:
        """Return the next piece, as :meth:`Picture.gather` does."""
        ...


class _Sharing:
    """Makes the form with descriptors, a chunk a call, so that the hub is never busy with one picture."""

    __slots__ = ("_made", "_work")

    def __init__(self, element: BlobElement, attachments: Iterable[Attachment]) -> None:
        self._made: SharedForm | None = None
        self._work = self._make(element, iter(attachments))

    def form(self) -> SharedForm | None:
        if self._made is None:
            next(self._work, None)
        return self._made

    def _make(self, element: BlobElement, given: Iterator[Attachment]) -> Iterator[None]:
        message, attachments = [element.head], []
        for part in element.parts:
            if part.attached:
                attachment = next(given)
            else:
                attachment = Attachment(create(0), 0)
                yield from _decode_into(attachment, part)
            attachments.append(attachment)
            shape = {"len": str(attachment.size), "attached": "true"}
            message += _start_tag(part, without=("enclen",), more=shape), _PART_END
        self._made = SharedForm(b"".join([*message, element.tail]), attachments)


def _decode_into(attachment: Attachment, part: BlobPart) -> Iterator[None]:
    decoder = Decoder()
    for chunk in part.body:
        attachment.size += os.write(attachment.descriptor, decoder.write(chunk))
        yield
    decoder.close()


def _segments(element: BlobElement, attachments: Iterable[Attachment]) -> Iterator[Chunk | Segment]:
    given = iter(attachments)
    yield element.head
    for part in element.parts:
        if part.attached:
            yield _start_tag(part, without=("attached", "enclen", "len"), more={})
            yield _Encoded(next(given))
        else:
            yield part.head
            yield from part.body
        yield _PART_END
    yield element.tail


def _start_tag(part: BlobPart, *, without: Collection[str], more: Mapping[str, str]) -> bytes:
    attributes = {key: value for key, value in part.attributes.items() if key not in without} | dict(more)
    return ("<oneBLOB" + "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items()) + ">").encode()
