"""BLOB vectors: heads that are read, bodies that are only passed on, and the messages that end the reference."""

from __future__ import annotations

import base64
import os

import pytest

from lightapt_protocol import blobs
from lightapt_protocol.errors import LimitExceededError, MalformedElementError
from lightapt_protocol.framing import BlobElement, BlobPart, Element, Framer
from lightapt_protocol.limits import Limits

VECTOR = b'<setBLOBVector device="CCD" name="CCD1" state="Ok">%b</setBLOBVector>\n'


def blob(body: bytes = b"AAAA", *, size: object = 3, more: str = "", name: str = "x") -> bytes:
    return f'<oneBLOB name="{name}" size="{size}" format=".fits"{more}>'.encode() + body + b"</oneBLOB>"


def received(data: bytes, step: int = 10**9, limits: Limits | None = None) -> BlobElement:
    framer = Framer(limits)
    [element] = [element for at in range(0, len(data), step) for element in framer.feed(data[at : at + step])]
    assert framer.error is None
    assert isinstance(element, BlobElement)
    return element


def refused(data: bytes, limits: Limits | None = None) -> MalformedElementError:
    framer = Framer(limits)
    assert framer.feed(data) == []
    assert framer.error is not None
    return framer.error


def body_of(part: BlobPart) -> bytes:
    return b"".join(map(bytes, part.body))


def test_a_vector_is_read_and_goes_out_as_it_came() -> None:
    element = received(VECTOR % (blob(name="a &amp; b") + b"\n"))
    assert (element.tag, element.device, element.name) == (b"setBLOBVector", b"CCD", b"CCD1")
    assert element.attached == 0
    [part] = element.parts
    assert part.attributes == {"name": "a & b", "size": "3", "format": ".fits"}
    assert (part.size, part.format, part.length, part.characters) == (3, ".fits", 4, 4)
    assert b"".join(map(bytes, element.wire())) == VECTOR % (blob(name="a &amp; b") + b"\n")
    assert repr(element) == "<BlobElement b'setBLOBVector' device=b'CCD' name=b'CCD1' 4 bytes>"


@pytest.mark.parametrize("step", [1, 100, 10**9])
def test_several_blobs_may_stand_among_comments(step: int) -> None:
    inner = b"<!-- > -->" + blob(b"") + b"\n<?pi?>" + blob(b"\nAAAA\n") + blob(more=" attached='true'") + b"<oneBLOB />"
    parts = received(VECTOR % inner, step).parts
    assert [body_of(part) for part in parts] == [b"", b"\nAAAA\n", b"", b""]
    assert [part.attached for part in parts] == [False, False, True, False]
    assert parts[3].head == b"<oneBLOB>"
    assert (parts[3].size, parts[3].format) == (0, "")


def test_the_chunks_of_a_body_are_those_that_were_read() -> None:
    framer = Framer()
    chunks = [os.urandom(4096).hex().encode() for _ in range(3)]
    for piece in (VECTOR.partition(b"%b")[0] + b"<oneBLOB>", *chunks):
        assert framer.feed(piece) == []
    [element] = framer.feed(b"</oneBLOB></setBLOBVector>")
    assert isinstance(element, BlobElement)
    assert all(held is read for held, read in zip(element.parts[0].body, chunks, strict=True))


def test_small_chunks_are_gathered() -> None:
    [part] = received(VECTOR % blob(b"A" * 100_000), 100).parts
    assert body_of(part) == b"A" * 100_000
    assert len(part.body) < 4


def test_a_vector_without_a_blob_is_an_element_like_any_other() -> None:
    [element] = Framer().feed(VECTOR % b"\n<!-- Busy -->\n")
    assert isinstance(element, Element)
    assert element.raw == (VECTOR % b"").rstrip()


# enclen, and what ends the reference

DATA = os.urandom(1000)
UNBROKEN = base64.b64encode(DATA)
LINES = b"".join(blobs.encoded_lines(DATA))


@pytest.mark.parametrize("step", [1, 1000, 10**9])
@pytest.mark.parametrize("body", [LINES, b"\n" + LINES])
def test_enclen_stays_where_the_body_is_what_libindi_reads(body: bytes, step: int) -> None:
    head = blob(body, size=1000, more=f" enclen='{len(UNBROKEN)}'")
    [part] = received(VECTOR % head, step).parts
    assert part.attributes["enclen"] == str(len(UNBROKEN))
    assert part.head + body_of(part) + b"</oneBLOB>" == head


@pytest.mark.parametrize("step", [1, 1000, 10**9])
@pytest.mark.parametrize(
    ("body", "enclen"),
    [
        (UNBROKEN, len(UNBROKEN)),
        (UNBROKEN[:72] + b"\n" + UNBROKEN[72:], len(UNBROKEN)),
        (LINES, 1),
        (LINES, len(UNBROKEN) - 4),
        (LINES, len(UNBROKEN) + 4),
        (b"", 0),
        (b"", 4),
        (LINES.replace(b"\n", b" "), len(UNBROKEN)),
        (b"\n\n\n" + LINES, len(UNBROKEN)),
        (b"\n" + LINES.rstrip(), len(UNBROKEN)),
        (b"A" * 72 + b"\n", 72),  # one short: the < behind it may be lost
        (b"AAAA", 4),
    ],
)
def test_enclen_goes_where_it_would_swallow_what_follows(body: bytes, enclen: int, step: int) -> None:
    [part] = received(VECTOR % blob(body, more=f" enclen='{enclen}' label=' enclen=&quot;5&quot; '"), step).parts
    assert part.attributes == {"name": "x", "size": "3", "format": ".fits", "label": ' enclen="5" '}
    assert part.head == b'<oneBLOB name="x" size="3" format=".fits" label=" enclen=&quot;5&quot; ">'
    assert body_of(part) == body


