"""The words of a mount are those of the standard."""

import pytest

from lightapt_drivers.kinds.mount_words import NEEDS, MountCan, PierSide, TrackMode
from lightapt_protocol.standard import Standard


@pytest.mark.parametrize(
    ("words", "name"), [(TrackMode, Standard.TELESCOPE_TRACK_MODE), (PierSide, Standard.TELESCOPE_PIER_SIDE)]
)
def test_words_are_the_members_of_the_standard(words, name):
    assert tuple(word.value for word in words) == name.members


@pytest.mark.parametrize("can", MountCan)
def test_each_thing_that_hardware_can_shows_in_a_property(can):
    assert any(can & needed for needed in NEEDS.values())
