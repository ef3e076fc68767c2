"""Images and headers of all kinds, for hypothesis."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from lightapt_protocol.fits import Card

__all__ = ["TYPES", "cards", "headers", "images", "picture"]

TYPES = ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8")
PRINTABLE = st.characters(min_codepoint=32, max_codepoint=126)
TEXTS = st.text(PRINTABLE, max_size=20) | st.text("'&a ", max_size=220)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    FINITE,
    st.complex_numbers(allow_nan=False, allow_infinity=False),
    TEXTS,
)


def picture(dtype, shape, seed=1):
    """Any bits at all, NaN and infinity among them."""
    dtype = np.dtype(dtype)
    octets = np.random.default_rng(seed).integers(0, 256, int(np.prod(shape)) * dtype.itemsize, dtype=np.uint8)
    return octets.view(dtype).reshape(shape)


@st.composite
def images(draw, *, least=0):
    """Of all types, byte orders, numbers of axes and strides."""
    dtype = draw(st.sampled_from("<>")) + draw(st.sampled_from(TYPES))
    shape = draw(st.lists(st.integers(least, 9), min_size=1, max_size=2).map(tuple))
    shape = draw(st.sampled_from([(), (3,)])) + shape if len(shape) == 2 else shape
    image = picture(dtype, [2 * length for length in shape], seed=draw(st.integers(0, 99)))
    image = image[tuple(draw(st.sampled_from([np.s_[::2], np.s_[1::2], np.s_[::-2]])) for _ in shape)]
    return image.swapaxes(-1, -2) if image.ndim > 1 and draw(st.booleans()) else image


def cards(values=VALUES):
    # A beginning that is no keyword with a meaning of its own.
    keywords = st.text("ABCXYZ0189_-", max_size=6).map("QK".__add__)
    return st.builds(Card, keywords, values, st.text(PRINTABLE, max_size=80))


def headers(values=VALUES):
    return st.lists(cards(values), max_size=4, unique_by=lambda card: card.keyword)
