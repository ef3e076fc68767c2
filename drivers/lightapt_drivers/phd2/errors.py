"""What can go wrong with PHD2. Each error carries its particulars as fields, not only as text.

They are the kit's errors too, so that a driver need not translate them. On the right is what each is in the kit's tree.

Phd2Error                   DriverError
├── OrderError              RefusedError    not now, by the order of things; it was not sent
├── ParameterError          RefusedError    a value that PHD2 would refuse, or that would crash it; nothing was sent
├── Phd2RefusedError        RefusedError    PHD2 says no; the code and its words are with it
├── Phd2FailedError         HardwareError   PHD2 could not do it: equipment does not connect, a file is not saved
├── SettleError             HardwareError   guiding or dithering began, and did not settle
├── AnswerError             HardwareError   an answer that is not what PHD2 answers
├── ProfileError            RefusedError    a profile cannot be copied, imported or found
├── HostError               RefusedError    there is no host of that name
├── LaunchError             HardwareError   the program does not start, or does not listen
└── LostError               LinkLostError   no connection, or it broke
    └── SilentError                         no answer in time
"""

from __future__ import annotations

import socket
from typing import Final

import lightapt_drivers as kit

__all__ = [
    "AnswerError",
    "HostError",
    "LaunchError",
    "LostError",
    "OrderError",
    "ParameterError",
    "Phd2Error",
    "Phd2FailedError",
    "Phd2RefusedError",
    "ProfileError",
    "SettleError",
    "SilentError",
    "cut_short",
    "refusal",
    "unknown_host",
]

_SAVE_FAILED: Final = 3
_FAILURES: Final = ("equipment failed to connect", "internal error")
"""How the messages begin that come with code 1 and tell of hardware."""
_LONGEST_HOST: Final = 100
"""Characters of a host's name that are told."""


class Phd2Error(kit.DriverError):
    """PHD2 does not do what it was asked."""


class OrderError(Phd2Error, kit.RefusedError):
    """It cannot be asked now; the reason says what to do first. It was not sent.

    Attributes:
        method: PHD2's name of what was wanted.
    """

    def __init__(self, reason: str, *, method: str) -> None:
        super().__init__(reason)
        self.method = method


class ParameterError(Phd2Error, kit.RefusedError):
    """A parameter is not what PHD2 takes. Nothing was sent.

    Attributes:
        parameter: Its name.
    """

    def __init__(self, reason: str, *, parameter: str) -> None:
        super().__init__(reason)
        self.parameter = parameter


class Phd2RefusedError(Phd2Error, kit.RefusedError):
    """PHD2 says no.

    Attributes:
        method: What it was asked.
        code: JSON-RPC's code, or PHD2's: 1 refused, 2 there is no image, star or exposure.
        words: What it says.
    """

    def __init__(self, method: str, *, code: int, words: str) -> None:
        super().__init__(f"PHD2 refuses {method}: {words} (code {code})")
        self.method = method
        self.code = code
        self.words = words


class Phd2FailedError(Phd2Error, kit.HardwareError):
    """PHD2 tried, and failed.

    Attributes:
        method: What it was asked.
        code: PHD2's code.
        words: What it says.
    """

    def __init__(self, method: str, *, code: int, words: str) -> None:
        super().__init__(f"PHD2 fails at {method}: {words} (code {code})")
        self.method = method
        self.code = code
        self.words = words


class SettleError(Phd2Error, kit.HardwareError):
    """Guiding or dithering has begun, and the guider did not settle.

    Attributes:
        words: PHD2's reason.
    """

    def __init__(self, words: str) -> None:
        super().__init__(f"the guider did not settle: {words}")
        self.words = words


class AnswerError(Phd2Error, kit.HardwareError):
    """An answer is not what PHD2 answers: another program, or a version that is not known.

    Attributes:
        method: What it was asked.
    """

    def __init__(self, reason: str, *, method: str) -> None:
        super().__init__(reason)
        self.method = method


class ProfileError(Phd2Error, kit.RefusedError):
    """A profile cannot be had from PHD2's configuration, or put into it; the configuration is as it was."""


class HostError(Phd2Error, kit.RefusedError):
    """There is no host of that name, or its address cannot be found out."""


class LaunchError(Phd2Error, kit.HardwareError):
    """The program PHD2 does not start, or does not listen."""


class LostError(Phd2Error, kit.LinkLostError):
    """There is no connection to PHD2, or it broke before the answer came."""


class SilentError(LostError):
    """No answer came in time.

    Attributes:
        method: What PHD2 was asked.
        seconds: How long it had.
    """

    def __init__(self, method: str, *, seconds: float) -> None:
        super().__init__(f"PHD2 has not answered {method} within {seconds:g} s: does it hang, or wait for a dialog?")
        self.method = method
        self.seconds = seconds


def cut_short(reason: str, what: str) -> LostError:
    """Return the loss that came before something else; why it was lost, or what to look for, stays behind.

    Args:
        reason: Of the loss, such as "PHD2 has closed the connection".
        what: What had not come, such as "it answered dither".
    """
    head, colon, hint = reason.partition(": ")
    return LostError(f"{head}, before {what}{colon}{hint}")


def unknown_host(host: str, error: socket.gaierror | UnicodeError | TimeoutError) -> str:
    """Return why a host's address is not to be had, in words; UnicodeError is what no host can be called."""
    if isinstance(error, TimeoutError):
        why = "the question for its address was not answered in time"
    elif isinstance(error, OSError):
        why = error.strerror or str(error)
    else:
        why = "no host can have that name"
    name = host if len(host) <= _LONGEST_HOST else f"{host[:_LONGEST_HOST]}…"
    return f"the host {name} of PHD2 is not known: {why}. Is its name right?"


def refusal(method: str, *, code: int, words: str) -> Phd2RefusedError | Phd2FailedError:
    """Return the error that PHD2 means by its code and its words."""
    if code == _SAVE_FAILED or words.startswith(_FAILURES):
        return Phd2FailedError(method, code=code, words=words)
    return Phd2RefusedError(method, code=code, words=words)
