"""What devices say is shown on one line, with nothing in it that cannot be seen."""

import pytest

from lightapt_drivers.alpaca.words import clean, visible


@pytest.mark.parametrize("unseen", ["\n", "\r", "\t", "\0", "\x1b", "\x9f", "\ud800", "\u2028", "\u2029"])
def test_what_cannot_be_seen_is_a_blank(unseen):
    assert visible(f"a{unseen}{unseen}b") == "a  b"
    assert clean(f"{unseen}a{unseen}{unseen}b{unseen}") == "a b"


def test_what_can_be_seen_stays():
    assert clean("21 °C, Østerport") == visible("21 °C, Østerport") == "21 °C, Østerport"


@pytest.mark.parametrize("unseen", ["\u200b", "\u202e", "\ufeff", "\u00ad", "\U000e0041"])
def test_what_has_no_width_is_left_out(unseen):
    assert clean(f"{unseen}Cam{unseen}era {unseen} 1") == "Camera 1"
    assert clean(unseen) == ""
