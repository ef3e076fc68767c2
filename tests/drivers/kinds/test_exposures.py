"""An exposure's numbers."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lightapt_drivers.kinds.exposures import Area, Exposure, FrameType, Picture, Sensor
from lightapt_protocol.fits import ImageType

WHOLE = Area(0, 0, 64, 48)
EXPOSURE = Exposure(2.0, FrameType.LIGHT, WHOLE, (1, 1), datetime(2026, 1, 2, tzinfo=UTC), number=1)


@pytest.mark.parametrize("inner", [WHOLE, Area(10, 10, 5, 5), Area(63, 47, 1, 1)])
def test_an_area_holds_what_lies_within(inner):
    assert WHOLE.holds(inner)


@pytest.mark.parametrize(
    "other",
    [
        Area(-1, 0, 5, 5),
        Area(0, -1, 5, 5),
        Area(60, 0, 5, 5),
        Area(0, 44, 5, 5),
        Area(0, 0, 0, 5),
        Area(0, 0, 5, 0),
        Area(10, 10, -5, 5),
    ],
)
def test_an_area_holds_nothing_that_sticks_out_or_has_no_pixels(other):
    assert not WHOLE.holds(other)


def test_a_sensor_is_its_whole_area():
    assert Sensor(64, 48, 3.8, 3.8).whole == WHOLE


@pytest.mark.parametrize(("binning", "shape"), [((1, 1), (48, 64)), ((2, 3), (16, 32)), ((3, 5), (9, 21))])
def test_a_picture_has_the_rows_and_columns_that_are_whole_when_binned(binning, shape):
    assert replace(EXPOSURE, binning=binning).shape == shape


def test_frame_types_are_named_as_ekos_and_headers_name_them():
    assert [f"{type.value} Frame" for type in FrameType] == list(ImageType)


def test_pictures_share_no_facts():
    Picture(None).facts["airmass"] = 1.0
    assert Picture(None).facts == {}
