"""`lightapt log` prints a recording: for people, and for programs."""

import argparse
import asyncio
import io
import json
from dataclasses import replace

import pytest

from lightapt_clients.commands import log
from lightapt_clients.commands.console import Console
from lightapt_clients.commands.exits import CommandError, ExitCode
from lightapt_protocol.members import DefLight, OneBlob, OneLight, OneText
from lightapt_protocol.messages import DefLightVector, DelProperty, Notice, SetBlobVector, SetLightVector, SetTextVector
from lightapt_protocol.recording import BlobBody, Entry, EntryKind
from lightapt_protocol.vocabulary import State
from lightapt_protocol.writer import write
from tests.clients.puppet import CCD1, CONNECTION, COORD, NAMES, coord, scene, switches
from tests.clients.recording.test_history import element, file

from .test_console import Pipe

LIGHTS = DefLightVector("Dome", "SAFE", members=(DefLight("RAIN", State.OK),))
BLOB = SetBlobVector("Camera", "CCD1", state=State.OK, members=(OneBlob("CCD1", size=8000, format=".fits"),))
TEXT = write(BLOB).strip()
ENTRIES = (
    Entry(0, EntryKind.CONNECTED, b"localhost:7624"),
    *(element(0.5, one) for one in (COORD, NAMES, CONNECTION, LIGHTS, CCD1)),
    element(60, coord(State.BUSY, "on its way", RA=3.0)),
    element(61, coord(State.BUSY, DEC=2.0)),
    element(62, switches("Mount", "CONNECTION", State.OK, CONNECT=True, DISCONNECT=False)),
    element(63, SetTextVector("Wheel", "NAMES", members=(OneText("ONE", "Ha"),))),
    element(64, SetLightVector("Dome", "SAFE", state=State.ALERT, members=(OneLight("RAIN", State.ALERT),))),
    Entry(65_000_000, EntryKind.ELEMENT, TEXT, bodies=(BlobBody(b"x" * 2880, 8000),)),
    element(66, Notice("Mount", "Meridian flip")),
    element(67, DelProperty("Wheel", "NAMES")),
    element(68, coord(NOTHING=1.0)),
    Entry(69_000_000, EntryKind.LOST, b"it was closed"),
    Entry(70_000_000, EntryKind.ELEMENT, b"<setNumberVector name='x'/>"),
)


@pytest.fixture
def night(tmp_path):
    return file(tmp_path / "night.indi", *ENTRIES)


class Screen(io.StringIO):
    def isatty(self):
        return True


def printed(*words, out=None):
    """The exit code, the lines on stdout, and what is on stderr."""
    parser = argparse.ArgumentParser()
    log.add_arguments(parser)
    options = parser.parse_args([str(word) for word in words])
    out, err = out or io.StringIO(), io.StringIO()
    code = asyncio.run(log.run(options, Console(out, err, is_json=options.json)))
    return code, out.getvalue().splitlines(), err.getvalue()


def test_each_line_tells_when_who_and_what_changed(night):
    code, lines, notes = printed(night)
    assert (code, notes) == (ExitCode.DONE, "")
    assert [line.removeprefix("2026-03-20 ") for line in lines] == [
        "22:00:00.000  connected to localhost:7624",
        "22:00:00.500  Mount.COORD  defined  Idle  RA=1:00:00  DEC=2",
        "22:00:00.500  Wheel.NAMES  defined  Idle  ONE='Red'  TWO='Blue'",
        "22:00:00.500  Mount.CONNECTION  defined  Idle  CONNECT=Off  DISCONNECT=On",
        "22:00:00.500  Dome.SAFE  defined  Idle  RAIN=Ok",
        "22:00:00.500  Camera.CCD1  defined  Idle",
        "22:01:00.000  Mount.COORD  Idle → Busy  RA=1:00:00 → 3:00:00",
        "22:01:00.000  Mount.COORD  “on its way”",
        "22:01:01.000  Mount.COORD  Busy",
        "22:01:02.000  Mount.CONNECTION  Idle → Ok  CONNECT=Off → On  DISCONNECT=On → Off",
        "22:01:03.000  Wheel.NAMES  Idle  ONE='Red' → 'Ha'",
        "22:01:04.000  Dome.SAFE  Idle → Alert  RAIN=Ok → Alert",
        "22:01:05.000  Camera.CCD1  Idle → Ok  BLOB of 8000 bytes, 2880 kept",
        "22:01:06.000  Mount  “Meridian flip”",
        "22:01:07.000  Wheel.NAMES  deleted",
        "22:01:08.000  Mount.COORD  Busy",
        "22:01:08.000  Mount.COORD  ignored: the property has no member NOTHING",
        "22:01:09.000  connection lost: it was closed",
        "22:01:10.000  makes no sense: " + lines[-1].split("makes no sense: ")[-1],
    ]


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("--device", "Dome"), 2),
        (("--device", "Dome", "--device", "Wheel"), 5),
        (("--property", "COORD"), 6),
        (("--words",), 2),
        (("--since", "+66"), 6),
        (("--since", "22:01", "--until", "22:01:02"), 4),
        (("--until", "2026-03-20T23:00:30+01:00"), 6),
        (("--since", "2026-03-20T22:01:09"), 2),
        (("--device", "Mount", "--words", "--until", "+62"), 1),
    ],
)
def test_some_of_it_can_be_chosen(words, count, night):
    code, lines, _ = printed(night, *words)
    assert (code, len(lines)) == (ExitCode.DONE, count)


def test_a_clock_time_before_the_beginning_is_of_the_next_day(night):
    code, lines, _ = printed(night, "--since", "01:30")
    assert (code, lines) == (ExitCode.NO, [])


