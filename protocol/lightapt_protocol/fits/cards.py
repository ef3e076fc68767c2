"""A header's cards: typed values ↔ the 80 columns in which they stand (FITS standard 4.0, section 4).

Writing is strict, because others must read it; reading is lenient, because a picture is worth more than a card.
"""

from __future__ import annotations

import cmath
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from numbers import Complex, Integral, Real
from typing import Final, TypeAlias

import numpy as np

from .errors import CardError

__all__ = ["CARD", "Card", "Value", "ascii_text", "parse", "render"]

CARD: Final = 80
"""Columns of a card."""

Value: TypeAlias = bool | int | float | complex | str | None
"""What a card says: None is a keyword of which no value is known."""

_COMMENTARY: Final = frozenset({"COMMENT", "HISTORY", ""})
_TEXT_OF_COMMENTARY: Final = CARD - 8
_NOT_OF_USERS: Final = frozenset({"END", "CONTINUE", "HIERARCH"})
_KEYWORD: Final = re.compile(r"[A-Z0-9_-]{1,8}")
_WORDS: Final = re.compile(r"[A-Z0-9_-]+(?: [A-Z0-9_-]+)*")
_NOT_OF_FITS: Final = re.compile(r"[^ -~]")
_PIECE: Final = CARD - len("CONTINUE  '&'")
"""Characters of a long string that a card holds."""
_LEAST_INTEGER: Final = -(2**63)
_INTEGERS_END: Final = 2**64

_FIELD: Final = re.compile(r" *(?:'(?P<text>(?:[^']|'')*)'|(?P<plain>[^/]*)) *(?:/ ?(?P<comment>.*))?", re.DOTALL)
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_REAL: Final = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[EeDd][-+]?[0-9]+)?"
_REAL_ONLY: Final = re.compile(_REAL)
_COMPLEX: Final = re.compile(rf"\( *({_REAL}) *, *({_REAL}) *\)")


@dataclass(frozen=True, slots=True)
class Card:
    """A keyword with its value.

    Attributes:
        keyword: Up to eight of A-Z, 0-9, - and _. A longer one, or one of several words, is written by the HIERARCH
            convention. COMMENT, HISTORY and the empty keyword take a text, of any length.
        value: What it says. Spaces at the end of a text do not count.
        comment: What it means, the unit first in brackets, as in ``[s] length of the exposure``; it is cut where the
            card ends.
    """

    keyword: str
    value: Value = None
    comment: str = ""


def ascii_text(text: str) -> str:
    """Return what a header can hold of a text: letters without their accents, and ``?`` for what has no likeness."""
    bare = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _NOT_OF_FITS.sub("?", "".join(bare))


def render(card: Card) -> str:
    """Return a card's columns: 80, or a multiple of that for texts that need more.

    Raises:
        CardError: The keyword is not one, or the value or the comment is nothing that a header can hold.
    """
    _check_text(card.keyword, card.comment)
    card = Card(card.keyword, card.value, card.comment.rstrip())
    lines = _commentary(card) if card.keyword in _COMMENTARY else _valued(card)
    return "".join(line.ljust(CARD) for line in lines)


def _check_text(keyword: str, text: str) -> None:
    if found := _NOT_OF_FITS.search(text):
        raise CardError(keyword, f"a header holds printable ASCII only, not {found[0]!r}: ascii_text() makes it so")


def _commentary(card: Card) -> list[str]:
    if not isinstance(card.value, str) or card.comment:
        raise CardError(card.keyword, "takes a text as its value, and no comment beside it")
    _check_text(card.keyword, card.value)
    starts = range(0, max(1, len(card.value)), _TEXT_OF_COMMENTARY)
    return [f"{card.keyword:<8}{card.value[start : start + _TEXT_OF_COMMENTARY]}" for start in starts]


def _valued(card: Card) -> list[str]:
    head, value = _head(card.keyword), card.value
    if isinstance(value, str):
        _check_text(card.keyword, value)
        return _text_lines(card, head, value.replace("'", "''"))
    text = _plain(card.keyword, value)
    if len(head) > 10:
        text = text.lstrip()  # HIERARCH has no fixed columns, and little room
    return [_line(card, f"{head}{text}")]


def _head(keyword: str) -> str:
    if keyword in _NOT_OF_USERS:
        raise CardError(keyword, "has a meaning of its own in every header; choose another")
    if _KEYWORD.fullmatch(keyword):
        return f"{keyword:<8}= "
    if _WORDS.fullmatch(keyword):
        return f"HIERARCH {keyword} = "
    raise CardError(keyword, "keywords are of A-Z, 0-9, - and _ (one space between the words of a long one)")


def _line(card: Card, line: str) -> str:
    if len(line) > CARD:
        raise CardError(card.keyword, f"keyword and value need {len(line)} columns, a card has {CARD}")
    return f"{line} / {card.comment}"[:CARD] if card.comment else line


