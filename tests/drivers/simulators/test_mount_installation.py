"""How a mount is set up can change, and what is under way goes on as well as it can."""

from dataclasses import replace

import pytest

from lightapt_drivers.simulators.mount_frames import Site
from lightapt_drivers.simulators.mount_geometry import Axes
from lightapt_drivers.simulators.mount_installation import Stand
from lightapt_drivers.simulators.mount_model import Mount
from lightapt_drivers.simulators.mount_pointing import Horizontal
from lightapt_drivers.simulators.mount_vocabulary import EventKind, MountState, SlewRate
from tests.drivers.simulators.mounts import (
    FORK,
    GERMAN,
    NORTH,
    NOW,
    SITES,
    SOUTH,
    arcseconds,
    arrive,
    finish,
    new_mount,
    ra_at,
    tracking,
    with_errors,
)

NORTH_POLE, SOUTH_POLE = Axes(0.0, 90.0), Axes(0.0, -90.0)


@pytest.mark.parametrize(("site", "pole"), [(NORTH, NORTH_POLE), (SOUTH, SOUTH_POLE)])
def test_a_new_mount_stands_at_home_and_is_not_parked(site, pole):
    mount = new_mount(site=site)
    assert mount.encoders == mount.park_axes == pole
    assert mount.park_position is None
    assert mount.is_at_home
    assert mount.state is MountState.IDLE


def test_a_new_mount_may_stand_parked_somewhere():
    mount = new_mount(park=Axes(10.0, 20.0), is_parked=True)
    assert mount.encoders == Axes(10.0, 20.0)
    assert mount.state is MountState.PARKED
    assert not mount.is_at_home


def test_home_is_left_with_the_first_motion():
    mount = new_mount()
    mount.set_tracking(True, now=NOW)
    mount.advance(NOW + 1)
    assert not mount.is_at_home


@pytest.mark.parametrize("config", [GERMAN, FORK])
@pytest.mark.parametrize("site", SITES)
def test_a_park_position_can_be_altitude_and_azimuth(config, site):
    mount = new_mount(config, site)
    mount.set_park(Horizontal(12.0, 97.0), now=NOW)
    mount.park(now=NOW)
    finish(mount)
    found = mount.reported.horizontal
    assert (found.altitude, found.azimuth) == (pytest.approx(12.0, abs=1e-6), pytest.approx(97.0, abs=1e-6))
    mount.advance(NOW + 10_000)
    assert mount.reported.horizontal.azimuth == pytest.approx(97.0, abs=1e-6)


def test_where_the_mount_is_can_become_its_park_position():
    mount = tracking()
    mount.set_park_here(now=mount.now)
    here = mount.encoders
    arrive(mount, -2.0, 0.0)
    mount.park(now=mount.now)
    finish(mount)
    assert mount.encoders.primary == pytest.approx(here.primary)
    assert mount.encoders.secondary == pytest.approx(here.secondary)


def test_the_park_position_can_become_home_again():
    mount = new_mount(park=Axes(10.0, 20.0))
    mount.set_park(None, now=NOW)
    mount.park(now=NOW)
    finish(mount)
    assert mount.is_at_home


def test_a_sync_does_not_move_the_park_position():
    mount = tracking()
    mount.sync(mount.reported.ra + 0.1, 21.0, now=mount.now)
    mount.park(now=mount.now)
    finish(mount)
    assert mount.encoders == Axes(pytest.approx(0, abs=1e-9), pytest.approx(90))


def test_a_mount_carried_to_the_other_hemisphere_is_put_up_anew():
    mount = tracking()
    mount.sync(mount.reported.ra + 0.1, 21.0, now=mount.now)
    mount.set_park(Axes(10.0, 20.0), now=mount.now)
    mount.set_site(SOUTH, now=mount.now)
    assert mount.encoders == mount.park_axes == SOUTH_POLE
    assert mount.sync_offset == Axes(0.0, 0.0)
    assert mount.state is MountState.IDLE
    ra = arrive(mount, 2.0, -30.0)
    assert arcseconds(mount.reported.ra - ra) == pytest.approx(0, abs=0.01)


def test_a_parked_mount_stays_parked_in_the_other_hemisphere():
    mount = new_mount(is_parked=True)
    mount.set_site(SOUTH, now=NOW)
    assert mount.state is MountState.PARKED
    assert mount.encoders == SOUTH_POLE


def test_a_site_nearby_leaves_the_axes_and_moves_the_sky():
    mount = tracking()
    axes, ra = mount.encoders, mount.reported.ra
    mount.set_site(Site(NORTH.latitude + 5, NORTH.longitude + 15), now=mount.now)
    assert mount.encoders == axes
    assert mount.reported.ra - ra == pytest.approx(1)
    assert mount.state is MountState.TRACKING


def test_another_kind_of_mount_is_put_up_anew():
    mount = tracking()
    mount.configure(FORK, now=mount.now)
    assert mount.encoders == NORTH_POLE
    assert mount.state is MountState.IDLE
    assert mount.reported.side is None


