"""The property browser as a person uses it, with a puppet for a server."""

from lightapt_clients.top.rows import Field, SwitchField
from lightapt_protocol.members import OneBlob, OneNumber
from lightapt_protocol.messages import (
    DelProperty,
    EnableBlob,
    NewNumberVector,
    NewSwitchVector,
    NewTextVector,
    SetBlobVector,
    SetNumberVector,
)
from lightapt_protocol.vocabulary import BlobPolicy
from tests.clients.puppet import ALERT, BUSY, CCD1, NAMES, OK, scene, switches

from .stage import GOTO, HEIGHT, MOUNT, TRACK, looking


def goto(state=None, message="", **values):
    members = tuple(OneNumber(name, value) for name, value in values.items())
    return SetNumberVector(MOUNT, "GOTO", state=state, message=message, members=members)


def fields(person):
    return list(person.app.screen.query(Field))


@scene
async def test_numbers_are_sent_together_on_enter_and_not_before():
    async with looking(GOTO, TRACK) as person:
        await person.browse(GOTO)
        await person.see("1:00:00", "0:00:00 to 24:00:00")
        await person.end.said()
        await person.type("5:30")
        await person.press("tab")
        await person.type("45")
        assert await person.end.said() == []
        await person.press("enter")
        asked = await person.end.expect(NewNumberVector)
        assert {one.name: one.value for one in asked.members} == {"RA": 5.5, "DEC": 45.0}


@scene
async def test_busy_ok_and_the_end_are_shown_and_fields_are_empty_then():
    async with looking(GOTO) as person:
        await person.browse(GOTO)
        await person.type("5:30")
        await person.press("enter")
        await person.end.expect(NewNumberVector)
        await person.see("has not done it yet")
        await person.say(goto(BUSY))
        await person.see("◐ Busy")
        assert fields(person)[0].value == "5:30"
        await person.say(goto(OK, RA=5.5, DEC=2.0))
        await person.see("● Ok", "done at", "5:30:00")
        assert [field.value for field in fields(person)] == ["", ""]


@scene
async def test_an_alert_is_shown_with_the_drivers_words_and_what_was_typed_stays():
    async with looking(GOTO) as person:
        await person.browse(GOTO)
        await person.type("5")
        await person.press("enter")
        await person.end.expect(NewNumberVector)
        await person.say(goto(ALERT, message="below the horizon"))
        await person.see("▲ Alert", "▲ below the horizon")
        assert fields(person)[0].value == "5"


@scene
async def test_a_faulty_entry_is_not_sent_and_told_in_words():
    async with looking(GOTO) as person:
        await person.browse(GOTO)
        await person.end.said()
        await person.type("25")
        await person.press("enter")
        await person.see("not sent", "the most is 24:00:00")
        assert await person.end.said() == []


@scene
async def test_what_is_typed_stays_when_the_device_tells_other_values_or_defines_the_property_again():
    async with looking(GOTO) as person:
        await person.browse(GOTO)
        await person.type("12:3")
        await person.say(goto(RA=7.0))
        await person.see("7:00:00")
        await person.say(GOTO)
        await person.see("1:00:00")
        await person.type("4")
        assert fields(person)[0].value == "12:34"
        assert person.app.screen.focused is fields(person)[0]


@scene
async def test_what_is_typed_stays_when_the_property_is_gone_for_a_while():
    async with looking(GOTO) as person:
        await person.browse(GOTO)
        await person.type("12:3")
        await person.say(DelProperty(MOUNT, "GOTO"))
        await person.see("gone")
        await person.say(GOTO)
        await person.until(lambda: "gone" not in person.screen)
        assert fields(person)[0].value == "12:3"


@scene
async def test_escape_forgets_what_was_typed_and_goes_back():
    async with looking(GOTO) as person:
        await person.browse(GOTO)
        await person.type("12")
        await person.press("escape")
        assert fields(person)[0].value == ""
        assert person.app.screen.focused is person.app.screen.listing


