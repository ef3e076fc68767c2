"""A fake PHD2 and a client of it."""

import pytest

from lightapt_drivers.phd2 import Options
from tests.drivers.phd2 import programs
from tests.drivers.phd2.scenes import MS


@pytest.fixture
def quick():
    """How patient clients in tests are: little, where something is to be waited for."""
    return Options(limit=5_000 * MS, opening=5_000 * MS, heartbeat=30_000 * MS, backoff=(10 * MS,), calm=10 * MS)


@pytest.fixture
def instance():
    """The number of a PHD2 to be started."""
    with programs.instance() as number:
        yield number
