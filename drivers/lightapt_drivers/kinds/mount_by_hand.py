"""Motion of a mount by hand: it goes on while a switch is on."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, ClassVar, Final

from lightapt_drivers import (
    DefSwitch,
    DriverError,
    LiveSwitch,
    Standard,
    State,
    Switches,
    SwitchRule,
    SwitchState,
    SwitchVector,
    on_disconnect,
    on_new,
)

from .guider import Direction
from .mount_base import MOTION, MountBase, all_of

__all__ = ["MountByHand", "rates"]

_DIRECTIONS: Final = {
    "MOTION_NORTH": Direction.NORTH,
    "MOTION_SOUTH": Direction.SOUTH,
    "MOTION_WEST": Direction.WEST,
    "MOTION_EAST": Direction.EAST,
}
_OPPOSITE: Final = {
    Direction.NORTH: Direction.SOUTH,
    Direction.SOUTH: Direction.NORTH,
    Direction.WEST: Direction.EAST,
    Direction.EAST: Direction.WEST,
}


def _motion(name: Standard, *labels: str, label: str) -> SwitchVector:
    members = [DefSwitch(member, label=one) for member, one in zip(name.members, labels, strict=True)]
    return SwitchVector(name, *members, label=label, group=MOTION, rule=SwitchRule.AT_MOST_ONE)


def rates(labels: tuple[str, ...]) -> list[DefSwitch]:
    """Return the members of TELESCOPE_SLEW_RATE, slowest first; the last but one is on."""
    names = Standard.TELESCOPE_SLEW_RATE.numbered(len(labels))
    chosen = max(0, len(labels) - 2)
    return [
        DefSwitch(name, SwitchState(int(index == chosen)), label=label)
        for index, (name, label) in enumerate(zip(names, labels, strict=True))
    ]


class MountByHand(MountBase):
    """Moves to the north, south, west and east while a switch is on, on top of tracking."""

    slew_rates: ClassVar[tuple[str, ...]] = ("Guide", "Centering", "Find", "Max")
    """What the rates of motion by hand are called, slowest first, unless the hardware says otherwise."""

    motion_ns = _motion(Standard.TELESCOPE_MOTION_NS, "North", "South", label="Motion N/S")
    motion_we = _motion(Standard.TELESCOPE_MOTION_WE, "West", "East", label="Motion W/E")
    slew_rate = SwitchVector(
        Standard.TELESCOPE_SLEW_RATE, *rates(slew_rates), label="Slew rate", group=MOTION, saved=True
    )
    reverse_motion = SwitchVector(
        Standard.TELESCOPE_REVERSE_MOTION,
        DefSwitch("REVERSE_NS", label="North/South"),
        DefSwitch("REVERSE_WE", label="West/East"),
        label="Reverse",
        group=MOTION,
        rule=SwitchRule.ANY_OF_MANY,
        saved=True,
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - the device's own
        super().__init__(*arguments, **options)
        self._rate_changed = asyncio.Event()

    # For a driver to fill in.

    async def move_mount(self, direction: Direction, rate: int) -> None:
        """Begin to move until told to stop, or faster or slower if it moves so; rates count from 0, the slowest.

        Cancelled, just end: :meth:`stop_moving` or :meth:`stop_mount` is called then.
        """
        raise NotImplementedError

    async def stop_moving(self, direction: Direction) -> None:
        """Stop motion by hand in this direction."""
        raise NotImplementedError

    # What every mount does.

    async def clear_the_way(self) -> None:
        """See :class:`MountBase`."""
        await all_of(self._let_go_of_mount, super().clear_the_way)

    @on_new(motion_ns)
    async def _move_ns(self, wanted: Switches) -> None:
        await self._move_by_hand(self.motion_ns, wanted)

    @on_new(motion_we)
    async def _move_we(self, wanted: Switches) -> None:
        await self._move_by_hand(self.motion_we, wanted)

    @on_new(slew_rate)
    async def _set_slew_rate(self, wanted: Switches) -> None:
        self.slew_rate.ok(wanted)
        rate_changed, self._rate_changed = self._rate_changed, asyncio.Event()
        rate_changed.set()

    @on_new(reverse_motion)
    async def _reverse_motion(self, wanted: Switches) -> None:
        await self._let_go_of_mount()
        self.reverse_motion.ok(wanted)

    @on_disconnect
    async def _let_go_of_mount(self) -> None:
        await all_of(*(partial(self._let_go_of, live) for live in (self.motion_ns, self.motion_we)))

    async def _move_by_hand(self, live: LiveSwitch, wanted: Switches) -> None:
        if wanted.choice:
            self.check_mount("move it by hand")
        if live.choice != wanted.choice:
            await self._let_go_of(live)
        if not wanted.choice:
            live.set(wanted, state=State.IDLE)
        elif self.is_active(live):
            live.set(wanted, state=State.BUSY)
        else:
            live.set(wanted, state=State.BUSY)
            await self.begin(live, partial(self._keep_moving, live))

    async def _keep_moving(self, live: LiveSwitch) -> None:
        """Move until cancelled: an operation, so that hardware that takes its time keeps no abort waiting."""
        moves = False
        try:
            while True:
                rate_changed = self._rate_changed
                await self.move_mount(self._direction_of(live.choice), self._rate)
                moves = True
                await rate_changed.wait()
        except (DriverError, OSError):
            if not moves:
                live.set(dict.fromkeys(live, False))
            raise

    async def _let_go_of(self, live: LiveSwitch) -> None:
        """Stop motion by hand along an axis, if there is any; the switch stays on if that fails."""
        await self.cancel(live)
        if live.choice:
            await self.stop_moving(self._direction_of(live.choice))
            live.set(dict.fromkeys(live, False), state=State.IDLE)

    def _direction_of(self, member: str) -> Direction:
        direction = _DIRECTIONS[member]
        is_ns = direction in (Direction.NORTH, Direction.SOUTH)
        is_reversed = self.reverse_motion["REVERSE_NS" if is_ns else "REVERSE_WE"]
        return _OPPOSITE[direction] if is_reversed else direction

    @property
    def _rate(self) -> int:
        return list(self.slew_rate).index(self.slew_rate.choice)
