"""HTTP to one Alpaca server, as much of it as Alpaca needs: it blocks, within limits, and its errors are in words.

`requests`, by which alpyca speaks, cannot reach a link-local IPv6 address, and copies a picture twice on its way.
"""

from __future__ import annotations

import select
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, RemoteDisconnected
from socket import SHUT_RDWR
from typing import Final
from urllib.parse import urlencode

from .errors import AnswerError, LostError, SilentError

__all__ = ["Reply", "Web", "fetch"]

_REACH: Final = 5.0
"""Seconds in which a server must accept a connection."""
_CHUNK: Final = 1 << 20
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came.

    Attributes:
        status: The HTTP status.
        content_type: Its media type, in lower case and without parameters.
        body: What came with it.
    """

    status: int
    content_type: str
    body: bytearray


class Web:
    """A connection to a server, which is kept between requests and made anew where it is gone.

    Args:
        address: The server's, as ``host:port``.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        host, _, port = address.rpartition(":")
        self._host = host.strip("[]")
        self._port = int(port)
        self._connection: HTTPConnection | None = None

    def ask(
        self,
        method: str,
        path: str,
        fields: Mapping[str, object],
        *,
        asked: str,
        limit: float,
        accept: str = "application/json",
    ) -> Reply:
        """Return the answer to a request; GET has its fields in the URL, PUT in a form.

        Args:
            method: GET or PUT.
            path: Of the URL.
            fields: The parameters.
            asked: The request in words, for the errors.
            limit: Seconds that the server may be silent.
            accept: The media type asked for.

        Raises:
            SilentError: It was silent for longer.
            AnswerError: What it says is no HTTP.
            LostError: It cannot be reached.
        """
        form = urlencode(fields)
        headers = {"Accept": accept, "Host": _host_header(self._address)}
        try:
            connection = self._connected(min(_REACH, limit))
            if connection.sock is not None:
                connection.sock.settimeout(limit)
            if method == "GET":
                connection.request(method, f"{path}?{form}" if form else path, headers=headers)
            else:
                connection.request(method, path, form.encode(), {**headers, "Content-Type": _FORM})
            return self._reply(connection.getresponse())
        except TimeoutError:
            self.close()
            raise SilentError(asked, seconds=limit) from None
        except (HTTPException, OSError) as error:
            self.close()
            if isinstance(error, HTTPException) and not isinstance(error, RemoteDisconnected):
                raise AnswerError(f"{asked} was answered by what is no HTTP: {error!r}") from None
            raise LostError(f"{self._address} cannot be reached: {_words(error)}") from None
        except ValueError as error:  # a head that http.client does not expect
            self.close()
            raise AnswerError(f"{asked} was answered by what is no HTTP: {error}") from None

    def abort(self) -> None:
        """Have a request that waits in another thread fail."""
        connection = self._connection
        if connection is not None and (sock := connection.sock) is not None:
            with suppress(OSError):
                sock.shutdown(SHUT_RDWR)

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _connected(self, limit: float) -> HTTPConnection:
        """Return a connection; one that the server has ended meanwhile is made anew."""
        if self._connection is not None and _has_ended(self._connection):
            self.close()
        if self._connection is None:
            connection = HTTPConnection(self._host, self._port, timeout=limit, blocksize=_CHUNK)
            try:
                connection.connect()
            except TimeoutError:
                raise LostError(f"{self._address} cannot be reached: nobody answers there") from None
            self._connection = connection
        return self._connection

    def _reply(self, response: HTTPResponse) -> Reply:
        body = _body(response)
        if response.will_close:
            self.close()
        return Reply(response.status, response.headers.get_content_type(), body)


def fetch(address: str, path: str, fields: Mapping[str, object], *, asked: str, limit: float) -> Reply:
    """Return the answer to one GET, as :meth:`Web.ask` does."""
    web = Web(address)
    try:
        return web.ask("GET", path, fields, asked=asked, limit=limit)
    finally:
        web.close()


def _has_ended(connection: HTTPConnection) -> bool:
    if connection.sock is None:
        return True
    with suppress(ValueError, OSError):  # what comes unasked is the end, too
        return bool(select.select([connection.sock], [], [], 0)[0])
    return True


def _body(response: HTTPResponse) -> bytearray:
    if response.length is None:
        return bytearray(response.read())
    body = bytearray(response.length)
    view, at = memoryview(body), 0
    while at < len(body):
        got = response.readinto(view[at:])
        if not got:
            raise ConnectionResetError(f"it closed the connection after {at} of {len(body)} bytes")
        at += got
    response.read()  # to have it end
    return body


def _host_header(address: str) -> str:
    """Return what a Host header says for an address: servers do not know the zone of an IPv6 address."""
    host, _, port = address.rpartition(":")
    return f"{host.partition('%')[0]}]:{port}" if "%" in host else address


def _words(error: Exception) -> str:
    if isinstance(error, RemoteDisconnected):
        return "it closed the connection"
    return (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
