"""The stars: the real ones are where they are, and drawn ones are the same in each field."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightapt_drivers.sky.catalogue import _first_of_cells, _tycho, stars_near
from lightapt_drivers.sky.cells import CELLS
from lightapt_drivers.sky.frames import galactic, separation

from .healpix import cell_of

# J2000, from the Bright Star Catalogue (Hoffleit & Warren 1991), V to a tenth.
BRIGHT = {
    "Sirius": (101.287, -16.716, -1.5),
    "Canopus": (95.988, -52.696, -0.7),
    "Vega": (279.235, 38.784, 0.0),
    "Arcturus": (213.915, 19.182, 0.0),
    "Capella": (79.172, 45.998, 0.1),
    "Rigel": (78.634, -8.202, 0.1),
    "Betelgeuse": (88.793, 7.407, 0.5),
    "Polaris": (37.953, 89.264, 2.0),
    "Acrux": (186.650, -63.099, 1.3),
    "Alnitak": (85.190, -1.943, 1.8),
    "Hamal": (31.793, 23.462, 2.0),
    "Sadr": (305.557, 40.257, 2.2),
    "Alcyone": (56.871, 24.105, 2.9),
}


def places(stars):
    return set(zip(stars.ra, stars.dec, stars.mag, strict=True))


@pytest.mark.parametrize("name", BRIGHT)
def test_bright_stars_are_there(name):
    ra, dec, mag = BRIGHT[name]
    near = stars_near(ra, dec, 0.02, 5.0)
    assert len(near) >= 1
    assert near.mag[0] == pytest.approx(mag, abs=0.45)


def test_the_sky_has_as_many_bright_stars_as_people_count():
    """The Bright Star Catalogue has 22 entries to V = 1.5 and about 500 to 4.0."""
    sky = stars_near(0.0, 0.0, 180.0, 4.0)
    assert 18 <= np.sum(sky.mag < 1.5) <= 26
    assert 450 <= len(sky) <= 560


def test_records_lie_in_their_cells_from_bright_to_faint():
    first, stars = _first_of_cells(), _tycho()
    assert len(first) == CELLS + 1
    assert first[-1] == len(stars) == 724_903
    whose = np.repeat(np.arange(CELLS), np.diff(first))
    assert np.array_equal(cell_of(stars["ra"].astype(float), stars["dec"].astype(float)), whose)
    assert np.all((np.diff(stars["mag_centi"].astype(int)) >= 0) | (np.diff(whose) > 0))


centres = st.tuples(st.floats(0, 360, exclude_max=True), st.floats(-90, 90))


@settings(max_examples=40)
@given(centres, st.floats(0.2, 2.0), st.floats(9, 13))
def test_a_cone_holds_what_is_inside_and_nothing_else(centre, radius, limit):
    wide = stars_near(*centre, radius * 1.5, limit + 0.7)
    far = separation(wide.ra, wide.dec, *centre)
    inside = wide[(far < radius) & (wide.mag <= limit)]
    assert places(stars_near(*centre, radius, limit)) == places(inside)


@pytest.mark.parametrize(("ra", "dec"), [(0.0, 10.0), (359.999, -40.0), (123.0, 90.0), (0.0, -90.0), (200.0, 89.5)])
def test_fields_go_over_the_origin_and_the_poles(ra, dec):
    stars = stars_near(ra, dec, 2.0, 11.0)
    vectors = np.array([np.cos(np.radians(stars.ra)), np.sin(np.radians(stars.ra))])
    assert len(stars) > 80
    if abs(dec) < 80:
        assert np.any(stars.ra > 358)
        assert np.any(stars.ra < 2)
    else:
        assert np.all(np.any(vectors < 0, axis=1) & np.any(vectors > 0, axis=1))


def test_stars_come_from_bright_to_faint():
    assert np.all(np.diff(stars_near(50.0, 50.0, 2.0, 14.0).mag) >= 0)


def test_each_seed_has_other_faint_stars_and_the_same_real_ones():
    one, other = (stars_near(50.0, 50.0, 1.0, 13.0, seed=seed) for seed in (1, 2))
    common = places(one) & places(other)
    assert 30 < len(common) < min(len(one), len(other))
    assert max(mag for *_, mag in common) < 12


@pytest.mark.parametrize("limit", [9.0, 11.0, 13.0, 15.0])
def test_counts_go_on_without_a_step_where_the_catalogue_ends(limit):
    """In a small range of magnitudes the number grows as star counts do: by 2 to 3.5 a magnitude."""
    stars = stars_near(192.9, 27.1, 8.0, limit + 1)
    below = np.sum((stars.mag > limit - 1) & (stars.mag <= limit))
    assert 1.8 < np.sum(stars.mag > limit) / below < 3.5


def test_the_milky_way_is_rich_and_the_galactic_pole_poor():
    ra, dec = (305.0, 192.9), (40.0, 27.1)
    assert galactic(np.array(ra), np.array(dec))[1] == pytest.approx([1.6, 90.0], abs=0.5)
    milky_way, pole = (len(stars_near(r, d, 2.0, 14.0)) for r, d in zip(ra, dec, strict=True))
    assert milky_way > 5 * pole


def test_a_rich_field_is_cut_at_a_brighter_magnitude():
    cut = stars_near(305.0, 40.0, 3.0, 20.0, most=5_000)
    assert 1_000 < len(cut) < 8_000
    assert places(cut) == places(stars_near(305.0, 40.0, 3.0, float(np.ceil(cut.mag.max() * 2) / 2)))


def test_a_poor_field_is_not_cut():
    assert places(stars_near(192.9, 27.1, 1.0, 13.0, most=5_000)) == places(stars_near(192.9, 27.1, 1.0, 13.0))
