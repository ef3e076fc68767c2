"""Properties are declared as class attributes, and are live on a device."""

import pytest

from lightapt_drivers.kit.device import Device
from lightapt_drivers.kit.live import LiveButton, LiveLight, LiveSwitch, LiveText
from lightapt_drivers.kit.live_blobs import LiveBlob
from lightapt_drivers.kit.live_numbers import LiveNumber
from lightapt_drivers.kit.vectors import (
    MAIN,
    OPTIONS,
    BlobVector,
    ButtonVector,
    LightVector,
    NumberVector,
    SwitchVector,
    TextVector,
    declared,
)
from lightapt_protocol.members import DefBlob, DefLight, DefNumber, DefSwitch, DefText
from lightapt_protocol.standard import Standard
from lightapt_protocol.vocabulary import Permission, PropertyKind, State, SwitchRule


class Thing:
    """What a device is to its declarations: an object with live properties."""

    level = NumberVector("LEVEL", DefNumber("VALUE", 3.0, max=10.0), label="Level", saved=True)
    name = TextVector("NAME", DefText("NAME"), always=True)

    def __init__(self):
        self.vectors = {one.name: one.live("Thing", one.definition) for one in declared(type(self))}


def names(owner):
    return [vector.name for vector in declared(owner)]


def fields(vector):
    definition = vector.definition
    return definition.kind, definition.perm, definition.group, definition.timeout, definition.state


@pytest.mark.parametrize(
    ("vector", "kind", "perm", "live"),
    [
        (NumberVector("P", DefNumber("M", 1.0)), PropertyKind.NUMBER, Permission.READ_WRITE, LiveNumber),
        (TextVector("P", DefText("M")), PropertyKind.TEXT, Permission.READ_WRITE, LiveText),
        (SwitchVector("P", DefSwitch("M")), PropertyKind.SWITCH, Permission.READ_WRITE, LiveSwitch),
        (ButtonVector("P", DefSwitch("M")), PropertyKind.SWITCH, Permission.READ_WRITE, LiveButton),
        (LightVector("P", DefLight("M")), PropertyKind.LIGHT, Permission.READ_ONLY, LiveLight),
        (BlobVector("P", DefBlob("M")), PropertyKind.BLOB, Permission.READ_ONLY, LiveBlob),
    ],
)
def test_a_declaration_is_on_the_main_page_idle_and_not_saved(vector, kind, perm, live):
    assert (vector.definition.kind, vector.definition.perm, vector.live) == (kind, perm, live)
    assert (vector.definition.group, vector.definition.state) == (MAIN, State.IDLE)
    assert (vector.always, vector.saved) == (False, False)


def test_all_of_a_definition_can_be_declared():
    vector = NumberVector(
        "P",
        DefNumber("M", 1.0),
        label="A label",
        group=OPTIONS,
        perm=Permission.READ_ONLY,
        timeout=5.0,
        state=State.OK,
        always=True,
        saved=True,
    )
    assert fields(vector) == (PropertyKind.NUMBER, Permission.READ_ONLY, OPTIONS, 5.0, State.OK)
    assert (vector.definition.label, vector.always, vector.saved) == ("A label", True, True)


def test_switches_are_one_of_many_and_buttons_at_most_one():
    assert SwitchVector("P").definition.rule is SwitchRule.ONE_OF_MANY
    assert SwitchVector("P", rule=SwitchRule.ANY_OF_MANY).definition.rule is SwitchRule.ANY_OF_MANY
    assert ButtonVector("P").definition.rule is SwitchRule.AT_MOST_ONE


def test_a_standard_property_has_its_members_in_their_order():
    vector = SwitchVector.standard(Standard.ON_COORD_SET, "a", "b", "c", on="SLEW", label="x", saved=True)
    assert (vector.name, vector.saved, vector.definition.label) == ("ON_COORD_SET", True, "x")
    assert [(one.name, one.label, bool(one.value)) for one in vector.definition.members] == [
        ("TRACK", "a", False),
        ("SLEW", "b", True),
        ("SYNC", "c", False),
    ]


def test_standard_buttons_are_all_off():
    vector = ButtonVector.standard_buttons(Standard.CCD_ABORT_EXPOSURE, "Abort", group=OPTIONS, always=True)
    assert [(one.name, bool(one.value)) for one in vector.definition.members] == [("ABORT", False)]
    assert (vector.definition.group, vector.always) == (OPTIONS, True)


def test_every_member_of_a_standard_property_has_a_label():
    with pytest.raises(ValueError, match="shorter"):
        SwitchVector.standard(Standard.ON_COORD_SET, "a", on="SLEW")


def test_on_a_class_it_is_the_declaration_and_on_a_device_the_live_property():
    thing = Thing()
    assert isinstance(Thing.level, NumberVector)
    assert thing.level is thing.vectors["LEVEL"]
    assert (thing.level.value, thing.level.definition.device) == (3.0, "Thing")


def test_two_devices_share_no_values():
    one, other = Thing(), Thing()
    one.level.set(VALUE=5.0)
    assert (one.level.value, other.level.value) == (5.0, 3.0)


def test_a_base_class_declares_first():
    class Sub(Thing):
        later = NumberVector("LATER", DefNumber("VALUE", 0.0))

    assert names(Sub) == ["LEVEL", "NAME", "LATER"]


def test_a_redeclared_property_keeps_its_place():
    class Sub(Thing):
        later = NumberVector("LATER", DefNumber("VALUE", 0.0))
        level = Thing.level.but(label="Another")

    assert names(Sub) == ["LEVEL", "NAME", "LATER"]
    assert Sub().level.definition.label == "Another"
    assert Thing().level.definition.label == "Level"


def test_a_property_that_a_subclass_does_without_is_gone():
    class Sub(Thing):
        level = None

    assert names(Sub) == ["NAME"]


def test_a_variant_replaces_members_of_a_name_and_adds_others_behind():
    vector = Thing.level.but(DefNumber("MORE", 1.0), DefNumber("VALUE", 5.0, max=50.0), label="Another", always=True)
    assert [(one.name, one.value, one.max) for one in vector.definition.members] == [("VALUE", 5, 50), ("MORE", 1, 0)]
    assert (vector.name, vector.definition.label, vector.always, vector.saved) == ("LEVEL", "Another", True, True)


def test_a_variant_of_another_name_is_another_property():
    class Sub(Thing):
        second = Thing.level.but(name="SECOND", saved=False)

    thing = Sub()
    thing.second.set(VALUE=7.0)
    assert (thing.level.value, thing.second.value, Sub.second.saved) == (3.0, 7.0, False)


def test_a_property_cannot_be_replaced_by_a_value():
    with pytest.raises(AttributeError, match=r"self\.[a-z_]+\.set"):
        Device().debug = 3
