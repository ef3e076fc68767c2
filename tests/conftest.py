"""What all tests share: helpers whose assertions speak, wherever they are imported first."""

import pytest

pytest.register_assert_rewrite(
    "tests.indiserver",
    "tests.system.bystanders",
    "tests.system.observer",
    "tests.system.puppets",
    "tests.system.rig",
    "tests.system.stars",
)
