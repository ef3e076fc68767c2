"""What a device has, and the messages that tell of it."""

import pytest

from lightapt_drivers.properties import Properties, now, one_on, values
from lightapt_protocol.members import (
    DefBlob,
    DefLight,
    DefNumber,
    DefSwitch,
    DefText,
    OneLight,
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
    DelProperty,
    SetBlobVector,
    SetLightVector,
    SetNumberVector,
    SetSwitchVector,
    SetTextVector,
)
from lightapt_protocol.timestamps import datetime_from_timestamp
from lightapt_protocol.vocabulary import State, SwitchState

ON, OFF = SwitchState.ON, SwitchState.OFF


def with_one(definition):
    properties = Properties("D")
    properties.add(definition)
    return properties


@pytest.mark.parametrize(
    ("definition", "value", "vector", "member"),
    [
        (DefTextVector("D", "P", members=(DefText("M"),)), "new", SetTextVector, OneText("M", "new")),
        (DefNumberVector("D", "P", members=(DefNumber("M", 1.0),)), 2.0, SetNumberVector, OneNumber("M", 2.0)),
        (DefSwitchVector("D", "P", members=(DefSwitch("M"),)), ON, SetSwitchVector, OneSwitch("M", ON)),
        (DefLightVector("D", "P", members=(DefLight("M"),)), State.OK, SetLightVector, OneLight("M", State.OK)),
    ],
)
def test_a_change_is_told_and_kept(definition, value, vector, member):
    properties = with_one(definition)
    message = properties.change("P", {"M": value}, state=State.BUSY, message="so it is")
    assert isinstance(message, vector)
    assert (message.state, message.message, message.members) == (State.BUSY, "so it is", (member,))
    again = next(properties.definitions("P"))
    assert (again.state, again.members[0].value) == (State.BUSY, value)


def test_a_blob_property_changes_in_its_state():
    message = with_one(DefBlobVector("D", "P", members=(DefBlob("M"),))).change("P", {}, state=State.ALERT)
    assert isinstance(message, SetBlobVector)
    assert message.members == ()


def test_what_is_removed_is_gone():
    properties = with_one(DefTextVector("D", "P"))
    message = properties.remove("P")
    assert isinstance(message, DelProperty)
    assert (message.device, message.name) == ("D", "P")
    assert "P" not in properties
    assert list(properties.definitions()) == []


def test_an_unknown_property_is_a_key_error():
    with pytest.raises(KeyError):
        with_one(DefTextVector("D", "P"))["Q"]


def test_of_exclusive_switches_one_is_on_or_none():
    prop = with_one(DefSwitchVector("D", "P", members=(DefSwitch("A", ON), DefSwitch("B"))))["P"]
    assert values(prop) == {"A": ON, "B": OFF}
    assert one_on(prop, "B") == {"A": OFF, "B": ON}
    assert one_on(prop, "") == {"A": OFF, "B": OFF}


def test_the_time_is_one_that_clients_can_read():
    assert datetime_from_timestamp(now()) is not None
