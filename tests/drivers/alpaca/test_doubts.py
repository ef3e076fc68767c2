"""A property is in doubt once two looks in a row could not read what it shows, and no longer than that lasts."""

from dataclasses import dataclass, field

from lightapt_drivers import HardwareError
from lightapt_drivers.alpaca.doubts import Doubts

LOST = HardwareError("the encoder is lost")
DEAD = HardwareError("the driver is dead")
SHOWN = {"PLACE": {"Slewing", "Azimuth"}}


@dataclass
class Seen:
    """What a look could and could not read."""

    unread: dict = field(default_factory=dict)
    shown: dict = field(default_factory=lambda: SHOWN)


def looked(*looks):
    doubts = Doubts()
    for look in looks:
        doubts.looked(*look)
    return doubts


WELL = (Seen(),)
BLIND = (Seen({"Azimuth": LOST}),)


def test_one_look_that_does_not_tell_is_no_doubt_yet():
    assert looked(WELL, BLIND).lasting == {}
    assert looked(BLIND, WELL, BLIND).lasting == {}


def test_two_in_a_row_are_and_the_first_that_tells_ends_it():
    assert looked(WELL, BLIND, BLIND).lasting == {"PLACE": LOST}
    assert looked(WELL, BLIND, BLIND, WELL).lasting == {}


def test_what_nothing_shows_puts_nothing_in_doubt():
    other = (Seen({"AtHome": LOST}),)
    doubts = looked(other, other)
    assert doubts.lasting == {}
    assert doubts.why("AtHome") is LOST
    assert doubts.why("Azimuth") is None


def test_a_look_that_failed_before_anything_was_read_puts_all_in_doubt():
    failed = (None, DEAD)
    assert looked(failed, failed).lasting == {}
    doubts = looked(WELL, failed, failed)
    assert doubts.lasting == {"PLACE": DEAD}
    assert doubts.why("Azimuth", "AtHome") is DEAD


def test_a_look_that_failed_half_way_leaves_what_was_read_alone():
    both = Seen(shown={**SHOWN, "SHUTTER": {"ShutterStatus"}})
    half = (Seen(shown=SHOWN), DEAD)
    assert looked((both,), half, half).lasting == {"SHUTTER": DEAD}
