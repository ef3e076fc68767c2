"""The clients' wing: the asyncio client library, and the command-line tools and gateways that stand on it.

Programs that do not await have :mod:`.blocking`, the same client in a thread of its own.
"""

from .addresses import TcpAddress, UnixAddress, parse_address
from .blobs import Blob
from .client import Client, connect
from .devices import Device, Property, Value
from .errors import (
    AbortedError,
    AddressError,
    AlertError,
    ClientError,
    DisconnectedError,
    MissingError,
    RequestError,
    WaitTimeoutError,
)
from .subscriptions import BlobStream, Changes, Subscription
from .timing import Timing

__all__ = [
    "AbortedError",
    "AddressError",
    "AlertError",
    "Blob",
    "BlobStream",
    "Changes",
    "Client",
    "ClientError",
    "Device",
    "DisconnectedError",
    "MissingError",
    "Property",
    "RequestError",
    "Subscription",
    "TcpAddress",
    "Timing",
    "UnixAddress",
    "Value",
    "WaitTimeoutError",
    "connect",
    "parse_address",
]
