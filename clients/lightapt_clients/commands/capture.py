"""Take pictures with a camera, and save them.

    lightapt capture -t 5                                    one picture of 5 s, in this folder
    lightapt capture -n 10 -t 60 --filter Ha --target M42 --dir ~/pictures
    lightapt capture -n 20 -t 60 --type dark --temperature -10
    lightapt capture -n 50 --type bias                       as short as the camera can
    lightapt capture -t 0.5 --bin 2 --frame 600,400,800,600  a part of the chip, binned
    lightapt capture -t 5 --name '{camera}/{target}_{count}' a name of one's own
    lightapt capture -n 3 -t 1 | while read -r file; do fitsverify -q "$file"; done

The camera is connected if it is not. What is not asked for (gain, offset, binning, frame) stays as the camera has it.
The path of each picture is printed on stdout when the picture is whole and on the disk; the rest is on stderr. Nothing
is ever overwritten: where a name is taken, _1, _2 and so on are added. If the disk is full, the picture is kept
elsewhere, and it is said where.

With --target the camera's driver is told to write OBJECT into the headers; when the run ends, also by Ctrl-C, OBJECT is
again what it was before. Drivers of libindi 2 do not tell what that was, and cannot forget it: there it is 'Unknown'
afterwards, until a program sets it. Without --target OBJECT stays what other programs have made it, and it is said if
that is anything, as far as the driver tells it.

A picture that fails ends the run; Ctrl-C stops the exposure. In both cases it is said how many are saved. So it is when
whoever reads the paths goes away, as head does; then the run ends too.

Exit codes: 0 all are saved, 1 not all (the camera failed or refused, server lost during an exposure, no such device or
filter), 2 it could not be tried (usage, no server, a folder that cannot be written), 130 Ctrl-C, 141 reader gone.
"""

from __future__ import annotations

import argparse
import math
import textwrap
from pathlib import Path

