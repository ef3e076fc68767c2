"""Keeps the memory that pictures take small, whatever the ratio of those who send to those who read.

Where pictures take more than the budget, those for peers that read nothing go to the spool, and a peer that sends more
pictures waits while they flow off. It waits for those who read fast only: nobody waits for a slow reader.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final, Protocol

from .outbox import Outbox
from .payload import Ledger
from .routing import Peer

__all__ = ["Flow", "Flowing", "PictureStore"]

_BUDGET: Final = 48 * 1024 * 1024
"""Bytes that pictures may take in memory, those that are still coming in included."""
_ROOM: Final = 40 * 1024 * 1024
"""Bytes below which who waits for room goes on."""
_SOON: Final = 16 * 1024 * 1024
"""Bytes beyond which what nobody reads goes to the spool although there still is room."""
_STUCK: Final = 0.1
"""Seconds without progress after which a peer that has something to read counts as not reading."""
_INTERVAL: Final = 0.05
_FAST: Final = 1024 * 1024
"""Bytes that a fast reader takes in each interval: 20 MB/s."""
_PATIENCE: Final = 1.0
"""Seconds for which one waits at the most, and for which nobody waits again after it has been of no use."""


class Flowing(Protocol):
    """A link, as flow control sees it."""

    peer: Peer
    bytes_out: int

    def stuck_for(self, now: float) -> float:
        """Return for how long, in s, the peer has taken nothing of what waits for it; 0 where nothing waits."""
        ...

    def keep_bounds(self) -> None:
        """See to what the outbox wants spooled."""
        ...

    def pause(self) -> None:
        """Read nothing more."""
        ...

    def resume(self) -> None:
        """Read again."""
        ...


class PictureStore(Protocol):
    """The spool, as flow control sees it.

    Attributes:
        writing: Pictures that are on their way into it.
        written: Bytes written, ever.
    """

    writing: int
    written: int

    def take(self, outbox: Outbox, link: Flowing) -> None:
        """Spool what `outbox` wants spooled."""
        ...


class Flow:
    """The flow control of one hub.

    Attributes:
        is_holding: Whether anyone waits for room.
    """

    def __init__(self, links: Mapping[Peer, Flowing], ledger: Ledger, store: PictureStore | None) -> None:
        self._links = links
        self._ledger = ledger
        self._store = store
        self._paused: dict[Flowing, int] = {}  # and what has come of a picture that is still coming
        self._seen: dict[Flowing, int] = {}
        self._seen_written = 0
        self._open_until = 0.0
        self._wait_until = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.is_holding = False

    def came(self, link: Flowing, receiving: int) -> None:
        """Take note that some of a picture has come; `receiving`: bytes of one that is not whole."""
        held = self._ledger.held
        loop = asyncio.get_running_loop()
        if not receiving and held > _SOON:
            self._unload(loop.time())  # while the others read it, so that nobody has to wait for the disk
        if not held or held + receiving <= _BUDGET or loop.time() < self._open_until:
            return
        link.pause()
        self._paused[link] = receiving
        self.is_holding = True
        self._unload(loop.time())
        if self._timer is None:
            self._flows_fast()
            self._wait_until = loop.time() + _PATIENCE
            self._timer = loop.call_later(_INTERVAL, self._tick)

    def look(self) -> None:
        """Let go on who waits, if there is room."""
        if self._paused and self._ledger.held + max(self._paused.values()) <= max(_ROOM, *self._paused.values()):
            self._release()

    def _tick(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        judged = self._unload(loop.time())
        flows = self._flows_fast()
        if (flows or not judged) and loop.time() < self._wait_until:
            self._timer = loop.call_later(_INTERVAL, self._tick)
        else:
            self._open_until = loop.time() + _PATIENCE
            self._release()

    def forget(self, link: Flowing) -> None:
        """Let go of a link that is closed."""
        self._paused.pop(link, None)
        self._seen.pop(link, None)
        if self.is_holding and not self._paused:
            self._release()

    def _unload(self, now: float) -> bool:
        """Send to the spool what nobody is reading; return whether it is clear of every peer if it reads."""
        judged = True
        for link in list(self._links.values()):
            stuck = link.stuck_for(now)
            judged = judged and not _INTERVAL < stuck <= _STUCK
            if stuck > _STUCK:
                link.peer.outbox.unload()
                link.keep_bounds()
        return judged and not (self._store and self._store.writing)

    def _flows_fast(self) -> bool:
        """Return whether pictures have flowed off fast, to a reader or the disk, since this was last asked."""
        before = self._seen
        self._seen = {link: link.bytes_out for link in self._links.values() if link.peer.outbox.holds_pictures}
        written = self._store.written if self._store is not None else 0
        spooled, self._seen_written = written - self._seen_written, written
        taken = max((count - before.get(link, count) for link, count in self._seen.items()), default=0)
        return max(spooled, taken) >= _FAST

    def _release(self) -> None:
        paused, self._paused, self._seen = self._paused, {}, {}
        self.is_holding = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for link in paused:
            link.resume()
