"""A property as it is now can be told to somebody who has not heard of it."""

import pytest

from lightapt_protocol.members import DefBlob, DefLight, DefSwitch, DefText
from lightapt_protocol.messages import DefBlobVector, DefLightVector, DefSwitchVector, DefTextVector
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.recording import definition_of, update_of
from lightapt_protocol.vocabulary import Permission, State, SwitchRule

from .samples import COORD, PARK


@pytest.mark.parametrize(
    "definition",
    [
        COORD,
        PARK,
        DefTextVector(
            "W", "NAMES", label="Names", group="G", timestamp="2026-01-01T00:00:00", members=(DefText("1", "R"),)
        ),
        DefLightVector("W", "LIGHTS", state=State.ALERT, members=(DefLight("L", State.BUSY, label="l"),)),
        DefBlobVector("C", "CCD1", perm=Permission.READ_ONLY, timeout=60, members=(DefBlob("CCD1"),)),
        DefSwitchVector("W", "S", rule=SwitchRule.ANY_OF_MANY, perm=Permission.WRITE_ONLY, members=(DefSwitch("A"),)),
    ],
)
def test_a_property_is_told_anew_as_it_is(definition):
    first, second = Mirror(), Mirror()
    first.apply(definition)
    prop = first.find(definition.device, definition.name)
    second.apply(definition_of(prop))
    assert second.find(definition.device, definition.name) == prop
    second.apply(update_of(prop, message="again"))
    assert second.find(definition.device, definition.name) == prop
