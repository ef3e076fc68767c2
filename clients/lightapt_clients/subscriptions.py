"""What a program follows: changes, BLOBs, the connection. Queues with bounds, between the reader and the program."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final, Generic, Self, TypeAlias, TypeVar
from weakref import ref

from lightapt_protocol.mirror import Change

from .blobs import Arrival, Blob
from .errors import DisconnectedError

__all__ = ["Arrivals", "BlobStream", "Changes", "Followers", "Subscription"]

_MOST: Final = 100_000
"""Changes that wait for a program."""
_MOST_BYTES: Final = 256 * 1024 * 1024
"""Of BLOBs that wait for a program."""

T = TypeVar("T")


class _Queue(Generic[T]):
    """An async iterator of what it is told. It ends behind what waits in it, once it was told to.

    Attributes:
        missed: How many were dropped, the oldest first, because the program fell too far behind.
    """

    def __init__(self, *, most: int) -> None:
        self.missed = 0
        self._most = most
        self._waiting: deque[T] = deque()
        self._moved = asyncio.Event()
        self._has_ended = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        while not self._waiting:
            if self._has_ended:
                raise StopAsyncIteration
            await self._until_moved()
        return self._waiting.popleft()

    def tell(self, news: T) -> None:
        """Have the iterator yield this, behind what waits in it."""
        if len(self._waiting) >= self._most:
            self._waiting.popleft()
            self.missed += 1
        elif not self._waiting:
            self._moved.set()  # nobody waits while there is something
        self._waiting.append(news)

    def end(self) -> None:
        """Have the iterator end, behind what waits in it."""
        self._has_ended = True
        self._moved.set()

    async def _until_moved(self) -> None:
        self._moved.clear()
        await self._moved.wait()


class Subscription(_Queue[T]):
    """An async iterator that ends with the client; as a context manager it ends with its block."""

    def __init__(self, *, on_close: Callable[[Any], None]) -> None:
        super().__init__(most=_MOST)
        self._on_close = on_close

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Follow no longer."""
        self._on_close(self)
        self.end()


S = TypeVar("S", bound=Subscription[Any])


class Followers(Generic[S]):
    """Those who follow something, as long as the program has them: whom it lets go of without a word, it is rid of.

    A :class:`weakref.WeakSet` takes many times as long to go through, which is done for each update.
    """

    def __init__(self) -> None:
        self._refs: tuple[ref[S], ...] = ()

    def __iter__(self) -> Iterator[S]:
        for one in self._refs:
            if (follower := one()) is not None:
                yield follower

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def add(self, follower: S) -> None:
        """Have it be one of them."""
        # Here those that are gone are forgotten, and not as they go: that may be in any thread.
        self._refs = (*(one for one in self._refs if one() is not None), ref(follower))

    def discard(self, follower: S) -> None:
        """Have it be one of them no more."""
        self._refs = tuple([one for one in self._refs if one() not in (None, follower)])


_keep: Final = _Queue[Change].tell  # for each update: super() would take its time


class Changes(Subscription[Change]):
    """Changes of all devices, of one, or of one property.

    Args:
        device: The device; empty for all.
        name: The property; empty for all.
        breaks: Whether to raise DisconnectedError where the connection was lost between two changes.
        on_close: What to do in the end.
    """

    def __init__(self, device: str, name: str, *, breaks: bool = False, on_close: Callable[[Changes], None]) -> None:
        super().__init__(on_close=on_close)
        self._device = device
        self._name = name
        self._breaks = breaks
        self._fault: DisconnectedError | None = None

    async def __anext__(self) -> Change:
        while not self._waiting:
            if self._fault is not None:
                fault, self._fault = self._fault, None
                raise fault
            if self._has_ended:
                raise StopAsyncIteration
            await self._until_moved()
        return self._waiting.popleft()

    def tell(self, news: Change) -> None:
        """Take a change, if it concerns the program."""
        if (not self._device or self._device == news.device) and (not self._name or self._name == news.name):
            _keep(self, news)

    def lost(self, fault: DisconnectedError) -> None:
        """Take note that the connection is lost."""
        if self._breaks:
            self._fault = fault
            self._moved.set()


class Arrivals(Subscription[Arrival]):
    """How much has come of the BLOBs of a device, or of one property: told after each piece, while one is on its way.

    BLOBs that come whole, or by shared memory, are not told.

    Args:
        device: The device.
        name: The property; empty for all.
        on_close: What to do in the end.
    """

    def __init__(self, device: str, name: str, *, on_close: Callable[[Arrivals], None]) -> None:
        super().__init__(on_close=on_close)
        self._device = device
        self._name = name

    def tell(self, news: Arrival) -> None:
        """Take an arrival, if it concerns the program."""
        if self._device == news.device and self._name in ("", news.name):
            super().tell(news)


_Doing: TypeAlias = "Callable[[BlobStream], Awaitable[None]]"


class BlobStream(_Queue[Blob]):
    """An async iterator of BLOBs; an async context manager, within which they are sent at all.

    A program that falls behind by more than 256 MiB makes the server wait with all that it has for this client:
    nothing is lost. With `newest`, what waits gives way to what is newer, as is right for video.

    Attributes:
        device: The device.
        name: The property; empty for all of the device's.
    """

    def __init__(self, device: str, name: str, *, newest: bool, join: _Doing, leave: _Doing) -> None:
        super().__init__(most=1 if newest else _MOST)
        self.device = device
        self.name = name
        self._newest = newest
        self._join = join
        self._leave = leave
        self._size = 0

    async def __aenter__(self) -> Self:
        await self._join(self)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.end()
        await self._leave(self)

    async def __anext__(self) -> Blob:
        blob = await super().__anext__()
        self._size -= len(blob)
        self._moved.set()
        return blob

    def wants(self, device: str, name: str) -> bool:
        """Whether the BLOBs of a property concern the program."""
        return device == self.device and self.name in ("", name)

    def tell(self, news: Blob) -> None:
        """Have the iterator yield this, behind what waits in it."""
        if len(self._waiting) >= self._most:
            self._size -= len(self._waiting[0])
        self._size += len(news)
        super().tell(news)

    def drop(self) -> None:
        """Forget what waits in the iterator."""
        self._waiting.clear()
        self._size = 0
        self._moved.set()

    async def put(self, blob: Blob) -> None:
        """Take a BLOB, when there is room for it."""
        while not self._newest and self._size and self._size + len(blob) > _MOST_BYTES and not self._has_ended:
            await self._until_moved()
        if not self._has_ended:
            self.tell(blob)
