"""A camera's gain and offset: a number within limits, or one of several that have names."""

from __future__ import annotations

from dataclasses import dataclass

from lightapt_drivers import DefSwitch, LiveNumber, LiveSwitch, State, SwitchState

from .session import Session, if_told

__all__ = ["Level"]


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """Gain or offset.

    A camera has its values by their names, of which the number is the index, or as a number; or it has none.

    Attributes:
        member: ``Gain`` or ``Offset``, of which ASCOM makes GainMin, GainMax and Gains.
        number: The property of the number; with names, it is their index.
        names: The property of the names.
    """

    member: str
    number: LiveNumber
    names: LiveSwitch

    async def learn(self, session: Session) -> bool:
        """Learn what there is, and return whether there is anything.

        Raises:
            AlpacaError: The device does not tell.
        """
        current = await self._current(session)
        if current is None:
            return False
        names = await self._names(session)
        self.names.redefine(
            *(
                DefSwitch(f"{self.member.upper()}_{at}", SwitchState(int(at == current)), label=name)
                for at, name in enumerate(names)
            )
        )
        limits = (0.0, float(len(names) - 1)) if names else await self._limits(session)
        if limits is None:
            return False
        (member,) = self.number
        self.number.limit(member, min=limits[0], max=limits[1], step=1)
        self.tell(current)
        return True

    @property
    def has_names(self) -> bool:
        """Whether its values have names."""
        return bool(list(self.names))

    @property
    def label(self) -> str:
        """The name of its value; empty where it has none."""
        return next((one.label for one in self.names.definition.members if self._is_on(one)), "")

    async def set(self, session: Session, value: float) -> None:
        """Have this value.

        Raises:
            AlpacaError: The device does not do it.
        """
        whole = round(value)
        await session.call(lambda device: setattr(device, self.member, whole))
        current = await self._current(session)
        self.tell(whole if current is None else current)

    async def choose(self, session: Session, member: str) -> None:
        """Have the value of this name.

        Raises:
            AlpacaError: The device does not do it.
        """
        await self.set(session, list(self.names).index(member))

    def tell(self, value: int) -> None:
        """Show a value."""
        (member,) = self.number
        self.number.ok({member: float(value)})
        names = list(self.names)
        if 0 <= value < len(names):
            self.names.choose(names[value], state=State.OK)

    async def _current(self, session: Session) -> int | None:
        return await if_told(session.whole(lambda device: getattr(device, self.member)))

    async def _names(self, session: Session) -> list[str]:
        return await if_told(session.texts(lambda device: getattr(device, f"{self.member}s"))) or []

    async def _limits(self, session: Session) -> tuple[float, float] | None:
        least = await if_told(session.number(lambda device: getattr(device, f"{self.member}Min")))
        most = await if_told(session.number(lambda device: getattr(device, f"{self.member}Max")))
        return None if least is None or most is None or least > most else (least, most)

    @staticmethod
    def _is_on(member: object) -> bool:
        return isinstance(member, DefSwitch) and member.value is SwitchState.ON
