"""HTTP to a server whose answers are written down byte by byte."""

import re
import select
import socket
import threading
from contextlib import nullcontext
from io import BytesIO
from itertools import count
from types import SimpleNamespace

import pytest

from lightapt_drivers.alpaca import web
from lightapt_drivers.alpaca.errors import AnswerError, LostError, SilentError
from lightapt_drivers.alpaca.web import Body, Web, _host_header, fetch
from tests.drivers.alpaca.recorded import Drip, Recorded

GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}"


class Script:
    """A server that gives each connection its list of answers, then closes it; `heard` holds the requests."""

    def __init__(self, *connections, family=socket.AF_INET):
        self.heard = []
        self._listening = socket.create_server(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0), family=family)
        self._connections = connections
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._thread.join(60)
        self._listening.close()

    @property
    def address(self):
        host, port = self._listening.getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def _serve(self):
        for answers in self._connections:
            connection, _ = self._listening.accept()
            with connection:
                for answer in answers:
                    self.heard.append(_request(connection))
                    connection.sendall(answer)


def _request(connection):
    """Read a whole request."""
    data = b""
    while b"\r\n\r\n" not in data or len(data.partition(b"\r\n\r\n")[2]) < _length(data):
        data += connection.recv(65536)
    return data


def _length(data):
    found = re.search(rb"Content-Length: (\d+)", data)
    return int(found[1]) if found else 0


def get(web, **options):
    return web.ask("GET", "/x", {}, asked="GET x", **{"limit": 60, **options})


def asked(*connections, **options):
    with Script(*connections) as server:
        return fetch(server.address, "/x", {}, asked="GET x", **{"limit": 60, **options})


def test_an_answer_has_a_status_a_type_and_a_body():
    reply = asked([GOOD])
    assert (reply.status, reply.content_type, bytes(reply.body)) == (200, "application/json", b"{}")


def test_a_body_may_come_in_chunks_or_end_with_the_connection():
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{\n\r\n1\r\n}\r\n0\r\n\r\n"
    assert bytes(asked([chunked]).body) == b"{\n}"
    assert bytes(asked([b"HTTP/1.0 200 OK\r\n\r\n{}"]).body) == b"{}"


def test_a_connection_is_kept():
    with Script([GOOD, GOOD]) as server:
        web = Web(server.address)
        assert get(web).status == get(web).status == 200
        web.close()


def test_a_connection_that_the_server_has_ended_meanwhile_costs_nothing():
    with Script([GOOD], [GOOD]) as server:
        web = Web(server.address)
        get(web)
        select.select([web._connection.sock], [], [], 60)
        assert web.ask("PUT", "/x", {"A": 1}, asked="PUT x", limit=60).status == 200
        web.close()


def read(web, by, **options):
    return web.read("GET", "/x", {}, asked="GET x", limit=60, accept="image/png", by=by, **options)


def first_byte(body):
    memory = bytearray(1)
    body.fill(memoryview(memory))
    return bytes(memory)


def test_a_body_can_be_read_as_it_comes():
    with Script([GOOD]) as server:
        web = Web(server.address)
        seen = read(web, lambda body: (body.status, body.content_type, body.left, first_byte(body), body.left))
        web.close()
    assert seen == (200, "application/json", 2, b"{", 1)
    assert b"Accept: image/png" in server.heard[0]


def test_what_is_left_of_a_body_is_not_taken_for_the_next_answer():
    with Script([GOOD], [GOOD]) as server:
        web = Web(server.address)
        assert read(web, first_byte) == b"{"
        assert bytes(get(web).body) == b"{}"
        web.close()


def test_an_error_of_the_reader_is_passed_on_and_the_next_request_is_answered():
    def fail(body):
        raise AnswerError("no image")

    with Script([GOOD], [GOOD]) as server:
        web = Web(server.address)
        with pytest.raises(AnswerError, match="no image"):
            read(web, fail)
        assert get(web).status == 200
        web.close()


def test_a_connection_is_kept_when_a_body_is_empty():
    empty = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    with Script([empty, GOOD]) as server:
        web = Web(server.address)
        assert get(web).body == b""
        assert get(web).status == 200
        web.close()


def test_a_body_is_measured_when_it_has_come():
    body = Body(BytesIO(b"abc"), status=201, content_type="a/b").measured()
    assert (body.status, body.content_type, body.left, body.rest()) == (201, "a/b", 3, b"abc")
    known = Body(BytesIO(b"abc"), length=3)
    assert known.measured() is known


def test_more_than_there_is_memory_for_is_an_error_in_words():
    with Script([GOOD]) as server, pytest.raises(AnswerError, match="more than there is memory for"):
        read(Web(server.address), lambda _: bytearray(1 << 60))


def test_a_picture_larger_than_any_is_not_read_to_its_end():
    huge = b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999999999\r\n\r\n{}"
    with Script([huge]) as server, pytest.raises(AnswerError, match="more than 1024 MB"):
        read(Web(server.address), Body.rest)


