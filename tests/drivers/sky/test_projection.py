"""The gnomonic projection: astropy's WCS reads its cards to the same places."""

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.sky.projection import Tan

SCALE = 5 / 3600
projections = st.builds(
    Tan,
    st.floats(0, 360, exclude_max=True),
    st.floats(-90, 90),
    st.floats(0, 4000),
    st.floats(0, 3000),
    st.tuples(st.floats(1e-4, 3e-3), st.floats(1e-4, 3e-3)),
    st.floats(-180, 360),
)
pixels = st.tuples(st.floats(0, 4000), st.floats(0, 3000))


@given(projections, pixels)
def test_cards_lead_astropy_to_the_same_place(tan, pixel):
    header = fits.Header(tan.cards())
    x, y = WCS(header).world_to_pixel_values(*tan.places(*pixel))
    assert (float(x), float(y)) == pytest.approx(pixel, abs=1e-3)


@given(projections, pixels)
def test_to_the_sky_and_back_is_no_way(tan, pixel):
    ra, dec = tan.places(*pixel)
    assert np.array(tan.pixels(np.array([ra]), np.array([dec]))).ravel() == pytest.approx(pixel, abs=1e-3)


def test_north_is_up_and_east_left():
    tan = Tan(10.0, 20.0, 100.0, 100.0, (SCALE, SCALE))
    (north, east), (above, level) = tan.pixels(np.array([10.0, 10.1]), np.array([20.1, 20.0]))
    assert (north, above) == pytest.approx((100.0, 100 - 0.1 / SCALE), rel=1e-4)
    assert east < 100 - 0.09 / SCALE
    assert level == pytest.approx(100.0, abs=0.1)


def test_a_position_angle_of_90_has_east_up():
    tan = Tan(10.0, 0.0, 100.0, 100.0, (SCALE, SCALE), 90.0)
    x, y = tan.pixels(np.array([10.1]), np.array([0.0]))
    assert (x[0], y[0]) == pytest.approx((100.0, 100 - 0.1 / SCALE), rel=1e-4)


def test_shifts_are_differences_of_places():
    tan = Tan(10.0, 0.0, 100.0, 100.0, (SCALE, SCALE), 33.0)
    x, y = tan.pixels(np.array([10.01]), np.array([0.02]))
    right, down = tan.shift(np.array([0.01]), np.array([0.02]))
    assert (x - 100, y - 100) == (pytest.approx(right, abs=1e-4), pytest.approx(down, abs=1e-4))


def test_what_is_behind_has_no_pixel():
    assert np.all(np.isnan(Tan(10.0, 20.0, 0.0, 0.0, (SCALE, SCALE)).pixels(np.array([190.0]), np.array([-20.0]))))


def test_a_cut_and_binned_picture_shows_the_same_sky():
    tan = Tan(10.0, 20.0, 100.0, 80.0, (SCALE, SCALE), 12.0)
    part = tan.cut(40, 30, (2, 3))
    # The middle of the binned pixel (5, 7) is that of the pixels 50, 51 and 51, 52, 53.
    assert part.places(5.0, 7.0) == pytest.approx(tan.places(50.5, 52.0))
