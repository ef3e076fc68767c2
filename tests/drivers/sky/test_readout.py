"""Readout: noise has the mean, variance and skewness of counted electrons; gain, offset, binning and saturation."""

import numpy as np
import pytest

from lightapt_drivers.sky.detector import Depth
from lightapt_drivers.sky.readout import Charge, HotPixels, Readout, expected, read_out

NONE = HotPixels(np.array([], dtype=int), np.array([], dtype=int), np.array([], dtype=np.float32))
SHAPE = (240, 360)


def charge(even=0.0, *, dark=0.0, hot=NONE, stars=None, colours=None):
    even = np.atleast_2d(np.asarray(even, dtype=float))
    colours = np.ones_like(even) if colours is None else np.array(colours)
    return Charge(np.ones(SHAPE[0]), np.zeros(SHAPE[1]), even, stars, colours, dark, hot)


def readout(**changes):
    settings = {
        "binning": (1, 1), "noise": 1.5, "full_well": 60_000.0, "electrons_a_unit": 1.0, "offset": 100.0,
        "top": 65_535, "depth": Depth.SIXTEEN, "drop": 0,
    }  # fmt: skip
    return Readout(**settings | changes)


@pytest.mark.parametrize("noise", [0.3, 1.2, 5.0])
@pytest.mark.parametrize("light", [0.0, 0.4, 3.0, 12.0, 400.0, 30_000.0])
def test_noise_is_that_of_counting_and_reading(light, noise):
    """In units of a tenth of an electron, which add next to nothing; each bound is five standard errors."""
    settings = readout(noise=noise, electrons_a_unit=0.5, offset=50.0)
    found = (read_out(charge(light), settings, seed=(1,)).astype(float).ravel() - 50) * 0.5
    count, variance = found.size, light + noise**2 + 0.25 / 12
    assert found.mean() == pytest.approx(light, abs=5 * (variance / count) ** 0.5 + 1e-3)
    assert found.var() == pytest.approx(variance, rel=5 * (2 / count) ** 0.5 + 0.01 + 0.1 * (light == 0) * (noise < 1))
    skewness = np.mean((found - found.mean()) ** 3) / found.std() ** 3
    assert skewness == pytest.approx(light / variance**1.5, abs=0.06)


def test_few_electrons_are_distributed_as_if_counted_one_by_one():
    """The bent normal against a Poisson's plus a normal: no quantile differs by a fifth of a unit's noise."""
    random = np.random.default_rng(2)
    count = SHAPE[0] * SHAPE[1]
    honest = np.rint(random.poisson(2.0, count) + random.normal(0, 1.2, count) + 100)
    found = read_out(charge(2.0), readout(noise=1.2), seed=(3,)).ravel()
    both = [np.bincount(np.asarray(one, dtype=int), minlength=125)[:125].cumsum() / count for one in (honest, found)]
    assert np.abs(both[0] - both[1]).max() < 0.01


def test_the_photon_transfer_curve_tells_the_gain():
    levels = [2_000.0, 8_000.0, 20_000.0]
    settings = readout(electrons_a_unit=4.0, noise=6.0)
    pairs = [[read_out(charge(level), settings, seed=(n,)).astype(float) for n in (1, 2)] for level in levels]
    means = [(one.mean() + two.mean()) / 2 - 100 for one, two in pairs]
    variances = [(one - two).var() / 2 for one, two in pairs]
    assert 1 / np.polyfit(means, variances, 1)[0] == pytest.approx(4.0, rel=0.03)


def test_full_pixels_and_the_converter_end_the_scale():
    assert read_out(charge(1e6), readout(full_well=5_000.0), seed=(1,)).max() == 5_100
    assert read_out(charge(1e6), readout(top=4_095), seed=(1,)).max() == 4_095
    assert read_out(charge(1e6), readout(full_well=5_000.0, binning=(2, 2)), seed=(1,)).min() == 20_100


def test_nothing_goes_below_zero():
    picture = read_out(charge(0.0), readout(noise=20.0, offset=10.0), seed=(1,))
    assert picture.min() == 0
    assert picture.max() < 150


def test_eight_bits_are_the_highest_of_all():
    settings = {"top": 4_095, "noise": 5.0, "electrons_a_unit": 0.5}
    full = read_out(charge(700.0), readout(**settings), seed=(1,))
    eight = read_out(charge(700.0), readout(**settings, depth=Depth.EIGHT, drop=4), seed=(1,))
    assert eight.dtype == np.uint8
    assert np.array_equal(eight, full >> 4)


@pytest.mark.parametrize("binning", [(1, 1), (2, 2), (3, 1), (1, 4), (7, 7)])
def test_binning_sums_and_drops_what_fills_no_block(binning):
    stars = np.random.default_rng(0).random(SHAPE, dtype=np.float32)
    across, down = binning
    rows, columns = SHAPE[0] // down, SHAPE[1] // across
    blocks = (stars + 3.0)[: rows * down, : columns * across].reshape(rows, down, columns, across)
    summed = expected(charge(3.0, stars=stars), binning)
    assert summed == pytest.approx(blocks.sum(axis=(1, 3)), rel=1e-4)


def test_a_binned_pixel_is_read_once():
    picture = read_out(charge(0.0), readout(noise=10.0, binning=(4, 4), offset=500.0), seed=(1,))
    assert picture.std() == pytest.approx(10.0, rel=0.05)
    assert picture.mean() == pytest.approx(500, abs=1)


def test_each_colour_has_its_light():
    even, colours = [[1.0, 2.0], [3.0, 4.0]], [[0.1, 0.2], [0.3, 0.4]]
    light = expected(charge(even, stars=np.full(SHAPE, 10.0, dtype=np.float32), colours=colours, dark=5.0))
    parts = [[light[row::2, column::2] for column in (0, 1)] for row in (0, 1)]
    for row in (0, 1):
        for column in (0, 1):
            assert parts[row][column] == pytest.approx(even[row][column] + 10 * colours[row][column] + 5.0)


def test_hot_pixels_are_hot():
    hot = HotPixels(np.array([3, 200]), np.array([5, 359]), np.array([1000.0, 2000.0], dtype=np.float32))
    light = expected(charge(1.0, dark=2.0, hot=hot))
    assert (light[3, 5], light[200, 359]) == (1003.0, 2003.0)
    assert np.sum(light > 3.5) == 2


def test_the_result_does_not_depend_on_the_threads():
    pictures = [read_out(charge(30.0), readout(), seed=(9,), threads=threads) for threads in (1, 2, 5)]
    assert np.array_equal(pictures[0], pictures[1])
    assert np.array_equal(pictures[0], pictures[2])


def test_each_seed_has_noise_of_its_own():
    one, other = (read_out(charge(30.0), readout(), seed=seed).astype(float) for seed in ((9, 1), (9, 2)))
    assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.02


def test_no_strip_repeats_another():
    picture = read_out(charge(30.0), readout(), seed=(9,)).astype(float)
    rows = (picture - picture.mean()) / picture.std()
    likeness = rows @ rows.T / SHAPE[1]
    assert np.abs(likeness - np.diag(np.diag(likeness))).max() < 0.4