@pytest.mark.parametrize("at", [1, 3, 40, 72, 73, 74, 100, 5000])
def test_where_the_body_is_cut_makes_no_difference_to_enclen(at: int) -> None:
    enclen, chunks = blobs.body(bytes(20_000), lines=True)
    body = b"\n" + b"".join(chunks)
    framer = Framer()
    start = VECTOR.partition(b"%b")[0] + f"<oneBLOB enclen='{enclen}'>".encode()
    pieces = (start, body[:at], body[at:], b"</oneBLOB></setBLOBVector>")
    [element] = [element for piece in pieces for element in framer.feed(piece)]
    assert isinstance(element, BlobElement)
    assert "enclen" in element.parts[0].attributes


def test_an_attached_blob_has_neither_body_nor_enclen() -> None:
    [part] = received(VECTOR % blob(more=" enclen='4' len='9' attached='true'")).parts
    assert part.attached
    assert part.body == []
    assert part.attributes == {"name": "x", "size": "3", "format": ".fits", "len": "9", "attached": "true"}


@pytest.mark.parametrize("key", ["size", "len", "enclen"])
@pytest.mark.parametrize("value", ["abc", "-1000", "", "1e3", "0x10", "1 2", "\u0661", "9" * 17])
def test_a_number_that_is_none_is_an_error(key: str, value: str) -> None:
    error = refused(VECTOR % f'<oneBLOB name="x" {key}="{value}">AAAA</oneBLOB>'.encode())
    assert f"{key} of a BLOB is {value!r}" in str(error)


def test_a_number_beyond_the_limit_is_an_error() -> None:
    for value in ("99999999999", "1073741825"):
        assert isinstance(refused(VECTOR % blob(size=value)), LimitExceededError)
    assert received(VECTOR % blob(size=1073741824)).parts[0].size == 1 << 30


def test_enclen_of_one_with_much_data_is_harmless() -> None:
    [part] = received(VECTOR % blob(b"A" * 1_000_000, more=" enclen='1'")).parts
    assert part.length == 1_000_000
    assert "enclen" not in part.attributes


# Faults


@pytest.mark.parametrize("foreign", [b"&amp;", b"&", b">", b"\x00", b"\xff", b"-", b"\x0b", b"'"])
@pytest.mark.parametrize("body", [b"AAAA%b", b"%bAAAA", UNBROKEN + b"%b" + UNBROKEN, LINES + b"%b"])
def test_a_body_that_is_not_base64_is_an_error(body: bytes, foreign: bytes) -> None:
    assert "in the body of a BLOB" in str(refused(VECTOR % blob(body % foreign)))


@pytest.mark.parametrize("body", [b"AAA", b"AA=", b"AA==AA==", b" A A\r\n\tA A ", b"AA=A"])
def test_a_body_whose_padding_is_odd_is_passed_on(body: bytes) -> None:
    [part] = received(VECTOR % blob(body)).parts
    assert body_of(part) == body
    assert part.characters == sum(byte not in b" \t\r\n" for byte in body)


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        (b"text", "text within setBLOBVector"),
        (b"<oneText/>", "<oneText> within a BLOB"),
        (b"</oneBLOB>", "</oneBLOB> within a BLOB"),
        (b"<oneBLOB></setBLOBVector>", "</setBLOBVector> within a BLOB"),
        (b"<oneBLOB><oneBLOB>", "<oneBLOB> within a BLOB"),
        (b"<oneBLOB><!-- --></oneBLOB>", "not a tag"),
        (b"</newBLOBVector>", "</newBLOBVector> within a BLOB"),
        (b'<oneBLOB name="a" name="b">', "duplicate attribute"),
        (b"<oneBLOB name='&b;'/>", "undefined entity"),
    ],
)
def test_what_cannot_stand_in_a_vector_is_an_error(inner: bytes, reason: str) -> None:
    assert reason in str(refused(VECTOR % inner))


def test_a_vector_whose_head_is_wrong_is_an_error() -> None:
    assert "duplicate attribute" in str(refused(b"<setBLOBVector device='a' device='b'>"))


def test_bodies_and_heads_are_limited() -> None:
    limits = Limits(blob_size=10_000, control_size=10_000)
    assert received(VECTOR % (blob(b"A" * 5_000) * 2), limits=limits).attached == 0
    for inner in (blob(b"A" * 10_001), blob(b"A" * 5_001) * 2, b"<oneBLOB/>" * 1_000, b"<!--" + b"x" * 10_000 + b"-->"):
        assert isinstance(refused(VECTOR % inner, limits), LimitExceededError)
