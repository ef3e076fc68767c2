"""Commands are found however the bytes are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.instruments.emulators.commands import ACK, Commands, handler_of


def commands(*pieces):
    cutter = Commands()
    return [command for piece in pieces for command in cutter.feed(piece)]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b":GR#", ["GR"]),
        (b":GR#:GD#", ["GR", "GD"]),
        (b"#:GR#", ["GR"]),
        (b"\r\nAT+GMM\r:GR#", ["GR"]),
        (b":Sr 12:34:56#", ["Sr 12:34:56"]),
        (b"\x06", [ACK]),
        (b":GR#\x06:GD#", ["GR", ACK, "GD"]),
        (b"::GR#", ["GR"]),
        (b":Sd+45\xdf30#", ["Sd+45\xdf30"]),
        (b":" + b"x" * 100 + b"#:GR#", ["GR"]),
        (b"GR#", []),
    ],
)
def test_commands_stand_between_a_colon_and_a_hash(data, found):
    assert commands(data) == found


@given(st.lists(st.sampled_from([b":GR#", b":Sr 12:34:56#", b"\x06", b"#", b"noise", b":"])).map(b"".join), st.data())
def test_cutting_changes_nothing(data, draw):
    cut = draw.draw(st.integers(0, len(data)))
    assert commands(data[:cut], data[cut:]) == commands(data)
    assert commands(*(bytes([byte]) for byte in data)) == commands(data)


def test_the_longest_name_counts():
    table = {"M": bytes, "Mg": repr, "Ms": str}
    assert handler_of("Mgn0100", table) == (repr, "n0100")
    assert handler_of("Mx", table) == (bytes, "x")
    assert handler_of("Sr 12", {"Sr": str}) == (str, "12")
    assert handler_of("Q", table) is None
    assert handler_of("", table) is None