@scene
async def test_a_text_is_sent_with_its_neighbours():
    async with looking(NAMES) as person:
        await person.browse(NAMES)
        await person.type("L q")
        await person.press("enter")
        asked = await person.end.expect(NewTextVector)
        assert {one.name: one.value for one in asked.members} == {"ONE": "L q", "TWO": "Blue"}


@scene
async def test_a_switch_is_pressed_by_enter():
    async with looking(TRACK) as person:
        await person.browse(TRACK)
        await person.see("( ) Track", "(●) Stand", "always one")
        await person.press("enter")
        asked = await person.end.expect(NewSwitchVector)
        assert [(one.name, bool(one.value)) for one in asked.members] == [("ON", True)]
        await person.say(switches(MOUNT, "TRACK", OK, ON=True, OFF=False))
        await person.see("(●) Track", "( ) Stand", "done at")


@scene
async def test_a_first_click_chooses_a_switch_and_a_second_presses_it():
    async with looking(TRACK) as person:
        await person.browse(TRACK)
        await person.press("escape")
        await person.end.said()
        await person.click(person.app.screen.query(SwitchField).first())
        assert await person.end.said() == []
        await person.click(person.app.screen.query(SwitchField).first())
        await person.end.expect(NewSwitchVector)


@scene
async def test_what_is_read_only_has_no_fields():
    async with looking(HEIGHT) as person:
        await person.browse(HEIGHT)
        await person.see("5.0", "read-only")
        assert fields(person) == []


@scene
async def test_a_filter_lists_what_matches_and_escape_takes_it_away():
    async with looking(GOTO, TRACK, HEIGHT, NAMES) as person:
        await person.press("b")
        await person.see("Wheel", "Go to", "Tracking")
        await person.press("slash")
        await person.type("track")
        await person.until(lambda: "Wheel" not in person.screen and "Go to" not in person.screen)
        await person.see("Tracking")
        await person.press("enter")
        await person.see("Mount.TRACK")  # the first that matches
        await person.press("escape")
        await person.see("Wheel")


@scene
async def test_properties_that_come_and_go_are_in_the_tree_or_not():
    async with looking(GOTO) as person:
        await person.press("b")
        await person.see("Go to")
        await person.say(TRACK)
        await person.see("Tracking")
        await person.say(DelProperty(MOUNT, "TRACK"))
        await person.until(lambda: "Tracking" not in person.screen)
        await person.say(goto(ALERT))
        await person.see("▲ Go to")


@scene
async def test_s_saves_the_next_blob_and_blobs_are_sent_only_while_it_is_wanted(tmp_path):
    async with looking(CCD1, folder=tmp_path) as person:
        await person.browse(CCD1)
        await person.see("none seen yet")
        await person.end.said()
        await person.press("s")
        assert (await person.end.expect(EnableBlob)).policy is BlobPolicy.ALSO
        await person.see("waiting for the next BLOB")
        await person.say(
            SetBlobVector("Camera", "CCD1", members=(OneBlob("CCD1", b"picture", size=7, format=".fits"),))
        )
        assert (await person.end.expect(EnableBlob)).policy is BlobPolicy.NEVER
        await person.see("saved as", ".fits, 7 B")
        (path,) = tmp_path.iterdir()
        assert path.read_bytes() == b"picture"


@scene
async def test_s_again_does_not_wait_any_longer(tmp_path):
    async with looking(CCD1, folder=tmp_path) as person:
        await person.browse(CCD1)
        await person.end.said()
        await person.press("s")
        await person.end.expect(EnableBlob)
        await person.press("s")
        assert (await person.end.expect(EnableBlob)).policy is BlobPolicy.NEVER
        await person.see("not waiting")


@scene
async def test_s_elsewhere_says_where_it_would_do():
    async with looking(GOTO) as person:
        await person.browse(GOTO)
        await person.press("escape")
        await person.press("s")
        await person.see("Choose a property")
