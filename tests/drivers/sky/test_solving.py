"""A plate solver finds the field in a picture of the default telescope and camera."""

import subprocess

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from lightapt_drivers.sky.detector import Exposure, Sensor
from lightapt_drivers.sky.frames import separation
from lightapt_drivers.sky.render import render
from lightapt_drivers.sky.view import View, projection
from tests.real_programs import require

SECONDS = 300


@pytest.mark.system
@pytest.mark.timeout(400)
def test_solve_field_finds_where_the_telescope_points(tmp_path):
    view, sensor, exposure = View(161.3, 55.4, position_angle=25.0), Sensor(), Exposure(2.0, 1, gain=120.0)
    frame = tmp_path / "frame.fits"
    fits.PrimaryHDU(render(view, sensor, exposure)).writeto(frame)
    size = view.optics.scale(sensor.pixel)
    scales = ["--scale-units", "arcsecperpix", "--scale-low", str(0.9 * size), "--scale-high", str(1.1 * size)]
    ways = ["--no-plots", "--no-verify", "--crpix-center", "--tweak-order", "0", "--downsample", "2", *scales]
    command = [require("solve-field"), *ways, frame]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=SECONDS)
    header = fits.getheader(tmp_path / "frame.wcs")
    del header["NAXIS"]  # there is no picture in it, which astropy warns of
    theirs = WCS(header)
    x, y = np.array([100.0, 2000.0, 4000.0]), np.array([2700.0, 1400.0, 100.0])
    for one in zip(*theirs.pixel_to_world_values(x, y), *projection(view, sensor, exposure).places(x, y), strict=True):
        assert separation(*one) < 10 / 3600
