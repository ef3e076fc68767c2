"""A picture taken by pyindi-client, in a process of its own: `pyindi_camera.py HOST PORT DEVICE FILE`."""

import os
import sys
import threading
import warnings
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # SWIG's own
    import PyIndi

PATIENCE = 30


class Session(PyIndi.BaseClient):
    def __init__(self):
        super().__init__()
        self.news = threading.Condition()
        self.picture = None

    def newProperty(self, _):  # noqa: N802
        self._notify()

    def updateProperty(self, prop):  # noqa: N802
        if prop.getType() == PyIndi.INDI_BLOB:
            self.picture = bytes(PyIndi.PropertyBlob(prop)[0].getblobdata())
        self._notify()

    def _notify(self):
        with self.news:
            self.news.notify_all()

    def wait(self, what, holds):
        with self.news:
            if not self.news.wait_for(holds, PATIENCE):
                sys.exit(f"waited in vain: {what}")


def main(host, port, name, path):
    session = Session()
    session.setServer(host, int(port))
    if not session.connectServer():
        sys.exit("no server")
    session.wait("the device", lambda: session.getDevice(name) and session.getDevice(name).getSwitch("CONNECTION"))
    device = session.getDevice(name)
    session.connectDevice(name)
    session.wait("its exposure", lambda: device.isConnected() and device.getNumber("CCD_EXPOSURE"))
    session.setBLOBMode(PyIndi.B_ALSO, name, "CCD1")
    exposure = device.getNumber("CCD_EXPOSURE")
    exposure[0].setValue(0.05)
    session.sendNewNumber(exposure)
    session.wait("the picture", lambda: session.picture is not None)
    Path(path).write_bytes(session.picture)
    session.disconnectServer()
    sys.stdout.flush()
    os._exit(0)  # its C++ threads may still be ending, which Python's own end would not survive


if __name__ == "__main__":
    main(*sys.argv[1:])
