"""Standard names."""

import pytest

from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import PropertyKind


def test_a_standard_property_is_the_string_of_its_name():
    assert Standard.CCD_EXPOSURE == "CCD_EXPOSURE"
    assert f"{Standard.CCD_EXPOSURE}" == "CCD_EXPOSURE"
    assert Standard("CCD_EXPOSURE") is Standard.CCD_EXPOSURE
    assert Standard.CCD_EXPOSURE.kind is PropertyKind.NUMBER
    assert Standard.CCD_EXPOSURE.members == ("CCD_EXPOSURE_VALUE",)


@pytest.mark.parametrize("prop", Standard)
def test_each_is_spelt_as_its_constant_and_explained_in_a_sentence(prop):
    assert prop.value == prop.name
    assert prop.doc[0].isupper()
    assert prop.doc.endswith(".")
    assert len(set(prop.members)) == len(prop.members)


def test_members_that_clients_read_by_index_stand_in_the_standard_order():
    assert Standard.CCD_INFO.members[:3] == ("CCD_MAX_X", "CCD_MAX_Y", "CCD_PIXEL_SIZE")
    assert len(Standard.CCD_INFO.members) == 6
    assert Standard.TELESCOPE_PIER_SIDE.members[0] == "PIER_WEST"
    assert Standard.CAP_PARK.members[0] == "PARK"


def test_interfaces_are_the_bits_of_libindi():
    interface = DriverInterface.CCD | DriverInterface.GUIDER | DriverInterface.FILTER
    assert interface == 22
    assert DriverInterface(4096) is DriverInterface.ROTATOR
    assert DriverInterface.AUX == 32768
