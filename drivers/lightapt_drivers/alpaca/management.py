"""An Alpaca server's management: who it is, and which devices it has. Lenient: not all have it, nor all of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

from lightapt_drivers import time_limit

from .answers import body_of
from .errors import AlpacaError, LostError
from .places import AlpacaType, Place
from .threads import CallThread
from .web import Web

__all__ = ["Listed", "as_name", "ask_devices", "ask_server_name", "clean", "devices_of", "unique_id"]

_LIMIT: Final = 3.0
_TYPES: Final = {kind.value: kind for kind in AlpacaType}
_LONGEST_NAME: Final = 60
"""Characters of a device's name: INDI clients have little room for them, and so do command lines."""
_LONGEST_ID: Final = 200
_UNSEEN: Final = frozenset({"Cc", "Cs"})
"""Unicode's categories of control characters and lone surrogates, which neither XML nor command lines take."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A device that a server says it has.

    Attributes:
        place: Where it is.
        name: Its name; empty where the server gives none.
        unique_id: The same for ever and by every way to it; empty where the server gives none.
    """

    place: Place
    name: str = ""
    unique_id: str = ""


async def ask_devices(address: str, *, limit: float = _LIMIT) -> list[Listed]:
    """Return the devices that a server has.

    Raises:
        AlpacaError: It cannot be reached, has no management, or answers garbage.
    """
    return devices_of(address, await _ask(address, "v1/configureddevices", limit=limit))


async def ask_server_name(address: str, *, limit: float = _LIMIT) -> str:
    """Return a server's name; empty where it does not tell."""
    try:
        value = await _ask(address, "v1/description", limit=limit)
    except AlpacaError:
        return ""
    return as_name(str(_fields(value).get("ServerName") or ""))


async def unique_id(place: Place, *, limit: float = _LIMIT) -> str | None:
    """Return a device's unique ID; None where its server does not tell."""
    try:
        listed = await ask_devices(place.address, limit=limit)
    except AlpacaError:
        return None
    return next((one.unique_id for one in listed if one.place == place), None)


def devices_of(address: str, value: object) -> list[Listed]:
    """Return the devices in what a server says, but for those that make no sense or are of an unknown type."""
    found: dict[Place, Listed] = {}
    for one in cast("list[object]", value) if isinstance(value, list) else []:
        fields = _fields(one)
        kind = _TYPES.get(str(fields.get("DeviceType")).lower().replace(" ", ""))
        number = fields.get("DeviceNumber")
        if kind is None or isinstance(number, bool) or not isinstance(number, int) or number < 0:
            continue
        place = Place(address, kind, number)
        name, unique = (str(fields.get(field) or "") for field in ("DeviceName", "UniqueID"))
        found.setdefault(place, Listed(place, as_name(name), _as_id(clean(unique))))
    return list(found.values())


def as_name(text: str) -> str:
    """Return a name as one may be had: :func:`clean`, and of no more than 60 characters."""
    return clean(text)[:_LONGEST_NAME].rstrip()


def clean(text: str) -> str:
    """Return a text on one line, with one space for all that cannot be seen."""
    return " ".join("".join(" " if unicodedata.category(one) in _UNSEEN else one for one in text).split())


def _as_id(text: str) -> str:
    """Return an ID, or none where it is too long for a key, and no part of it need be unique."""
    return text if len(text) <= _LONGEST_ID else ""


def _fields(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


async def _ask(address: str, path: str, *, limit: float) -> object:
    web, thread = Web(address), CallThread(f"management of {address}")
    asked = f"GET /management/{path} of {address}"
    try:
        async with time_limit(limit + 1):
            return await thread.submit(partial(_get, web, path, asked=asked, limit=limit))
    except TimeoutError:
        raise LostError(f"{address} has not answered within {limit:g} s") from None
    finally:
        web.abort()
        thread.end(web.close)


def _get(web: Web, path: str, *, asked: str, limit: float) -> object:
    reply = web.ask("GET", f"/management/{path}", {}, asked=asked, limit=limit)
    return body_of(reply.status, reply.body, asked=asked).get("Value")
