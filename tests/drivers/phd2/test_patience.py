"""Each answer has its time from when all earlier ones are there."""

import asyncio
import time

from lightapt_drivers.phd2.patience import Patience
from tests.drivers.phd2.scenes import MS

SHORT = 20 * MS
LONG = 3600.0


class Asked:
    """Answers that are waited for, and those that were given up."""

    def __init__(self):
        self.patience, self.given_up, self.any = Patience(), [], asyncio.Event()

    def ask(self, name, seconds):
        reply = asyncio.get_running_loop().create_future()
        self.patience.add(reply, seconds=seconds, give_up=lambda: self._give_up(name))
        return reply

    def _give_up(self, name):
        self.given_up.append(name)
        self.any.set()


def test_who_does_not_answer_in_time_is_given_up():
    async def scene():
        asked = Asked()
        asked.ask("slow", SHORT)
        await asked.any.wait()
        assert asked.given_up == ["slow"]

    asyncio.run(scene())


def test_an_answer_that_is_there_counts_however_late_the_machine_is():
    async def scene():
        asked, loop = Asked(), asyncio.get_running_loop()
        now = loop.time()
        loop.call_at(now, (reply := asked.ask("late", SHORT)).set_result, None)
        time.sleep(2 * SHORT)  # noqa: ASYNC251 - the machine is busy: both are due when it goes on
        await reply
        await asyncio.sleep(0)
        assert asked.given_up == []

    asyncio.run(scene())


def test_the_time_of_the_second_begins_when_the_first_is_answered():
    async def scene():
        asked = Asked()
        first, _ = asked.ask("first", LONG), asked.ask("second", SHORT)
        await asyncio.sleep(3 * SHORT)
        assert asked.given_up == []
        first.set_result(None)
        await asked.any.wait()
        assert asked.given_up == ["second"]

    asyncio.run(scene())


def test_an_answer_in_time_or_before_its_turn_is_expected_no_more():
    async def scene():
        asked = Asked()
        first, second = asked.ask("first", SHORT), asked.ask("second", SHORT)
        second.set_result(None)
        first.set_exception(OSError())
        await asyncio.sleep(0)
        asked.ask("third", SHORT)
        await asked.any.wait()
        assert asked.given_up == ["third"]
        assert first.exception()

    asyncio.run(scene())
