"""Clocks for simulators: one that runs fast, and one that stands until it is told to go on."""

import time


class FastClock:
    """A clock that runs so many times as fast as time.

    Args:
        speed: How many times.
        start: Unix time at which it begins.
    """

    def __init__(self, speed=1000.0, start=1_800_000_000.0):
        self.speed = speed
        self.start = start
        self.begun = time.monotonic()

    def __call__(self):
        return self.start + (time.monotonic() - self.begun) * self.speed


class HandClock:
    """A clock that a test sets.

    Attributes:
        now: What it says.
    """

    def __init__(self, now=1_800_000_000.0):
        self.now = now

    def __call__(self):
        return self.now
