"""Whatever the cuts, the same elements come out; what comes out is well-formed and routed as XML reads it."""

from __future__ import annotations

import base64
import itertools
import xml.etree.ElementTree as ET
from collections.abc import Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lightapt_protocol.errors import LimitExceededError, MalformedElementError
from lightapt_protocol.framing import BlobElement, Element, Framer
from lightapt_protocol.limits import START_TAG_LIMIT, Limits

# What one element comes to, whatever the chunks of its body: kind, routing, bytes on the wire, and each BLOB.
Blob = tuple[bytes, dict[str, str], bool, int, int]
Shown = tuple[type, bytes, bytes, bytes, bytes, list[Blob]]


def wire(element: Element | BlobElement) -> bytes:
    return element.raw if isinstance(element, Element) else b"".join(map(bytes, element.wire()))


def shown(element: Element | BlobElement) -> Shown:
    parts = getattr(element, "parts", [])
    blobs = [(part.head, part.attributes, part.attached, part.length, part.characters) for part in parts]
    return type(element), element.tag, element.device, element.name, wire(element), blobs


def framed(pieces: Iterable[bytes], limits: Limits | None = None) -> tuple[list[Shown], bool, bool]:
    """Return the elements, whether the stream is at fault, and whether it stands within an element."""
    framer = Framer(limits)
    elements = [shown(element) for piece in pieces for element in framer.feed(piece)]
    return elements, framer.error is not None, framer.partial


def single(data: bytes) -> list[bytes]:
    return [data[i : i + 1] for i in range(len(data))]


def cut(data: bytes, at: list[int]) -> list[bytes]:
    edges = [0, *sorted(i % (len(data) + 1) for i in at), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(edges)]


def one(data: bytes, limits: Limits | None = None) -> Element | BlobElement:
    framer = Framer(limits)
    [element] = framer.feed(data)
    assert framer.error is None
    assert not framer.partial
    return element


def fault(data: bytes, limits: Limits | None = None) -> MalformedElementError:
    framer = Framer(limits)
    assert framer.feed(data) == []
    assert framer.error is not None
    assert framed(single(data), limits)[1]
    return framer.error


# Streams

VALUES = [b"", b"CCD Simulator", b"1.7", b"x > y", b"a&amp;b", b"&#65;", b"a\tb", b"\xc2\xb0C", b"\xb0C", b"\x07", b"/"]
ODD_VALUES = [b"&bad;", b"&#0;", b"<", b"&", b"]]>", b"\xef\xbf\xbf", b"\xed\xa0\x80", b"'", b'"']
TEXTS = [
    b"",
    b"On",
    b"\n  -12:30:00\n",
    b"&lt;&amp;",
    b"\xc2\xb0",
    b"\xb0",
    b"\x01",
    b"<![CDATA[<a>&]]>",
    b"<!-- > -->",
    b"\r",
]
BLANKS = [b"", b"", b" ", b"\n", b"\r\n\t"]
BETWEEN = [b"", b"\n", b"<!-- a > b -->", b"<?xml version='1.0'?>", b"<![CDATA[x]]>", b"<?pi?>"]
ATTRIBUTES = ["version", "device", "name", "label", "group", "state", "perm", "rule", "timeout", "timestamp", "message"]
MEMBER_ATTRIBUTES = ["name", "label", "format", "min", "max", "step"]
VECTORS = ["Number", "Text", "Switch", "Light"]
PLAIN_TAGS = ["getProperties", "message", "delProperty", "enableBLOB", "pingRequest", "pingReply", "setBLOBVector"]


@st.composite
def start_tags(draw: st.DrawFn, tag: str, names: list[str]) -> bytes:
    chosen = draw(st.lists(st.sampled_from(names), max_size=4, unique=True))
    if draw(st.integers(0, 3)):
        chosen.sort(key=names.index)
    out = b"<" + tag.encode()
    for name in chosen:
        value = draw(st.sampled_from(VALUES * 3 + ODD_VALUES))
        quote = draw(st.sampled_from([b'"', b"'"]))
        out += draw(st.sampled_from([b" ", b"\n  "])) + name.encode() + b"=" + quote + value + quote
    return out + draw(st.sampled_from(BLANKS))


@st.composite
def containers(draw: st.DrawFn, tag: str, names: list[str], inner: st.SearchStrategy[bytes]) -> bytes:
    start = draw(start_tags(tag, names))
    if draw(st.integers(0, 7)) == 0:
        return start + b"/>"
    return start + b">" + draw(inner) + b"</" + tag.encode() + draw(st.sampled_from(BLANKS)) + b">"