def test_options_can_change_while_the_mount_tracks():
    mount = tracking()
    before = mount.reported
    mount.configure(replace(with_errors(GERMAN, polar_altitude=30.0), flip_after=5.0), now=mount.now)
    assert mount.reported == before
    assert mount.state is MountState.TRACKING
    assert mount.truth.ra != before.ra


def test_a_new_speed_counts_for_the_slew_under_way():
    mount = new_mount(replace(GERMAN, speed=0.1))
    mount.goto(ra_at(mount, 2.0), 20.0, now=NOW)
    mount.configure(GERMAN, now=NOW + 10)
    finish(mount)
    assert mount.now < NOW + 60


def test_hand_rates_are_options():
    mount = new_mount(replace(GERMAN, hand_rates=(0.1, 0.2, 0.3, 0.4)))
    assert [mount.config.hand_rate(rate) for rate in SlewRate] == [0.1, 0.2, 0.3, 0.4]


def test_the_clock_takes_the_sky_along():
    mount = tracking()
    ra, axes = mount.reported.ra, mount.encoders
    mount.set_clock(mount.now + 3600, now=mount.now)
    assert mount.utc == mount.now + 3600
    assert mount.encoders == axes
    assert mount.reported.ra == mount.truth.ra
    assert arcseconds(mount.reported.ra - ra) == pytest.approx(3600 * 15.041067, abs=0.01)
    mount.advance(mount.now + 100)
    assert mount.utc == mount.now + 3600


def test_a_goto_under_way_ends_on_its_target_though_the_clock_is_set():
    mount = new_mount()
    ra = ra_at(mount, 2.0)
    mount.goto(ra, 20.0, now=NOW)
    mount.set_clock(NOW + 1000, now=NOW + 5)
    finish(mount)
    assert arcseconds(mount.reported.ra - ra) == pytest.approx(0, abs=0.001)
    assert mount.state is MountState.TRACKING


def test_site_and_options_can_be_read():
    mount = new_mount()
    assert (mount.site, mount.config) == (NORTH, GERMAN)


# Where it parks, as clients say it.


@pytest.mark.parametrize("config", [GERMAN, FORK])
@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize(("hour_angle", "dec"), [(-4.0, 10.0), (4.0, -10.0), (-11.0, 60.0)])
def test_it_parks_toward_an_hour_angle_and_declination(config, site, hour_angle, dec):
    mount = new_mount(config, site)
    mount.set_park_toward(hour_angle, dec, now=NOW)
    assert mount.park_place == pytest.approx((hour_angle, dec))
    mount.park(now=NOW)
    finish(mount)
    assert (mount.reported.hour_angle, mount.reported.dec) == pytest.approx((hour_angle, dec))


@pytest.mark.parametrize(("site", "dec"), [(NORTH, 90.0), (SOUTH, -90.0)])
def test_home_has_an_hour_angle_and_a_declination(site, dec):
    assert new_mount(site=site).park_place == (-6.0, dec)
    assert new_mount(FORK, site).park_place == (0.0, dec)


# How it was left.


def restored(mount, seconds, *, config=GERMAN, site=NORTH):
    """A new mount, so many seconds later, that stands as another was left."""
    other = Mount(config, site, now=mount.now + seconds)
    other.take_stand(mount.stand, now=mount.now + seconds)
    return other


def test_a_mount_that_tracked_goes_on_while_nobody_looks():
    mount = tracking(hour_angle=-2.0)
    mount.sync(mount.reported.ra + 0.1, mount.reported.dec, now=mount.now)
    other = restored(mount, 3600)
    mount.advance(mount.now + 3600)
    assert other.state is MountState.TRACKING
    assert arcseconds(other.reported.ra - mount.reported.ra) == pytest.approx(0, abs=0.01)
    assert arcseconds(other.truth.ra - mount.truth.ra) == pytest.approx(0, abs=0.01)
    assert other.truth.dec == mount.truth.dec


def test_a_mount_that_tracked_stops_at_its_limits():
    other = restored(tracking(hour_angle=-2.0), 10 * 86_400)
    assert other.state is MountState.IDLE
    assert [event.kind for event in other.advance(other.now)] == [EventKind.MERIDIAN_LIMIT]


@pytest.mark.parametrize("is_parked", [True, False])
def test_a_mount_that_rested_is_where_it_was(is_parked):
    mount = tracking()
    mount.set_tracking(False, now=mount.now)
    mount.advance(mount.now + 10)
    if is_parked:
        mount.park(now=mount.now)
        finish(mount)
    other = restored(mount, 3600)
    assert other.encoders == mount.encoders
    assert other.is_parked is is_parked
    assert other.state is mount.state


def test_a_mount_that_was_left_in_the_future_is_as_it_was_left():
    mount = tracking()
    other = restored(mount, -3600)
    assert other.encoders == mount.encoders
    assert other.is_tracking


def test_how_it_was_left_takes_the_place_of_what_it_does():
    mount = new_mount()
    mount.goto(ra_at(mount, 2.0), 20.0, now=NOW)
    mount.take_stand(Stand(NOW, Axes(10.0, 20.0)), now=NOW + 1)
    assert mount.state is MountState.IDLE
    assert mount.encoders == Axes(10.0, 20.0)
