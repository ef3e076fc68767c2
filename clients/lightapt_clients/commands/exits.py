"""How the tools end: exit codes that scripts can use, and the error that carries one."""

from __future__ import annotations

from enum import IntEnum

from ..errors import AddressError, ClientError, DisconnectedError

__all__ = ["CommandError", "ExitCode", "exit_code"]


class ExitCode(IntEnum):
    """As indi_getprop, indi_setprop and indi_eval have them."""

    DONE = 0
    """It is done; it is so."""
    NO = 1
    """It is not: not found, not true, refused, failed, aborted, too late."""
    TROUBLE = 2
    """It could not be tried: wrong usage, no server, a file that cannot be written."""
    INTERRUPTED = 130
    """Ctrl-C."""
    BROKEN_PIPE = 141
    """Whoever read the output has gone."""
    TERMINATED = 143
    """SIGTERM."""


class CommandError(Exception):
    """A subcommand cannot go on; its words are for the person.

    Attributes:
        code: What the program exits with.
    """

    def __init__(self, words: str, code: ExitCode = ExitCode.NO) -> None:
        super().__init__(words)
        self.code = code


def exit_code(error: ClientError) -> ExitCode:
    """Return what the program exits with after an error of the client library."""
    return ExitCode.TROUBLE if isinstance(error, AddressError | DisconnectedError) else ExitCode.NO
