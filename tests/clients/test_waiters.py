"""Conditions are looked at when something changes that concerns them, and end with the client."""

import asyncio

import pytest

from lightapt_clients.waiters import Waiters
from lightapt_protocol.messages import Notice
from lightapt_protocol.mirror import Change, ChangeKind

from .puppet import scene


def change(device="Mount", name="COORD"):
    return Change(ChangeKind.NOTICE, Notice(device), device=device, name=name)


class Condition:
    def __init__(self):
        self.asked = []
        self.answer = None

    def __call__(self, change):
        self.asked.append(change)
        return self.answer


@scene
async def test_a_condition_is_asked_at_once_and_with_each_change():
    waiters, condition, first = Waiters(), Condition(), change()
    with waiters.expect(condition) as found:
        waiters.tell(first)
        assert condition.asked == [None, first]
        condition.answer = "yes"
        waiters.tell(change())
        assert await found == "yes"
        waiters.tell(change())
    assert len(condition.asked) == 3


@scene
async def test_a_condition_is_asked_again_when_the_connection_comes_or_goes():
    waiters, condition = Waiters(), Condition()
    with waiters.expect(condition, device="Mount") as found:
        condition.answer = "lost"
        waiters.look_again()
        assert await found == "lost"
    assert condition.asked == [None, None]


@scene
async def test_it_is_asked_only_about_what_concerns_it():
    waiters, mount, coord = Waiters(), Condition(), Condition()
    with waiters.expect(mount, device="Mount"), waiters.expect(coord, device="Mount", name="COORD"):
        for one in (change("Dome"), change("Mount", "PARK"), change()):
            waiters.tell(one)
    assert (len(mount.asked), len(coord.asked)) == (3, 2)


@scene
async def test_a_mistake_in_a_condition_goes_to_who_waits():
    def broken(_):
        raise ZeroDivisionError

    waiters = Waiters()
    with waiters.expect(broken) as found:
        waiters.tell(change())
        with pytest.raises(ZeroDivisionError):
            await found


@scene
async def test_a_mistake_that_nobody_looks_at_makes_no_noise():
    def broken(_):
        raise ZeroDivisionError

    noise = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: noise.append(context))
    with Waiters().expect(broken):
        pass
    assert noise == []


@scene
async def test_the_end_ends_all_waiting_also_what_begins_later():
    waiters = Waiters()
    with waiters.expect(lambda _: None) as before:
        waiters.end(ConnectionError("over"))
        with pytest.raises(ConnectionError), waiters.expect(lambda _: None) as after:
            await after
        with pytest.raises(ConnectionError):
            await before


@scene
async def test_what_is_so_already_is_found_even_after_the_end():
    waiters = Waiters()
    waiters.end(ConnectionError("over"))
    with waiters.expect(lambda _: "yes") as found:
        assert await found == "yes"
