"""A simulated camera gathers what it is told and what it hears."""

import pytest

from lightapt_drivers.simulators.scene_settings import SceneSettings, Settings, Surroundings
from tests.drivers.kinds.cameras import numbers, switches, texts

MOUNT, FOCUSER, WHEEL = "Telescope Simulator", "Focuser Simulator", "Filter Simulator"
CAP, LIGHT = "Dust Cover Simulator", "Light Panel Simulator"
INFO = numbers(
    MOUNT,
    "TELESCOPE_INFO",
    TELESCOPE_APERTURE=80,
    TELESCOPE_FOCAL_LENGTH=480,
    GUIDER_APERTURE=50,
    GUIDER_FOCAL_LENGTH=200,
)


class Camera(SceneSettings):
    """A simulated camera."""


def around(*told):
    return camera(*told).surroundings()


def camera(*told, kind=Camera):
    made = kind()
    for message in told:
        for snoop in made.snoops.values():
            list(snoop.heard(message))
    return made


def test_nothing_is_known_at_first():
    assert around() == Surroundings()


def test_what_other_devices_tell_is_known():
    found = around(
        numbers(MOUNT, "EQUATORIAL_EOD_COORD", RA=5.5, DEC=-20.0),
        numbers(MOUNT, "GEOGRAPHIC_COORD", LAT=50.0, LONG=10.0, ELEV=0),
        numbers(FOCUSER, "ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=41_000),
        numbers(WHEEL, "FILTER_SLOT", FILTER_SLOT_VALUE=2),
        texts(WHEEL, "FILTER_NAME", FILTER_SLOT_NAME_1="L", FILTER_SLOT_NAME_2="Ha"),
        numbers("Rotator Simulator", "ABS_ROTATOR_ANGLE", ANGLE=33.5),
    )
    assert found == Surroundings(5.5, -20.0, 50.0, 10.0, 41_000, "Ha", 33.5)


def test_the_simulated_focusers_own_word_counts_more_than_its_counter():
    found = around(
        numbers(FOCUSER, "ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=41_000),
        numbers(FOCUSER, "TRUE_FOCUS", POSITION=40_960, TEMPERATURE=10),
    )
    assert found.focus == 40_960


def test_the_simulated_rotators_own_word_counts_more_than_what_it_is_called():
    found = around(
        numbers("Rotator Simulator", "ABS_ROTATOR_ANGLE", ANGLE=33.5),
        numbers("Rotator Simulator", "TRUE_ROTATION", ANGLE=120.0),
    )
    assert found.angle == 120.0


@pytest.mark.parametrize(("on", "off", "covered"), [("PARK", "UNPARK", True), ("UNPARK", "PARK", False)])
def test_a_parked_cap_covers(on, off, covered):
    assert around(switches(CAP, "CAP_PARK", off, on=on)).is_covered is covered


ON = switches(LIGHT, "FLAT_LIGHT_CONTROL", "FLAT_LIGHT_OFF", on="FLAT_LIGHT_ON")
OFF = switches(LIGHT, "FLAT_LIGHT_CONTROL", "FLAT_LIGHT_ON", on="FLAT_LIGHT_OFF")


def intensity(value, most=255.0):
    made = numbers(LIGHT, "FLAT_LIGHT_INTENSITY", FLAT_LIGHT_INTENSITY_VALUE=value)
    from dataclasses import replace

    return replace(made, members=(replace(made.members[0], min=0.0, max=most),))


@pytest.mark.parametrize(
    ("told", "panel"),
    [
        ([ON, intensity(51)], 0.2),
        ([ON, intensity(255)], 1.0),
        ([ON, intensity(0)], None),
        ([ON, intensity(7, most=0)], 1.0),
        ([OFF, intensity(51)], None),
        ([ON], None),
        ([intensity(51)], None),
    ],
)
def test_a_light_box_shines_with_a_part_of_its_strength_while_it_is_on(told, panel):
    assert around(*told).panel == panel


def test_settings_are_what_clients_set():
    made = camera()
    made.focusing.set(SIM_FOCUS_POSITION=30_000, SIM_SEEING=4)
    made.night.set(SIM_SKY_BRIGHTNESS=18)
    made.chip.set(SIM_ROTATION=12)
    made.clock.choose("INDI_ENABLED")
    assert made.settings() == Settings(350, 70, 4, 18, 30_000, 12, follows_clock=True)


def test_optics_are_what_the_camera_is_told_else_the_mount_else_a_default():
    optics = []
    for told, scope in (([], {}), ([INFO], {}), ([INFO], {"FOCAL_LENGTH": 384})):
        made = camera(*told)
        made.scope.set(**scope)
        optics.append((made.settings().focal_length, made.settings().aperture))
    assert optics == [(350, 70), (480, 80), (384, 80)]


def test_a_mount_that_knows_no_optics_leaves_the_default():
    empty = numbers(MOUNT, "TELESCOPE_INFO", TELESCOPE_APERTURE=0, TELESCOPE_FOCAL_LENGTH=0)
    assert camera(empty).settings().focal_length == 350


def test_a_camera_may_be_behind_the_guide_telescope():
    class Guide(Camera):
        """A simulated camera."""

        optics_members = ("GUIDER_FOCAL_LENGTH", "GUIDER_APERTURE")

    found = camera(INFO, kind=Guide).settings()
    assert (found.focal_length, found.aperture) == (200, 50)
