"""What can go wrong with an instrument. Each error carries its particulars as fields, not only as text.

They are the kit's errors too, so that a driver need not translate them: what it does not catch turns a property to
Alert, and a lost link is looked for again. On the right is what each is in the kit's tree.

InstrumentError             DriverError
├── LinkError               HardwareError   the line to the instrument
│   ├── PortMissingError                    there is nothing where the port should be
│   ├── PortDeniedError                     this user may not open the port
│   ├── PortBusyError                       another program has the port
│   ├── LinkTimeoutError                    no answer, or half of one, in time
│   └── LinkLostError       LinkLostError   the port has gone: unplugged, switched off, or closed
│       └── LinkSilentError                 the port is there, and nobody answers any more
├── AnswerError             HardwareError   an answer came, and it is not what the protocol says
└── RefusedError            RefusedError    the instrument understood, and says no
"""

from __future__ import annotations

import lightapt_drivers as kit

__all__ = [
    "AnswerError",
    "InstrumentError",
    "LinkError",
    "LinkLostError",
    "LinkSilentError",
    "LinkTimeoutError",
    "PortBusyError",
    "PortDeniedError",
    "PortMissingError",
    "RefusedError",
]

_EXCERPT = 60


def _shown(data: bytes) -> str:
    """Return the bytes as they are, so that a report holds what came, and not what somebody took it for."""
    return repr(data[:_EXCERPT]) + (f" and {len(data) - _EXCERPT} bytes more" if len(data) > _EXCERPT else "")


class InstrumentError(kit.DriverError):
    """An instrument does not do what it was asked."""


class LinkError(InstrumentError, kit.HardwareError):
    """The line to an instrument does not work.

    Attributes:
        port: The port, as it was given.
    """

    def __init__(self, reason: str, *, port: str) -> None:
        super().__init__(reason)
        self.port = port


class PortMissingError(LinkError):
    """There is nothing where the port should be."""


class PortDeniedError(LinkError):
    """This user may not open the port."""


class PortBusyError(LinkError):
    """Another program has the port."""


class LinkTimeoutError(LinkError):
    """No answer, or half of one, has come in time.

    Attributes:
        command: What was sent.
        received: What came; empty for nothing at all.
        seconds: How long the instrument had.
    """

    def __init__(self, *, port: str, command: bytes, received: bytes, seconds: float) -> None:
        what = f"only {_shown(received)} came in answer" if received else "no answer came"
        hint = "" if received else "; is it switched on, and are port and speed right?"
        super().__init__(f"{what} to {_shown(command)} within {seconds:g} s on {port}{hint}", port=port)
        self.command = command
        self.received = received
        self.seconds = seconds


class LinkLostError(LinkError, kit.LinkLostError):
    """The port has gone: unplugged, switched off, or closed here."""


class LinkSilentError(LinkLostError):
    """The port is there, and nobody answers any more.

    Attributes:
        times: How many exchanges in a row have had no answer.
    """

    def __init__(self, last: LinkTimeoutError, *, times: int) -> None:
        super().__init__(f"{last} ({times} times in a row)", port=last.port)
        self.times = times


class AnswerError(InstrumentError, kit.HardwareError):
    """An answer is not what the protocol says.

    Attributes:
        fault: What is wrong with it.
        command: What was sent.
        answer: What came.
    """

    def __init__(self, fault: str, *, command: bytes, answer: bytes) -> None:
        echo = " (the line sends back what is sent to it: look at cable and adapter)" if answer == command else ""
        super().__init__(f"{_shown(command)} was answered by {_shown(answer)}: {fault}{echo}")
        self.fault = fault
        self.command = command
        self.answer = answer


class RefusedError(InstrumentError, kit.RefusedError):
    """The instrument understood what it was asked, and says no."""
