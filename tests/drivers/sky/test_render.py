"""Pictures: everything together, against what is known of stars, sensor and telescope."""

from dataclasses import replace

import numpy as np
import pytest

from lightapt_drivers.sky.catalogue import stars_near
from lightapt_drivers.sky.conditions import Conditions, Weather
from lightapt_drivers.sky.detector import Area, Bayer, Depth, Exposure, FrameType, Sensor
from lightapt_drivers.sky.optics import Optics
from lightapt_drivers.sky.path import Offset
from lightapt_drivers.sky.photometry import Channel, Filter, Spectrum, dimming
from lightapt_drivers.sky.render import PANEL, expected_electrons, render
from lightapt_drivers.sky.view import View, projection

SENSOR = Sensor(width=600, height=400, vignetting=0.0, hot_fraction=0.0)
STILL = Conditions(weather=Weather(seeing=4.0))
VIEW = View(56.87, 24.1, conditions=STILL)
"""The Pleiades."""
LONG = Exposure(10.0, 1)
"""So long that the air's dance is nothing."""


def surrounded(picture, x, y, radius):
    """The light around a place, less the sky's, and its centre."""
    column, row = round(x), round(y)
    part = np.asarray(picture, dtype=float)[row - radius : row + radius + 1, column - radius : column + radius + 1]
    light = part - np.median(np.asarray(picture, dtype=float))
    rows, columns = np.indices(light.shape) - radius
    return light.sum(), column + np.sum(light * columns) / light.sum(), row + np.sum(light * rows) / light.sum()


def half_flux_radius(picture, x, y, radius=45):
    column, row = round(x), round(y)
    part = picture[row - radius : row + radius + 1, column - radius : column + radius + 1].astype(float)
    light = np.clip(part - np.median(picture), 0, None)
    rows, columns = np.indices(light.shape)
    far = np.hypot(columns - np.sum(light * columns) / light.sum(), rows - np.sum(light * rows) / light.sum())
    return np.sum(light * far) / light.sum()


def isolated(view, sensor=SENSOR, exposure=LONG, *, brightest=6.0, faintest=8.5, apart=30):
    """Stars in the picture that have nothing near to disturb them: x, y, magnitude."""
    stars = stars_near(view.ra, view.dec, 1.0, 13.0)
    x, y = projection(view, sensor, exposure).pixels(stars.ra, stars.dec)
    for this in np.flatnonzero((stars.mag > brightest) & (stars.mag < faintest)):
        near = np.hypot(x - x[this], y - y[this]) < apart
        inside = apart < x[this] < sensor.width - apart and apart < y[this] < sensor.height - apart
        if inside and np.sum(dimming_of(stars.mag[near] - stars.mag[this])) < 1.03:
            yield x[this], y[this], stars.mag[this]


def dimming_of(magnitudes):
    return np.array([dimming(magnitude) for magnitude in magnitudes])


@pytest.mark.parametrize("position_angle", [0.0, 37.0, 180.0])
def test_stars_stand_where_the_projection_says(position_angle):
    view = replace(VIEW, position_angle=position_angle)
    picture = expected_electrons(view, SENSOR, LONG)
    stars = list(isolated(view, faintest=10.5, apart=13))
    assert len(stars) >= 5
    for x, y, _ in stars:
        _, found_x, found_y = surrounded(picture, x, y, 6)
        assert (found_x, found_y) == (pytest.approx(x, abs=0.1), pytest.approx(y, abs=0.1))


def test_an_isolated_star_brings_as_many_electrons_as_it_should():
    """In a second, in which none is saturated."""
    picture = render(VIEW, SENSOR, replace(LONG, seconds=1.0)) * SENSOR.electrons_a_unit(0)
    zero = VIEW.electrons(SENSOR, Spectrum.STAR, Channel.MONO) * dimming(STILL.loss)
    stars = list(isolated(VIEW, faintest=9.0, apart=13))
    assert len(stars) >= 4
    for x, y, mag in stars:
        light, *_ = surrounded(picture, x, y, 8)
        assert light == pytest.approx(zero * dimming(mag), rel=0.04)


