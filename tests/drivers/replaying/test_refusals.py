"""What a replay says to those who want to set something of the recorded devices."""

from dataclasses import replace

import pytest

from lightapt_drivers.replaying import refusals
from lightapt_protocol.members import OneNumber
from lightapt_protocol.messages import NewNumberVector
from lightapt_protocol.vocabulary import State
from tests.system.puppets import PATIENCE

from .scenes import COORD, coord, element, file, replaying, scene

RECORDED = coord(7.0)


def steered(ra):
    return NewNumberVector("Mount", "COORD", members=(OneNumber("RA", ra),))


@pytest.fixture
def night(tmp_path):
    return file(tmp_path / "night.indi", element(0, COORD), element(1, RECORDED))


@pytest.fixture(autouse=True)
def lasting(monkeypatch):
    """Alerts stand as long as a test lasts."""
    monkeypatch.setattr(refusals, "_SHOWN", 2 * PATIENCE)


@pytest.fixture
def brief(lasting, monkeypatch):
    monkeypatch.setattr(refusals, "_SHOWN", 0.0)


async def answers(line, *requests):
    """Ask at the end of the recording; return what is said to it, as it was said."""
    await line.until(lambda: line.is_on("PAUSE"))
    line.said.clear()
    line.ask(*requests)
    await line.sync()
    return line.of("Mount")


def test_what_clients_want_is_refused_in_alert_with_words(night):
    @scene
    async def play():
        async with replaying(night) as line:
            (answer,) = await answers(line, steered(9.0))
            assert (answer.state, answer.members[0].value) == (State.ALERT, 7.0)
            assert answer.message == "COORD is played from a recording and cannot be set"

    play()


def test_after_a_while_all_is_as_it_was_recorded(night, brief):
    @scene
    async def play():
        async with replaying(night) as line:
            await answers(line, steered(9.0))
            await line.until(lambda: len(line.of("Mount")) == 2)
            refused, again = line.of("Mount")
            assert again == replace(refused, state=State.OK, message="")

    play()


def test_what_is_so_already_is_done(night):
    @scene
    async def play():
        async with replaying(night) as line:
            (answer,) = await answers(line, steered(7.0))
            assert (answer.state, answer.message) == (State.OK, "")

    play()


def test_who_asks_again_is_refused_again_and_the_alert_stands_as_long(night):
    @scene
    async def play():
        async with replaying(night) as line:
            first, second = await answers(line, steered(9.0), steered(9.0))
            assert first == second
            assert second.state is State.ALERT

    play()
