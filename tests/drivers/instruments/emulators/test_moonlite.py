"""An emulated focuser answers as the manual says. What it does in time is seen through its client elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.instruments.emulators.moonlite import MoonliteEmulator, MoonliteOptions

EPOCH = 1_790_000_000.0


def said(*commands, options=None):
    """Return the answer to the last of these."""
    emulator = MoonliteEmulator(options)
    return [emulator.answer(command.encode(), EPOCH) for command in commands][-1]


@pytest.mark.parametrize(
    ("commands", "answer"),
    [
        ([":GV#"], b"10#"),
        ([":GP#"], b"4000#"),
        ([":GN#"], b"4000#"),
        ([":SN1234#", ":GN#"], b"1234#"),
        ([":SN1234#", ":GP#"], b"4000#"),
        ([":SN1234#", ":GI#"], b"00#"),
        ([":SN1234#", ":FG#", ":GI#"], b"01#"),
        ([":SN1234#", ":FG#", ":FQ#", ":GI#"], b"00#"),
        ([":FG#", ":GI#"], b"00#"),
        ([":SN1234#"], b""),
        ([":SPabcd#", ":GP#"], b"ABCD#"),
        ([":SPx#", ":GP#"], b"4000#"),
        ([":GD#"], b"02#"),
        ([":SD10#", ":GD#"], b"10#"),
        ([":SD11#", ":GD#"], b"02#"),
        ([":GH#"], b"00#"),
        ([":SH#", ":GH#"], b"FF#"),
        ([":SH#", ":SF#", ":GH#"], b"00#"),
        ([":GT#"], b"0028#"),
        ([":PO02#", ":GT#"], b"002A#"),
        ([":POFB#", ":GT#"], b"0023#"),
        ([":SCFB#", ":GC#"], b"FB#"),
        ([":C#"], b""),
        ([":+#"], b""),
        ([":XX#"], b""),
    ],
)
def test_a_focuser_answers(commands, answer):
    assert said(*commands) == answer


def test_the_version_may_have_no_end():
    assert said(":GV#", options=MoonliteOptions(ends_version=False)) == b"10"


def test_it_does_not_go_beyond_its_travel():
    assert said(":SNFFFF#", ":GN#", options=MoonliteOptions(travel=0x8000)) == b"8000#"


def test_temperatures_below_zero_are_twos_complements():
    emulator = MoonliteEmulator()
    emulator.ambient = -5.5
    emulator.answer(b":C#", EPOCH)
    assert emulator.answer(b":GT#", EPOCH + 0.5) == b"0028#"
    assert emulator.answer(b":GT#", EPOCH + 0.75) == b"FFF5#"


def test_a_measurement_is_not_begun_anew_by_the_impatient():
    emulator = MoonliteEmulator()
    emulator.ambient = 10
    for quarter in range(4):
        emulator.answer(b":C#", EPOCH + quarter / 4)
    assert emulator.answer(b":GT#", EPOCH + 0.75) == b"0014#"


@pytest.mark.parametrize(("commands", "steps"), [(b"", 250), (b":SD20#", 16), (b":SH#", 125)])
def test_the_motor_has_its_speed(commands, steps):
    emulator = MoonliteEmulator(MoonliteOptions(position=0))
    emulator.answer(commands + b":SNFFFF#:FG#", EPOCH)
    assert emulator.answer(b":GP#", EPOCH + 1) == f"{steps:04X}#".encode()


def test_a_position_is_not_set_while_the_motor_turns():
    emulator = MoonliteEmulator()
    emulator.answer(b":SN0000#:FG#", EPOCH)
    emulator.answer(b":SP0000#", EPOCH + 1)
    assert emulator.answer(b":GI#", EPOCH + 1) == b"01#"


@given(st.lists(st.binary(max_size=20) | st.text(":#GSFPCNTDHIV+-0123456789ABCDEF", max_size=20).map(str.encode)))
def test_no_bytes_upset_it(pieces):
    emulator = MoonliteEmulator()
    for number, piece in enumerate(pieces):
        assert isinstance(emulator.answer(piece, EPOCH + number), bytes)
        assert 0 <= emulator.position <= 0xFFFF
