"""The program ``lightapt-replay``: an INDI driver that plays a recording."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from lightapt_protocol.errors import ProtocolError
from lightapt_protocol.recording import RecordingError

from ..kit.stdio import Stdio
from .playback import Playback
from .replay import Replay
from .source import Source

__all__ = ["main"]

_log: Final = logging.getLogger(__name__)
_DESCRIPTION: Final = """\
Plays the devices of a recording (lightapt record) as an INDI driver: whoever connects sees what they did, when they
did it. An INDI server starts it:

  lightapt-server --driver 'replay night.indi'
  lightapt-server --driver 'replay night.indi --speed 10'

The device "Replay" controls it from any INDI client: play, pause, the next message, rewind, speed, position. What
clients want to set of the recorded devices is refused.
"""
_ADVICE: Final = """\
lightapt-replay is an INDI driver: it speaks INDI on its standard input and output, and a server starts it:

  lightapt-server --driver 'replay {files}'

Then connect any INDI client to localhost:7624; its device "{name}" plays, pauses, steps and rewinds.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the driver; return its exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")  # to stderr, which servers relay
    if sys.stdin.isatty():
        sys.stderr.write(_ADVICE.format(files=" ".join(map(str, options.files)), name=options.name))
        return 2
    try:
        source = Source(options.files, without=options.name)
    except OSError as error:
        _log.critical("%s cannot be read: %s", error.filename, error.strerror)
        return 2
    except RecordingError as error:
        _log.critical("%s: %s", ", ".join(map(str, options.files)), error)
        return 2
    return _run(source, options)


def _run(source: Source, options: argparse.Namespace) -> int:
    code = 0
    try:
        asyncio.run(_serve(source, options))
    except* (BrokenPipeError, ConnectionResetError):
        pass  # the server went without a word, which ends a driver as well
    except* ProtocolError as group:
        _log.critical("what came is not INDI: %s", "; ".join(map(str, group.exceptions)))
        code = 1
    except* KeyboardInterrupt:
        code = 128 + signal.SIGINT
    return code


async def _serve(source: Source, options: argparse.Namespace) -> None:
    now = asyncio.get_running_loop().time()
    playback = Playback(speed=options.speed, is_playing=not options.step, now=now)
    with Stdio() as port:
        await Replay(port, source, name=options.name, playback=playback, loops=options.loop).run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lightapt-replay", description=_DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a recording; several go one by one")
    pace = parser.add_mutually_exclusive_group()
    pace.add_argument(
        "--speed", type=_speed, default=1.0, metavar="FACTOR", help="times as fast as it was, or max (default: 1)"
    )
    pace.add_argument(
        "--step", action="store_true", help='wait at the beginning until a client says STEP or PLAY to "Replay"'
    )
    parser.add_argument("--loop", action="store_true", help="begin again at the end")
    parser.add_argument("--name", default="Replay", help="name of the device that controls it (default: Replay)")
    return parser


def _speed(text: str) -> float:
    if text == "max":
        return 0.0
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no speed: a number up to 10000, or max")
    return speed


if __name__ == "__main__":
    sys.exit(main())
