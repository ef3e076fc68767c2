"""What becomes of switches that were set."""

import pytest

from lightapt_clients.commands.outcomes import Outcome, lasts
from lightapt_clients.requests import request_for
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.vocabulary import SwitchRule

from ..actor import buttons, numbers, switches
from ..puppet import BUSY, IDLE, OK

ANY = SwitchRule.ANY_OF_MANY
CONNECTION = ("CONNECTION", "CONNECT", "DISCONNECT")
RECORD = ("RECORD_STREAM", "RECORD_ON", "RECORD_DURATION_ON", "RECORD_FRAME_ON", "RECORD_OFF")
PARK = ("TELESCOPE_PARK", "PARK", "UNPARK")
OWN = ("SCAN", "START", "STOP")


def known(definition):
    mirror = Mirror()
    mirror.apply(definition)
    return mirror.devices[definition.device][definition.name]


def asked(names, values):
    return request_for(known(switches(*names)), values)


@pytest.mark.parametrize(
    ("names", "values", "is_so"),
    [
        (("TELESCOPE_TRACK_STATE", "TRACK_ON", "TRACK_OFF"), {"TRACK_ON": True}, True),
        (("TELESCOPE_TRACK_STATE", "TRACK_ON", "TRACK_OFF"), {"TRACK_OFF": True, "TRACK_ON": False}, False),
        (("TELESCOPE_MOTION_NS", "MOTION_NORTH", "MOTION_SOUTH"), {"MOTION_SOUTH": True}, True),
        (("TELESCOPE_MOTION_WE", "MOTION_WEST", "MOTION_EAST"), {"MOTION_WEST": False}, False),
        (("CCD_COOLER", "COOLER_ON", "COOLER_OFF"), {"COOLER_ON": True}, True),
        (("CCD_VIDEO_STREAM", "STREAM_ON", "STREAM_OFF"), {"STREAM_ON": True}, True),
        (RECORD, {"RECORD_ON": True}, True),
        (RECORD, {"RECORD_DURATION_ON": True}, False),
        (PARK, {"PARK": True}, False),
        (("DOME_SHUTTER", "SHUTTER_OPEN", "SHUTTER_CLOSE"), {"SHUTTER_OPEN": True}, False),
        (("DOME_MOTION", "DOME_CW", "DOME_CCW"), {"DOME_CW": True}, False),
        (OWN, {"START": True}, False),
    ],
)
def test_what_lasts_until_it_is_stopped_is_known_by_its_standard_name(names, values, is_so):
    assert lasts(asked(names, values)) is is_so


def test_a_place_to_go_to_does_not_last():
    assert not lasts(request_for(known(numbers("EQUATORIAL_EOD_COORD", RA=1.0)), {"RA": 2.0}))


@pytest.mark.parametrize(
    ("names", "rule", "values", "shown", "words"),
    [
        # Recording for a time ends by itself.
        (RECORD, None, ["RECORD_DURATION_ON"], [(BUSY, "RECORD_DURATION_ON"), (IDLE, "RECORD_OFF")], ""),
        (RECORD, None, ["RECORD_FRAME_ON"], [(BUSY, "RECORD_FRAME_ON"), (OK, "RECORD_OFF")], ""),
        (RECORD, None, ["RECORD_DURATION_ON"], [(IDLE, "RECORD_OFF")], "RECORD_DURATION_ON is Off"),
        (RECORD, None, ["RECORD_ON"], [(BUSY, "RECORD_ON"), (IDLE, "RECORD_OFF")], "RECORD_ON is Off"),
        # Another's request has the last word.
        (
            CONNECTION,
            None,
            ["CONNECT"],
            [(BUSY, "CONNECT"), (BUSY, "DISCONNECT"), (OK, "DISCONNECT")],
            "CONNECT is Off",
        ),
        (CONNECTION, None, ["CONNECT"], [(BUSY, "CONNECT"), (IDLE, "DISCONNECT")], "CONNECT is Off"),
        (CONNECTION, None, ["CONNECT"], [(BUSY, "DISCONNECT"), (OK, "DISCONNECT")], "CONNECT is Off"),
        (CONNECTION, None, ["CONNECT"], [(BUSY, "DISCONNECT"), (BUSY, "CONNECT"), (OK, "CONNECT")], ""),
        (OWN, None, ["START"], [(BUSY, "START"), (BUSY, "STOP"), (IDLE, "STOP")], "START is Off"),
        # Parking that was stopped.
        (PARK, None, ["PARK"], [(BUSY, "PARK"), (IDLE, "UNPARK")], "PARK is Off"),
        # A driver's own: it has ended, or chosen something else.
        (OWN, None, ["START"], [(BUSY, "START"), (IDLE, "STOP")], ""),
        (OWN, None, ["START"], [(BUSY, "START"), (OK, "STOP")], "START is Off"),
        (OWN, None, ["START"], [(BUSY, "STOP"), (IDLE, "STOP")], "START is Off"),
        # Buttons.
        (OWN, None, ["START"], [(BUSY, ""), (OK, "")], ""),
        (OWN, ANY, ["START"], [(OK, "")], ""),
        (OWN, ANY, ["START"], [(BUSY, "START"), (OK, "STOP")], ""),
        (OWN, ANY, ["START"], [(OK, "STOP")], "START is Off"),
    ],
)
def test_it_was_done_if_it_was_shown_and_nobody_has_chosen_otherwise(names, rule, values, shown, words):
    def now(state, on):
        return known(switches(*names, on=on, state=state, rule=rule or SwitchRule.ONE_OF_MANY))

    outcome = Outcome(asked(names, dict.fromkeys(values, True)))
    for state, on in shown:
        outcome.look(now(state, on))
    assert outcome.otherwise(now(*shown[-1])) == words


def test_what_was_switched_off_must_be_off():
    outcome = Outcome(asked(OWN, {"START": False}))
    ends = [known(switches(*OWN, on=on, state=OK, rule=ANY)) for on in ("", "START")]
    for end in ends:
        outcome.look(end)
    assert [outcome.otherwise(end) for end in ends] == ["", "START is On"]


def test_a_button_springs_back():
    outcome = Outcome(asked(("ABORT", "ABORT"), {"ABORT": True}))
    assert outcome.otherwise(known(buttons("ABORT", "ABORT"))) == ""
