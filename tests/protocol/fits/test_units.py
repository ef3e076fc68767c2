"""The units of a file: what a header announces is checked against what is there."""

import numpy as np
import pytest

from lightapt_protocol.fits import Card, ReadError, encode
from lightapt_protocol.fits.header import BLOCK, render_header
from lightapt_protocol.fits.units import units

EMPTY = [Card("SIMPLE", True), Card("BITPIX", 8), Card("NAXIS", 0)]


def header(*cards, **changes):
    """The header of a unit of 3 by 2 bytes, with changes; None leaves a card out."""
    said = {"SIMPLE": True, "BITPIX": 8, "NAXIS": 2, "NAXIS1": 3, "NAXIS2": 2} | changes
    return render_header([Card(keyword, value) for keyword, value in said.items() if value is not None], cards)


def xtension_first(**changes):
    said = {"XTENSION": "IMAGE", "BITPIX": 8, "NAXIS": 2, "NAXIS1": 3, "NAXIS2": 2, "PCOUNT": 0, "GCOUNT": 1} | changes
    return render_header([Card(keyword, value) for keyword, value in said.items() if value is not None], ())


def found(*parts):
    return list(units(memoryview(b"".join(parts))))


def test_units_follow_one_another_in_whole_blocks():
    data = [render_header(EMPTY, ()), xtension_first(), bytes(BLOCK), xtension_first(XTENSION="TABLE"), bytes(6)]
    primary, image, table = found(*data)
    assert [unit.is_image for unit in (primary, image, table)] == [False, True, False]
    assert (primary.data_size, primary.end) == (0, BLOCK)
    assert (image.start, image.data_start, image.data_size, image.end) == (BLOCK, 2 * BLOCK, 6, 3 * BLOCK)
    assert (image.bitpix, image.shape) == (8, (2, 3))
    assert table.data_start + table.data_size == sum(map(len, data))


def test_what_follows_the_last_unit_is_ignored():
    assert len(found(header(), bytes(BLOCK), b"anything")) == 1


def test_the_parameters_and_the_number_of_groups_count():
    (_, table) = found(render_header(EMPTY, ()), xtension_first(XTENSION="BINTABLE", PCOUNT=10, GCOUNT=2), bytes(32))
    assert table.data_size == 2 * (10 + 6)


def test_random_groups_are_no_image():
    (unit,) = found(header(NAXIS1=0, NAXIS2=5, GROUPS=True, PCOUNT=1, GCOUNT=3), bytes(18))
    assert (unit.data_size, unit.is_image) == (18, False)


def test_a_table_of_tiles_is_a_compressed_image():
    data = [render_header(EMPTY, ()), xtension_first(XTENSION="BINTABLE", ZIMAGE=True), bytes(6)]
    assert [unit.is_compressed_image for unit in found(*data)] == [False, True]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"BITPIX": 12}, "BITPIX is 12"),
        ({"BITPIX": None}, "BITPIX is missing"),
        ({"BITPIX": 8.0}, "BITPIX says 8.0"),
        ({"NAXIS": -1}, "NAXIS is -1"),
        ({"NAXIS": 999}, "NAXIS is 999"),
        ({"NAXIS": True}, "NAXIS says True"),
        ({"NAXIS": 3}, "NAXIS3 is missing"),
        ({"NAXIS1": -3}, "NAXIS1 is -3"),
        ({"NAXIS1": "3"}, "NAXIS1 says '3'"),
        ({"NAXIS1": 2881}, "announces 5762 bytes of data, and 2880 are there"),
        ({"NAXIS1": 2**62, "NAXIS2": 2**62}, "announces 21267647932558653966460912964485513216 bytes"),
    ],
)
def test_a_header_that_cannot_be_true_is_refused(changes, reason):
    with pytest.raises(ReadError, match=reason):
        found(header(**changes), bytes(BLOCK))


@pytest.mark.parametrize("changes", [{"PCOUNT": None}, {"GCOUNT": None}, {"PCOUNT": -1}, {"GCOUNT": 10**9}])
def test_an_extension_that_cannot_be_true_is_refused_with_its_place(changes):
    with pytest.raises(ReadError) as caught:
        found(render_header(EMPTY, ()), xtension_first(**changes), bytes(BLOCK))
    assert caught.value.offset == BLOCK
    assert "unit at byte 2880" in str(caught.value)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"hello", "begins with b'hello'"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"x\x9c", "zlib, as of .fits.z"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"SIMPLE  =", "ends within a header"),
    ],
)
def test_what_is_no_fits_file_is_refused_with_a_hint(data, reason):
    with pytest.raises(ReadError, match=reason):
        found(data)


def test_the_end_of_the_file_may_lack_its_padding_but_no_data():
    data = bytes(encode(np.ones((10, 10), "u2")))
    assert len(found(data[: BLOCK + 200])) == 1
    with pytest.raises(ReadError, match="announces 200 bytes of data, and 199 are there"):
        found(data[: BLOCK + 199])


def test_a_file_of_very_many_units_is_given_up():
    with pytest.raises(ReadError, match="more than 1000 units"):
        found(render_header(EMPTY, ()), xtension_first(NAXIS=0) * 1001)
