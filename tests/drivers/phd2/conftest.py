"""A fake PHD2 and a client of it."""

import socket

import pytest

from lightapt_drivers.phd2 import Options, bridge_base
from tests.drivers.phd2 import programs
from tests.drivers.phd2.scenes import MS


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """What is asked for has been done, or refused, when a request returns: none goes on as an operation meanwhile."""
    monkeypatch.setattr(bridge_base, "_AT_ONCE", 30_000 * MS)


@pytest.fixture
def hasty(unhurried, monkeypatch):
    """What PHD2 does not answer goes on as an operation, soon."""
    monkeypatch.setattr(bridge_base, "_AT_ONCE", 20 * MS)


@pytest.fixture
def nameless(monkeypatch):
    """No host's name is known."""

    def look_up(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.fixture
def quick():
    """How patient clients in tests are: little, where something is to be waited for."""
    return Options(limit=5_000 * MS, opening=5_000 * MS, heartbeat=30_000 * MS, backoff=(10 * MS,), calm=10 * MS)


@pytest.fixture
def instance():
    """The number of a PHD2 to be started."""
    with programs.instance() as number:
        yield number
