"""A member's row in a form."""

from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.app import App

from lightapt_clients.top.rows import Field, MemberRow, SwitchField
from lightapt_protocol.members import DefBlob, DefLight
from lightapt_protocol.messages import DefBlobVector, DefLightVector
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.vocabulary import Permission, State, SwitchRule

from ..puppet import scene
from .stage import GOTO, HEIGHT, MOUNT, TRACK

LIGHT = DefLightVector(MOUNT, "LIGHT", members=(DefLight("L", State.ALERT),))
PICTURE = DefBlobVector(MOUNT, "PICTURE", perm=Permission.READ_ONLY, members=(DefBlob("B"),))


def known(definition):
    mirror = Mirror()
    mirror.apply(definition)
    return mirror.find(definition.device, definition.name)


class Host(App):
    def __init__(self, prop, **options):
        super().__init__()
        self.pressed = []
        self._of = prop, options

    def compose(self):
        prop, options = self._of
        self.row = MemberRow(prop, next(iter(prop.members)), **options)  # a field wants an application
        yield self.row

    def on_member_row_pressed(self, event):
        self.pressed.append(event.member)


@asynccontextmanager
async def shown(definition, *, blob="", **options):
    prop = known(definition)
    app = Host(prop, **options)
    async with app.run_test(size=(60, 3)) as pilot:
        app.row.show(prop, blob)
        yield app, app.row, pilot


def value(row):
    return row._shown.plain


@pytest.mark.parametrize(
    ("definition", "kind"),
    [(GOTO, Field), (HEIGHT, type(None)), (TRACK, SwitchField), (LIGHT, type(None)), (PICTURE, type(None))],
    ids=lambda one: getattr(one, "name", ""),
)
def test_only_what_can_be_set_takes_the_focus(definition, kind):
    prop = known(definition)
    assert type(MemberRow(prop, next(iter(prop.members))).control) is kind


@pytest.mark.parametrize(
    ("definition", "text"),
    [
        (GOTO, "1:00:00"),
        (HEIGHT, "5.0"),
        (TRACK, "( ) Track"),
        (replace(TRACK, rule=SwitchRule.ANY_OF_MANY), "[ ] Track"),
        (LIGHT, "▲ Alert"),
        (PICTURE, "none seen yet"),
    ],
    ids=["number", "read-only", "one of many", "any of many", "light", "BLOB"],
)
def test_a_value_stands_as_its_kind_looks(definition, text):
    @scene
    async def play():
        async with shown(definition) as (_, row, _):
            assert value(row) == text

    play()


@scene
async def test_the_last_blob_is_told():
    async with shown(PICTURE, blob="12 kB .fits") as (_, row, _):
        assert value(row) == "12 kB .fits"


@scene
async def test_what_was_typed_before_stands_in_the_field_until_it_is_forgotten():
    async with shown(GOTO, draft="12:30") as (_, row, _):
        assert row.typed == "12:30"
        row.forget()
        assert row.typed == ""


@scene
async def test_a_switch_that_is_pressed_tells_its_member():
    async with shown(TRACK) as (app, row, pilot):
        row.control.focus()
        await pilot.press("enter")
        assert app.pressed == ["ON"]
