"""Where an irregular element ends, and what its tags are."""

from __future__ import annotations

import pytest

from lightapt_protocol.errors import LimitExceededError, MalformedElementError
from lightapt_protocol.limits import START_TAG_LIMIT
from lightapt_protocol.walker import Tag, Walker, blank_at, skip_blank, tag_at


def test_a_tag_is_read_whole() -> None:
    assert tag_at(b"<a>", 0) == Tag(False, b"a", False, 3)
    assert tag_at(b"--<a b = '>' \n c=\"'\" />", 2) == Tag(False, b"a", True, 23)
    assert tag_at(b"</a.b-c_1 >", 0) == Tag(True, b"a.b-c_1", False, 11)


@pytest.mark.parametrize("whole", [b"<a b='>' c=\"<\"/>".replace(b'<"', b'x"'), b"</abc\n>", b"<a\tb = 'c'\r\n>"])
def test_a_tag_that_is_cut_is_waited_for(whole: bytes) -> None:
    assert [tag_at(whole[:end], 0) for end in range(1, len(whole))] == [None] * (len(whole) - 1)
    assert tag_at(whole, 0) is not None


@pytest.mark.parametrize(
    "data",
    [
        *[
            b"a",
            b"<<",
            b"<>",
            b"< a>",
            b"<1>",
            b"<a b>",
            b"<a b=c>",
            b"<a b='<'",
            b"<a b='1'c='2'>",
            b"</a b='1'>",
            b"</a/>",
        ],
        *[b"<a:b>", b"<a b:c='1'>", b"<a xmlns='1'>", b"<a\x0b>", b"<a\x0cb='1'>", b"<\xc3\xa4>"],
    ],
)
def test_what_is_no_tag_is_an_error(data: bytes) -> None:
    with pytest.raises(MalformedElementError, match="not a tag"):
        tag_at(data, 0)


@pytest.mark.parametrize("end", [b"'/>", b"", b"'", b"' c='"])
def test_a_tag_may_be_so_long_and_no_longer(end: bytes) -> None:
    start = b"<a b='"
    fits = start + b"x" * (START_TAG_LIMIT - len(start + end)) + end
    tag_at(fits, 0)
    with pytest.raises(LimitExceededError, match="a tag of more than"):
        tag_at(fits.replace(b"x", b"xx", 1), 0)


def test_blank_is_what_xml_calls_so() -> None:
    assert skip_blank(b"- \t\r\n-", 1) == 5
    assert skip_blank(b"\x0b\x0c\xa0", 0) == 0
    assert skip_blank(b" ", 1) == 1


@pytest.mark.parametrize("section", [b"<!-- a > b -->", b"<?xml version='1.0'?>", b"<![CDATA[ ]> ]]>", b"<!---->"])
def test_a_section_is_passed_over_or_waited_for(section: bytes) -> None:
    assert blank_at(b"-" + section + b"-", 1) == (1 + len(section), None)
    for end in range(1, len(section)):
        assert blank_at(section[:end], 0)[0] == (0 if end == 1 else -1) or section[:end] == b"<"


def test_what_is_no_section_is_left_alone() -> None:
    for data in (b"<a>", b"x", b"<!x", b"<!-x"):
        assert blank_at(data, 0) == (0, None)


@pytest.mark.parametrize(
    "element",
    [
        b"<a/>",
        b"<a></a>",
        b"<a b='/a>'>x<b/><b>y</b></a >",
        b"<a><!-- </a> --><![CDATA[</a>]]><?pi </a>?><a></a></a>",
    ],
)
def test_the_end_of_an_element_is_found_from_any_beginning(element: bytes) -> None:
    for end in range(len(element) + 1):
        walker = Walker(8)
        if end < len(element):
            assert walker.advance(b"--" + element[:end], 2) == 2
            assert not walker.done
        assert walker.advance(b"--" + element + b"<rest", 2) == 2 + len(element)
        assert walker.done


def test_an_end_tag_that_fits_nothing_is_an_error() -> None:
    with pytest.raises(MalformedElementError, match="</a> where </b> was expected"):
        Walker(8).advance(b"<a><b></a>", 0)


def test_depth_is_limited() -> None:
    Walker(2).advance(b"<a><b></b></a>", 0)
    with pytest.raises(LimitExceededError, match="deeper than 2"):
        Walker(2).advance(b"<a><b><c>", 0)
