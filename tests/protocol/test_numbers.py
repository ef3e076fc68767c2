"""Numbers ↔ text."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lightapt_protocol.numbers import format_number, format_sexagesimal, number_to_wire, parse_number

finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12.0),
        ("+5", 5.0),
        ("\n      -12.5\n  ", -12.5),
        ("1.5e3", 1500.0),
        ("12:30", 12.5),
        ("12:30:36", 12.51),
        ("12 30 36", 12.51),
        ("12;30;36", 12.51),
        ("12: 30 : 36", 12.51),
        (" 12:30 ", 12.5),
        ("-0:30", -0.5),
        ("-0:00:36", -0.01),
        ("- 12:30", -12.5),
        ("+5:30", 5.5),
        ("12:30.6", 12.51),
        ("23:59:60", 24.0),
    ],
)
def test_integers_reals_and_sexagesimals_are_read(text, value):
    assert parse_number(text) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", "abc", "12 abc", "12h30m", "12,5", "--5", "0x10", "1_000", "١٢", "1.2.3"),
        *("nan", "inf", "-inf", "1e400", "9" * 400 + ":30"),
        *("12:", ":30", "12::30", "12:-30", "12:30:-15", "12:30:15:10", "12:1.2.3"),
    ],
)
def test_what_is_no_finite_number_is_refused(text):
    with pytest.raises(ValueError, match=r"number|float"):
        parse_number(text)


@given(st.text("0123456789+-.:; eE\n", max_size=30))
def test_any_text_gives_a_finite_number_or_a_value_error(text):
    try:
        value = parse_number(text)
    except ValueError:
        return
    assert math.isfinite(value)


@given(finite)
def test_the_wire_keeps_every_number_exactly(value):
    assert parse_number(number_to_wire(value)) == value


@pytest.mark.parametrize(("value", "text"), [(10.0, "10"), (0.1, "0.1"), (-0.5, "-0.5"), (5, "5"), (1e22, "1e+22")])
def test_the_wire_takes_the_shortest_text(value, text):
    assert number_to_wire(value) == text


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_have_no_text(value):
    with pytest.raises(ValueError, match="no word"):
        number_to_wire(value)
    with pytest.raises(ValueError, match="cannot format"):
        format_number(value)


def test_numbers_of_numpy_are_written_as_numbers():
    numpy = pytest.importorskip("numpy")
    assert number_to_wire(numpy.float64(12.5)) == "12.5"


@pytest.mark.parametrize(
    ("format", "value", "text"),
    [
        ("%g", 12.5, "12.5"),
        ("%5.2f", 12.5, "12.50"),
        ("%.f", 1000.0, "1000"),
        ("%e", 12.5, "1.250000e+01"),
        ("%+G", 1e20, "+1E+20"),
        ("%-8.1lf|", 12.5, "12.5    |"),
        ("%04d", 12.0, "0012"),
        ("%d", 2.9999999, "3"),
        ("%i", -0.6, "-1"),
        ("%5u", 7.0, "    7"),
        ("%.1f °C (%%)", 12.5, "12.5 °C (%)"),
        ("%8.6m h", 12.5, "12:30:00 h"),
    ],
)
def test_printf_formats_are_followed(format, value, text):
    assert format_number(value, format) == text


@pytest.mark.parametrize("format", ["", "abc", "%s", "%x", "%", "%%", "%n", "%99999g"])
def test_a_format_that_makes_no_sense_shows_the_number_plainly(format):
    assert format_number(12.5, format) == "12.5"


@pytest.mark.parametrize(
    ("format", "value", "text"),
    [
        ("%12.9m", 359.99999, "359:59:59.96"),
        ("%12.9m", -12.999999, "-13:00:00.00"),
        ("%10.8m", -0.5, "-0:30:00.0"),
        ("%10.6m", 12.5, "  12:30:00"),
        ("%9.6m", -0.5, " -0:30:00"),
        ("%8.6m", 359.99999, "360:00:00"),
        ("%7.5m", 59.99 / 60, " 1:00.0"),
        ("%7.3m", -123.75, "-123:45"),
        ("%9.6m", 1 / 60 + 2 / 3600, "  0:01:02"),
        ("%6.3m", 59.99 / 60, "  1:00"),
        ("%8.4m", 12.5, "  12:30"),
        ("%m", 12.5, "12:30:00"),
        ("%010.6m", 12.5, "  12:30:00"),
        ("%.6m", 1e300, "1e+300"),
    ],
)
def test_sexagesimal_formats_are_followed(format, value, text):
    assert format_number(value, format) == text


@given(st.floats(-1e6, 1e6), st.sampled_from([9, 8, 6, 5, 3]), st.integers(0, 20))
@example(59.999999, 6, 0)
def test_sexagesimals_read_back_to_half_of_their_last_place(value, fraction, width):
    text = format_sexagesimal(value, width=width, fraction=fraction)
    half = {9: 0.005 / 3600, 8: 0.05 / 3600, 6: 0.5 / 3600, 5: 0.05 / 60, 3: 0.5 / 60}[fraction]
    assert abs(parse_number(text) - value) <= half * 1.0001
    assert ":60" not in text
    assert len(text) >= width


@given(finite, st.text("%-+ #0123456789.lmdiufFeEgGxs", max_size=12))
def test_any_format_shows_a_finite_number(value, format):
    assert isinstance(format_number(value, format), str)
