"""What all bridged Alpaca devices share: the device at the other end, what it says of itself, and its actions."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any, ClassVar, Final, Self

from lightapt_drivers import (
    CONNECTION,
    GENERAL,
    ButtonVector,
    DefSwitch,
    DefText,
    DriverError,
    DriverInterface,
    Permission,
    Switches,
    TextVector,
    on_connect,
    on_disconnect,
    operation,
)

from .errors import AlpacaError
from .looking import LookedAt
from .management import unique_id
from .places import Place
from .session import Ask, Limits, Session, if_told
from .words import clean, visible

__all__ = ["AlpacaDevice"]

_ACTIONS: Final = "Actions"
_SHOWN: Final = 1000
"""Characters of a device's words that are shown."""
_LONGEST_ANSWER: Final = 500_000
"""Characters of an action's answer that are shown: in XML they are less than the 4 MB that our readers take at once."""


class AlpacaDevice(LookedAt):
    """Stands for an Alpaca device. A type fills in :meth:`read`, and declares what the device can in ``on_connect``.

    Name it last among a type's bases: then the device is connected before the type and its other bases begin, and is
    let go of after they have ended.

    Args:
        name: The device's name.
        place: Where it is.
        limits: How long it has for its answers.
    """

    executable: ClassVar[str] = "lightapt-alpaca"

    alpaca_device = TextVector(
        "ALPACA_DEVICE",
        DefText("ADDRESS", label="Server"),
        DefText("TYPE", label="Type"),
        DefText("NUMBER", label="Number"),
        label="Alpaca device",
        group=CONNECTION,
        perm=Permission.READ_ONLY,
        always=True,
    )
    alpaca_info = TextVector(
        "ALPACA_INFO",
        DefText("NAME", label="Name"),
        DefText("DESCRIPTION", label="Description"),
        DefText("DRIVER_INFO", label="Driver"),
        DefText("DRIVER_VERSION", label="Driver's version"),
        DefText("INTERFACE_VERSION", label="Interface version"),
        DefText("UNIQUE_ID", label="Unique ID"),
        label="Alpaca information",
        group=GENERAL,
        perm=Permission.READ_ONLY,
    )
    alpaca_action = ButtonVector("ALPACA_ACTION", label="Do", group=_ACTIONS, timeout=180)
    alpaca_parameters = TextVector(
        "ALPACA_ACTION_PARAMETERS", DefText("PARAMETERS", label="Parameters"), label="With", group=_ACTIONS
    )
    alpaca_answer = TextVector(
        "ALPACA_ACTION_ANSWER",
        DefText("ANSWER", label="Answer"),
        label="Answer",
        group=_ACTIONS,
        perm=Permission.READ_ONLY,
    )

    def __init__(self, name: str = "", *, place: Place, limits: Limits | None = None) -> None:
        super().__init__(name or place.default_name)
        self.place = place
        self._alpaca_limits = limits
        self.alpaca_device.set(ADDRESS=place.address, TYPE=place.type.title, NUMBER=str(place.number))
        self.show(self.polling_period)

    @classmethod
    def add_options(cls, parser: ArgumentParser) -> None:
        """Leave it to the driver's program: it knows which type it is to be."""

    @classmethod
    def from_options(cls, options: Namespace) -> Self:
        """Return the device that a command line asks for."""
        return cls(options.name, place=options.place)

    def is_hopeless(self, error: DriverError) -> bool:
        """See :class:`Device`. What a device says of itself is not: as its hardware starts it refuses this and that."""
        return not isinstance(error, AlpacaError) and super().is_hopeless(error)

    def is_also(self, interface: DriverInterface, *, on: bool) -> None:
        """Say whether the device is of this interface, of those that its type may be: clients look for it by that."""
        others = DriverInterface(int(self.driver_info["DRIVER_INTERFACE"])) & ~interface
        whole = others | interface if on else others
        self.driver_info.change(DRIVER_INTERFACE=str(int(whole)))

    # What every bridged device does.

    @on_connect
    async def _open_alpaca(self) -> None:
        session = Session(self.place, limits=self._alpaca_limits, log=self.log)
        self.begin_looking(session)
        await session.connect()
        await self._alpaca_learn()

    @on_disconnect
    async def _close_alpaca(self) -> None:
        if (session := self.end_looking()) is None:
            return
        if session.is_lost:  # nobody is there to be told
            session.close()
        else:
            await session.disconnect()

    @operation(alpaca_action)
    async def _alpaca_do_action(self, wanted: Switches) -> None:
        name, parameters = wanted.choice, self.alpaca_parameters.value
        if not name:
            return
        try:
            answer = await self.act(lambda device: device.do(name, parameters))
        except AlpacaError as error:
            self.alpaca_answer.alert(error.reason, ANSWER="")
            raise
        if len(answer) > _LONGEST_ANSWER:
            self.log.warning("%s has answered %d characters: %d are shown", name, len(answer), _LONGEST_ANSWER)
            answer = f"{answer[:_LONGEST_ANSWER]}…"
        self.alpaca_answer.ok(ANSWER=visible(answer))

    async def _alpaca_learn(self) -> None:
        """Learn who the device is, and which actions it has."""
        session = self.session
        self.alpaca_info.ok(await _facts(session))
        names = await if_told(session.texts(lambda device: device.SupportedActions)) or []
        actions = [name for name in names if clean(name)]
        if actions:
            self.alpaca_action.redefine(*(DefSwitch(name) for name in dict.fromkeys(actions)))
        change = self.show if actions else self.hide
        change(self.alpaca_action, self.alpaca_parameters, self.alpaca_answer)


async def _facts(session: Session) -> dict[str, str]:
    """Return what a device says of itself, by the members of ALPACA_INFO."""
    return {
        "NAME": await _said(session, lambda device: device.Name),
        "DESCRIPTION": await _said(session, lambda device: device.Description),
        "DRIVER_INFO": await _said(session, lambda device: device.get("driverinfo")),
        "DRIVER_VERSION": await _said(session, lambda device: device.DriverVersion),
        "INTERFACE_VERSION": str(session.version),
        "UNIQUE_ID": await unique_id(session.place) or "",
    }


async def _said(session: Session, ask: Ask[Any]) -> str:
    """Return what a device says of itself, which may be nothing."""
    return (await if_told(session.text(ask)) or "")[:_SHOWN]
