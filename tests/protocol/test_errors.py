"""The errors of the protocol carry what a log line needs."""

from __future__ import annotations

from lightapt_protocol import errors


def test_all_errors_stand_in_one_tree() -> None:
    assert all(issubclass(getattr(errors, name), errors.ProtocolError) for name in errors.__all__)
    assert issubclass(errors.LimitExceededError, errors.MalformedElementError)


def test_an_error_tells_the_reason_and_the_beginning_of_the_element() -> None:
    error = errors.GrammarError("no such state", element=b"<a\n state='\xff'" + b"x" * 100)
    assert error.reason == "no such state"
    assert len(error.element) == 80
    assert str(error).startswith(r"no such state: <a state='\xff'xxx")
    assert str(error).endswith("x…")
    assert str(errors.BlobError("too short")) == "too short"


def test_a_malformed_element_tells_where_it_stood() -> None:
    error = errors.LimitExceededError("too deep", element=bytearray(b"<a>"), offset=7)
    assert error.offset == 7
    assert error.element == b"<a>"
    assert str(error) == "too deep: <a> (byte 7 of the stream)"
