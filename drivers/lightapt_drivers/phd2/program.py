"""The driver's program."""

from __future__ import annotations

import sys

from lightapt_drivers import run

from .bridge import Phd2Device

__all__ = ["main"]


def main() -> int:
    """Run the driver; return its exit code."""
    return run(Phd2Device)


if __name__ == "__main__":
    sys.exit(main())
