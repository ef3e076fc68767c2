"""Patience in units of a test's."""

import pytest

from lightapt_clients import devices
from lightapt_clients.kinds import base

from ..puppet import MS


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    for name, units in (("_SLOW", 100), ("_SETTLE", 20), ("_COMING", 60)):
        monkeypatch.setattr(base, name, units * MS)
    monkeypatch.setattr(devices, "_QUIET", 30 * MS)
