"""Families of standard names."""

import pytest

from lightapt_protocol.standard import Standard
from lightapt_protocol.standard_families import StandardFamily
from lightapt_protocol.vocabulary import PropertyKind


def test_a_member_of_a_family_is_named_by_its_channel_or_parameter():
    assert StandardFamily.DIGITAL_OUTPUT.of(3) == "DIGITAL_OUTPUT_3"
    assert StandardFamily.WEATHER_LIMITS.of("WEATHER_TEMPERATURE") == "WEATHER_TEMPERATURE"
    assert StandardFamily.DIGITAL_OUTPUT.kind is PropertyKind.SWITCH
    assert StandardFamily.DIGITAL_OUTPUT.members == ("OFF", "ON")


def test_labels_have_the_names_of_what_they_label():
    families = (StandardFamily.DIGITAL_OUTPUT, StandardFamily.DIGITAL_INPUT, StandardFamily.ANALOG_INPUT)
    labels = (Standard.DIGITAL_OUTPUT_LABELS, Standard.DIGITAL_INPUT_LABELS, Standard.ANALOG_INPUT_LABELS)
    for family, label in zip(families, labels, strict=True):
        assert label.numbered(2) == (family.of(1), family.of(2))


@pytest.mark.parametrize("family", StandardFamily)
def test_each_is_explained_in_sentences_and_is_no_standard_property(family):
    assert family.doc[0].isupper()
    assert family.doc.endswith(".")
    assert family.of(1) not in set(Standard)
