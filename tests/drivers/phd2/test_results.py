"""Answers become typed results; what is not one is an error that says so."""

import base64

import pytest

from lightapt_drivers.phd2 import results
from lightapt_drivers.phd2.errors import AnswerError
from lightapt_drivers.phd2.results import Gear
from lightapt_drivers.phd2.words import Position, Region, ShiftAxes, ShiftUnits
from tests.drivers.phd2.recordings import PLAIN, WITH_AO, exchanges


def recorded(method, name=PLAIN):
    """Return all results of a method."""
    return [
        reply["result"]
        for exchange in exchanges(name)[1:]
        if isinstance(exchange.request, dict) and exchange.request.get("method") == method
        for reply in exchange.replies
        if isinstance(reply, dict) and "result" in reply
    ]


def test_recorded_profiles():
    profiles = results.read_profiles(recorded("get_profiles")[0])
    assert [(one.id, one.name, one.is_selected) for one in profiles] == [
        (1, "Simulator", True),
        (2, "Simulator AO", False),
        (3, "No Camera", False),
    ]


def test_recorded_equipment_with_an_ao_unit():
    (equipment,) = (results.read_equipment(one) for one in recorded("get_current_equipment", WITH_AO))
    assert equipment.ao == Gear("AO-Simulator", is_connected=True)
    assert len(equipment.all) == 3
    assert equipment.rotator is None


@pytest.mark.parametrize("value", recorded("get_star_image"))
def test_recorded_star_images_have_as_many_pixels_as_they_say(value):
    image = results.read_star_image(value)
    assert len(image.pixels) == 2 * image.width * image.height
    assert isinstance(image.star, Position)
    assert 0 < image.star.x < image.width


def test_a_recorded_calibration_whose_declination_is_none():
    calibration = results.read_calibration(recorded("get_calibration_data")[0])
    assert (calibration.x_angle, calibration.y_rate, calibration.declination) == (-165.6, 4.729, None)
    assert not results.read_calibration({"calibrated": False}).is_calibrated


def test_recorded_settings():
    shift = results.read_lock_shift(recorded("get_lock_shift_params")[-1])
    assert (shift.rate, shift.units, shift.axes) == ((3.3, 1.1), ShiftUnits.ARCSEC_PER_HOUR, ShiftAxes.RA_DEC)
    delay = results.read_variable_delay(recorded("get_variable_delay_settings")[0])
    assert (delay.is_enabled, delay.short, delay.long) == (False, 1, 10)
    cooler = results.read_cooler(recorded("get_cooler_status")[0])
    assert (cooler.is_on, cooler.temperature, cooler.setpoint, cooler.power) == (False, 15.0, None, None)
    assert results.read_region({"roi": None}) is None
    assert results.read_region({"roi": [1, 2, 3, 4]}) == Region(1, 2, 3, 4)


def test_a_lock_shift_that_was_never_set_has_no_rate():
    assert results.read_lock_shift({"enabled": False}).rate is None


def image(**changes):
    pixels = base64.b64encode(bytes(2 * 15 * 15)).decode()
    return {"frame": 1, "width": 15, "height": 15, "star_pos": [7, 7], "pixels": pixels, **changes}


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (results.read_profile, {"name": "x"}),
        (results.read_profiles, {}),
        (results.read_equipment, []),
        (results.read_calibration, 0),
        (results.read_cooler, None),
        (results.read_star_image, image(width=16)),
        (results.read_star_image, image(pixels="???")),
        (results.read_star_image, image(pixels="", width=0)),
    ],
)
def test_what_is_no_such_answer_is_an_error(read, value):
    with pytest.raises(AnswerError):
        read(value)
