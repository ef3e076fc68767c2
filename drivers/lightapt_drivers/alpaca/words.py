"""The words of devices and servers, as people are shown them. No I/O."""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["clean", "visible"]

_UNSEEN: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode's categories of what breaks lines, or neither XML nor command lines take: control characters, lone
surrogates, and the separators of lines and paragraphs."""


def visible(text: str) -> str:
    """Return a text with a blank for each character that cannot be seen, or breaks the line."""
    return "".join(" " if unicodedata.category(one) in _UNSEEN else one for one in text)


def clean(text: str) -> str:
    """Return a text on one line, with one space for all that cannot be seen."""
    return " ".join(visible(text).split())
