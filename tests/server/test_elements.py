"""The elements that the hub writes itself, and the trail that it stamps on those of others."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol.framing import Element
from lightapt_server import elements as xml

from .puppets import elements_of

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1, max_size=20)


def one(raw: bytes) -> Element:
    [element] = elements_of(raw)
    assert isinstance(element, Element)
    return element


@given(NAMES, NAMES)
def test_any_device_and_name_survive(device, name):
    device, name = device.encode(), name.encode()
    for raw in (
        xml.get_properties(device, name, via=b"h"),
        xml.delete_property(device, name),
        xml.choose_blob(device, name, wanted=True),
    ):
        assert (one(raw).device, one(raw).name) == (device, name)
    assert one(xml.message(device, "a <text> & 'more'")).device == device


def test_what_is_not_named_is_not_written():
    assert xml.get_properties() == b'<getProperties version="1.7"/>'
    assert xml.delete_property(b"D") == b'<delProperty device="D"/>'
    assert xml.choose_blob(b"D", b"", wanted=False) == b'<enableBLOB device="D">Never</enableBLOB>'


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        (b'<pingRequest uid="SetBLOB/1"/>', b'<pingReply uid="SetBLOB/1"/>'),
        (b"<pingRequest uid='1'>\n</pingRequest>", b"<pingReply uid='1'>\n</pingReply>"),
    ],
)
def test_a_ping_is_answered_with_all_that_it_carries(request_, reply):
    assert xml.ping_reply(request_) == reply


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"<enableBLOB>Also</enableBLOB>", b"Also"),
        (b'<enableBLOB device="a>b" name="c">\n Only \n</enableBLOB>', b"Only"),
        (b"<enableBLOB></enableBLOB>", b""),
        (b"<enableBLOB/>", b""),
    ],
)
def test_text_is_what_stands_between_the_tags(raw, text):
    assert xml.text_of(raw) == text


# Trails.

RAW = [
    b"<getProperties/>",
    b"<getProperties version='1.7' device=\"D\"/>",
    b'<message device="D" message=" via=\'no\' "/>',
    b"<message message='it came via=\"no\"'/>",
    b'<defTextVector device="D" name="P">\n<defText name="a"> via="no"</defText></defTextVector>',
    b"<odd-one\n device='D'></odd-one>",
]


@pytest.mark.parametrize("raw", RAW)
def test_a_trail_grows_and_can_be_taken_off(raw):
    assert xml.trail(raw) == ()
    assert xml.unstamped(raw) == raw
    stamped = xml.stamped(xml.stamped(raw, b"one"), b"two", b"three")
    assert xml.trail(stamped) == (b"one", b"two", b"three")
    assert xml.unstamped(stamped) == raw
    assert (one(stamped).tag, one(stamped).device) == (one(raw).tag, one(raw).device)


def test_a_trail_is_found_wherever_the_attribute_stands():
    raw = b"<getProperties version='1.7' via='a b' device='D'/>"
    assert xml.trail(raw) == (b"a", b"b")
    assert one(xml.stamped(raw, b"c")).device == b"D"
    assert xml.trail(xml.stamped(raw, b"c")) == (b"a", b"b", b"c")


@given(st.text("abc:-.@ '\"&lt;quot=", max_size=200))
def test_whatever_a_peer_calls_a_trail_the_stamped_element_is_well_formed(via):
    raw = b"<getProperties via=%b device='D'/>" % quoteattr(via).encode()
    stamped = xml.stamped(raw, b"hub")
    assert one(stamped).device == b"D"
    assert xml.trail(stamped)[-1] == b"hub" or len(xml.trail(stamped)) == 32


def test_a_trail_does_not_grow_without_bound():
    raw = b"<getProperties via='%b'/>" % b" ".join([b"x" * 64] * 900)
    assert len(xml.stamped(raw, b"hub")) < 4096
