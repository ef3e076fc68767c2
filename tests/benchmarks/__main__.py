"""Measures the hub against Debian's indiserver: `python -m tests.benchmarks --help`."""

from __future__ import annotations

import argparse
import resource
import shlex
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from . import report, rows, stage
from .programs import MissingProgramError
from .servers import OUR_COMMAND

_DESCRIPTORS = 4096


def main(words: Sequence[str] | None = None) -> int:
    """Runs the bench; the exit status is 1 if something could not be measured, 2 if nothing could."""
    options = _parser().parse_args(words)
    _allow_many_descriptors()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # both ways to be ended clean up
    try:
        return _run(options)
    except MissingProgramError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _run(options: argparse.Namespace) -> int:
    hub = tuple(shlex.split(options.hub)) if options.hub else OUR_COMMAND
    with tempfile.TemporaryDirectory(prefix="lightapt-bench-") as directory:
        where = stage.make_stage(Path(directory), hub, quick=options.quick)
        results = [rows.run(rows.ROWS[key], where) for key in options.only or rows.ROWS]
    print(report.markdown(results))
    if options.quick:
        print("bench: these amounts are too small to judge by", file=sys.stderr)
    if options.json is not None:
        options.json.write_text(report.as_json(results) + "\n")
    return 1 if any(result.failures for result in results) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny amounts, one round: does it work at all?")
    parser.add_argument("--only", action="append", choices=tuple(rows.ROWS), metavar="ROW", help=" ".join(rows.ROWS))
    parser.add_argument(
        "--hub",
        metavar="CMD",
        help="measure this as ours; a program named …indiserver… gets that one's flags",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample there")
    return parser


def _allow_many_descriptors() -> None:
    """Servers and clients inherit the limit; 500 clients need more than the usual 1024."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(_DESCRIPTORS, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (enough, hard))


if __name__ == "__main__":
    sys.exit(main())
