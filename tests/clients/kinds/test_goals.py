"""Whether a device that has come to an end is where it was sent."""

import pytest

from lightapt_clients.kinds import goals
from lightapt_clients.requests import request_for
from lightapt_protocol.mirror import Mirror

from ..actor import numbers, switches
from ..puppet import IDLE, OK


def prop(definition):
    mirror = Mirror()
    mirror.apply(definition)
    return mirror.find(definition.device, definition.name)


def place(x, state=OK):
    return prop(numbers("PLACE", state=state, X=x))


def left(now):
    return abs(now.number("X") - 100.0)


@pytest.mark.parametrize(
    ("end", "state", "is_there"),
    [
        (100.5, OK, True),
        (100.5, IDLE, True),
        (97.0, OK, True),  # inexact, but it has gone there
        (97.0, IDLE, False),  # stopped on its way
        (70.0, OK, False),  # so it was here, by a device that says Ok to that
        (0.0, OK, False),
        (40.0, OK, False),
        (-90.0, OK, False),
    ],
)
def test_ok_is_believed_of_what_went_most_of_the_way_and_idle_of_what_is_there(end, state, is_there):
    assert goals.near_to(left, 1.0, slack=5.0)(place(end, state), place(0.0)) is is_there


def test_who_had_a_short_way_to_go_has_gone_most_of_it():
    goal = goals.near_to(left, 1.0, slack=5.0)
    assert not goal(place(97.0), place(97.0))
    assert goal(place(98.5), place(96.0))


@pytest.mark.parametrize("state", [OK, IDLE])
def test_what_must_be_near_is_not_believed_elsewhere(state):
    goal = goals.within(left, 1.0)
    assert goal(place(99.5, state), place(0.0))
    assert not goal(place(93.0, state), place(0.0))


def test_on_a_circle_the_short_way_counts():
    assert goals.on_circle("X", 359.0)(place(1.0)) == 2.0
    assert goals.on_circle("X", 1.0)(place(359.0)) == 2.0


def test_what_shows_no_end_but_ok_has_done_it_then():
    assert goals.OK_IS_ALL(place(0.0), place(0.0))
    assert not goals.OK_IS_ALL(place(0.0, IDLE), place(0.0))


@pytest.mark.parametrize("state", [OK, IDLE])
def test_switches_are_as_asked_or_it_is_not_done(state):
    parked, free = (prop(switches("PARK", "PARK", "UNPARK", on=on, state=state)) for on in ("PARK", "UNPARK"))
    goal = goals.as_asked(request_for(free, {"PARK": True}))
    assert goal(parked, free)
    assert not goal(free, free)
