"""The running RMS is the deviation about the mean, of the last steps."""

from math import hypot

from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.phd2.running import RunningRms

DISTANCE = st.floats(-50, 50)


def test_without_steps_there_is_none():
    assert RunningRms().value(3.0).steps == 0


@given(st.lists(st.tuples(DISTANCE, DISTANCE), min_size=1, max_size=80), st.integers(1, 60))
def test_only_the_last_steps_count(steps, window):
    running, again = RunningRms(window), RunningRms(1000)
    for step in steps:
        running.add(*step)
    for step in steps[-window:]:
        again.add(*step)
    assert running.value() == again.value()


@given(st.lists(st.tuples(DISTANCE, DISTANCE), min_size=1, max_size=50), DISTANCE)
def test_an_offset_makes_no_difference(steps, offset):
    running, moved = RunningRms(), RunningRms()
    for ra, dec in steps:
        running.add(ra, dec)
        moved.add(ra + offset, dec - offset)
    assert abs(running.value().total - moved.value().total) < 1e-6


def test_numbers_are_of_pixels_and_by_the_scale_of_arcseconds():
    running = RunningRms()
    for step in ((1, 2), (-1, -2)):
        running.add(*step)
    rms = running.value(2.0)
    assert (rms.ra, rms.dec, rms.total, rms.steps) == (1.0, 2.0, hypot(1, 2), 2)
    assert rms.arcsec == (2.0, 4.0, 2 * hypot(1, 2))
    assert running.value().arcsec is None
