"""Members are plain frozen values."""

from dataclasses import FrozenInstanceError, fields
from typing import get_args

import pytest

from lightapt_protocol.members import DefMember, DefNumber, Member, OneBlob, OneMember, OneNumber


@pytest.mark.parametrize("kind", get_args(Member))
def test_every_member_begins_with_its_name_and_has_slots_only(kind):
    assert fields(kind)[0].name == "name"
    assert "__slots__" in vars(kind)


def test_members_are_frozen():
    member = OneNumber("RA", 12.5)
    with pytest.raises(FrozenInstanceError):
        member.value = 13.0  # type: ignore[misc]


def test_each_kind_has_a_defining_and_a_setting_member():
    defining = {kind.__name__.removeprefix("Def") for kind in get_args(DefMember)}
    setting = {kind.__name__.removeprefix("One") for kind in get_args(OneMember)}
    assert defining == setting


def test_a_number_is_unlimited_unless_it_says_otherwise():
    number = DefNumber("RA", 1.0)
    assert number.min == number.max


def test_a_blob_must_say_its_size():
    with pytest.raises(TypeError, match="size"):
        OneBlob("CCD1", b"")  # type: ignore[call-arg]
