"""Words for people are cut where they would be too long for a reader of INDI; names and values never are."""

import pytest

from lightapt_drivers.kit.brevity import LONGEST, brief
from lightapt_protocol.framing import Framer
from lightapt_protocol.members import DefSwitch, OneText
from lightapt_protocol.messages import DefSwitchVector, Notice, SetTextVector
from lightapt_protocol.vocabulary import SwitchRule
from lightapt_protocol.writer import write

LONG = '"' * 100_000


def test_what_is_short_enough_stays_the_same():
    for message in (Notice("D", "x" * LONGEST), DefSwitch("A", label="x" * LONGEST)):
        assert brief(message) is message


@pytest.mark.parametrize(
    "message",
    [
        Notice("D", LONG),
        SetTextVector("D", "P", message=LONG, members=(OneText("A", "value"),)),
        DefSwitchVector(
            "D",
            "P",
            label=LONG,
            group=LONG,
            message=LONG,
            rule=SwitchRule.ANY_OF_MANY,
            members=(DefSwitch("A", label=LONG),),
        ),
    ],
)
def test_words_are_cut_so_that_a_reader_takes_them(message):
    framer = Framer()
    assert len(framer.feed(write(brief(message)))) == 1
    assert framer.error is None


def test_what_is_cut_says_so_and_values_are_whole():
    message = brief(SetTextVector("D", "P", message=LONG, members=(OneText("A", LONG),)))
    assert (len(message.message), message.message[-1]) == (LONGEST, "…")
    assert message.members[0].value == LONG
