"""How an emulated mount moves."""

import pytest

from lightapt_drivers.instruments.emulators.mount_model import SIDEREAL, Motion, MountModel, sidereal_time

EPOCH = 1_790_000_000.0
NOON_2000 = 946_728_000.0


@pytest.fixture
def model():
    model = MountModel()
    model.advance(EPOCH)
    return model


def close(value, error=1e-6):
    return pytest.approx(value, abs=error)


def test_sidereal_time_is_the_almanacs():
    # The Astronomical Almanac's GMST: at noon of 2000-01-01 18h 41m 50.548s; Meeus, Astronomical Algorithms, example
    # 12.b: at 19:21:00 of 1987-04-10 8h 34m 57.0896s.
    assert sidereal_time(NOON_2000, 0) == close((18 + 41 / 60 + 50.548 / 3600) * 15, 0.005)
    assert sidereal_time(545_080_860.0, 0) == close((8 + 34 / 60 + 57.09 / 3600) * 15, 0.005)
    assert sidereal_time(545_080_860.0, 10) == close((8 + 34 / 60 + 57.09 / 3600) * 15 + 10, 0.005)


def test_a_mount_wakes_at_the_pole(model):
    assert (model.dec, model.motion, model.side) == (90, Motion.STILL, "N")
    assert model.altitude(model.ra, model.dec) == close(50)


def test_at_rest_the_sky_passes(model):
    ra = model.ra
    model.advance(EPOCH + 86164.0905)
    assert model.ra == close(ra, 1e-3)
    model.advance(EPOCH + 86164.0905 + 3600)
    assert (model.ra - ra) % 360 == close(3600 * SIDEREAL, 1e-3)


def test_tracking_holds_the_stars(model):
    model.sync(10, 20)
    model.motion = Motion.TRACKING
    model.advance(EPOCH + 10_000)
    assert (model.ra, model.dec) == (close(10), 20)


def test_a_slew_goes_the_short_way_at_its_speed(model):
    model.sync(350, 20)
    model.slew(20, 50)
    model.advance(EPOCH + 5)
    assert (model.ra, model.dec, model.motion) == (close(10), close(40), Motion.SLEWING)
    model.advance(EPOCH + 7.5)
    assert (model.ra, model.dec, model.motion) == (close(20), close(50), Motion.TRACKING)


def test_steps_of_time_do_not_matter(model):
    other = MountModel()
    other.advance(EPOCH)
    for one in (model, other):
        one.sync(0, 0)
        one.motion = Motion.TRACKING
        one.pulse(3.3, east=0.1)
        one.pulse(1.1, north=-0.2)
    model.advance(EPOCH + 10)
    for tenth in range(101):
        other.advance(EPOCH + tenth / 10)
    assert (model.ra, model.dec) == (close(0.33), close(-0.22))
    assert (other.ra, other.dec) == (close(model.ra), close(model.dec))


def test_motion_by_hand_adds_to_tracking(model):
    model.sync(0, 0)
    model.motion = Motion.TRACKING
    model.move(north=1.0)
    model.move(east=-2.0)
    model.advance(EPOCH + 3)
    assert (model.ra, model.dec) == (close(354), close(3))
    model.move(north=0.0)
    model.advance(EPOCH + 4)
    assert (model.ra, model.dec) == (close(352), close(3))
    model.halt()
    model.advance(EPOCH + 5)
    assert (model.ra, model.dec) == (close(352), close(3))


def test_motion_by_hand_ends_at_the_pole(model):
    model.sync(0, 89)
    model.move(north=1.0)
    model.advance(EPOCH + 10)
    assert model.dec == 90


def test_halting_ends_a_slew_and_leaves_tracking(model):
    model.slew(model.ra, 50)
    model.halt()
    assert model.motion is Motion.TRACKING


def test_halting_on_the_way_to_park_leaves_rest(model):
    model.park()
    model.halt()
    assert model.motion is Motion.STILL


def test_parking_ends_at_rest_at_the_pole(model):
    model.sync(0, 0)
    model.park()
    assert model.motion is Motion.PARKING
    model.advance(EPOCH + 100)
    assert (model.dec, model.motion) == (90, Motion.PARKED)


def test_in_the_south_the_pole_is_the_other_one():
    model = MountModel(latitude=-30)
    model.advance(EPOCH)
    model.park()
    model.advance(EPOCH + 100)
    assert (model.dec, model.motion) == (-90, Motion.PARKED)


def test_altitude_and_azimuth_are_those_of_the_sky(model):
    meridian = model.sidereal_time(EPOCH)
    assert model.altitude(meridian, 0) == close(40)
    assert model.azimuth(meridian, 0) == close(180)
    assert model.altitude(meridian, 50) == close(90)
    assert model.azimuth(meridian - 90, 0) == close(270)
    assert model.azimuth(meridian + 90, 0) == close(90)
    assert model.altitude(meridian + 90, 0) == close(0)


def test_the_telescope_hangs_on_the_other_side_than_its_target(model):
    meridian = model.sidereal_time(EPOCH)
    model.slew(meridian - 10, 0)
    assert model.side == "E"
    model.slew(meridian + 10, 0)
    assert model.side == "W"
