"""Words that fit into a message: where a device's own are too long, the reader would give up the whole connection."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, TypeVar, cast

from lightapt_protocol.limits import START_TAG_LIMIT
from lightapt_protocol.members import Member
from lightapt_protocol.messages import Message

__all__ = ["LONGEST", "brief"]

M = TypeVar("M", bound=Message | Member)

LONGEST: Final = START_TAG_LIMIT // 32
"""Characters of one word: a tag has up to three, and a character up to six bytes (``&quot;``)."""
_WORDS: Final = ("message", "label", "group")


def brief(message: M) -> M:
    """Return a message whose words for people (message, labels, group) have no more than :data:`LONGEST` characters.

    What is cut off is shown by an ellipsis. Names and values are not words, and stay as they are.
    """
    words = {field: getattr(message, field, "") for field in _WORDS}
    changes: dict[str, Any] = {field: f"{word[: LONGEST - 1]}…" for field, word in words.items() if len(word) > LONGEST}
    members = cast("tuple[Member, ...]", getattr(message, "members", ()))
    shown = tuple(map(brief, members))
    if any(one is not other for one, other in zip(shown, members, strict=True)):
        changes["members"] = shown
    return cast("M", replace(cast("Any", message), **changes)) if changes else message
