"""What lies within a chip."""

import pytest

from lightapt_drivers.exposure import WHOLE_CHIP, Area


@pytest.mark.parametrize("area", [WHOLE_CHIP, Area(0, 0, 1, 1), Area(1279, 1023, 1, 1), Area(100, 200, 300, 400)])
def test_what_lies_within(area):
    assert WHOLE_CHIP.holds(area)


@pytest.mark.parametrize("area", [Area(1, 0, 1280, 1024), Area(0, 1, 1280, 1024), Area(-1, 0, 5, 5), Area(0, -1, 5, 5)])
def test_what_does_not(area):
    assert not WHOLE_CHIP.holds(area)
