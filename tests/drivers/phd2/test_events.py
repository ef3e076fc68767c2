"""Events are typed, lenient about what is missing, and none is lost for being unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.phd2 import events as ev
from lightapt_drivers.phd2.words import AppState, Direction, Position
from tests.drivers.phd2.recordings import NAMES, heard

RECORDED = [one for name in NAMES for one in heard(name) if isinstance(one, dict) and "Event" in one]
NAMED = sorted({one["Event"] for one in RECORDED})


@pytest.mark.parametrize("name", NAMED)
def test_all_members_of_recorded_events_are_read(name):
    for message in (one for one in RECORDED if one["Event"] == name):
        event = ev.parse_event(message)
        assert event.name == name
        known = {one.metadata["name"] for one in type(event).__dataclass_fields__.values() if one.metadata}
        assert set(message) - known == {"Event"}


def test_a_guide_step_has_its_numbers():
    message = next(one for one in RECORDED if one["Event"] == "GuideStep" and "RADuration" in one)
    step = ev.parse_event(message)
    assert isinstance(step, ev.GuideStep)
    assert (step.dx, step.ra_raw, step.ra_duration) == (message["dx"], message["RADistanceRaw"], message["RADuration"])
    assert step.ra_direction is Direction(message["RADirection"])


def test_durations_that_are_left_out_are_none():
    step = ev.parse_event({"Event": "GuideStep"})
    assert isinstance(step, ev.GuideStep)
    assert (step.ra_duration, step.ra_direction, step.dx, step.frame) == (0.0, None, None, None)


def test_an_ao_units_position_is_read():
    message = next(one for one in RECORDED if one["Event"] == "GuideStep" and "Pos" in one)
    assert ev.parse_event(message).ao_position == Position(*message["Pos"])


def test_values_of_other_types_count_as_missing():
    event = ev.parse_event({"Event": "LockPositionSet", "X": "far", "Y": None, "Timestamp": [], "Inst": True})
    assert event == ev.LockPositionSet()


def test_what_is_more_than_known_is_passed_over():
    assert ev.parse_event({"Event": "AppState", "State": "Guiding", "New": 1}) == ev.AppStateTold(
        state=AppState.GUIDING
    )


def test_an_unknown_event_is_kept_as_it_came():
    message = {"Event": "RotatorMoved", "Inst": 2, "Angle": 7}
    event = ev.parse_event(message)
    assert event == ev.UnknownEvent(instance=2, called="RotatorMoved", members=message)


def test_a_settle_that_is_not_known_to_have_succeeded_has_not():
    assert not ev.parse_event({"Event": "SettleDone"}).is_settled
    assert ev.parse_event({"Event": "SettleDone", "Status": 0}).is_settled


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
MEMBERS = sorted({name for one in RECORDED for name in one if name != "Event"})


@given(st.sampled_from([*NAMED, "New"]), st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=6))
def test_nothing_in_an_event_is_an_error(name, members):
    ev.parse_event({**members, "Event": name})
