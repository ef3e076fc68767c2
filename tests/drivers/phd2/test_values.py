"""What PHD2 says is read leniently: what is of another type, or not known, is None and no error."""

import pytest

from lightapt_drivers.phd2.values import as_member
from lightapt_drivers.phd2.words import AppState


@pytest.mark.parametrize("state", AppState)
def test_a_word_of_phd2_is_its_member(state):
    assert as_member(AppState)(state.value) is state


@pytest.mark.parametrize("value", ["Dancing", "guiding", "", None, 3, True, [], {"State": "Guiding"}])
def test_what_is_no_word_of_phd2_is_none(value):
    assert as_member(AppState)(value) is None
