"""The clock of a mount flows evenly, whatever becomes of the system's."""

import time

import pytest

from lightapt_drivers.simulators import mount_clock
from lightapt_drivers.simulators.mount_clock import MountClock


class Times:
    """The system's clock, and the one that nobody sets."""

    def __init__(self, monkeypatch):
        self.system, self.steady = 1_800_000_000.0, 500.0
        monkeypatch.setattr(mount_clock.time, "time", lambda: self.system)
        monkeypatch.setattr(mount_clock, "_steady", lambda: self.steady)

    def pass_(self, seconds, *, by=0.0):
        self.steady += seconds
        self.system += seconds + by


@pytest.fixture
def times(monkeypatch):
    return Times(monkeypatch)


def test_it_begins_with_the_time_of_the_system():
    assert MountClock().now == pytest.approx(time.time(), abs=1)


@pytest.mark.parametrize("by", [0.0, 3600.0, -3600.0])
def test_it_flows_evenly_when_the_systems_clock_is_set(times, by):
    clock = MountClock()
    times.pass_(10, by=by)
    assert clock.now == 1_800_000_010
    assert clock.was_set_by == by


def test_a_clock_that_is_drawn_along_slowly_is_not_set(times):
    clock = MountClock()
    times.pass_(1000, by=0.1)
    assert clock.was_set_by == 0


def test_time_can_fly(times):
    clock = MountClock(rate=60)
    times.pass_(2)
    assert clock.now == 1_800_000_120
    assert clock.was_set_by == 0
    assert clock.waiting(120) == 2


def test_no_one_waits_for_what_is_past():
    assert MountClock().waiting(-1) == 0
