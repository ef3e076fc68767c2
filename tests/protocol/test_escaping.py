from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol.escaping import attribute_text, content_text, start_of_tag

XML_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff") | st.sampled_from("\t\n\r")
)


@given(XML_TEXT, XML_TEXT)
def test_any_text_comes_back_through_an_xml_parser(value: str, content: str) -> None:
    element = ElementTree.fromstring(f'<a b="{attribute_text(value)}">{content_text(content)}</a>')
    assert element.attrib["b"] == value
    assert (element.text or "") == content


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_what_xml_cannot_carry_leaves_it_well_formed(value: str) -> None:
    ElementTree.fromstring(f'<a b="{attribute_text(value)}">{content_text(value)}</a>')


def test_a_start_of_tag_is_closed_by_who_wants_it() -> None:
    assert start_of_tag("oneBLOB", {"name": "a&b", "size": "1"}) == '<oneBLOB name="a&amp;b" size="1"'
