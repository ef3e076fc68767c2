"""PHD2's equipment profiles, the equipment itself, and the guide camera's cooler."""

from __future__ import annotations

from typing import Final

from lightapt_drivers import (
    ButtonVector,
    DefLight,
    DefNumber,
    DefSwitch,
    DefText,
    LightVector,
    NumberVector,
    Permission,
    RefusedError,
    State,
    Switches,
    SwitchState,
    SwitchVector,
    TextVector,
    WhileBusy,
    every,
    operation,
)

from .bridge_base import Phd2Base, asks, said, shown
from .errors import OrderError
from .results import Equipment, Gear
from .state import State as Phd2State

__all__ = ["EQUIPMENT", "EquipmentPart"]

EQUIPMENT: Final = "Equipment"
_GEAR: Final = {"CAMERA": "camera", "MOUNT": "mount", "AUX_MOUNT": "aux_mount", "AO": "ao", "ROTATOR": "rotator"}
_LABELS: Final = ("Camera", "Mount", "Aux mount", "Adaptive optics", "Rotator")
_MEASURE: Final = 5.0
"""Seconds between two looks at the camera's temperature."""


class EquipmentPart(Phd2Base):
    """Profiles, equipment and cooler."""

    profile = SwitchVector("PHD2_PROFILE", label="Profile", group=EQUIPMENT, timeout=180)
    equipment = SwitchVector(
        "PHD2_EQUIPMENT",
        DefSwitch("CONNECT", label="Connect"),
        DefSwitch("DISCONNECT", SwitchState.ON, label="Disconnect"),
        label="Equipment",
        group=EQUIPMENT,
        timeout=120,
    )
    equipment_reconnect = ButtonVector(
        "PHD2_EQUIPMENT_RECONNECT",
        DefSwitch("RECONNECT", label="Disconnect and connect"),
        label="Reconnect equipment",
        group=EQUIPMENT,
        timeout=240,
    )
    equipment_names = TextVector(
        "PHD2_EQUIPMENT_NAMES",
        *(DefText(name, label=label) for name, label in zip(_GEAR, _LABELS, strict=True)),
        label="Names",
        group=EQUIPMENT,
        perm=Permission.READ_ONLY,
    )
    equipment_state = LightVector(
        "PHD2_EQUIPMENT_STATE",
        *(DefLight(name, label=label) for name, label in zip(_GEAR, _LABELS, strict=True)),
        label="Connected",
        group=EQUIPMENT,
    )
    cooler = SwitchVector(
        "PHD2_COOLER",
        DefSwitch("ON", label="On"),
        DefSwitch("OFF", SwitchState.ON, label="Off"),
        label="Cooler",
        group=EQUIPMENT,
    )
    temperature = NumberVector(
        "PHD2_TEMPERATURE",
        DefNumber("TEMPERATURE", 0, label="Sensor (°C)", format="%.1f"),
        DefNumber("SETPOINT", 0, label="Set point (°C)", format="%.1f"),
        DefNumber("POWER", 0, label="Cooler power (%)", format="%.0f"),
        label="Temperature",
        group=EQUIPMENT,
        perm=Permission.READ_ONLY,
    )

    async def read(self) -> None:
        """Read the profiles and the cooler."""
        await super().read()
        await self._read_profiles()
        await self._read_cooler()

    def follow(self, state: Phd2State) -> None:
        """Show the profile and the equipment."""
        super().follow(state)
        if state.profile is not None:
            if (member := f"PROFILE_{state.profile.id}") not in self.profile:
                self.reread()
            else:
                said(self, self.profile, {member: True})
        is_known = State.OK if state.app else State.IDLE
        said(self, self.equipment, {"CONNECT" if state.is_connected else "DISCONNECT": True}, state=is_known)
        gear = state.equipment or Equipment()
        found: dict[str, Gear | None] = {name: getattr(gear, attribute) for name, attribute in _GEAR.items()}
        self.equipment_names.change({name: one.name if one else "" for name, one in found.items()})
        self.equipment_state.change({name: _light(one) for name, one in found.items()}, state=is_known)

    # Profiles.

    @operation(profile)
    async def _set_profile(self, wanted: Switches) -> None:
        chosen = int(wanted.choice.removeprefix("PROFILE_"))
        state = await self.phd2.read_state()  # people may have chosen another at its window
        if state.profile is not None and chosen == state.profile.id:
            return
        gear = state.equipment
        if state.is_connected or any(one.is_connected for one in (gear.all if gear else ())):
            await self._connect_all(connected=False)
        await self.phd2.set_profile(chosen)
        self.catch_up()
        self.reread()

    async def _read_profiles(self) -> None:
        profiles = await self.known(self.phd2.get_profiles())
        if profiles is None:
            return
        current = self.phd2.state.profile
        chosen = current.id if current else next((one.id for one in profiles if one.is_selected), None)
        members = [
            DefSwitch(f"PROFILE_{one.id}", SwitchState(int(one.id == chosen)), label=one.name) for one in profiles
        ]
        known = [(one.name, one.label) for one in self.profile.definition.members]
        if known != [(one.name, one.label) for one in members]:
            self.profile.redefine(*members)
        self.show(self.profile)

    # Equipment.

    @operation(equipment, while_busy=WhileBusy.JOIN)
    async def _connect_equipment(self, wanted: Switches) -> None:
        await self._connect_all(connected=wanted["CONNECT"])
        self.catch_up()
        self.reread()

    @operation(equipment_reconnect, lane=equipment)
    async def _reconnect_equipment(self, _: Switches) -> None:
        await self._connect_all(connected=False)
        await self._connect_all(connected=True)
        self.catch_up()
        self.reread()

    async def _connect_all(self, *, connected: bool) -> None:
        try:
            await self.phd2.set_connected(connected)
        except OrderError as error:
            raise RefusedError(f"{error.reason} (PHD2_STOP)") from error

    # The cooler.

    @asks(cooler)
    async def _set_cooler(self, wanted: Switches) -> None:
        await self.phd2.set_cooler_state(wanted["ON"])
        self.accept(self.cooler, wanted)

    @every(_MEASURE)
    async def _look_at_cooler(self) -> None:
        with self.noticing_loss():
            await self._read_cooler()

    async def _read_cooler(self) -> None:
        equipment = self.phd2.state.equipment
        has_camera = equipment is not None and equipment.camera is not None and equipment.camera.is_connected
        cooler = await self.known(self.phd2.get_cooler_status()) if has_camera else None
        temperature = cooler.temperature if cooler else None
        if has_camera and cooler is None:  # some cameras have a sensor alone
            temperature = await self.known(self.phd2.get_ccd_temperature())
        is_known = State.IDLE if cooler is None else State.OK
        said(self, self.cooler, {"ON" if cooler and cooler.is_on else "OFF": True}, state=is_known)
        shown(
            self.temperature,
            state=State.IDLE if temperature is None else State.OK,
            TEMPERATURE=temperature,
            SETPOINT=cooler.setpoint if cooler else None,
            POWER=cooler.power if cooler else None,
        )


def _light(gear: Gear | None) -> State:
    if gear is None:
        return State.IDLE
    return State.OK if gear.is_connected else State.ALERT
