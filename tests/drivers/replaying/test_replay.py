"""A replay says what the devices said, and lets clients stop, step and rewind it."""

import zlib
from dataclasses import replace
from datetime import timedelta

import pytest

from lightapt_protocol.members import DefNumber
from lightapt_protocol.messages import (
    DefNumberVector,
    DelProperty,
    GetProperties,
    NewNumberVector,
    Notice,
    PingReply,
    PingRequest,
    SetBlobVector,
    SetNumberVector,
)
from lightapt_protocol.recording import Entry, EntryKind
from lightapt_protocol.vocabulary import State

from .scenes import CCD1, COORD, FOCUS, HEADER, coord, element, file, picture, pressed, replaying, scene, turned

STAMPED = coord(5.0, timestamp="2026-03-20T22:00:01")
NIGHT = (element(0, COORD), element(0.1, FOCUS), element(1, STAMPED), element(2, coord(6.0)), element(3, coord(7.0)))


def at_end(line):
    return lambda: line.is_on("PAUSE")


@pytest.fixture
def night(tmp_path):
    return file(tmp_path / "night.indi", *NIGHT)


def test_what_was_said_is_said_again_byte_for_byte_and_the_end_stays(tmp_path):
    odd = Entry(4_000_000, EntryKind.ELEMENT, b"<message   device='Mount'\n message='1 > 2'  />")
    path = file(tmp_path / "night.indi", *NIGHT, odd)

    @scene
    async def play():
        async with replaying(path) as line:
            await line.until(at_end(line))
            assert b"\n".join(entry.content for entry in (*NIGHT[2:], odd)) in line.raw
            assert STAMPED in line.said
            line.said.clear()
            line.ask(GetProperties("Mount"))
            await line.sync()
            (definition,) = line.said
            assert definition.state is State.OK
            assert definition.members[0].value == 7.0

    play()


@scene
async def test_what_is_no_element_is_left_out_and_the_rest_is_said(tmp_path, caplog):
    broken = [
        b'<setNumberBEHIND">0',
        b"<message device='Mount'/><message device='Mount'/>",
        b"<message device='Mou",
        b"x",
    ]
    entries = [Entry(1_000_000, EntryKind.ELEMENT, one) for one in broken]
    path = file(tmp_path / "night.indi", element(0, COORD), *entries, element(2, coord(5.0)))
    async with replaying(path) as line:
        await line.until(lambda: coord(5.0) in line.said)
        assert b"BEHIND" not in line.raw
    assert len([record for record in caplog.records if "no XML element" in record.message]) == len(broken)


@scene
async def test_a_replay_takes_its_time(tmp_path):
    path = file(tmp_path / "night.indi", element(0, COORD), element(0.05, coord(5.0)), element(3600, coord(6.0)))
    async with replaying(path, speed=1.0) as line:
        await line.until(lambda: coord(5.0) in line.said)
        await line.sync()
        assert coord(6.0) not in line.said
        line.ask(turned("REPLAY_SPEED", "FACTOR", 0))
        await line.until(lambda: coord(6.0) in line.said)


def test_a_paused_replay_begins_with_the_definitions_and_goes_on_step_by_step(night):
    @scene
    async def play():
        async with replaying(night, speed=1.0, is_playing=False) as line:
            await line.until(lambda: line.mirror.find("Focuser", "POSITION"))
            await line.sync()
            assert line.number("Mount", "COORD", "RA") == 1.0
            for ra in (5.0, 6.0):
                line.ask(pressed("STEP"))
                await line.until(lambda ra=ra: line.number("Mount", "COORD", "RA") == ra)
            await line.until(lambda: line.number("Replay", "REPLAY_POSITION", "SECONDS") == 2.0)
            assert line.is_on("PAUSE")
            assert line.mirror.find("Replay", "REPLAY_RECORDING").text("MOMENT") == "2026-03-20T22:00:02.000"

    play()


def test_rewinding_tells_how_it_was_and_play_goes_on_from_there(night):
    @scene
    async def play():
        async with replaying(night) as line:
            await line.until(at_end(line))
            line.ask(pressed("REWIND"))
            await line.until(lambda: line.number("Mount", "COORD", "RA") == 1.0)
            assert line.mirror.find("Mount", "COORD").state is State.IDLE
            line.ask(pressed("PLAY"))
            await line.until(lambda: line.number("Mount", "COORD", "RA") == 7.0)

    play()


