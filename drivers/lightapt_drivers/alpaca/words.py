"""The words of devices and servers, as people are shown them. No I/O."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["clean", "visible"]

_BREAKING: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
"""What breaks lines, or neither XML nor command lines take: control characters, lone surrogates, and the separators of
lines and paragraphs."""
_FORMAT: Final = "Cf"
"""Unicode's category of what has no width, or turns the direction of what follows."""


def visible(text: str) -> str:
    """Return a text with a blank for each character that breaks the line, or cannot be written."""
    return _BREAKING.sub(" ", text)


def clean(text: str) -> str:
    """Return a text on one line, with one space for all that breaks it, and without what has no width."""
    return " ".join(visible("".join(one for one in text if unicodedata.category(one) != _FORMAT)).split())
