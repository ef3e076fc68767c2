"""The errors of FITS say where, and are caught where those of their kind are."""

from lightapt_protocol.errors import ProtocolError
from lightapt_protocol.fits import CardError, ChecksumError, EncodeError, ReadError


def test_an_error_of_a_card_names_its_keyword():
    error = CardError("GAIN", "nothing")
    assert str(error) == "FITS keyword 'GAIN': nothing"
    assert (error.keyword, error.reason) == ("GAIN", "nothing")
    assert isinstance(error, EncodeError)
    assert isinstance(error, ValueError)


def test_an_error_of_a_later_unit_tells_its_place():
    assert str(ReadError("wrong")) == "wrong"
    assert str(ReadError("wrong", offset=2880)) == "wrong (unit at byte 2880)"


def test_errors_of_reading_are_errors_of_what_came_over_the_wire():
    assert issubclass(ChecksumError, ReadError)
    assert issubclass(ReadError, ProtocolError)
