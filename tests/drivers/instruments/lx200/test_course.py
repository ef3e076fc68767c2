"""Whether a mount slews is seen from where it points."""

import pytest

from lightapt_drivers.instruments.lx200.course import Course, separation
from lightapt_drivers.instruments.lx200.mount import Pointing


def seen(*decs, step=1.0, pause=0.5):
    """Return whether a mount slews, as it is looked at again and again."""
    course = Course(grain=0.01, pause=pause)
    return [course.is_slewing(Pointing(5, dec), number * step) for number, dec in enumerate(decs)]


@pytest.mark.parametrize(
    ("one", "other", "degrees"),
    [
        (Pointing(5, 0), Pointing(6, 0), 15),
        (Pointing(5, 60), Pointing(6, 60), 7.4838),
        (Pointing(23.9, 0), Pointing(0.1, 0), 3),
        (Pointing(5, 90), Pointing(17, 90), 0),
        (Pointing(5, 10), Pointing(5, -10), 20),
        (Pointing(0, 0), Pointing(12, 0), 180),
    ],
)
def test_directions_are_so_far_apart(one, other, degrees):
    assert separation(one, other) == pytest.approx(degrees, abs=1e-3)


def test_a_mount_slews_until_it_has_rested_twice():
    assert seen(10, 20, 30, 30, 30) == [True, True, True, True, False]


def test_a_mount_that_turns_round_is_waited_for():
    assert seen(10, 20, 20, 19, 18) == [True] * 5


def test_a_mount_that_flickers_rests():
    assert seen(10, 10.005, 10, 10.005) == [True, True, False, False]


def test_looks_that_come_too_soon_do_not_count():
    assert seen(10, 10, 10, 10, 10, step=0.1) == [True] * 5
