"""Where in a recording one is: a clock that can be stopped, set and made to run faster. No I/O; `now` is given."""

from __future__ import annotations

__all__ = ["Playback"]


class Playback:
    """Times are seconds: `now` by a monotonic clock, positions from the beginning of the recording.

    Attributes:
        speed: How much faster than it was it goes; 0 for as fast as possible.
        is_playing: Whether it goes.
    """

    def __init__(self, *, speed: float, is_playing: bool, now: float) -> None:
        self.speed = speed
        self.is_playing = is_playing
        self._position = 0.0
        self._since = now

    def position(self, now: float) -> float:
        """Return where it is; as fast as possible, it is where it was last set."""
        if not self.is_playing:
            return self._position
        return self._position + max(0.0, now - self._since) * self.speed

    def wait(self, time: float, now: float) -> float | None:
        """Return in how many seconds an entry of this time is due; None while nothing goes on."""
        if not self.is_playing:
            return None
        return 0.0 if self.speed == 0 else max(0.0, (time - self.position(now)) / self.speed)

    def play(self, now: float) -> None:
        """Go on."""
        self.seek(self.position(now), now)
        self.is_playing = True

    def pause(self, now: float) -> None:
        """Stop where it is."""
        self.seek(self.position(now), now)
        self.is_playing = False

    def seek(self, position: float, now: float) -> None:
        """Be there."""
        self._position, self._since = position, now

    def change_speed(self, speed: float, now: float) -> None:
        """Go on from here at another speed."""
        self.seek(self.position(now), now)
        self.speed = speed

    def reached(self, time: float, now: float) -> None:
        """Take note that an entry of this time was played, where no clock says so: by steps, or as fast as possible."""
        if not self.is_playing or self.speed == 0:
            self.seek(time, now)
