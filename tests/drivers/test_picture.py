"""A simulated picture: the same seed gives the same sky, and the file is FITS."""

import io
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from astropy.io import fits

from lightapt_drivers.exposure import Area, Exposure, FrameType
from lightapt_drivers.picture import fits_file, render
from tests.real_programs import require

LIGHT = Exposure(10.0, datetime(2026, 11, 21, 3, 4, 5, 678000, tzinfo=UTC))


def test_a_picture_is_16_bits_deep_and_as_large_as_the_chip():
    picture = render(LIGHT)
    assert (picture.shape, picture.dtype) == ((1024, 1280), np.uint16)


def test_the_same_seed_gives_the_same_picture():
    assert np.array_equal(render(LIGHT, seed=1), render(LIGHT, seed=1))


def test_the_next_picture_has_other_noise_and_the_same_stars():
    first, second = render(LIGHT).astype(float), render(replace(LIGHT, number=1)).astype(float)
    assert not np.array_equal(first, second)
    bright = first > 5000
    assert bright.any()
    assert np.allclose(first[bright], second[bright], rtol=0.1)


def test_there_are_a_few_dozen_stars():
    picture = render(LIGHT).astype(float)
    inner = picture[1:-1, 1:-1]
    neighbours = [np.roll(picture, shift, (0, 1))[1:-1, 1:-1] for shift in [(0, 1), (0, -1), (1, 0), (-1, 0)]]
    peaks = (inner > 1500) & np.logical_and.reduce([inner >= neighbour for neighbour in neighbours])
    assert 24 <= peaks.sum() <= 100


def test_a_longer_exposure_gathers_more():
    assert render(replace(LIGHT, seconds=20.0)).mean() > render(LIGHT).mean() + 100


def test_each_type_is_what_it_is_called():
    level = {kind: float(np.median(render(replace(LIGHT, type=kind)))) for kind in FrameType}
    assert level[FrameType.BIAS] == pytest.approx(1000, abs=2)
    assert level[FrameType.DARK] == pytest.approx(1002, abs=2)
    assert level[FrameType.LIGHT] == pytest.approx(1202, abs=5)
    assert level[FrameType.FLAT] == pytest.approx(21002, abs=20)


def test_too_much_light_saturates():
    assert (render(replace(LIGHT, seconds=3600.0, type=FrameType.FLAT)) == 65535).all()


def test_a_part_of_the_chip_shows_what_lies_there():
    picture = render(replace(LIGHT, seconds=1000.0))
    part = render(replace(LIGHT, seconds=1000.0, area=Area(100, 200, 300, 400)))
    assert part.shape == (400, 300)
    assert np.corrcoef(part.ravel(), picture[200:600, 100:400].ravel())[0, 1] > 0.9


def test_binned_pixels_add_up_and_what_fills_none_is_left_out():
    picture = render(replace(LIGHT, binning=(3, 2)))
    assert picture.shape == (512, 426)
    assert float(np.median(picture)) == pytest.approx(1000 + 6 * 202, abs=10)


def test_the_header_says_what_was_done():
    data = fits_file(replace(LIGHT, binning=(2, 4), type=FrameType.DARK), instrument="CCD Simulator")
    with fits.open(io.BytesIO(data)) as units:
        header = units[0].header
        assert units[0].data.shape == (256, 640)
    assert header["DATE-OBS"] == "2026-11-21T03:04:05.678"
    assert (header["EXPTIME"], header["IMAGETYP"], header["INSTRUME"]) == (10.0, "Dark Frame", "CCD Simulator")
    assert (header["XBINNING"], header["YBINNING"]) == (2, 4)
    assert (header["XPIXSZ"], header["YPIXSZ"]) == (pytest.approx(10.4), pytest.approx(20.8))


def test_a_name_that_a_header_cannot_hold_is_written_as_far_as_it_can():
    with fits.open(io.BytesIO(fits_file(LIGHT, instrument="Größe\n"))) as units:
        assert units[0].header["INSTRUME"] == "Gr??e?"


def test_the_file_holds_the_picture():
    with fits.open(io.BytesIO(fits_file(LIGHT, instrument="CCD Simulator"))) as units:
        units.verify("exception")
        assert np.array_equal(units[0].data, render(LIGHT))


@pytest.mark.system
def test_the_file_is_valid(tmp_path):
    path = tmp_path / "picture.fits"
    path.write_bytes(fits_file(LIGHT, instrument="Größe"))
    found = subprocess.run([require("fitsverify"), "-q", path], capture_output=True, text=True, check=False)
    assert found.stdout.startswith("verification OK"), found.stdout
