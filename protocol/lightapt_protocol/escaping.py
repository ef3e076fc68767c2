"""Text as it stands in XML: the one place that knows which characters must be written otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

__all__ = ["attribute_text", "content_text", "start_of_tag"]

_ILLEGAL: Final = r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_SPECIAL_IN_ATTRIBUTE: Final = re.compile(rf'[&<>"\t\n\r]|{_ILLEGAL}')
_SPECIAL_IN_CONTENT: Final = re.compile(rf"[&<>\r]|{_ILLEGAL}")
_ESCAPES: Final = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",
}


def attribute_text(text: str) -> str:
    """Return `text` for between double quotes; what XML 1.0 cannot carry becomes the replacement character."""
    return _SPECIAL_IN_ATTRIBUTE.sub(_escape, text)


def content_text(text: str) -> str:
    """Return `text` for between tags; what XML 1.0 cannot carry becomes the replacement character."""
    return _SPECIAL_IN_CONTENT.sub(_escape, text)


def start_of_tag(tag: str, attributes: Mapping[str, str]) -> str:
    """Return a start tag but for what closes it: ``>`` or ``/>``."""
    return f"<{tag}" + "".join(f' {key}="{attribute_text(value)}"' for key, value in attributes.items())


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0], "\N{REPLACEMENT CHARACTER}")
