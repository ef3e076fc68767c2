"""A stage for the application: a puppet server, its end, and the keys and screen of a person."""

import asyncio
from contextlib import asynccontextmanager

from textual.events import Key
from textual.keys import _character_to_key

from lightapt_clients.top.app import TopApp
from lightapt_protocol.members import DefNumber, DefSwitch
from lightapt_protocol.messages import DefNumberVector, DefSwitchVector
from lightapt_protocol.vocabulary import Permission, State, SwitchRule, SwitchState
from tests.clients.puppet import conversation
from tests.system.puppets import PATIENCE

MOUNT = "Mount"
GOTO = DefNumberVector(
    MOUNT,
    "GOTO",
    label="Go to",
    group="Main",
    state=State.IDLE,
    members=(
        DefNumber("RA", 1.0, label="RA", format="%10.6m", min=0, max=24),
        DefNumber("DEC", 2.0, label="Dec", format="%10.6m", min=-90, max=90),
    ),
)
TRACK = DefSwitchVector(
    MOUNT,
    "TRACK",
    label="Tracking",
    group="Main",
    rule=SwitchRule.ONE_OF_MANY,
    members=(DefSwitch("ON", label="Track"), DefSwitch("OFF", SwitchState.ON, label="Stand")),
)
HEIGHT = DefNumberVector(
    MOUNT,
    "HEIGHT",
    label="Height",
    group="Main",
    perm=Permission.READ_ONLY,
    members=(DefNumber("H", 5.0, format="%.1f"),),
)


CHARACTERS = {"slash": "/", "question_mark": "?"}
HANDS = 3
"""Through which a key goes: the application's, the screen's, and those of the widget in focus."""


class Person:
    """Presses keys and reads the screen.

    Attributes:
        app: What they look at.
        end: The server's end of the connection.
        server: The server.
    """

    def __init__(self, app, pilot, end, server):
        self.app, self.end, self.server = app, end, server
        self._pilot = pilot

    async def press(self, *keys):
        """Press keys, each when the screen is done with the one before; Pilot.press waits for an idle processor."""
        for key in keys:
            name = _character_to_key(key) if len(key) == 1 else key
            self.app.post_message(Key(name, key if len(key) == 1 else CHARACTERS.get(key)))
            for _ in range(HANDS):
                await self._pilot.pause(0)

    async def type(self, text):
        await self.press(*text)

    async def click(self, widget, *, x=2):
        await self._pilot.click(widget, offset=(x, 0))

    @property
    def screen(self):
        """What stands on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    async def see(self, *words):
        """Wait until all words are on the screen."""
        await self.until(lambda: all(word in self.screen for word in words))

    async def until(self, check):
        """Wait until something is so."""
        try:
            async with asyncio.timeout(PATIENCE / 2):
                while not check():
                    await self._pilot.pause(0.01)
        except TimeoutError:
            raise AssertionError(f"waited in vain before this screen:\n{self.screen}") from None

    async def say(self, *messages):
        """Have the server say something."""
        await self.end.say(*messages)

    async def browse(self, prop):
        """Go to a property's form."""
        await self.press("b")
        await self.until(lambda: type(self.app.screen).__name__ == "BrowserScreen")
        await self.see(prop.device)
        listing = self.app.screen.listing
        await self.until(lambda: (prop.device, prop.name) in listing._by_name)
        branch = listing._branches[listing._by_name[prop.device, prop.name]]
        branch.parent.parent.expand()
        branch.parent.expand()
        await self._pilot.pause(0)
        listing.move_cursor(branch)
        await self.see(f"{prop.device}.{prop.name}")
        await self.press("enter")


@asynccontextmanager
async def looking(*definitions, size=(100, 30), folder=None, interval=0.2, **options):
    """Someone looks at a server that has told of some properties; yields the person."""
    async with conversation(*definitions, **options) as (server, end, indi):
        app = TopApp(indi, interval=interval, **({} if folder is None else {"folder": folder}))
        async with app.run_test(size=size, notifications=True) as pilot:
            await end.said()
            yield Person(app, pilot, end, server)
