"""Bytes → elements in a routing view, incrementally. Any cut of the input gives the same elements.

An element is recognised by one compiled pattern that is at the same time its check: what matches is well-formed.
Whatever the pattern does not know (comments, CDATA, entities, text beyond ASCII, an unusual order of attributes)
goes the slow way: :class:`~lightapt_protocol.walker.Walker` finds its end and expat checks it. The bodies of BLOBs
are neither copied nor joined: they stay the chunks in which they were read.

What does not live here: the meaning of an element (:mod:`~lightapt_protocol.parser`), and any I/O.
"""

from __future__ import annotations

import re
from typing import Final

from .blob_framing import BlobElement, BlobPart, BlobReceiver
from .errors import LimitExceededError, MalformedElementError
from .limits import START_TAG_LIMIT, Limits
from .waiting import Wait, WaitForLiteral, WaitForTagEnd
from .walker import Walker, blank_at, skip_blank, tag_at
from .wellformed import verify

__all__ = ["BlobElement", "BlobPart", "Element", "Framer"]

# Printable ASCII less what XML forbids or what may be part of an entity or of "]]>".
_DOUBLE = rb"[\t\n\r !#-%'-;=-~]*+"
_SINGLE = rb"[\t\n\r -%(-;=-~]*+"
_TEXT = rb"[\t\n\r -%'-;=?-~]*+"
_SPACE = rb"[ \t\r\n]"  # narrower than what \s matches


def _attribute(name: str) -> bytes:
    return rb"(?:%b++%b=(?:\"%b\"|'%b'))?" % (_SPACE, name.encode(), _DOUBLE, _SINGLE)


def _captured(name: str) -> bytes:
    # Without tabs and newlines, which mean a space in an attribute.
    double, single = (values.replace(rb"\t\n\r", b"") for values in (_DOUBLE, _SINGLE))
    return rb"(?:%b++%b=(?:\"(%b)\"|'(%b)'))?" % (_SPACE, name.encode(), double, single)


def _attributes(names: str) -> bytes:
    return b"".join(map(_attribute, names.split()))


# A fixed order makes a repeated attribute impossible without a look at each. It is the order in which libindi,
# indiserver and this project write; any other goes the slow way.
_MEMBER = (
    rb"<((?:one|def)(?:Number|Text|Switch|Light|BLOB))"
    + _attributes("name label format min max step")
    + rb"%(space)b*+(?:/>|>%(text)b</\7%(space)b*+>)%(space)b*+" % {b"space": _SPACE, b"text": _TEXT}
)
_COMMON: Final = re.compile(
    rb"%b*+(?:<\?xml [^<>?]{0,200}+\?>%b*+)?(<(?!setBLOB|newBLOB)([A-Za-z]++)" % (_SPACE, _SPACE)
    + _attribute("version")
    + _captured("device")
    + _captured("name")
    + _attributes("label group state perm rule timeout timestamp message uid")
    + rb"%(space)b*+(?:/>|>(?:%(space)b*+(?:%(member)b){0,1000}|%(text)b)</\2%(space)b*+>))"
    % {b"space": _SPACE, b"member": _MEMBER, b"text": _TEXT}
)
_BLOB_TAGS: Final = frozenset({b"setBLOBVector", b"newBLOBVector"})


class Element:
    """A whole element that is not a BLOB, as it stood on the wire.

    Attributes:
        tag: Its name, for example ``b"setNumberVector"``.
        device: The device it names, decoded, in UTF-8; empty where it names none.
        name: The property it names; empty where it names none.
        raw: The element from its first ``<`` to its last ``>``, well-formed UTF-8, ending in a newline or not.
    """

    __slots__ = ("device", "name", "raw", "tag")

    def __init__(self, tag: bytes, device: bytes, name: bytes, raw: bytes) -> None:
        self.tag = tag
        self.device = device
        self.name = name
        self.raw = raw

    def __repr__(self) -> str:
        return f"<Element {self.tag!r} device={self.device!r} name={self.name!r} {len(self.raw)} bytes>"


