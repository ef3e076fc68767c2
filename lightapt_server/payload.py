"""Pictures on their way: BLOB vectors that any number of outboxes share, read piece by piece.

A picture is held once, in the form in which it came: base64 in the chunks as read, or shared memory. Whatever another
reader needs is made from that while it is being read: base64 once for all stream readers that keep pace, shared memory
once for all readers on unix sockets.
"""

from __future__ import annotations

import logging
import os
import stat
from bisect import bisect_right
from collections import OrderedDict, deque
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final, Protocol

import pybase64

from lightapt_protocol.blob_framing import BlobElement, BlobPart, Chunk
from lightapt_protocol.blobs import SLICE, Decoder, encoded_size
from lightapt_protocol.errors import BlobError, MalformedElementError
from lightapt_protocol.escaping import start_of_tag
from lightapt_protocol.shared_memory import create

__all__ = ["Attachment", "Ledger", "Picture", "Segment", "SharedForm", "SpooledPicture", "picture_of"]

_log = logging.getLogger(__name__)
_MOST_PIECES: Final = 1000
"""Pieces of one parcel: the system writes 1024 at once."""
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
        off meanwhile, or cannot be read, is zeros, for the reader has been told of the size already.
        """
        count = max(0, min(count, self.size - offset))
        try:
            held = os.pread(self.descriptor, count, offset)
        except OSError:  # its sender's doing: it is open for writing only, say
            held = b""
        return held.ljust(count, b"\0")

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


class Ledger:
    """Counts what pictures take in memory, in bytes."""

    __slots__ = ("held",)

    def __init__(self) -> None:
        self.held = 0


class Picture:
    """A BLOB vector, shared by the outboxes that hold it.

    Each reader joins before any of them begins, and tells how far it has come: what all have passed is let go, so
    that one picture flows in while the one before it flows off.

    Attributes:
        device: The device that it comes from or goes to.
        name: The property.
        is_stream: Whether it is a frame of a video: one that may be dropped for a newer one.
        size: Its bytes as a stream reader gets them.
        attachments: The shared memory that came with it, in the order of its attached BLOBs.
        spooled: A copy of all of it in the spool, once there is one.
    """

    __slots__ = (
        "_element",
        "_ends",
        "_held",
        "_ledger",
        "_pins",
        "_readers",
        "_segments",
        "_shared",
        "_waited_for",
        "attachments",
        "device",
        "is_stream",
        "name",
        "size",
        "spooled",
    )

    def __init__(
        self, element: BlobElement, attachments: Sequence[Attachment] = (), *, ledger: Ledger | None = None
    ) -> None:
        self.device = element.device
        self.name = element.name
        self.is_stream = any("stream" in part.format for part in element.parts)
        self.attachments = attachments
        self._element = element if len(element.parts) <= _DESCRIPTORS else None  # what the form with descriptors needs
        self._shared: _Sharing | None = None
        self._segments: list[Chunk | Segment] = list(_segments(element, attachments))
        self._ends = list(accumulate(len(s) if isinstance(s, Chunk) else s.length for s in self._segments))
        self.size = self._ends[-1]
        self.spooled: SpooledPicture | None = None
        self._readers = self._pins = 0
        self._waited_for: list[int] = []  # for each segment: readers that have not passed it
        self._ledger = ledger or Ledger()
        self._held = sum(len(s) for s in self._segments if isinstance(s, Chunk)) + sum(a.size for a in attachments)
        self._ledger.held += self._held

    def __del__(self) -> None:
        self._ledger.held -= self._held

    # The readers.

    def join(self, *, shares: bool = False) -> None:
        """Count one more reader; `shares`: it wants the form with descriptors, which is made of the whole."""
        self._readers += 1
        self._pins += shares

    def advance(self, before: int, after: int) -> None:
        """Take note that a reader has come from one offset to another."""
        if self._pins:
            return
        if not self._waited_for:
            self._waited_for = [self._readers] * len(self._segments)
        for index in range(bisect_right(self._ends, before), bisect_right(self._ends, after)):
            self._waited_for[index] -= 1
            if not self._waited_for[index]:
                self._let_go(index)

    def leave(self, offset: int, *, shares: bool = False) -> None:
        """Take note that a reader needs nothing from `offset` on."""
        self._pins -= shares
        if not shares:
            self.advance(offset, self.size)

    def pin(self) -> None:
        """Let nothing go until :meth:`unpin`."""
        self._pins += 1

    def unpin(self) -> None:
        """Undo a :meth:`pin`."""
        self._pins -= 1

    def _let_go(self, index: int) -> None:
        segment = self._segments[index]
        self._element = None
        if isinstance(segment, Chunk):
            self._segments[index] = b""
            self._held -= len(segment)
            self._ledger.held -= len(segment)

    def gather(self, offset: int, most: int) -> list[Chunk]:
        """Return the next pieces from `offset` on, about `most` bytes; none at the end.

        Raises:
            ValueError: All readers that joined have passed that place.
        """
        pieces: list[Chunk] = []
        index = bisect_right(self._ends, offset)
        while most > 0 and offset < self.size and len(pieces) < _MOST_PIECES:
            segment, start = self._segments[index], self._ends[index - 1] if index else 0
            inside = offset - start
            if not isinstance(segment, Chunk):
                piece = segment.read(inside)
            else:
                piece = memoryview(segment)[inside:] if inside else segment
            if not piece:
                raise ValueError(f"byte {offset} of a picture has been let go: every reader had passed it")
            pieces.append(piece)
            offset += len(piece)
            most -= len(piece)
            index = bisect_right(self._ends, offset, lo=index)
        return pieces

    def shared_form(self) -> SharedForm | None:
        """Return the form with descriptors; None while it is still being made (call again).

        Where memory or descriptors have run out :attr:`can_be_shared` turns false.

        Raises:
            BlobError: A body is not base64.
        """
        if self._shared is None and self._element is not None:
            self._shared = _Sharing(self._element, self.attachments)
        try:
            return self._shared.form() if self._shared else None
        except OSError as error:
            _log.error("a picture of %s goes by the slow way: %s", self.device.decode(), error.strerror)
            self._shared = self._element = None
            return None

    @property
    def can_be_shared(self) -> bool:
        """Whether there is a form with descriptors: one message cannot carry very many."""
        return self._element is not None


class SpooledPicture(Protocol):
    """The copy of a picture in the spool file; its place is given back with the object."""

    def gather(self, offset: int, most: int) -> list[Chunk]:
        """Return the next piece, as :meth:`Picture.gather` does."""
        ...


class _Sharing:
    """Makes the form with descriptors, a chunk a call, so that the hub is never busy with one picture."""

    __slots__ = ("_fault", "_made", "_work")

    def __init__(self, element: BlobElement, attachments: Iterable[Attachment]) -> None:
        self._made: SharedForm | None = None
        self._fault = ""
        self._work = _share(element, iter(attachments))

    def form(self) -> SharedForm | None:
        if self._fault:  # found out for another reader
            raise BlobError(self._fault)
        if self._made is None:
            try:
                next(self._work)
            except StopIteration as end:
                self._made = end.value
            except BlobError as error:
                self._fault = error.reason
                raise
        return self._made


# Not a method: a generator that held its owner would keep the picture until the garbage collector comes round.
def _share(element: BlobElement, given: Iterator[Attachment]) -> Generator[None, None, SharedForm]:
    message: list[bytes] = [element.head]
    attachments: list[Attachment] = []
    for part in element.parts:
        if part.attached:
            attachment = next(given)
        else:
            attachment = Attachment(create(0), 0)
            yield from _decode_into(attachment, part)
        attachments.append(attachment)
        shape = {"len": str(attachment.size), "attached": "true"}
        message += _start_tag(part, without=("enclen",), more=shape), _PART_END
    return SharedForm(b"".join([*message, element.tail]), attachments)


def _decode_into(attachment: Attachment, part: BlobPart) -> Iterator[None]:
    decoder = Decoder()
    for chunk in part.body:
        plain = memoryview(decoder.write(chunk))
        while plain:
            count = os.write(attachment.descriptor, plain)
            attachment.size += count
            plain = plain[count:]
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
    return f"{start_of_tag('oneBLOB', attributes)}>".encode()


def picture_of(element: BlobElement, descriptors: deque[int], ledger: Ledger | None = None) -> Picture:
    """Return the picture of a BLOB vector; `descriptors` came beside it, and it takes those that are its own.

    Raises:
        MalformedElementError: A descriptor is missing, is not shared memory, or there is too little of it.
    """
    attachments = [_attachment(part, descriptors) for part in element.parts if part.attached]
    return Picture(element, attachments, ledger=ledger)


def _attachment(part: BlobPart, descriptors: deque[int]) -> Attachment:
    if not descriptors:
        raise MalformedElementError("an attached BLOB without a descriptor", element=part.head)
    attachment = Attachment(descriptors.popleft(), int(part.attributes.get("len") or part.size))
    held = os.fstat(attachment.descriptor)
    if not stat.S_ISREG(held.st_mode):
        raise MalformedElementError("an attached BLOB whose descriptor is not shared memory", element=part.head)
    if held.st_size < attachment.size:
        reason = f"an attached BLOB of {attachment.size} bytes in {held.st_size}"
        raise MalformedElementError(reason, element=part.head)
    return attachment
