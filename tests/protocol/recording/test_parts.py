"""Files of a recording are one row of entries: nothing is told twice, and nothing stays that has gone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lightapt_protocol.recording import Entry, EntryKind, Recording, joined
from lightapt_protocol.writer import write

from .samples import COORD, HEADER, PARK, written

FIRST = replace(HEADER, part=0)
STATE = Entry(0, EntryKind.STATE, write(COORD).strip())
NEWS = Entry(5, EntryKind.ELEMENT, write(PARK).strip())
FAR = timedelta(hours=1)


def entries(*files):
    return [entry for _, entry in joined(Recording([written(held, header=header)]) for header, held in files)]


def test_a_file_that_goes_on_where_the_one_before_ended_tells_no_state_again():
    second = replace(FIRST, started=FIRST.started + FAR, part=1)
    assert entries((FIRST, [NEWS]), (second, [STATE, NEWS])) == [NEWS, NEWS]


def test_a_file_without_those_before_it_tells_its_state():
    assert entries((replace(FIRST, part=3), [STATE, NEWS])) == [STATE, NEWS]


@pytest.mark.parametrize("change", [{"part": 2}, {"part": 1, "server": "elsewhere:7624"}])
def test_where_files_are_missing_what_was_known_is_lost_and_told_anew(change):
    later = replace(FIRST, started=FIRST.started + FAR, **change)
    first, lost, *rest = entries((FIRST, [NEWS]), (later, [STATE, NEWS]))
    assert (first, lost.kind, rest) == (NEWS, EntryKind.LOST, [STATE, NEWS])


def test_another_recording_begins_with_its_own_connection():
    again = Entry(0, EntryKind.CONNECTED, b"localhost:7624")
    assert entries((FIRST, [NEWS]), (replace(FIRST, started=FIRST.started + FAR), [again])) == [NEWS, again]


def test_each_entry_comes_with_the_header_from_which_its_time_counts():
    second = replace(FIRST, started=FIRST.started + FAR, part=1)
    files = [Recording([written([NEWS], header=header)]) for header in (FIRST, second)]
    assert [header.moment(entry.time) for header, entry in joined(files)] == [FIRST.moment(5), second.moment(5)]
