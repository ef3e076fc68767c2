"""What a device defines: who it is, what every device has, and a shorter way to write switches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from lightapt_protocol.members import DefSwitch, DefText
from lightapt_protocol.messages import AnyDefinition, DefSwitchVector, DefTextVector
from lightapt_protocol.standard import DriverInterface, Standard
from lightapt_protocol.vocabulary import Permission, SwitchRule, SwitchState

__all__ = ["GENERAL", "MAIN", "OPTIONS", "Identity", "common", "switches"]

# Groups: the pages on which clients show properties.
MAIN: Final = "Main Control"
GENERAL: Final = "General Info"
OPTIONS: Final = "Options"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a driver says of itself.

    Attributes:
        device: The device's name, unless it is given another.
        summary: What it is, in a few words.
        executable: The command that starts it.
        interface: What kind of device it is.
    """

    device: str
    summary: str
    executable: str
    interface: DriverInterface


def common(device: str, identity: Identity) -> Iterator[AnyDefinition]:
    """Yield what every device has, connected or not."""
    yield switches(device, Standard.CONNECTION, labels=("Connect", "Disconnect"), on="DISCONNECT", label="Connection")
    yield _driver_info(device, identity)
    yield switches(
        device,
        Standard.CONFIG_PROCESS,
        labels=("Load", "Save", "Default", "Purge"),
        label="Configuration",
        group=OPTIONS,
    )


def switches(
    device: str, prop: Standard, *, labels: Sequence[str], on: str = "", label: str, group: str = MAIN
) -> DefSwitchVector:
    """Return a standard property of which one switch is on for ever, or (where none is given as `on`) may be."""
    return DefSwitchVector(
        device,
        prop,
        label=label,
        group=group,
        rule=SwitchRule.ONE_OF_MANY if on else SwitchRule.AT_MOST_ONE,
        members=tuple(
            DefSwitch(name, SwitchState(int(name == on)), label=text)
            for name, text in zip(prop.members, labels, strict=True)
        ),
    )


def _driver_info(device: str, identity: Identity) -> DefTextVector:
    facts = (identity.summary, identity.executable, version("lightapt-server"), str(int(identity.interface)))
    return DefTextVector(
        device,
        Standard.DRIVER_INFO,
        label="Driver",
        group=GENERAL,
        perm=Permission.READ_ONLY,
        members=tuple(map(DefText, Standard.DRIVER_INFO.members, facts)),
    )
