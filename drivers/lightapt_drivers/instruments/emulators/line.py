"""A line to an emulated instrument, with faults on demand.

It runs in a thread of its own, so that it serves other processes and the event loop of this one alike.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from .commands import Emulator
from .ends import Bridge, End, Terminal
from .faults import Chunk, Fault

__all__ = ["Line"]

_FAREWELL: Final = 5.0
"""Seconds for the thread to end, which takes it no time at all."""


class Line:
    """A line with an emulator behind it; a context manager, which plugs it in and pulls the plug."""

    def __init__(
        self,
        emulator: Emulator,
        *,
        end: Callable[[], End] = Terminal,
        link: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Make a line that is not plugged in.

        Args:
            emulator: Who answers.
            end: Makes the instrument's end: a :class:`~.ends.Terminal`, or a :class:`~.ends.Bridge`.
            link: Where to keep a symbolic link to the terminal, as udev does for whatever is plugged in again.
            clock: Returns seconds since 1970.
        """
        self._emulator = emulator
        self._end = end
        self._link = link
        self._clock = clock
        self._faults: deque[Fault] = deque()
        self._lasting: Fault | None = None
        self._service: _Service | None = None

    @classmethod
    def on_network(cls, emulator: Emulator) -> Line:
        """Make a line to a TCP port of this machine."""
        return cls(emulator, end=Bridge)

    @property
    def address(self) -> str:
        """What to open; empty while unplugged, unless there is a link."""
        if self._link is not None:
            return str(self._link)
        return self._service.address if self._service else ""

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()

    def spoil(self, *faults: Fault) -> None:
        """Spoil the next answers, one fault each."""
        self._faults.extend(faults)

    def spoil_all(self, fault: Fault | None) -> None:
        """Spoil all answers from now on, or none any more."""
        self._lasting = fault

    def plug(self) -> None:
        """Plug the instrument in. Without a link its address is another than before."""
        self._service = _Service(self._end(), self._say)
        if self._link is not None:
            self._link.symlink_to(self._service.address)

    def unplug(self) -> None:
        """Pull the plug: the line is hung up, and its address is no more. May be called again."""
        if self._service is None:
            return
        service, self._service = self._service, None
        if self._link is not None:
            self._link.unlink()
        service.stop()

    def _say(self, data: bytes) -> Sequence[Chunk]:
        answer = self._emulator.answer(data, self._clock())
        if not answer:
            return ()
        with suppress(IndexError):
            return self._faults.popleft().spoil(data, answer)
        return self._lasting.spoil(data, answer) if self._lasting else (Chunk(answer),)


class _Service:
    """The thread that serves one end."""

    def __init__(self, end: End, say: Callable[[bytes], Sequence[Chunk]]) -> None:
        self.address = end.address
        self._end = end
        self._say = say
        self._stopping, self._stop = os.pipe()
        self._due: deque[tuple[float, bytes]] = deque()
        self._thread = threading.Thread(target=self._serve, name=f"emulated line {self.address}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Hang up, and end the thread."""
        os.close(self._stop)
        self._thread.join(_FAREWELL)

    def _serve(self) -> None:
        try:
            while self._stopping not in (ready := self._ready()):
                for descriptor in ready:
                    if data := self._end.receive(descriptor):
                        self._queue(self._say(data))
                while self._due and self._due[0][0] <= time.monotonic():
                    self._end.send(self._due.popleft()[1])
        finally:
            self._end.close()
            os.close(self._stopping)

    def _ready(self) -> list[int]:
        poll = select.poll()
        for descriptor in (self._stopping, *self._end.watched()):
            poll.register(descriptor, select.POLLIN)
        pause = max(0.0, self._due[0][0] - time.monotonic()) * 1000 if self._due else None
        return [descriptor for descriptor, _ in poll.poll(pause)]

    def _queue(self, chunks: Sequence[Chunk]) -> None:
        moment = time.monotonic()  # none goes before those that were queued earlier, though it may be due before them
        for chunk in chunks:
            moment += chunk.delay
            self._due.append((moment, chunk.data))
