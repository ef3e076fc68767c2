"""The device by which any INDI client plays, stops, steps and rewinds a recording. No I/O."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from lightapt_protocol.members import DefNumber, DefSwitch, DefText, OneNumber, OneSwitch
from lightapt_protocol.messages import (
    AnyDefinition,
    AnyRequest,
    AnyUpdate,
    DefNumberVector,
    DefSwitchVector,
    DefTextVector,
    GetProperties,
    Notice,
)
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.recording import RecordingHeader, update_of
from lightapt_protocol.standard import DriverInterface
from lightapt_protocol.timestamps import timestamp_from_datetime
from lightapt_protocol.vocabulary import Permission, State, SwitchRule, SwitchState

__all__ = ["Order", "Panel", "Verb", "View"]

_FASTEST: Final = 10_000.0
_GROUP: Final = "Main Control"
_CONTROL: Final = "REPLAY_CONTROL"
_POSITION: Final = "REPLAY_POSITION"
_SPEED: Final = "REPLAY_SPEED"
_RECORDING: Final = "REPLAY_RECORDING"


class Verb(Enum):
    """What clients can ask for; the values are the switches' names."""

    PLAY = "PLAY"
    PAUSE = "PAUSE"
    STEP = "STEP"
    REWIND = "REWIND"
    GO_TO = "go to a position"
    SPEED = "change the speed"


@dataclass(frozen=True, slots=True)
class Order:
    """What a client asks for, and the position (seconds) or the speed where it is one of these."""

    verb: Verb
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class View:
    """What there is to show.

    Attributes:
        position: Seconds since the recording began.
        speed: How much faster than it was; 0 for as fast as possible.
        is_playing: Whether it goes on.
        is_at_end: Whether there is no more.
    """

    position: float
    speed: float
    is_playing: bool
    is_at_end: bool


class Panel:
    """The replay's own device.

    Args:
        name: What it is called.
        header: Of what it plays the recording.
    """

    def __init__(self, name: str, header: RecordingHeader) -> None:
        self.name = name
        self._header = header

    def definitions(self, view: View) -> Iterator[AnyDefinition]:
        """Yield all its properties."""
        yield DefTextVector(
            self.name,
            "DRIVER_INFO",
            label="Driver Info",
            group="General Info",
            state=State.IDLE,
            perm=Permission.READ_ONLY,
            members=(
                DefText("DRIVER_NAME", "LightAPT Replay", label="Name"),
                DefText("DRIVER_EXEC", "lightapt-replay", label="Exec"),
                DefText("DRIVER_VERSION", "1.0", label="Version"),
                DefText("DRIVER_INTERFACE", str(DriverInterface.AUX.value), label="Interface"),
            ),
        )
        yield DefSwitchVector(
            self.name,
            "CONNECTION",
            label="Connection",
            group=_GROUP,
            state=State.OK,
            members=(
                DefSwitch("CONNECT", SwitchState.ON, label="Connect"),
                DefSwitch("DISCONNECT", SwitchState.OFF, label="Disconnect"),
            ),
        )
        yield from self.moving(view)

    def moving(self, view: View) -> Iterator[AnyDefinition]:
        """Yield those of its properties that change, as they are now."""
        yield self._control(view)
        yield DefNumberVector(
            self.name,
            _POSITION,
            label="Position",
            group=_GROUP,
            state=State.OK if view.is_at_end else State.IDLE,
            members=(DefNumber("SECONDS", round(view.position, 3), label="Seconds", format="%.3f"),),
        )
        yield DefNumberVector(
            self.name,
            _SPEED,
            label="Speed",
            group=_GROUP,
            state=State.OK,
            members=(DefNumber("FACTOR", view.speed, label="Times (0: at once)", format="%g", min=0, max=_FASTEST),),
        )
        yield self._recording(view)

    def is_asked(self, message: GetProperties) -> bool:
        """Whether a question concerns it."""
        return message.device in ("", self.name)

    def order(self, request: AnyRequest) -> Order | None:
        """Return what a client asks for; None where that is nothing that can be done."""
        for one in request.members:
            if request.name == _CONTROL and isinstance(one, OneSwitch) and one.value and one.name in Verb.__members__:
                return Order(Verb[one.name]) if one.name not in ("GO_TO", "SPEED") else None
            if isinstance(one, OneNumber) and one.value >= 0:
                if request.name == _POSITION:
                    return Order(Verb.GO_TO, one.value)
                if request.name == _SPEED and one.value <= _FASTEST:
                    return Order(Verb.SPEED, one.value)
        return None

    def answer(self, request: AnyRequest, view: View) -> AnyUpdate | Notice:
        """Return what to say to a request that is no order: the property as it is; in Alert, if not as asked."""
        known = Mirror()
        for definition in self.definitions(view):
            known.apply(definition)
        words = f"{self.name}.{request.name} cannot be set to this"
        prop = known.find(self.name, request.name)
        if prop is None:
            return Notice(self.name, words)
        update = update_of(prop)
        if all(one in update.members for one in request.members):
            return update
        return replace(update, state=State.ALERT, message=words)

    def _control(self, view: View) -> AnyDefinition:
        goes_on = view.is_playing and not view.is_at_end
        return DefSwitchVector(
            self.name,
            _CONTROL,
            label="Control",
            group=_GROUP,
            state=State.BUSY if goes_on else State.OK,
            rule=SwitchRule.AT_MOST_ONE,
            members=(
                DefSwitch("PLAY", SwitchState(int(goes_on)), label="Play"),
                DefSwitch("PAUSE", SwitchState(int(not goes_on)), label="Pause"),
                DefSwitch("STEP", label="Next message"),
                DefSwitch("REWIND", label="Rewind"),
            ),
        )

    def _recording(self, view: View) -> AnyDefinition:
        moment = self._header.started + timedelta(seconds=min(view.position, 1e9))
        return DefTextVector(
            self.name,
            _RECORDING,
            label="Recording",
            group=_GROUP,
            state=State.IDLE,
            perm=Permission.READ_ONLY,
            members=(
                DefText("SERVER", self._header.server, label="Server"),
                DefText("STARTED", _in_text(self._header.started), label="Begun (UTC)"),
                DefText("MOMENT", _in_text(moment), label="Now it is (UTC)"),
            ),
        )


def _in_text(moment: datetime) -> str:
    return timestamp_from_datetime(moment)