def test_a_position_can_be_gone_to(night):
    @scene
    async def play():
        async with replaying(night, speed=1.0, is_playing=False) as line:
            line.ask(turned("REPLAY_POSITION", "SECONDS", 2.5))
            await line.until(lambda: line.number("Replay", "REPLAY_POSITION", "SECONDS") == 2.5)
            assert line.number("Mount", "COORD", "RA") == 6.0
            assert coord(5.0) not in line.said

    play()


def test_play_at_the_end_begins_again(night):
    @scene
    async def play():
        async with replaying(night) as line:
            await line.until(at_end(line))
            line.said.clear()
            line.ask(pressed("PLAY"))
            await line.until(lambda: coord(7.0) in line.said)
            assert STAMPED in line.said

    play()


def test_a_loop_begins_again_by_itself(night):
    @scene
    async def play():
        async with replaying(night, loops=True) as line:
            await line.until(lambda: line.said.count(STAMPED) > 2)

    play()


def test_what_clients_want_of_what_is_not_there_is_told(night):
    @scene
    async def play():
        async with replaying(night) as line:
            await line.until(at_end(line))
            line.said.clear()
            line.ask(NewNumberVector("Mount", "NOTHING"))
            line.ask(turned("REPLAY_SPEED", "FACTOR", -1))
            await line.sync()
            (notice,) = line.of("Mount")
            assert isinstance(notice, Notice)
            assert "cannot be set" in notice.message
            assert line.number("Replay", "REPLAY_SPEED", "FACTOR") == 0

    play()


def test_one_property_of_the_panel_can_be_asked_for(night):
    @scene
    async def play():
        async with replaying(night) as line:
            await line.until(at_end(line))
            line.said.clear()
            line.ask(GetProperties("Replay", "REPLAY_SPEED"), b"<nonsense/>", GetProperties("Focuser"))
            await line.sync()
            assert [(one.device, one.name) for one in line.said] == [
                ("Replay", "REPLAY_SPEED"),
                ("Focuser", "POSITION"),
            ]

    play()


@scene
async def test_the_panel_outlives_devices_that_are_all_deleted(tmp_path):
    async with replaying(file(tmp_path / "a", element(0, COORD), element(1, DelProperty()))) as line:
        await line.until(lambda: DelProperty() in line.said)
        await line.until(at_end(line))
        assert list(line.mirror.devices) == ["Replay"]


@scene
async def test_what_only_a_server_says_is_not_said(tmp_path):
    path = file(tmp_path / "a", element(0, COORD), element(1, PingRequest("x")), element(2, GetProperties()))
    async with replaying(path) as line:
        await line.until(at_end(line))
        assert not [one for one in line.said if isinstance(one, PingRequest | PingReply | GetProperties)]


@scene
async def test_a_message_that_made_no_sense_makes_none_again(tmp_path):
    # Whoever stumbled over it then, shall now.
    path = file(
        tmp_path / "a", element(0, COORD), Entry(1, EntryKind.ELEMENT, b"<message device='Mount' timestamp='?'/>")
    )
    async with replaying(path) as line:
        await line.until(at_end(line))
        assert b"timestamp='?'" in line.raw


# Pictures.

HEAD = b"SIMPLE  =                    T".ljust(2880)
PICTURE = HEAD + bytes(range(256)) * 100


@pytest.mark.parametrize(
    ("entry", "data"),
    [
        (picture(1, PICTURE), PICTURE),
        (picture(1, PICTURE, kept=2880), HEAD + bytes(25600)),
        (picture(1, HEAD, format=".fits.z", kept=2879, size=5760), zlib.compress(HEAD[:2879] + bytes(2881), 1)),
        (picture(1, b""), b""),
    ],
)
def test_pictures_come_as_far_as_they_were_kept(entry, data, tmp_path):
    @scene
    async def play():
        async with replaying(file(tmp_path / "a", element(0, CCD1), entry)) as line:
            await line.until(at_end(line))
            (vector,) = [one for one in line.said if isinstance(one, SetBlobVector)]
            assert vector.state is State.OK
            assert bytes(vector.members[0].data) == data

    play()


