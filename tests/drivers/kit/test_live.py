"""Live properties: what is changed is kept, and told to those who know of the property."""

import pytest

from lightapt_drivers.kit.live import LiveButton, LiveLight, LiveSwitch, LiveText, now
from lightapt_drivers.kit.live_numbers import LiveNumber
from lightapt_drivers.kit.wire import Wire
from lightapt_protocol.framing import Framer
from lightapt_protocol.members import (
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
    DefLightVector,
    DefNumberVector,
    DefSwitchVector,
    DefTextVector,
    DelProperty,
    SetLightVector,
    SetNumberVector,
    SetSwitchVector,
    SetTextVector,
)
from lightapt_protocol.parser import parse
from lightapt_protocol.timestamps import datetime_from_timestamp
from lightapt_protocol.vocabulary import State, SwitchRule, SwitchState
from tests.drivers.kit.scenes import FakePort

ON, OFF = SwitchState.ON, SwitchState.OFF
AXES = DefNumberVector("", "P", label="Axes", members=(DefNumber("X", 1.0, max=10.0), DefNumber("Y", 2.0, max=10.0)))
MODES = DefSwitchVector("", "P", rule=SwitchRule.ONE_OF_MANY, members=(DefSwitch("A", ON), DefSwitch("B")))
BUTTONS = DefSwitchVector("", "P", rule=SwitchRule.AT_MOST_ONE, members=(DefSwitch("A"), DefSwitch("B")))
NAMES = DefTextVector("", "P", members=(DefText("M", "old"),))
LIGHTS = DefLightVector("", "P", members=(DefLight("M"),))
KINDS = pytest.mark.parametrize(
    ("kind", "definition", "value", "update", "one"),
    [
        (LiveText, NAMES, "new", SetTextVector, OneText("M", "new")),
        (LiveNumber, DefNumberVector("", "P", members=(DefNumber("M", 1.0),)), 2.0, SetNumberVector, OneNumber("M", 2)),
        (LiveSwitch, DefSwitchVector("", "P", members=(DefSwitch("M"),)), True, SetSwitchVector, OneSwitch("M", ON)),
        (LiveLight, LIGHTS, State.ALERT, SetLightVector, OneLight("M", State.ALERT)),
    ],
)


class Told:
    """A live property that clients know of, and what they are told of it."""

    def __init__(self, kind, definition, *, defined=True):
        self.port = FakePort()
        self.live = kind("D", definition)
        self.live.attach(Wire(self.port))
        if defined:
            self.live.define()
            self.port.sent.clear()

    def all(self):
        """Return what was told since this was last asked."""
        elements = Framer().feed(self.port.data)
        self.port.sent.clear()
        return [parse(element.raw) for element in elements]

    def one(self):
        (message,) = self.all()
        return message


def axes(**options):
    told = Told(LiveNumber, AXES, **options)
    return told.live, told


# Reading.


def test_a_property_reads_as_a_mapping_of_its_values():
    live, _ = axes()
    assert (live["X"], live.value, live.values, list(live)) == (1.0, 1.0, {"X": 1.0, "Y": 2.0}, ["X", "Y"])
    assert ("X" in live, "Z" in live) == (True, False)


def test_switches_read_as_true_and_false():
    live = LiveSwitch("D", MODES)
    assert (live["A"], live["B"], live.choice) == (True, False, "A")


def test_where_no_switch_is_on_there_is_no_choice():
    assert LiveSwitch("D", BUTTONS).choice == ""


@pytest.mark.parametrize("of", [LiveNumber.__getitem__, lambda live, name: live.set({name: 1.0})])
def test_an_unknown_member_is_a_key_error_that_says_where(of):
    with pytest.raises(KeyError, match=r"D\.P has no member Z"):
        of(LiveNumber("D", AXES), "Z")


# Changing.


