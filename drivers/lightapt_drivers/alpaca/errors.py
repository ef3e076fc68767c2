"""What can go wrong with an Alpaca device. Each error carries its particulars as fields, not only as text.

They are the kit's errors too, so that a driver need not translate them: what it does not catch turns a property to
Alert, and a lost link is looked for again. On the right is what each is in the kit's tree.

AlpacaError                 DriverError
├── NotOfferedError         RefusedError    the device does not have that (0x400, 0x40C)
├── DeviceRefusedError      RefusedError    it understood, and says no (0x401, 0x402, 0x408, 0x409, 0x40B, 0x40E)
├── DeviceFailedError       HardwareError   its driver failed (0x500 to 0xFFF, and numbers that nobody knows)
├── AnswerError             HardwareError   an answer came, and it is not Alpaca's: HTTP 4XX and 5XX, or garbage
├── SilentError             HardwareError   no answer came in time
└── LostError               LinkLostError   the server cannot be reached, or has failed again and again
    └── DisconnectedError                   the device says that it is not connected (0x407)
"""

from __future__ import annotations

from typing import Final

import lightapt_drivers as kit

from .words import clean

__all__ = [
    "AlpacaError",
    "AnswerError",
    "DeviceFailedError",
    "DeviceRefusedError",
    "DisconnectedError",
    "LostError",
    "NotOfferedError",
    "SilentError",
    "device_error",
]

_NOT_OFFERED: Final = frozenset({0x400, 0x40C})
_REFUSALS: Final = frozenset({0x401, 0x402, 0x408, 0x409, 0x40B, 0x40E})
_NOT_CONNECTED: Final = 0x407
_SHOWN: Final = 1000
"""Characters of a device's words: some send a whole stack of calls."""
_UNKNOWN: Final = frozenset({400, 404, 405, 410, 422})
"""HTTP's words for what a server does not know; 422 is not of Alpaca, and of some servers all the same."""
_WORDS: Final = {
    0x400: "it does not have that",
    0x401: "the value is not valid",
    0x402: "no value is set yet",
    0x407: "it is not connected",
    0x408: "it is parked",
    0x409: "it is slaved",
    0x40B: "it cannot do that now",
    0x40C: "it has no such action",
    0x40E: "it was cancelled",
}
"""For devices that give no message, by Alpaca's error number."""


class AlpacaError(kit.DriverError):
    """An Alpaca device does not do what it was asked."""


class NotOfferedError(AlpacaError, kit.RefusedError):
    """The device does not have that member or action.

    Attributes:
        number: Alpaca's error number.
    """

    def __init__(self, reason: str, *, number: int = 0x400) -> None:
        super().__init__(reason)
        self.number = number


class DeviceRefusedError(AlpacaError, kit.RefusedError):
    """The device understood what it was asked, and says no.

    Attributes:
        number: Alpaca's error number.
    """

    def __init__(self, reason: str, *, number: int) -> None:
        super().__init__(reason)
        self.number = number


class DeviceFailedError(AlpacaError, kit.HardwareError):
    """The device's driver failed.

    Attributes:
        number: Alpaca's error number: the driver's own is from 0x500 to 0xFFF.
    """

    def __init__(self, reason: str, *, number: int) -> None:
        super().__init__(reason)
        self.number = number


class AnswerError(AlpacaError, kit.HardwareError):
    """An answer came that is not Alpaca's.

    Attributes:
        status: The HTTP status; 200 where what came with it is wrong.
    """

    def __init__(self, reason: str, *, status: int = 200) -> None:
        super().__init__(reason)
        self.status = status

    @property
    def is_unknown_path(self) -> bool:
        """Whether the server says that it knows no such thing; other 4XX may pass, as do those of an access list."""
        return self.status in _UNKNOWN


class SilentError(AlpacaError, kit.HardwareError):
    """No answer came in time.

    Attributes:
        seconds: How long the server had.
    """

    def __init__(self, what: str, *, seconds: float) -> None:
        super().__init__(f"{what} was not answered within {seconds:g} s: is the server busy, or the network slow?")
        self.seconds = seconds


class LostError(AlpacaError, kit.LinkLostError):
    """The server cannot be reached any more, or nothing that it answers makes sense."""


class DisconnectedError(LostError):
    """The server is there, and the device is not connected to it any more."""


def device_error(number: int, message: str, *, asked: str) -> AlpacaError:
    """Return the error that a device means by its number and its message.

    Args:
        number: Alpaca's error number, which is not 0.
        message: What the device says, of which a line is made; more than 1000 characters of it are cut off.
        asked: What it was asked, for a device that says nothing.
    """
    words = clean(message[: 2 * _SHOWN])
    if len(words) > _SHOWN:
        words = f"{words[:_SHOWN]}…"
    words = words or f"{asked}: {_WORDS.get(number, 'it failed')} (error 0x{number:X})"
    if number in _NOT_OFFERED:
        return NotOfferedError(words, number=number)
    if number in _REFUSALS:
        return DeviceRefusedError(words, number=number)
    if number == _NOT_CONNECTED:
        return DisconnectedError(words)
    return DeviceFailedError(words, number=number)
