"""HTTP to one Alpaca server, as much of it as Alpaca needs: it blocks, within limits, and its errors are in words.

`requests`, by which alpyca speaks, cannot reach a link-local IPv6 address, and copies a picture twice on its way. Here
a body can be read as it comes, to where it is to be.
"""

from __future__ import annotations

import math
import select
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, InvalidURL, RemoteDisconnected
from io import BytesIO
from socket import SHUT_RDWR, socket
from typing import TYPE_CHECKING, Final, Protocol, TypeVar
from urllib.parse import urlencode

from .errors import AnswerError, LostError, SilentError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["Body", "Reply", "Web", "fetch"]

T = TypeVar("T")
_REACH: Final = 5.0
"""Seconds in which a server must accept a connection."""
_CHUNK: Final = 1 << 20
_PIECE: Final = 1 << 16
_MOST: Final = 16 << 20
"""Bytes of an answer that is no picture: none comes near."""
_LARGEST: Final = 1 << 30
"""Bytes of one that is a picture: no BLOB is larger."""
_FORM: Final = "application/x-www-form-urlencoded"


class _EndlessError(Exception):
    """An answer is longer than any that makes sense.

    Attributes:
        most: Bytes that it might have.
    """

    def __init__(self, most: int) -> None:
        self.most = most


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


class Stream(Protocol):
    """What bytes are read from."""

    def readinto(self, memory: memoryview, /) -> int:
        """Read bytes to memory, and return how many; 0 at the end."""
        ...


