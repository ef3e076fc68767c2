"""How states and values look."""

from lightapt_clients.top.paint import cell, light, right, state_text
from lightapt_protocol.vocabulary import State


def test_states_differ_by_sign_and_not_only_by_colour():
    assert len({light(state)[0] for state in State}) == len(State)
    assert [state_text(state).plain.split()[1] for state in State] == [state.name.capitalize() for state in State]


def test_what_a_device_sends_cannot_steer_the_terminal():
    assert "\x1b" not in cell("a\x1b[2Jb").plain
    assert "\n" not in cell("a\nb").plain


def test_numbers_stand_at_the_right():
    assert right("5").justify == "right"
