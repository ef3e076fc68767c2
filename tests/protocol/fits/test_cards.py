"""Cards as text: the fixed format, long texts, HIERARCH; and back, whatever stands there."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol.fits import Card, CardError, ascii_text
from lightapt_protocol.fits.cards import CARD, parse, render
from tests.protocol.fits.strategies import TEXTS, cards


def lines(card):
    text = render(card)
    assert len(text) % CARD == 0
    return [text[start : start + CARD] for start in range(0, len(text), CARD)]


def read(*texts):
    return list(parse(text.ljust(CARD) for text in texts))


@pytest.mark.parametrize(
    ("card", "line"),
    [
        (Card("SIMPLE", True, "standard"), "SIMPLE  =                    T / standard"),
        (Card("A", False), "A       =                    F"),
        (Card("NAXIS", 2), "NAXIS   =                    2"),
        (Card("BZERO", 2**63, "x"), "BZERO   =  9223372036854775808 / x"),
        (Card("EXPTIME", 2.0, "[s] time"), "EXPTIME =                  2.0 / [s] time"),
        (Card("A", 1e20), "A       =              1.0E+20"),
        (Card("A", -1.5e-7), "A       =             -1.5E-07"),
        (Card("A", -2.2250738585072014e-308), "A       = -2.2250738585072014E-308"),
        (Card("A", 1 - 2.5j), "A       =          (1.0, -2.5)"),
        (Card("A", None, "unknown"), "A       =                      / unknown"),
        (Card("OBJECT", "M 31", "what"), "OBJECT  = 'M 31    '           / what"),
        (Card("OBJECT", "O'Hara"), "OBJECT  = 'O''Hara '"),
        (Card("OBJECT", ""), "OBJECT  = '        '"),
        (Card("A-B_9", "x" * 68), f"A-B_9   = '{'x' * 68}'"),
        (Card("COMMENT", "hello"), "COMMENT hello"),
        (Card("HISTORY", ""), "HISTORY"),
        (Card("", "= not a value"), "        = not a value"),
        (Card("FOCUSERPOSITION", 7, "long"), "HIERARCH FOCUSERPOSITION = 7 / long"),
        (Card("ESO DET NAME", "chip"), "HIERARCH ESO DET NAME = 'chip'"),
    ],
)
def test_a_card_is_written_in_the_fixed_columns(card, line):
    assert render(card) == line.ljust(CARD)


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (np.uint16(7), "A       =                    7"),
        (np.float32(0.5), "A       =                  0.5"),
        (np.float64(0.1), "A       =                  0.1"),
        (np.bool_(True), "A       =                    T"),
        (np.str_("x"), "A       = 'x       '"),
    ],
)
def test_numbers_of_numpy_are_written_as_numbers(value, line):
    assert render(Card("A", value)) == line.ljust(CARD)


def test_a_long_text_goes_on_in_the_next_cards():
    first, second = lines(Card("PATH", "a" * 100, "where"))
    assert first == f"PATH    = '{'a' * 67}&'"
    assert second == f"CONTINUE  '{'a' * 33}' / where".ljust(CARD)


def test_a_comment_for_which_the_last_piece_leaves_no_room_gets_a_card_of_its_own():
    *_, last = lines(Card("PATH", "a" * 130, "where it is"))
    assert last == "CONTINUE  '' / where it is".ljust(CARD)


def test_a_text_is_not_cut_between_two_quotes():
    first, second = lines(Card("A", "a" * 66 + "'" * 9))
    assert first == f"A       = '{'a' * 66}&'".ljust(CARD)
    assert second == f"CONTINUE  '{'' * 18}{chr(39) * 18}'".ljust(CARD)


def test_a_mark_at_the_end_of_a_long_text_does_not_end_its_last_card():
    assert lines(Card("A", "a" * 99 + "&"))[1:] == [
        f"CONTINUE  '{'a' * 32}&&'".ljust(CARD),
        "CONTINUE  ''".ljust(CARD),
    ]


def test_a_comment_is_cut_where_the_card_ends():
    assert render(Card("A", 1, "c" * 80)) == f"A       =                    1 / {'c' * 47}"
    assert render(Card("A", "x" * 68, "comment")) == f"A       = '{'x' * 68}'"


def test_long_comments_and_histories_take_several_cards():
    assert lines(Card("HISTORY", "a" * 72 + "b")) == [f"HISTORY {'a' * 72}", "HISTORY b".ljust(CARD)]


@pytest.mark.parametrize("keyword", ["exptime", "EXP TIME ", " A", "A  B", "GAIN!", "GRÖSSE", "A\n", "END", "CONTINUE"])
def test_what_is_no_keyword_is_refused_by_its_name(keyword):
    with pytest.raises(CardError) as caught:
        render(Card(keyword, 1))
    assert caught.value.keyword == keyword
    assert repr(keyword) in str(caught.value)


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        (Card("OBSERVER", "Müller"), "printable ASCII only, not 'ü'"),
        (Card("OBSERVER", "a\nb"), "not '\\\\n'"),
        (Card("GAIN", 1, "µ"), "not 'µ'"),
        (Card("COMMENT", "größer"), "not 'ö'"),
        (Card("EXPTIME", math.nan), "no way to say nan"),
        (Card("EXPTIME", -math.inf), "no way to say -inf"),
        (Card("A", complex(1, math.inf)), "no way to say inf"),
        (Card("A", np.float32("nan")), "no way to say nan"),
        (Card("A", 2**64), "65 bits"),
        (Card("A", -(10**400)), "1329 bits"),
        (Card("A", [1]), "no way to say a list"),
        (Card("A", b"x"), "no way to say a bytes"),
        (Card("COMMENT", 5), "takes a text"),
        (Card("HISTORY", "x", "y"), "takes a text"),
        (Card("A LONG KEYWORD OF SOME WORDS", "x" * 60), "a card has 80"),
        (Card("W" * 78, 1), "a card has 80"),
    ],
)
def test_what_a_header_cannot_hold_is_refused_with_the_keyword(card, reason):
    with pytest.raises(CardError, match=reason) as caught:
        render(card)
    assert caught.value.keyword == card.keyword


@pytest.mark.parametrize(
    ("text", "ascii"), [("Müller", "Muller"), ("Ω Cen", "? Cen"), ("a\tb", "a?b"), ("½ ³", "1?2 3"), ("M 31", "M 31")]
)
def test_ascii_text_keeps_what_it_can(text, ascii):
    assert ascii_text(text) == ascii


@given(st.text())
def test_ascii_text_can_always_be_written(text):
    render(Card("A", ascii_text(text)))


@pytest.mark.parametrize(
    ("line", "card"),
    [
        ("A       =                    T / yes", Card("A", True, "yes")),
        ("A       =T/yes", Card("A", True, "yes")),
        ("A       =   -12 / x / y", Card("A", -12, "x / y")),
        ("A       = 1.5D3", Card("A", 1500.0)),
        ("A       = .5e+1", Card("A", 5.0)),
        ("A       = 5.", Card("A", 5.0)),
        ("A       = ( 1 ,-2.5E0 ) / c", Card("A", 1 - 2.5j, "c")),
        ("A       =", Card("A", None)),
        ("A       = / none", Card("A", None, "none")),
        ("A       = 'it''s / so'  / c", Card("A", "it's / so", "c")),
        ("A       = ''", Card("A", "")),
        ("A       = '  x   '", Card("A", "  x")),
        ("COMMENT = 5", Card("COMMENT", "= 5")),
        ("HISTORY    a  ", Card("HISTORY", "   a")),
        ("", Card("", "")),
        ("        text", Card("", "text")),
        ("A       text", Card("A", None, "text")),
        ("HIERARCH ESO  DET NAME='x' / c", Card("ESO DET NAME", "x", "c")),
        ("HIERARCH= 5", Card("HIERARCH", 5)),
        ("HIERARCH nothing", Card("HIERARCH", None, "nothing")),
    ],
)
def test_a_card_is_read(line, card):
    assert read(line) == [card]


@pytest.mark.parametrize(
    "field", ["12 34", "nan", "1e999", "(1, 1e999)", "(1, 2", "TRUE", "0x10", "'open", "2026-01-01"]
)
def test_a_value_that_makes_no_sense_is_the_text_that_stands_there(field):
    assert read(f"A       = {field} / c") == [Card("A", field, "c")]


def test_a_text_that_goes_on_is_one_card():
    assert read("A       = 'one &'", "CONTINUE  'it''s &' / first", "CONTINUE '' / last", "B       = 1") == [
        Card("A", "one it's", "first last"),
        Card("B", 1),
    ]


@pytest.mark.parametrize("first", ["A       = 'one'", "A       = 1", "COMMENT &", "A &"])
def test_a_card_that_goes_on_where_nothing_does_stands_alone(first):
    assert [card.keyword for card in read(first, "CONTINUE  'two'")][1:] == ["CONTINUE"]


@given(cards())
def test_what_is_written_is_read_again(card):
    (back,) = parse(lines(card))
    value = card.value.rstrip() if isinstance(card.value, str) else card.value
    assert (back.keyword, back.value, type(back.value)) == (card.keyword, value, type(value))
    assert card.comment.rstrip().startswith(back.comment)


@given(TEXTS)
def test_texts_of_any_length_are_written_and_read(text):
    assert list(parse(lines(Card("TEXT", text)))) == [Card("TEXT", text.rstrip())]


@given(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=CARD)))
def test_any_printable_cards_are_read(texts):
    assert len(read(*texts)) <= len(texts)


@given(st.text("'/&=().E+-1234 TF", max_size=70))
def test_any_field_is_read(field):
    (card,) = read(f"A       = {field}")
    assert card.keyword == "A"
