"""The client of a focuser, against an emulated one."""

import asyncio

import pytest

from lightapt_drivers.instruments.emulators.faults import Garbage
from lightapt_drivers.instruments.emulators.line import Line
from lightapt_drivers.instruments.emulators.moonlite import MoonliteEmulator, MoonliteOptions
from lightapt_drivers.instruments.errors import AnswerError, LinkTimeoutError
from lightapt_drivers.instruments.link import open_link
from lightapt_drivers.instruments.moonlite.codec import Speed
from lightapt_drivers.instruments.moonlite.focuser import Features, MoonliteFocuser

PATIENCE = 20.0
EPOCH = 1_790_000_000.0


class Scene:
    """A focuser, its client, and a time that stands still until told."""

    def __init__(self, options):
        self.emulator = MoonliteEmulator(options)
        self.now = EPOCH
        self.line = Line(self.emulator, clock=lambda: self.now)
        self.focuser = None

    async def later(self, seconds):
        """Let time pass, once all that was said has been heard."""
        await self.focuser.position()
        self.now += seconds


def play(scene, options=None):
    async def main():
        it = Scene(options)
        async with asyncio.timeout(PATIENCE):
            with it.line, await open_link(it.line.address) as link:
                it.focuser = MoonliteFocuser(link)
                await scene(it)

    asyncio.run(main())


@pytest.mark.parametrize("ends_version", [True, False])
def test_the_firmware_is_asked_with_or_without_an_end(ends_version):
    async def scene(it):
        assert await it.focuser.firmware() == "1.0"
        assert await it.focuser.position() == 0x4000

    play(scene, MoonliteOptions(ends_version=ends_version))


def test_a_move_takes_its_time_and_arrives():
    async def scene(it):
        await it.focuser.move_to(0x4000 + 1000)
        assert await it.focuser.is_moving()
        await it.later(2)
        assert await it.focuser.position() == 0x4000 + 500
        await it.later(2)
        assert await it.focuser.position() == 0x4000 + 1000
        assert not await it.focuser.is_moving()

    play(scene)


def test_a_move_is_stopped_where_it_is():
    async def scene(it):
        await it.focuser.move_to(0)
        await it.later(2)
        await it.focuser.halt()
        await it.later(100)
        assert await it.focuser.position() == 0x4000 - 500
        assert not await it.focuser.is_moving()

    play(scene)


def test_the_present_position_gets_another_number():
    async def scene(it):
        await it.focuser.set_position(123)
        assert await it.focuser.position() == 123
        assert not await it.focuser.is_moving()

    play(scene)


def test_speed_and_steps_are_set_and_read():
    async def scene(it):
        assert await it.focuser.speed() is Speed.STEPS_250
        await it.focuser.set_speed(Speed.STEPS_63)
        assert await it.focuser.speed() is Speed.STEPS_63
        assert not await it.focuser.is_half_stepping()
        await it.focuser.set_half_stepping(on=True)
        assert await it.focuser.is_half_stepping()
        await it.focuser.set_half_stepping(on=False)
        assert not await it.focuser.is_half_stepping()

    play(scene)


def test_a_temperature_is_that_of_the_time_before():
    async def scene(it):
        assert await it.focuser.temperature() == 20
        it.emulator.ambient = -7.5
        await it.later(1)
        assert await it.focuser.temperature() == -7.5

    play(scene)


def test_a_temperature_has_an_offset():
    async def scene(it):
        await it.focuser.set_temperature_offset(-2.5)
        assert await it.focuser.temperature() == 17.5

    play(scene)


def test_a_focuser_follows_the_temperature():
    async def scene(it):
        await it.focuser.set_coefficient(-10)
        assert await it.focuser.coefficient() == -10
        await it.focuser.set_compensation(on=True)
        it.emulator.ambient = 15
        await it.focuser.temperature()
        await it.later(1)
        await it.later(1)
        assert await it.focuser.position() == 0x4000 + 50
        await it.focuser.set_compensation(on=False)
        it.emulator.ambient = 10
        await it.focuser.temperature()
        await it.later(1)
        await it.later(1)
        assert await it.focuser.position() == 0x4000 + 50

    play(scene)


def test_nonsense_is_shown_and_does_not_last():
    async def scene(it):
        it.line.spoil(Garbage(b"zzzz#"))
        with pytest.raises(AnswerError, match="b':GP#' was answered by b'zzzz#'"):
            await it.focuser.position()
        assert await it.focuser.position() == 0x4000

    play(scene)


def test_a_focuser_says_what_it_knows_of():
    async def scene(it):
        assert await it.focuser.greet() == Features(
            position=0x4000,
            firmware="1.0",
            speed=Speed.STEPS_250,
            is_half_stepping=False,
            temperature=20.0,
            coefficient=0,
        )

    play(scene)


def test_what_a_focuser_does_not_know_is_left_out():
    class Terse:
        async def ask(self, query):
            if query.command == b":GP#":
                return query.read(b"0400#")
            if query.command == b":GD#":
                return query.read(b"0A#")  # a speed of its own
            raise LinkTimeoutError(port="there", command=query.command, received=b"", seconds=query.timeout)

    assert asyncio.run(MoonliteFocuser(Terse()).greet()) == Features(position=0x400)