def test_the_sky_is_as_bright_as_said():
    picture = expected_electrons(VIEW, SENSOR, LONG)
    night = VIEW.electrons(SENSOR, Spectrum.NIGHT, Channel.MONO) * dimming(21.0)
    area = VIEW.optics.scale(SENSOR.pixel) ** 2
    assert np.median(picture) == pytest.approx(night * area * 10 + SENSOR.dark_current * 10, rel=0.02)


def test_focus_has_a_v_curve():
    """Even, rising on both sides, a hyperbola: flat in the middle, a straight line far out."""
    view = replace(VIEW, optics=Optics(focuser_step=0.5))
    x, y, _ = next(isolated(view, faintest=7.5, brightest=4.5, apart=60))
    offsets = [-1000, -600, -300, -150, -50, 0, 50, 150, 300, 600, 1000]
    radii = [
        half_flux_radius(expected_electrons(replace(view, focus_offset=offset), SENSOR, LONG), x, y)
        for offset in offsets
    ]
    assert radii[:5] == pytest.approx(radii[:5:-1], rel=1e-6)
    assert np.all(np.diff(radii[5:]) > 0)
    slopes = np.diff(radii[5:]) / np.diff(offsets[5:])
    assert slopes[0] < 0.4 * slopes[-1]
    # Two thirds of the radius of an even disc: 1000 steps of 0.5 µm at f/4.
    assert radii[-1] == pytest.approx(2 / 3 * 1000 * 0.5 / 4 / SENSOR.pixel / 2, rel=0.12)


def test_defocus_loses_no_light():
    x, y, _ = next(isolated(VIEW, faintest=7.5, brightest=4.5, apart=60))
    sharp, blurred = (
        surrounded(expected_electrons(replace(VIEW, focus_offset=offset), SENSOR, LONG), x, y, 30)[0]
        for offset in (0, 600)
    )
    assert blurred == pytest.approx(sharp, rel=0.03)


def test_stars_are_wider_low_in_the_sky():
    x, y, _ = next(isolated(VIEW))
    widths = [
        half_flux_radius(
            expected_electrons(replace(VIEW, conditions=replace(STILL, altitude=altitude)), SENSOR, LONG), x, y, 10
        )
        for altitude in (90.0, 20.0)
    ]
    assert widths[1] > 1.2 * widths[0]


def test_a_pulse_to_the_east_moves_the_stars_as_far_west():
    moved = replace(VIEW, path=(Offset(1.0, 10.0, -5.0),))
    x, y, _ = next(isolated(VIEW))
    _, at_x, at_y = surrounded(expected_electrons(VIEW, SENSOR, LONG), x, y, 8)
    _, to_x, to_y = surrounded(expected_electrons(moved, SENSOR, LONG), x, y, 8)
    scale = VIEW.optics.scale(SENSOR.pixel)
    assert (to_x - at_x, to_y - at_y) == (pytest.approx(10 / scale, abs=0.07), pytest.approx(-5 / scale, abs=0.07))


def test_drift_draws_trails():
    x, y, _ = next(isolated(VIEW, apart=60))
    trail = replace(VIEW, path=(Offset(1.0, 0.0, 0.0), Offset(1.0, 100.0, 0.0)))
    picture = expected_electrons(trail, SENSOR, LONG) - np.median(expected_electrons(trail, SENSOR, LONG))
    scale = VIEW.optics.scale(SENSOR.pixel)
    row = picture[round(y), round(x - 40 / scale) : round(x + 140 / scale)]
    assert row.min() > 0.7 * row.max()
    assert picture[round(y), round(x - 80 / scale)] < 0.05 * row.max()


