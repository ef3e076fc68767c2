"""What LX200 mounts answer, in the formats of all their makers."""

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.instruments.lx200 import answers
from lightapt_drivers.instruments.lx200.answers import NAK, Code, Dated, Text
from lightapt_drivers.instruments.lx200.vocabulary import Alignment, Flags, PierSide, Precision, SlewAnswer, Status


def close(value):
    return pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("framing", "data", "end"),
    [
        (Text(), b"", None),
        (Text(), b"12:34", None),
        (Text(), b"12:34#", 6),
        (Text(), b"#", None),
        (Text(), b"#12:34#", 7),
        (Text(), NAK, 1),
        (Text(may_be_empty=True), b"#", 1),
        (Text(may_be_empty=True), b"\x7f", None),
        (Text(may_be_empty=True), NAK, 1),
        (Code(), b"", None),
        (Code(), b"0", 1),
        (Code(), b"0#", 1),
        (Code(), b"1Object", None),
        (Code(), b"1Object Below Horizon#", 22),
        (Code(), b"e5#", 3),
        (Code(), NAK, 1),
        (Dated(), b"0", 1),
        (Dated(), b"1", None),
        (Dated(), b"1Updating Planetary Data#", None),
        (Dated(), b"1Updating Planetary Data#       #", 33),
        (Dated(), b"   #   #", 8),
        (Dated(), NAK, 1),
    ],
)
def test_answers_end_where_the_protocol_says(framing, data, end):
    assert framing.end(data) == end


@pytest.mark.parametrize(
    ("framing", "data", "is_endless"),
    [
        (Text(), b"12:", True),
        (Code(), b"", True),
        (Code(), b"6", False),  # the OnStep family says no more
        (Dated(), b"", True),
        (Dated(), b"1", False),
        (Dated(), b"1Updating", True),
        (Dated(), b"1Updating Planetary Data#", False),
    ],
)
def test_some_makers_end_earlier_with_silence(framing, data, is_endless):
    assert (framing.patience(data) is None) == is_endless


@pytest.mark.parametrize(
    ("answer", "hours"),
    [
        (b"05:47.4#", 5 + 47.4 / 60),
        (b"+05:47.4#", 5 + 47.4 / 60),
        (b"13:15:36#", 13.26),
        (b"13:15:36.00#", 13.26),
        (b"13:15:36.9#", 13 + 15 / 60 + 36.9 / 3600),
        (b"#13:15:36#", 13.26),
        (b"00:00:00#", 0),
        (b"23:59:60#", 0),
    ],
)
def test_right_ascensions_are_read(answer, hours):
    assert answers.hours(answer) == close(hours)


@pytest.mark.parametrize(
    "answer",
    [b"", b"#", b"13:15:36", b"24:00:00#", b"13:61:00#", b"13:15:61#", b"-1:15:36#", b"112:34:56#", b"13 15 36#", NAK],
)
def test_what_is_no_right_ascension_is_refused(answer):
    with pytest.raises(ValueError, match="not"):
        answers.hours(answer)


@pytest.mark.parametrize(
    ("answer", "precision"),
    [(b"05:47.4#", Precision.LOW), (b"05:47:24#", Precision.HIGH), (b"05:47:24.1#", Precision.HIGH)],
)
def test_the_precision_shows_in_the_right_ascension(answer, precision):
    assert answers.precision(answer) is precision


@pytest.mark.parametrize(
    ("answer", "degrees"),
    [
        (b"+45*59#", 45 + 59 / 60),
        (b"+45\xdf59#", 45 + 59 / 60),
        (b"-45\xdf59:45#", -(45 + 59 / 60 + 45 / 3600)),
        (b"-45*59'45#", -(45 + 59 / 60 + 45 / 3600)),
        (b"+45:59:45.5#", 45 + 59 / 60 + 45.5 / 3600),
        (b"+45\xe159:45#", 45 + 59 / 60 + 45 / 3600),
        (b"-00*30#", -0.5),
        (b"-00*00:36#", -0.01),
        (b"+90*00:00#", 90),
    ],
)
def test_declinations_are_read(answer, degrees):
    assert answers.elevation(answer) == close(degrees)


@pytest.mark.parametrize("answer", [b"+91*00#", b"+90*01#", b"+4*5#", b"+45#", b"45.5#", b"+45*59:99#", b"+45*59"])
def test_what_is_no_declination_is_refused(answer):
    with pytest.raises(ValueError, match="not"):
        answers.elevation(answer)


@pytest.mark.parametrize(
    ("answer", "east"),
    [
        (b"118*00#", 242),
        (b"+118*00#", 242),
        (b"-010*30#", 10.5),
        (b"349*30#", 10.5),
        (b"000*00#", 0),
        (b"-011t06:36#", 11.11),
    ],
)
def test_longitudes_count_westward_on_the_wire_and_eastward_here(answer, east):
    assert answers.longitude(answer) == close(east)


def test_azimuths_are_read():
    assert answers.azimuth(b"254\xdf09:45#") == close(254 + 9 / 60 + 45 / 3600)


def test_times_and_dates_are_read():
    assert answers.clock(b"13:15:36#") == time(13, 15, 36)
    assert answers.calendar(b"02/06/92#") == date(1992, 2, 6)
    assert answers.calendar(b"02/06/26#") == date(2026, 2, 6)
    assert answers.calendar(b"02:06:26#") == date(2026, 2, 6)
    assert answers.calendar(b"2026-02-06#") == date(2026, 2, 6)


