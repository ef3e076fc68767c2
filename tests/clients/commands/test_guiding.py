"""How well a mount is guided."""

import pytest

from lightapt_clients.commands.guiding import guiding_rms
from lightapt_protocol.members import DefNumber
from lightapt_protocol.messages import DefNumberVector
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.vocabulary import State

from ..puppet import COORD


def told(*messages):
    mirror = Mirror()
    for message in messages:
        mirror.apply(message)
    return guiding_rms(mirror)


def rms(arcsec, *, state=State.OK, device="PHD2"):
    return DefNumberVector(device, "PHD2_RMS", state=state, members=(DefNumber("TOTAL_ARCSEC", arcsec),))


def test_the_rms_is_that_of_the_device_that_tells_one():
    assert told(COORD, rms(0.5)) == 0.5


@pytest.mark.parametrize("messages", [(), (COORD,), (rms(0.5, state=State.IDLE),), (rms(0.0),)])
def test_there_is_none_where_nobody_guides_or_the_scale_is_not_known(messages):
    assert told(*messages) is None


def test_of_several_guiders_the_one_that_guides_counts():
    assert told(rms(0.5, state=State.IDLE), rms(0.7, device="Other")) == 0.7
