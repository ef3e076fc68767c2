"""The path of a telescope becomes that of its stars, the other way and with the same weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.sky.path import Offset, pixel_path
from lightapt_drivers.sky.projection import Tan

SKY = Tan(10.0, 20.0, 0.0, 0.0, (2 / 3600, 2 / 3600))
"""Pixels of two arcsec, north up and east left."""

offsets = st.builds(Offset, st.floats(0.01, 10), st.floats(-60, 60), st.floats(-60, 60))


def test_at_rest_there_is_one_point():
    right, down, parts = pixel_path((Offset(3.0, 0.0, 0.0),), SKY)
    assert (right, down, parts) == (pytest.approx([0]), pytest.approx([0]), pytest.approx([1]))


def test_stars_go_the_other_way():
    """East is left: a telescope that goes east lets stars go right; one that goes north lets them go down."""
    right, down, _ = pixel_path((Offset(1.0, 4.0, 6.0),), SKY)
    assert (right[0], down[0]) == pytest.approx((2.0, 3.0))


def test_time_weighs():
    right, _, parts = pixel_path((Offset(3.0, 0.0, 0.0), Offset(1.0, 40.0, 0.0)), SKY)
    assert np.dot(right, parts) == pytest.approx(20 / 4, abs=0.1)


def test_a_drift_is_a_line_without_gaps():
    right, down, parts = pixel_path((Offset(1.0, 0.0, 0.0), Offset(1.0, 0.0, 40.0)), SKY)
    order = np.argsort(down)
    assert np.max(np.diff(down[order])) <= 0.75
    assert down[order][[0, -1]] == pytest.approx([-10, 30], abs=0.5)
    assert parts[order].cumsum() == pytest.approx((down[order] + 10) / 40, abs=0.03)
    assert right == pytest.approx(np.zeros(len(right)))


@given(st.lists(offsets, min_size=1, max_size=20))
def test_all_light_falls_somewhere(path):
    right, down, parts = pixel_path(path, SKY)
    assert parts.sum() == pytest.approx(1)
    assert np.all(np.abs(right) <= 60.01)
    assert np.all(np.abs(down) <= 60.01)


def test_a_jump_is_not_carried_on():
    """What rested, jumped and rested again is seen at both places and between them, and nowhere else."""
    _, down, parts = pixel_path([Offset(1.0, 0.0, north) for north in (0, 0, 0, 20, 20)], SKY)
    assert (down.min(), down.max()) == pytest.approx((0, 10))
    assert parts[np.argmin(down)] == pytest.approx(0.5, abs=0.05)


def test_a_thousand_offsets_close_together_are_few_points():
    jitter = np.random.default_rng(0).normal(0, 0.5, (1000, 2))
    right, down, parts = pixel_path([Offset(1.0, *offset) for offset in jitter], SKY)
    assert len(right) < 100
    assert np.dot(right, parts) == pytest.approx(jitter[:, 0].mean() / 2, abs=0.02)
    assert np.dot(down, parts) == pytest.approx(jitter[:, 1].mean() / 2, abs=0.02)
