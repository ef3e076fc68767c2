"""The vocabulary of INDI 1.7: what the fields of a message may say.

The numbers are those of libindi's C enumerations (``indiapi.h``); the words on the wire are the grammar's.
"""

from __future__ import annotations

from enum import Enum

__all__ = ["BlobPolicy", "Permission", "PropertyKind", "State", "SwitchRule", "SwitchState"]


class PropertyKind(Enum):
    """What the members of a property are."""

    TEXT = "text"
    NUMBER = "number"
    SWITCH = "switch"
    LIGHT = "light"
    BLOB = "BLOB"


class State(Enum):
    """State of a property, and value of a light."""

    IDLE = 0
    OK = 1
    BUSY = 2
    ALERT = 3


class Permission(Enum):
    """What a client may do with a property."""

    READ_ONLY = 0
    WRITE_ONLY = 1
    READ_WRITE = 2

    @property
    def readable(self) -> bool:
        """Whether the property's value is shown to clients."""
        return self is not Permission.WRITE_ONLY

    @property
    def writable(self) -> bool:
        """Whether clients may ask for another value."""
        return self is not Permission.READ_ONLY


class SwitchRule(Enum):
    """How many switches of a property may be on."""

    ONE_OF_MANY = 0
    AT_MOST_ONE = 1
    ANY_OF_MANY = 2


class SwitchState(Enum):
    """Value of a switch; true when on."""

    OFF = 0
    ON = 1

    def __bool__(self) -> bool:
        return self is SwitchState.ON


class BlobPolicy(Enum):
    """Whether a client wants BLOBs: not, with everything else, or nothing else."""

    NEVER = 0
    ALSO = 1
    ONLY = 2