def _plain(keyword: str, value: object) -> str:
    """The text of what is not a text, in the columns of the fixed format; numpy's numbers are numbers too."""
    match value:
        case None:
            text = ""
        case bool() | np.bool_():
            text = "T" if value else "F"
        case Integral():
            text = _integer(keyword, int(value))
        case Real():
            text = _real(keyword, float(value))
        case Complex():
            number = complex(value)
            text = f"({_real(keyword, number.real)}, {_real(keyword, number.imag)})"
        case _:  # what callers without a type checker hand over
            raise CardError(keyword, f"a header has no way to say a {type(value).__name__}: {value!r}")
    return f"{text:>20}"


def _integer(keyword: str, value: int) -> str:
    if not _LEAST_INTEGER <= value < _INTEGERS_END:
        raise CardError(keyword, f"an integer of {value.bit_length()} bits; readers take 64. Say it as a float")
    return str(value)


def _real(keyword: str, value: float) -> str:
    if not math.isfinite(value):
        raise CardError(keyword, f"a header has no way to say {value}: leave the card out where nothing is known")
    text = repr(value).upper()
    return text if "." in text else text.replace("E", ".0E")


def _text_lines(card: Card, head: str, quoted: str) -> list[str]:
    if len(head) > 10:  # HIERARCH, which has no CONTINUE
        return [_line(card, f"{head}'{quoted}'")]
    if len(head) + len(quoted) + 2 <= CARD:
        short = f"'{quoted:<8}'"  # FITS 4.0, section 4.2.1.1, of the texts that it reserves
        return [_line(card, f"{head}{short:<20}")]
    pieces = list(_pieces(quoted))
    # A comment gets a card of its own where it needs one; so does a & at the end, which readers take for their mark.
    if pieces[-1].endswith("&") or (card.comment and len(f"{pieces[-1]} / {card.comment}") > _PIECE + 1):
        pieces.append("")
    heads = [head, *["CONTINUE  "] * (len(pieces) - 1)]
    *lines, last = [f"{head}'{piece}&'" for head, piece in zip(heads, pieces, strict=True)]
    return [*lines, _line(card, f"{last[:-2]}'")]


def _pieces(quoted: str) -> Iterator[str]:
    """Cut a text in which quotes stand in pairs, but not through a pair."""
    while quoted:
        piece = quoted[:_PIECE]
        if (len(piece) - len(piece.rstrip("'"))) % 2:
            piece = piece[:-1]
        yield piece
        quoted = quoted[len(piece) :]


def parse(lines: Iterable[str]) -> Iterator[Card]:
    """Yield what cards of 80 columns say; a text that goes on in CONTINUE cards is one card.

    A value that makes no sense is given as the text that stands there.
    """
    last: Card | None = None
    for line in lines:
        card = _parse_line(line)
        if card.keyword == "CONTINUE" and last is not None and _goes_on(last):
            last = _joined(last, card)
            continue
        if last is not None:
            yield _ended(last)
        last = card
    if last is not None:
        yield _ended(last)


def _goes_on(card: Card) -> bool:
    return isinstance(card.value, str) and card.value.endswith("&") and card.keyword not in _COMMENTARY


def _joined(card: Card, more: Card) -> Card:
    return Card(card.keyword, f"{card.value}"[:-1] + f"{more.value or ''}", f"{card.comment} {more.comment}".strip())


def _ended(card: Card) -> Card:
    if isinstance(card.value, str) and card.value.endswith(" "):
        return Card(card.keyword, card.value.rstrip(), card.comment)
    return card


def _parse_line(line: str) -> Card:
    keyword, rest = line[:8].rstrip(), line[8:]
    if keyword in _COMMENTARY:
        return Card(keyword, rest.rstrip())
    if keyword == "HIERARCH":
        words, equals, field = rest.partition("=")
        if equals and words.strip():
            return _parse_field(" ".join(words.split()), field)
    if keyword == "CONTINUE" or rest.startswith("="):
        return _parse_field(keyword, rest[1:])
    return Card(keyword, None, rest.strip())


def _parse_field(keyword: str, field: str) -> Card:
    found = _FIELD.fullmatch(field)
    assert found is not None  # what is not as it should be counts as plain
    text, plain, comment = found.group("text", "plain", "comment")
    # What follows the last blank of a text is nothing; a blank before a & is of the text.
    value = _parse_plain(plain.strip()) if text is None else text.rstrip().replace("''", "'")
    return Card(keyword, value, (comment or "").rstrip())


def _parse_plain(text: str) -> Value:
    if not text:
        return None
    if text in ("T", "F"):
        return text == "T"
    if _INTEGER.fullmatch(text):
        return int(text)
    value: float | complex = math.inf
    if _REAL_ONLY.fullmatch(text):
        value = _float(text)
    elif found := _COMPLEX.fullmatch(text):
        value = complex(_float(found[1]), _float(found[2]))
    return value if cmath.isfinite(value) else text


def _float(text: str) -> float:
    return float(text.upper().replace("D", "E"))
