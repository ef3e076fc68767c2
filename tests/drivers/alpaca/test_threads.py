"""Calls are made one after another in a thread that nobody waits for."""

import asyncio
import subprocess
import sys
import threading

import pytest

from lightapt_drivers.alpaca.threads import CallThread


def test_calls_are_made_in_their_order():
    async def scene():
        thread = CallThread("a")
        made = []
        futures = [thread.submit(lambda number=number: made.append(number)) for number in range(5)]
        await asyncio.gather(*futures)
        thread.end()
        return made

    assert asyncio.run(scene()) == [0, 1, 2, 3, 4]


def test_what_a_call_raises_is_raised_where_it_is_awaited():
    async def scene():
        thread = CallThread("a")
        with pytest.raises(ZeroDivisionError):
            await thread.submit(lambda: 1 / 0)
        thread.end()

    asyncio.run(scene())


def test_a_call_that_nobody_waits_for_may_fail_without_a_word(caplog):
    async def scene():
        thread = CallThread("a")
        thread.submit(lambda: 1 / 0)
        await thread.submit(lambda: None)
        thread.end()

    asyncio.run(scene())
    assert not caplog.records


def test_a_call_may_end_after_its_loop():
    over = threading.Event()

    async def scene():
        thread = CallThread("a")
        thread.submit(lambda: over.wait(10))
        thread.end()

    asyncio.run(scene())
    over.set()


def test_a_stuck_call_does_not_keep_the_process():
    program = (
        "import asyncio, time\n"
        "from lightapt_drivers.alpaca.threads import CallThread\n"
        "async def main(): CallThread('a').submit(lambda: time.sleep(600))\n"
        "asyncio.run(main())\n"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=30, check=False).returncode == 0
