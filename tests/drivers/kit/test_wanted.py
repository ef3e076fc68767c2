"""What a client wants reads as a mapping of values."""

from lightapt_drivers.kit.live import LiveSwitch
from lightapt_drivers.kit.wanted import Blobs, Wanted
from lightapt_protocol.members import DefSwitch, OneBlob
from lightapt_protocol.messages import DefSwitchVector
from lightapt_protocol.vocabulary import SwitchState

ON = SwitchState.ON


def test_it_reads_as_all_the_values_and_knows_which_were_given():
    live = LiveSwitch("D", DefSwitchVector("", "P", members=(DefSwitch("A", ON), DefSwitch("B"))))
    wanted = live.wanted({"A": DefSwitch("A"), "B": DefSwitch("B", ON)}, ("B",))
    assert (dict(wanted), wanted.choice, wanted.given, wanted.value) == ({"A": False, "B": True}, "B", ("B",), False)


def test_where_nothing_is_on_there_is_no_choice():
    assert Wanted({"A": False}).choice == ""


def test_it_has_as_many_values_as_the_property_has_members():
    assert (len(Wanted({"A": 1.0, "B": 2.0})), list(Wanted({"A": 1.0, "B": 2.0}))) == (2, ["A", "B"])


def test_blobs_are_wanted_as_they_came():
    blob = OneBlob("M", b"x", size=1)
    assert Blobs({"M": blob}).value is blob
