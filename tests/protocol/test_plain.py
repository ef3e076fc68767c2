"""What is read plainly, the tree reads likewise; and what drivers send every day is plain."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lightapt_protocol.errors import ProtocolError
from lightapt_protocol.grammar import ELEMENTS, WORDS, Kind
from lightapt_protocol.parser import parse
from lightapt_protocol.plain import read_plain
from lightapt_protocol.readers import MESSAGE_READERS

from .test_parser import elements

NOT_PLAIN = b"<!-- -->"
LIBINDI = b"""<setNumberVector
  device='Telescope Simulator'
  name='EQUATORIAL_EOD_COORD'
  state='Busy'
  timeout='60'
  timestamp='2026-11-21T02:55:27'
>
  <oneNumber
    name='RA'
  >
      12.5
  </oneNumber>
  <oneNumber name='DEC'>
      -0:30
  </oneNumber>
</setNumberVector>
"""
DEFINITION = b"""<defNumberVector device='D' name='P' label='12 \xc2\xb0C' group='' state='Ok' perm='rw'
    timeout='0' timestamp='t'>
  <defNumber name='N' label='' format='%10.6m' min='0' max='1e3' step='.5'> 7 </defNumber></defNumberVector>"""


@pytest.mark.parametrize(
    "raw",
    [
        LIBINDI,
        DEFINITION,
        b'<setSwitchVector device="D" name="P"><oneSwitch name="S">On</oneSwitch></setSwitchVector>',
        b'<setSwitchVector device="D" name="P" state="Alert" timestamp="t" message="no"/>',
        b"<setTextVector device='D' name='P'><oneText name='T'>\n  a\nb\n</oneText><oneText name='U'/></setTextVector>",
        b"<defBLOBVector device='D' name='P' perm='ro'><defBLOB name='B' label='b'/></defBLOBVector>",
        b"<setBLOBVector device='D' name='P'><oneBLOB name='B' size='3' format='.x'>YWJj</oneBLOB></setBLOBVector>",
        b'<message device="D" timestamp="t" message="[INFO] done"/>',
        b"<delProperty device='D' name='P' timestamp='t'/>",
        b"<pingRequest uid='SetBLOB/1'/>",
    ],
)
def test_what_drivers_send_is_plain(raw):
    assert read_plain(raw) == parse(raw + NOT_PLAIN)


@pytest.mark.parametrize(
    "raw",
    [
        b"<message message='a &amp; b'/>",
        b"<message message='tab\there'/>",
        b"<message message='a > b'/>",
        b"<message message='t' xmlns='here'/>",
        b"<message message='a' message='b'/>",
        b"<message message='\xb0C'/>",
        b"<message>text</message>",
        b"<enableBLOB>Also</enableBLOB>",
        b"<?xml version='1.0'?><delProperty/>",
        b"<!DOCTYPE message><message/>",
        b"<setTextVector device='D' name='P'><oneText name='T'>a\r\nb</oneText></setTextVector>",
        b"<setTextVector device='D' name='P'><oneText name='T'><![CDATA[a]]></oneText></setTextVector>",
        b"<setTextVector device='D' name='P'>text<oneText name='T'>a</oneText></setTextVector>",
        b"<setTextVector device='D' name='P'><oneFoo name='T'/></setTextVector>",
        b"<setTextVector device='D' name='P'><oneText name='T'>a</oneText></setTextVector><more/>",
        b"<setTextVector device='D' name='P'/>more",
        b"<setTextVector name='P'/>",
        b"<setNumberVector device='D' name='P'><oneNumber name='N'>x</oneNumber></setNumberVector>",
        b"<setBLOBVector device='D' name='P'><oneBLOB name='B' size='1'>~</oneBLOB></setBLOBVector>",
        b"<delProperty device='D' label='" + b"x" * 1000 + b"'/>",
        b"<setTextVector device='D' name='P'><oneText name='" + b"x" * 1000 + b"'>t</oneText></setTextVector>",
        b"<what/>",
        b"text",
        b"",
    ],
)
def test_what_needs_more_knowledge_of_xml_or_is_wrong_is_left_to_the_tree(raw):
    assert read_plain(raw) is None


def test_a_time_that_an_element_does_not_have_is_passed_over():
    assert read_plain(b"<pingReply uid='1' timestamp='t'/>") == parse(b"<pingReply uid='1'/>" + NOT_PLAIN)


def test_the_time_of_an_element_that_came_before_is_not_kept():
    first = read_plain(b"<message device='D' timestamp='one' message='m'/>")
    second = read_plain(b"<delProperty device='D' timestamp='two'/>"), read_plain(b"<delProperty device='D'/>")
    assert (first.timestamp, second[0].timestamp, second[1].timestamp) == ("one", "two", "")


# Invariant: what is read plainly is what the tree reads (a comment behind an element sends it there).


def agree(raw):
    try:
        wanted = parse(raw + NOT_PLAIN)
    except ProtocolError:
        wanted = None
    found = read_plain(raw)
    assert found is None or found == wanted


spaces = st.sampled_from(["", "", " ", "\n  ", "\t", "\r\n"])
gaps = st.sampled_from([" ", "\n    ", "  ", "\t"])
characters = st.characters(exclude_categories=["Cs"]) | st.sampled_from(" <>&'\"\n\t\r\u0085\ufffe]=")
wild = st.text(characters, max_size=8) | st.sampled_from(["-0:30", " 5\n", "", "timestamp='x'", " timestamp="])
sane = {kind: st.sampled_from(sorted(words)) for kind, words in WORDS.items()} | {
    Kind.NUMBER: st.sampled_from(["1", "-0:30", "1e9", "\n 5 \n"]),
    Kind.SIZE: st.just("3"),
    Kind.FLAG: st.just("true"),
    Kind.BASE64: st.just("YWJj"),
}
extra = st.sampled_from(["timestamp", "message", "xmlns", "xmlns:a", "colour", "size", "name"])


@st.composite
def said(draw, kind):
    rarely = draw(st.integers(0, 15)) == 7
    return draw(wild if rarely else sane.get(kind, st.sampled_from(["a", "b c", "\u00b0C", "", "\n  a\nb\n"])))


@st.composite
def attributes(draw, rule):
    named = [(one.wire, one.kind) for one in rule.attributes if one.required or draw(st.booleans())]
    if draw(st.integers(0, 7)) == 7:
        named.append((draw(extra), Kind.TEXT))
    out = ""
    for wire, kind in named:
        value, quote = draw(said(kind)), draw(st.sampled_from("\"'"))
        out += f"{draw(gaps)}{wire}={quote}{value.replace(quote, '')}{quote}"
    return out + draw(spaces)


@st.composite
def spelt(draw, tags=tuple(MESSAGE_READERS)):
    rule = ELEMENTS[draw(st.sampled_from(tags))]
    inner = draw(said(rule.content.kind)) if rule.content else ""
    if rule.child:
        members = draw(st.lists(spelt((rule.child,)), max_size=3))
        inner = draw(spaces) + "".join(f"{member}{draw(spaces)}" for member in members)
    if not inner and draw(st.booleans()):
        return f"<{rule.tag}{draw(attributes(rule))}/>"
    return f"<{rule.tag}{draw(attributes(rule))}>{inner}</{rule.tag}{draw(spaces)}>"


@given(spelt())
@example("<setTextVector device='D' name='P' timestamp=' timestamp=' message='m'/>")
@example("<delProperty device='D'\ttimestamp='t'/>")
@example("<message\ttimestamp='t' timestamp='t'/>")
@example("<message message=' timestamp=' timestamp='t'/>")
def test_plain_elements_are_read_as_the_tree_reads_them(text):
    agree(text.encode())


@given(elements())
def test_any_element_of_the_language_is_read_as_the_tree_reads_it(text):
    agree(text.encode())


@st.composite
def spoilt(draw):
    """An element with a small fault: a piece of it is missing, twice there, or at another place."""
    text = draw(spelt())
    pieces = [piece for piece in re.split(r"(</?\w+|/?>)", text) if piece]
    at, to = (draw(st.integers(0, len(pieces) - 1)) for _ in range(2))
    match draw(st.sampled_from(["missing", "twice", "moved", "cut"])):
        case "missing":
            del pieces[at]
        case "twice":
            pieces.insert(to, pieces[at])
        case "moved":
            pieces.insert(to, pieces.pop(at))
        case "cut":
            return text[: draw(st.integers(0, len(text)))]
    return "".join(pieces)


@given(spoilt())
@example("<setTextVector device='D' name='P'></foo></setTextVector>")
@example("<setTextVector device='D' name='P'></setTextVector>>")
@example("<setTextVector device='D' name='P'></setTextVector")
@example("<setTextVector device='D' name='P'><oneText name='T'>a</setTextVector>")
def test_what_is_spelt_wrongly_is_not_read_otherwise_than_by_the_tree(text):
    agree(text.encode())


@given(st.binary(max_size=60))
def test_any_bytes_are_read_as_the_tree_reads_them(raw):
    agree(raw)
