"""What clients want in the header of pictures: FITS_HEADER, in its old form (observer, object) and its new one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Final

from lightapt_drivers import GENERAL, DefText, Device, RefusedError, Standard, Texts, TextVector, load, on_new

if TYPE_CHECKING:
    from lightapt_protocol.fits import Card, Value

__all__ = ["Keywords"]

_ALL: Final = "INDI_CLEAR"
"""What libindi's clients send for a keyword to have all forgotten."""
_MEMBERS: Final = {"OBSERVER": "FITS_OBSERVER", "OBJECT": "FITS_OBJECT"}
"""Keywords that have members of their own."""
_COMMENTARY: Final = ("COMMENT", "HISTORY")
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,18}")
_REAL: Final = re.compile(r"[-+]?(?=.*[.eE])([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,2})?")


class Keywords(Device):
    """Has cards that clients want in the header.

    A client sets observer and object, or any keyword with its value; a keyword without a value is forgotten.
    """

    keywords = TextVector(
        Standard.FITS_HEADER,
        DefText("FITS_OBSERVER", label="Observer"),
        DefText("FITS_OBJECT", label="Object"),
        DefText("KEYWORD_NAME", label=f"Keyword ({_ALL} forgets all)"),
        DefText("KEYWORD_VALUE", label="Value (none forgets it)"),
        DefText("KEYWORD_COMMENT", label="Comment"),
        label="FITS header",
        group=GENERAL,
    )

    @cached_property
    def _own(self) -> dict[str, Card]:
        """What clients want to have in the header, by keyword."""
        return {}

    def with_own(self, cards: Iterable[Card]) -> list[Card]:
        """Return cards, and those that clients want in the place of others of the same keyword."""
        return [*(card for card in cards if card.keyword not in self._own), *self._own.values()]

    @on_new(keywords)
    async def _set_keywords(self, wanted: Texts) -> None:
        members = {member: wanted[member] for member in _MEMBERS.values()}
        keyword, value = wanted["KEYWORD_NAME"].strip().upper(), wanted["KEYWORD_VALUE"].strip()
        if keyword == _ALL:
            self._own.clear()
            members = dict.fromkeys(members, "")
        elif keyword in _MEMBERS:
            members[_MEMBERS[keyword]] = value
        elif keyword and value:
            self._own[keyword] = await asyncio.to_thread(_card, keyword, value, wanted["KEYWORD_COMMENT"])
        else:
            self._own.pop(keyword, None)
        # The others go blank: there are clients that send all members back when they change one.
        self.keywords.ok(members, KEYWORD_NAME="", KEYWORD_VALUE="", KEYWORD_COMMENT="")


def _card(keyword: str, text: str, comment: str) -> Card:
    """Return the card, with a number for what looks like one.

    Raises:
        RefusedError: FITS has no such card, or it would say something of how the pixels lie in the file.
    """
    load("lightapt_protocol.fits")  # and with it numpy
    from lightapt_protocol.fits import Card, CardError, ascii_text
    from lightapt_protocol.fits.cards import render
    from lightapt_protocol.fits.header import without_layout

    if keyword in _COMMENTARY:
        card = Card(keyword, ascii_text(text))
    else:
        card = Card(keyword, _value(ascii_text(text)), ascii_text(comment))
    try:
        render(card)
    except CardError as error:
        raise RefusedError(str(error)) from error
    if not list(without_layout([card])):
        raise RefusedError(f"{keyword} tells how the picture lies in the file, which is the camera's to say")
    return card


def _value(text: str) -> Value:
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _REAL.fullmatch(text) else text