@pytest.mark.parametrize(
    ("read", "answer"),
    [
        (answers.clock, b"25:00:00#"),
        (answers.clock, b"13:15#"),
        (answers.calendar, b"13/01/26#"),
        (answers.calendar, b"2026-13-01#"),
        (answers.calendar, b"1/1/26#"),
    ],
)
def test_what_is_no_time_is_refused(read, answer):
    with pytest.raises(ValueError, match=r".+"):
        read(answer)


@pytest.mark.parametrize(
    ("answer", "hours"),
    [
        (b"-02#", -2),
        (b"+05#", 5),
        (b"5#", 5),
        (b"-05.5#", -5.5),
        (b"+05:45#", 5.75),
        (b"-05:30:00#", -5.5),
        (b"+00#", 0),
    ],
)
def test_offsets_are_read(answer, hours):
    assert answers.offset(answer) == close(hours)


@pytest.mark.parametrize("answer", [b"+25#", b"+05:#", b"x#", b"#"])
def test_what_is_no_offset_is_refused(answer):
    with pytest.raises(ValueError, match="not"):
        answers.offset(answer)


def test_frequencies_are_read():
    assert answers.frequency(b"60.1#") == 60.1
    with pytest.raises(ValueError, match="frequency"):
        answers.frequency(b"600.1#")


def test_an_alignment_is_one_letter():
    assert answers.alignment(b"P") is Alignment.POLAR
    with pytest.raises(ValueError, match="not a valid"):
        answers.alignment(b"x")


def test_the_status_tells_alignment_and_tracking():
    assert answers.status(b"PT1#") == Status(Alignment.POLAR, is_tracking=True)
    assert answers.status(b"AN0#") == Status(Alignment.ALT_AZ, is_tracking=False)
    with pytest.raises(ValueError, match="form"):
        answers.status(b"L#")


@pytest.mark.parametrize(
    ("answer", "is_slewing"),
    [
        (b"\x7f#", True),
        (b"|#", True),
        (b"\x7f\x7f\x7f     #", True),
        (b"#", False),
        (b" #", False),
        (b" " * 32 + b"#", False),
    ],
)
def test_bars_are_a_slew(answer, is_slewing):
    assert answers.bars(answer) is is_slewing


def test_sides_of_the_pier_are_spelt_in_two_ways():
    assert [answers.side(answer) for answer in (b"E#", b"West#", b"EAST#", b"N#")] == [
        PierSide.EAST,
        PierSide.WEST,
        PierSide.EAST,
        PierSide.NONE,
    ]
    with pytest.raises(ValueError, match="side"):  # on a Max it is the distance to the meridian
        answers.side(b"+01*30'00#")


def test_yes_and_no_are_digits():
    assert answers.yes(b"1")
    assert not answers.yes(b"0")
    assert not answers.yes(b"e")
    with pytest.raises(ValueError, match="neither"):
        answers.yes(b"#")


def test_silence_is_a_yes_where_it_is_usual():
    assert answers.yes_unless_no(b"")
    assert answers.yes_unless_no(b"1")
    assert not answers.yes_unless_no(b"0")


@pytest.mark.parametrize(
    ("answer", "is_taken"), [(b"0", False), (b"1", True), (b"1Updating planetary data#   #", True), (b"   #   #", True)]
)
def test_a_date_is_taken_or_not(answer, is_taken):
    assert answers.dated(answer) is is_taken


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"0", SlewAnswer(0)),
        (b"1Object Below Horizon        #", SlewAnswer(1, "Object Below Horizon")),
        (b"6", SlewAnswer(6)),
        (b"e7#", SlewAnswer(-1, "e7")),
    ],
)
def test_a_refused_slew_has_its_reason(answer, says):
    assert answers.slew(answer) == says


@pytest.mark.parametrize(("read", "answer"), [(answers.slew, b"x#"), (answers.slew, NAK), (answers.dated, b"x")])
def test_what_is_no_code_is_refused(read, answer):
    with pytest.raises(ValueError, match="begin"):
        read(answer)


PARSERS = [
    *(answers.hours, answers.elevation, answers.azimuth, answers.longitude, answers.clock, answers.calendar),
    *(answers.offset, answers.frequency, answers.status, answers.bars, answers.side, answers.slew, answers.string),
]


@given(
    st.sampled_from(PARSERS),
    st.binary(max_size=12) | st.text("0123456789:*+-.#/ '\xdf").map(lambda t: t.encode("latin-1")),
)
def test_any_bytes_are_read_or_refused(read, answer):
    with suppress(ValueError):
        read(answer)


@given(st.integers(0, 86399))
def test_every_second_of_right_ascension_is_read(seconds):
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}#"
    assert answers.hours(text.encode()) == close(seconds / 3600)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"nNpHEo160#", Flags(is_tracking=False, is_slewing=False, is_parked=False, side=PierSide.NONE)),
        (b"pET#", Flags(is_tracking=True, is_slewing=True, is_parked=False, side=PierSide.EAST)),
        (b"nIEW#", Flags(is_tracking=False, is_slewing=True, is_parked=False, side=PierSide.WEST)),
        (b"nNPEW#", Flags(is_tracking=False, is_slewing=False, is_parked=True, side=PierSide.WEST)),
        (b"NFEW#", Flags(is_tracking=True, is_slewing=False, is_parked=False, side=PierSide.WEST)),
    ],
)
def test_flags_tell_all_at_once(answer, says):
    assert answers.flags(answer) == says


def test_what_is_no_flags_is_refused():
    with pytest.raises(ValueError, match="whether the mount is parked"):
        answers.flags(b"05:47#")
