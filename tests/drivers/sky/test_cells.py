"""The cells are HEALPix's, and what is drawn in one lies in it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightapt_drivers.sky.cells import CELL_AREA, CELLS, cell_centres, cells_near, points_in, unit_vectors

from .healpix import cell_of


def test_centres_lie_in_their_cells():
    assert np.array_equal(cell_of(*cell_centres()), np.arange(CELLS))


@settings(max_examples=300)
@given(st.integers(0, CELLS - 1), st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_what_is_drawn_in_a_cell_lies_in_it(cell, across, up):
    assert cell_of(*points_in(cell, np.array([across]), np.array([up]))) == cell


@pytest.mark.parametrize("cell", [30, 5000, 12011, 12012, 36000, 60996, CELLS - 20])
def test_equal_steps_in_a_cell_are_equal_areas_of_sky(cell):
    across, up = np.meshgrid(*[np.linspace(0.001, 0.999, 9)] * 2)
    corners = unit_vectors(*points_in(cell, across, up))
    diagonals = corners[1:, 1:] - corners[:-1, :-1], corners[1:, :-1] - corners[:-1, 1:]
    areas = np.linalg.norm(np.cross(*diagonals), axis=-1) / 2 * np.degrees(1) ** 2
    assert areas == pytest.approx(np.full((8, 8), CELL_AREA * 0.998**2 / 64), rel=0.02)


@settings(max_examples=100)
@given(st.floats(0, 360), st.floats(-90, 90), st.floats(0, 20), st.floats(0, 360), st.floats(0, 1))
def test_no_cell_that_a_cone_touches_is_missing(ra, dec, radius, direction, part):
    """A place in the cone, reached from its middle over a sphere, is in one of the cells."""
    away, course = np.radians(radius * part), np.radians(direction)
    a, d = np.radians(ra), np.radians(dec)
    sine = np.sin(d) * np.cos(away) + np.cos(d) * np.sin(away) * np.cos(course)
    there = np.degrees(np.arcsin(np.clip(sine, -1, 1)))
    turn = np.arctan2(np.sin(course) * np.sin(away) * np.cos(d), np.cos(away) - np.sin(d) * sine)
    assert cell_of(np.degrees(a + turn), there) in cells_near(ra, dec, radius)


def test_a_small_cone_needs_few_cells():
    assert len(cells_near(10.0, 80.0, 0.5)) <= 12


def test_all_cells_cover_the_sphere():
    assert pytest.approx(41252.96, abs=0.01) == CELLS * CELL_AREA
    assert len(cells_near(0.0, 0.0, 180.0)) == CELLS


def test_vectors_have_length_one():
    vectors = unit_vectors(np.array([0.0, 90.0, 10.0]), np.array([0.0, 0.0, -90.0]))
    assert vectors == pytest.approx(np.array([[1, 0, 0], [0, 1, 0], [0, 0, -1]]), abs=1e-15)
