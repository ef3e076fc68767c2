"""The mirror folds messages into properties and changes."""

from dataclasses import replace

import pytest

from lightapt_protocol.members import (
    DefBlob,
    DefLight,
    DefNumber,
    DefSwitch,
    DefText,
    OneBlob,
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
    EnableBlob,
    GetProperties,
    NewNumberVector,
    Notice,
    PingReply,
    PingRequest,
    SetBlobVector,
    SetLightVector,
    SetNumberVector,
    SetSwitchVector,
    SetTextVector,
)
from lightapt_protocol.mirror import ChangeKind, Mirror
from lightapt_protocol.vocabulary import BlobPolicy, Permission, PropertyKind, State, SwitchRule, SwitchState

COORD = DefNumberVector(
    "Mount",
    "COORD",
    label="Coordinates",
    group="Main",
    state=State.IDLE,
    perm=Permission.READ_WRITE,
    timeout=60.0,
    timestamp="2026-11-21T02:55:27",
    members=(DefNumber("RA", 1.0, min=0.0, max=24.0), DefNumber("DEC", 2.0, min=-90.0, max=90.0)),
)
PARK = DefSwitchVector(
    "Mount",
    "PARK",
    perm=Permission.READ_WRITE,
    rule=SwitchRule.AT_MOST_ONE,
    members=(DefSwitch("PARK"), DefSwitch("UNPARK", SwitchState.ON)),
)
NAMES = DefTextVector("Wheel", "NAMES", perm=Permission.READ_ONLY, members=(DefText("ONE", "Red"),))
STATUS = DefLightVector("Wheel", "STATUS", members=(DefLight("SAFE", State.OK),))
PICTURE = DefBlobVector("Camera", "CCD1", perm=Permission.READ_ONLY, members=(DefBlob("CCD1"),))
ALL = (COORD, PARK, NAMES, STATUS, PICTURE)


@pytest.fixture
def mirror():
    mirror = Mirror()
    for message in ALL:
        mirror.apply(message)
    return mirror


def kinds(changes):
    return [change.kind for change in changes]


def test_a_definition_makes_the_property_in_the_order_of_its_members():
    mirror = Mirror()
    (change,) = mirror.apply(COORD)
    prop = mirror.devices["Mount"]["COORD"]
    assert (change.kind, change.device, change.name) == (ChangeKind.DEFINED, "Mount", "COORD")
    assert change.current is prop
    assert change.previous is None
    assert (prop.kind, prop.label, prop.group) == (PropertyKind.NUMBER, "Coordinates", "Main")
    assert (prop.perm, prop.rule, prop.timeout) == (Permission.READ_WRITE, None, 60.0)
    assert list(prop.members) == ["RA", "DEC"]


def test_label_is_the_name_where_none_is_given(mirror):
    assert mirror.devices["Mount"]["PARK"].label == "PARK"


def test_every_kind_shows_its_value(mirror):
    assert mirror.find("Mount", "COORD").number("DEC") == 2.0
    assert mirror.find("Mount", "PARK").is_on("UNPARK")
    assert not mirror.find("Mount", "PARK").is_on("PARK")
    assert mirror.find("Mount", "PARK").switches_on() == ["UNPARK"]
    assert mirror.find("Mount", "PARK").rule is SwitchRule.AT_MOST_ONE
    assert mirror.find("Wheel", "NAMES").text("ONE") == "Red"
    assert mirror.find("Wheel", "STATUS").light("SAFE") is State.OK
    assert mirror.find("Wheel", "STATUS").perm is Permission.READ_ONLY


def test_a_member_of_another_kind_or_name_is_a_key_error(mirror):
    with pytest.raises(KeyError, match="DefNumber"):
        mirror.find("Mount", "COORD").text("RA")
    with pytest.raises(KeyError, match="AZ"):
        mirror.find("Mount", "COORD").number("AZ")


def test_a_second_definition_replaces_the_first(mirror):
    before = mirror.find("Mount", "COORD")
    (change,) = mirror.apply(replace(COORD, members=(DefNumber("ALT", 5.0),)))
    assert change.kind is ChangeKind.DEFINED
    assert change.previous is before
    assert list(mirror.find("Mount", "COORD").members) == ["ALT"]


def test_an_update_changes_what_it_says_and_leaves_the_rest(mirror):
    before = mirror.find("Mount", "COORD")
    message = SetNumberVector("Mount", "COORD", state=State.BUSY, members=(OneNumber("DEC", -5.5),))
    (change,) = mirror.apply(message)
    after = mirror.find("Mount", "COORD")
    assert change.kind is ChangeKind.UPDATED
    assert (change.previous, change.current, change.members) == (before, after, ("DEC",))
    assert (after.number("RA"), after.number("DEC"), after.state) == (1.0, -5.5, State.BUSY)
    assert (after.timeout, after.timestamp) == (60.0, "")


def test_what_was_seen_before_does_not_change(mirror):
    before = mirror.find("Mount", "COORD")
    mirror.apply(SetNumberVector("Mount", "COORD", state=State.BUSY, members=(OneNumber("RA", 9.0),)))
    assert (before.number("RA"), before.state) == (1.0, State.IDLE)


def test_an_update_without_a_state_leaves_the_state(mirror):
    mirror.apply(SetNumberVector("Mount", "COORD", state=State.ALERT, timeout=5.0))
    mirror.apply(SetNumberVector("Mount", "COORD", members=(OneNumber("RA", 3.0),)))
    prop = mirror.find("Mount", "COORD")
    assert (prop.state, prop.timeout) == (State.ALERT, 5.0)


