"""The devices' messages."""

from lightapt_clients.top.messages import Entry, MessageLog, printable
from lightapt_protocol.messages import Notice
from lightapt_protocol.mirror import Mirror
from tests.clients.puppet import COORD, coord


def heard(*messages):
    mirror, log = Mirror(), MessageLog()
    for message in (COORD, *messages):
        for change in mirror.apply(message):
            log.heard(change, "12:00:00")
    return log


def test_words_are_kept_with_the_devices_time_or_that_when_they_came():
    log = heard(coord(message="slewing"), Notice("Mount", message="there", timestamp="2026-01-02T03:04:05"))
    assert log.take() == [Entry("12:00:00", "Mount", "slewing"), Entry("03:04:05", "Mount", "there")]


def test_what_was_taken_is_not_told_again():
    log = heard(Notice(message="hello"))
    log.note("of the program", "12:00:01")
    assert [entry.text for entry in log.take()] == ["hello", "of the program"]
    assert log.take() == []


def test_a_flood_of_messages_leaves_the_newest():
    taken = heard(*[Notice("Mount", message=str(number)) for number in range(600)]).take()
    assert (len(taken), taken[-1].text) == (500, "599")


def test_words_cannot_steer_the_terminal():
    assert printable("a\x1b[2Jb\nc") == "a [2Jb c"
