"""Drawn stars: their light, their places, and edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.sky.psf import Psf
from lightapt_drivers.sky.starfield import draw

SHAPE = (100, 120)
WIDE = Psf(2.0)


def drawn(x, y, light, psf=WIDE):
    places = (np.array(figures, dtype=float) for figures in (x, y))
    return draw(SHAPE, *places, light=np.array(light, dtype=float), psf=psf, faintest=0.5)


def centre(picture):
    rows, columns = np.indices(picture.shape)
    return np.sum(picture * columns) / picture.sum(), np.sum(picture * rows) / picture.sum()


@given(st.floats(45, 75), st.floats(45, 55), st.sampled_from([500.0, 1e5, 1e7]), st.sampled_from([1.4, 2.0, 4.0]))
def test_a_star_stands_where_it_is_put_with_all_its_light(x, y, light, fwhm):
    picture = drawn([x], [y], [light], Psf(fwhm))
    assert picture.sum() == pytest.approx(light, rel=1e-4)
    assert centre(picture) == (pytest.approx(x, abs=0.035), pytest.approx(y, abs=0.035))


def test_stars_that_share_pixels_add_up():
    alone = drawn([50.2], [50.7], [1000.0]), drawn([51.1], [49.9], [5000.0])
    assert drawn([50.2, 51.1], [50.7, 49.9], [1000.0, 5000.0]) == pytest.approx(alone[0] + alone[1], abs=0.01)


@pytest.mark.parametrize(("x", "y"), [(-0.5, 50.0), (119.5, 50.0), (60.0, -0.5), (60.0, 99.5)])
def test_half_of_a_star_on_an_edge_is_seen(x, y):
    assert drawn([x], [y], [10_000.0]).sum() == pytest.approx(5_000, rel=0.02)


def test_what_is_far_outside_or_nowhere_is_not_drawn():
    assert not drawn([-500.0, np.nan, 60.0], [50.0, 50.0, 900.0], [1e6] * 3).any()


def test_there_may_be_no_star():
    picture = drawn([], [], [])
    assert picture.shape == SHAPE
    assert not picture.any()


def test_as_many_as_one_likes_are_drawn():
    random = np.random.default_rng(1)
    picture = drawn(random.uniform(20, 100, 20_000), random.uniform(20, 80, 20_000), np.full(20_000, 100.0))
    assert picture.sum(dtype=float) == pytest.approx(2_000_000, rel=1e-4)
