"""Messages are plain frozen values in three families."""

from dataclasses import FrozenInstanceError
from typing import get_args

import pytest

from lightapt_protocol.messages import (
    AnyDefinition,
    AnyRequest,
    AnyUpdate,
    Definition,
    DefLightVector,
    GetProperties,
    Message,
    Request,
    SetNumberVector,
    Update,
)
from lightapt_protocol.vocabulary import Permission, PropertyKind


@pytest.mark.parametrize("kind", get_args(Message))
def test_messages_have_slots_only(kind):
    assert all("__slots__" in vars(cls) for cls in kind.__mro__[:-1])


@pytest.mark.parametrize(("family", "union"), [(Definition, AnyDefinition), (Update, AnyUpdate), (Request, AnyRequest)])
def test_a_family_has_one_class_a_kind(family, union):
    classes = get_args(union)
    assert all(issubclass(cls, family) for cls in classes)
    kinds = [cls.kind for cls in classes]
    assert len(set(kinds)) == len(kinds)
    wanted = set(PropertyKind) - ({PropertyKind.LIGHT} if family is Request else set())
    assert set(kinds) == wanted


def test_messages_are_frozen_and_hashable():
    message = GetProperties("Camera")
    with pytest.raises(FrozenInstanceError):
        message.device = "Mount"  # type: ignore[misc]
    assert message in {GetProperties("Camera")}


def test_lights_are_read_only_and_take_no_time():
    message = DefLightVector("Weather", "WEATHER_STATUS")
    assert (message.perm, message.timeout) == (Permission.READ_ONLY, 0.0)


def test_an_update_leaves_what_it_does_not_say():
    message = SetNumberVector("Mount", "EQUATORIAL_EOD_COORD")
    assert (message.state, message.timeout) == (None, None)
