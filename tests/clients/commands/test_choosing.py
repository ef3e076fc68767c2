"""Which device a tool uses."""

import argparse
import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from lightapt_clients import Client, devices
from lightapt_clients.commands import choosing, filter
from lightapt_clients.commands.exits import ExitCode
from lightapt_clients.commands.words import DeviceArgument

from ..actor import CONNECTED, DEVICE, numbers, serving
from ..puppet import ALERT, LONG, MS, OK, later, puppet, scene
from .instruments import NAMES, SLOT, UNCONNECTED, driver_info, patience  # noqa: F401 - a fixture
from .server import telling_all
from .tool import run

OTHER = "Other Wheel"
MOUNT, WHEEL, CAMERA_AND_WHEEL = 1, 16, 16 | 2


def of(device, *definitions):
    return [replace(one, device=device) for one in definitions]


@asynccontextmanager
async def standing(*definitions):
    """A server with several devices that do nothing."""
    async with puppet() as server:

        async def tell():
            await (await server.accept()).say(*definitions)

        async with asyncio.TaskGroup() as group:
            group.create_task(tell())
            yield str(server.address)


def connects(actor, *definitions):
    return lambda values: (actor.shows("CONNECTION", OK, **values), *definitions)


@scene
async def test_one_that_is_not_connected_is_connected_and_it_is_said():
    async with serving(UNCONNECTED, driver_info(WHEEL)) as (actor, address):
        actor.plays["CONNECTION"] = connects(actor, SLOT, NAMES)
        done = await run(filter, address=address)
        assert (done.code, done.err) == (ExitCode.DONE, f"Connecting {DEVICE}.\n")
        assert actor.asked == [("CONNECTION", {"CONNECT": True})]


@scene
async def test_one_that_cannot_connect_says_why():
    async with serving(UNCONNECTED, driver_info(WHEEL)) as (actor, address):
        actor.plays["CONNECTION"] = lambda _: (actor.shows("CONNECTION", ALERT, "no such port"),)
        done = await run(filter, address=address)
        assert (done.code, "no such port" in done.err) == (ExitCode.NO, True)


@scene
async def test_it_is_left_alone_if_so_asked():
    async with serving(UNCONNECTED, driver_info(WHEEL)) as (actor, address):
        done = await run(filter, "--no-connect", address=address)
        assert (done.code, "is not connected" in done.err) == (ExitCode.NO, True)
        assert actor.asked == []


@scene
async def test_of_several_the_one_that_is_taken_is_said():
    async with standing(CONNECTED, SLOT, NAMES, *of(OTHER, CONNECTED, SLOT)) as address:
        done = await run(filter, "--json", address=address)
        assert done.records[0]["wheel"] == DEVICE
        assert done.err == f"Using {DEVICE}; there is also {OTHER} (--wheel NAME chooses).\n"


@scene
async def test_one_that_is_connected_comes_first():
    others = of("A Wheel", UNCONNECTED, driver_info(WHEEL))
    async with standing(*others, CONNECTED, SLOT, NAMES) as address:
        assert (await run(filter, "--json", address=address)).records[0]["wheel"] == DEVICE


@scene
async def test_one_that_is_nothing_else_comes_before_one_that_is():
    both = (CONNECTED, driver_info(CAMERA_AND_WHEEL), SLOT)
    async with standing(*both, *of(OTHER, CONNECTED, driver_info(WHEEL), SLOT)) as address:
        assert (await run(filter, "--json", address=address)).records[0]["wheel"] == OTHER


@scene
async def test_one_can_be_named():
    async with standing(CONNECTED, SLOT, NAMES, *of(OTHER, CONNECTED, SLOT)) as address:
        done = await run(filter, "--wheel", OTHER, "--json", address=address)
        assert (done.records[0]["wheel"], done.err) == (OTHER, "")


