"""Devices switched on and off: `connect` and `disconnect`."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from lightapt_clients.commands import connect, disconnect
from lightapt_clients.commands.exits import ExitCode
from lightapt_protocol.messages import NewSwitchVector, SetSwitchVector
from lightapt_protocol.vocabulary import SwitchState

from ..puppet import ALERT, CONNECTION, COORD, LONG, NAMES, OK, puppet, scene
from .server import telling_all
from .tool import run

DOME = replace(CONNECTION, device="Dome")


@asynccontextmanager
async def switchable(*definitions, refuses=""):
    """A server whose devices connect, but for one that refuses; its address, and whom it was asked to switch how."""
    asked = []

    async def serve(server):
        end = await server.accept()
        await end.say(*definitions)
        while True:
            message = await end.next()
            if isinstance(message, NewSwitchVector):
                on = [one.name for one in message.members if one.value]
                asked.append((message.device, on))
                state, words = (ALERT, "no such port") if message.device == refuses else (OK, "")
                members = () if words else message.members
                await end.say(
                    SetSwitchVector(message.device, message.name, state=state, members=members, message=words)
                )

    async with puppet() as server:
        serving = asyncio.ensure_future(serve(server))
        try:
            yield str(server.address), asked
        finally:
            serving.cancel()
            await asyncio.wait([serving])


@pytest.mark.parametrize(
    ("tool", "on", "is_connected"), [(connect, "CONNECT", True), (disconnect, "DISCONNECT", False)]
)
def test_those_that_are_named_are_switched(tool, on, is_connected):
    @scene
    async def play():
        is_otherwise = replace(
            DOME, members=tuple(replace(one, value=SwitchState(one.name != on)) for one in DOME.members)
        )
        async with switchable(CONNECTION, is_otherwise) as (address, asked):
            done = await run(tool, "--json", "Dome", address=address)
            assert (done.code, done.records) == (ExitCode.DONE, [{"device": "Dome", "connected": is_connected}])
            assert asked == [("Dome", [on])]

    play()


@scene
async def test_all_are_those_that_have_a_connection():
    async with switchable(CONNECTION, DOME, NAMES) as (address, _):
        done = await run(connect, "--all", address=address)
        assert (done.code, done.out) == (ExitCode.DONE, "Mount: connected\nDome: connected\n")


@scene
async def test_one_that_refuses_does_not_keep_the_others_from_it():
    async with switchable(CONNECTION, DOME, refuses="Mount") as (address, asked):
        done = await run(connect, "Mount", "Dome", address=address)
        assert (done.code, done.out) == (ExitCode.NO, "Dome: connected\n")
        assert "no such port" in done.err
        assert ("Mount", ["CONNECT"]) in asked


@pytest.mark.parametrize(
    ("name", "words"),
    [("Mout", "did you mean 'Mount'?"), ("xyz", "there are Mount"), ("Wheel", "has nothing to connect to")],
)
def test_one_that_cannot_be_switched_says_why(name, words, monkeypatch):
    monkeypatch.setattr("lightapt_clients.commands.switching._PATIENCE", LONG)

    @scene
    async def play():
        async with telling_all(CONNECTION, COORD, *([NAMES] if name == "Wheel" else [])) as address:
            done = await run(connect, name, address=address)
            assert (done.code, words in done.err) == (ExitCode.NO, True)

    play()


@pytest.mark.parametrize("tool", [connect, disconnect])
@pytest.mark.parametrize(
    ("definitions", "words"),
    [((), "has no devices, or none that answered"), ((NAMES,), "has hardware to connect to; there are Wheel")],
)
def test_where_there_is_none_to_switch_it_is_told(tool, definitions, words, monkeypatch):
    monkeypatch.setattr("lightapt_clients.commands.switching._PATIENCE", LONG)

    @scene
    async def play():
        async with telling_all(*definitions) as address:
            done = await run(tool, "--all", address=address)
            assert (done.code, done.out, words in done.err) == (ExitCode.NO, "", True)

    play()


@pytest.mark.parametrize("tool", [connect, disconnect])
def test_one_must_say_which(tool):
    @scene
    async def play():
        done = await run(tool)
        assert (done.code, "Name them, or say --all" in done.err) == (ExitCode.TROUBLE, True)

    play()
