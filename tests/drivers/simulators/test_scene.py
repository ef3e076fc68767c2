"""What a simulated camera sees is what the other devices say."""

import numpy as np
import pytest
from astropy.io import fits as astropy_fits
from astropy.wcs import WCS

from lightapt_drivers.kinds.exposures import Area, FrameType, Sensor
from lightapt_drivers.simulators import scene
from lightapt_drivers.simulators.scene import photograph, view
from lightapt_drivers.simulators.scene_settings import Settings, Surroundings
from lightapt_drivers.sky.photometry import Filter
from tests.drivers.simulators.stars import ALCYONE, CHIP, SCALE, at, light, place, shot

SITE = {"latitude": 50.0, "longitude": 10.0}


def seen(path=None, *, settings=None, **around):
    return view(shot(around=Surroundings(**around), settings=settings or Settings()), path)


def pixels(path=None, **options):
    return photograph(shot(**options), path or at()).pixels


def level(**options):
    """Return the mean of a picture away from the star, above the offset."""
    return float(np.mean(pixels(at((56.0, 30.0)), **options))) - 100


# The view.


def test_a_camera_without_a_mount_looks_at_the_pleiades():
    assert (seen().ra, seen().dec) == (56.6, 24.1)


def test_the_simulated_mounts_own_word_counts_most():
    found = seen(at((10.0, 20.0), 30.0), ra=5.0, dec=6.0)
    assert (found.ra, found.dec, found.position_angle) == (10.0, 20.0, 30.0)


def test_another_mounts_coordinates_are_brought_to_j2000():
    found = seen(ra=0.0, dec=0.0)
    assert (found.ra, found.dec) == (pytest.approx(360 - 26 * 46.1 / 3600, abs=0.02), pytest.approx(-0.145, abs=0.02))


def test_angles_of_mount_rotator_and_holder_add_up():
    found = seen(at(ALCYONE, 180.0), angle=30.0, settings=Settings(rotation=5.0))
    assert found.position_angle == 215.0


@pytest.mark.parametrize(
    ("name", "filter"),
    [
        ("Luminance", Filter.L),
        ("red", Filter.R),
        ("G", Filter.G),
        ("Blue", Filter.B),
        ("H_Alpha", Filter.HA),
        ("Ha", Filter.HA),
        ("O-III", Filter.OIII),
        ("SII", Filter.SII),
        ("LPR", Filter.CLEAR),
        ("", Filter.CLEAR),
        (None, Filter.CLEAR),
    ],
)
def test_filters_are_known_by_their_usual_names(name, filter):
    assert seen(filter=name).filter is filter


@pytest.mark.parametrize(("steps", "offset"), [(None, 0), (50_000, 0), (49_000, -1000), (50_500, 500)])
def test_the_focus_counts_from_where_it_is_sharp(steps, offset):
    assert seen(focus=steps).focus_offset == offset


def test_where_it_is_sharp_is_a_setting():
    assert seen(focus=30_500, settings=Settings(best_focus=30_000)).focus_offset == 500


def test_optics_and_seeing_are_settings():
    found = seen(settings=Settings(focal_length=1000, aperture=200, seeing=4.0))
    assert (found.optics.focal_length, found.optics.aperture) == (1000, 200)
    assert found.conditions.weather.seeing == 4.0


def test_without_a_site_the_sky_is_as_dark_as_the_setting_says():
    found = seen(settings=Settings(darkness=19.0))
    assert found.conditions.brightness == 19.0


def test_low_places_are_seen_through_more_air():
    airmasses = [seen(at((ra, 0.0)), **SITE).conditions.airmass for ra in (90.0, 120.0, 150.0)]
    assert len({round(airmass, 3) for airmass in airmasses}) == 3
    assert min(airmasses) > 1


def test_it_is_always_dark_unless_one_likes_it_otherwise():
    always, by_clock = (
        seen(at((280.0, -23.0)), settings=Settings(follows_clock=clock), latitude=-23.0, longitude=180.0).conditions
        for clock in (False, True)
    )
    assert always.brightness > 18  # the second of January at noon, beside the Sun
    assert by_clock.brightness < 5


def test_a_cap_covers_the_telescope():
    assert seen(is_covered=True).covered
    assert not seen().covered


def test_a_light_box_is_as_bright_as_it_is_set():
    full, tenth = (seen(panel=share).panel for share in (1.0, 0.1))
    assert tenth - full == pytest.approx(2.5)
    assert seen().panel is None


# The picture.


def test_a_star_stands_in_the_middle_where_the_telescope_points():
    assert place(pixels()) == pytest.approx([79.5, 59.5], abs=1.5)  # the air makes it dance


@pytest.mark.parametrize(("bits", "dtype"), [(16, np.uint16), (8, np.uint8)])
def test_pictures_have_the_chips_depth(bits, dtype):
    assert pixels(chip=Sensor(64, 48, 4.63, 4.63, bits=bits)).dtype == dtype


def test_pictures_have_the_shape_that_the_exposure_asks_for():
    assert pixels(area=Area(10, 20, 41, 30), binning=(2, 3)).shape == (10, 20)


