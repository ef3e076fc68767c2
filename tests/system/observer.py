"""An observer at a client: asks for things, waits until they are so, and looks at pictures."""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from lightapt_protocol import fits
from lightapt_protocol.framing import BlobElement, Element, Framer
from lightapt_protocol.members import OneNumber, OneSwitch, OneText
from lightapt_protocol.messages import (
    EnableBlob,
    GetProperties,
    Message,
    NewNumberVector,
    NewSwitchVector,
    NewTextVector,
    SetBlobVector,
)
from lightapt_protocol.mirror import Mirror, Property
from lightapt_protocol.parser import parse, parse_blob
from lightapt_protocol.vocabulary import BlobPolicy, PropertyKind, State, SwitchState
from lightapt_protocol.writer import write

from .puppets import PATIENCE

LONG = 3 * PATIENCE
"""Seconds that a slew across the sky, or a plate solver, may take on a slow machine."""


class Observer:
    """A client of an INDI server that keeps up with all devices."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.mirror = Mirror()
        self.words: list[str] = []
        self._pictures: list[bytes] = []
        self._framer = Framer()
        self._unread: deque[Element | BlobElement] = deque()
        self._socket = socket.create_connection(address, timeout=PATIENCE)
        self.say(GetProperties())
        self.say(EnableBlob(policy=BlobPolicy.ALSO))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def say(self, message: Message) -> None:
        self._socket.sendall(write(message))

    def until(self, is_so: Callable[[], object], wanted: str, *, patience: float = LONG) -> None:
        """Take in what comes until something is so."""
        deadline = time.monotonic() + patience
        while not is_so():
            if self._unread:
                self._take(self._unread.popleft())
                continue
            left = deadline - time.monotonic()
            assert left > 0, f"waited in vain: {wanted}; {self.words[-5:]}"
            self._socket.settimeout(left)
            try:
                data = self._socket.recv(1 << 20)
            except TimeoutError:
                continue
            assert data, f"the server has closed the connection; waited for {wanted}"
            self._unread += self._framer.feed(data)

    def catch_up(self) -> None:
        """Take in what has come up to now."""
        self._socket.settimeout(0.0)
        with suppress(BlockingIOError):
            while data := self._socket.recv(1 << 20):
                self._unread += self._framer.feed(data)
        while self._unread:
            self._take(self._unread.popleft())

    def _take(self, element: Element | BlobElement) -> None:
        """Take in one element: what is so for a moment only is so between two of them."""
        message = parse_blob(element) if isinstance(element, BlobElement) else parse(element.raw)
        self.mirror.apply(message)
        if isinstance(message, SetBlobVector):
            self._pictures += [bytes(one.data) for one in message.members]
        if words := getattr(message, "message", ""):
            self.words.append(words)
        assert self._framer.error is None

    def find(self, device: str, name: str) -> Property:
        prop = self.mirror.find(device, name)
        assert prop is not None, f"{device} has no {name}"
        return prop

    def connect(self, *devices: str) -> None:
        for device in devices:
            self.until(lambda device=device: self.mirror.find(device, "CONNECTION"), f"{device} appears")
            self.set(device, "CONNECTION", CONNECT=True)
        for device in devices:
            self.wait(device, "CONNECTION", CONNECT=True)

    def set(self, device: str, name: str, **members: float | str | bool) -> None:
        """Ask for something, without waiting for it."""
        self.until(lambda: self.mirror.find(device, name), f"{device} has {name}")
        match self.find(device, name).kind:
            case PropertyKind.NUMBER:
                numbers = tuple(OneNumber(member, float(value)) for member, value in members.items())
                self.say(NewNumberVector(device, name, members=numbers))
            case PropertyKind.SWITCH:
                switches = tuple(OneSwitch(one, SwitchState(int(bool(value)))) for one, value in members.items())
                self.say(NewSwitchVector(device, name, members=switches))
            case _:
                texts = tuple(OneText(member, str(value)) for member, value in members.items())
                self.say(NewTextVector(device, name, members=texts))

    def wait(self, device: str, name: str, *, state: State | None = State.OK, **members: object) -> Property:
        """Wait until a property is in a state and has these values."""

        def is_so() -> bool:
            prop = self.mirror.find(device, name)
            if prop is None or state not in (None, prop.state):
                return False
            return all(_value(prop, member) == value for member, value in members.items())

        self.until(is_so, f"{device}.{name} {state} {members}")
        return self.find(device, name)

    def done(self, device: str, name: str, **members: float | str | bool) -> Property:
        """Ask for something that takes its time, and wait until it is done."""
        before = len(self.words)
        self.set(device, name, **members)
        self.wait(device, name, state=State.BUSY)
        self.until(lambda: self.find(device, name).state is not State.BUSY, f"{device}.{name} is done")
        prop = self.find(device, name)
        assert prop.state is State.OK, self.words[before:]
        return prop

    def picture(self, camera: str, seconds: float) -> fits.FitsImage:
        """Take a picture and return it."""
        return fits.read(self.picture_file(camera, seconds))

    def picture_file(self, camera: str, seconds: float) -> bytes:
        """Take a picture and return its file."""
        self._pictures.clear()
        self.set(camera, "CCD_EXPOSURE", CCD_EXPOSURE_VALUE=seconds)
        self.until(lambda: self._pictures, f"a picture of {camera}")
        self.wait(camera, "CCD_EXPOSURE")
        return self._pictures.pop()


def _value(prop: Property, member: str) -> object:
    value = getattr(prop.members[member], "value", None)
    return bool(value) if isinstance(value, SwitchState) else value
