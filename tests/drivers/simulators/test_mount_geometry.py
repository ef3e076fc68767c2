"""Axes stand for directions, and each direction that a mount can take has its axes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.simulators.mount_frames import wrap_degrees
from lightapt_drivers.simulators.mount_geometry import (
    Axes,
    MountKind,
    PierSide,
    axes_toward,
    choose_side,
    equatorial,
    home,
    reach,
)

WEST, EAST = PierSide.WEST, PierSide.EAST
GERMAN, FORK = MountKind.GERMAN, MountKind.FORK

hour_angles = st.floats(-180, 180, exclude_max=True)
off_the_poles = st.floats(-89.999, 89.999)
sides = st.sampled_from(PierSide)


@given(hour_angles, off_the_poles, sides, st.booleans())
def test_the_axes_of_a_direction_look_there(hour_angle, dec, side, northern):
    axes = axes_toward(hour_angle, dec, side, kind=GERMAN, northern=northern)
    found = equatorial(axes, GERMAN)
    assert wrap_degrees(found[0] - hour_angle) == pytest.approx(0, abs=1e-9)
    assert found[1] == pytest.approx(dec, abs=1e-9)
    assert found[2] is side


@given(hour_angles, off_the_poles, sides, st.booleans())
def test_a_fork_has_one_way_to_look(hour_angle, dec, side, northern):
    axes = axes_toward(hour_angle, dec, side, kind=FORK, northern=northern)
    assert axes == Axes(hour_angle, dec)
    assert equatorial(axes, FORK)[:2] == (pytest.approx(hour_angle), pytest.approx(dec))


@given(hour_angles, st.floats(-90, 90), sides, st.booleans())
def test_a_german_mount_reaches_all_within_half_a_turn_from_home(hour_angle, dec, side, northern):
    away = axes_toward(hour_angle, dec, side, kind=GERMAN, northern=northern) - home(northern=northern)
    assert max(abs(away.primary), abs(away.secondary)) <= 180


@pytest.mark.parametrize("northern", [True, False])
def test_a_flip_leads_through_the_visible_pole(northern):
    west, east = (axes_toward(10.0, 20.0, side, kind=GERMAN, northern=northern) for side in (WEST, EAST))
    pole = home(northern=northern).secondary
    assert min(west.secondary, east.secondary) < pole < max(west.secondary, east.secondary)


@pytest.mark.parametrize(("side", "hour_angle"), [(WEST, -90.0), (EAST, 90.0)])
def test_the_counterweights_hang_lowest_six_hours_off_the_meridian(side, hour_angle):
    assert axes_toward(hour_angle, 30.0, side, kind=GERMAN, northern=True).primary == 0


def test_both_axes_count_as_the_mount_follows_the_sky():
    for side in PierSide:
        early, late = (axes_toward(angle, 5.0, side, kind=GERMAN, northern=True) for angle in (-10.0, 10.0))
        assert late.primary - early.primary == 20


@pytest.mark.parametrize(("northern", "dec"), [(True, 90.0), (False, -90.0)])
def test_home_is_at_the_visible_pole(northern, dec):
    for kind in MountKind:
        assert equatorial(home(northern=northern), kind)[1:] == (dec, WEST)


@pytest.mark.parametrize(
    ("now", "hour_angle", "flip_after", "side"),
    [
        (WEST, -1.0, 0.0, WEST),
        (WEST, 0.0, 0.0, WEST),
        (WEST, 1.0, 0.0, EAST),
        (WEST, 1.0, 5.0, WEST),
        (WEST, 5.5, 5.0, EAST),
        (EAST, 1.0, 0.0, EAST),
        (EAST, -1.0, 0.0, WEST),
        (EAST, -1.0, 5.0, EAST),
        (EAST, -5.5, 5.0, WEST),
        (WEST, 179.0, 0.0, EAST),
        (WEST, 179.0, 5.0, WEST),
        (EAST, -179.0, 5.0, EAST),
        (EAST, -170.0, 5.0, WEST),
    ],
)
def test_a_goto_flips_when_the_target_is_far_enough_past_a_meridian(now, hour_angle, flip_after, side):
    assert choose_side(now, hour_angle, flip_after) is side


@given(sides, hour_angles, st.floats(0, 60))
def test_the_counterweights_never_go_up_farther_than_the_flip_allows(now, hour_angle, flip_after):
    side = choose_side(now, hour_angle, flip_after)
    assert abs(axes_toward(hour_angle, 0.0, side, kind=GERMAN, northern=True).primary) <= 90 + flip_after


def test_a_fork_reaches_twice_as_far_as_a_german_mount():
    assert (reach(GERMAN), reach(FORK)) == (90, 180)


def test_axes_add_and_stretch():
    assert Axes(1, 2) + Axes(3, 5) - Axes(1, 1) == Axes(3, 6)
    assert Axes(1, 2) * 3 == Axes(3, 6)


def test_a_flip_leads_to_the_other_side():
    assert (WEST.other, EAST.other) == (EAST, WEST)
