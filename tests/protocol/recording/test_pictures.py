"""Of a picture the header can be kept, and a blank one be made of it."""

import zlib

import pytest

from lightapt_protocol.recording import header_of, with_blank_pixels


def fits(*cards, size):
    text = b"".join(card.ljust(80) for card in (*cards, b"END"))
    return text.ljust(-(-len(text) // 2880) * 2880) + b"\x01" * size


PLAIN = fits(b"SIMPLE  =                    T", b"NAXIS   =                    2", *[b"COMMENT"] * 40, size=5760)
EMPTY = fits(b"SIMPLE  =                    T", b"NAXIS   =                    0 / none", size=0)
TABLE = fits(b"XTENSION= 'BINTABLE'", b"NAXIS   =                    2", size=2880)


@pytest.mark.parametrize(
    ("data", "format", "kept"),
    [
        (PLAIN, ".fits", PLAIN[:5760]),
        (zlib.compress(PLAIN), ".fits.z", PLAIN[:5760]),
        (EMPTY + TABLE, ".fits.fz", EMPTY + TABLE[:2880]),
        (EMPTY, ".fits", EMPTY),
        (b"\xff\xd8 a JPEG", ".jpg", b""),
        (b"not zlib", ".fits.z", b""),
        (b"SIMPLE  =                    T".ljust(80) * 100, ".fits", b""),
        (b"", ".fits", b""),
    ],
)
def test_a_header_is_what_a_fits_file_has_before_its_picture(data, format, kept):
    assert header_of(data, format=format) == kept


def test_a_blank_picture_is_as_large_as_the_true_one():
    blank = with_blank_pixels(PLAIN[:5760], size=len(PLAIN), format=".fits")
    assert blank == PLAIN[:5760] + bytes(5760)
    assert zlib.decompress(with_blank_pixels(PLAIN[:5760], size=len(PLAIN), format=".fits.z")) == blank
