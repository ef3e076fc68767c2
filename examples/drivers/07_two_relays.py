#!/usr/bin/env python3
"""One driver of several devices, each with a connection and a configuration of its own."""

import sys

from lightapt_drivers import (
    DefSwitch,
    Device,
    DriverInterface,
    Switches,
    SwitchState,
    SwitchVector,
    on_connect,
    on_new,
    run_devices,
)

BOARD = [False, False]


class Relay(Device):
    """A relay on a board of two.

    Args:
        number: Which one, from 0.
    """

    interface = DriverInterface.AUX
    relay = SwitchVector("RELAY", DefSwitch("ON"), DefSwitch("OFF", SwitchState.ON), label="Relay", saved=True)

    def __init__(self, number: int) -> None:
        super().__init__(f"Relay {number + 1}")
        self._number = number

    @on_connect
    async def ask(self) -> None:
        """Have the property say how the board stands before clients see it."""
        self.relay.choose("ON" if BOARD[self._number] else "OFF")

    @on_new(relay)
    async def switch(self, wanted: Switches) -> None:
        """Switch the relay."""
        BOARD[self._number] = wanted["ON"]


if __name__ == "__main__":
    sys.exit(run_devices([Relay(0), Relay(1)]))
