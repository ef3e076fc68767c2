"""The tools that list devices, and connect them."""

import pytest

from lightapt_clients.commands import connect, devices, disconnect
from lightapt_clients.commands.exits import ExitCode
from lightapt_protocol.members import DefText
from lightapt_protocol.messages import DefTextVector, NewSwitchVector

from ..puppet import ALERT, CONNECTION, NAMES, OK, scene, switches
from .server import telling
from .tool import run

INFO = DefTextVector(
    "Mount", "DRIVER_INFO", members=(DefText("DRIVER_EXEC", "mount"), DefText("DRIVER_INTERFACE", "5"))
)


@scene
async def test_devices_are_listed_with_their_kinds():
    async with telling(NAMES, CONNECTION, INFO) as address:
        done = await run(devices, "--json", address=address)
        mount, wheel = done.records
        assert (mount["kinds"], mount["driver"], mount["connected"]) == (["mount", "guider"], "mount", False)
        assert (wheel["kinds"], wheel["connected"]) == ([], None)


@scene
async def test_without_devices_the_answer_is_no():
    async with telling() as address:
        assert (await run(devices, "-t", "0.1", address=address)).code is ExitCode.NO


@pytest.mark.parametrize(("tool", "member"), [(connect, "CONNECT"), (disconnect, "DISCONNECT")])
@scene
async def test_devices_are_connected_and_disconnected(tool, member):
    other = {"CONNECT": "DISCONNECT", "DISCONNECT": "CONNECT"}[member]

    async def play(end):
        await end.expect(NewSwitchVector)
        await end.say(switches("Mount", "CONNECTION", OK, **{member: True, other: False}))

    async with telling(CONNECTION, play=play) as address:
        done = await run(tool, "Mount", address=address)
        assert (done.code, done.out) == (ExitCode.DONE, f"Mount: {member.lower()}ed\n")


@scene
async def test_a_device_that_cannot_connect_says_why():
    async def play(end):
        await end.expect(NewSwitchVector)
        await end.say(switches("Mount", "CONNECTION", ALERT, "no cable"))

    async with telling(CONNECTION, play=play) as address:
        done = await run(connect, "--all", address=address)
        assert done.code is ExitCode.NO
        assert "no cable" in done.err
