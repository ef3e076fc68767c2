"""From what clients know to what they should know: the messages that lead from one mirror to another. No I/O."""

from __future__ import annotations

from collections.abc import Iterator

from lightapt_protocol.members import DefNumber
from lightapt_protocol.messages import DelProperty, Message
from lightapt_protocol.mirror import Mirror, Property
from lightapt_protocol.recording import definition_of, update_of

__all__ = ["difference"]


def difference(known: Mirror, wanted: Mirror) -> Iterator[Message]:
    """Yield what to tell somebody who knows one, so that he knows the other."""
    for device in known.devices.values():
        for prop in device.values():
            if wanted.find(prop.device, prop.name) is None:
                yield DelProperty(prop.device, prop.name)
    for device in wanted.devices.values():
        for prop in device.values():
            yield from _to(prop, known.find(prop.device, prop.name))


def _to(prop: Property, before: Property | None) -> Iterator[Message]:
    if before is not None and _form(before) == _form(prop):
        if before != prop:
            yield update_of(prop)
        return
    if before is not None:
        yield DelProperty(prop.device, prop.name)
    yield definition_of(prop)


def _form(prop: Property) -> tuple[object, ...]:
    """Return what only a definition tells."""
    members = [(one.name, one.label, one.format if isinstance(one, DefNumber) else "") for one in prop.members.values()]
    return prop.kind, prop.label, prop.group, prop.perm, prop.rule, members
