"""What a camera's numbers mean."""

from datetime import UTC, datetime

import pytest

from lightapt_drivers.alpaca.camera_words import SensorType, began_at, depth_of, mosaic

OURS = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("type", "colours"),
    [
        (SensorType.MONOCHROME, ""),
        (SensorType.COLOR, ""),
        (SensorType.RGGB, "RGGB"),
        (SensorType.CMYG, "CYGM"),
        (SensorType.CMYG2, "CYCYMGGMCYCYGMMG"),
        (SensorType.LRGB, "LRLGRLGLLGLBGLBL"),
    ],
)
def test_a_mosaic_is_told_row_by_row(type, colours):
    assert mosaic(type, across=0, down=0) == colours


@pytest.mark.parametrize(
    ("across", "down", "colours"), [(1, 0, "GRBG"), (-1, 0, "GRBG"), (0, 3, "GBRG"), (5, 1, "BGGR")]
)
def test_a_mosaic_begins_where_one_likes(across, down, colours):
    assert mosaic(SensorType.RGGB, across=across, down=down) == colours


@pytest.mark.parametrize(
    ("largest", "bits"),
    [(None, 16), (0, 16), (1, 8), (255, 8), (256, 16), (16383, 16), (65535, 16), (65536, 32), (2**31 - 1, 32)],
)
def test_a_pixel_has_whole_bytes(largest, bits):
    assert depth_of(largest) == bits


@pytest.mark.parametrize(
    ("told", "second"),
    [
        ("2026-11-21T03:04:07", 7),
        ("2026-11-21T03:04:07.250", 7),
        ("2026-11-21T03:04:07Z", 7),
        ("2026-11-21T04:04:07+01:00", 7),
        ("2026-11-21T04:04:07", 5),
        ("yesterday", 5),
        ("", 5),
    ],
)
def test_an_exposure_began_when_the_camera_says_unless_that_cannot_be(told, second):
    began = began_at(told, OURS)
    assert (began.hour, began.minute, began.second) == (3, 4, second)