@pytest.mark.parametrize("words", [("--since", "01:30"), ("--until", "2026-03-20T21:00"), ("--device", "Nope")])
def test_where_there_is_nothing_of_that_it_is_told_what_there_is(words, night):
    code, lines, notes = printed(night, *words)
    assert (code, lines) == (ExitCode.NO, [])
    there = "devices: Camera, Dome, Mount, Wheel; it runs from 2026-03-20 22:00:00 to 2026-03-20 22:01:10 UTC"
    assert notes == f"lightapt: nothing of that in this recording ({there})\n"


def test_json_has_all_values(night):
    _, lines, _ = printed(night, "--json", "--since", "+60", "--until", "+60")
    change, notice = map(json.loads, lines)
    assert change == {
        "time": "2026-03-20T22:01:00.000Z",
        "event": "updated",
        "device": "Mount",
        "property": "COORD",
        "state": "Busy",
        "values": {"RA": 3.0},
        "previous_state": "Idle",
        "changed": ["RA"],
    }
    assert (notice["event"], notice["message"]) == ("notice", "on its way")


def test_json_tells_of_the_rest_too(night):
    _, lines, _ = printed(night, "--json")
    records = [json.loads(line) for line in lines]
    assert records[0] == {"time": "2026-03-20T22:00:00.000Z", "event": "connected", "message": "localhost:7624"}
    assert {"blobs": [{"size": 8000, "kept": 2880}]}.items() <= records[12].items()
    assert records[3]["values"] == {"CONNECT": False, "DISCONNECT": True}
    assert records[4]["values"] == {"RAIN": "Ok"}
    assert [record["event"] for record in records[-2:]] == ["lost", "ignored"]


def test_a_terminal_gets_colours(night):
    _, lines, _ = printed(night, out=Screen())
    assert "\x1b[33mBusy\x1b[0m" in lines[6]


def test_a_file_that_was_cut_off_is_read_to_its_last_message_and_that_is_told(night):
    night.write_bytes(night.read_bytes()[:-1])
    code, lines, notes = printed(night, "--device", "Mount")
    assert code is ExitCode.DONE
    assert lines
    assert "cut off" in notes


def test_nothing_is_said_of_an_end_that_was_not_read(night):
    code, _, notes = printed(night, "--until", "+5")
    assert (code, notes) == (ExitCode.DONE, "")


def test_damage_is_told_in_its_place_and_at_the_end(night):
    night.write_bytes(night.read_bytes() + b"damage")
    code, lines, notes = printed(night)
    assert code is ExitCode.DONE
    assert "makes no sense" in lines[-2]
    assert "damaged near byte" in lines[-1]
    assert "something of it is missing" in notes
    _, lines, notes = printed(night, "--device", "Dome", "--json")
    assert [json.loads(line)["event"] for line in lines] == ["defined", "updated"]
    assert "something of it is missing" in notes


def test_what_was_printed_is_out_when_damage_is_told(night):
    night.write_bytes(night.read_bytes() + b"damage")
    out = Pipe()
    printed(night, out=out)
    assert "damaged near byte" in out.shown


@scene
async def test_it_can_be_ended_in_its_midst(night, monkeypatch):
    monkeypatch.setattr(log, "_TURN", 0.0)
    out = io.StringIO()
    parser = argparse.ArgumentParser()
    log.add_arguments(parser)
    running = asyncio.ensure_future(log.run(parser.parse_args([str(night)]), Console(out, io.StringIO())))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert 0 < len(out.getvalue().splitlines()) < len(ENTRIES)


@pytest.mark.parametrize("time", ["soon", "+x", "25", "2026-13-01", "25:00", "24:00", "9:60", "22:30:60", "99:99"])
def test_what_is_no_time_is_refused(time, night):
    with pytest.raises(CommandError, match="is no time") as raised:
        printed(night, "--since", time)
    assert raised.value.code is ExitCode.TROUBLE


@pytest.mark.parametrize(
    "words",
    [
        ("--since", "22:01:02", "--until", "22:01"),
        ("--since", "22:01:02", "--until", "21:59"),  # the first after the beginning is of the next day
        ("--since", "+62", "--until", "+60"),
    ],
)
def test_times_that_nothing_is_between_are_told(words, night):
    with pytest.raises(CommandError, match=f"nothing is between --since .*{words[1][-2:]} and --until") as raised:
        printed(night, *words)
    assert raised.value.code is ExitCode.NO
    assert "the first after the beginning of the recording, 2026-03-20 22:00:00" in str(raised.value)


def test_a_night_goes_on_after_midnight(night):
    code, lines, _ = printed(night, "--since", "22:01", "--until", "06:00")
    assert (code, bool(lines)) == (ExitCode.DONE, True)


def test_a_file_that_cannot_be_read_keeps_none_from_being_printed(night, tmp_path):
    _, lines, _ = printed(night)
    assert printed(night, tmp_path / "nothing") == (
        ExitCode.TROUBLE,
        lines,
        f"lightapt: {tmp_path / 'nothing'} cannot be read: No such file or directory\n",
    )


def test_a_file_that_is_named_twice_is_printed_once(night):
    assert printed(night, night) == printed(night)


def test_a_file_that_cannot_be_read_is_trouble(tmp_path):
    with pytest.raises(CommandError, match="No such file") as raised:
        printed(tmp_path / "nothing")
    assert raised.value.code is ExitCode.TROUBLE


def test_a_blob_that_was_not_kept_is_told(tmp_path):
    entry = replace(ENTRIES[11], bodies=(BlobBody(b"", 0),))
    _, lines, _ = printed(file(tmp_path / "a", ENTRIES[5], entry))
    assert lines[-1].endswith("BLOB not kept")