@pytest.mark.parametrize(
    ("x", "y", "pattern"), [(0, 0, "RGGB"), (1, 0, "GRBG"), (0, 1, "GBRG"), (7, 9, "BGGR"), (2, 4, "RGGB")]
)
def test_the_pattern_is_that_of_the_first_pixels(x, y, pattern):
    chip = Sensor(64, 48, 4.63, 4.63, bayer="RGGB")
    picture = photograph(
        shot(0.5, chip=chip, area=Area(x, y, 40, 30), around=Surroundings(filter="R", panel=1.0)), None
    )
    assert picture.bayer == pattern
    colours = {name: [] for name in "RGB"}
    for number, name in enumerate(pattern):
        colours[name].append(picture.pixels[number // 2 :: 2, number % 2 :: 2].mean())
    assert min(colours["R"]) > 1.5 * max(colours["G"] + colours["B"])


def test_binned_pixels_have_no_colours():
    chip = Sensor(64, 48, 4.63, 4.63, bayer="RGGB")
    assert photograph(shot(chip=chip, binning=(2, 2)), None).bayer == ""


def test_a_monochrome_chip_has_no_pattern():
    assert photograph(shot(), None).bayer == ""


@pytest.mark.parametrize("type", [FrameType.BIAS, FrameType.DARK])
def test_no_light_falls_on_bias_and_dark_frames(type):
    assert level(type=type, seconds=20, temperature=-50, around=Surroundings(panel=1.0)) < 1 < level(seconds=20)


def test_a_dark_frame_has_dark_current_and_a_bias_frame_none():
    warm = {kind: level(type=kind, seconds=100, temperature=20) for kind in (FrameType.BIAS, FrameType.DARK)}
    assert warm[FrameType.BIAS] == pytest.approx(0, abs=1)
    assert warm[FrameType.DARK] > 10


def test_a_covered_telescope_sees_no_stars():
    covered = pixels(around=Surroundings(is_covered=True))
    assert covered.max() < pixels().max() / 10


def test_a_light_box_shines_evenly():
    flat = pixels(type=FrameType.FLAT, seconds=0.1, around=Surroundings(panel=0.5))
    middle, corner = flat[50:70, 70:90].mean(), flat[:20, :20].mean()
    assert 0.7 * middle < corner < middle


def test_gain_and_offset_count():
    low, high = (light(pixels(gain=gain))[3] for gain in (0, 60))
    assert high / low == pytest.approx(10 ** (60 / 200), rel=0.02)
    assert np.median(pixels(offset=500)) == pytest.approx(500, abs=2)


def test_the_same_seed_makes_the_same_picture_and_another_another():
    assert (pixels(seed=3) == pixels(seed=3)).all()
    assert (pixels(seed=3) != pixels(seed=4)).any()


@pytest.mark.parametrize("other", [{"number": 2}, {"serial": 2}])
def test_no_two_exposures_have_the_same_noise(other):
    assert (pixels(seed=3) != pixels(seed=3, **other)).any()


# Motion.


def calm(path):
    """Return the pixels of a picture through air that hardly moves."""
    return pixels(path, settings=Settings(seeing=0.3))


@pytest.mark.parametrize(
    ("angle", "offset", "moved"),
    [
        (0.0, (20.0, 0.0), (1, 0)),  # the telescope moves east, which is left: stars move right
        (0.0, (0.0, 20.0), (0, 1)),  # it moves north, which is up: stars move down
        (180.0, (20.0, 0.0), (-1, 0)),
        (90.0, (0.0, 20.0), (-1, 0)),
    ],
)
def test_stars_move_against_the_telescope(angle, offset, moved):
    shift = place(calm(at(ALCYONE, angle, (1.0, *offset)))) - place(calm(at(ALCYONE, angle)))
    assert shift == pytest.approx(np.array(moved) * 20 / SCALE, abs=0.05)


def test_a_drift_makes_a_trail_of_its_length():
    drift = at(ALCYONE, 0.0, *((1.0, step * 2.0, 0.0) for step in range(21)))
    trail, star = calm(drift), calm(at())
    bright = np.flatnonzero(trail.sum(axis=0) - np.median(trail.sum(axis=0)) > np.ptp(trail.sum(axis=0)) / 2)
    assert len(bright) == pytest.approx(42 / SCALE, abs=1)
    assert bright.mean() - place(star)[0] == pytest.approx(20 / SCALE, abs=0.5)
    assert light(trail)[3] == pytest.approx(light(star)[3], rel=0.05)


# Where pixels lie on the sky.


def wcs_of(picture):
    header = astropy_fits.Header()
    for card in picture.facts["wcs"].cards():
        header[card.keyword] = card.value
    return WCS(header)


def test_a_header_says_where_pixels_lie_only_if_asked():
    assert "wcs" not in photograph(shot(), at()).facts
    assert "wcs" in photograph(shot(wcs=True), at()).facts


@pytest.mark.parametrize("angle", [0.0, 30.0, 180.0, 290.0])
@pytest.mark.parametrize(
    ("area", "binning"), [(None, (1, 1)), (Area(20, 10, 130, 100), (1, 1)), (Area(20, 10, 130, 100), (2, 2))]
)
def test_the_header_says_where_the_star_is(angle, area, binning):
    aside = (ALCYONE[0] + 0.02, ALCYONE[1] - 0.015)
    asked = shot(chip=CHIP, area=area, binning=binning, wcs=True, settings=Settings(seeing=0.3))
    picture = photograph(asked, at(aside, angle))
    x, y = wcs_of(picture).world_to_pixel_values(*ALCYONE)
    assert place(picture.pixels) == pytest.approx([float(x), float(y)], abs=0.2)


def test_optics_are_told_in_the_header():
    facts = photograph(shot(settings=Settings(focal_length=500, aperture=100)), None).facts
    assert (facts["focal_length"], facts["aperture"]) == (500, 100)


def test_what_pictures_take_can_be_loaded_before():
    scene.load()
