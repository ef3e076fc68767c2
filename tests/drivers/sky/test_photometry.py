"""Filters and colours let through what they should."""

import numpy as np
import pytest

from lightapt_drivers.sky.photometry import Channel, Filter, Spectrum, dimming, electrons


def test_a_star_of_magnitude_0_brings_a_thousand_photons_an_angstrom():
    """Through a filter as V, 88 nm wide: some 880 000 a second and cm²."""
    green = electrons(Spectrum.STAR, Filter.G, Channel.MONO)
    width, peak = Filter.G.value.width, Filter.G.value.peak
    assert green / (width * peak) == pytest.approx(10_000, rel=0.1)


@pytest.mark.parametrize("spectrum", Spectrum)
def test_wider_filters_let_more_through(spectrum):
    clear, wide, green, line = (
        electrons(spectrum, filter, Channel.MONO) for filter in (Filter.CLEAR, Filter.L, Filter.G, Filter.OIII)
    )
    assert clear > wide > green > line > 0


def test_luminance_holds_about_red_green_and_blue():
    parts = sum(electrons(Spectrum.STAR, filter, Channel.MONO) for filter in (Filter.R, Filter.G, Filter.B))
    assert parts == pytest.approx(electrons(Spectrum.STAR, Filter.L, Channel.MONO), rel=0.1)


@pytest.mark.parametrize(
    ("filter", "best"),
    [(Filter.R, Channel.RED), (Filter.HA, Channel.RED), (Filter.G, Channel.GREEN), (Filter.B, Channel.BLUE)],
)
def test_each_colour_is_seen_by_its_pixels(filter, best):
    colours = (Channel.RED, Channel.GREEN, Channel.BLUE)
    assert max(colours, key=lambda channel: electrons(Spectrum.STAR, filter, channel)) is best


def test_the_night_sky_is_redder_than_stars():
    night, star = (
        electrons(spectrum, Filter.R, Channel.MONO) / electrons(spectrum, Filter.B, Channel.MONO)
        for spectrum in (Spectrum.NIGHT, Spectrum.STAR)
    )
    assert night > 1.5 * star


@pytest.mark.parametrize("filter", Filter)
def test_half_of_the_peak_passes_at_the_edges(filter):
    band = filter.value
    edges = band.transmission(np.array([band.centre - band.width / 2, band.centre, band.centre + band.width / 2]))
    assert edges == pytest.approx([band.peak / 2, band.peak, band.peak / 2])


def test_five_magnitudes_are_a_hundred():
    assert dimming(5.0) == pytest.approx(0.01)
