"""What all kinds have in common."""

import asyncio

import pytest

from lightapt_clients import (
    AbortedError,
    AlertError,
    DisconnectedError,
    MissingError,
    RequestError,
    WaitTimeoutError,
    dialogues,
)
from lightapt_clients.kinds import Kind
from lightapt_protocol.messages import DelProperty
from lightapt_protocol.standard import DriverInterface, Standard

from ..actor import DEVICE, acting, buttons, numbers, switches
from ..puppet import ALERT, BUSY, IDLE, LONG, MS, OK, conversation, scene

PLACE = numbers("PLACE", X=0.0)
STOP = buttons("STOP", "ABORT")


class Slide(Kind):
    interface = DriverInterface.AUX
    essential = Standard.FOCUS_MOTION

    async def go(self, x, **options):
        await self._move("PLACE", {"X": x}, timeout=LONG, abort="STOP", **options)


def slide(*more):
    return acting(Slide, PLACE, STOP, *more)


@scene
async def test_a_motion_is_waited_for():
    async with slide() as (actor, device):
        await device.go(5.0)
        assert device.device["PLACE"]["X"] == 5.0
        assert actor.asked == [("PLACE", {"X": 5.0})]


@scene
async def test_a_motion_that_fails_is_an_error_with_the_drivers_words():
    async with slide() as (actor, device):
        actor.plays["PLACE"] = lambda _: (actor.shows("PLACE", BUSY), actor.shows("PLACE", ALERT, "it sticks"))
        with pytest.raises(AlertError, match="it sticks"):
            await device.go(5.0)


@scene
async def test_a_motion_that_ends_idle_elsewhere_was_aborted():
    async with slide() as (actor, device):
        actor.plays["PLACE"] = lambda _: (actor.shows("PLACE", BUSY), actor.shows("PLACE", IDLE, X=2.0))
        with pytest.raises(AbortedError, match="Idle"):
            await device.go(5.0)


@scene
async def test_a_device_that_says_ok_and_is_elsewhere_has_not_done_it():
    async with slide() as (actor, device):
        actor.plays["PLACE"] = lambda _: (actor.shows("PLACE", OK),)
        with pytest.raises(AbortedError, match=r"Actor\.PLACE: the device says Ok, but X is 0 instead of 5$"):
            await device.go(5.0)


@scene
async def test_a_device_that_says_ok_with_another_choice_has_not_done_it():
    choice = switches("CHOICE", "A", "B", on="A")
    async with slide(choice) as (actor, device):
        actor.plays["CHOICE"] = lambda _: (actor.shows("CHOICE", OK),)
        with pytest.raises(AbortedError, match="says Ok, but B is Off"):
            await device._set("CHOICE", B=True)


@scene
async def test_what_springs_back_is_a_button_whatever_its_rule():
    button = switches("REFRESH", "REFRESH")
    async with slide(button) as (actor, device):
        actor.plays["REFRESH"] = lambda _: (actor.shows("REFRESH", OK, REFRESH=False),)
        await device._press("REFRESH", "REFRESH")


@scene
async def test_a_kind_may_say_itself_what_it_is_to_have_arrived():
    async with slide() as (actor, device):
        actor.plays["PLACE"] = lambda _: (actor.shows("PLACE", BUSY), actor.shows("PLACE", IDLE, X=4.9))
        await device.go(5.0, goal=lambda now, before: now.number("X") - before.number("X") > 3.8)


@scene
async def test_a_device_that_begins_late_is_waited_for():
    async with slide() as (actor, device):
        actor.plays["PLACE"] = lambda _: (actor.shows("PLACE", OK, X=1.0),)  # not there, and not Busy
        going = asyncio.ensure_future(device.go(5.0, grace=LONG))
        await actor.heard("PLACE")
        await actor.say(actor.shows("PLACE", BUSY), actor.shows("PLACE", OK, X=5.0))
        await going
        assert device.device["PLACE"]["X"] == 5.0


@scene
async def test_who_is_cancelled_stops_the_motion():
    async with slide() as (actor, device):
        actor.plays["PLACE"] = lambda _: (actor.shows("PLACE", BUSY),)
        going = asyncio.ensure_future(device.go(5.0))
        await actor.heard("PLACE")
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going
        assert await actor.heard("STOP") == {"ABORT": True}


@scene
async def test_a_verb_without_its_property_says_which():
    async with acting(Slide) as (_, device):
        with pytest.raises(MissingError, match="Actor has no property PLACE, which that needs"):
            await device.go(5.0)


@scene
async def test_a_device_that_is_gone_with_its_server_is_a_lost_connection():
    async with conversation(PLACE) as (_, end, indi):
        device = Slide(await indi.device(DEVICE))
        await end.say(DelProperty(DEVICE))
        await end.sync()
        going = asyncio.ensure_future(device.go(5.0))
        await asyncio.sleep(0)  # it waits now for what may be just coming
        end.close()
        with pytest.raises(DisconnectedError, match=r"Actor cannot be asked: .* is lost"):
            await going


@scene
async def test_a_device_that_is_gone_alone_is_missing(monkeypatch):
    monkeypatch.setattr(dialogues, "_LEAVE", 30 * MS)
    async with conversation(PLACE) as (_, end, indi):
        device = Slide(await indi.device(DEVICE))
        await end.say(DelProperty(DEVICE))
        await end.sync()
        with pytest.raises(MissingError, match="Actor is not there any more; its driver may have ended"):
            await device.go(5.0)


@scene
async def test_a_value_that_is_none_is_not_sent():
    async with slide() as (actor, device):
        with pytest.raises(RequestError):
            await device.go("far away")
        assert actor.asked == []


@scene
async def test_what_takes_too_long_is_late():
    async with slide() as (actor, device):
        actor.plays["PLACE"] = lambda _: (actor.shows("PLACE", BUSY),)
        with pytest.raises(WaitTimeoutError):
            await device._move("PLACE", {"X": 5.0}, timeout=0.01)


@scene
async def test_connecting_waits_until_the_properties_are_there():
    off = switches("CONNECTION", "CONNECT", "DISCONNECT", on="DISCONNECT")
    async with acting(Slide, off) as (actor, device):
        motion = switches("FOCUS_MOTION", "IN", "OUT")
        actor.plays["CONNECTION"] = lambda _: (actor.shows("CONNECTION", OK, CONNECT=True), motion, PLACE)
        await device.connect()
        assert {"FOCUS_MOTION", "PLACE"} <= set(device.device)
        assert device.device.is_connected


@scene
async def test_a_device_that_lacks_the_usual_property_can_be_connected():
    async with acting(Slide, PLACE) as (_, device):
        await device.connect()


@scene
async def test_a_kind_is_known_by_its_name():
    async with slide() as (_, device):
        assert (device.name, repr(device)) == (DEVICE, "<Slide 'Actor'>")
        await device.disconnect()
        assert not device.device.is_connected