def joined(pieces: st.SearchStrategy[bytes], between: list[bytes]) -> st.SearchStrategy[bytes]:
    both = st.tuples(st.sampled_from(between), pieces).map(b"".join)
    return st.lists(both, max_size=3).map(b"".join)


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    text = base64.b64encode(draw(st.sampled_from([b"", b"star", bytes(54), bytes(55), bytes(6000)])))
    width = draw(st.sampled_from([72, 76, 10**9]))
    lines = b"\n".join(text[i : i + width] for i in range(0, len(text), width))
    return draw(st.sampled_from(BLANKS)) + lines + draw(st.sampled_from([b"", b"\n", b" ", b"&", b"\x00", b"="]))


@st.composite
def one_blobs(draw: st.DrawFn) -> bytes:
    attributes = [f"size='{draw(st.sampled_from([0, 4, 55, 6000, -1, 'abc', 10**20]))}'", "format='.fits'"]
    attributes += draw(
        st.sampled_from([[], [], ["enclen='8'"], ["enclen='8000'"], ["enclen='-1000'"], ["attached='true'"]])
    )
    start = draw(start_tags("oneBLOB", ["name", "label"])) + b" " + " ".join(attributes).encode()
    return start + (b"/>" if draw(st.integers(0, 7)) == 0 else b">" + draw(bodies()) + b"</oneBLOB>")


MEMBERS = st.one_of(
    [
        containers(kind + vector, MEMBER_ATTRIBUTES, st.sampled_from(TEXTS))
        for kind in ("one", "def")
        for vector in VECTORS
    ]
)
MESSAGES = st.one_of(
    *(containers(tag, ATTRIBUTES, st.sampled_from(TEXTS)) for tag in PLAIN_TAGS),
    *(
        containers(f"{verb}{kind}Vector", ATTRIBUTES, joined(MEMBERS, TEXTS))
        for verb in ("def", "set", "new")
        for kind in VECTORS
    ),
    *(containers(f"{verb}BLOBVector", ATTRIBUTES, joined(one_blobs(), BETWEEN)) for verb in ("set", "new")),
)
STREAMS = joined(MESSAGES, BETWEEN)
CUTS = st.lists(st.integers(0, 5000), max_size=6)
SHARDS = rb"""< > " ' & = /> </ <!-- --> <![CDATA[ ]]> ?> p: <oneText> \ """.split()
MORE_SHARDS = [b"<?xml ", b"\x0b", b"\x0c", b"\xff", b" device='z'", b" version='2'", b" xmlns='z'", b"\xc2\xa0"]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(STREAMS))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        shard = draw(st.one_of(st.sampled_from(SHARDS + MORE_SHARDS), st.binary(min_size=1, max_size=1)))
        data[at : at + draw(st.integers(0, 3))] = shard
    return bytes(data)


LIMITS = st.builds(Limits, control_size=st.integers(20, 400), blob_size=st.integers(1, 9000), depth=st.integers(2, 4))


def check(data: bytes, at: list[int], limits: Limits | None) -> None:
    whole = framed([data], limits)
    assert framed(single(data), limits) == whole
    assert framed(cut(data, at), limits) == whole
    for kind, tag, device, name, raw, blobs in whole[0]:
        tree = ET.fromstring(raw)  # raises unless it is well-formed
        assert [tree.tag.encode(), tree.get("device", "").encode(), tree.get("name", "").encode()] == [
            tag,
            device,
            name,
        ]
        if kind is BlobElement:
            assert [part.attrib for part in tree] == [attributes for _, attributes, *_ in blobs]


@settings(max_examples=300)
@given(STREAMS, CUTS, st.none() | LIMITS)
@example(b"<?xml version='1.0'?><getProperties/>", [], Limits(control_size=20, blob_size=1, depth=2))
@example(b" " * 30 + b"<getProperties/>", [], Limits(control_size=20, blob_size=1, depth=2))
def test_cuts_make_no_difference_and_what_comes_out_is_what_xml_reads(
    data: bytes, at: list[int], limits: Limits
) -> None:
    check(data, at, limits)


@settings(max_examples=300)
@given(mutated(), CUTS, st.none() | LIMITS)
@example(b"<a\x0bdevice='x'/>", [], None)
@example(b"<a version='1' device='x' version='2'/>", [], None)
@example(b"<setBLOBVector device='x'><oneBLOB name='y'>AAAA</oneBLOB></setBLOBVector>", [], None)
@example(b"<setBLOBVector>&</setBLOBVector>", [], None)
@example(b"<setBLOBVector><oneBLOB>&bad;</oneBLOB></setBLOBVector>", [], None)
@example(b"<oneBLOB a=' enclen=\"5\" ' enclen='1'/>", [], None)
@example(b"<p:a device='x'/>", [], None)
@example(b"<a xmlns='http://www.w3.org/XML/1998/namespace'/>", [], None)
def test_the_same_of_damaged_streams(data: bytes, at: list[int], limits: Limits) -> None:
    check(data, at, limits)


