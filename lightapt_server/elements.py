"""The few INDI elements that the hub writes itself, and the changes it makes to those it passes on."""

from __future__ import annotations

import re
from typing import Final

from lightapt_protocol.escaping import start_of_tag

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
    "unstamped",
]

ANY_DEVICE: Final = b"*"
"""The device that a hub names when it chains itself to another for all of them (indiserver's convention)."""

# Not possessive as a whole: CPython before 3.11.5 takes back half of a repeated group (gh-106052).
_OTHERS: Final = rb"""(?:\s++(?!via\s*=)[^\s=<>]++\s*+=\s*+(?:"[^"]*+"|'[^']*+'))*"""
_VIA: Final = re.compile(rb"""(<[^\s/>]++%b)\s++via\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""" % _OTHERS)
_TAG: Final = re.compile(rb"<[^\s/>]++")
_IDENTITY: Final = re.compile(rb"[\w.:@-]{1,64}")
_MOST_HUBS: Final = 32
_TEXT: Final = re.compile(rb">([^<>]*)<")


def _element(tag: str, **attributes: bytes) -> str:
    return start_of_tag(tag, {key: value.decode() for key, value in attributes.items() if value})


def get_properties(device: bytes = b"", name: bytes = b"", *, via: bytes = b"") -> bytes:
    """Return a getProperties; `via` is the trail of hubs that it has come through."""
    return (_element("getProperties", via=via, version=b"1.7", device=device, name=name) + "/>").encode()


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


def trail(raw: bytes) -> tuple[bytes, ...]:
    """Return the identities of the hubs that an element has come through, the first one first.

    The attribute `via` is this project's. Hubs of the reference's kind know nothing of it and pass it on.
    """
    found = _VIA.match(raw)
    return tuple(_IDENTITY.findall(found[2] or found[3] or b"")[:_MOST_HUBS]) if found else ()


def unstamped(raw: bytes) -> bytes:
    """Return an element without its trail, as readers that are no hubs get it."""
    return _VIA.sub(rb"\1", raw, count=1) if _VIA.match(raw) else raw


def stamped(raw: bytes, *hubs: bytes) -> bytes:
    """Return an element with hubs added to its trail."""
    via = b" ".join([*trail(raw), *hubs])
    return _TAG.sub(lambda tag: b'%b via="%b"' % (tag[0], via), unstamped(raw), count=1)
