"""A driver and a client that keep exchanging numbered messages: whoever disturbs them is found out."""

from __future__ import annotations

import re

from .phrases import GET, define, get, order, update
from .puppets import Driver
from .rig import Server, Stage

_DEVICE = "Bystander"


class Bystanders:
    """The pair; each must get exactly what the other sends, in order, without loss or duplicates."""

    def __init__(self, stage: Stage, hub: Server, driver: Driver) -> None:
        self._driver = driver
        self._client = stage.client(hub, "bystander")
        self._next = 1
        self._client.send(get(_DEVICE))
        self._client.sync()
        driver.send(define(_DEVICE))
        self._client.expect_only(define(_DEVICE))
        driver.sync()

    def exchange(self, count: int) -> None:
        """Exchange so many messages in both directions."""
        numbers = range(self._next, self._next + count)
        self._next = numbers.stop
        for number in numbers:
            self._driver.send(update(_DEVICE, number))
            self._client.send(order(_DEVICE, number))
        for number in numbers:
            self._client.expect_only(update(_DEVICE, number))
            self._driver.expect_only(order(_DEVICE, number))
        self._client.expect_silence()
        self._driver.expect_silence()

    def exchange_beside(self, count: int) -> None:
        """The same while others may ask the driver for its properties, or have a word for every client."""
        numbers = range(self._next, self._next + count)
        self._next = numbers.stop
        for number in numbers:
            self._driver.send(update(_DEVICE, number))
            self._client.send(order(_DEVICE, number))
        orders, updates = self._driver.sync(), self._client.sync()
        orders += self._driver.sync()
        assert _numbers(b"set", updates) == list(numbers)
        assert _numbers(b"new", orders) == list(numbers)

    def expect_questions(self, count: int) -> None:
        """Wait until the driver has got so many getProperties for all devices."""
        for _ in range(count):
            self._driver.expect_only(GET)

    def ignore_orders(self) -> None:
        """Forget what others had the hub send to the driver."""
        self._driver.sync()


def _numbers(verb: bytes, text: bytes) -> list[int]:
    pattern = b'<%bNumberVector device="%b" name="LEVEL"><oneNumber name="V">([0-9]+)<' % (verb, _DEVICE.encode())
    return [int(found) for found in re.findall(pattern, text)]