def test_the_same_number_brings_the_same_picture_and_another_another():
    pictures = [render(VIEW, SENSOR, replace(LONG, number=number), seed=5) for number in (1, 1, 2)]
    assert np.array_equal(pictures[0], pictures[1])
    assert not np.array_equal(pictures[0], pictures[2])
    assert not np.array_equal(pictures[0], render(VIEW, SENSOR, LONG, seed=6))


def test_short_exposures_dance():
    x, y, _ = next(isolated(VIEW, faintest=7.0, brightest=5.0))
    exposures = [replace(LONG, seconds=0.02, number=number) for number in range(12)]
    places = [surrounded(expected_electrons(VIEW, SENSOR, exposure), x, y, 6)[1:] for exposure in exposures]
    dance = VIEW.motion() / VIEW.optics.scale(SENSOR.pixel)
    assert 0.4 * dance < np.std(places, axis=0).mean() < 1.6 * dance


SCARRED = Sensor(width=600, height=400, vignetting=0.4, hot_fraction=1e-3)


@pytest.mark.parametrize("bayer", [None, Bayer.RGGB])
@pytest.mark.parametrize("area", [Area(100, 50, 200, 150), Area(33, 77, 101, 99), Area(599, 399, 1, 1)])
def test_a_part_is_cut_from_the_whole(area, bayer):
    sensor = replace(SCARRED, bayer=bayer)
    whole = expected_electrons(VIEW, sensor, LONG)
    part = expected_electrons(VIEW, sensor, replace(LONG, area=area))
    # What a star's stamp adds at its edge, and which faint stars are drawn, is left to each picture's noise.
    assert part == pytest.approx(whole[area.y : area.y + area.height, area.x : area.x + area.width], rel=1e-3, abs=0.5)


def test_binning_sums_pixels():
    whole = expected_electrons(VIEW, SCARRED, LONG)
    binned = expected_electrons(VIEW, SCARRED, replace(LONG, binning=(2, 4)))
    assert binned == pytest.approx(whole.reshape(100, 4, 300, 2).sum(axis=(1, 3)), rel=1e-4)
    assert render(VIEW, SCARRED, replace(LONG, binning=(7, 3))).shape == (133, 85)


def test_colours_differ_and_are_the_sensors():
    sensor = replace(SENSOR, bayer=Bayer.GRBG)
    picture = expected_electrons(VIEW, sensor, LONG)
    green, red, blue, green_too = (np.median(picture[row::2, column::2]) for row in (0, 1) for column in (0, 1))
    assert green == pytest.approx(green_too)
    assert len({round(float(level), 1) for level in (red, green, blue)}) == 3
    through_red = expected_electrons(replace(VIEW, filter=Filter.R), sensor, LONG)
    assert np.median(through_red[0::2, 1::2]) > 3 * np.median(through_red[1::2, 0::2])


def test_a_narrow_filter_leaves_less_light():
    levels = [
        np.median(expected_electrons(replace(VIEW, filter=one), SENSOR, LONG)) for one in (Filter.CLEAR, Filter.HA)
    ]
    assert levels[1] < 0.1 * levels[0]


DARK = Exposure(100.0, 1, FrameType.DARK, temperature=10.0)


def test_a_dark_frame_holds_dark_current_that_doubles():
    levels = [
        expected_electrons(VIEW, SENSOR, replace(DARK, temperature=temperature)).mean()
        for temperature in (10.0, 10.0 + SENSOR.doubling)
    ]
    assert levels[0] == pytest.approx(SENSOR.dark_current * SENSOR.warmth(10.0) * 100, rel=1e-4)
    assert levels[1] == pytest.approx(2 * levels[0], rel=1e-4)


