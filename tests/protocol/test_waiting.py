"""A wait ends when another look makes sense, and not before."""

from __future__ import annotations

import pytest

from lightapt_protocol.framing import BlobElement, Element, Framer
from lightapt_protocol.limits import START_TAG_LIMIT
from lightapt_protocol.waiting import Wait, WaitForLiteral, WaitForTagEnd


def ends_after(wait: Wait, begun: bytes, rest: bytes) -> int | None:
    """Return after how many bytes of `rest`, which come one by one, the wait is over."""
    data = bytearray(begun)
    for count, byte in enumerate(rest, 1):
        data.append(byte)
        if wait.is_over(data, len(data) - 1):
            return count
    return None


def test_a_literal_is_seen_across_pieces() -> None:
    assert ends_after(WaitForLiteral(b"-->"), b"<!-- --> -", b"- -->") == 5
    assert ends_after(WaitForLiteral(b"-->"), b"<!--", b"- - > ->") is None
    assert WaitForLiteral(b"</a").is_over(bytearray(b"<a>x</a>"), 3)


def test_a_limit_ends_the_wait_for_a_literal() -> None:
    assert ends_after(WaitForLiteral(b"<", limit=5), b"xx", b"xxxxx") == 3


@pytest.mark.parametrize(
    ("begun", "rest", "after"),
    [
        (b"<a", b" b='>' c=\">'\">", 14),
        (b"<a b='>", b"\">' >", 5),
        (b"<a b=\"'", b"\"'>'>", 5),
        (b"<a b='", b"<", 1),
        (b"<a ", b"<", 1),
        (b"<a", b"bcd", None),
    ],
)
def test_the_end_of_a_tag_stands_outside_of_quotes(begun: bytes, rest: bytes, after: int | None) -> None:
    assert ends_after(WaitForTagEnd(b"--" + begun, 2), b"--" + begun, rest) == after


def test_a_tag_that_becomes_too_long_ends_the_wait() -> None:
    data = (b"-<a b='" + b"x" * START_TAG_LIMIT)[: START_TAG_LIMIT + 1]
    assert ends_after(WaitForTagEnd(data, 1), data, b"xx") == 1


@pytest.mark.parametrize(
    "begun", [b"<!--", b"<a><!--", b"<?xml ", b"<a b='", b"<a><b c='", b"<setBLOBVector><!--", b"<a><![CDATA["]
)
def test_a_trickle_is_looked_at_a_few_times_only(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    scan = Framer._scan

    def counted(framer: Framer, data: bytes, out: list[Element | BlobElement]) -> int:
        nonlocal looks
        looks += 1
        return scan(framer, data, out)

    monkeypatch.setattr(Framer, "_scan", counted)
    framer = Framer()
    for byte in begun + b'x > y " - ' * 500:
        framer.feed(bytes([byte]))
    assert framer.error is None
    assert framer.partial
    assert looks <= len(begun) + 1