def test_an_update_may_change_the_range_of_a_number(mirror):
    mirror.apply(SetNumberVector("Mount", "COORD", members=(OneNumber("RA", 3.0, max=12.0, step=0.5),)))
    number = mirror.find("Mount", "COORD").members["RA"]
    assert (number.min, number.max, number.step) == (0.0, 12.0, 0.5)


@pytest.mark.parametrize(
    ("message", "value"),
    [
        (SetTextVector("Wheel", "NAMES", members=(OneText("ONE", "Blue"),)), "Blue"),
        (SetLightVector("Wheel", "STATUS", members=(OneLight("SAFE", State.ALERT),)), State.ALERT),
        (SetSwitchVector("Mount", "PARK", members=(OneSwitch("PARK", SwitchState.ON),)), SwitchState.ON),
    ],
)
def test_every_kind_is_updated(mirror, message, value):
    mirror.apply(message)
    prop = mirror.find(message.device, message.name)
    assert prop.members[message.members[0].name].value == value


def test_the_rule_of_switches_is_the_devices_business(mirror):
    mirror.apply(SetSwitchVector("Mount", "PARK", members=(OneSwitch("PARK", SwitchState.ON),)))
    assert mirror.find("Mount", "PARK").switches_on() == ["PARK", "UNPARK"]


def test_a_blob_passes_by_in_its_change_and_is_not_kept(mirror):
    blob = OneBlob("CCD1", b"abc", size=3, format=".fits")
    (change,) = mirror.apply(SetBlobVector("Camera", "CCD1", state=State.OK, members=(blob,)))
    assert change.blobs == (blob,)
    assert mirror.find("Camera", "CCD1").state is State.OK
    assert mirror.find("Camera", "CCD1").members["CCD1"] == DefBlob("CCD1")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (SetNumberVector("Nobody", "COORD"), "not defined"),
        (SetNumberVector("Mount", "NOTHING"), "not defined"),
        (SetTextVector("Mount", "COORD"), "defined as number, not text"),
        (DelProperty("Nobody"), "nothing of that name"),
    ],
)
def test_what_fits_nothing_is_ignored_and_reported(mirror, message, reason):
    before = {name: dict(device) for name, device in mirror.devices.items()}
    (change,) = mirror.apply(message)
    assert change.kind is ChangeKind.IGNORED
    assert reason in change.text
    assert mirror.devices == before


def test_an_unknown_member_is_ignored_and_reported_beside_the_known_ones(mirror):
    members = (OneNumber("AZ", 1.0), OneNumber("RA", 7.0))
    updated, ignored = mirror.apply(SetNumberVector("Mount", "COORD", members=members))
    assert (updated.kind, updated.members) == (ChangeKind.UPDATED, ("RA",))
    assert ignored.kind is ChangeKind.IGNORED
    assert "AZ" in ignored.text
    assert mirror.find("Mount", "COORD").number("RA") == 7.0


def test_deleting_a_property_leaves_the_others(mirror):
    before = mirror.find("Mount", "COORD")
    (change,) = mirror.apply(DelProperty("Mount", "COORD"))
    assert (change.kind, change.previous, change.current) == (ChangeKind.DELETED, before, None)
    assert mirror.find("Mount", "COORD") is None
    assert mirror.find("Mount", "PARK") is not None


def test_deleting_a_device_reports_each_of_its_properties(mirror):
    changes = mirror.apply(DelProperty("Mount"))
    assert [(change.kind, change.name) for change in changes] == [
        (ChangeKind.DELETED, "COORD"),
        (ChangeKind.DELETED, "PARK"),
    ]
    assert "Mount" not in mirror.devices


def test_deleting_without_a_device_deletes_everything(mirror):
    changes = mirror.apply(DelProperty())
    assert len(changes) == len(ALL)
    assert not mirror.devices


def test_a_device_without_properties_is_gone(mirror):
    mirror.apply(DelProperty("Camera", "CCD1"))
    assert "Camera" not in mirror.devices


def test_words_for_people_are_a_change_of_their_own(mirror):
    (notice,) = mirror.apply(Notice("Mount", "slewing", timestamp="2026-11-21T02:55:27"))
    assert (notice.kind, notice.device, notice.text) == (ChangeKind.NOTICE, "Mount", "slewing")
    updated, notice = mirror.apply(SetNumberVector("Mount", "COORD", message="there"))
    assert kinds([updated, notice]) == [ChangeKind.UPDATED, ChangeKind.NOTICE]
    assert (notice.name, notice.text) == ("COORD", "there")
    assert kinds(mirror.apply(DelProperty("Mount", message="gone")))[-1] is ChangeKind.NOTICE


@pytest.mark.parametrize(
    "message",
    [
        GetProperties("Mount"),
        EnableBlob("Camera", policy=BlobPolicy.ALSO),
        NewNumberVector("Mount", "COORD", members=(OneNumber("RA", 9.0),)),
        PingRequest("1"),
        PingReply("1"),
        Notice("Mount"),
    ],
)
def test_what_says_nothing_of_a_devices_state_changes_nothing(mirror, message):
    assert mirror.apply(message) == []
    assert mirror.find("Mount", "COORD").number("RA") == 1.0


def test_the_view_of_devices_cannot_be_written(mirror):
    with pytest.raises(TypeError):
        mirror.devices["Mount"] = {}
    with pytest.raises(TypeError):
        mirror.find("Mount", "COORD").members["RA"] = None
