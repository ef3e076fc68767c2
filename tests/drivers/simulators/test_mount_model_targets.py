"""A target can be tried before a mount is sent there."""

import pytest

from lightapt_drivers.simulators.mount_vocabulary import MountRefusedError, MountState, Refusal
from tests.drivers.simulators.mounts import GERMAN, NORTH, NOW, finish, new_mount, ra_at, with_limits


def test_a_target_within_the_limits_moves_nothing():
    mount = new_mount(with_limits(GERMAN, lowest_altitude=10.0))
    mount.check_target(ra_at(mount, 1.0), NORTH.latitude, now=NOW)
    assert mount.state is MountState.IDLE
    assert mount.target is None


@pytest.mark.parametrize(("dec", "reason"), [(-70.0, Refusal.HORIZON_LIMIT), (91.0, Refusal.VALUE)])
def test_a_target_out_of_reach_is_refused_as_by_a_goto(dec, reason):
    mount = new_mount(with_limits(GERMAN, lowest_altitude=10.0))
    ra = ra_at(mount, 1.0)
    for attempt in (mount.check_target, mount.goto):
        with pytest.raises(MountRefusedError) as caught:
            attempt(ra, dec, now=NOW)
        assert caught.value.reason is reason


def test_a_slew_goes_on_while_another_target_is_tried():
    mount = new_mount(with_limits(GERMAN, lowest_altitude=10.0))
    ra = ra_at(mount, 1.0)
    mount.goto(ra, 20.0, now=NOW)
    with pytest.raises(MountRefusedError):
        mount.check_target(ra, -70.0, now=NOW + 1)
    assert mount.target is not None
    finish(mount)
    assert mount.reported.dec == pytest.approx(20)
