"""An event loop in a thread, and the way into it."""

import asyncio
import threading
from contextlib import asynccontextmanager, nullcontext, suppress

import pytest

from lightapt_clients import ClosedError, WaitTimeoutError
from lightapt_clients.portal import Followed, Following, Portal
from lightapt_clients.subscriptions import Subscription
from tests.system.puppets import PATIENCE


@pytest.fixture
def portal():
    with Portal() as portal:
        yield portal


async def fail():
    raise ValueError("wrong")


async def count(to):
    for number in range(to):
        yield number


def test_what_a_coroutine_returns_or_raises_comes_back(portal):
    assert portal.run(asyncio.sleep(0, "done")) == "done"
    with pytest.raises(ValueError, match="wrong"):
        portal.run(fail())


def test_functions_are_called_in_the_loops_thread(portal):
    assert portal.call(threading.current_thread) is not threading.current_thread()


def test_many_threads_may_wait_at_once(portal):
    gate = portal.call(asyncio.Event)
    found = []
    threads = [threading.Thread(target=lambda: found.append(portal.run(gate.wait()))) for _ in range(5)]
    for thread in threads:
        thread.start()
    portal.call(gate.set)
    for thread in threads:
        thread.join()
    assert found == [True] * 5


def test_it_cannot_be_waited_for_in_its_own_thread(portal):
    with pytest.raises(ClosedError, match="its own thread"):
        portal.call(lambda: portal.run(asyncio.sleep(0)))


def test_it_cannot_be_waited_for_when_it_was_left():
    with Portal() as portal:
        pass
    with pytest.raises(ClosedError, match="is closed"):
        portal.run(asyncio.sleep(0))


class Entry:
    """The way in, which tells of who comes to it."""

    def __init__(self, lock, comes):
        self._lock = lock
        self._comes = comes

    def __enter__(self):
        self._comes()
        return self._lock.__enter__()

    def __exit__(self, *error):
        return self._lock.__exit__(*error)


def test_what_comes_in_while_it_is_left_does_not_hang(monkeypatch):
    portal = Portal().__enter__()
    closer, is_leaving = threading.Thread(target=portal.__exit__), threading.Event()
    submit = asyncio.run_coroutine_threadsafe

    def comes():
        if threading.current_thread() is closer:
            is_leaving.set()

    def while_it_is_left(coroutine, loop):
        closer.start()
        assert is_leaving.wait(PATIENCE)
        return submit(coroutine, loop)

    portal._entry = Entry(portal._entry, comes)
    monkeypatch.setattr(asyncio, "run_coroutine_threadsafe", while_it_is_left)
    with pytest.raises(ClosedError, match="is closed"):
        portal.run(asyncio.sleep(1000))
    closer.join()


def test_what_goes_on_ends_with_it():
    ended = threading.Event()

    async def going_on():
        try:
            await asyncio.sleep(1000)
        finally:
            ended.set()

    with Portal() as portal:
        task = portal.call(lambda: asyncio.ensure_future(going_on()))
        portal.run(asyncio.sleep(0))
    assert ended.is_set()
    assert task.cancelled()


def test_an_interrupted_wait_is_cancelled_and_its_cleaning_up_waited_for(portal, monkeypatch):
    began, gate, cleaned = threading.Event(), portal.call(asyncio.Event), []

    async def motion():
        try:
            began.set()
            await asyncio.sleep(1000)
        finally:
            asyncio.get_running_loop().call_soon(gate.set)
            await gate.wait()
            cleaned.append(True)

    def interrupted(_):
        began.wait()
        raise KeyboardInterrupt

    monkeypatch.setattr("concurrent.futures.Future.result", interrupted)
    with pytest.raises(KeyboardInterrupt):
        portal.run(motion())
    assert cleaned == [True]


def test_a_block_is_left_with_its_error(portal):
    seen = []

    @asynccontextmanager
    async def block():
        try:
            yield "value"
        except ValueError as error:
            seen.append(error)
            raise

    def leave():
        with portal.entered(block()) as value:
            raise ValueError(f"wrong {value}")

    with pytest.raises(ValueError, match="wrong value"):
        leave()
    assert len(seen) == 1


def test_a_block_may_swallow_its_error(portal):
    @asynccontextmanager
    async def block():
        with suppress(KeyboardInterrupt):
            yield

    with portal.entered(block()):
        raise KeyboardInterrupt
    assert portal.call(lambda: 1) == 1


def test_what_is_followed_is_iterated_to_its_end(portal):
    assert list(Following(portal, count(3))) == [0, 1, 2]


def test_what_does_not_come_in_time_is_late(portal):
    following = Followed(portal, lambda: Subscription(on_close=lambda _: None))
    with pytest.raises(WaitTimeoutError, match=r"nothing came within 0\.01 s"):
        following.next(timeout=0.01)


def test_a_subscription_ends_with_its_block_behind_what_waits(portal):
    closed = []
    subscription = portal.call(lambda: Subscription(on_close=closed.append))
    with Followed(portal, lambda: subscription) as following:
        portal.call(lambda: subscription.tell(1))
        assert following.next(timeout=PATIENCE) == 1
        portal.call(lambda: subscription.tell(2))
    assert closed == [subscription]
    assert list(following) == [2]
    assert following.missed == 0


def test_what_is_followed_ends_with_a_portal_that_is_left_within_its_block():
    portal = Portal()
    portal.__enter__()
    with Followed(portal, lambda: Subscription(on_close=lambda _: None)):
        portal.__exit__()


def test_what_is_followed_is_not_closed_in_the_loops_thread(portal):
    following = Followed(portal, lambda: Subscription(on_close=lambda _: None))
    with pytest.raises(ClosedError, match="its own thread"):
        portal.call(following.close)


@pytest.mark.parametrize("fails", [False, True])
def test_a_block_ends_with_a_portal_that_is_left_within_it(fails):
    @asynccontextmanager
    async def block():
        yield

    def play():
        portal = Portal()
        portal.__enter__()
        with portal.entered(block()):
            portal.__exit__()
            if fails:
                raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong") if fails else nullcontext():
        play()
