"""What expat has the last word on, and what is put right for readers that take less."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol.errors import MalformedElementError
from lightapt_protocol.wellformed import verify


def test_a_good_element_stays_as_it_is_and_its_attributes_are_decoded() -> None:
    raw = "<a device='x &gt; &quot;y&quot;' name=\"\N{DEGREE SIGN}\n&#10;\"><b c='d'>&amp;</b></a>".encode()
    assert verify(raw) == (raw, {"device": 'x > "y"', "name": "\N{DEGREE SIGN} \n"})


def test_an_element_inside_does_not_lend_its_attributes() -> None:
    assert verify(b"<a><b device='x'/></a>")[1] == {}
    assert verify(b"<a><b device='x'/><!-- --></a>")[1] == {}


def test_bytes_that_are_not_utf8_are_read_as_latin_1() -> None:
    assert verify(b"<a b='\xb0C'>\xe9</a>") == ("<a b='°C'>é</a>".encode(), {"b": "°C"})


def test_control_characters_become_replacement_characters() -> None:
    assert verify(b"<a>\x00\x1b[1m\t\r\n\x7f</a>")[0] == "<a>��[1m\t\r\n\x7f</a>".encode()


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        (b"<a><!-- <b/> -->x</a>", b"<a>x</a>"),
        (b"<a><?pi?><b/></a>", b"<a><b></b></a>"),
        (b"<a><![CDATA[<&>]]></a>", b"<a>&lt;&amp;&gt;</a>"),
        (b"<a b='&#10;\"' c='&lt;'><!----></a>", b'<a b="&#10;&quot;" c="&lt;"></a>'),
        (b"<a>&#13;\r\n<!----></a>", b"<a>&#13;\n</a>"),
    ],
)
def test_what_lilxml_does_not_know_is_written_in_plain_xml(raw: bytes, plain: bytes) -> None:
    assert verify(raw)[0] == plain


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"<a", "unclosed token"),
        (b"", "no element found"),
        (b"<a/><b/>", "junk after document element"),
        (b"<a b='1' b='1'/>", "duplicate attribute"),
        (b"<a>&b;</a>", "undefined entity"),
        (b"<a>&#0;</a>", "invalid character number"),
        (b"<a><!-- -- --></a>", "not well-formed"),
        (b"<a>]]></a>", "not well-formed"),
        (b"<a>\xef\xbf\xbf</a>", "not well-formed"),
    ],
)
def test_what_has_no_reading_is_an_error(raw: bytes, reason: str) -> None:
    with pytest.raises(MalformedElementError, match=reason) as caught:
        verify(raw)
    assert caught.value.element == raw


@given(
    st.lists(st.sampled_from([b"<b>", b"</b>", b"&lt;", b"<!-- -->", b"<![CDATA[]]>", b"\xff", b"\x00", b"x", b"'"]))
)
def test_what_is_let_through_is_well_formed_and_stays_so(inner: list[bytes]) -> None:
    try:
        plain, attributes = verify(b"<a c='\xff'>" + b"".join(inner) + b"</a>")
    except MalformedElementError:
        return
    assert ET.fromstring(plain).attrib == attributes
    assert b"<!" not in plain
    assert verify(plain) == (plain, attributes)
