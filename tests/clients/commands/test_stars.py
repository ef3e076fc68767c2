"""How sharp stars are: pictures whose answer is known."""

import numpy as np
import pytest

from lightapt_clients.commands.stars import levels, luminance, sharpness

SHAPE = (512, 640)
HALF = 1.1774
"""Half-flux radius of a Gaussian star, in standard deviations."""
PIXEL = 1 / 12
"""What a pixel adds to the square of a standard deviation."""


def sky(seed=1, noise=12.0, slope=300.0):
    rng = np.random.default_rng(seed)
    return rng.normal(1000, noise, SHAPE) + np.linspace(0, slope, SHAPE[1])


def add(picture, row, column, flux, profile):
    """Add a star; each pixel is the mean of 25 places in it."""
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    reach = (slice(max(0, int(row) - 60), int(row) + 60), slice(max(0, int(column) - 60), int(column) + 60))
    steps = np.linspace(-0.4, 0.4, 5)
    light = sum(profile(np.hypot(rows[reach] + a - row, columns[reach] + b - column)) for a in steps for b in steps)
    picture[reach] += flux * light / light.sum()


def gaussian(sigma):
    return lambda away: np.exp(-(away**2) / 2 / sigma**2)


def field(profile, count=30, flux=60_000.0, apart=80):
    picture, rng = sky(), np.random.default_rng(2)
    places = [(r, c) for r in range(apart, SHAPE[0] - apart, apart) for c in range(apart, SHAPE[1] - apart, apart)]
    for row, column in places[:count]:
        add(picture, row + rng.uniform(-0.5, 0.5), column + rng.uniform(-0.5, 0.5), flux, profile)
    return np.clip(picture, 0, 65535).astype(np.uint16)


def measured(picture, **options):
    plane, scale = luminance(picture, is_mosaic=False)
    assert scale == 1
    return sharpness(plane, **options)


@pytest.mark.parametrize("sigma", [0.8, 1.5, 3.0, 6.0])
def test_gaussian_stars_measure_what_they_are(sigma):
    found = measured(field(gaussian(sigma), flux=60_000 * sigma**2))
    assert found.stars >= 20
    assert found.hfr == pytest.approx(HALF * np.sqrt(sigma**2 + PIXEL), rel=0.03)


def test_the_rings_of_a_telescope_out_of_focus_measure_what_they_are():
    found = measured(field(lambda away: (away > 4) & (away < 10), flux=500_000))
    assert found.stars >= 20
    assert found.hfr == pytest.approx(np.sqrt((16 + 100) / 2), rel=0.05)


def test_hot_pixels_are_no_stars():
    picture = sky()
    picture[50:460:40, 50:600:40] += 30_000
    assert measured(picture.astype(np.uint16)) is None


def test_saturated_stars_do_not_count():
    picture = field(gaussian(1.5), flux=2e6)
    assert measured(picture, saturation=64_000) is None


def test_noise_shows_no_stars():
    assert measured(sky().astype(np.uint16)) is None
    assert measured(np.zeros(SHAPE, dtype=np.uint16)) is None
    assert measured(np.zeros((20, 30), dtype=np.uint16)) is None


def test_a_mosaic_is_measured_by_four_pixels():
    picture = field(gaussian(3.0), flux=300_000).astype(float)
    picture[::2, ::2] *= 0.3
    plane, scale = luminance(picture, is_mosaic=True)
    assert scale == 2
    assert sharpness(plane).hfr * scale == pytest.approx(HALF * 3, rel=0.08)


def test_colour_planes_become_one():
    picture = field(gaussian(2.0))
    plane, _ = luminance(np.stack([picture] * 3), is_mosaic=False)
    assert plane.shape == SHAPE


def test_what_is_no_number_does_not_count():
    picture = field(gaussian(2.0), flux=100_000).astype(np.float32)
    picture[100:110, 100:110] = np.nan
    found = levels(picture)
    assert found.min > 0
    assert found.median == pytest.approx(1150, rel=0.05)
    assert sharpness(luminance(picture, is_mosaic=False)[0]).hfr == pytest.approx(2 * HALF, rel=0.05)
    assert levels(np.full((2, 2), np.nan)).max == 0
