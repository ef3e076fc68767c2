"""The real programs that tests talk to: Debian's INDI and its like."""

import os
import shutil
import sys
from pathlib import Path

import pytest

__all__ = ["require", "script"]


def require(program: str) -> str:
    """Return the path of a program; without it the test is skipped, but fails where nothing may be skipped."""
    path = shutil.which(program)
    if path is not None:
        return path
    if os.environ.get("LIGHTAPT_CI") == "1":
        pytest.fail(f"{program} is not installed, and LIGHTAPT_CI=1 says that nothing is skipped")
    pytest.skip(f"{program} is not installed")


def script(name: str) -> str:
    """Return the path of a command that this project installs."""
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        pytest.fail(f"{path} is missing: install the project, as `make test` does")
    return str(path)
