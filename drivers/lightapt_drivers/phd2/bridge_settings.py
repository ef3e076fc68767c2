"""PHD2's settings: algorithms, declination mode, output, limit frame, delay between exposures, and the lock shift."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lightapt_drivers import (
    ButtonVector,
    DefNumber,
    DefSwitch,
    DefText,
    LiveNumber,
    Numbers,
    NumberVector,
    Permission,
    Switches,
    SwitchState,
    SwitchVector,
    TextVector,
    operation,
)

from . import events as ev
from .bridge_base import Phd2Base, asks, said
from .bridge_exposures import region_of
from .bridge_vectors import CORNER, either, region_vector
from .results import Equipment, VariableDelay
from .state import State as Phd2State
from .words import Axis, DecGuideMode, ShiftAxes, ShiftUnits

__all__ = ["ALGORITHMS", "LOCK_SHIFT", "SettingsPart"]

ALGORITHMS: Final = "Algorithms"
LOCK_SHIFT: Final = "Lock shift"
SETTINGS: Final = "Settings"
_NAME: Final = "algorithmName"
_UNITS: Final = {"ARCSEC_PER_HOUR": ShiftUnits.ARCSEC_PER_HOUR, "PIXELS_PER_HOUR": ShiftUnits.PIXELS_PER_HOUR}
_AXES: Final = {"RA_DEC": ShiftAxes.RA_DEC, "X_Y": ShiftAxes.X_Y}


def _parameters(axis: Axis, label: str) -> NumberVector:
    return NumberVector(f"PHD2_ALGORITHM_{axis.name}", label=f"{label}: parameters", group=ALGORITHMS)


def _on_off(name: str, *, label: str, group: str) -> SwitchVector:
    return either(name, label=label, group=group, first="ON On", second="OFF Off", on="OFF")


class SettingsPart(Phd2Base):
    """Settings of PHD2 itself: it keeps them, and other clients may change them."""

    algorithms = TextVector(
        "PHD2_ALGORITHMS",
        *(DefText(axis.name, label=f"{axis.value.title()} axis") for axis in Axis),
        label="Algorithms",
        group=ALGORITHMS,
        perm=Permission.READ_ONLY,
    )
    algorithm_ra = _parameters(Axis.RA, "Right ascension")
    algorithm_dec = _parameters(Axis.DEC, "Declination")
    algorithm_x = _parameters(Axis.X, "AO unit's x")
    algorithm_y = _parameters(Axis.Y, "AO unit's y")
    dec_mode = SwitchVector(
        "PHD2_DEC_MODE",
        *(DefSwitch(mode.name, SwitchState(int(mode is DecGuideMode.AUTO)), label=mode.value) for mode in DecGuideMode),
        label="Declination is guided",
        group=SETTINGS,
    )
    guide_output = either(
        "PHD2_GUIDE_OUTPUT", label="Corrections are", group=SETTINGS, first="ON Sent", second="OFF Not sent"
    )
    limit_frame = region_vector("PHD2_LIMIT_FRAME", label="Limit frame (0, 0, 0, 0: all)", group=SETTINGS)
    variable_delay = _on_off("PHD2_VARIABLE_DELAY", label="Variable delay", group=SETTINGS)
    variable_delays = NumberVector(
        "PHD2_VARIABLE_DELAY_SECONDS",
        DefNumber("SHORT", 1, label="While settling (s)", format="%.0f", min=0, max=3600, step=1),
        DefNumber("LONG", 10, label="While guiding (s)", format="%.0f", min=0, max=3600, step=1),
        label="Delay between exposures",
        group=SETTINGS,
    )
    lock_shift = _on_off("PHD2_LOCK_SHIFT", label="Lock position moves", group=LOCK_SHIFT)
    lock_shift_rate = NumberVector(
        "PHD2_LOCK_SHIFT_RATE",
        DefNumber("FIRST", 0, label="RA, or x", format="%.3f", min=-1e6, max=1e6),
        DefNumber("SECOND", 0, label="Dec, or y", format="%.3f", min=-1e6, max=1e6),
        label="Rate",
        group=LOCK_SHIFT,
    )
    lock_shift_units = SwitchVector(
        "PHD2_LOCK_SHIFT_UNITS",
        DefSwitch("ARCSEC_PER_HOUR", SwitchState.ON, label="Arc-seconds per hour"),
        DefSwitch("PIXELS_PER_HOUR", label="Pixels per hour"),
        label="Units",
        group=LOCK_SHIFT,
    )
    lock_shift_axes = SwitchVector(
        "PHD2_LOCK_SHIFT_AXES",
        DefSwitch("RA_DEC", SwitchState.ON, label="RA and dec"),
        DefSwitch("X_Y", label="The camera's"),
        label="Axes",
        group=LOCK_SHIFT,
    )
    export = ButtonVector("PHD2_EXPORT", DefSwitch("EXPORT", label="Export"), label="Export settings", group=SETTINGS)
    exported = TextVector(
        "PHD2_EXPORTED",
        DefText("PATH", label="Path at PHD2's host"),
        label="Exported settings",
        group=SETTINGS,
        perm=Permission.READ_ONLY,
    )

    _algorithms_differ = True  # maybe: to read them takes many requests, and PHD2 tells when there is something new
    _algorithms_of: Equipment | None = None

    async def read(self) -> None:
        """Read the settings."""
        await super().read()
        equipment = self.phd2.state.equipment
        if self._algorithms_differ or equipment != self._algorithms_of:
            self._algorithms_differ, self._algorithms_of = False, equipment
            for axis in Axis:
                await self._read_algorithm(axis)
        await self._read_limit_frame()
        await self._read_delay()
        await self._read_lock_shift()

    async def look(self) -> None:
        """Read the lock shift, of which there is no event."""
        await super().look()
        await self._read_lock_shift()

    def follow(self, state: Phd2State) -> None:
        """Show the settings that events tell of."""
        super().follow(state)
        if state.app is None:
            self._algorithms_differ = True
        if state.dec_mode is not None:
            said(self, self.dec_mode, {state.dec_mode.name: True})
        if state.is_output_enabled is not None:
            said(self, self.guide_output, {"ON" if state.is_output_enabled else "OFF": True})

    def hear(self, event: ev.Event) -> None:
        """Have the settings read when one of them differs."""
        super().hear(event)
        if isinstance(event, ev.ConfigurationChange):
            self._algorithms_differ = True  # and the client will tell when it has read the state anew
        elif isinstance(event, ev.GuideParamChange):
            self._algorithms_differ = True
            self.reread()
        elif isinstance(event, ev.LockPositionShiftLimitReached):
            self.lock_shift.alert("the lock position has come to the edge of the frame, and rests there")

    # Algorithms.

    async def _read_algorithm(self, axis: Axis) -> None:
        live = self._parameters_of(axis)
        names = await self._parameter_names(axis)
        algorithm, values = "", dict[str, float]()
        for name in names:
            value = await self.known(self.phd2.get_algo_param(axis, name))
            if isinstance(value, str):
                algorithm = value
            elif value is not None:
                values[name] = value
        self.algorithms.change({axis.name: algorithm})
        if list(values) != list(live):
            self.hide(live)
            live.redefine(*(DefNumber(name, value, format="%.4g") for name, value in values.items()))
        said(self, live, values)
        (self.show if values else self.hide)(live)

    def _parameters_of(self, axis: Axis) -> LiveNumber:
        return {
            Axis.RA: self.algorithm_ra,
            Axis.DEC: self.algorithm_dec,
            Axis.X: self.algorithm_x,
            Axis.Y: self.algorithm_y,
        }[axis]

    async def _parameter_names(self, axis: Axis) -> list[str]:
        equipment = self.phd2.state.equipment
        has_ao = equipment is not None and equipment.ao is not None
        if (axis in (Axis.X, Axis.Y)) is not has_ao:  # RA and dec would be the AO unit's too: the mount's are not told
            return []
        return list(dict.fromkeys(await self.known(self.phd2.get_algo_param_names(axis)) or []))

    @asks(algorithm_ra)
    async def _set_ra(self, wanted: Numbers) -> None:
        await self._set_algorithm(Axis.RA, wanted)

    @asks(algorithm_dec)
    async def _set_dec(self, wanted: Numbers) -> None:
        await self._set_algorithm(Axis.DEC, wanted)

    @asks(algorithm_x)
    async def _set_x(self, wanted: Numbers) -> None:
        await self._set_algorithm(Axis.X, wanted)

    @asks(algorithm_y)
    async def _set_y(self, wanted: Numbers) -> None:
        await self._set_algorithm(Axis.Y, wanted)

    async def _set_algorithm(self, axis: Axis, wanted: Numbers) -> None:
        live = self._parameters_of(axis)
        for name in wanted.given:
            await self.phd2.set_algo_param(axis, name, wanted[name])
            # PHD2 takes a value into its own range, and says nothing.
            value = await self.phd2.get_algo_param(axis, name)
            live.ok({name: value if isinstance(value, float) else wanted[name]})
        self._algorithms_differ = True
        self.reread()

    @asks(dec_mode)
    async def _set_dec_mode(self, wanted: Switches) -> None:
        await self.phd2.set_dec_guide_mode(DecGuideMode[wanted.choice])
        self.catch_up()
        self.dec_mode.ok(wanted)

    @asks(guide_output)
    async def _set_output(self, wanted: Switches) -> None:
        await self.phd2.set_guide_output_enabled(wanted["ON"])
        self.catch_up()
        self.guide_output.ok(wanted)

    # Frame and delay.

    @asks(limit_frame)
    async def _set_limit_frame(self, wanted: Numbers) -> None:
        await self.phd2.set_limit_frame(region_of(wanted) if any(wanted.values()) else None)
        self.accept(self.limit_frame, wanted)

    async def _read_limit_frame(self) -> None:
        region = await self.known(self.phd2.get_limit_frame())
        numbers = (0, 0, 0, 0) if region is None else (region.x, region.y, region.width, region.height)
        said(self, self.limit_frame, dict(zip(CORNER, map(float, numbers), strict=True)))

    @asks(variable_delay)
    async def _switch_delay(self, wanted: Switches) -> None:
        await self._set_delay(is_enabled=wanted["ON"], seconds=self.variable_delays.values)
        self.accept(self.variable_delay, wanted)

    @asks(variable_delays, lane=variable_delay)
    async def _set_delays(self, wanted: Numbers) -> None:
        await self._set_delay(is_enabled=self.variable_delay["ON"], seconds=wanted)
        self.accept(self.variable_delays, wanted)

    async def _set_delay(self, *, is_enabled: bool, seconds: Mapping[str, float]) -> None:
        await self.phd2.set_variable_delay_settings(VariableDelay(is_enabled, seconds["SHORT"], seconds["LONG"]))

    async def _read_delay(self) -> None:
        if (delay := await self.known(self.phd2.get_variable_delay_settings())) is not None:
            said(self, self.variable_delay, {"ON" if delay.is_enabled else "OFF": True})
            said(self, self.variable_delays, {"SHORT": delay.short, "LONG": delay.long})

    # The lock shift.

    @asks(lock_shift)
    async def _switch_lock_shift(self, wanted: Switches) -> None:
        await self.phd2.set_lock_shift_enabled(wanted["ON"])
        self.accept(self.lock_shift, wanted)

    @asks(lock_shift_rate, lane=lock_shift)
    async def _set_lock_shift_rate(self, wanted: Numbers) -> None:
        await self._shift(wanted, self.lock_shift_units.choice, self.lock_shift_axes.choice)
        self.accept(self.lock_shift_rate, wanted)

    @asks(lock_shift_units, lane=lock_shift)
    async def _set_lock_shift_units(self, wanted: Switches) -> None:
        await self._shift(self.lock_shift_rate.values, wanted.choice, self.lock_shift_axes.choice)
        self.accept(self.lock_shift_units, wanted)

    @asks(lock_shift_axes, lane=lock_shift)
    async def _set_lock_shift_axes(self, wanted: Switches) -> None:
        await self._shift(self.lock_shift_rate.values, self.lock_shift_units.choice, wanted.choice)
        self.accept(self.lock_shift_axes, wanted)

    async def _shift(self, rate: Mapping[str, float], units: str, axes: str) -> None:
        both = (rate["FIRST"], rate["SECOND"])
        await self.phd2.set_lock_shift_params(both, units=_UNITS[units], axes=_AXES[axes])

    async def _read_lock_shift(self) -> None:
        if (shift := await self.known(self.phd2.get_lock_shift_params())) is None:
            return
        first, second = shift.rate or (0.0, 0.0)
        said(self, self.lock_shift, {"ON" if shift.is_enabled else "OFF": True})
        said(self, self.lock_shift_rate, {"FIRST": first, "SECOND": second})
        said(self, self.lock_shift_units, {shift.units.name: True})
        said(self, self.lock_shift_axes, {shift.axes.name: True})

    @operation(export)
    async def _export(self, _: Switches) -> None:
        path = await self.phd2.export_config_settings()
        self.exported.ok(PATH=path)
