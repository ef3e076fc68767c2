"""The checksums of FITS: against the standard's example, the definition and astropy."""

import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol.fits.checksum import UNSET, encoded, folded, ones_sum
from tests.protocol.fits.strategies import picture

OCTETS = st.binary(max_size=99).map(lambda data: np.frombuffer(data, np.uint8))


def by_definition(octets):
    """Words one by one, with what is carried out added at the end."""
    data = octets.tobytes()
    total = 0
    for start in range(0, len(data), 4):
        total += int.from_bytes(data[start : start + 4].ljust(4, b"\0"), "big")
        total = (total & 0xFFFFFFFF) + (total >> 32)
    return total


def test_the_sum_of_the_standards_example_is_encoded_as_there():
    # FITS 4.0, appendix J.2: the complement of 868229149 is said as hcHjjc9ghcEghc9g.
    assert encoded(868229149) == "hcHjjc9ghcEghc9g"


@given(OCTETS)
def test_the_sum_is_that_of_the_words(octets):
    assert ones_sum(octets) == by_definition(octets)


def test_zeros_and_ones_are_told_apart():
    assert ones_sum(np.zeros(8, np.uint8)) == 0
    assert ones_sum(np.full(8, 255, np.uint8)) == 0xFFFFFFFF
    assert folded(0) == 0
    assert folded(2 * 0xFFFFFFFF) == 0xFFFFFFFF


@given(OCTETS, st.integers(0, 99))
def test_the_sums_of_parts_add_up_wherever_they_are_cut(octets, place):
    first, second = octets[:place], octets[place:]
    assert folded(ones_sum(first) + ones_sum(second, offset=len(first))) == ones_sum(octets)


@pytest.mark.parametrize("size", [(1 << 20) - 1, 1 << 20, (1 << 20) + 1, (3 << 20) + 6])
def test_what_is_larger_than_a_piece_is_summed_up_whole(size):
    octets = picture("u1", (size,))
    words = np.pad(octets, (0, -size % 4)).view(">u4")
    assert ones_sum(octets) == folded(int(words.sum(dtype=np.uint64)))


@given(st.integers(0, 0xFFFFFFFF), st.integers(0, 30).map(lambda words: 4 * words))
def test_a_sum_is_said_in_letters_and_digits_that_make_the_whole_all_ones(total, before):
    text = encoded(total)
    assert len(text) == len(UNSET)
    assert set(text) <= set(string.ascii_letters + string.digits)
    # What was summed up with zeros in the text's place, 11 bytes behind the beginning of a card.
    unset, said = (np.frombuffer(b" " * (before + 11) + t.encode(), np.uint8) for t in (UNSET, text))
    rest = total - ones_sum(unset)
    assert (rest + ones_sum(said)) % 0xFFFFFFFF == 0


@given(st.binary(max_size=400))
def test_astropy_finds_the_same(data):
    from astropy.io import fits

    unit = fits.PrimaryHDU(np.frombuffer(data, np.uint8)) if data else fits.PrimaryHDU()
    unit.add_checksum()
    octets = np.frombuffer(data, np.uint8)
    assert unit.header["DATASUM"] == str(ones_sum(octets))
