"""BLOBs on their way to a device: as base64, or as shared memory beside the stream."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from lightapt_protocol import shared_memory
from lightapt_protocol.members import BytesLike, OneBlob
from lightapt_protocol.messages import Message, NewBlobVector
from lightapt_protocol.mirror import Property
from lightapt_protocol.vocabulary import PropertyKind
from lightapt_protocol.writer import write, write_pieces

from .errors import MissingError, RequestError

__all__ = ["on_the_wire", "upload_for"]


def upload_for(prop: Property, data: BytesLike, *, format: str, member: str) -> NewBlobVector:
    """Return the message that sends a BLOB to a property; to its first member where none is named.

    Raises:
        MissingError: The property has no such member.
        RequestError: It takes no BLOBs, or the bytes do not lie side by side.
    """
    where = f"{prop.device}.{prop.name}"
    member = member or next(iter(prop.members), "")
    if member not in prop.members:
        raise MissingError(f"{where} has no member {member}, but {', '.join(prop.members)}")
    if prop.kind is not PropertyKind.BLOB or not prop.perm.writable:
        raise RequestError(f"{where} takes no BLOBs")
    view = memoryview(data)
    if not view.contiguous:
        raise RequestError(f"{where}: the bytes of a BLOB must lie side by side in memory")
    one = OneBlob(member, view.cast("B"), size=view.nbytes, format=format)
    return NewBlobVector(prop.device, prop.name, members=(one,))


@contextmanager
def on_the_wire(message: Message, *, by_memory: bool) -> Generator[tuple[Iterable[bytes], tuple[int, ...]]]:
    """Yield the pieces of a message, and the descriptors that go beside them, which are closed in the end.

    Args:
        message: What to send.
        by_memory: Whether BLOBs may go as shared memory.
    """
    if not isinstance(message, NewBlobVector):
        yield (write(message),), ()
    elif not by_memory:
        yield write_pieces(message), ()
    else:
        with ExitStack() as stack:
            descriptors = tuple(_shared(one, stack) for one in message.members)
            blobs = tuple(replace(one, data=b"", attached=True, length=len(one.data)) for one in message.members)
            yield write_pieces(replace(message, members=blobs)), descriptors


def _shared(one: OneBlob, stack: ExitStack) -> int:
    descriptor = shared_memory.create(len(one.data))
    stack.callback(os.close, descriptor)
    if len(one.data):
        with shared_memory.writable(descriptor, len(one.data)) as memory:
            memory[:] = one.data
    return descriptor
