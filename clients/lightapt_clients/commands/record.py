"""Keep everything that a server says in a file, with its time: Ctrl-C ends it.

    lightapt record night.indi
    lightapt record night.indi --blobs all --rotate 1G
    lightapt record trouble.indi --device "CCD Simulator" --for 600

`lightapt log FILE` prints a recording, `lightapt-server --driver 'replay FILE'` plays it: whoever has the file sees
what the devices did, without the devices. The file can be read while it is written, and after a crash: what came in
the last second may be missing. When the server goes away, the recorder waits for it to come back.

Of pictures, `--blobs headers` keeps when they came, their size and their FITS header (they still travel here);
`--blobs all` keeps them whole; `--blobs none` does not ask for them. With --rotate a further file is begun whenever
one has grown so large: night.indi, night.1.indi, night.2.indi and so on; each can be played without the others.
No file is ever written over.

A device that --device names need not be there yet: that it is waited for is said, and at the end that it never came.

Exit codes: 0 when it was ended (by Ctrl-C, SIGTERM or --for), 2 without a server or when a file cannot be written.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from lightapt_protocol.recording import BlobChoice, RecordingHeader

from ..opening import open_transport
from ..recording import Recorder, RecordingFileError, RecordingFiles
from ..timing import Timing
from ..transport import Transport
from .console import Bar, Console
from .exits import CommandError, ExitCode
from .options import add_json, add_server, address_of, seconds
from .words import DeviceArgument

__all__ = ["add_arguments", "run"]

_SIZE: Final = re.compile(r"(\d+(?:\.\d*)?)([kKMGT]?)(?:i?B)?")
_FACTORS: Final = {"": 1, "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_SMALLEST: Final = 1000
_SOON: Final = 1.0
"""Seconds after which devices are missed that have said nothing."""
_REFRESH: Final = 0.5
"""Seconds between two looks at how far it is."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the subcommand takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help="where to; must not be there yet")
    parser.add_argument(
        "--blobs",
        choices=[choice.value for choice in BlobChoice],
        default=BlobChoice.HEADERS.value,
        help="how much to keep of pictures (default: headers)",
    )
    device = parser.add_argument(
        "--device", action="append", default=[], metavar="NAME", help="record this device only; repeatable"
    )
    device.completer = DeviceArgument()  # type: ignore[attr-defined] # argcomplete's way
    parser.add_argument(
        "--rotate", type=_size, metavar="SIZE", help="begin a further file after so many bytes, as 100M or 2G"
    )
    parser.add_argument("--append", action="store_true", help="if FILE is there, go on in the next free FILE.N")
    parser.add_argument("--for", type=seconds, dest="duration", metavar="SECONDS", help="end after so long")
    add_server(parser)
    add_json(parser)


async def run(options: argparse.Namespace, console: Console) -> ExitCode:
    """Run the subcommand."""
    address, timing = address_of(options), Timing()
    blobs, devices = BlobChoice(options.blobs), tuple(options.device)
    transport = await open_transport(address, timeout=timing.connect)
    try:
        header = RecordingHeader(str(address), datetime.now(UTC), blobs=blobs, devices=devices)
        files = RecordingFiles(options.file, header, largest=options.rotate, appends=options.append)
        recorder = Recorder(address, files, blobs=blobs, devices=devices, timing=timing)
        await _record(transport, recorder, files, duration=options.duration, console=console)
    except RecordingFileError as error:
        raise CommandError(str(error), ExitCode.TROUBLE) from error
    finally:
        transport.close()
    if recorder.unheard:
        console.note(f"lightapt: nothing has come of {_listed(recorder.unheard)}")
    console.result(_summary(recorder, files), _in_words(recorder, files))
    return ExitCode.DONE


async def _record(
    transport: Transport, recorder: Recorder, files: RecordingFiles, *, duration: float | None, console: Console
) -> None:
    """Record until somebody ends it, or the time is over."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):  # both are how a recording usually ends
        loop.add_signal_handler(number, stop.set)
    timers = [loop.call_later(_SOON, _tell_unheard, recorder, console)]
    if duration is not None:
        timers.append(loop.call_later(duration, stop.set))
    try:
        with (
            console.progress(files.path.name, total=duration or None) as bar,
            _shown(recorder, files, bar, is_timed=duration is not None),
        ):
            await recorder.run(transport, stop=stop)
    finally:
        for timer in timers:
            timer.cancel()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _tell_unheard(recorder: Recorder, console: Console) -> None:
    if recorder.unheard:
        console.note(f"lightapt: nothing of {_listed(recorder.unheard)} is there yet; waiting")


def _listed(devices: Iterable[str]) -> str:
    return ", ".join(map(repr, sorted(devices)))


@contextmanager
def _shown(recorder: Recorder, files: RecordingFiles, bar: Bar, *, is_timed: bool) -> Generator[None]:
    """Show how far the recorder is, now and then."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    handle: asyncio.TimerHandle | None = None

    def show() -> None:
        nonlocal handle
        passed = loop.time() - began
        lost = "" if recorder.is_connected else "; waiting for the server"
        words = f"{files.path.name}: {_counts(recorder, files)}, {_clock(passed)}{lost}"
        bar.update(passed if is_timed else 0.0, words)
        handle = loop.call_later(_REFRESH, show)

    show()
    try:
        yield
    finally:
        if handle is not None:
            handle.cancel()


def _summary(recorder: Recorder, files: RecordingFiles) -> dict[str, object]:
    return {
        "file": str(files.path),
        "messages": recorder.messages,
        "received": recorder.received,
        "written": files.written,
    }


def _in_words(recorder: Recorder, files: RecordingFiles) -> str:
    return f"{files.path}: {_counts(recorder, files)}"


def _counts(recorder: Recorder, files: RecordingFiles) -> str:
    return f"{recorder.messages} messages, {_bytes(files.written)}"


def _bytes(count: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count} bytes"


def _clock(passed: float) -> str:
    minutes, rest = divmod(int(passed), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _size(text: str) -> int:
    found = _SIZE.fullmatch(text)
    size = int(float(found[1]) * _FACTORS[found[2]]) if found else 0
    if size < _SMALLEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no size of at least {_SMALLEST} bytes, such as 100M or 2G")
    return size
