"""What a receiver says scatters a little, and always in the same way."""

import statistics

import pytest

from lightapt_drivers.simulators.gps_model import scatter

NIGHT = [1_800_000_000.0 + 10 * step for step in range(4000)]


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_it_scatters_about_the_truth(axis):
    errors = [scatter(now, metres=2.0)[axis] for now in NIGHT]
    assert statistics.mean(errors) == pytest.approx(0, abs=0.1)
    assert 0.3 < statistics.stdev(errors) < 3
    assert max(map(abs, errors)) <= (3 if axis == 2 else 2)


def test_it_is_the_same_at_the_same_time():
    assert scatter(NIGHT[7], metres=2.0) == scatter(NIGHT[7], metres=2.0)


def test_it_changes_slowly():
    first, second = scatter(NIGHT[0], metres=2.0), scatter(NIGHT[0] + 1, metres=2.0)
    assert all(abs(a - b) < 0.2 for a, b in zip(first, second, strict=True))


def test_no_scatter_is_none():
    assert scatter(NIGHT[0], metres=0) == (0, 0, 0)
