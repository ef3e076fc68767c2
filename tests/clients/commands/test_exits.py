"""How the tools end."""

import pytest

from lightapt_clients import AbortedError, AddressError, AlertError, DisconnectedError, MissingError, WaitTimeoutError
from lightapt_clients.commands.exits import CommandError, ExitCode, exit_code


@pytest.mark.parametrize("error", [AddressError("x"), DisconnectedError("x")])
def test_what_could_not_be_tried_is_trouble(error):
    assert exit_code(error) is ExitCode.TROUBLE


@pytest.mark.parametrize(
    "error", [AlertError("a", "b", "c"), AbortedError("a", "b", "Idle"), MissingError("x"), WaitTimeoutError("x")]
)
def test_what_did_not_come_true_is_no(error):
    assert exit_code(error) is ExitCode.NO


def test_signals_have_the_codes_of_shells():
    assert (ExitCode.INTERRUPTED, ExitCode.BROKEN_PIPE, ExitCode.TERMINATED) == (128 + 2, 128 + 13, 128 + 15)


def test_an_error_of_a_command_has_a_code():
    assert (CommandError("x").code, CommandError("x", ExitCode.TROUBLE).code) == (ExitCode.NO, ExitCode.TROUBLE)
