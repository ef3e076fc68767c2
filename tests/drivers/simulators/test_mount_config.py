"""Options that make no mount are refused."""

from itertools import pairwise

import pytest

from lightapt_drivers.simulators.mount_config import MountConfig
from lightapt_drivers.simulators.mount_pointing_errors import PointingErrors
from lightapt_drivers.simulators.mount_vocabulary import SlewRate


@pytest.mark.parametrize("options", [{"speed": 0.0}, {"acceleration": -1.0}, {"speed": float("nan")}])
def test_a_mount_that_cannot_move_is_refused(options):
    with pytest.raises(ValueError, match="above 0"):
        MountConfig(**options)


def test_each_slew_rate_is_faster_than_the_one_before():
    config = MountConfig()
    assert all(config.hand_rate(slow) < config.hand_rate(fast) for slow, fast in pairwise(SlewRate))
    assert config.hand_rate(SlewRate.MAX) == config.speed


def test_a_mount_is_perfect_unless_asked_otherwise():
    errors = MountConfig().errors
    assert errors == PointingErrors()
    assert errors.periodic_amplitude == errors.polar_azimuth == errors.polar_altitude == errors.backlash == 0


def test_a_mount_may_look_anywhere_unless_asked_otherwise():
    assert MountConfig().limits.lowest_altitude is None
