"""An Alpaca server's management: who it is, and which devices it has. Lenient: not all have it, nor all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast

from lightapt_drivers import time_limit

from .answers import body_of
from .errors import AlpacaError, LostError
from .places import AlpacaType, Place
from .threads import CallThread
from .web import fetch

__all__ = ["Listed", "ask_devices", "ask_server_name", "devices_of", "unique_id"]

_LIMIT: Final = 3.0
_TYPES: Final = {kind.value: kind for kind in AlpacaType}


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
    return str(_fields(value).get("ServerName") or "").strip()


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
        name, unique = (" ".join(str(fields.get(field) or "").split()) for field in ("DeviceName", "UniqueID"))
        found.setdefault(place, Listed(place, name, unique))
    return list(found.values())


def _fields(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


async def _ask(address: str, path: str, *, limit: float) -> object:
    thread = CallThread(f"management of {address}")
    try:
        async with time_limit(limit + 1):
            return await thread.submit(partial(_get, address, path, limit))
    except TimeoutError:
        raise LostError(f"{address} has not answered within {limit:g} s") from None
    finally:
        thread.end()


def _get(address: str, path: str, limit: float) -> object:
    asked = f"GET /management/{path} of {address}"
    reply = fetch(address, f"/management/{path}", {}, asked=asked, limit=limit)
    return body_of(reply.status, reply.body, asked=asked).get("Value")