@KINDS
def test_a_change_is_told_and_kept(kind, definition, value, update, one):
    told = Told(kind, definition)
    told.live.set(M=value, state=State.BUSY, message="so it is")
    message = told.one()
    assert isinstance(message, update)
    assert (message.device, message.name) == ("D", "P")
    assert (message.state, message.message, message.members) == (State.BUSY, "so it is", (one,))
    assert datetime_from_timestamp(message.timestamp) is not None
    assert (told.live["M"], told.live.state) == (value, State.BUSY)


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lambda live: live.set(X=5.0), State.IDLE),
        (lambda live: live.ok(X=5.0), State.OK),
        (lambda live: live.busy(X=5.0), State.BUSY),
        (lambda live: live.busy({"X": 5.0}), State.BUSY),
        (lambda live: live.alert("words", X=5.0), State.ALERT),
    ],
)
def test_every_way_of_changing_tells_all_members_in_its_state(change, state):
    live, told = axes()
    change(live)
    message = told.one()
    assert (message.state, message.members) == (state, (OneNumber("X", 5.0), OneNumber("Y", 2.0)))
    assert message.message == ("words" if state is State.ALERT else "")


def test_idle_is_a_state_as_well():
    live, told = axes()
    live.busy()
    live.idle(message="given up")
    assert [message.state for message in told.all()] == [State.BUSY, State.IDLE]


def test_what_clients_do_not_know_of_is_kept_and_not_told():
    live, told = axes(defined=False)
    live.ok(X=5.0)
    assert told.all() == []
    live.define()
    assert told.one().members[0].value == 5.0


def test_a_device_that_does_not_run_yet_can_set_its_properties():
    live = LiveNumber("D", AXES)
    live.set(X=5.0)
    live.limit("X", min=0, max=2)
    live.define()
    assert live.value == 2.0


def test_a_change_that_changes_nothing_is_not_told():
    live, told = axes()
    live.change(X=1.0)
    live.change(state=State.IDLE)
    assert told.all() == []
    live.change(X=1.5)
    live.change(state=State.OK)
    assert [message.state for message in told.all()] == [State.IDLE, State.OK]


def test_what_xml_cannot_say_is_replaced():
    told = Told(LiveText, NAMES)
    told.live.set(M="a\0b")
    assert told.one().members[0].value == "a\N{REPLACEMENT CHARACTER}b"


# Defining.


def test_a_definition_holds_the_values_of_the_moment():
    live, told = axes()
    live.set(X=7.0, state=State.OK)
    live.define()
    definition = told.all()[-1]
    assert (definition.label, definition.state, definition.members[0].value) == ("Axes", State.OK, 7.0)


def test_what_is_withdrawn_is_deleted_once():
    live, told = axes()
    live.withdraw()
    live.withdraw()
    live.set(X=5.0)
    message = told.one()
    assert isinstance(message, DelProperty)
    assert (message.device, message.name, live.is_defined) == ("D", "P", False)


def test_other_members_are_told_by_a_new_definition():
    live, told = axes()
    live.redefine(DefNumber("Z", 3.0), label="Others")
    gone, definition = told.all()
    assert isinstance(gone, DelProperty)
    assert (definition.label, [member.name for member in definition.members]) == ("Others", ["Z"])


def test_other_fields_leave_the_members():
    live, told = axes()
    live.set(X=7.0)
    live.redefine(label="Others")
    assert [member.value for member in told.all()[-1].members] == [7.0, 2.0]


def test_what_nobody_knows_of_is_redefined_in_silence():
    live, told = axes(defined=False)
    live.redefine(DefNumber("Z", 3.0))
    assert (told.all(), live.is_defined, list(live)) == ([], False, ["Z"])


def test_the_values_that_were_declared_are_remembered():
    live, _ = axes()
    live.set(X=7.0)
    assert live.initial == {"X": 1.0, "Y": 2.0}


def test_with_other_members_their_values_are_what_was_declared():
    live, _ = axes()
    live.redefine(DefNumber("Z", 3.0))
    live.set(Z=4.0)
    assert live.initial == {"Z": 3.0}


# What clients want.


def test_what_is_granted_is_kept_and_ok():
    told = Told(LiveText, NAMES)
    told.live.grant({"M": DefText("M", "new")})
    message = told.one()
    assert (message.state, message.members) == (State.OK, (OneText("M", "new"),))


def test_numbers_stay_what_the_device_says_while_it_is_busy():
    live, told = axes()
    live.begin({"X": DefNumber("X", 9.0), "Y": DefNumber("Y", 2.0)})
    message = told.one()
    assert (message.state, message.members[0].value) == (State.BUSY, 1.0)


