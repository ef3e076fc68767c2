"""Sensors: gain, noise, dark current, defects and vignetting."""

import numpy as np
import pytest

from lightapt_drivers.sky.detector import Area, Bayer, Sensor, hot_pixels, illumination
from lightapt_drivers.sky.photometry import Channel

SENSOR = Sensor(width=400, height=300)


def test_twenty_decibels_of_gain_are_ten_times_the_units():
    assert SENSOR.electrons_a_unit(200) == pytest.approx(SENSOR.electrons_a_unit(0) / 10)


def test_gain_lowers_the_noise_to_that_of_the_pixel():
    assert SENSOR.noise(0) > 5 > SENSOR.noise(150) > SENSOR.noise(400)
    assert SENSOR.noise(1000) == pytest.approx(SENSOR.read_noise, rel=1e-3)


def test_dark_current_doubles():
    assert SENSOR.warmth(10.0 + SENSOR.doubling) == pytest.approx(2 * SENSOR.warmth(10.0))
    assert SENSOR.warmth(0.0) == 1.0


def test_hot_pixels_are_a_sensors_own():
    def places(sensor, seed):
        rows, columns, rates = hot_pixels(sensor, seed)
        return tuple(rows), tuple(columns), tuple(rates)

    others = places(SENSOR, 2), places(Sensor(width=400, height=300, serial=1), 1)
    assert places(SENSOR, 1) == places(Sensor(width=400, height=300), 1)
    assert places(SENSOR, 1) not in others


def test_there_are_as_many_hot_pixels_as_said_each_once():
    rows, columns, rates = hot_pixels(Sensor(width=400, height=300, hot_fraction=0.01), 0)
    assert len(set(zip(rows, columns, strict=True))) == 1200
    assert np.all(np.diff(rows) >= 0)
    assert rows.max() < 300
    assert columns.max() < 400
    assert np.median(rates) == pytest.approx(2.0, rel=0.2)


def test_corners_lack_what_they_should():
    rows, columns = illumination(Sensor(width=401, height=301, vignetting=0.3), Area(0, 0, 401, 301))
    light = rows[:, None] + columns
    assert light[150, 200] == pytest.approx(1.0)
    assert [light[0, 0], light[-1, -1], light[0, -1]] == pytest.approx([0.7] * 3)


def test_an_areas_vignetting_is_that_of_its_place():
    whole = np.add.outer(*illumination(SENSOR, SENSOR.whole))
    part = np.add.outer(*illumination(SENSOR, Area(30, 20, 50, 40)))
    assert np.array_equal(part, whole[20:60, 30:80])


def test_colours_of_an_area_begin_where_it_does():
    red, green, blue = Channel.RED, Channel.GREEN, Channel.BLUE
    sensor = Sensor(bayer=Bayer.RGGB)
    assert sensor.channels(Area(0, 0, 9, 9)) == ((red, green), (green, blue))
    assert sensor.channels(Area(1, 0, 9, 9)) == ((green, red), (blue, green))
    assert sensor.channels(Area(2, 3, 9, 9)) == ((green, blue), (red, green))
    assert SENSOR.channels(Area(1, 1, 9, 9)) == ((Channel.MONO,),)
