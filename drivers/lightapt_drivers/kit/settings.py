"""Settings: a property's values as the request that brings them back. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from lightapt_protocol.members import OneMember, OneNumber, OneSwitch, OneText
from lightapt_protocol.messages import AnyRequest, NewNumberVector, NewSwitchVector, NewTextVector
from lightapt_protocol.vocabulary import PropertyKind, SwitchState

from .live import Live

__all__ = ["merged", "setting"]

_REQUESTS: Final[Mapping[PropertyKind, tuple[Callable[..., AnyRequest], Callable[[str, Any], OneMember]]]] = (
    MappingProxyType(
        {
            PropertyKind.TEXT: (NewTextVector, OneText),
            PropertyKind.NUMBER: (NewNumberVector, OneNumber),
            PropertyKind.SWITCH: (NewSwitchVector, lambda name, value: OneSwitch(name, SwitchState(int(value)))),
        }
    )
)


def setting(live: Live[Any], values: Mapping[str, Any] | None = None) -> AnyRequest:
    """Return the request that gives a property the values that it has, or these.

    Raises:
        KeyError: It is of lights or BLOBs, which are no settings.
    """
    definition = live.definition
    request, one = _REQUESTS[definition.kind]
    members = tuple(one(name, value) for name, value in (live.values if values is None else values).items())
    return request(definition.device, definition.name, members=members)


def merged(old: Iterable[AnyRequest], new: Iterable[AnyRequest]) -> list[AnyRequest]:
    """Return the old settings with the new ones in place of those of their properties."""
    return list({request.name: request for request in (*old, *new)}.values())
