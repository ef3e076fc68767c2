"""The few INDI elements that the hub writes itself, and the changes it makes to those it passes on."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import quoteattr

__all__ = [
    "ANY_DEVICE",
    "choose_blob",
    "delete_property",
    "get_properties",
    "message",
    "ping_reply",
    "stamped",
    "text_of",
    "trail",
]

ANY_DEVICE: Final = b"*"
"""The device that a hub names when it chains itself to another for all of them (indiserver's convention)."""

_VIA: Final = re.compile(rb"""\svia\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TEXT: Final = re.compile(rb">([^<]*)<")


def _element(tag: str, **attributes: bytes) -> str:
    given = "".join(f" {key}={quoteattr(value.decode())}" for key, value in attributes.items() if value)
    return f"<{tag}{given}"


def get_properties(device: bytes = b"", name: bytes = b"", *, via: bytes = b"") -> bytes:
    """Return a getProperties; `via` is the trail of hubs that it has come through."""
    return (_element("getProperties", version=b"1.7", device=device, name=name, via=via) + "/>").encode()


def delete_property(device: bytes, name: bytes = b"") -> bytes:
    """Return a delProperty for a device, or for one of its properties."""
    return (_element("delProperty", device=device, name=name) + "/>").encode()


def choose_blob(device: bytes, name: bytes, *, wanted: bool) -> bytes:
    """Return an enableBLOB."""
    return f"{_element('enableBLOB', device=device, name=name)}>{'Also' if wanted else 'Never'}</enableBLOB>".encode()


def message(device: bytes, text: str) -> bytes:
    """Return a message about a device."""
    return (_element("message", device=device, message=text.encode()) + "/>").encode()


def ping_reply(request: bytes) -> bytes:
    """Return the pingReply to a pingRequest, with all that it carries."""
    return request.replace(b"<pingRequest", b"<pingReply", 1).replace(b"</pingRequest", b"</pingReply", 1)


def text_of(raw: bytes) -> bytes:
    """Return the text of an element that holds nothing else."""
    found = _TEXT.search(raw)
    return found[1].strip() if found else b""


def trail(raw: bytes) -> list[bytes]:
    """Return the identities of the hubs that a getProperties has come through, the first one first."""
    found = _VIA.search(raw)
    return (found[1] or found[2] or b"").split() if found else []


def stamped(raw: bytes, identity: bytes) -> bytes:
    """Return a getProperties with this hub added to its trail."""
    via = b" ".join([*trail(raw), identity])
    return _VIA.sub(b"", raw, count=1).replace(b"<getProperties", b'<getProperties via="%b"' % via, 1)
