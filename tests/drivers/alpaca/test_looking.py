"""Waiting for the end of a motion, as looks show it."""

import asyncio
import math
from itertools import chain, repeat

import pytest

from lightapt_drivers import HardwareError
from lightapt_drivers.alpaca import arrivals
from lightapt_drivers.alpaca.looking import LookedAt


class Scripted(LookedAt):
    """A device at which each look shows the next place of a list, and in the end the last again and again."""

    def __init__(self, *places):
        super().__init__("It")
        self.places = chain(places, repeat(places[-1]))
        self.at = ""
        self.hurries = 0
        self.within = []

    def hurry(self):
        self.hurries += 1

    async def looked(self, *, within=math.inf):
        self.within.append(within)
        self.at = next(self.places)
        await asyncio.sleep(0)


def arrive(*places, near="", limit=5.0):
    """Return where a device that is to go to "there" is seen at the end."""
    it = Scripted(*places)
    asyncio.run(
        it.arrive(
            "the motion",
            moves=lambda: it.at == "moving",
            there=lambda: it.at == "there",
            near=(lambda: it.at in ("there", near)) if near else None,
            elsewhere=lambda: f"it is {it.at}",
            limit=limit,
        )
    )
    return it.at


def test_it_waits_until_the_device_rests_where_it_should():
    assert arrive("here", "moving", "moving", "there") == "there"


def test_what_comes_to_rest_elsewhere_is_an_error_that_says_where():
    with pytest.raises(HardwareError, match="it is half way: was it stopped by hand"):
        arrive("moving", "half way")


def test_what_never_moves_is_an_error_that_does_not_speak_of_hands():
    with pytest.raises(HardwareError, match="it is here: it was never seen to move"):
        arrive("here")


def test_what_is_near_enough_in_the_end_is_no_error():
    assert arrive("moving", "beside it", near="beside it") == "beside it"


def test_what_moves_on_and_on_is_an_error():
    with pytest.raises(HardwareError, match="the motion has not ended after 0 s"):
        arrive("moving", limit=0.0)


def test_who_waits_has_the_next_look_made_at_once_and_no_other():
    it = Scripted("moving", "moving", "moving", "there")
    asyncio.run(it.follow(lambda: it.at == "there", limit=5.0))
    assert it.hurries == 1


@pytest.mark.parametrize(("is_urgent", "within"), [(True, 1.0), (False, math.inf)])
def test_a_motion_does_not_wait_for_a_long_period_after_a_look_that_failed(is_urgent, within):
    it = Blind("moving", "!", "there")
    asyncio.run(it.follow(lambda: it.at == "there", limit=5.0, is_urgent=is_urgent))
    assert it.within == [within] * 3


class Blind(Scripted):
    """As before; at "moving?" and "?" it does not tell where it is, and at "!" nothing at all."""

    async def looked(self, *, within=math.inf):
        await super().looked(within=within)
        if self.at == "!":
            raise HardwareError("the driver is dead")

    def unread(self, *members):
        return HardwareError("the encoder is lost") if members and self.at.endswith("?") else None


def arrive_blind(*places):
    """Return where it is seen at the end."""
    it = Blind(*places)
    asyncio.run(
        it.arrive(
            "the motion",
            moves=lambda: it.at.startswith("moving"),
            there=lambda: it.at in ("there", "?"),
            elsewhere=lambda: f"it is {it.at}",
            needs=("Position",),
        )
    )
    return it.at


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(arrivals, "_PATIENCE", 0.0)


@pytest.mark.usefixtures("impatient")
def test_what_moves_need_not_tell_where_it_is():
    assert arrive_blind("moving", *["moving?"] * 20, "there") == "there"


@pytest.mark.usefixtures("impatient")
def test_what_rests_and_does_not_tell_where_is_asked_again_and_then_an_error_in_its_words():
    assert arrive_blind("moving?", "?", "!", "there") == "there"
    with pytest.raises(HardwareError, match="the encoder is lost"):
        arrive_blind("moving?", "?")


@pytest.mark.usefixtures("impatient")
def test_looks_that_fail_again_and_again_are_an_error_in_the_devices_words():
    assert arrive_blind("moving", "!", "!", "moving", "!", "!", "there") == "there"
    with pytest.raises(HardwareError, match="the driver is dead"):
        arrive_blind("moving", "!")
