"""What a box draws makes the voltage sag, and heaters draw less then."""

import pytest

from lightapt_drivers.simulators.power_model import Supply, dew_duty, draw

FIRM = Supply(12.0, 0.0)


def test_currents_add_up():
    found = draw(FIRM, power=(1.0, 0.0, 2.0), dew=(50, 0), variable=((9.0, 1.0),), usb=2)
    assert found.volts == 12
    assert found.power == (1.0, 0.0, 2.0)
    assert found.dew == (pytest.approx(0.5), 0)
    assert found.total == pytest.approx(3.0 + 0.5 + 9 / 0.9 / 12 + 0.2 + 0.06)


@pytest.mark.parametrize("resistance", [0.05, 0.5])
def test_the_voltage_sags_by_what_is_drawn(resistance):
    found = draw(Supply(12.0, resistance), power=(2.0,), dew=(100,), variable=((12.0, 0.5),))
    assert found.volts == pytest.approx(12.0 - resistance * found.total)
    assert found.dew[0] == pytest.approx(found.volts / 12)


def test_a_supply_that_is_asked_too_much_breaks_down():
    found = draw(Supply(12.0, 2.0), power=(), dew=(), variable=((12.0, 5.0),))
    assert found.volts == pytest.approx(6, abs=0.1)


def test_without_a_supply_nothing_heats():
    assert draw(Supply(0.0, 0.1), power=(), dew=(100,)).dew == (0,)


@pytest.mark.parametrize(("spread", "duty"), [(20, 0), (6, 0), (3, 50), (0, 100), (-1, 100)])
def test_the_nearer_the_dew_point_the_stronger_it_heats(spread, duty):
    assert dew_duty(10, 10 - spread) == pytest.approx(duty)
