"""What waits to be written to one peer: order, priorities, bounds. Pure: no I/O, no clock.

Within a device order is kept. A message of another device does not wait behind a picture: it goes ahead, at an element
boundary. A reply (to a pingRequest) overtakes nothing. Three kinds of things wait in places of their own:

- the fast queue: control messages of devices that have no picture waiting;
- lanes: for each device with a picture waiting, the picture and whatever came for that device after it;
- replies, while there are lanes.

Every byte that waits is counted. Beyond the bound pictures go to the spool, frames of a video give way to newer ones,
and if that does not help the peer is too slow: `overdue` says so, and the link is cut.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict, deque
from itertools import islice
from typing import Final

from lightapt_protocol.blob_framing import Chunk
from lightapt_protocol.errors import BlobError

from .payload import Picture, SpooledPicture
from .waiting import OutboxLimits, Parcel, Reply, Waiting

__all__ = ["Outbox"]

_GATHER_MESSAGES: Final = 512
_GATHER_BYTES: Final = 512 * 1024
_FAIR: Final = 4 * 1024 * 1024
"""Bytes of other devices' messages that may go ahead of a waiting picture before it gets its turn."""


class Outbox:
    """The queue of one peer.

    Attributes:
        behind: Bytes that wait in memory.
        queued: Elements put in, ever.
        dropped: Frames of video dropped, and pictures that could not be given in this peer's form, ever.
        to_spool: Pictures that shall go to the spool; whoever takes one out calls :meth:`spooled`.
        overdue: Why the peer is to be cut off, or empty.
    """

    __slots__ = (
        "_attaches",
        "_current",
        "_current_device",
        "_due",
        "_fast",
        "_fast_in",
        "_fast_out",
        "_frames",
        "_held",
        "_lanes",
        "_limits",
        "_marks",
        "_offset",
        "_order",
        "_overtaken",
        "_replies",
        "behind",
        "dropped",
        "overdue",
        "queued",
        "to_spool",
    )

    def __init__(self, limits: OutboxLimits | None = None, *, attaches: bool = False) -> None:
        self._limits = limits or OutboxLimits()
        self._attaches = attaches
        self._fast: deque[bytes] = deque()
        self._fast_in = self._fast_out = 0
        self._due = 0  # what _fast_out will be when the replies at the front of the fast queue are out
        # For each device with a picture: the picture first, then what came for the device after it.
        self._lanes: OrderedDict[bytes, deque[Waiting | tuple[int, bytes]]] = OrderedDict()
        self._replies: deque[Reply] = deque()
        # What lanes gave to the fast queue while replies waited: order, and place in the fast queue; both rise.
        self._marks: list[tuple[int, int]] = []
        self._held: OrderedDict[Waiting, None] = OrderedDict()  # the pictures that count in `behind`, oldest first
        self._frames: dict[tuple[bytes, bytes], Waiting] = {}
        self._order = 0
        self._overtaken = 0
        self._current: Waiting | None = None
        self._current_device = b""
        self._offset = 0  # bytes sent of the current picture, or else of the first message of the fast queue
        self.behind = self.queued = self.dropped = 0
        self.to_spool: deque[Waiting] = deque()
        self.overdue = ""

    def __bool__(self) -> bool:
        return bool(self._fast or self._lanes or self._replies)

    # Putting in.

    def put(self, data: bytes, device: bytes, *, count: int = 1) -> None:
        """Queue `count` whole control elements that concern `device` (empty: none)."""
        self.queued += count
        self.behind += len(data)
        if self._lanes and (lane := self._lanes.get(device)) is not None:
            lane.append((self._next_order(), data))
        else:
            self._fast.append(data)
            self._fast_in += 1

    def put_reply(self, data: bytes) -> None:
        """Queue an element that overtakes nothing that waits now."""
        if not self._lanes and not self._replies:
            self.put(data, b"")
            return
        self.queued += 1
        self.behind += len(data)
        self._replies.append(Reply(data, self._next_order(), self._fast_in))

    def put_picture(self, picture: Picture) -> None:
        """Queue a picture."""
        self.queued += 1
        self.behind += picture.size
        shares = self._shares(picture)
        picture.join(shares=shares)
        waiting = Waiting(picture, order=self._next_order(), after=self._fast_in, shares=shares)
        self._held[waiting] = None
        self._lanes.setdefault(picture.device, deque()).append(waiting)
        if picture.is_stream:
            self._replace_frame((picture.device, picture.name), waiting)

    def _next_order(self) -> int:
        self._order += 1
        return self._order

    def _replace_frame(self, key: tuple[bytes, bytes], waiting: Waiting) -> None:
        older = self._frames.get(key)
        self._frames[key] = waiting
        if older is None or older is self._current or older.is_dropped:
            return
        if self._limits.stream and self.behind > self._limits.stream:
            self._drop(older, key[0])

    def _drop(self, waiting: Waiting, device: bytes) -> None:
        self.dropped += 1
        self._release(waiting)
        self._leave(waiting)
        waiting.spooled = None
        if self._lanes[device][0] is waiting:
            self._settle(device)

    def _release(self, waiting: Waiting) -> None:
        """Count a picture no longer."""
        if waiting in self._held:
            del self._held[waiting]
            self.behind -= waiting.size

    # The bounds.

    def relieve(self) -> None:
        """Keep the bound: the newest pictures go to the spool, the next one to be written stays.

        To be called when the peer has taken what it takes now: much that is put in at once is no sign of slowness.
        """
        if self.behind <= self._limits.memory:
            return
        kept = self._current or self._next_picture()
        while self.behind > self._limits.memory:
            newest = next((waiting for waiting in reversed(self._held) if waiting is not kept), None)
            if newest is None:
                break
            self._send_to_spool(newest)
        if self.behind - (kept.size if kept and kept in self._held else 0) > self._limits.memory:
            self.overdue = f"{self.behind >> 20} MB behind"

    def unload(self) -> None:
        """Send all pictures to the spool, as the peer takes nothing and their memory is wanted."""
        for waiting in reversed(list(self._held)):
            picture = waiting.picture
            if picture is not None and picture.is_stream:  # a video is not kept: its newest frame is
                if waiting is not self._current and waiting is not self._frames.get((picture.device, picture.name)):
                    self._drop(waiting, picture.device)
            elif not self._is_begun_with_descriptors(waiting):  # the rest of which cannot come from a file
                self._send_to_spool(waiting)

    def clear(self) -> None:
        """Let go of everything: the peer is gone."""
        for lane in self._lanes.values():
            for waiting in lane:
                if isinstance(waiting, Waiting):
                    self._leave(waiting)
        self._lanes.clear()
        self._fast.clear()
        self._replies.clear()
        self._held.clear()
        self._current, self.behind = None, 0

    @property
    def holds_pictures(self) -> bool:
        """Whether pictures in memory wait."""
        return bool(self._held)

    def begun(self, waiting: Waiting) -> int:
        """Return how much of a picture has been written, in bytes."""
        return self._offset if waiting is self._current else 0

    def _leave(self, waiting: Waiting) -> None:
        """Need the picture itself no longer."""
        picture, waiting.picture = waiting.picture, None
        if picture is not None:
            picture.leave(self.begun(waiting), shares=waiting.shares)

    def _send_to_spool(self, waiting: Waiting) -> None:
        self._release(waiting)
        self.to_spool.append(waiting)

    def _next_picture(self) -> Waiting | None:
        lane = next(iter(self._lanes.values()), None)
        return lane[0] if lane and isinstance(lane[0], Waiting) else None

    def spooled(self, waiting: Waiting, copy: SpooledPicture | None) -> None:
        """Take note that a picture of :attr:`to_spool` is in the spool now; None: there was no room for it."""
        if copy is None:
            self._keep(waiting)
        elif waiting.picture is not None and not self._is_begun_with_descriptors(waiting):
            waiting.spooled = copy
            self._leave(waiting)

    def _keep(self, waiting: Waiting) -> None:
        """Hold in memory what the spool has no room for, as far as the bound allows that."""
        if waiting.picture is None:
            return
        self._held[waiting] = None
        self.behind += waiting.size
        if self.behind > self._limits.memory:
            self.overdue = f"{self.behind >> 20} MB behind, and the spool is full"

    def _is_begun_with_descriptors(self, waiting: Waiting) -> bool:
        picture = waiting.picture
        return waiting is self._current and self._offset > 0 and picture is not None and self._shares(picture)

    # Taking out.

    def gather(self) -> Parcel:
        """Return what to write next: a run of messages, or of one picture. Nothing while a picture is being made."""
        while True:
            if not self._offset:
                self._choose()
            if self._current is None:
                return Parcel(self._run(), [])
            try:
                return self._picture_parcel(self._current)
            except BlobError:  # its sender's fault, and too late to tell it: others have had it as it came
                self.dropped += 1
                self._finish(self._current)

    def sent(self, count: int) -> None:
        """Take note that `count` bytes of the last parcel have been written."""
        if not count:
            return
        if self._current is not None:
            before, self._offset = self._offset, self._offset + count
            if self._current.picture is not None and not self._shares(self._current.picture):
                self._current.picture.advance(before, self._offset)
            if self._offset >= self._total(self._current):
                self._finish(self._current)
            return
        if self._lanes:
            self._overtaken += count
        self.behind -= count
        count += self._offset
        fast = self._fast
        while fast and count >= len(fast[0]):
            count -= len(fast.popleft())
            self._fast_out += 1
        self._offset = count

    def _run(self) -> list[Chunk]:
        pieces: list[Chunk] = []
        most = _GATHER_BYTES
        # What waits elsewhere is looked at between messages: come there soon.
        count = 1 if self._offset and (self._lanes or self._replies) else _GATHER_MESSAGES
        for data in islice(self._fast, count):
            pieces.append(data)
            most -= len(data)
            if most <= 0:
                break
        if self._offset and pieces:
            pieces[0] = memoryview(pieces[0])[self._offset :]
        return pieces

    def _picture_parcel(self, current: Waiting) -> Parcel:
        if current.spooled is not None:
            return Parcel(current.spooled.gather(self._offset, _GATHER_BYTES), [])
        if current.picture is None:
            return Parcel([], [])
        if not self._shares(current.picture):
            return Parcel(current.picture.gather(self._offset, _GATHER_BYTES), [])
        form = current.picture.shared_form()
        if form is None:
            return Parcel([], [])
        if self._offset:
            return Parcel([memoryview(form.message)[self._offset :]], [])
        return Parcel([form.message], form.descriptors)

    def _total(self, current: Waiting) -> int:
        if current.picture is not None and self._shares(current.picture):
            form = current.picture.shared_form()
            return len(form.message) if form else current.size
        return current.size

    def _shares(self, picture: Picture) -> bool:
        return self._attaches and picture.can_be_shared

    # What goes next.

    def _choose(self) -> None:
        """At an element boundary: start a picture, or bring a due reply to the front of the fast queue."""
        self._current = None
        if self._replies and self._fast_out >= self._due:
            self._release_replies()
        if not self._lanes or self._fast_out < self._due or (self._fast and self._overtaken < _FAIR):
            return
        for device, lane in self._lanes.items():
            head = lane[0]
            if isinstance(head, Waiting) and head.after <= self._fast_out:
                self._current, self._current_device = head, device
                return

    def _release_replies(self) -> None:
        first = min((_order_of(lane[0]) for lane in self._lanes.values()), default=self._order + 1)
        due: list[bytes] = []
        while self._replies and self._replies[0].order < first and self._is_after_messages(self._replies[0]):
            due.append(self._replies.popleft().data)
        self._due = self._fast_out
        self._fast.extendleft(reversed(due))
        self._fast_out -= len(due)
        if not self._replies or (self._marks and self._marks[-1][1] <= self._fast_out):
            self._marks.clear()

    def _is_after_messages(self, reply: Reply) -> bool:
        """Whether the messages of the fast queue that came before a reply are out, however they got there."""
        mark = bisect_left(self._marks, (reply.order, 0)) - 1
        after = reply.after if mark < 0 else max(reply.after, self._marks[mark][1])
        return after <= self._fast_out

    def _finish(self, current: Waiting) -> None:
        """Let go of the picture that has been written, and of what waited for it."""
        self._release(current)
        self._leave(current)
        self._current, self._offset, self._overtaken = None, 0, 0
        current.spooled = None
        self._lanes.move_to_end(self._current_device)  # the pictures of another device have their turn now
        self._settle(self._current_device)

    def _settle(self, device: bytes) -> None:
        """Bring a lane to its next picture: what is done or dropped goes, messages go to the fast queue."""
        lane = self._lanes[device]
        after = _after_of(lane[0])
        while lane:
            head = lane[0]
            if isinstance(head, tuple):
                self._hurry(*head)
                after = self._fast_in
            elif not head.is_dropped:
                head.after = after
                return
            lane.popleft()
        del self._lanes[device]

    def _hurry(self, order: int, data: bytes) -> None:
        """Put a message from a lane into the fast queue; replies that came after it stay behind it."""
        self._fast.append(data)
        self._fast_in += 1
        if self._replies:
            while self._marks and self._marks[-1][0] >= order:
                self._marks.pop()
            self._marks.append((order, self._fast_in))


def _order_of(item: Waiting | tuple[int, bytes]) -> int:
    return item[0] if isinstance(item, tuple) else item.order


def _after_of(item: Waiting | tuple[int, bytes]) -> int:
    return 0 if isinstance(item, tuple) else item.after
