"""What all tests share: helpers whose assertions speak, wherever they are imported first, and how many run at once."""

import os

import pytest

pytest.register_assert_rewrite(
    "tests.indiserver",
    "tests.system.bystanders",
    "tests.system.observer",
    "tests.system.puppets",
    "tests.system.rig",
    "tests.system.stars",
)


def pytest_xdist_auto_num_workers() -> int:
    """Return one more than there are cores: who tests real programs waits most of the time."""
    return (os.cpu_count() or 1) + 1