@given(st.binary(max_size=60), CUTS)
def test_the_same_of_garbage(data: bytes, at: list[int]) -> None:
    check(data, at, None)


def test_every_byte_everywhere_in_a_common_message() -> None:
    message = b'<setTextVector device="a" name="b"><oneText name="c">d</oneText></setTextVector>'
    for at, byte in itertools.product(range(len(message)), range(256)):
        for end in (at, at + 1):
            framer = Framer()
            for element in framer.feed(message[:at] + bytes([byte]) + message[end:]):
                tree = ET.fromstring(wire(element))
                assert tree.get("device", "").encode() == element.device
                assert tree.get("name", "").encode() == element.name


# What the elements are

SMALL = b'<setNumberVector device="T" name="EQ" state="Ok">\n<oneNumber name="RA">\n1\n</oneNumber>\n</setNumberVector>'


@pytest.mark.parametrize(
    ("data", "tag", "device", "name"),
    [
        (SMALL, b"setNumberVector", b"T", b"EQ"),
        (b"<getProperties version='1.7'/>", b"getProperties", b"", b""),
        (b'<getProperties version="1.7" device="a" name="b" ></getProperties >', b"getProperties", b"a", b"b"),
        (b'<enableBLOB name="b" device="a">Also</enableBLOB>', b"enableBLOB", b"a", b"b"),
        (b'<message device="x > y" message="it\'s"/>', b"message", b"x > y", b""),
        (b'<message device="a&amp;b"/>', b"message", b"a&b", b""),
        ('<message device="\N{DEGREE SIGN}"/>'.encode(), b"message", "\N{DEGREE SIGN}".encode(), b""),
        (b'<setBLOBVector device="a" name="b" state="Busy"></setBLOBVector>', b"setBLOBVector", b"a", b"b"),
        (b'<setBLOBVector device="a" name="b"/>', b"setBLOBVector", b"a", b"b"),
        (b'<defBLOBVector device="a" name="b"><defBLOB name="c"/></defBLOBVector>', b"defBLOBVector", b"a", b"b"),
    ],
)
def test_an_element_passes_as_it_stands(data: bytes, tag: bytes, device: bytes, name: bytes) -> None:
    element = one(b"<?xml version='1.0'?>\n" + data + b"<!-- end > -->\n")
    assert isinstance(element, Element)
    assert (element.tag, element.device, element.name, element.raw) == (tag, device, name, data)
    assert repr(element) == f"<Element {tag!r} device={device!r} name={name!r} {len(data)} bytes>"


def test_an_element_that_weak_readers_cannot_take_is_rewritten() -> None:
    element = one(b"<a device='x'><!-- c --><b k='\"'><![CDATA[<&]]></b>\xb0\x07</a>")
    assert (
        wire(element)
        == '<a device="x"><b k="&quot;">&lt;&amp;</b>\N{DEGREE SIGN}\N{REPLACEMENT CHARACTER}</a>'.encode()
    )


def test_more_members_than_the_pattern_counts_are_taken_too() -> None:
    data = b'<defTextVector device="x">' + b"<defText/>" * 3000 + b"</defTextVector>"
    assert wire(one(data)) == data


def test_elements_before_a_fault_are_good_and_nothing_comes_after_it() -> None:
    framer = Framer()
    assert [wire(element) for element in framer.feed(SMALL + b"x" + SMALL)] == [SMALL]
    assert framer.error is not None
    assert framer.error.offset == len(SMALL)
    assert framer.feed(SMALL) == []
    assert not framer.partial


@pytest.mark.parametrize("chunk", [1, 7, 10**6])
def test_the_fault_is_placed_in_the_stream(chunk: int) -> None:
    data = SMALL + b"\n" + SMALL + b"\n<a></b></a>"
    framer = Framer()
    for at in range(0, len(data), chunk):
        framer.feed(data[at : at + chunk])
    assert framer.error is not None
    assert framer.error.offset == data.index(b"<a>")
    assert "</b> where </a> was expected" in str(framer.error)


