"""What we write astropy reads, and what astropy writes we read: the same numbers and the same header."""

import io

import numpy as np
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol.fits import Card, encode, encode_compressed, read
from tests.protocol.fits.strategies import headers, images


def same(ours, theirs):
    if theirs is None:  # astropy knows no image without pixels
        return ours.size == 0
    return (
        ours.shape == theirs.shape
        and ours.dtype.newbyteorder("=") == theirs.dtype.newbyteorder("=")
        and np.array_equal(ours, theirs, equal_nan=ours.dtype.kind == "f")
    )


def same_card(card, header):
    value = header[card.keyword]
    if isinstance(value, fits.card.Undefined):
        value = None
    said = card.value.rstrip() if isinstance(card.value, str) else card.value
    comment = header.comments[card.keyword]
    return (value, type(value)) == (said, type(said)) and card.comment.strip().startswith(comment.strip())


@given(images(), headers(), st.booleans())
def test_astropy_reads_what_we_write(image, header, checksum):
    data = bytes(encode(image, header, checksum=checksum))
    with fits.open(io.BytesIO(data), checksum=True) as units:
        units.verify("exception")
        (unit,) = units
        assert same(image, unit.data)
        assert [card.keyword for card in header] == [keyword for keyword in unit.header if keyword.startswith("QK")]
        assert all(same_card(card, unit.header) for card in header)


@given(images(), headers(), st.booleans())
def test_we_read_what_astropy_writes(image, header, checksum):
    unit = fits.PrimaryHDU(image)
    for card in header:
        unit.header[card.keyword] = card.value
    file = io.BytesIO()
    unit.writeto(file, checksum=checksum)
    back = read(file.getvalue(), verify=True)
    assert same(image, back.pixels)
    file.seek(0)
    with fits.open(file) as units:
        assert all(same_card(Card(card.keyword, back.header[card.keyword]), units[0].header) for card in header)


def test_long_keywords_are_read_by_astropy():
    data = encode(np.zeros((2, 2), "u1"), [Card("ESO DET NAME", "chip", "which"), Card("FOCUSERPOSITION", 7)])
    header = fits.getheader(io.BytesIO(data))
    assert (header["ESO DET NAME"], header["FOCUSERPOSITION"]) == ("chip", 7)


def test_compressed_tiles_are_read_by_astropy():
    image = np.arange(600, dtype="u2").reshape(20, 30)
    with fits.open(io.BytesIO(encode_compressed(image, [Card("GAIN", 5)], checksum=True)), checksum=True) as units:
        assert np.array_equal(units[1].data, image)
        assert units[1].header["GAIN"] == 5
