"""An actor: a device of a puppet server that does what it is asked, as real ones do."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from lightapt_protocol.members import DefBlob, DefLight, DefNumber, DefSwitch, DefText, OneBlob
from lightapt_protocol.messages import (
    DefBlobVector,
    DefLightVector,
    DefNumberVector,
    DefSwitchVector,
    DefTextVector,
    EnableBlob,
    NewBlobVector,
    NewNumberVector,
    NewSwitchVector,
    NewTextVector,
    SetBlobVector,
)
from lightapt_protocol.vocabulary import Permission, SwitchRule, SwitchState

from .puppet import BUSY, IDLE, OK, conversation, puppet

__all__ = [
    "CONNECTED",
    "DEVICE",
    "Actor",
    "acting",
    "blob",
    "buttons",
    "lights",
    "numbers",
    "serving",
    "switches",
    "texts",
]

DEVICE = "Actor"
REQUESTS = (NewNumberVector, NewSwitchVector, NewTextVector, NewBlobVector)
READ_WRITE = Permission.READ_WRITE


def numbers(name, *, state=IDLE, perm=READ_WRITE, most=0.0, **values):
    members = tuple(DefNumber(member, value, format="%g", max=most) for member, value in values.items())
    return DefNumberVector(DEVICE, name, state=state, perm=perm, members=members)


def texts(name, *, perm=READ_WRITE, **values):
    return DefTextVector(DEVICE, name, perm=perm, members=tuple(DefText(*one) for one in values.items()))


def switches(name, *members, on="", state=IDLE, rule=SwitchRule.ONE_OF_MANY):
    made = tuple(DefSwitch(member, SwitchState(int(member == on))) for member in members)
    return DefSwitchVector(DEVICE, name, state=state, rule=rule, members=made)


def buttons(name, *members):
    return switches(name, *members, rule=SwitchRule.AT_MOST_ONE)


def lights(name, *, state=IDLE, **values):
    return DefLightVector(DEVICE, name, state=state, members=tuple(DefLight(*one) for one in values.items()))


def blob(name):
    return DefBlobVector(DEVICE, name, perm=Permission.READ_ONLY, members=(DefBlob(name),))


CONNECTED = switches("CONNECTION", "CONNECT", "DISCONNECT", on="CONNECT", state=OK)


class Actor:
    """A device: what it was asked, and how it answers.

    Attributes:
        asked: The requests, each the property's name and the values.
        plays: How properties answer that do not as usual, by name: from the values to messages.
    """

    def __init__(self, end, definitions):
        self.asked = []
        self.plays = {}
        self._end = end
        self._properties = {one.name: one for one in definitions}
        self._heard = asyncio.Condition()

    async def _act(self):
        while True:
            message = await self._end.next()
            if isinstance(message, REQUESTS):
                values = {one.name: getattr(one, "value", None) for one in message.members}
                values = {name: bool(one) if isinstance(one, SwitchState) else one for name, one in values.items()}
                async with self._heard:
                    self.asked.append((message.name, values))
                    self._heard.notify_all()
                await self.say(*self.plays.get(message.name, self.usual(message.name))(values))
            elif isinstance(message, EnableBlob):
                async with self._heard:
                    self.asked.append(("enableBLOB", message.policy))
                    self._heard.notify_all()

    def usual(self, name):
        """Busy, and then done."""
        return lambda values: (self.shows(name, BUSY), self.shows(name, OK, **values))

    def shows(self, name, state, message="", **values):
        """Return the property with other values, as an update or, for lights and BLOBs, a definition."""
        prop = self._properties[name]
        members = tuple(self._member(prop, one, values) for one in prop.members)
        prop = self._properties[name] = replace(prop, state=state, members=members, message=message)
        return prop

    @staticmethod
    def _member(prop, one, values):
        if not isinstance(one, DefSwitch):
            return replace(one, value=values[one.name]) if one.name in values else one
        if prop.rule is SwitchRule.AT_MOST_ONE:
            return replace(one, value=SwitchState.OFF)
        if prop.rule is SwitchRule.ONE_OF_MANY and True in values.values():
            return replace(one, value=SwitchState(int(values.get(one.name, False))))
        return replace(one, value=SwitchState(int(values.get(one.name, bool(one.value)))))

    async def say(self, *messages):
        await self._end.say(*messages)

    async def sends(self, name, data, format=".fits"):
        """Send a BLOB."""
        await self.say(self.picture(name, data, format))

    @staticmethod
    def picture(name, data, format=".fits"):
        return SetBlobVector(DEVICE, name, state=OK, members=(OneBlob(name, data, size=len(data), format=format),))

    async def heard(self, name):
        """Wait until it was asked for something of a property; return the values."""
        async with self._heard:
            await self._heard.wait_for(lambda: any(one[0] == name for one in self.asked))
        return next(values for one, values in self.asked if one == name)

    def start(self, server=None):
        """Begin to act: for the client that there is, or for the next of a server."""
        self._task = asyncio.ensure_future(self._act() if server is None else self._act_for(server))

    async def _act_for(self, server):
        self._end = await server.accept()
        await self.say(*self._properties.values())
        with suppress(ConnectionError, AssertionError):  # the client leaves when it likes
            await self._act()

    async def stop(self):
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def leave(self):
        """Close the connection."""
        await self.stop()
        self._end.close()


@asynccontextmanager
async def acting(kind, *definitions, **options):
    """A device of a kind with these properties, connected: yields the actor, and what the program has."""
    definitions = (CONNECTED, *definitions)
    async with conversation(*definitions, **options) as (_, end, indi):
        actor = Actor(end, definitions)
        actor.start()
        try:
            yield actor, kind(await indi.device(DEVICE))
        finally:
            await actor.stop()


@asynccontextmanager
async def serving(*definitions):
    """A server with such a device: yields the actor, and the address for a client of any make."""
    async with puppet() as server:
        actor = Actor(None, (CONNECTED, *definitions))
        actor.start(server)
        try:
            yield actor, str(server.address)
        finally:
            await actor.stop()
