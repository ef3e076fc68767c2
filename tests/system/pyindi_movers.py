"""Bridged devices that move, with pyindi-client, in a process of its own: `-m tests.system.pyindi_movers HOST PORT`.

Moves each by numbers, reads back where it is, and prints that as JSON.
"""

import json
import os
import sys
import threading
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # SWIG's own
    import PyIndi

MOVES = {
    "Focuser": ("ABS_FOCUS_POSITION", 10_400.0),
    "Rotator": ("ABS_ROTATOR_ANGLE", 33.0),
    "Wheel": ("FILTER_SLOT", 3.0),
    "Dome": ("ABS_DOME_POSITION", 77.0),
}
UNPARK = 1
PATIENCE = 30


class Session(PyIndi.BaseClient):  # type: ignore[misc] # it has no types
    def __init__(self) -> None:
        super().__init__()
        self.news = threading.Condition()

    def newProperty(self, _: object) -> None:  # noqa: N802
        self._notify()

    def updateProperty(self, _: object) -> None:  # noqa: N802
        self._notify()

    def _notify(self) -> None:
        with self.news:
            self.news.notify_all()

    def wait(self, what: str, holds: object) -> None:
        with self.news:
            if not self.news.wait_for(holds, PATIENCE):  # type: ignore[arg-type]
                sys.exit(f"waited in vain: {what}")

    def connect(self, name: str) -> PyIndi.BaseDevice:
        self.wait(f"{name} appears", lambda: self.getDevice(name) and self.getDevice(name).getSwitch("CONNECTION"))
        device = self.getDevice(name)
        self.connectDevice(name)
        self.wait(f"{name} is connected", device.isConnected)
        return device

    def unpark(self, device: PyIndi.BaseDevice, name: str) -> None:
        self.wait(name, lambda: device.getSwitch(name))
        prop = device.getSwitch(name)
        prop.reset()
        prop[UNPARK].setState(PyIndi.ISS_ON)
        self.sendNewSwitch(prop)
        self.wait("it is unparked", lambda: prop.getState() == PyIndi.IPS_OK and prop[UNPARK].getState())


def moved(session: Session, device: PyIndi.BaseDevice, name: str, *values: float) -> list[float]:
    """Move a device, wait until it is there and Ok, and return where it is."""
    session.wait(name, lambda: device.getNumber(name))
    prop = device.getNumber(name)
    for index, value in enumerate(values):
        prop[index].setValue(value)
    session.sendNewNumber(prop)

    def is_there() -> bool:
        places = [prop[index].getValue() for index in range(len(values))]
        near = all(abs(place - value) < 0.01 for place, value in zip(places, values, strict=True))
        return near and prop.getState() == PyIndi.IPS_OK

    session.wait(f"{device.getDeviceName()} is there", is_there)
    return [prop[index].getValue() for index in range(len(values))]


def main() -> None:
    session = Session()
    session.setServer(sys.argv[1], int(sys.argv[2]))
    if not session.connectServer():
        sys.exit("no connection")
    found: dict[str, list[float]] = {}
    for name in (*MOVES, "Mount"):
        device = session.connect(name)
        if name in ("Dome", "Mount"):
            session.unpark(device, "DOME_PARK" if name == "Dome" else "TELESCOPE_PARK")
        target = MOVES.get(name, ("EQUATORIAL_EOD_COORD", 3.0, 40.0))
        found[name] = moved(session, device, target[0], *target[1:])
    print(json.dumps(found))
    sys.stdout.flush()
    os._exit(0)  # its threads do not always end


if __name__ == "__main__":
    main()
