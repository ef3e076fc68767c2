"""Hosts, ports and numbers as people write them are taken, or refused with the range."""

from argparse import ArgumentTypeError

import pytest

from lightapt_drivers import RefusedError
from lightapt_drivers.phd2.places import place_of, within


def test_blanks_around_a_place_do_not_count():
    assert place_of(" localhost ", " 4400\n") == ("localhost", 4400)


def test_both_ends_of_a_range_are_in_it():
    assert [within(1, 100)(text) for text in ("1", "100", "007")] == [1, 100, 7]


@pytest.mark.parametrize("text", ["0", "101", "-3", "", "two", "1.0", "²", "9" * 5000])
def test_what_is_not_in_the_range_is_told_with_it(text):
    with pytest.raises(ArgumentTypeError, match="must be a whole number from 1 to 100, not"):
        within(1, 100)(text)


@pytest.mark.parametrize(("host", "port", "words"), [(" ", "4400", "ADDRESS is empty"), ("pi", "0", "from 1 to 65535")])
def test_a_place_that_cannot_be_is_refused(host, port, words):
    with pytest.raises(RefusedError, match=words):
        place_of(host, port)
