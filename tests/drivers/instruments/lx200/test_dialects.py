"""Mounts are told apart by the names that they give themselves."""

import pytest

from lightapt_drivers.instruments.lx200.dialects import DIALECTS, GENERIC, dialect_of


@pytest.mark.parametrize(
    ("product", "name"),
    [
        ("Autostar", "Meade"),
        ("LX2001", "Meade"),
        ("10micron GM2000QCI", "10micron"),
        ("Losmandy Gemini", "Gemini"),
        ("On-Step", "OnStep"),
        ("NYX-101", "NYX"),
        ("TeenAstro", "TeenAstro"),
        ("AM5", "ZWO"),
        ("OpenAstroTracker", "OpenAstroTech"),
        ("esp32go", "generic"),
        ("", "generic"),
    ],
)
def test_a_product_has_its_dialect(product, name):
    assert dialect_of(product).name == name


def test_no_product_has_two_dialects():
    products = [product for dialect in DIALECTS for product in dialect.products]
    assert all([other.startswith(product) for other in products].count(True) == 1 for product in products)


def test_the_generic_dialect_promises_nothing():
    assert (GENERIC.unpark, GENERIC.pier_side) == ("", "")
    assert not GENERIC.has_flags
    assert not GENERIC.has_pulses
