"""What an outbox holds and gives: pictures that wait, replies, parcels to write, and the bounds. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from lightapt_protocol.blob_framing import Chunk

from .payload import Picture, SpooledPicture

__all__ = ["OutboxLimits", "Parcel", "Reply", "Waiting"]


@dataclass(frozen=True, slots=True)
class OutboxLimits:
    """How far a peer may fall behind, in bytes."""

    memory: int = 256 * 1024 * 1024
    """What may wait in memory; pictures beyond go to the spool."""

    stream: int = 5 * 1024 * 1024
    """Beyond this a frame of a video takes the place of the older one that waits; 0 = never."""


class Parcel(NamedTuple):
    """What to write next: pieces in order, and descriptors to send with the first byte."""

    pieces: list[Chunk]
    descriptors: list[int]


class Waiting:
    """A picture that waits in one outbox.

    Attributes:
        picture: The picture; None once it is in the spool, or dropped.
        spooled: Its copy in the spool.
        shares: Whether it joined the picture as a reader of the form with descriptors.
        size: Its bytes.
    """

    __slots__ = ("after", "order", "picture", "shares", "size", "spooled")

    def __init__(self, picture: Picture, *, order: int, after: int, shares: bool = False) -> None:
        self.picture: Picture | None = picture
        self.spooled: SpooledPicture | None = None
        self.shares = shares
        self.size = picture.size
        self.order = order  # its place among all that waits in lanes, and the replies
        self.after = after  # how many messages of the fast queue, ever, must be out before it

    @property
    def is_dropped(self) -> bool:
        """Whether it will not be sent."""
        return self.picture is None and self.spooled is None


@dataclass(slots=True)
class Reply:
    """An element that overtakes nothing: its place among all that waits in lanes, and in the fast queue."""

    data: bytes
    order: int
    after: int
