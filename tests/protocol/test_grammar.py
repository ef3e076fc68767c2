"""The grammar's table is whole and consistent with the messages."""

from dataclasses import fields
from enum import Enum
from typing import get_args

import pytest

from lightapt_protocol.grammar import ELEMENTS, WORDS, Kind, describe
from lightapt_protocol.members import Member
from lightapt_protocol.messages import Message

ENUMERATED = {Kind.STATE, Kind.PERMISSION, Kind.RULE, Kind.SWITCH, Kind.POLICY}


def test_every_message_and_member_has_exactly_one_element():
    types = [rule.type for rule in ELEMENTS.values()]
    assert sorted(t.__name__ for t in types) == sorted(t.__name__ for t in get_args(Message) + get_args(Member))


@pytest.mark.parametrize("rule", ELEMENTS.values(), ids=ELEMENTS)
def test_an_element_says_every_field_of_its_message_once(rule):
    said = [attribute.field for attribute in rule.attributes]
    said += [rule.content.field] if rule.content else []
    said += ["members"] if rule.child else []
    assert sorted(said) == sorted(field.name for field in fields(rule.type))


@pytest.mark.parametrize("rule", ELEMENTS.values(), ids=ELEMENTS)
def test_children_are_elements_of_the_language(rule):
    assert not rule.child or rule.child in ELEMENTS


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind in ENUMERATED])
def test_every_value_of_a_vocabulary_has_one_word(kind):
    values = list(WORDS[kind].values())
    assert isinstance(values[0], Enum)
    assert values == list(type(values[0]))


def test_no_other_kind_has_words():
    assert set(WORDS) == ENUMERATED


def test_the_description_has_a_row_an_element_and_marks_what_is_special():
    rows = describe().splitlines()[2:]
    assert len(rows) == len(ELEMENTS)
    assert "| *pingRequest* | either | uid |  |" in rows
    assert "| oneNumber | either | **name**, *min*, *max*, *step* | number |" in rows
