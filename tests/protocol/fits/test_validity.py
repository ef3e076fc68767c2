"""fitsverify finds nothing to object to, not even to warn of, in any type and odd size."""

import subprocess
from datetime import UTC, datetime

import numpy as np
import pytest

from lightapt_protocol.fits import (
    BayerPattern,
    Card,
    ImageType,
    Observation,
    PierSide,
    RowOrder,
    TangentPlane,
    encode,
    encode_compressed,
)
from tests.protocol.fits.strategies import TYPES, picture
from tests.real_programs import require

SHAPES = [(1, 1), (3, 5), (7,), (3, 4, 5), (1, 1440), (1, 1441), (0, 5), (3, 0, 0)]
CARDS = [
    Card("TEXT", "it's " * 50 + "&", "a long one"),
    Card("SHORT", "a&", "a short one"),
    Card("WORDS", "x" * 68),
    Card("TINY", -2.2250738585072014e-308, "[m]"),
    Card("HUGE", 2**63 - 1),
    Card("PAIR", 1 - 2j, "complex"),
    Card("FLAG", False),
    Card("ESO DET NAME", "chip", "of several words"),
    Card("FOCUSERPOSITION", 7),
    Card("COMMENT", "c" * 200),
    Card("HISTORY", ""),
    Card("", ""),
]
OBSERVATION = Observation(
    began=datetime(2026, 11, 21, 3, 4, 5, 678000, tzinfo=UTC),
    ended=datetime(2026, 11, 21, 3, 5, 5, 678000, tzinfo=UTC),
    exposure=60.0,
    image_type=ImageType.LIGHT,
    binning=(2, 2),
    pixel_size=(3.76, 3.76),
    subframe=(10, 20),
    gain=100,
    offset=10,
    electrons=0.25,
    readout_mode="Low noise",
    temperature=-9.9,
    set_temperature=-10,
    bayer=BayerPattern.RGGB,
    row_order=RowOrder.TOP_DOWN,
    filter="Größe",
    focal_length=530,
    aperture=106,
    focus_position=12345,
    focus_temperature=7.5,
    rotator_angle=12.5,
    ra=10.684708,
    dec=41.26875,
    altitude=60.0,
    azimuth=270.0,
    pier_side=PierSide.WEST,
    latitude=50.1,
    longitude=8.7,
    elevation=112,
    object="M 31",
    telescope="FSQ-106",
    instrument="CCD Simulator",
    observer="Jérôme",
    software="LightAPT",
    wcs=TangentPlane.around(10.684708, 41.26875, size=(5, 3), scale=2.93, rotation=12.5),
)


def verify(paths):
    done = subprocess.run([require("fitsverify"), *paths], capture_output=True, text=True, check=False)
    objections = [line for line in done.stdout.splitlines() if line.startswith("***") and "0 warning(s)" not in line]
    assert (objections, done.returncode) == ([], 0), done.stdout


@pytest.mark.system
def test_every_type_and_odd_size_is_valid_with_and_without_checksums(tmp_path):
    paths = []
    for dtype in TYPES:
        for shape in SHAPES:
            for checksum in (False, True):
                path = tmp_path / f"{dtype}-{'x'.join(map(str, shape))}-{checksum}.fits"
                path.write_bytes(encode(picture(dtype, shape), CARDS, checksum=checksum))
                paths.append(path)
    verify(paths)


@pytest.mark.system
def test_a_full_observation_is_valid(tmp_path):
    path = tmp_path / "observation.fits"
    path.write_bytes(encode(picture("u2", (3, 5)), OBSERVATION.cards(), checksum=True))
    verify([path])
    header = subprocess.run([require("fitsverify"), "-l", path], capture_output=True, text=True, check=True).stdout
    assert "FILTER  = 'Gro?e" in header


@pytest.mark.system
def test_compressed_tiles_are_valid(tmp_path):
    paths = [tmp_path / f"{dtype}.fits.fz" for dtype in TYPES]
    for path, dtype in zip(paths, TYPES, strict=True):
        image = np.arange(600).reshape(20, 30).astype(dtype)
        path.write_bytes(encode_compressed(image, OBSERVATION.cards(), checksum=True))
    verify(paths)
