"""A header: cards in their order, looked up by keyword, and the 2880-byte blocks in which they travel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from .cards import CARD, Card, Value, parse, render
from .errors import ReadError

__all__ = ["BLOCK", "Header", "padded", "parse_header", "render_header", "without_layout"]

BLOCK: Final = 2880
"""Bytes of which headers and data take whole multiples (FITS 4.0, section 3.1)."""

_MOST_BLOCKS: Final = 512
"""Of one header: 18 000 cards. What goes on for longer is no header."""
_END: Final = "END".ljust(CARD)
_LONG_TEXTS: Final = Card("LONGSTRN", "OGIP 1.0", "long texts go on in CONTINUE cards")
_PRINTABLE: Final = bytes(octet if 32 <= octet < 127 else ord("?") for octet in range(256))
_LAYOUT: Final = re.compile(
    r"SIMPLE|XTENSION|BITPIX|NAXIS[0-9]*|EXTEND|PCOUNT|GCOUNT|GROUPS|INHERIT|BZERO|BSCALE|LONGSTRN|CONTINUE|"
    r"CHECKSUM|DATASUM|END"
)


class Header:
    """Cards in their order; it does not change, so it may be shared.

    Iterating gives all cards. Looking up gives a value: of a keyword that stands more than once, the first.
    """

    __slots__ = ("_cards", "_places")

    def __init__(self, cards: Iterable[Card] = ()) -> None:
        self._cards = tuple(cards)
        self._places: dict[str, int] = {}
        for place, card in enumerate(self._cards):
            self._places.setdefault(card.keyword, place)

    def __iter__(self) -> Iterator[Card]:
        return iter(self._cards)

    def __len__(self) -> int:
        return len(self._cards)

    def __contains__(self, keyword: object) -> bool:
        return keyword in self._places

    def __getitem__(self, keyword: str) -> Value:
        return self._cards[self._places[keyword]].value

    def __eq__(self, other: object) -> bool:
        return self._cards == other._cards if isinstance(other, Header) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._cards)

    def __add__(self, more: Iterable[Card]) -> Header:
        return Header((*self._cards, *more))

    def __repr__(self) -> str:
        return f"Header({list(self._cards)!r})"

    def get(self, keyword: str, default: Value = None) -> Value:
        """Return what a keyword says, or the default where it is not there."""
        place = self._places.get(keyword)
        return default if place is None else self._cards[place].value

    def number(self, keyword: str) -> float | None:
        """Return the number that a keyword says, or None where it says none."""
        value = self.get(keyword)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def text(self, keyword: str) -> str | None:
        """Return the text that a keyword says, or None where it says none."""
        value = self.get(keyword)
        return value if isinstance(value, str) else None

    def all(self, keyword: str) -> list[Value]:
        """Return what each card of a keyword says: the lines of COMMENT or HISTORY."""
        return [card.value for card in self._cards if card.keyword == keyword]

    def without(self, *keywords: str) -> Header:
        """Return the header without the cards of these keywords."""
        return Header(card for card in self._cards if card.keyword not in keywords)


def without_layout(cards: Iterable[Card]) -> Iterator[Card]:
    """Yield the cards that do not tell how the data lie in the file: whoever writes it says that anew."""
    return (card for card in cards if not _LAYOUT.fullmatch(card.keyword))


def padded(size: int) -> int:
    """Return the size in whole blocks."""
    return -(-size // BLOCK) * BLOCK


def render_header(first: Iterable[Card], cards: Iterable[Card], last: Iterable[Card] = ()) -> bytes:
    """Return whole blocks: `first`, the announcement of long texts if there are any, `cards`, `last` and END.

    Raises:
        CardError: A card cannot be written.
    """
    texts = [render(card) for card in cards]
    announced = [render(_LONG_TEXTS)] if any(text[CARD : CARD + 8] == "CONTINUE" for text in texts) else []
    text = "".join([*map(render, first), *announced, *texts, *map(render, last), _END])
    return text.ljust(padded(len(text))).encode("ascii")


def parse_header(data: memoryview, start: int) -> tuple[Header, int]:
    """Return the header that begins at `start`, and where its blocks end.

    Raises:
        ReadError: There is no END, or none in a size that a header may have.
    """
    lines: list[str] = []
    for begin in range(start, start + _MOST_BLOCKS * BLOCK, BLOCK):
        block = bytes(data[begin : begin + BLOCK])
        if len(block) < BLOCK:
            raise ReadError("the file ends within a header", offset=start)
        text = block.translate(_PRINTABLE).decode("ascii")
        for place in range(0, BLOCK, CARD):
            line = text[place : place + CARD]
            if line.startswith("END     "):
                return Header(parse(lines)), begin + BLOCK
            lines.append(line)
    raise ReadError(f"a header of more than {_MOST_BLOCKS * BLOCK} bytes", offset=start)