@scene
async def test_of_a_picture_that_was_not_kept_the_state_is_told(tmp_path):
    async with replaying(file(tmp_path / "a", element(0, CCD1), picture(1, PICTURE, kept=0))) as line:
        await line.until(at_end(line))
        assert SetBlobVector("Camera", "CCD1", state=State.OK) in line.said


@scene
async def test_of_a_blob_that_came_broken_the_state_is_told(tmp_path):
    async with replaying(file(tmp_path / "a", element(0, CCD1), picture(1, b"", size=5000))) as line:
        await line.until(at_end(line))
        assert SetBlobVector("Camera", "CCD1", state=State.OK) in line.said


@scene
async def test_the_panel_is_not_driven_by_one_that_was_recorded(tmp_path, caplog):
    recorded = DefNumberVector("Replay", "REPLAY_SPEED", state=State.BUSY, members=(DefNumber("FACTOR", 77.0),))
    gone = DelProperty("Replay", "REPLAY_CONTROL")
    path = file(tmp_path / "a", element(0, COORD), element(0, recorded), element(1, gone), element(2, coord(5.0)))
    async with replaying(path) as line:
        await line.until(at_end(line))
        assert recorded not in line.said
        assert gone not in line.said
        assert line.number("Replay", "REPLAY_SPEED", "FACTOR") == 0
        line.ask(turned("REPLAY_POSITION", "SECONDS", 1))
        await line.until(lambda: line.number("Replay", "REPLAY_POSITION", "SECONDS") == 1)
        assert recorded not in line.said
    assert "--name" in caplog.text


@scene
async def test_behind_a_gap_it_goes_on_with_what_was_known(tmp_path, caplog):
    first = file(tmp_path / "a", element(0, COORD), element(1, coord(5.0)))
    data = file(tmp_path / "b", element(3, coord(6.0))).read_bytes()
    first.write_bytes(first.read_bytes() + b"damage" + data)
    async with replaying(first) as line:
        await line.until(at_end(line))
        assert [one for one in line.of("Mount") if isinstance(one, SetNumberVector)] == [coord(5.0), coord(6.0)]
        line.ask(turned("REPLAY_POSITION", "SECONDS", 2))
        await line.until(lambda: line.number("Replay", "REPLAY_POSITION", "SECONDS") == 2)
        assert line.number("Mount", "COORD", "RA") == 5.0
    assert "something is missing" in caplog.text


@scene
async def test_files_are_played_one_after_the_other(tmp_path):
    later = replace(HEADER, started=HEADER.started + timedelta(seconds=100), part=1)
    state = element(0, coord(99.0), EntryKind.STATE)
    second = file(tmp_path / "a", state, element(1, coord(8.0)), header=later)
    first = file(tmp_path / "b", *NIGHT)
    async with replaying(second, first) as line:
        await line.until(at_end(line))
        assert coord(99.0) not in line.said
        assert line.said.index(coord(7.0)) < line.said.index(coord(8.0))
        assert line.number("Replay", "REPLAY_POSITION", "SECONDS") == 101.0


@scene
async def test_a_further_file_can_be_played_without_the_first(tmp_path):
    path = file(tmp_path / "night.1.indi", element(0, COORD, EntryKind.STATE), element(1, coord(8.0)))
    async with replaying(path) as line:
        await line.until(at_end(line))
        assert line.number("Mount", "COORD", "RA") == 8.0


@scene
async def test_a_recording_that_was_cut_off_is_played_to_its_last_message(tmp_path):
    path = file(tmp_path / "night.indi", *NIGHT)
    path.write_bytes(path.read_bytes()[:-1])
    async with replaying(path) as line:
        await line.until(at_end(line))
        assert line.mirror.find("Mount", "COORD")


def test_an_order_that_comes_while_a_picture_is_on_its_way_is_obeyed(tmp_path):
    path = file(tmp_path / "night.indi", element(0, CCD1), *(picture(number, PICTURE) for number in range(1, 50)))

    @scene
    async def play():
        async with replaying(path, speed=1.0) as line:
            for _ in range(5):
                line.ask(pressed("STEP"))
            await line.until(lambda: sum(isinstance(one, SetBlobVector) for one in line.said) >= 5)
            assert line.is_on("PAUSE")

    play()
