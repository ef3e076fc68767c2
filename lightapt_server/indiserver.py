"""The command `lightapt-indiserver`: a drop-in for indilib's indiserver."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from .indiserver_arguments import parse
from .run import serve

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return serve(parse(sys.argv[1:] if arguments is None else list(arguments)))
