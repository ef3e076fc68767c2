"""One night with pyindi-client, in a process of its own: `pyindi_session.py HOST PORT [FILE]`.

Connects the simulated mount and camera, slews, exposes, waits for the picture, writes it to FILE, and prints what
came of it as JSON.
"""

import json
import os
import sys
import threading
import warnings
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # SWIG's own
    import PyIndi

MOUNT, CAMERA = "Telescope Simulator", "CCD Simulator"
PATIENCE = 30


class Session(PyIndi.BaseClient):  # type: ignore[misc] # it has no types
    def __init__(self) -> None:
        super().__init__()
        self.news = threading.Condition()
        self.picture: bytes | None = None

    def newProperty(self, _: object) -> None:  # noqa: N802
        self._notify()

    def updateProperty(self, prop: PyIndi.Property) -> None:  # noqa: N802
        if prop.getType() == PyIndi.INDI_BLOB:
            self.picture = bytes(PyIndi.PropertyBlob(prop)[0].getblobdata())
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

    def switch(self, device: PyIndi.BaseDevice, name: str, index: int) -> None:
        self.wait(name, lambda: device.getSwitch(name))
        prop = device.getSwitch(name)
        prop.reset()
        prop[index].setState(PyIndi.ISS_ON)
        self.sendNewSwitch(prop)

    def numbers(self, device: PyIndi.BaseDevice, name: str, *values: float) -> PyIndi.PropertyNumber:
        self.wait(name, lambda: device.getNumber(name))
        prop = device.getNumber(name)
        for index, value in enumerate(values):
            prop[index].setValue(value)
        self.sendNewNumber(prop)
        return prop


def main() -> None:
    session = Session()
    session.setServer(sys.argv[1], int(sys.argv[2]))
    if not session.connectServer():
        sys.exit("no connection")
    mount, camera = session.connect(MOUNT), session.connect(CAMERA)
    session.switch(mount, "TELESCOPE_PARK", 1)  # unpark
    declination = mount.getNumber("EQUATORIAL_EOD_COORD")[1]
    there = declination.getValue() - 1
    session.numbers(mount, "EQUATORIAL_EOD_COORD", mount.getNumber("EQUATORIAL_EOD_COORD")[0].getValue(), there)
    session.wait("the slew", lambda: abs(declination.getValue() - there) < 0.1)
    session.setBLOBMode(PyIndi.B_ALSO, CAMERA, "CCD1")
    session.numbers(camera, "CCD_EXPOSURE", 0.1)
    session.wait("the picture", lambda: session.picture is not None)
    picture = session.picture or b""
    if len(sys.argv) > 3:
        Path(sys.argv[3]).write_bytes(picture)
    print(json.dumps({"size": len(picture), "begins": picture[:9].decode(), "declination": declination.getValue()}))
    session.disconnectServer()
    sys.stdout.flush()
    os._exit(0)  # its C++ threads may still be ending, which Python's own end would not survive


main()
