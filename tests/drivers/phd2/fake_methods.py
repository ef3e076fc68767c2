"""What the fake PHD2 answers: its 54 methods, with the words and codes of the real one."""

from __future__ import annotations

from tests.drivers.phd2.fake_equipment import Equipment
from tests.drivers.phd2.fake_exposures import Exposures
from tests.drivers.phd2.fake_guiding import Guiding

__all__ = ["Methods"]


class Methods(Equipment, Exposures, Guiding):
    """All of them; but for what takes requests, public are no others."""
