"""Finds the end of one irregular element, token by token, and remembers how far it came."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from .errors import LimitExceededError, MalformedElementError
from .limits import START_TAG_LIMIT
from .waiting import Wait, WaitForLiteral, WaitForTagEnd

__all__ = ["Tag", "Walker", "blank_at", "skip_blank", "tag_at"]

_SPACE = rb"[ \t\r\n]"  # narrower than what \s matches
# INDI has no namespaces, and readers that know them see another element: no colon, no xmlns.
_NAME = rb"[A-Za-z_][\w.\-]*+"
_TAG: Final = re.compile(
    rb"<(?:/(%(name)b)%(space)b*+"
    rb"|(%(name)b)"
    rb"(?:%(space)b++(?!xmlns)%(name)b%(space)b*+=%(space)b*+(?:\"[^\"<]*+\"|'[^'<]*+'))*"
    rb"%(space)b*+(/?))>" % {b"name": _NAME, b"space": _SPACE}
)
_UNFINISHED: Final = re.compile(rb"<[^<>\"']*+(?:(?:\"[^\"<]*+\"|'[^'<]*+')[^<>\"']*+)*(?:\"[^\"<]*+|'[^'<]*+)?\Z")
_BLANK: Final = re.compile(_SPACE + rb"*+")

_SECTIONS: Final = ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>"))
"""What may stand between tags without being one: how it begins and ends."""


class Tag(NamedTuple):
    """A start or end tag: whether it closes, its name, whether it is empty, and where it ends."""

    closing: bool
    name: bytes
    empty: bool
    end: int


def tag_at(data: bytes | bytearray, pos: int) -> Tag | None:
    """Return the tag that starts at `pos`, or None where the data ends within it.

    Raises:
        MalformedElementError: No tag can start so.
        LimitExceededError: It is longer than :data:`~lightapt_protocol.limits.START_TAG_LIMIT`.
    """
    found = _TAG.match(data, pos)
    if (found.end() if found else len(data)) - pos > START_TAG_LIMIT and (found or _UNFINISHED.match(data, pos)):
        raise LimitExceededError(f"a tag of more than {START_TAG_LIMIT} bytes", element=data[pos : pos + 200])
    if found:
        return Tag(found[1] is not None, found[1] or found[2], bool(found[3]), found.end())
    if _UNFINISHED.match(data, pos):
        return None
    raise MalformedElementError("not a tag", element=data[pos : pos + 200])


def skip_blank(data: bytes | bytearray, pos: int) -> int:
    """Return where the white space at `pos` ends."""
    found = _BLANK.match(data, pos)
    return found.end() if found else pos


def blank_at(data: bytes | bytearray, pos: int) -> tuple[int, Wait | None]:
    """Return where a comment, CDATA section or instruction at `pos` ends, and what to wait for if it does not.

    The end is `pos` itself where none starts there, and -1 where the data ends within it.
    """
    for opening, closing in _SECTIONS:
        here = data[pos : pos + len(opening)]
        if here == opening:
            end = data.find(closing, pos + len(opening))
            return (end + len(closing), None) if end >= 0 else (-1, WaitForLiteral(closing))
        if len(here) < len(opening) and opening.startswith(here) and pos + len(here) == len(data):
            return -1, None
    return pos, None


class Walker:
    """Walks an element from its first ``<`` to its last ``>``.

    Attributes:
        wait: Without which looking further makes no sense; None where any byte may help.
        done: Whether the end has been reached.
    """

    __slots__ = ("_depth_limit", "_position", "_stack", "done", "wait")

    def __init__(self, depth_limit: int) -> None:
        self._depth_limit = depth_limit
        self._position = 0
        self._stack: list[bytes] = []
        self.wait: Wait | None = None
        self.done = False

    def advance(self, data: bytes | bytearray, start: int) -> int:
        """Return the position behind the element that starts at `start`; `start` itself until it is :attr:`done`.

        Raises:
            MalformedElementError: Tags do not match.
            LimitExceededError: Elements within elements, too deep.
        """
        pos = start + self._position
        while not self.done:
            pos = data.find(b"<", pos)
            if pos < 0:
                self._position, self.wait = len(data) - start, WaitForLiteral(b"<")
                return start
            after = self._token(data, pos)
            if after < 0:
                self._position = pos - start
                return start
            pos = after
        return pos

    def _token(self, data: bytes | bytearray, pos: int) -> int:
        after, self.wait = blank_at(data, pos)
        if after != pos:
            return after
        tag = tag_at(data, pos)
        if tag is None:
            self.wait = WaitForTagEnd(data, pos)
            return -1
        if tag.closing:
            self._close(tag)
        elif not tag.empty:
            self._open(tag)
        self.done = not self._stack
        return tag.end

    def _open(self, tag: Tag) -> None:
        self._stack.append(tag.name)
        if len(self._stack) > self._depth_limit:
            raise LimitExceededError(f"elements nested deeper than {self._depth_limit}", element=tag.name)

    def _close(self, tag: Tag) -> None:
        opened = self._stack.pop() if self._stack else b""
        if opened != tag.name:
            raise MalformedElementError(f"</{tag.name.decode()}> where </{opened.decode()}> was expected")
