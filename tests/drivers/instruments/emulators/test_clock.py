"""The clock of an emulated mount."""

from datetime import UTC, datetime

import pytest

from lightapt_drivers.instruments.emulators.clock import MountClock

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
NOW = NOON.timestamp()


def test_a_clock_is_right_when_switched_on():
    assert MountClock().local(NOW) == NOON


def test_a_clock_is_set_and_goes_on():
    clock = MountClock()
    assert clock.set_time("23:04:05", NOW)
    assert clock.set_date("02/28/24", NOW)
    assert clock.local(NOW) == datetime(2024, 2, 28, 23, 4, 5, tzinfo=UTC)
    assert clock.local(NOW + 86400) == datetime(2024, 2, 29, 23, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(("text", "hours"), [("-02", -2), ("+5", 5), ("-05.5", -5.5), ("+05:45", 5.75)])
def test_an_offset_leaves_the_clock_as_it_is(text, hours):
    clock = MountClock()
    assert clock.set_offset(text)
    assert clock.to_utc == hours
    assert clock.local(NOW) == NOON


@pytest.mark.parametrize("text", ["", "x", "100", "+5:5"])
def test_what_is_no_offset_is_refused(text):
    assert not MountClock().set_offset(text)


@pytest.mark.parametrize("text", ["", "25:00:00", "12:60:00", "12:00"])
def test_what_is_no_time_is_refused(text):
    assert not MountClock().set_time(text, NOW)


@pytest.mark.parametrize("text", ["", "13/01/26", "02/30/26", "2026-01-01"])
def test_what_is_no_date_is_refused(text):
    clock = MountClock()
    assert not clock.set_date(text, NOW)
    assert clock.local(NOW) == NOON
