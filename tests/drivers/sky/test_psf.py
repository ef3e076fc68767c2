"""Stamps: all of a star's light, where the star stands, as wide as it should be."""

import numpy as np
import pytest

from lightapt_drivers.sky.psf import Psf, stamps

SHAPES = [Psf(0.6), Psf(2.5), Psf(1.5, blur=6.0), Psf(1.5, blur=20.0, hole=0.4)]


def spread(stamp):
    rows, columns = np.indices(stamp.shape) - stamp.shape[0] // 2
    return np.sum(stamp * rows), np.sum(stamp * columns)


@pytest.mark.parametrize("psf", SHAPES)
def test_a_stamp_holds_all_light(psf):
    assert np.abs(stamps(psf, 16).sum(axis=(2, 3)) - 1).max() < 1e-5


@pytest.mark.parametrize("psf", SHAPES[1:])
def test_a_star_stands_where_its_stamp_says(psf):
    """Stars narrower than a pixel have no good centre of gravity, in any camera."""
    table = stamps(psf, 23)
    fine = len(table)
    for place in (0, fine // 3, fine // 2, fine - 1):
        down, right = spread(table[place, fine // 2])
        assert down == pytest.approx(place / fine - 0.5, abs=0.005)
        assert right == pytest.approx(fine // 2 / fine - 0.5, abs=0.005)


def test_a_star_in_focus_is_as_wide_as_it_should_be():
    """Across the middle of a stamp of a wide star, where pixels are small against it."""
    table = stamps(Psf(8.0), 32)
    fine = len(table)
    row = table[fine // 2, fine // 2, 32]
    half = np.flatnonzero(row > row.max() / 2)
    assert half[-1] - half[0] + 1 == pytest.approx(8.0, abs=1.0)


def test_far_out_of_focus_a_star_is_a_ring():
    psf = Psf(1.5, blur=40.0, hole=0.5)
    table = stamps(psf, 32)
    row = table[len(table) // 2, len(table) // 2, 32]
    middle, ring, outside = row[28:37].mean(), row[32 + 14 : 32 + 17].mean(), row[32 + 24 :].mean()
    assert ring > 5 * middle
    assert ring > 20 * outside


def test_without_an_obstruction_it_is_a_disc():
    table = stamps(Psf(1.5, blur=40.0), 32)
    row = table[len(table) // 2, len(table) // 2, 32]
    assert row[32] == pytest.approx(row[32 + 14], rel=0.05)


@pytest.mark.parametrize("psf", SHAPES)
def test_stamps_end_where_the_light_has_sunk_far_enough(psf):
    radius = int(np.ceil(psf.radius(np.array([1e4]), 0.5)[0]))
    table = stamps(psf, 64)
    stamp = table[len(table) // 2, len(table) // 2] * 1e4
    rows, columns = np.indices(stamp.shape) - 64
    assert stamp[np.hypot(rows, columns) > radius + 1].max() < 0.6


def test_brighter_stars_reach_farther():
    radii = Psf(2.0).radius(np.array([10.0, 1e3, 1e6]), 0.5)
    assert radii[0] < radii[1] < radii[2]


def test_rounding_leaves_few_shapes_and_changes_none_by_much():
    shapes = {Psf(width).rounded() for width in np.linspace(2.0, 2.2, 200)}
    assert len(shapes) <= 12
    assert all(abs(Psf(width).rounded().fwhm / width - 1) <= 0.006 for width in np.linspace(1, 9, 50))
    assert Psf(2.0, blur=1e6).rounded().blur <= 200


@pytest.mark.parametrize("psf", SHAPES[:2])
def test_the_brightest_pixel_is_about_as_bright_as_foretold(psf):
    table = stamps(psf, 16)
    assert table[len(table) // 2, len(table) // 2].max() == pytest.approx(psf.peak(), rel=0.5)