from ..client import connect
from ..kinds import Area, Camera, FilterWheel, FrameType
from .capturing import Recipe, Session
from .choosing import Chooser, add_device, add_no_connect, limit
from .console import Console
from .exits import CommandError, ExitCode
from .naming import DEFAULT_PATTERN, FIELDS, Pattern, PatternError
from .options import add_json, add_server, add_timeout, address_of, seconds
from .saving import prepare
from .wheels import wheel_of
from .words import FilterArgument

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the subcommand takes."""
    parser.epilog = _fields()
    pictures = parser.add_argument_group("pictures")
    pictures.add_argument("-n", "--count", metavar="N", type=_count, default=1, help="how many (default: 1)")
    pictures.add_argument("-t", "--exposure", metavar="SECONDS", type=seconds, help="how long to expose each")
    pictures.add_argument(
        "--type",
        choices=[one.name.lower() for one in FrameType],
        default="light",
        help="what they are (default: light)",
    )
    pictures.add_argument("--delay", metavar="SECONDS", type=seconds, default=0.0, help="wait so long between two")
    which = pictures.add_argument("--filter", metavar="NAME", help="turn this filter, or slot, into the beam first")
    which.completer = FilterArgument()  # type: ignore[attr-defined] # argcomplete's way
    pictures.add_argument("--target", metavar="NAME", default="", help="what they show: for the name and the header")
    _add_camera(parser)
    _add_files(parser)
    add_no_connect(parser)
    add_json(parser)
    add_timeout(parser, default=60.0, what="for a picture after its exposure")
    add_server(parser)


def _add_camera(parser: argparse.ArgumentParser) -> None:
    camera = parser.add_argument_group("camera")
    add_device(parser, "--camera", "camera")
    add_device(parser, "--wheel", "filter wheel; the camera's own comes first")
    camera.add_argument("--gain", metavar="VALUE", type=float, help="in the camera's units")
    camera.add_argument("--offset", metavar="VALUE", type=float, help="in the camera's units")
    camera.add_argument("--bin", metavar="N", type=_binning, help="make NxN pixels one; or NxM")
    camera.add_argument("--frame", metavar="X,Y,W,H", type=_frame, help="read this part of the chip; 'full' for all")
    camera.add_argument("--temperature", metavar="°C", type=_celsius, help="cool the chip first, and wait for it")


def _add_files(parser: argparse.ArgumentParser) -> None:
    files = parser.add_argument_group("files")
    files.add_argument("--dir", metavar="DIR", type=Path, default=Path(), help="where to (default: this folder)")
    files.add_argument("--name", metavar="PATTERN", default=DEFAULT_PATTERN, help="how they are called, see below")
    files.add_argument("--no-hfr", dest="hfr", action="store_false", help="do not look for stars, which takes time")


async def run(options: argparse.Namespace, console: Console) -> ExitCode:
    """Run the subcommand."""
    if options.exposure is None and options.type != "bias":
        raise CommandError("say how long to expose: -t SECONDS", ExitCode.TROUBLE)
    recipe, folder = _recipe(options), _folder(options.dir)
    async with connect(address_of(options)) as indi:
        chooser = Chooser(indi, console, connects=options.connects)
        camera = await chooser.choose(Camera, options.camera, flag="--camera", what="camera")
        wheel = await _wheel(options, chooser, camera)
        session = Session(recipe, camera, wheel, console=console, folder=folder, patience=limit(options.timeout))
        await session.run(options.filter)
    return ExitCode.TROUBLE if session.is_unheard else ExitCode.DONE


async def _wheel(options: argparse.Namespace, chooser: Chooser, camera: Camera) -> FilterWheel | None:
    """Return the wheel in front of the camera; one that is not needed is not connected for it."""
    named = options.wheel or wheel_of(camera)
    if options.filter is None and not options.wheel:
        return FilterWheel(chooser.client.devices[named]) if named and chooser.is_connected(named) else None
    return await chooser.choose(FilterWheel, named, flag="--wheel", what="filter wheel")


def _recipe(options: argparse.Namespace) -> Recipe:
    try:
        pattern = Pattern(options.name)
    except PatternError as error:
        raise CommandError(str(error), ExitCode.TROUBLE) from error
    return Recipe(
        count=options.count,
        exposure=options.exposure,
        type=FrameType[options.type.upper()],
        pattern=pattern,
        delay=options.delay,
        target=options.target,
        gain=options.gain,
        offset=options.offset,
        binning=options.bin,
        frame=options.frame,
        temperature=options.temperature,
        measures_stars=options.hfr,
    )


def _folder(folder: Path) -> Path:
    folder = folder.expanduser()
    try:
        prepare(folder)
    except OSError as error:
        raise CommandError(f"pictures cannot be saved in {folder}: {error.strerror}", ExitCode.TROUBLE) from error
    return folder


def _fields() -> str:
    lines = [f"  {'{' + name + '}':<15} {words}" for name, words in FIELDS.items()]
    words = (
        "PATTERN names folders and a file under --dir by these fields; what stands between two of / _ - and space is "
        "left out where a field in it is not known. The ending is that of the picture's format."
    )
    return "\n".join([textwrap.fill(words, 100), *lines, f"The usual pattern: {DEFAULT_PATTERN}"])


# Values.


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of pictures")
    return int(text)


def _binning(text: str) -> tuple[int, int]:
    across, times, down = text.lower().replace("\N{MULTIPLICATION SIGN}", "x").partition("x")
    try:
        found = int(across), int(down if times else across)
    except ValueError:
        found = (0, 0)
    if min(found) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no binning: write 2, or 2x1")
    return found


def _frame(text: str) -> Area | None:
    """Return a part of the chip; None for the whole chip."""
    if text == "full":
        return Area(0, 0, 0, 0)
    try:
        x, y, width, height = (int(part) for part in text.split(","))
    except ValueError:
        x = y = width = height = -1
    if min(x, y) < 0 or min(width, height) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no part of a chip: write X,Y,WIDTH,HEIGHT in pixels, or full")
    return Area(x, y, width, height)


def _celsius(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not -273.15 <= value <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is no temperature in °C")
    return value