@scene
async def test_what_one_that_is_named_tells_slowly_is_waited_for(monkeypatch):
    monkeypatch.setattr(devices, "_QUIET", LONG)

    async with puppet() as server, asyncio.TaskGroup() as group:

        async def tell():
            end = await server.accept()
            await end.say(CONNECTED, SLOT)
            await end.sync()
            later(LONG / 2)
            await end.say(NAMES)
            await end.sync()
            later(LONG)

        group.create_task(tell())
        done = await run(filter, "--wheel", DEVICE, "--json", address=str(server.address))
        assert done.records[0]["filter"] == "Red"


@scene
async def test_a_name_that_is_not_there_is_told_with_those_that_are():
    async with serving(SLOT) as (_, address):
        done = await run(filter, "--wheel", "actor", address=address)
        assert done.code is ExitCode.NO
        assert f"did you mean '{DEVICE}'?" in done.err
        assert f"Devices there: {DEVICE}." in done.err


@scene
async def test_it_is_told_when_there_is_none_of_the_kind():
    async with serving() as (_, address):
        done = await run(filter, address=address)
        assert (done.code, done.err.startswith("there is no filter wheel at ")) == (ExitCode.NO, True)
        assert f"Devices there: {DEVICE}." in done.err


@scene
async def test_without_a_server_nothing_can_be_tried():
    assert (await run(filter, address="127.0.0.1:1")).code is ExitCode.TROUBLE


def test_near_words_are_asked_for():
    assert choosing.near("luminence", ["Red", "Luminance"]) == "; did you mean 'Luminance'?"
    assert choosing.near("x", ["Red"]) == ""


@pytest.mark.parametrize("words", [(), ("--wheel", "Wheel")])
def test_a_server_that_only_closes_is_trouble(words):
    @scene
    async def play():
        async with puppet() as server, asyncio.TaskGroup() as group:

            async def close():
                (await server.accept()).close()

            group.create_task(close())
            done = await run(filter, *words, address=str(server.address))
            assert (done.code, "went away" in done.err) == (ExitCode.TROUBLE, True)

    play()


@pytest.mark.parametrize(
    ("definitions", "words", "doubt"),
    [
        ((CONNECTED,), (), ""),
        ((), (), ""),
        ((UNCONNECTED,), ("--no-connect",), " while it is not connected to its hardware"),
    ],
    ids=["connected", "never to be connected", "not to be connected"],
)
def test_one_that_is_something_else_is_not_used_and_those_that_are_right_are_named(definitions, words, doubt):
    @scene
    async def play():
        mount = (*definitions, driver_info(MOUNT))
        async with standing(*mount, *of(OTHER, CONNECTED, driver_info(WHEEL), SLOT)) as address:
            done = await run(filter, "--wheel", DEVICE, *words, address=address)
            assert (done.code, done.err) == (
                ExitCode.NO,
                f"{DEVICE} is no filter wheel{doubt}; filter wheels there: {OTHER}\n",
            )

    play()


@scene
async def test_what_one_is_counts_when_it_is_connected():
    async with serving(UNCONNECTED, driver_info(MOUNT)) as (actor, address):
        actor.plays["CONNECTION"] = connects(actor, SLOT, NAMES, driver_info(MOUNT | WHEEL))
        done = await run(filter, "--wheel", DEVICE, address=address)
        assert (done.code, done.err) == (ExitCode.DONE, f"Connecting {DEVICE}.\n")
        assert actor.asked == [("CONNECTION", {"CONNECT": True})]


@scene
async def test_one_that_shows_late_what_else_it_is_is_waited_for(monkeypatch):
    monkeypatch.setattr(choosing, "_STILL", 1e6)
    async with serving(UNCONNECTED, driver_info(MOUNT)) as (actor, address):
        actor.plays["CONNECTION"] = connects(actor)
        running = asyncio.ensure_future(run(filter, "--wheel", DEVICE, address=address))
        await actor.heard("CONNECTION")
        await asyncio.sleep(90 * MS)  # longer than its properties are waited for
        await actor.say(driver_info(MOUNT | WHEEL), SLOT, NAMES)
        assert (await running).code is ExitCode.DONE


