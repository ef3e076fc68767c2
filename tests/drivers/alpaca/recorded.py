"""An Alpaca server whose answers the test writes down, and that misbehaves when it is told to."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
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
class Asked:
    """A request that came."""

    method: str
    device: str
    member: str
    fields: dict = field(default_factory=dict)


NOT_OFFERED = Refusal(0x400, "")
GARBAGE = Raw(b"<html>It works!</html>", content_type="text/html")


class Recorded:
    """An Alpaca server on 127.0.0.1, or on what `host` says.

    `devices` maps "focuser/0" to its members by their names in URLs (lower case). A member is the value that GET
    returns and PUT sets, a Refusal, Raw, Slow, Drop, or a function that is called with the request's fields (by GET
    and PUT alike) and returns any of these. A member that is not there is answered by HTTP 400. With `state`
    (names as ASCOM writes them) DeviceState is made of the members. `fault` goes before all that, if it is set.
    """

    def __init__(self, devices=None, *, managed=None):
        self.devices = devices or {}
        self.managed = managed
        self.host = "127.0.0.1"
        self.fault = None
        self.asked: list[Asked] = []
        self.came = threading.Condition()
        self._server = None
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

    def place(self, device):
        kind, number = device.split("/")
        return Place(self.address, AlpacaType(kind), int(number))

    def start(self):
        """Listen; again on the same port if it was stopped."""
        self._ended.clear()
        self._server = _Server((self.host, self._port), _Handler)
        self._server.recorded = self
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self):
        """Go away: nobody listens any more, and the connections are closed."""
        if self._server is None:
            return
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(SHUT_RDWR)
        self._server = None

    def count(self, member):
        return Counter(asked.member for asked in self.asked)[member]

    def puts(self, member):
        return [asked.fields for asked in self.asked if asked.method == "PUT" and asked.member == member]

    def answer(self, method, path, fields):
        parts = path.strip("/").lower().split("/")
        if parts[0] == "management":
            return self._manage(parts)
        device, member = "/".join(parts[2:4]), parts[-1]
        self.asked.append(Asked(method, device, member, fields))
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
        if method == "PUT" and not isinstance(known, Refusal | Raw | Slow | Drop):
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


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 50

    def handle_error(self, request, client_address):
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.server.recorded._open.add(self.connection)

    def finish(self):
        self.server.recorded._open.discard(self.connection)
        super().finish()

    def do_GET(self):
        self._reply("GET", dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)))

    def do_PUT(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self._reply("PUT", dict(parse_qsl(body, keep_blank_values=True)))

    def _reply(self, method, fields):
        recorded = self.server.recorded
        said = recorded.answer(method, urlsplit(self.path).path, fields)
        with recorded.came:
            recorded.came.notify_all()
        while isinstance(said, Slow):
            recorded._ended.wait(said.seconds)
            said = said.then
        if isinstance(said, Drop) or recorded._ended.is_set():
            self.close_connection = True
            return
        self._send(said if isinstance(said, Raw) else _alpaca(said))

    def _send(self, raw):
        self.send_response(raw.status)
        self.send_header("Content-Type", raw.content_type)
        self.send_header("Content-Length", str(len(raw.body)))
        self.end_headers()
        self.wfile.write(raw.body)

    def log_message(self, *_):
        """Say nothing."""


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