@pytest.mark.parametrize(
    ("data", "partial"),
    [
        (b"", False),
        (b" \n", False),
        (b"<", True),
        (b"<a>", True),
        (b"<!-- a", True),
        (b"<setBLOBVector>", True),
        (SMALL, False),
    ],
)
def test_partial_tells_whether_an_element_has_begun(data: bytes, partial: bool) -> None:
    assert framed([data])[2] == framed(single(data))[2] == partial


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x", "not a tag"),
        (b"</a>", "without a beginning"),
        (b"<a></b></a>", "</b> where </a>"),
        (b'<a b="1" b="2"/>', "duplicate attribute"),
        (b"<a>&nothing;</a>", "undefined entity"),
        (b"<!DOCTYPE a>", "not a tag"),
        (b"<a b=1/>", "not a tag"),
        (b"<p:a/>", "not a tag"),
        (b"<a xmlns='x'/>", "not a tag"),
        (b"\x00<a/>", "not a tag"),
        (b"<a>]]></a>", "not well-formed"),
        (b"<a><?xml version='1.0'?></a>", "declaration not at start"),
    ],
)
def test_what_is_no_element_is_an_error(data: bytes, reason: str) -> None:
    assert reason in str(fault(data))


# Limits


def test_what_is_too_large_or_too_deep_is_an_error() -> None:
    limits = Limits(control_size=200_000)
    text = b"<a>" + b"x" * 200_000
    for data in (text, text + b"</a>", b"<!--" + bytes(200_000) + b"-->", b"<a>" + b"<b/>" * 50_000 + b"</a>"):
        assert isinstance(fault(data, limits), LimitExceededError)
    for data in (b'<a b="' + b"x" * START_TAG_LIMIT, b"<a " + b" " * START_TAG_LIMIT + b"/>"):
        assert "a tag of more than" in str(fault(data))
    assert "nested deeper than 8" in str(fault(b"<a>" * 9 + b"</a>" * 9))
    assert wire(one(b"<a>" * 8 + b"</a>" * 8)) == b"<a>" * 8 + b"</a>" * 8


def test_a_size_at_the_limit_is_taken() -> None:
    for data in (SMALL, SMALL.replace(b"Ok", b"&lt;")):
        assert wire(one(data, Limits(control_size=len(data)))) == data
        assert isinstance(fault(data, Limits(control_size=len(data) - 1)), LimitExceededError)


ENDLESS = {
    "text": (b"<a>", b"x"),
    "comment": (b"<!--", b"-"),
    "comment within": (b"<a><!--", b"-- >"),
    "comment in a BLOB vector": (b"<setBLOBVector><!--", b">"),
    "brackets in a value": (b'<a device="', b">"),
    "brackets in a value within": (b"<a><b c='", b">"),
    "brackets in a BLOB's head": (b'<setBLOBVector><oneBLOB name="', b">"),
    "attributes": (b"<a", b' b="1"'),
    "attributes that are known": (b"<defNumber", b' name="1" label="2"'),
    "attributes without a gap": (b"<a ", b"b='\"'"),
    "quotes": (b"<a ", b"\"'"),
    "spaces in a tag": (b"<a", b" "),
    "spaces in text": (b"<a>", b" "),
    "spaces among members": (b"<a>", b"<oneText>x</oneText>" + b" " * 500),
    "members": (b"<a>", b'<oneText name="x">1</oneText>'),
    "empty members": (b"<a>", b"<oneText/>"),
    "elements within": (b"<a>", b"<a></a>"),
    "beginnings": (b"<a>", b"<"),
    "declaration": (b"<?xml ", b"? "),
    "CDATA": (b"<a><![CDATA[", b"]]"),
    "parts": (b"<setBLOBVector>", b'<oneBLOB name="a" size="1" format="x">A</oneBLOB>'),
    "spaced body": (b"<setBLOBVector><oneBLOB>", b"A "),
}


@pytest.mark.parametrize("shape", ENDLESS)
def test_what_has_no_end_costs_no_more_than_its_length(shape: str) -> None:
    """It finishes at all: the square of these lengths would take hours."""
    beginning, repeated = ENDLESS[shape]
    limits = Limits(control_size=1_000_000, blob_size=1_000_000)
    trickle = (beginning + repeated * 100_000)[:100_000]
    framed(single(trickle), limits)
    flood = beginning + repeated * (3_000_000 // len(repeated))
    assert framed([flood], limits)[1] or framed([flood[i : i + 999] for i in range(0, len(flood), 999)], limits)[1]


@pytest.mark.parametrize("shape", ENDLESS)
def test_garbage_beyond_the_limit_is_an_error(shape: str) -> None:
    beginning, repeated = ENDLESS[shape]
    limits = Limits(control_size=10_000, blob_size=10_000)
    framer = Framer(limits)
    for _ in range(2 + 2 * START_TAG_LIMIT // len(repeated)):
        framer.feed(beginning + repeated)
        beginning = b""
    assert framer.error is not None
