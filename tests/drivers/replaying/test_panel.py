"""The panel shows where a replay is, and reads what clients want of it."""

import pytest

from lightapt_drivers.replaying.panel import Order, Panel, Verb, View
from lightapt_protocol.members import OneSwitch
from lightapt_protocol.messages import GetProperties, NewSwitchVector
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.vocabulary import State, SwitchState

from .scenes import HEADER, pressed, turned

PLAYING = View(12.3456, 2.0, is_playing=True, is_at_end=False)
AT_END = View(20.0, 0.0, is_playing=False, is_at_end=True)


def shown(view):
    mirror = Mirror()
    for definition in Panel("Replay", HEADER).definitions(view):
        mirror.apply(definition)
    return mirror.devices["Replay"]


def test_it_shows_where_it_is():
    panel = shown(PLAYING)
    assert panel["REPLAY_POSITION"].number("SECONDS") == 12.346
    assert panel["REPLAY_SPEED"].number("FACTOR") == 2.0
    assert panel["REPLAY_CONTROL"].switches_on() == ["PLAY"]
    assert panel["REPLAY_CONTROL"].state is State.BUSY
    assert panel["REPLAY_RECORDING"].text("SERVER") == "observatory:7624"
    assert panel["REPLAY_RECORDING"].text("MOMENT") == "2026-03-20T22:00:12.345"


def test_at_the_end_it_is_ok_and_nothing_goes_on():
    panel = shown(AT_END)
    assert panel["REPLAY_POSITION"].state is State.OK
    assert panel["REPLAY_CONTROL"].switches_on() == ["PAUSE"]


@pytest.mark.parametrize(
    ("request_", "order"),
    [
        (pressed("PLAY"), Order(Verb.PLAY)),
        (pressed("STEP"), Order(Verb.STEP)),
        (pressed("GO_TO"), None),
        (pressed("SOMETHING"), None),
        (NewSwitchVector("Replay", "REPLAY_CONTROL", members=(OneSwitch("PLAY", SwitchState.OFF),)), None),
        (turned("REPLAY_POSITION", "SECONDS", 7), Order(Verb.GO_TO, 7)),
        (turned("REPLAY_POSITION", "SECONDS", -7), None),
        (turned("REPLAY_SPEED", "FACTOR", 0), Order(Verb.SPEED, 0)),
        (turned("REPLAY_SPEED", "FACTOR", 10_001), None),
        (turned("REPLAY_SPEED", "FACTOR", float("nan")), None),
    ],
)
def test_what_clients_want_is_an_order_or_nothing(request_, order):
    assert Panel("Replay", HEADER).order(request_) == order


@pytest.mark.parametrize(
    ("name", "member", "state"),
    [("CONNECTION", "CONNECT", State.OK), ("CONNECTION", "DISCONNECT", State.ALERT)],
)
def test_what_is_no_order_is_answered_with_the_property(name, member, state):
    request = NewSwitchVector("Replay", name, members=(OneSwitch(member, SwitchState.ON),))
    answer = Panel("Replay", HEADER).answer(request, AT_END)
    assert (answer.name, answer.state, bool(answer.message)) == (name, state, state is State.ALERT)
    assert answer.members[0].value


@pytest.mark.parametrize(("device", "is_so"), [("", True), ("Replay", True), ("Mount", False)])
def test_questions_to_all_are_to_it_too(device, is_so):
    assert Panel("Replay", HEADER).is_asked(GetProperties(device)) is is_so
