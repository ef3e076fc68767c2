"""Telescopes: scale, light and sharpness."""

import math

import pytest

from lightapt_drivers.sky.optics import Optics


def test_the_scale_is_pixel_over_focal_length():
    assert Optics(focal_length=206.265).scale(1.0) == pytest.approx(1.0, rel=1e-5)


def test_a_secondary_mirror_takes_light():
    assert Optics(aperture=200.0).area == pytest.approx(314.16, rel=1e-4)
    assert Optics(aperture=200.0, obstruction=0.5).area == pytest.approx(314.16 * 0.75, rel=1e-4)


def test_air_diffraction_and_glass_add_as_squares():
    telescope = Optics(focal_length=1000.0, aperture=100.0, spot=5.0)
    diffraction, spot = 1.03 * 550e-9 / 0.1 * 206265, 5.0 / 1000 * 206.265
    assert telescope.width(2.0, 550.0) == pytest.approx(math.sqrt(4 + diffraction**2 + spot**2), rel=1e-4)


def test_defocus_is_a_cone_of_the_telescopes_ratio():
    telescope = Optics(focal_length=400.0, aperture=100.0, focuser_step=2.0)
    assert telescope.blur(30) == telescope.blur(-30) == pytest.approx(30 * 2.0 / 4)
    assert telescope.blur(0) == 0
