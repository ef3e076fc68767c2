"""What goes wrong at a client: one tree.

ClientError
├── AddressError          a text is no address of a server
├── DisconnectedError     the server cannot be reached, or went away
├── MissingError          a device, a property or a member is not there
├── RequestError          what was asked for is nothing that the property can be asked for
├── WaitTimeoutError      what was waited for did not come in time
├── AlertError            a device did not do what it was asked, with the driver's words
├── AbortedError          a device has ended without having done what it was asked
└── ClosedError           a blocking client cannot wait: it is closed, or in its own thread
"""

from __future__ import annotations

__all__ = [
    "AbortedError",
    "AddressError",
    "AlertError",
    "ClientError",
    "ClosedError",
    "DisconnectedError",
    "MissingError",
    "RequestError",
    "WaitTimeoutError",
]


class ClientError(Exception):
    """Base of all that a client raises of its own."""


class AddressError(ClientError, ValueError):
    """A text is no address of a server."""


class DisconnectedError(ClientError, ConnectionError):
    """The server cannot be reached, or went away before it had answered."""


class MissingError(ClientError, LookupError):
    """A device, a property or a member is not there."""


class RequestError(ClientError, ValueError):
    """What was asked for is nothing that the property can be asked for; it was not sent."""


class WaitTimeoutError(ClientError, TimeoutError):
    """What was waited for did not come in time."""


class AlertError(ClientError):
    """A device did not do what it was asked, and said so by the state Alert.

    Attributes:
        device: The device.
        name: The property.
        reason: The driver's words; empty where it had none.
    """

    def __init__(self, device: str, name: str, reason: str) -> None:
        super().__init__(f"{device}.{name}: {reason or 'the device turned it to Alert without a word'}")
        self.device = device
        self.name = name
        self.reason = reason


class AbortedError(ClientError):
    """A device has ended without having done what it was asked: somebody stopped it, or it only says that it is done.

    Attributes:
        device: The device.
        name: The property.
    """

    def __init__(self, device: str, name: str, words: str) -> None:
        super().__init__(f"{device}.{name}: {words}")
        self.device = device
        self.name = name


class ClosedError(ClientError, RuntimeError):
    """A blocking client cannot wait: it was closed, or it is asked to in its own thread."""