def test_switches_show_what_is_wanted_while_the_device_is_busy():
    told = Told(LiveSwitch, MODES)
    told.live.begin({"A": DefSwitch("A"), "B": DefSwitch("B", ON)})
    message = told.one()
    assert (message.state, message.members) == (State.BUSY, (OneSwitch("A", OFF), OneSwitch("B", ON)))


@pytest.mark.parametrize("end", [lambda live: live.grant({}), lambda live: live.end(State.OK)])
def test_a_button_goes_off_when_its_work_is_done(end):
    told = Told(LiveButton, BUTTONS)
    told.live.begin({"A": DefSwitch("A", ON), "B": DefSwitch("B")})
    end(told.live)
    pushed, done = told.all()
    assert [one.value for one in pushed.members] == [ON, OFF]
    assert ([one.value for one in done.members], done.state) == ([OFF, OFF], State.OK)


# Switches.


def test_one_that_is_turned_on_turns_the_others_off():
    told = Told(LiveSwitch, MODES)
    told.live.set(B=True)
    assert told.one().members == (OneSwitch("A", OFF), OneSwitch("B", ON))


def test_of_any_of_many_the_others_stay():
    live = LiveSwitch("D", DefSwitchVector("", "P", rule=SwitchRule.ANY_OF_MANY, members=MODES.members))
    live.set(B=True)
    assert live.values == {"A": True, "B": True}


def test_a_switch_is_chosen_by_its_name_and_the_empty_name_is_none():
    told = Told(LiveSwitch, MODES)
    told.live.choose("B", state=State.OK, message="so")
    told.live.choose("")
    chosen, none = told.all()
    assert ([bool(one.value) for one in chosen.members], chosen.state, chosen.message) == (
        [False, True],
        State.OK,
        "so",
    )
    assert [bool(one.value) for one in none.members] == [False, False]


def test_a_switch_that_is_not_there_cannot_be_chosen():
    with pytest.raises(KeyError, match=r"D\.P has no member Z"):
        LiveSwitch("D", MODES).choose("Z")


# The time.


def test_the_time_is_one_that_clients_can_read():
    assert datetime_from_timestamp(now()) is not None


# What the hardware says again and again.


def reporting(*said, **options):
    """Return the state after each of what is said of switch A of a property that has failed."""
    told = Told(LiveSwitch, BUTTONS, **options)
    told.live.alert("it is jammed")
    states = []
    for on, state in said:
        told.live.report(A=on, state=state)
        states.append((told.live["A"], told.live.state))
    return states


def test_what_has_failed_stays_in_alert_while_the_hardware_says_the_same():
    assert reporting((True, State.OK), (True, State.OK)) == [(True, State.ALERT)] * 2


def test_what_has_failed_is_as_the_hardware_says_when_that_is_something_new():
    said = [(False, State.OK), (True, State.OK), (True, State.OK)]
    assert reporting(*said) == [(False, State.ALERT), (True, State.OK), (True, State.OK)]


def test_an_error_that_the_hardware_reports_is_told_once_and_is_over_with_it():
    told = Told(LiveSwitch, BUTTONS)
    for _ in range(2):
        told.live.report(state=State.ALERT, message="it is jammed")
    told.live.report(state=State.OK)
    assert [(one.state, one.message) for one in told.all()] == [(State.ALERT, "it is jammed"), (State.OK, "")]


def test_what_failed_before_clients_forgot_of_it_is_forgotten():
    told = Told(LiveSwitch, BUTTONS)
    told.live.alert("it is jammed")
    told.live.withdraw()
    told.live.report(state=State.OK)
    assert told.live.state is State.OK


def test_where_nothing_but_values_differs_there_is_no_new_definition():
    told = Told(LiveSwitch, MODES)
    told.live.redefine(DefSwitch("A", ON), DefSwitch("B"))
    assert told.all() == []
    told.live.redefine(DefSwitch("A"), DefSwitch("B", ON))
    assert isinstance(told.one(), SetSwitchVector)
    assert told.live.choice == "B"
    assert told.live.initial["B"] is True
