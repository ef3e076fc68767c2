"""An Alpaca server whose answers the test writes down, and that misbehaves when it is told to."""

import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from lightapt_drivers.alpaca.places import AlpacaType, Place


@dataclass(frozen=True)
class Refusal:
    """An answer with an error number of Alpaca's."""

    number: int
    message: str = ""


@dataclass(frozen=True)
class Raw:
    """An answer as it stands: any HTTP status, any body."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/json"


@dataclass(frozen=True)
class Slow:
    """An answer that comes late."""

    seconds: float
    then: object = None


@dataclass(frozen=True)
class Drop:
    """No answer: the connection is closed."""


@dataclass(frozen=True)
class Drip:
    """An answer of which a byte comes now and then, and never the last: what is said at once, then spaces."""

    every: float = 0.02
    said: bytes = b"HTTP/1.1 200 -\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    method: str
    device: str
    member: str
    fields: dict = field(default_factory=dict)


NOT_OFFERED = Refusal(0x400, "")
_LARGE = 65536
"""Bytes from which on a body is sent by itself rather than copied."""
GARBAGE = Raw(b"<html>It works!</html>", content_type="text/html")


class Recorded:
    """An Alpaca server on 127.0.0.1, or on what `host` says: discovery tells only addresses that others know.

    `came` is notified when a request has come, and when its answer is made. `dripping` says on how many connections
    it drips at the moment.

    `devices` maps "focuser/0" to its members by their names in URLs (lower case). A member is the value that GET
    returns and PUT sets, a Refusal, Raw, Slow, Drop, Drip, or a function that is called with the request's fields (by
    GET and PUT alike) and returns any of these. A member that is not there is answered by HTTP 400. With `state`
    (names as ASCOM writes them) DeviceState is made of the members. `fault` goes before all that, if it is set.
    """

    def __init__(self, devices=None, *, managed=None, host="127.0.0.1"):
        self.devices = devices or {}
        self.managed = managed
        self.host = host
        self.fault = None
        self.asked: list[Asked] = []
        self.came = threading.Condition()
        self.dripping = 0
        self._listener = None
        self._accepting = None
        self._port = 0
        self._ended = threading.Event()
        self._open = set()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def address(self):
        return f"127.0.0.1:{self._port}"

    @property
    def port(self):
        return self._port

    def place(self, device):
        kind, number = device.split("/")
        return Place(self.address, AlpacaType(kind), int(number))

    def start(self):
        """Listen; again on the same port if it was stopped."""
        self._ended.clear()
        self._listener = socket.create_server((self.host, self._port), backlog=50)
        self._port = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, args=(self._listener,), daemon=True)
        self._accepting.start()

    def stop(self):
        """Go away: nobody listens any more, and the connections are closed."""
        if self._listener is None:
            return
        self._ended.set()
        with suppress(OSError):  # who waits for connections does not see that his socket is closed: he gets one more
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
        self._accepting.join()
        self._listener.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._listener = None

    def _accept(self, listener):
        with suppress(OSError):
            while not self._ended.is_set():
                connection, _ = listener.accept()
                threading.Thread(target=_Connection(self, connection).serve, daemon=True).start()

    def count(self, member):
        return sum(asked.member == member for asked in self.asked)

    def puts(self, member):
        return [asked.fields for asked in self.asked if asked.method == "PUT" and asked.member == member]

    def answer(self, method, path, fields):
        parts = path.strip("/").lower().split("/")
        if parts[0] == "management":
            return self._manage(parts)
        device, member = "/".join(parts[2:4]), parts[-1]
        self.asked.append(Asked(method, device, member, fields))
        with self.came:
            self.came.notify_all()
        if self.fault is not None:
            return self.fault
        return self._member(method, device, member, fields)

    def _manage(self, parts):
        if self.fault is not None:
            return self.fault
        if self.managed is None:
            return Raw(b"no management here", 404)
        return {"apiversions": [1], "configureddevices": self.managed, "description": {"ServerName": "Recorded"}}.get(
            parts[-1], Raw(b"", 404)
        )

    def _member(self, method, device, member, fields):
        members = self.devices.get(device)
        if members is None:
            return Raw(b"no such device", 400)
        if member == "devicestate" and "state" in members:
            return [{"Name": name, "Value": members[name.lower()]} for name in members["state"]]
        if member not in members:
            return Raw(b"no such member", 400)
        known = members[member]
        if callable(known):
            return known(fields)
        if method == "PUT" and not isinstance(known, Refusal | Raw | Slow | Drop | Drip):
            given = next((value for name, value in fields.items() if name.lower() == member), None)
            if given is not None:
                members[member] = _like(known, given)
            return None
        return known


def device(interface=1, **members):
    """Return the members of a device that is connected by Connected, or by Connect from Platform 7 on."""
    common = {
        "interfaceversion": interface,
        "connected": False,
        "connecting": False,
        "name": "A device",
        "description": "A device of the tests",
        "driverinfo": "Answers, written down",
        "driverversion": "1.0",
        "supportedactions": [],
        **members,
    }
    common.setdefault("connect", _switching(common, True))
    common.setdefault("disconnect", _switching(common, False))
    return common


def _switching(members, on) -> Callable:
    return lambda fields: members.__setitem__("connected", on)


def _like(old, given):
    if isinstance(old, bool):
        return given.lower() == "true"
    if isinstance(old, int | float):
        return type(old)(float(given))
    return given


class _Connection:
    """One connection: as much of HTTP/1.1 as Alpaca's clients speak, and quick, for there are many requests."""

    def __init__(self, recorded, connection):
        self._recorded = recorded
        self._connection = connection

    def serve(self):
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._recorded._open.add(self._connection)
        with suppress(OSError), self._connection, self._connection.makefile("rb") as stream:  # who hangs up is no news
            while self._answer(stream):
                pass
        self._recorded._open.discard(self._connection)

    def _answer(self, stream):
        """Answer the next request; return whether another may come."""
        words = stream.readline().decode("latin-1").split()
        if len(words) != 3 or self._recorded._ended.is_set():
            return False
        method, target, _ = words
        headers = {}
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get(b"content-length", 0))).decode()
        parts = urlsplit(target)
        fields = dict(parse_qsl(body if method == "PUT" else parts.query, keep_blank_values=True))
        return self._say(self._said(method, parts.path, fields)) and headers.get(b"connection") != b"close"

    def _said(self, method, path, fields):
        recorded = self._recorded
        said = recorded.answer(method, path, fields)
        with recorded.came:
            recorded.came.notify_all()
        while isinstance(said, Slow):
            recorded._ended.wait(said.seconds)
            said = said.then
        return Drop() if recorded._ended.is_set() else said

    def _say(self, said):
        if isinstance(said, Drop):
            return False
        if isinstance(said, Drip):
            return self._drip(said)
        raw = said if isinstance(said, Raw) else _alpaca(said)
        head = f"HTTP/1.1 {raw.status} -\r\nContent-Type: {raw.content_type}\r\nContent-Length: {len(raw.body)}\r\n\r\n"
        for piece in (head.encode(), raw.body) if len(raw.body) > _LARGE else (head.encode() + raw.body,):
            self._connection.sendall(piece)
        return True

    def _drip(self, said):
        self._connection.sendall(said.said)
        with self._recorded.came:
            self._recorded.dripping += 1
            self._recorded.came.notify_all()
        try:
            while not self._recorded._ended.wait(said.every):
                self._connection.sendall(b" ")
        finally:
            with self._recorded.came:
                self._recorded.dripping -= 1
                self._recorded.came.notify_all()
        return False


def _alpaca(said):
    error = said if isinstance(said, Refusal) else Refusal(0)
    answer = {
        "Value": None if error.number else said,
        "ClientTransactionID": 1,
        "ServerTransactionID": 1,
        "ErrorNumber": error.number,
        "ErrorMessage": error.message,
    }
    return Raw(json.dumps(answer).encode())
