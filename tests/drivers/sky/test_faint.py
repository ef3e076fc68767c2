"""Drawn stars: how many there are, and that each is always the same."""

import numpy as np
import pytest

from lightapt_drivers.sky.cells import CELL_AREA
from lightapt_drivers.sky.faint import Surroundings, draw_in_cell, number_brighter

POLE = Surroundings(limit=11.7, scale=1.8, longitude=0.0, latitude=90.0)


@pytest.mark.parametrize(
    ("mag", "longitude", "latitude", "stars"),
    [(14.0, 0.0, 90.0, 48.9), (18.0, 0.0, 90.0, 587.8), (12.0, 180.0, 20.0, 32.4), (18.0, 180.0, 20.0, 2815.0)],
)
def test_the_model_counts_as_its_authors_say(mag, longitude, latitude, stars):
    assert number_brighter(mag, longitude, latitude) == pytest.approx(stars, rel=0.01)


def test_below_twenty_degrees_the_model_says_no_more():
    assert number_brighter(15.0, 90.0, -3.0) == number_brighter(15.0, 90.0, 20.0)


def test_a_fainter_limit_only_adds_stars():
    some, more = (np.array(draw_in_cell(7, 100, POLE, faintest=faintest)) for faintest in (14.0, 18.0))
    assert 0 < some.shape[1] < more.shape[1]
    assert np.array_equal(some, more[:, : some.shape[1]])


def test_no_drawn_star_is_brighter_than_the_catalogue_reaches():
    *_, mag = draw_in_cell(7, 100, POLE, faintest=18.0)
    assert mag.min() >= POLE.limit
    assert mag.max() <= 18.0


def test_nothing_is_drawn_where_the_catalogue_is_deep_enough():
    assert all(len(figures) == 0 for figures in draw_in_cell(7, 100, POLE, faintest=11.7))


def test_each_seed_and_cell_has_stars_of_its_own():
    skies = [draw_in_cell(seed, cell, POLE, faintest=15.0)[2] for seed, cell in ((1, 5), (2, 5), (1, 6))]
    assert len({tuple(sky) for sky in skies}) == 3


def test_as_many_are_drawn_as_the_counts_say():
    limits = (13.0, 15.0, 17.0)
    mags = np.concatenate([draw_in_cell(3, cell, POLE, faintest=17.0)[2] for cell in range(200)])
    for limit in limits:
        expected = 200 * CELL_AREA * POLE.scale * float(number_brighter(limit, 0, 90) - number_brighter(11.7, 0, 90))
        assert np.sum(mags <= limit) == pytest.approx(expected, abs=4 * expected**0.5)
