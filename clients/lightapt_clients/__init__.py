"""The clients' wing: the asyncio client library, and the command-line tools and gateways that stand on it.

Programs that do not await have :mod:`.blocking`, the same client in a thread of its own.
"""

import logging

from .addresses import TcpAddress, UnixAddress, parse_address
from .blobs import Arrival, Blob
from .client import Client, connect
from .devices import Device, Property, Value
from .errors import (
    AbortedError,
    AddressError,
    AlertError,
    ClientError,
    ClosedError,
    DisconnectedError,
    MissingError,
    RequestError,
    WaitTimeoutError,
)
from .subscriptions import Arrivals, BlobStream, Changes, Subscription
from .timing import Timing

logging.getLogger(__name__).addHandler(logging.NullHandler())

__all__ = [
    "AbortedError",
    "AddressError",
    "AlertError",
    "Arrival",
    "Arrivals",
    "Blob",
    "BlobStream",
    "Changes",
    "Client",
    "ClientError",
    "ClosedError",
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
