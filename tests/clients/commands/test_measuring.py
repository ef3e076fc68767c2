"""What is told of a picture."""

import numpy as np
import pytest

from lightapt_clients import Blob
from lightapt_clients.commands.measuring import measure
from lightapt_protocol import fits


def blob(pixels, format=".fits"):
    return Blob("Camera", "CCD1", "CCD1", format, memoryview(pixels))


def header(*dimensions):
    sizes = [f"NAXIS{number:<3}= {size:20}" for number, size in enumerate(dimensions, 1)]
    cards = ["SIMPLE  =                    T", "BITPIX  =                   16", f"NAXIS   = {len(dimensions):20}"]
    return "".join(card.ljust(80) for card in [*cards, *sizes, "END"]).ljust(2880).encode()


def test_levels_are_told_to_people_and_programs():
    found = measure(blob(bytes(fits.encode(np.arange(12, dtype=np.uint16).reshape(3, 4)))), stars=True)
    assert found.record() == {"min": 0.0, "median": 5.5, "max": 11.0, "hfr": None, "stars": None}
    assert found.words() == ["min 0", "median 5.5", "max 11"]


def test_sharp_stars_are_told():
    pixels = np.full((256, 256), 100, dtype=np.uint16)
    for row in range(40, 220, 40):
        pixels[row - 1 : row + 2, 100:103] += 10 * row
    found = measure(blob(bytes(fits.encode(pixels))), stars=True)
    assert found.sharpness.stars == 4
    assert found.words()[-1] == f"HFR {found.hfr:.2f} (4 stars)"
    assert measure(blob(bytes(fits.encode(pixels))), stars=False).hfr is None


@pytest.mark.parametrize("dimensions", [(), (10,), (0, 5), (8, 8, 0), (4, 4, 2, 2)])
def test_what_is_no_picture_is_not_measured(dimensions):
    assert measure(blob(header(*dimensions) + bytes(2880)), stars=True) is None


def test_what_is_no_fits_file_is_not_measured():
    assert measure(blob(b"II*", ".cr2"), stars=True) is None
