"""Have devices let go of their hardware.

    lightapt disconnect 'Telescope Simulator'
    lightapt disconnect --all

Exit codes: 0 all are disconnected, 1 one is not there or cannot, 2 no server, or wrong usage.
"""

from __future__ import annotations

import argparse

from .connect import add_arguments
from .console import Console
from .exits import ExitCode
from .switching import switch

__all__ = ["add_arguments", "run"]


async def run(options: argparse.Namespace, console: Console) -> ExitCode:
    """Run the subcommand."""
    return await switch(options, console, is_connecting=False)
