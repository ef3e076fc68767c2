"""Number formats agree with libindi's own (Debian's libindidriver1, which indi-bin depends on)."""

import ctypes
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol.numbers import format_number, number_to_wire, parse_number

pytestmark = pytest.mark.system

try:
    libindi = ctypes.CDLL("libindidriver.so.1")
except OSError:
    pytest.skip("libindidriver1 is not installed", allow_module_level=True)

libindi.numberFormat.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_double]
libindi.f_scansexa.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_double)]

degrees = st.floats(-1e6, 1e6)
fractions = st.sampled_from([9, 8, 6, 5, 3])
# Where fewer than two characters are left for the degrees, libindi sets two blanks before a -0.
room = st.integers(2, 12)


def formatted(value: float, format: str) -> str:
    text = ctypes.create_string_buffer(1024)
    libindi.numberFormat(text, format.encode(), value)
    return text.value.decode()


def scanned(text: str) -> float:
    value = ctypes.c_double()
    assert libindi.f_scansexa(text.encode(), ctypes.byref(value)) == 0
    return value.value


@given(degrees, fractions, room)
def test_sexagesimals_are_written_alike(value, fraction, room):
    format = f"%{fraction + room}.{fraction}m"
    assert format_number(value, format) == formatted(value, format)


@given(st.integers(-400, 400), st.integers(0, 59), st.integers(0, 5999), fractions)
def test_sexagesimals_on_the_edge_of_rounding_are_written_alike(whole, minutes, hundredths, fraction):
    value = math.copysign(abs(whole) + minutes / 60 + hundredths / 360_000, whole)
    format = f"%12.{fraction}m"
    assert format_number(value, format) == formatted(value, format)


@given(
    st.floats(-1e30, 1e30),
    st.sampled_from(["", "+", " ", "-", "0", "#"]),
    st.integers(0, 20),
    st.integers(0, 15),
    st.sampled_from("feEgG"),
)
def test_printf_formats_are_written_alike(value, flag, width, precision, letter):
    format = f"%{flag}{width or ''}.{precision}{letter}"
    assert format_number(value, format) == formatted(value, format)


@given(degrees, fractions)
def test_sexagesimals_are_read_alike(value, fraction):
    text = format_number(value, f"%12.{fraction}m")
    assert parse_number(text) == pytest.approx(scanned(text), rel=1e-15, abs=1e-15)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_goes_on_the_wire_is_read_as_the_same_number(value):
    assert scanned(number_to_wire(value)) == value