class Body:
    """What comes with an answer, while it comes.

    Attributes:
        status: The HTTP status.
        content_type: Its media type, in lower case and without parameters.

    Args:
        stream: Where to read it.
        status: As above.
        content_type: As above.
        length: Its bytes; None where the server has not said.
    """

    def __init__(self, stream: Stream, *, status: int = 200, content_type: str = "", length: int | None = None) -> None:
        self.status = status
        self.content_type = content_type
        self._stream = stream
        self._length = length
        self._at = 0

    @property
    def left(self) -> int | None:
        """Bytes that are still to come; None where the server has not said how many they are."""
        return None if self._length is None else self._length - self._at

    def fill(self, memory: memoryview) -> None:
        """Read the next bytes to memory, which they fill: it is of bytes, and no more than are left.

        Raises:
            OSError: They do not come: it is for :class:`Web` to say so.
        """
        while memory:
            got = self._stream.readinto(memory)
            if not got:
                raise ConnectionResetError(f"it closed the connection after {self._at} of {self._length} bytes")
            self._at += got
            memory = memory[got:]

    def rest(self, *, most: int = _LARGEST) -> bytearray:
        """Return all that is left; errors as for :meth:`fill`.

        Raises:
            _EndlessError: It is more than `most` bytes.
        """
        left = self.left
        if left is None:
            return self._gathered(most)
        if left > most:
            raise _EndlessError(most)
        memory = bytearray(left)
        self.fill(memoryview(memory))
        return memory

    def measured(self) -> Body:
        """Return a body whose length is known: itself, or what is left of it; errors as for :meth:`rest`."""
        if self._length is not None:
            return self
        came = self.rest()
        return Body(BytesIO(came), status=self.status, content_type=self.content_type, length=len(came))

    def reply(self) -> Reply:
        """Return the answer with what is left, which is not a picture; errors as for :meth:`rest`."""
        return Reply(self.status, self.content_type, self.rest(most=_MOST))

    def _gathered(self, most: int) -> bytearray:
        """Return all that is left where nobody knows how much that is."""
        came, piece = bytearray(), memoryview(bytearray(_PIECE))
        while got := self._stream.readinto(piece):
            came += piece[:got]
            if len(came) > most:
                raise _EndlessError(most)
        return came


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
        self._connection: _Connection | None = None
        self._is_aborted = False

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
            limit: Seconds for the whole answer.
            accept: The media type asked for.

        Raises:
            SilentError: It took longer.
            AnswerError: What it says is no HTTP.
            LostError: It cannot be reached.
        """
        return self.read(method, path, fields, asked=asked, limit=limit, accept=accept, by=Body.reply, whole=True)

    def read(
        self,
        method: str,
        path: str,
        fields: Mapping[str, object],
        *,
        asked: str,
        limit: float,
        accept: str,
        by: Callable[[Body], T],
        whole: bool = False,
    ) -> T:
        """Make a request, and return what is read of the answer's body; arguments and errors as for :meth:`ask`.

        Args:
            method: As for :meth:`ask`, and so are the others.
            path: Of the URL.
            fields: The parameters.
            asked: The request in words.
            limit: Seconds that the server may be silent.
            accept: The media type asked for.
            by: Reads the body as it comes; what it leaves is lost, and the connection with it.
            whole: Whether the limit is for the whole answer: a server that sends a byte now and then is never silent.
        """
        ends = time.monotonic() + limit if whole else math.inf
        try:
            response = self._response(method, path, urlencode(fields), limit=limit, accept=accept, ends=ends)
            try:
                return by(_body(response))
            finally:
                self._end(response)
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
        except _EndlessError as error:
            raise AnswerError(f"{asked} was answered by more than {error.most >> 20} MB") from None
        except MemoryError:
            raise AnswerError(f"{asked} was answered by more than there is memory for") from None

    def abort(self) -> None:
        """Have a request that waits in another thread fail, and any that has not begun yet: they are made no more."""
        self._is_aborted = True
        connection = self._connection
        if connection is not None and (sock := connection.sock) is not None:
            with suppress(OSError):
                sock.shutdown(SHUT_RDWR)

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _connected(self, limit: float) -> _Connection:
        """Return a connection; one that the server has ended meanwhile is made anew."""
        if self._connection is not None and _has_ended(self._connection):
            self.close()
        if self._connection is None:
            try:
                connection = _Connection(self._host, self._port, timeout=limit, blocksize=_CHUNK)
                connection.connect()
            except TimeoutError:
                raise LostError(f"{self._address} cannot be reached: nobody answers there") from None
            except (InvalidURL, UnicodeError):
                raise LostError(f"{self._address} cannot be reached: that is no address of a server") from None
            self._connection = connection
        if self._is_aborted:  # asked last: what is aborted from now on finds the connection
            self.close()
            raise LostError(f"{self._address} is asked no more")
        return self._connection

    def _response(self, method: str, path: str, form: str, *, limit: float, accept: str, ends: float) -> HTTPResponse:
        headers = {"Accept": accept, "Host": _host_header(self._address)}
        connection = self._connected(min(_REACH, limit))
        connection.allow(limit, ends=ends)
        if method == "GET":
            connection.request(method, f"{path}?{form}" if form else path, headers=headers)
        else:
            connection.request(method, path, form.encode(), {**headers, "Content-Type": _FORM})
        return connection.getresponse()

    def _end(self, response: HTTPResponse) -> None:
        """Have the connection ready for another request; it is not if bytes of this one's answer are left."""
        if response.length == 0:
            response.close()
        if response.will_close or not response.isclosed():
            self.close()


class _Connection(HTTPConnection):
    """A connection on which an answer has an end, too."""

    def connect(self) -> None:
        super().connect()
        self.sock = _Socket(fileno=self.sock.detach())

    def allow(self, silence: float, *, ends: float) -> None:
        """Have nothing come after `ends`, by the monotonic clock, nor after so many seconds of silence."""
        if isinstance(self.sock, _Socket):
            self.sock.settimeout(silence)
            self.sock.ends = ends


class _Socket(socket):
    """Gives what comes less and less time as its end draws near.

    Attributes:
        ends: When that is, by the monotonic clock.
    """

    ends = math.inf

    def recv_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> int:
        if self.ends < math.inf:
            left = self.ends - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.settimeout(left)
        return super().recv_into(buffer, nbytes, flags)


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


def _body(response: HTTPResponse) -> Body:
    kind = response.headers.get_content_type()
    return Body(response, status=response.status, content_type=kind, length=response.length)


def _host_header(address: str) -> str:
    """Return what a Host header says for an address: servers do not know the zone of an IPv6 address."""
    host, _, port = address.rpartition(":")
    return f"{host.partition('%')[0]}]:{port}" if "%" in host else address


def _words(error: Exception) -> str:
    if isinstance(error, RemoteDisconnected):
        return "it closed the connection"
    return (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
