"""What the system tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .rig import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A stage for hubs and puppets; all that is on it ends with the test."""
    stage = Stage(tmp_path)
    try:
        yield stage
    finally:
        stage.close()
