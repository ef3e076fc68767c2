"""A safety monitor seen by pyindi-client, in a process of its own: `pyindi_safety.py HOST PORT DEVICE`.

Connects the device, and prints how safe it says it is.
"""

import sys
import threading
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # SWIG's own
    import PyIndi

PATIENCE = 30
STATES = {PyIndi.IPS_IDLE: "Idle", PyIndi.IPS_OK: "Ok", PyIndi.IPS_BUSY: "Busy", PyIndi.IPS_ALERT: "Alert"}


class Session(PyIndi.BaseClient):
    def __init__(self):
        super().__init__()
        self.news = threading.Condition()

    def newProperty(self, _):  # noqa: N802
        self._notify()

    def updateProperty(self, _):  # noqa: N802
        self._notify()

    def _notify(self):
        with self.news:
            self.news.notify_all()

    def wait(self, what, holds):
        with self.news:
            if not self.news.wait_for(holds, PATIENCE):
                sys.exit(f"waited in vain: {what}")


def main(host, port, name):
    session = Session()
    session.setServer(host, int(port))
    if not session.connectServer():
        sys.exit("no server")
    session.wait("the device", lambda: session.getDevice(name) and session.getDevice(name).getSwitch("CONNECTION"))
    device = session.getDevice(name)
    session.connectDevice(name)
    session.wait("its status", lambda: device.getLight("WEATHER_STATUS"))
    status = device.getLight("WEATHER_STATUS")
    session.wait("that it is known", lambda: status.getState() != PyIndi.IPS_IDLE)
    print(STATES[status.getState()], flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
