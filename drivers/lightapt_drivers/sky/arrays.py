"""What the sky's modules call their arrays."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "Integers", "Light", "Numbers"]

Floats: TypeAlias = NDArray[np.float64]
Numbers: TypeAlias = float | Floats
Integers: TypeAlias = NDArray[np.int64]
Light: TypeAlias = NDArray[np.float32]
"""Electrons, a pixel an element."""
