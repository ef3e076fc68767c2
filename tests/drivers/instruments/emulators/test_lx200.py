"""An emulated mount answers as the protocol says. What it does in time is seen through its client elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.instruments.emulators.lx200 import ONSTEP, Lx200Emulator, Lx200Options
from lightapt_drivers.instruments.emulators.mount_model import Motion

EPOCH = 1_790_000_000.0
MEADE = Lx200Options()
CLASSIC = Lx200Options(product="")


def said(*commands, options=MEADE, now=EPOCH):
    """Return the answer to the last of these."""
    emulator = Lx200Emulator(options)
    answers = [emulator.answer(command.encode("latin-1"), now) for command in commands]
    return answers[-1]


@pytest.mark.parametrize(
    ("commands", "answer"),
    [
        (["\x06"], b"L"),
        ([":AP#", "\x06"], b"P"),
        ([":GVP#"], b"Autostar#"),
        ([":Gc#"], b"24#"),
        ([":GW#"], b"PN1#"),
        ([":AP#", ":GW#"], b"PT1#"),
        ([":GT#"], b"60.2#"),
        ([":TS#", ":GT#"], b"60.0#"),
        ([":TL#", ":GT#"], b"57.9#"),
        ([":D#"], b"#"),
        ([":GD#"], b"+90\xdf00#"),
        ([":U#", ":GD#"], b"+90\xdf00'00#"),
        ([":Sr 05:47.4#"], b"1"),
        ([":Sr05:47.4#", ":Gr#"], b"05:47.4#"),
        ([":U#", ":Sr 05:47:24#", ":Gr#"], b"05:47:24#"),
        ([":Sd-00*30#", ":Gd#"], b"-00\xdf30#"),
        ([":Sd-00\xdf30:36#", ":U#", ":Gd#"], b"-00\xdf30'36#"),
        ([":Sr24:00:00#"], b"0"),
        ([":Sd+91*00#"], b"0"),
        ([":Sdnorth#"], b"0"),
        ([":St-33*30#", ":Gt#"], b"-33\xdf30#"),
        ([":Sg208*45#", ":Gg#"], b"208\xdf45#"),
        ([":Sg-151*15#", ":Gg#"], b"208\xdf45#"),
        ([":SG-05.5#", ":GG#"], b"-05.5#"),
        ([":SG+02#", ":GG#"], b"+02#"),
        ([":SGx#"], b"0"),
        ([":SL23:04:05#", ":GL#"], b"23:04:05#"),
        ([":SC01/02/26#", ":GC#"], b"01/02/26#"),
        ([":SC01/02/26#"], b"1Updating Planetary Data#                        #"),
        ([":SC13/02/26#"], b"0"),
        ([":CM#"], b" M31 EX GAL MAG 3.5 SZ178.0'#"),
        ([":Sd-80*00#", ":MS#"], b"1Object Below Horizon#"),
        ([":MS#"], b"0"),
        ([":MS#", ":hP#"], b""),
        ([":hP#", ":D#"], b"\x7f#"),
        ([":Gm#"], b""),
        ([":nonsense#"], b""),
        (["noise"], b""),
    ],
)
def test_a_meade_mount_answers(commands, answer):
    assert said(*commands) == answer


@pytest.mark.parametrize(
    ("commands", "answer"),
    [
        ([":GVP#"], b"On-Step#"),
        ([":GD#"], b"+90*00:00#"),
        ([":Gm#"], b"N#"),
        ([":Te#"], b"1"),
        ([":Td#"], b"1"),
        ([":hP#"], b"1"),
        ([":hR#"], b"1"),
        ([":GU#"], b"nNpEo#"),
        ([":Te#", ":GU#"], b"NpEo#"),
        ([":hP#", ":GU#"], b"nIEo#"),
        ([":SC01/02/26#"], b"1"),
        ([":CM#"], b"N/A#"),
    ],
)
def test_an_onstep_mount_answers(commands, answer):
    assert said(*commands, options=ONSTEP) == answer


def test_a_classic_does_not_say_what_it_is():
    assert said(":GVP#", options=CLASSIC) == b""


def test_several_commands_get_several_answers():
    assert said(":GD#:GVP#") == b"+90\xdf00#Autostar#"


def test_a_command_may_come_in_pieces():
    assert said(":G", "VP", "#") == b"Autostar#"


def test_right_ascension_is_that_of_the_meridian_when_switched_on():
    assert said(":GR#", options=ONSTEP) == said(":GS#", options=ONSTEP)


def test_a_parked_mount_does_not_move_by_hand():
    emulator = Lx200Emulator()
    emulator.answer(b":hP#", EPOCH)
    emulator.answer(b":RS#:Ms#", EPOCH + 100)
    emulator.answer(b":GD#", EPOCH + 200)
    assert (emulator.model.dec, emulator.model.motion) == (90, Motion.PARKED)


def test_it_remembers_what_it_heard():
    emulator = Lx200Emulator()
    emulator.answer(b":GR#\x06:GD#", EPOCH)
    assert list(emulator.heard) == ["GR", "\x06", "GD"]


@given(st.lists(st.binary(max_size=20) | st.text(":#GSMQRThPUDCrdtgnsew0123456789*+-/.", max_size=20).map(str.encode)))
def test_no_bytes_upset_it(pieces):
    emulator = Lx200Emulator(ONSTEP)
    for number, piece in enumerate(pieces):
        assert isinstance(emulator.answer(piece, EPOCH + number), bytes)
