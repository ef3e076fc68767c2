"""Kinds of devices for programs that do not await: each value is the one of the same name."""

import inspect

import pytest

from lightapt_clients import blocking_kinds
from lightapt_clients.blocking_devices import KindFace

from .actor import DEVICE, numbers, switches, texts
from .puppet import OK
from .test_blocking import program

FACES = [getattr(blocking_kinds, name) for name in blocking_kinds.__all__ if name != "KindFace"]
VALUES = [
    pytest.param(face, name, id=f"{face.__name__}.{name}")
    for face in FACES
    for name, _ in inspect.getmembers(face, lambda one: isinstance(one, property))
    if name not in vars(KindFace)
]
SLOT = numbers("FILTER_SLOT", FILTER_SLOT_VALUE=1.0, most=3.0)
NAMES = texts("FILTER_NAME", ONE="Red", TWO="Green", THREE="Ha")
LIGHT = switches("FLAT_LIGHT_CONTROL", "FLAT_LIGHT_ON", "FLAT_LIGHT_OFF", on="FLAT_LIGHT_OFF")
INTENSITY = numbers("FLAT_LIGHT_INTENSITY", state=OK, FLAT_LIGHT_INTENSITY_VALUE=10.0)


class Names:
    """Has every attribute: its name."""

    def __getattr__(self, name):
        return name


@pytest.mark.parametrize(("face", "name"), VALUES)
def test_a_value_is_read_where_it_is_called_so(face, name):
    assert getattr(face(None, Names()), name) == name


@program(SLOT, NAMES)
def test_a_wheel_turns_and_is_there_when_the_verb_returns(indi, actor):
    wheel = indi.filter_wheel()
    wheel.select("Ha")
    assert (wheel.slot, wheel.filter, wheel.slots, [*wheel.names]) == (3, "Ha", 3, ["Red", "Green", "Ha"])
    assert wheel.device.name == wheel.name == DEVICE


@program(LIGHT, INTENSITY)
def test_a_lamp_is_lit(indi, actor):
    lamp = indi.light_box(DEVICE)
    lamp.on()
    assert (lamp.is_on, lamp.brightness) == (True, 10.0)
