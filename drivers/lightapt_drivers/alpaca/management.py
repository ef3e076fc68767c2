"""An Alpaca server's management: who it is, and which devices it has. Lenient: not all have it, nor all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, cast

from lightapt_drivers import time_limit

from .answers import body_of
from .errors import AlpacaError, LostError
from .places import AlpacaType, Place
from .threads import CallThread
from .web import Web
from .words import clean

__all__ = ["Inventory", "Listed", "as_name", "ask_inventory", "ask_server_name", "inventory_of", "unique_id"]

_LIMIT: Final = 3.0
_TYPES: Final = {kind.value: kind for kind in AlpacaType}
_LONGEST_NAME: Final = 60
"""Characters of a device's name: INDI clients have little room for them, and so do command lines."""
_LONGEST_ID: Final = 200
_MOST: Final = 100
"""Devices of a server that are bridged: each has a process of its own."""
_MOST_DIGITS: Final = 9
"""Of a device's number that is written as a text."""


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


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a server says it has.

    Attributes:
        devices: What can be bridged.
        left_out: What cannot, in words, and why.
    """

    devices: list[Listed] = field(default_factory=list[Listed])
    left_out: list[str] = field(default_factory=list[str])


async def ask_inventory(address: str, *, limit: float = _LIMIT) -> Inventory:
    """Return what a server has.

    Raises:
        AlpacaError: It cannot be reached, has no management, or answers garbage.
    """
    return inventory_of(address, await _ask(address, "v1/configureddevices", limit=limit))


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
        inventory = await ask_inventory(place.address, limit=limit)
    except AlpacaError:
        return None
    return next((one.unique_id for one in inventory.devices if one.place == place), None)


def inventory_of(address: str, value: object) -> Inventory:
    """Return the devices in what a server says; those that make no sense or are of another type are left out."""
    found: dict[Place, Listed] = {}
    left_out: list[str] = []
    for one in cast("list[object]", value) if isinstance(value, list) else []:
        fields = _fields(one)
        kind, number = _type(fields.get("DeviceType")), _number(fields.get("DeviceNumber"))
        if kind is None or number is None:
            left_out.append(_said_of(fields, "no type that is bridged" if kind is None else "no number of a device"))
            continue
        place = Place(address, kind, number)
        if place not in found and len(found) == _MOST:
            left_out.append(_said_of(fields, f"more than {_MOST} devices"))
            continue
        name, unique = (str(fields.get(field) or "") for field in ("DeviceName", "UniqueID"))
        found.setdefault(place, Listed(place, as_name(name), _as_id(clean(unique))))
    return Inventory(list(found.values()), left_out)


def as_name(text: str) -> str:
    """Return a name as one may be had: :func:`clean`, and of no more than 60 characters.

    Where it says =, it has a hyphen: on command lines a device's name ends there, and a value begins.
    """
    return clean(text).replace("=", "-")[:_LONGEST_NAME].rstrip()


def _type(value: object) -> AlpacaType | None:
    return _TYPES.get(_word(value).lower().replace(" ", ""))


def _number(value: object) -> int | None:
    """Return a device's number, also where it is a text or has a decimal point; None where it is none."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _MOST_DIGITS:
        return int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _said_of(fields: Mapping[str, Any], reason: str) -> str:
    return f"{_word(fields.get('DeviceType'))} {_word(fields.get('DeviceNumber'))} ({reason})"


def _word(value: object) -> str:
    """Return a part of a list's entry for people, and for comparisons; a mark where it is nothing that can be said."""
    return (as_name(str(value)) if isinstance(value, str | int | float) else "") or "?"


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
