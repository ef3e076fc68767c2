"""A session of pyindi-client with many devices, in a process of its own: `pyindi_alpaca.py HOST PORT FOLDER`.

On its standard input is the session, in JSON: for each device its steps, the words that are to be heard of it in the
end, and where its server has it. A step is a property, what to set it to (or nothing, to wait for it), and in which
state that ends; or what to set at the server. The devices take turns: all do their first step, then all their second.
It prints, in JSON, how far each device came, what went wrong there, and what the device had to say; the pictures are
files in the folder.
"""

import json
import os
import sys
import threading
import warnings
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # SWIG's own
    import PyIndi

PATIENCE = 60
SERVER = "the server"
STATES = {PyIndi.IPS_IDLE: "Idle", PyIndi.IPS_OK: "Ok", PyIndi.IPS_BUSY: "Busy", PyIndi.IPS_ALERT: "Alert"}
NEAR = 0.01
COUNTS_DOWN = "CCD_EXPOSURE"
"""Shows how much of what was asked for is left."""


class Session(PyIndi.BaseClient):
    """A client that remembers how each property was after each update."""

    def __init__(self, folder):
        super().__init__()
        self.news = threading.Condition()
        self.folder = folder
        self.known = defaultdict(list)
        self.words = defaultdict(list)

    def newProperty(self, prop):  # noqa: N802
        self._take(prop)

    def updateProperty(self, prop):  # noqa: N802
        if prop.getType() == PyIndi.INDI_BLOB:
            path = self.folder / f"{prop.getDeviceName()}.fits"
            path.write_bytes(bytes(PyIndi.PropertyBlob(prop)[0].getblobdata()))
        self._take(prop)

    def newMessage(self, device, number):  # noqa: N802
        with self.news:
            self.words[device.getDeviceName()].append(str(device.messageQueue(number)))
            self.news.notify_all()

    def _take(self, prop):
        with self.news:
            self.known[prop.getDeviceName(), prop.getName()].append((STATES[prop.getState()], values_of(prop)))
            self.news.notify_all()

    def so_far(self, device):
        """Return how often each property of a device has been heard of, by their names."""
        with self.news:
            return {name: len(heard) for (owner, name), heard in self.known.items() if owner == device}

    def wait(self, holds):
        """Wait until something holds; return whether it does."""
        with self.news:
            return self.news.wait_for(holds, PATIENCE)


def values_of(prop):
    if prop.getType() == PyIndi.INDI_NUMBER:
        return {one.getName(): one.getValue() for one in PyIndi.PropertyNumber(prop)}
    if prop.getType() == PyIndi.INDI_SWITCH:
        return {one.getName(): one.getState() == PyIndi.ISS_ON for one in PyIndi.PropertySwitch(prop)}
    return {}


class Actor:
    """A device, and its steps."""

    def __init__(self, session, name, place):
        self.session = session
        self.name = name
        self.place = place
        self.fault = ""
        self.done = 0
        self._since = 0
        self._before: dict[str, int] = {}

    def begin(self, what, values):
        if what == SERVER:
            self._before = self.session.so_far(self.name)
            self._set_at_server(values)
            return
        prop, known = self.session.getDevice(self.name).getProperty(what), self.session.known[self.name, what]
        if values and prop.getPermission() != PyIndi.IP_RO:
            self._since = len(known)
            self._send(prop, values)
        else:
            as_it_is_now = max(0, len(known) - 1)
            self._since = self._before.get(what, as_it_is_now)

    def end(self, what, values, state):
        """Wait until a step has ended as it should."""
        if what == SERVER:
            self.done += 1
            return

        def is_so():
            reached = self.session.known[self.name, what][self._since :]
            as_asked = {} if what == COUNTS_DOWN or state == "Alert" else values
            return any(now == state and _agree(as_asked, have) for now, have in reached)

        if self.session.wait(is_so):
            self.done += 1
        else:
            self.fault = f"{what} {values} {state} came not, but {self.session.known[self.name, what][-3:]}"

    def _set_at_server(self, values):
        ((name, value),) = values.items()
        data = urlencode({name: value}).encode()
        build_opener(ProxyHandler({})).open(Request(f"{self.place}/{name.lower()}", data=data, method="PUT")).close()

    def _send(self, prop, values):
        if prop.getType() == PyIndi.INDI_NUMBER:
            numbers = PyIndi.PropertyNumber(prop)
            for name, value in values.items():
                numbers.findWidgetByName(name).setValue(value)
            self.session.sendNewNumber(numbers)
        else:
            switches = PyIndi.PropertySwitch(prop)
            switches.reset()
            for name in values:
                switches.findWidgetByName(name).setState(PyIndi.ISS_ON)
            self.session.sendNewSwitch(switches)


def _agree(wanted, have):
    return all(abs(have[name] - value) < NEAR for name, value in wanted.items())


def _connect(session, names):
    for name in names:
        session.wait(lambda name=name: session.known[name, "CONNECTION"]) or sys.exit(f"{name} does not appear")
        session.connectDevice(name)
        session.setBLOBMode(PyIndi.B_ALSO, name, None)
    for name in names:
        session.wait(session.getDevice(name).isConnected) or sys.exit(f"{name} does not connect")


def main(host, port, folder):
    script = json.load(sys.stdin)
    session = Session(Path(folder))
    session.setServer(host, int(port))
    if not session.connectServer():
        sys.exit("no server")
    _connect(session, script)
    actors = {name: Actor(session, name, part["place"]) for name, part in script.items()}
    for name, part in script.items():
        for what, *_ in part["steps"]:
            session.wait(lambda name=name, what=what: what == SERVER or session.known[name, what])
    for turn in range(max(len(part["steps"]) for part in script.values())):
        acting = [(actors[name], part["steps"][turn]) for name, part in script.items() if turn < len(part["steps"])]
        acting = [(actor, step) for actor, step in acting if not actor.fault]
        for actor, (what, values, _) in acting:
            actor.begin(what, values)
        for actor, step in acting:
            actor.end(*step)
    for name, part in script.items():
        session.wait(lambda name=name, part=part: part["words"] in " ".join(session.words[name]))
    told = {name: {"done": one.done, "fault": one.fault, "words": session.words[name]} for name, one in actors.items()}
    print(json.dumps(told))
    sys.stdout.flush()
    os._exit(0)  # its C++ threads may still be ending, which Python's own end would not survive


if __name__ == "__main__":
    main(*sys.argv[1:])
