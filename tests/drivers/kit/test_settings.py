"""Settings are the requests that bring a property's values back."""

import pytest

from lightapt_drivers.kit.live import LiveButton, LiveLight, LiveSwitch, LiveText
from lightapt_drivers.kit.live_blobs import LiveBlob
from lightapt_drivers.kit.live_numbers import LiveNumber
from lightapt_drivers.kit.settings import merged, setting
from lightapt_protocol.members import (
    DefBlob,
    DefLight,
    DefNumber,
    DefSwitch,
    DefText,
    OneNumber,
    OneSwitch,
    OneText,
)
from lightapt_protocol.messages import (
    DefBlobVector,
    DefLightVector,
    DefNumberVector,
    DefSwitchVector,
    DefTextVector,
    NewNumberVector,
    NewSwitchVector,
    NewTextVector,
)
from lightapt_protocol.vocabulary import SwitchState

ON, OFF = SwitchState.ON, SwitchState.OFF
NUMBER = LiveNumber("D", DefNumberVector("", "P", members=(DefNumber("A", 1.5), DefNumber("B", 2.0))))
TEXT = LiveText("D", DefTextVector("", "P", members=(DefText("A", "x"),)))
SWITCH = LiveSwitch("D", DefSwitchVector("", "P", members=(DefSwitch("A", ON), DefSwitch("B"))))
BUTTON = LiveButton("D", DefSwitchVector("", "P", members=(DefSwitch("A"),)))


@pytest.mark.parametrize(
    ("live", "request_"),
    [
        (NUMBER, NewNumberVector("D", "P", members=(OneNumber("A", 1.5), OneNumber("B", 2.0)))),
        (TEXT, NewTextVector("D", "P", members=(OneText("A", "x"),))),
        (SWITCH, NewSwitchVector("D", "P", members=(OneSwitch("A", ON), OneSwitch("B", OFF)))),
        (BUTTON, NewSwitchVector("D", "P", members=(OneSwitch("A", OFF),))),
    ],
)
def test_a_setting_asks_for_the_values_of_the_moment(live, request_):
    assert setting(live) == request_


def test_a_setting_may_ask_for_other_values_and_for_some_only():
    assert setting(NUMBER, {"B": 3.0}) == NewNumberVector("D", "P", members=(OneNumber("B", 3.0),))
    assert setting(SWITCH, {"B": True}) == NewSwitchVector("D", "P", members=(OneSwitch("B", ON),))


@pytest.mark.parametrize(
    "live",
    [
        LiveLight("D", DefLightVector("", "P", members=(DefLight("A"),))),
        LiveBlob("D", DefBlobVector("", "P", members=(DefBlob("A"),))),
    ],
)
def test_lights_and_blobs_are_no_settings(live):
    with pytest.raises(KeyError):
        setting(live)


def test_new_settings_take_the_place_of_the_old_ones_of_their_property():
    old = [NewTextVector("D", "A"), NewTextVector("D", "B"), NewTextVector("D", "C")]
    new = [NewNumberVector("D", "B"), NewTextVector("D", "D")]
    assert merged(old, new) == [old[0], new[0], old[2], new[1]]


def test_nothing_is_merged_to_nothing():
    assert merged([], []) == []