class Framer:
    """Cuts one stream into elements.

    After :meth:`feed` look at :attr:`error`: the elements that it returned came before the fault and are good, but the
    stream cannot be read any further.

    Attributes:
        error: What is wrong with the stream, or None.
    """

    __slots__ = ("_common_size", "_inside", "_limits", "_offset", "_pending", "_wait", "error")

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._common_size = min(START_TAG_LIMIT, self._limits.control_size)
        self._pending = bytearray()  # what came of an element that is not whole
        self._wait: Wait | None = None  # until this is over it cannot become whole
        self._offset = 0  # where in the stream the data to scan begin
        self._inside: Walker | BlobReceiver | None = None
        self.error: MalformedElementError | None = None

    @property
    def partial(self) -> bool:
        """Whether the stream stands within an element."""
        return self._inside is not None or bool(self._pending)

    @property
    def receiving(self) -> int:
        """How many bytes have come of the BLOBs of a vector that is not whole."""
        return self._inside.received if isinstance(self._inside, BlobReceiver) else 0

    @property
    def unfinished(self) -> BlobReceiver | None:
        """The BLOB vector that is not whole yet; a reader may take away from its last body what has come."""
        return self._inside if isinstance(self._inside, BlobReceiver) else None

    def feed(self, data: bytes) -> list[Element | BlobElement]:
        """Return the elements that are whole now; a fault is left in :attr:`error`."""
        out: list[Element | BlobElement] = []
        if self.error is not None:
            return out
        try:
            if self._pending:
                self._feed_pending(data, out)
            else:
                taken = self._scan(data, out)
                self._pending += memoryview(data)[taken:]
                self._check_size()
        except MalformedElementError as error:
            self.error = error.with_traceback(None)  # which would hold this object, and what was fed
            self._pending.clear()
            self._inside = None
        return out

    def _feed_pending(self, data: bytes, out: list[Element | BlobElement]) -> None:
        pending, new = self._pending, len(self._pending)
        pending += data
        if self._wait is None or self._wait.is_over(pending, new):
            taken = self._scan(pending, out)
            del pending[:taken]
        self._check_size()

    def _check_size(self) -> None:
        if len(self._pending) > self._limits.control_size:
            raise self._too_large(self._pending, offset=self._offset)

    def _too_large(self, element: bytes | bytearray, offset: int = 0) -> LimitExceededError:
        reason = f"an element of more than {self._limits.control_size} bytes"
        return LimitExceededError(reason, element=element[:80], offset=offset)

    def _scan(self, data: bytes | bytearray, out: list[Element | BlobElement]) -> int:
        """Append the elements that are whole in `data`, and return how much of it has been taken."""
        pos, more = 0, True
        try:
            while more:
                if self._inside is not None:
                    pos, more = self._continue(self._inside, data, pos, out)
                else:
                    pos = skip_blank(data, _take_common(data, pos, out, self._common_size))
                    pos, more = self._begin(data, pos)
        except MalformedElementError as error:
            error.offset = self._offset + pos
            raise
        self._offset += pos
        return pos

    def _begin(self, data: bytes | bytearray, pos: int) -> tuple[int, bool]:
        """Look at what the pattern did not take; return the position, and whether there is more to do there."""
        self._wait = None
        if pos == len(data):
            return pos, False
        after, self._wait = blank_at(data, pos)
        if after - pos > self._limits.control_size:
            raise self._too_large(data[pos:after])
        if after != pos:
            return max(after, pos), after > pos
        tag = tag_at(data, pos)
        if tag is None:
            self._wait = WaitForTagEnd(data, pos)
            return pos, False
        if tag.closing:
            raise MalformedElementError(f"</{tag.name.decode()}> without a beginning")
        if tag.name in _BLOB_TAGS and not tag.empty:
            self._inside = BlobReceiver(tag.name, bytes(data[pos : tag.end]), self._limits)
            return tag.end, True
        closing = b"</" + tag.name
        # A large element is walked as it comes, so that a tag which nothing closes is noticed.
        if not tag.empty and data.find(closing, tag.end) < 0 and len(data) - pos < START_TAG_LIMIT:
            self._wait = WaitForLiteral(closing, limit=START_TAG_LIMIT)
            return pos, False
        self._inside = Walker(self._limits.depth)
        return pos, True

    def _continue(
        self, inside: Walker | BlobReceiver, data: bytes | bytearray, pos: int, out: list[Element | BlobElement]
    ) -> tuple[int, bool]:
        after = inside.advance(data, pos)
        if not inside.done:
            self._wait = inside.wait
            return after, False
        self._inside = None
        if isinstance(inside, BlobReceiver):
            out.append(_blob_or_element(inside.element))
        else:
            out.append(self._irregular(bytes(data[pos:after])))
        return after, True

    def _irregular(self, raw: bytes) -> Element:
        if len(raw) > self._limits.control_size:
            raise self._too_large(raw)
        raw, attributes = verify(raw)
        return _element(raw, attributes)


def _take_common(data: bytes | bytearray, pos: int, out: list[Element | BlobElement], size: int) -> int:
    """Append the elements at `pos` that the pattern knows, up to `size` bytes each; return where it stopped."""
    match, append = _COMMON.match, out.append
    while found := match(data, pos):
        raw, tag, device, device_, name, name_, _ = found.groups()  # group() takes twice as long
        end = found.end()
        if end - pos > size:  # with what stands before it: a declaration has its limit, too
            break
        append(Element(tag, device or device_ or b"", name or name_ or b"", raw))
        pos = end
    return pos


def _element(raw: bytes, attributes: dict[str, str]) -> Element:
    end = next(i for i in range(1, len(raw)) if raw[i] in b" \t\n\r/>")
    return Element(raw[1:end], attributes.get("device", "").encode(), attributes.get("name", "").encode(), raw)


def _blob_or_element(blob: BlobElement) -> Element | BlobElement:
    """A vector without a BLOB tells of a state only: it is an element like any other."""
    return blob if blob.parts else Element(blob.tag, blob.device, blob.name, blob.head + blob.tail.rstrip())