@pytest.mark.parametrize("length", [None, 3])
def test_what_is_left_may_be_as_much_as_is_said(length):
    assert Body(BytesIO(b"abc"), length=length).rest(most=3) == b"abc"
    with pytest.raises(web._EndlessError):
        Body(BytesIO(b"abc"), length=length).rest(most=2)


@pytest.mark.parametrize("head", [b"Content-Length: 99\r\n", b"", b"Transfer-Encoding: chunked\r\n"])
def test_an_answer_that_does_not_end_and_is_no_picture_is_not_read_to_its_end(monkeypatch, head):
    monkeypatch.setattr(web, "_MOST", 50)
    body = b"32\r\n" + b"x" * 50 + b"\r\n32\r\n" + b"x" * 50 + b"\r\n0\r\n\r\n"
    with pytest.raises(AnswerError, match="GET x was answered by more than"):
        asked([b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body])


def test_get_has_its_fields_in_the_url_and_put_in_a_form():
    with Script([GOOD, GOOD]) as server:
        web = Web(server.address)
        web.ask("GET", "/a", {"Id": 1, "Name": "ä b"}, asked="", limit=60)
        web.ask("PUT", "/b", {"Id": 1, "Name": ""}, asked="", limit=60)
        web.close()
    first, second = server.heard
    assert first.startswith(b"GET /a?Id=1&Name=%C3%A4+b HTTP/1.1")
    assert second.startswith(b"PUT /b HTTP/1.1")
    assert second.endswith(b"\r\n\r\nId=1&Name=")
    assert b"Content-Type: application/x-www-form-urlencoded" in second


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (b"", LostError, "closed the connection"),
        (b"SSH-2.0-OpenSSH\r\n", AnswerError, "no HTTP"),
        (b"HTTP/1.1 abc OK\r\n\r\n", AnswerError, "no HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", LostError, "after 2 of 9 bytes"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", AnswerError, "no HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", AnswerError, "no HTTP"),
    ],
)
def test_what_is_no_whole_answer_is_an_error_in_words(answer, error, words):
    with pytest.raises(error, match=words):
        asked([answer])


def test_a_server_that_is_silent_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        with pytest.raises(SilentError, match=r"GET x was not answered within 0.05 s"):
            fetch(f"{host}:{port}", "/x", {}, asked="GET x", limit=0.05)


def test_a_request_that_waits_can_be_aborted():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        web, outcome = Web(f"{host}:{port}"), []

        def ask():
            with pytest.raises(LostError) as raised:
                get(web)
            outcome.append(raised.value)

        thread = threading.Thread(target=ask)
        thread.start()
        connection, _ = silent.accept()
        with connection:
            connection.recv(1000)
            web.abort()
            thread.join(60)
        assert outcome


def test_what_is_aborted_before_it_has_begun_is_not_asked():
    with Recorded({}) as server:
        web = Web(server.address)
        web.abort()
        with pytest.raises(LostError, match=f"{server.address} is asked no more"):
            web.ask("PUT", "/api/v1/focuser/0/x", {}, asked="PUT x", limit=60)
        web.close()
    assert server.asked == []


def test_ipv6_addresses_stand_in_brackets():
    with Script([GOOD], family=socket.AF_INET6) as server:
        assert fetch(server.address, "/x", {}, asked="", limit=60).status == 200
        assert f"Host: {server.address}".encode() in server.heard[0]


def test_a_server_does_not_hear_of_the_zone_of_its_address():
    assert _host_header("[fe80::7%eth0]:11111") == "[fe80::7]:11111"
    assert _host_header("10.0.0.1:80") == "10.0.0.1:80"


@pytest.mark.parametrize(
    "said", [Drip().said, b"HTTP/1.1 200 -\r\nServer:", b""], ids=["in the body", "in the head", "from the start"]
)
def test_a_server_that_drips_is_silent(said):
    with Recorded({}) as server:
        server.fault = Drip(said=said)
        with pytest.raises(SilentError, match=r"0\.2 s"):
            fetch(server.address, "/api/v1/x", {}, asked="GET x", limit=0.2)


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "as it comes"])
def test_what_is_read_as_it_comes_may_take_its_time(monkeypatch, whole):
    hours = count()
    monkeypatch.setattr(web, "time", SimpleNamespace(monotonic=lambda: 3600.0 * next(hours)))
    outcome = pytest.raises(SilentError) if whole else nullcontext()
    with Recorded({}) as server:
        server.fault = Drip()
        way = Web(server.address)
        with outcome:
            read(way, lambda body: body.fill(memoryview(bytearray(30))), whole=whole)
        way.close()


@pytest.mark.parametrize("host", ["my pc", "192.168.1..20", "a" * 64])
def test_what_is_no_address_is_said_so(host):
    with pytest.raises(LostError, match=r"cannot be reached: that is no address of a server"):
        Web(f"{host}:11111").ask("GET", "/", {}, asked="GET /", limit=1.0)
