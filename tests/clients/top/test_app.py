"""The application as a person sees it, with a puppet for a server."""

import logging

from textual.widgets import Footer

from lightapt_clients.top.hub_screen import HubScreen
from lightapt_protocol.members import OneNumber
from lightapt_protocol.messages import DelProperty, NewSwitchVector, Notice, SetNumberVector
from lightapt_server.routing import Role
from lightapt_server.self_device import Panel, vectors
from lightapt_server.statistics import HubCounters, PeerCounters
from tests.clients.puppet import CONNECTION, COORD, OK, coord, scene, switches

from .stage import GOTO, HEIGHT, looking

COUNTERS = HubCounters(
    clients=2, drivers=1, remotes=0, devices=1, welcomed=3, cut_off=0, restarts=7, spooled=0, memory=50 << 20
)


def hub(*, absent=(), behind=0):
    """What a hub tells of itself."""
    here = [PeerCounters("client 1", Role.CLIENT, 1, 2, 3, 4, behind, 0)]
    if not absent:
        here.append(PeerCounters("driver dome", Role.DRIVER, 1, 2, 3, 4, 0, 0))
    return list(Panel().answer(vectors(COUNTERS, here, absent)))


def height(number):
    return SetNumberVector("Mount", "HEIGHT", members=(OneNumber("H", number),))


@scene
async def test_without_the_hubs_own_device_the_screen_tells_how_to_get_it():
    async with looking(COORD) as person:
        await person.see("--self-device", "Mount", "1 device ")


@scene
async def test_a_hub_shows_its_drivers_clients_and_queues():
    async with looking(*hub(behind=3000)) as person:
        await person.see("driver dome", "all clients", "client 1", "7 restarts", "2 clients", "50.0 MB", "3.0 kB")
        assert "--self-device" not in person.screen


@scene
async def test_a_driver_that_is_away_is_shown_so():
    async with looking(*hub(absent=["driver dome"])) as person:
        await person.see("▲ driver dome", "away")


@scene
async def test_rates_busiest_property_and_last_words_of_devices_are_shown():
    async with looking(COORD, CONNECTION, size=(140, 30)) as person:
        await person.say(coord(OK, RA=3.0), Notice("Mount", message="slewing to [b]M31[/b]"))
        await person.see("● COORD", "slewing to [b]M31[/b]", "Mount: slewing")


@scene
async def test_devices_come_and_go():
    async with looking(COORD) as person:
        await person.see("Mount")
        await person.say(DelProperty("Mount"))
        await person.see("0 devices")
        await person.until(lambda: "Mount" not in person.screen)


@scene
async def test_enter_on_a_device_browses_it_and_h_goes_back():
    async with looking(GOTO, COORD) as person:
        await person.see("Mount")
        await person.press("enter")
        await person.see("▼ Mount", "Go to")
        await person.press("h")
        await person.see("Messages")


@scene
async def test_a_lost_connection_is_told_and_comes_back_by_itself():
    async with looking(HEIGHT) as person:
        await person.see("Mount")
        person.server.stop_listening()
        person.end.close()
        await person.see("No connection")
        assert person.app.screen.has_class("lost")
        person.server.listen_again()
        await person.server.accept()
        await person.until(lambda: not person.app.screen.has_class("lost"))
        await person.see("messages/s")


@scene
async def test_c_connects_the_chosen_device_and_disconnects_it():
    async with looking(CONNECTION) as person:
        await person.see("Mount")
        await person.end.said()
        await person.press("c")
        asked = await person.end.expect(NewSwitchVector)
        assert [(one.name, bool(one.value)) for one in asked.members] == [("CONNECT", True)]
        await person.say(switches("Mount", "CONNECTION", OK, CONNECT=True, DISCONNECT=False))
        await person.see("Mount: done")
        await person.press("c")
        asked = await person.end.expect(NewSwitchVector)
        assert [(one.name, bool(one.value)) for one in asked.members] == [("DISCONNECT", True)]


@scene
async def test_help_tells_the_keys_and_goes_away():
    async with looking() as person:
        await person.until(lambda: isinstance(person.app.screen, HubScreen))
        await person.press("question_mark")
        await person.see("Numbers may be typed as")
        await person.press("escape")
        await person.see("Messages")
        assert person.app.screen.query_one(Footer)


@scene
async def test_what_the_library_warns_of_is_among_the_messages():
    async with looking(COORD) as person:
        with person.app.diverted_log():
            logging.getLogger("lightapt_clients.link").warning("the connection is %s", "lost")
        await person.say(coord(RA=2.0))
        await person.see("the connection is lost")


@scene
async def test_q_ends_it():
    async with looking(COORD) as person:
        await person.press("q")
        await person.until(lambda: not person.app.is_running)


@scene
async def test_a_flood_of_updates_is_shown_a_few_times_only():
    async with looking(HEIGHT) as person:
        await person.browse(HEIGHT)
        shown = []
        show = person.app._show_news
        person.app._show_news = lambda: (shown.append(1), show())
        for number in range(1000):
            await person.say(height(number))
        await person.see("999.0")
        assert 0 < len(shown) < 100
