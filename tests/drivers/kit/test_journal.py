"""What a device logs, clients see as messages."""

import asyncio
import logging
import threading

import pytest

from lightapt_drivers import Device, on_disconnect
from lightapt_drivers.kit.journal import Journal
from lightapt_protocol.messages import Notice
from tests.drivers.kit.scenes import play, turns


class Thing(Device):
    """A thing that has something to say."""

    @on_disconnect
    async def leave(self):
        self.log.info("good bye")


@pytest.fixture
def log():
    log = logging.getLogger("a device under test")
    log.setLevel(logging.INFO)
    yield log
    log.handlers.clear()


def logged(log, scene):
    """Return what is said in a scene with a journal."""
    said = []

    async def with_journal():
        log.addHandler(Journal(said.append))
        await scene()

    asyncio.run(with_journal())
    return said


def test_a_line_of_the_log_is_a_message_with_its_level_in_front():
    thing = Thing()

    async def scene(harness):
        thing.log.warning("it is %d °C", 40)
        thing.log.error("too hot")
        return harness.said[-2:]

    first, second = play(scene, thing)
    assert isinstance(first, Notice)
    assert (first.device, first.message, second.message) == ("Thing", "[WARNING] it is 40 °C", "[ERROR] too hot")


def test_lines_come_in_their_order_among_the_other_messages():
    thing = Thing()

    async def scene(harness):
        thing.log.info("before")
        thing.debug.ok()
        thing.log.info("after")
        return [getattr(message, "message", "") for message in harness.said[-3:]]

    assert play(scene, thing) == ["[INFO] before", "", "[INFO] after"]


def test_details_are_not_told_unless_they_are_asked_for():
    thing = Thing()

    async def scene(harness):
        thing.log.debug("a detail")
        return harness.notices

    assert play(scene, thing) == []


def test_last_words_are_told():
    said = []

    async def scene(harness):
        harness._heard = said.append
        harness._port._said = lambda message, _: said.append(message)

    play(scene, Thing())
    assert [getattr(message, "message", "") for message in said] == ["[INFO] good bye"]


def test_threads_may_log(log):
    def write():
        for number in range(100):
            log.info("line %d", number)

    async def scene():
        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        await asyncio.gather(*(asyncio.to_thread(thread.join) for thread in threads))
        await turns(3)

    assert sorted(logged(log, scene)) == sorted(f"[INFO] line {number}" for number in range(100) for _ in range(4))


def test_what_a_thread_logs_is_told_by_the_loop(log):
    speakers = []

    async def scene():
        log.addHandler(Journal(lambda _: speakers.append(threading.get_ident())))
        await asyncio.to_thread(log.info, "from a thread")
        await turns(3)

    asyncio.run(scene())
    assert speakers == [threading.get_ident()]


def test_a_thread_that_outlives_the_loop_may_still_log(log):
    async def scene():
        """End at once."""

    said = logged(log, scene)
    thread = threading.Thread(target=log.info, args=("too late",))
    thread.start()
    thread.join()
    assert said == []


def test_a_device_that_has_ended_tells_nothing_more():
    thing = Thing()

    async def scene(harness):
        return harness

    harness = play(scene, thing)
    count = len(harness.said)
    thing.log.warning("too late")
    assert len(harness.said) == count
