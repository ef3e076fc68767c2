"""The vocabulary of messages."""

import pytest

from lightapt_protocol.vocabulary import Permission, SwitchState


def test_a_switch_is_true_only_when_on():
    assert SwitchState.ON
    assert not SwitchState.OFF


@pytest.mark.parametrize(
    ("permission", "readable", "writable"),
    [
        (Permission.READ_ONLY, True, False),
        (Permission.WRITE_ONLY, False, True),
        (Permission.READ_WRITE, True, True),
    ],
)
def test_permission_says_what_a_client_may_do(permission, readable, writable):
    assert (permission.readable, permission.writable) == (readable, writable)
