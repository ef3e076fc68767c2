"""The checksums of FITS: ones' complement sums of 32-bit words (FITS standard 4.0, section 4.4.2.7 and appendix J)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["UNSET", "encoded", "folded", "ones_sum"]

UNSET: Final = "0" * 16
"""What CHECKSUM says while the sum over its unit is taken."""

_ALL_ONES: Final = 2**32 - 1
_PIECE: Final = 1 << 20
"""Bytes that are summed at a time: they fit the cache, and their sum fits 64 bits."""
_PUNCTUATION: Final = frozenset(b":;<=>?@[\\]^_`")


def folded(total: int) -> int:
    """Return a plain sum of words as a ones' complement sum of 32 bits: what was carried out is added at the end."""
    return total and (total % _ALL_ONES or _ALL_ONES)


def ones_sum(octets: NDArray[np.uint8], *, offset: int = 0) -> int:
    """Return the sum of the big-endian words that contiguous octets make which begin `offset` bytes into a unit.

    The sums of parts add up to the sum of the whole, wherever it is cut.
    """
    whole = len(octets) & ~3
    total = int.from_bytes(octets[whole:].tobytes().ljust(4, b"\0"), "big")
    for start in range(0, whole, _PIECE):
        words = octets[start : min(start + _PIECE, whole)].view(">u4")
        total += int(np.add.reduce(words, dtype=np.uint64))
    # Octets that begin within a word stand further right in theirs: division by 256 turns a sum, as 2**32 counts as 1.
    return folded(total << 8 * (-offset % 4))


def encoded(total: int) -> str:
    """Return the 16 letters and digits that say the complement of a sum.

    With them where CHECKSUM had :data:`UNSET`, the sum over the unit is all ones.
    """
    places = [_four(octet) for octet in (_ALL_ONES - folded(total)).to_bytes(4, "big")]
    text = "".join(chr(places[octet][turn]) for turn in range(4) for octet in range(4))
    return text[-1] + text[:-1]  # the text begins at byte 12 of its card, one short of a word


def _four(octet: int) -> list[int]:
    """Return four letters or digits whose distances from ``0`` add up to an octet."""
    quarter, rest = divmod(octet, 4)
    four = [ord("0") + quarter + rest, *[ord("0") + quarter] * 3]
    while not _PUNCTUATION.isdisjoint(four):
        for place in (0, 2):
            if not _PUNCTUATION.isdisjoint(four[place : place + 2]):
                four[place] += 1
                four[place + 1] -= 1
    return four
