"""A header: order, look-up, and the blocks in which it travels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol.fits import Card, CardError, Header, ReadError
from lightapt_protocol.fits.header import BLOCK, parse_header, render_header, without_layout
from tests.protocol.fits.strategies import headers

HEADER = Header(
    [
        Card("OBJECT", "M 31", "what"),
        Card("EXPTIME", 2, "[s]"),
        Card("GAIN", 1.5),
        Card("HISTORY", "first"),
        Card("COOLED", True),
        Card("HISTORY", "second"),
        Card("FILTER"),
    ]
)


def test_cards_stay_in_their_order():
    assert [card.keyword for card in HEADER] == ["OBJECT", "EXPTIME", "GAIN", "HISTORY", "COOLED", "HISTORY", "FILTER"]
    assert len(HEADER) == 7


def test_a_keyword_is_looked_up():
    assert HEADER["EXPTIME"] == 2
    assert "GAIN" in HEADER
    assert "OFFSET" not in HEADER
    assert HEADER.get("OFFSET") is None
    assert HEADER.get("OFFSET", 10) == 10
    with pytest.raises(KeyError):
        HEADER["OFFSET"]


def test_of_a_keyword_that_stands_twice_the_first_counts_and_all_are_told():
    assert HEADER["HISTORY"] == "first"
    assert HEADER.all("HISTORY") == ["first", "second"]


def test_numbers_and_texts_are_told_apart():
    assert (HEADER.number("EXPTIME"), HEADER.number("GAIN")) == (2, 1.5)
    assert HEADER.number("OBJECT") is HEADER.number("COOLED") is HEADER.number("FILTER") is HEADER.number("X") is None
    assert HEADER.text("OBJECT") == "M 31"
    assert HEADER.text("GAIN") is HEADER.text("FILTER") is HEADER.text("X") is None


def test_a_changed_header_is_another():
    longer = HEADER + Header([Card("OFFSET", 10)])
    assert (longer["OFFSET"], len(HEADER)) == (10, 7)
    assert longer.without("OFFSET") == HEADER
    assert hash(longer.without("OFFSET")) == hash(HEADER)
    assert "HISTORY" not in HEADER.without("HISTORY", "GAIN")
    assert Header() != HEADER
    assert list(HEADER) != HEADER


def test_a_header_shows_its_cards():
    assert eval(repr(HEADER), {"Header": Header, "Card": Card}) == HEADER


def test_what_tells_of_the_layout_is_left_out():
    layout = ["SIMPLE", "XTENSION", "BITPIX", "NAXIS", "NAXIS1", "NAXIS12", "EXTEND", "PCOUNT", "GCOUNT", "GROUPS"]
    layout += ["INHERIT", "BZERO", "BSCALE", "LONGSTRN", "CONTINUE", "CHECKSUM", "DATASUM", "END"]
    own = ["NAXISES", "BLANK", "DATE-OBS", "EXTNAME", ""]
    assert [card.keyword for card in without_layout(map(Card, layout + own))] == own


@pytest.mark.parametrize(("count", "blocks"), [(0, 1), (35, 1), (36, 2), (71, 2), (72, 3)])
def test_a_header_fills_whole_blocks_with_spaces(count, blocks):
    data = render_header((), [Card("A", 1)] * count)
    assert len(data) == blocks * BLOCK
    assert data.rstrip(b" ").endswith(b"END")
    assert parse_header(memoryview(data), 0) == (Header([Card("A", 1)] * count), blocks * BLOCK)


def test_long_texts_are_announced_once_and_only_if_there_are_any():
    assert b"LONGSTRN" not in render_header((), [Card("A", "x" * 68)])
    data = render_header([Card("SIMPLE", True)], [Card("A", "x" * 69), Card("B", "x" * 69)])
    assert [card.keyword for card in parse_header(memoryview(data), 0)[0]] == ["SIMPLE", "LONGSTRN", "A", "B"]


def test_a_card_that_cannot_be_written_is_named():
    with pytest.raises(CardError, match="'GAIN'"):
        render_header((), [Card("GAIN", float("nan"))])


def test_a_header_is_read_from_where_it_begins():
    data = b"x" * 100 + render_header((), HEADER) + b"rest"
    assert parse_header(memoryview(data), 100) == (HEADER, 100 + BLOCK)


def test_what_is_no_ascii_is_read_as_a_question_mark():
    data = render_header((), [Card("OBSERVER", "M_ller")]).replace(b"_", b"\xfc")
    assert parse_header(memoryview(data), 0)[0]["OBSERVER"] == "M?ller"


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1])
def test_a_header_without_an_end_is_refused(size):
    with pytest.raises(ReadError, match="ends within a header") as caught:
        parse_header(memoryview(b"A".ljust(size)), 0)
    assert caught.value.offset == 0


def test_a_header_that_never_ends_is_given_up():
    with pytest.raises(ReadError, match="more than 1474560 bytes"):
        parse_header(memoryview(b" " * 600 * BLOCK), 0)


@given(headers(), st.integers(0, 3))
def test_a_header_that_was_read_is_written_as_it_was(header, place):
    data = render_header((), header)
    back, end = parse_header(memoryview(b"." * place + data), place)
    assert end == place + len(data)
    again, _ = parse_header(memoryview(render_header((), without_layout(back))), 0)
    assert again == back
    assert [card.keyword for card in without_layout(back)] == [card.keyword for card in header]
