"""What faults make of an answer."""

import pytest

from lightapt_drivers.instruments.emulators.faults import Chunk, Drip, Echo, Garbage, Half, Silence, Slow


@pytest.mark.parametrize(
    ("fault", "chunks"),
    [
        (Silence(), []),
        (Garbage(b"?#"), [Chunk(b"?#")]),
        (Half(), [Chunk(b"12:3")]),
        (Slow(0.5), [Chunk(b"12:34:5#", 0.5)]),
        (Echo(), [Chunk(b":GR#"), Chunk(b"12:34:5#")]),
        (Drip(0.1), [Chunk(letter.encode(), 0.1) for letter in "12:34:5#"]),
    ],
)
def test_a_fault_spoils_an_answer(fault, chunks):
    assert list(fault.spoil(b":GR#", b"12:34:5#")) == chunks
