"""Clients say what else stands in the header of pictures."""

import pytest

from lightapt_protocol.vocabulary import State
from tests.drivers.kinds.cameras import played, shot

HEADER = "FITS_HEADER"


async def keyword(harness, name, value, comment=""):
    await harness.request(HEADER, KEYWORD_NAME=name, KEYWORD_VALUE=value, KEYWORD_COMMENT=comment)


def header(*keywords, **members):
    """Return the header after a client has set keywords, each with value and comment, and members."""

    async def scene(harness, _):
        for each in keywords:
            await keyword(harness, *each)
        if members:
            await harness.request(HEADER, **members)
        return (await shot(harness)).header

    return played(scene)


def cards(found, name):
    return [card for card in found if card.keyword == name]


def test_observer_and_object_are_set_as_libindi_1_does():
    found = header(FITS_OBSERVER="Caroline", FITS_OBJECT="M 31")
    assert (found["OBSERVER"], found["OBJECT"]) == ("Caroline", "M 31")


def test_observer_and_object_are_set_as_libindi_2_does():
    async def scene(harness, _):
        await keyword(harness, "OBSERVER", "Caroline", "who")
        await keyword(harness, "Object", "M 31")
        await harness.expect(HEADER, state=State.OK, FITS_OBSERVER="Caroline", FITS_OBJECT="M 31")
        return (await shot(harness)).header

    found = played(scene)
    assert [len(cards(found, name)) for name in ("OBSERVER", "OBJECT")] == [1, 1]
    assert (found["OBSERVER"], found["OBJECT"]) == ("Caroline", "M 31")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-7", -7),
        ("1.5", 1.5),
        ("+2e3", 2000.0),
        (".5", 0.5),
        ("text", "text"),
        ("nan", "nan"),
        ("inf", "inf"),
        ("1_000", "1_000"),
        ("1 2", "1 2"),
        ("9" * 30, "9" * 30),
        ("Höhle", "Hohle"),
    ],
)
def test_a_keyword_has_a_number_where_it_looks_like_one(text, value):
    found = header(("MYKEY", text, "mine"))["MYKEY"]
    assert found == value
    assert type(found) is type(value)


def test_a_keyword_has_its_comment():
    (card,) = cards(header(("mykey", "1", "[m] a length")), "MYKEY")
    assert (card.value, card.comment) == (1, "[m] a length")


def test_the_last_value_counts():
    assert [card.value for card in cards(header(("MYKEY", "1"), ("MYKEY", "2")), "MYKEY")] == [2]


def test_a_clients_keyword_takes_the_place_of_the_cameras():
    assert [card.value for card in cards(header(("INSTRUME", "Mine")), "INSTRUME")] == ["Mine"]


def test_a_comment_is_a_text():
    assert [card.value for card in cards(header(("COMMENT", "12", "x")), "COMMENT")] == ["12"]


def test_a_keyword_without_a_value_is_forgotten():
    assert "MYKEY" not in header(("MYKEY", "1"), ("MYKEY", ""))


def test_all_are_forgotten_at_libindis_word():
    found = header(("MYKEY", "1"), ("OBJECT", "M 31"), ("INDI_CLEAR", "1"))
    assert not {"MYKEY", "OBJECT"} & {card.keyword for card in found}


def test_a_client_that_sends_all_members_back_repeats_no_keyword():
    async def scene(harness, _):
        await keyword(harness, "MYKEY", "1")
        await harness.expect(HEADER, state=State.OK, KEYWORD_NAME="", KEYWORD_VALUE="", KEYWORD_COMMENT="")
        await keyword(harness, "INDI_CLEAR", "1")
        await keyword(harness, "MYKEY", "2")
        members = {name: member.value for name, member in harness.find(HEADER).members.items()}
        await harness.request(HEADER, **{**members, "FITS_OBJECT": "M 31"})
        return (await shot(harness)).header

    found = played(scene)
    assert (found["MYKEY"], found["OBJECT"]) == (2, "M 31")


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("BITPIX", "8", "BITPIX tells how the picture lies in the file"),
        ("NAXIS1", "8", "NAXIS1 tells how the picture lies in the file"),
        ("END", "8", "has a meaning of its own"),
        ("MY,KEY", "8", "keywords are of A-Z"),
        ("A VERY LONG KEYWORD OF MANY WORDS THAT LEAVES NO ROOM FOR A NUMBER AT ALL", "8", "a card has 80"),
    ],
)
def test_what_a_header_cannot_hold_is_refused(name, value, reason):
    async def scene(harness, _):
        await keyword(harness, name, value)
        await harness.expect(HEADER, state=State.ALERT)
        await shot(harness)
        return harness.notices

    (told,) = played(scene)
    assert reason in told