@scene
async def test_one_that_turns_out_to_be_something_else_is_disconnected_again():
    async with serving(UNCONNECTED, driver_info(MOUNT)) as (actor, address):
        actor.plays["CONNECTION"] = connects(actor)
        done = await run(filter, "--wheel", DEVICE, address=address)
        notes = f"Connecting {DEVICE}.\n{DEVICE} is disconnected again.\n"
        assert (
            done.code,
            done.err.startswith(f"{notes}{DEVICE} is no filter wheel; there is no filter wheel at "),
        ) == (
            ExitCode.NO,
            True,
        )
        assert actor.asked == [("CONNECTION", {"CONNECT": True}), ("CONNECTION", {"DISCONNECT": True})]


@scene
async def test_it_is_told_if_the_wrong_one_stays_connected():
    async with serving(UNCONNECTED, driver_info(MOUNT)) as (actor, address):
        usual = connects(actor)
        actor.plays["CONNECTION"] = lambda values: (
            usual(values) if "CONNECT" in values else (actor.shows("CONNECTION", ALERT, "in use"),)
        )
        done = await run(filter, "--wheel", DEVICE, address=address)
        assert f"{DEVICE} stays connected: {DEVICE}.CONNECTION: in use\n{DEVICE} is no filter wheel" in done.err


@pytest.mark.parametrize("words", [(), ("--wheel", OTHER)])
def test_one_is_found_that_comes_late_while_others_are_still_coming(words, monkeypatch):
    monkeypatch.setattr(choosing, "_STILL", LONG / 2)

    @scene
    async def play():
        async with puppet() as server, asyncio.TaskGroup() as group:

            async def tell():
                end = await server.accept()
                for number in range(6):  # all together take longer than any wait, each one much less
                    await end.say(numbers(f"N{number}", X=1.0))
                    await end.sync()
                    later(LONG / 4)
                await end.say(*of(OTHER, CONNECTED, SLOT, NAMES))

            group.create_task(tell())
            done = await run(filter, *words, "--json", address=str(server.address))
            assert done.records[0]["wheel"] == OTHER

    play()


@scene
async def test_a_driver_that_starts_again_and_again_is_not_waited_for():
    async with puppet() as server:

        async def tell():
            end = await server.accept()
            while True:
                await end.say(SLOT)
                await asyncio.sleep(20 * MS)

        telling = asyncio.ensure_future(tell())
        done = await run(filter, "--wheel", OTHER, address=str(server.address))
        assert (done.code, f"there is no device '{OTHER}'" in done.err) == (ExitCode.NO, True)
        telling.cancel()
        await asyncio.wait([telling])


@pytest.mark.parametrize("words", [(), ("--wheel", "Nope")])
def test_a_server_that_has_told_all_is_not_waited_for_any_longer(words, monkeypatch):
    monkeypatch.setattr(choosing, "_PATIENCE", 1e6)
    monkeypatch.setattr(choosing, "_STILL", 20 * MS)
    waits, wait_for = [], Client.wait_for
    monkeypatch.setattr(
        Client,
        "wait_for",
        lambda *args, timeout, **named: waits.append(timeout) or wait_for(*args, timeout=timeout, **named),
    )

    @scene
    async def play():
        async with standing(CONNECTED) as address:
            assert (await run(filter, *words, address=address)).code is ExitCode.NO
            assert waits.count(20 * MS) == 1  # one quiet time is enough

    play()


def test_a_shell_is_offered_devices():
    parser = argparse.ArgumentParser()
    choosing.add_device(parser, "--mount", "mount")
    assert isinstance(parser._option_string_actions["--mount"].completer, DeviceArgument)


@scene
async def test_a_server_that_is_silent_is_not_said_to_have_nothing():
    async with telling_all() as address:
        done = await run(filter, address=address)
        assert done.code is ExitCode.NO
        assert "The server has no devices, or does not answer." in done.err
