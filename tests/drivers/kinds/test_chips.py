"""The properties of a chip are INDI's, the guide head's as the main one's."""

import pytest

from lightapt_drivers.kinds import chips
from lightapt_protocol.standard import Standard
from lightapt_protocol.vocabulary import Permission, PropertyKind, SwitchRule

DECLARED = [
    (chips.exposure, Standard.CCD_EXPOSURE, Standard.GUIDER_EXPOSURE),
    (chips.abort, Standard.CCD_ABORT_EXPOSURE, Standard.GUIDER_ABORT_EXPOSURE),
    (chips.area, Standard.CCD_FRAME, Standard.GUIDER_FRAME),
    (chips.binning, Standard.CCD_BINNING, Standard.GUIDER_BINNING),
    (chips.info, Standard.CCD_INFO, Standard.GUIDER_INFO),
    (chips.frame_types, Standard.CCD_FRAME_TYPE, Standard.GUIDER_FRAME_TYPE),
    (chips.compression, Standard.CCD_COMPRESSION, Standard.GUIDER_COMPRESSION),
]


@pytest.mark.parametrize(("declare", "name"), [(declare, name) for declare, *names in DECLARED for name in names])
def test_members_are_the_standard_ones_in_their_order(declare, name):
    definition = declare(name, group="Somewhere").definition
    assert (definition.name, definition.group) == (name, "Somewhere")
    assert tuple(member.name for member in definition.members) == name.members
    assert all(member.label for member in definition.members)


@pytest.mark.parametrize("name", [Standard.CCD1, Standard.CCD2])
def test_pictures_are_read_only_and_may_take_as_long_as_an_exposure(name):
    definition = chips.image(name, label="Picture", group="").definition
    assert (definition.kind, definition.perm) == (PropertyKind.BLOB, Permission.READ_ONLY)
    assert tuple(member.name for member in definition.members) == name.members
    assert definition.timeout >= chips.LONGEST


def test_what_the_chip_is_cannot_be_set():
    assert chips.info(Standard.CCD_INFO, group="").definition.perm is Permission.READ_ONLY


def test_an_exposure_may_be_of_no_time_at_all():
    member = chips.exposure(Standard.CCD_EXPOSURE, group="").definition.members[0]
    assert (member.min, member.max) == (0.0, chips.LONGEST)


def test_a_light_frame_is_what_is_taken_unless_somebody_asks_for_another():
    definition = chips.frame_types(Standard.CCD_FRAME_TYPE, group="").definition
    assert [bool(member.value) for member in definition.members] == [True, False, False, False]
    assert definition.rule is SwitchRule.ONE_OF_MANY


def test_pictures_are_raw_unless_somebody_asks_for_less_of_them():
    definition = chips.compression(Standard.CCD_COMPRESSION, group="").definition
    assert [bool(member.value) for member in definition.members] == [False, True]
