"""A quick constructor makes what the class makes."""

from dataclasses import FrozenInstanceError, fields, replace

import pytest

from lightapt_protocol.construction import constructor, replacer
from lightapt_protocol.grammar import ELEMENTS
from lightapt_protocol.members import DefNumber, OneNumber
from lightapt_protocol.messages import SetNumberVector

CLASSES = [rule.type for rule in ELEMENTS.values()]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_defaults_are_those_of_the_class(cls):
    needed = dict.fromkeys(("device", "name", "value", "perm", "rule", "size", "policy"), 1)
    given = {field.name: needed[field.name] for field in fields(cls) if field.name in needed}
    assert constructor(cls)(**given) == cls(**given)


def test_what_is_given_is_taken_by_place_and_by_name():
    make = constructor(DefNumber)
    assert make("RA", 1.0, max=24.0, label="Right ascension") == DefNumber("RA", 1.0, label="Right ascension", max=24.0)


def test_what_it_makes_is_frozen():
    made = constructor(OneNumber)("RA", 1.0)
    with pytest.raises(FrozenInstanceError):
        made.value = 2.0


@pytest.mark.parametrize(("given", "named"), [(("RA",), {}), (("RA", 1.0, 2.0), {}), (("RA", 1.0), {"colour": 1})])
def test_what_the_class_does_not_take_it_does_not_take(given, named):
    with pytest.raises(TypeError):
        constructor(OneNumber)(*given, **named)


def test_inherited_fields_are_set():
    made = constructor(SetNumberVector)("Mount", "COORD", timeout=1.0)
    assert made == SetNumberVector("Mount", "COORD", timeout=1.0)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_a_replacer_replaces_as_dataclasses_do(cls):
    names = [field.name for field in fields(cls)]
    one = constructor(cls)(**{name: f"old {name}" for name in names})
    for name in names:
        assert replacer(cls, name)(one, "new") == replace(one, **{name: "new"})


def test_a_replacer_takes_values_in_the_order_of_its_fields():
    one = OneNumber("RA", 1.0, min=0.0)
    made = replacer(OneNumber, "max", "value")(one, 24.0, 2.0)
    assert made == OneNumber("RA", 2.0, min=0.0, max=24.0)
    with pytest.raises(FrozenInstanceError):
        made.value = 3.0


def test_a_replacer_knows_the_fields():
    with pytest.raises(ValueError, match="OneNumber has no field colour"):
        replacer(OneNumber, "colour")
