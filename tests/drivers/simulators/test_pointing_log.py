"""What a mount told becomes the path of an exposure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.simulators.pointing_log import PointingLog, Sample, path_of

ARCSEC = 1 / 3600


def logged(*samples):
    log = PointingLog()
    for sample in samples:
        log.add(sample)
    return log


def path(log, start, end):
    return path_of(log.during(start, end), start, end)


def mean(path):
    """Return the path's mean offset, arcsec east and north."""
    total = sum(weight for weight, *_ in path.offsets)
    return tuple(sum(offset[0] * offset[axis] for offset in path.offsets) / total for axis in (1, 2))


def span(path):
    """Return how far the path leads, arcsec east and north: from the middle of its first part to that of its last."""
    first, last = path.offsets[0], path.offsets[-1]
    return last[1] - first[1], last[2] - first[2]


def test_nothing_is_known_without_a_mount():
    assert path(PointingLog(), 0, 1) is None


def test_a_mount_that_stands_still_points_where_it_did():
    found = path(logged(Sample(10, 50.0, 20.0, position_angle=33.0)), 100, 102)
    assert (found.ra, found.dec, found.position_angle) == (50.0, 20.0, 33.0)
    assert sum(weight for weight, *_ in found.offsets) == pytest.approx(2)
    assert {offset[1:] for offset in found.offsets} == {(0.0, 0.0)}


def test_an_exposure_of_no_time_has_a_path():
    found = path(logged(Sample(10, 50.0, 20.0)), 100, 100)
    assert found.offsets == ((1.0, 0.0, 0.0),)


def test_a_drift_goes_on_until_something_else_is_told():
    found = path(logged(Sample(0, 50.0, 0.0, rate_east=2.0, rate_north=-1.0)), 10, 20)
    assert (found.ra, found.dec) == (pytest.approx(50 + 20 * ARCSEC), pytest.approx(-10 * ARCSEC))
    assert mean(found) == (pytest.approx(10, abs=1e-6), pytest.approx(-5, abs=1e-6))


def test_rates_east_are_on_the_sky_and_not_of_right_ascension():
    found = path(logged(Sample(0, 50.0, 60.0, rate_east=2.0)), 10, 20)
    assert found.ra == pytest.approx(50 + 2 * 20 * ARCSEC)
    assert mean(found) == (pytest.approx(10, abs=1e-6), 0)


@pytest.mark.parametrize("seconds", [0.01, 0.3, 0.5, 2.0])
def test_a_drift_is_no_standstill_however_short(seconds):
    found = path(logged(Sample(0, 50.0, 0.0, rate_east=8.0)), 10, 10 + seconds)
    places = [east for _, east, _ in found.offsets]
    assert len(places) > 1
    assert places == sorted(set(places))
    assert mean(found)[0] == pytest.approx(4 * seconds)


def test_a_step_in_the_middle_halves_the_light():
    found = path(logged(Sample(0, 50.0, 0.0), Sample(6, 50.0 + 8 * ARCSEC, 0.0)), 4, 8)
    there = sum(weight for weight, east, _ in found.offsets if east > 4)
    assert there == pytest.approx(2)
    assert mean(found) == (pytest.approx(4), 0)


def test_what_was_told_before_counts_from_then_on_and_what_comes_after_not_at_all():
    samples = [Sample(0, 10.0, 0.0), Sample(5, 20.0, 0.0), Sample(9, 30.0, 0.0)]
    found = path(logged(*samples), 6, 8)
    assert found.ra == 20.0
    assert span(found) == (0, 0)


def test_an_exposure_before_all_that_is_known_takes_the_first_there_is():
    assert path(logged(Sample(100, 10.0, 5.0)), 0, 1).ra == 10.0


def test_a_path_across_the_first_point_of_aries_is_short():
    found = path(logged(Sample(0, 359.999, 0.0, rate_east=3.6)), 0, 2)
    assert (found.ra, mean(found)[0]) == (pytest.approx(359.999), pytest.approx(3.6))
    found = path(logged(Sample(0, 359.999, 0.0, rate_east=3.6)), 10, 12)
    assert 0 <= found.ra < 1


def test_long_exposures_have_no_more_points_than_a_picture_can_use():
    found = path(logged(Sample(0, 10.0, 0.0, rate_east=1.0)), 0, 7200)
    assert len(found.offsets) <= 2001
    assert mean(found)[0] == pytest.approx(3600, rel=1e-6)


def test_what_is_told_later_of_an_earlier_time_replaces_what_was_known_since():
    log = logged(Sample(10, 1.0, 0.0), Sample(20, 2.0, 0.0), Sample(15, 3.0, 0.0))
    assert path(log, 21, 22).ra == 3.0


def test_what_no_exposure_needs_is_forgotten():
    log = logged(*(Sample(time, float(time), 0.0) for time in range(10)))
    log.forget(5.5)
    assert path(log, 5.6, 5.7).ra == 5.0
    assert path(log, 0, 0.1).ra == 5.0


def test_the_last_word_is_never_forgotten():
    log = logged(Sample(0, 7.0, 0.0))
    log.forget(1e9)
    assert path(log, 0, 1).ra == 7.0


times = st.floats(0, 100)


@given(st.lists(times, min_size=1, max_size=20), times, st.floats(0.001, 50))
def test_the_parts_of_a_path_are_as_long_as_the_exposure(told, start, seconds):
    log = logged(*(Sample(time, time, 0.0) for time in sorted(told)))
    found = path(log, start, start + seconds)
    assert sum(weight for weight, *_ in found.offsets) == pytest.approx(seconds)
    assert all(weight > 0 for weight, *_ in found.offsets)


@given(st.lists(times, max_size=20), times)
def test_forgetting_changes_no_exposure_that_begins_later(told, before):
    samples = [Sample(0.0, 100.0, 0.0), *(Sample(time, time, 0.0, rate_east=1.0) for time in sorted(told))]
    whole, short = logged(*samples), logged(*samples)
    short.forget(before)
    assert short.during(before, before + 5) == whole.during(before, before + 5)
