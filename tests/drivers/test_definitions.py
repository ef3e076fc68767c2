"""What devices define."""

from lightapt_drivers.definitions import Identity, common, switches
from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import Permission, SwitchRule

THING = Identity("Thing", "a thing", "a-thing", DriverInterface.AUX | DriverInterface.FOCUSER)


def test_every_device_can_be_connected_and_says_what_it_is():
    connection, info, configuration = common("Thing", THING)
    assert [member.name for member in connection.members if member.value] == ["DISCONNECT"]
    assert info.perm is Permission.READ_ONLY
    facts = {member.name: member.value for member in info.members}
    assert (facts["DRIVER_NAME"], facts["DRIVER_EXEC"], facts["DRIVER_INTERFACE"]) == ("a thing", "a-thing", "32776")
    assert facts["DRIVER_VERSION"]
    assert configuration.rule is SwitchRule.AT_MOST_ONE


def test_where_one_switch_is_on_one_must_be():
    definition = switches("Thing", Standard.ON_COORD_SET, labels=("a", "b", "c"), on="SLEW", label="x")
    assert definition.rule is SwitchRule.ONE_OF_MANY
    assert [(member.name, member.label, bool(member.value)) for member in definition.members] == [
        ("TRACK", "a", False),
        ("SLEW", "b", True),
        ("SYNC", "c", False),
    ]


def test_where_none_is_on_none_need_be():
    definition = switches("Thing", Standard.CCD_ABORT_EXPOSURE, labels=("Abort",), label="x")
    assert definition.rule is SwitchRule.AT_MOST_ONE
    assert not definition.members[0].value
