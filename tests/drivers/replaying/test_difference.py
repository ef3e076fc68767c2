"""What is told of a difference leads from what is known to what should be."""

from dataclasses import replace

import pytest

from lightapt_drivers.replaying.difference import difference
from lightapt_protocol.members import DefNumber
from lightapt_protocol.messages import DefNumberVector, DelProperty, SetNumberVector
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.vocabulary import State

from .scenes import CCD1, COORD, FOCUS, coord

RANGED = replace(COORD, members=(DefNumber("RA", 1.0, max=24), DefNumber("DEC", 2.0)))
FORMATTED = replace(COORD, members=(DefNumber("RA", 1.0, format="%5.1f"), DefNumber("DEC", 2.0)))


def mirror(*messages):
    made = Mirror()
    for message in messages:
        made.apply(message)
    return made


@pytest.mark.parametrize(
    ("known", "wanted", "kinds"),
    [
        ((), (COORD, CCD1), [DefNumberVector, type(CCD1)]),
        ((COORD, FOCUS), (COORD,), [DelProperty]),
        ((COORD, FOCUS), (COORD, FOCUS), []),
        ((COORD,), (COORD, coord(5.0)), [SetNumberVector]),
        ((COORD, coord(5.0, State.BUSY)), (COORD,), [SetNumberVector]),
        ((COORD,), (RANGED,), [SetNumberVector]),
        ((COORD,), (FORMATTED,), [DelProperty, DefNumberVector]),
    ],
)
def test_what_is_told_leads_there(known, wanted, kinds):
    before, after = mirror(*known), mirror(*wanted)
    told = list(difference(before, after))
    assert [type(message) for message in told] == kinds
    for message in told:
        before.apply(message)
    assert dict(before.devices) == dict(after.devices)
