"""Files of a recording are one row of entries: nothing is told twice, and nothing stays that has gone."""

from dataclasses import replace
from datetime import timedelta
from pathlib import PurePath

import pytest

from lightapt_protocol.recording import Entry, EntryKind, Recording, in_order, joined, part_path
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


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"damage"])
def test_what_a_file_that_is_cut_off_or_damaged_lacks_the_next_tells(change):
    second = replace(FIRST, started=FIRST.started + FAR, part=1)
    files = [change(written([NEWS], header=FIRST)), written([STATE, NEWS], header=second)]
    found = [entry for _, entry in joined(Recording([data]) for data in files)]
    lost, *rest = found[-3:]
    assert (lost.kind, rest) == (EntryKind.LOST, [STATE, NEWS])


# The order.


def header(hours, part=0):
    return replace(FIRST, started=FIRST.started + hours * FAR, part=part)


@pytest.mark.parametrize(
    "named",
    [
        {"night.indi": header(22), "night.1.indi": header(19, 1), "night.2.indi": header(3, 2)},
        {"night": header(22), "night.1": header(19, 1), "night.2": header(23, 2), "other": header(24)},
        {"a.indi": header(1), "b.indi": header(2), "a.1.indi": header(3, 1), "b.1.indi": header(4, 1)},
        {"b.indi": header(1), "a.indi": header(2, 1), "c.indi": header(3, 0)},
        {"x/night.indi": header(1), "y/night.1.indi": header(2, 1), "x/night.1.indi": header(3, 1)},
        {"night.2.indi": header(1, 2), "night.3.indi": header(0, 3)},
    ],
)
def test_files_go_by_their_time_and_those_of_one_recording_by_their_numbers(named):
    paths = {PurePath(name): one for name, one in named.items()}
    assert in_order(paths) == list(paths)
    assert in_order(dict(reversed(paths.items()))) == list(paths)


@pytest.mark.parametrize("name", ["night.indi", "night", "a.b.indi"])
def test_a_part_is_known_by_its_name(name):
    first = PurePath(name)
    assert part_path(first, 0) == first
    assert in_order({part_path(first, 12): header(1, 12), first: header(2)}) == [first, part_path(first, 12)]