def test_hot_pixels_stay():
    """In each dark frame, in an area, and where the sky is seen."""
    first, second = (render(VIEW, SCARRED, replace(DARK, number=number)) for number in (1, 2))
    hot = first > np.median(first) + 200
    assert 20 < hot.sum() < 300
    assert np.all(second[hot] > np.median(second) + 100)
    area = Area(50, 60, 300, 200)
    part = render(VIEW, SCARRED, replace(DARK, number=3, area=area))
    assert np.all(part[hot[60:260, 50:350]] > np.median(part) + 100)
    sky = expected_electrons(VIEW, SCARRED, replace(DARK, type=FrameType.LIGHT))
    assert np.all(sky[hot] > 200)


def test_a_bias_frame_is_offset_and_noise():
    picture = render(VIEW, SCARRED, replace(DARK, type=FrameType.BIAS, offset=300.0))
    assert picture.mean() == pytest.approx(300, abs=0.1)
    assert picture.std() == pytest.approx(SCARRED.noise(0.0), rel=0.02)


def test_a_closed_telescope_sees_nothing():
    assert expected_electrons(replace(VIEW, covered=True), SENSOR, LONG).max() < 1


def test_without_a_shutter_a_dark_frame_needs_a_cover():
    sensor = replace(SENSOR, has_shutter=False)
    assert expected_electrons(VIEW, sensor, DARK).max() > 1000
    assert expected_electrons(replace(VIEW, covered=True), sensor, DARK).max() < 100


FLAT = Exposure(1.0, 1, FrameType.FLAT)


def test_a_flat_frame_shows_vignetting_and_no_stars():
    picture = expected_electrons(VIEW, replace(SENSOR, vignetting=0.4), FLAT)
    assert picture[0, 0] == pytest.approx(0.6 * picture.max(), rel=0.01)
    assert np.abs(np.diff(picture, axis=1)).max() < 0.01 * picture.max()


def test_a_panel_is_as_bright_as_it_says():
    given, brighter = (
        expected_electrons(replace(VIEW, panel=panel), SENSOR, FLAT).mean() for panel in (PANEL, PANEL - 2.5)
    )
    assert given == pytest.approx(expected_electrons(VIEW, SENSOR, FLAT).mean())
    assert brighter == pytest.approx(10 * given, rel=1e-3)
    assert expected_electrons(replace(VIEW, panel=PANEL), SENSOR, replace(FLAT, type=FrameType.LIGHT)).mean() == given


def test_a_flat_behind_a_cover_without_light_is_dark():
    assert expected_electrons(replace(VIEW, covered=True), SENSOR, FLAT).max() < 1


def test_flat_frames_obey_the_photon_transfer():
    one, two = (render(VIEW, SENSOR, replace(FLAT, number=number, gain=60.0)).astype(float) for number in (1, 2))
    unit = SENSOR.electrons_a_unit(60.0)
    mean, variance = (one.mean() + two.mean()) / 2 - 100, (one - two).var() / 2
    assert variance == pytest.approx(mean / unit + (SENSOR.noise(60.0) / unit) ** 2, rel=0.02)


def test_eight_bits_are_bytes():
    picture = render(VIEW, replace(SENSOR, bits=12, adu_electrons=16.0), replace(LONG, depth=Depth.EIGHT))
    assert picture.dtype == np.uint8
    assert picture.max() == 255


def test_no_field_is_refused():
    """The poles, a horizon, the richest field, and a lens of a few degrees or seconds."""
    for ra, dec in ((0.0, 90.0), (359.999, -90.0), (266.0, -29.0)):
        for optics in (Optics(focal_length=20.0, aperture=10.0), Optics(focal_length=8000.0, aperture=800.0)):
            view = View(ra, dec, optics=optics, conditions=Conditions(altitude=5.0))
            assert render(view, SENSOR, replace(LONG, seconds=1.0)).shape == (400, 600)


def test_no_light_at_all_makes_no_fuss():
    view = replace(VIEW, conditions=Conditions(altitude=-30.0, weather=Weather(clouds=50.0)))
    assert render(view, SENSOR, replace(LONG, seconds=0.0)).mean() == pytest.approx(100, abs=0.2)
