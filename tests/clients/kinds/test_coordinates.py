"""Places of J2000 and of the day, compared with what ERFA makes of them."""

import erfa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lightapt_clients import RequestError
from lightapt_clients.kinds import Equatorial, from_j2000, separation, to_j2000
from lightapt_clients.kinds.coordinates import angle

places = st.builds(Equatorial, st.floats(0, 23.999), st.floats(-89.9, 89.9))
times = st.floats(1.5e9, 2.5e9)
ARCSECOND = 1 / 3600


def by_erfa(place, now):
    """The apparent place by the equator and equinox of the day, as ERFA has it from a mean place of J2000."""
    first, second = 2440587.5, now / 86400 + 69.2 / 86400
    radians = erfa.DD2R
    ra, dec, origins = erfa.atci13(place.ra * 15 * radians, place.dec * radians, 0, 0, 0, 0, first, second)
    return Equatorial(float(erfa.anp(ra - origins)) / radians / 15, float(dec) / radians)


def of_sun(now):
    """About where the Sun is: beside it light is bent by more than what is held to here."""
    (earth, _), _ = erfa.epv00(2440587.5, now / 86400 + 69.2 / 86400)
    ra, dec = erfa.c2s(-earth)
    return Equatorial(float(erfa.anp(ra)) / erfa.DD2R / 15, float(dec) / erfa.DD2R)


@given(places, times)
def test_the_place_of_the_day_is_that_of_erfa_to_an_arcsecond_and_a_half(place, now):
    assume(separation(place, of_sun(now)) > 1)
    assert separation(from_j2000(place, now), by_erfa(place, now)) < 1.5 * ARCSECOND


@given(places, times)
def test_there_and_back_is_the_same_place(place, now):
    assert separation(to_j2000(from_j2000(place, now), now), place) < 0.01 * ARCSECOND


def test_separation_counts_over_the_pole_and_over_midnight():
    assert separation(Equatorial(0, 89), Equatorial(12, 89)) == pytest.approx(2)
    assert separation(Equatorial(23.9, 0), Equatorial(0.1, 0)) == pytest.approx(3)


def test_angles_may_be_sexagesimal():
    assert angle("-5:30") == -5.5
    assert angle(5.5) == 5.5
    with pytest.raises(RequestError, match="'high' is no angle"):
        angle("high")
