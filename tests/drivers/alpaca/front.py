"""A management before `alpaca-simulators`, which has none; and faults, which it has none of either."""

from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlencode

from lightapt_drivers.alpaca.places import AlpacaType
from tests.drivers.alpaca.recorded import Raw, Recorded

PATIENCE = 60.0
PASSED_ON = object()
"""What a member says that has no answer of its own: the server behind is asked."""


class Front(Recorded):
    """Tells which devices a server has, and passes on what they are asked.

    A member that a test writes down in `devices` is answered here, unless it is a function that says PASSED_ON.

    Args:
        behind: The server's address.
        numbers: Of its devices, for each type.
    """

    def __init__(self, behind, numbers):
        managed = [_listed(kind, number) for kind in AlpacaType for number in numbers]
        super().__init__(managed=managed, host="0.0.0.0")
        self._behind = behind

    def answer(self, method, path, fields):
        """See :class:`Recorded`."""
        said = super().answer(method, path, fields)
        return self._passed_on(method, path, fields) if said is PASSED_ON else said

    def _member(self, method, device, member, fields):
        known = self.devices.get(device, {})
        return super()._member(method, device, member, fields) if member in known else PASSED_ON

    def _passed_on(self, method, path, fields):
        words = urlencode(fields)
        with closing(HTTPConnection(self._behind, timeout=PATIENCE)) as way:
            if method == "PUT":
                way.request(method, path, words, {"Content-Type": "application/x-www-form-urlencoded"})
            else:
                way.request(method, f"{path}?{words}", headers={"Accept": "application/imagebytes, application/json"})
            response = way.getresponse()
            return Raw(response.read(), response.status, response.headers["Content-Type"])


def name_of(kind, number):
    """Return what a device of the server is called."""
    return f"{kind.words} {number}"


def _listed(kind, number):
    unique = f"{kind.value}-{number}"
    return {
        "DeviceName": name_of(kind, number),
        "DeviceType": kind.title,
        "DeviceNumber": number,
        "UniqueID": unique,
    }
