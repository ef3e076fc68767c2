"""A fake PHD2 and a client of it."""

import pytest

from lightapt_drivers.phd2 import Options


@pytest.fixture
def quick():
    """How patient clients in tests are: little, where something is to be waited for."""
    return Options(limit=5.0, opening=5.0, heartbeat=30.0, backoff=(0.01,), calm=0.01)
