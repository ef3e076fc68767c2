"""The program ``lightapt``: finds the subcommand, runs it, and turns what goes wrong into words and exit codes."""

from __future__ import annotations

import argparse
import asyncio
import io
import logging
import os
import shutil
import signal
import sys
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn, Protocol, cast

from ..errors import ClientError, DisconnectedError
from . import COMMANDS, PROGRAMS
from .console import Console, visible
from .exits import CommandError, ExitCode, exit_code

__all__ = ["main"]

_NAME: Final = "lightapt"
_COMPLETION: Final = "_ARGCOMPLETE"
"""The variable by which a shell asks for completions."""
_EPILOG: Final = """\
`lightapt COMMAND --help` tells more. Commands that talk to a server take
--server HOST:PORT (or -h HOST, -p PORT); without it they talk to
localhost:7624. Exit codes: 0 done, 1 it did not come true, 2 it could not be
tried.
"""


class _Module(Protocol):
    """What the module of a subcommand holds."""

    __doc__: str | None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, options: argparse.Namespace, console: Console) -> Coroutine[Any, Any, ExitCode]: ...


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code."""
    try:
        return _main(sys.argv[1:] if arguments is None else list(arguments))
    except KeyboardInterrupt:  # before the subcommand had begun
        return ExitCode.INTERRUPTED


def _main(argv: list[str]) -> int:
    name = _chosen(argv, os.environ)
    if name not in COMMANDS and (program := _program(name)):
        os.execv(program, [program, *argv[1:]])
    parser, subparser = _parsers(name)
    if _COMPLETION in os.environ:
        _complete(parser)
    if name not in COMMANDS:
        parser.parse_args(_help_wanted(argv))
        parser.print_help()
        return ExitCode.TROUBLE
    # Options may stand between what is named; argparse can have that, or "--", but not both.
    parse = subparser.parse_args if "--" in argv else subparser.parse_intermixed_args
    options = parse(_help_wanted(argv)[1:])
    _begin_log(is_verbose=options.verbose)
    _take_all_characters()
    console = Console(
        sys.stdout, sys.stderr, is_json=getattr(options, "json", False), has_colour="NO_COLOR" not in os.environ
    )
    options.parser = subparser
    return _ended(_module(name).run(options, console), console)


class _Words(logging.Formatter):
    """What is logged, as a terminal may have it."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{_NAME}: {visible(super().format(record))}"


def _begin_log(*, is_verbose: bool) -> None:
    """Have what is logged on stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Words())
    package = __name__.partition(".")[0]
    if is_verbose:
        logging.getLogger(package).setLevel(logging.DEBUG)
    else:  # the commands tell of a lost connection themselves, and what they do about it
        handler.addFilter(lambda record: record.name != f"{package}.link")
    logging.basicConfig(handlers=[handler])


def _take_all_characters() -> None:
    """Have characters that the output lacks printed in another way, in place of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors != "backslashreplace":
            stream.reconfigure(errors="backslashreplace")


def _ended(running: Coroutine[Any, Any, ExitCode], console: Console) -> ExitCode:
    """Run a subcommand to its end, and return what that means for whoever called the program."""
    try:
        code = asyncio.run(_stoppable(running))
        console.flush()
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except asyncio.CancelledError:
        return ExitCode.TERMINATED
    except BrokenPipeError:
        return ExitCode.BROKEN_PIPE
    except CommandError as error:
        console.note(f"{_NAME}: {error}")
        return error.code
    except ClientError as error:
        console.note(f"{_NAME}: {error}{_advice(error)}")
        return exit_code(error)
    else:
        return code
    finally:
        _let_go()


def _let_go() -> None:
    """Print what waits; where that cannot be, it goes nowhere, so that Python does not complain at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _advice(error: ClientError) -> str:
    is_absent = isinstance(error, DisconnectedError) and str(error).startswith("no INDI server at")
    return "\nStart one with lightapt-server, or name it with --server HOST:PORT." if is_absent else ""


async def _stoppable(running: Coroutine[Any, Any, ExitCode]) -> ExitCode:
    """Run a subcommand; SIGTERM cancels it, as Ctrl-C does, so that it can stop what it has begun.

    What its tasks raise comes out of their group, if it is nothing but what people are told.
    """
    task = asyncio.current_task()
    if sys.platform != "win32" and task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await running
    except ExceptionGroup as group:
        errors = list(_leaves(group))
        if not all(isinstance(error, BrokenPipeError | CommandError | ClientError) for error in errors):
            raise
        raise errors[0] from None


def _leaves(error: Exception) -> Iterator[Exception]:
    """Yield what is in a group, and in the groups in it; an error that is no group is itself that."""
    if not isinstance(error, ExceptionGroup):
        yield error
        return
    for inner in cast("ExceptionGroup[Exception]", error).exceptions:
        yield from _leaves(inner)


# Words.


def _parsers(name: str) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """Return the program's parser and that of the subcommand; of the others only their names are in it."""
    parser = argparse.ArgumentParser(
        prog=_NAME,
        description="Control any INDI server from a shell.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
    )
    parser.add_argument("--help", action="help", help="show this help")
    parser.add_argument("--version", action="version", version=f"{_NAME} {_version()}")
    commands = parser.add_subparsers(metavar="COMMAND", title="commands", prog=_NAME)
    chosen = parser
    for other, command in COMMANDS.items():
        subparser = commands.add_parser(
            other, help=command.help, formatter_class=argparse.RawDescriptionHelpFormatter, add_help=False
        )
        if other == name:
            chosen = _filled(subparser, _module(name))
    for other, words in PROGRAMS.items():
        commands.add_parser(other, help=words, add_help=False)
    return parser, chosen


def _filled(parser: argparse.ArgumentParser, module: _Module) -> argparse.ArgumentParser:
    parser.description = module.__doc__
    module.add_arguments(parser)
    parser.add_argument("-v", "--verbose", action="store_true", help="tell what goes on, on stderr")
    parser.add_argument("--help", action="help", help="show this help")
    return parser


def _module(name: str) -> _Module:
    return cast("_Module", import_module(f".{COMMANDS[name].module}", __package__))


def _version() -> str:
    from importlib.metadata import version

    return version("lightapt-server")


def _chosen(argv: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the name of the subcommand; empty where there is none."""
    words = environment.get("COMP_LINE", "").split()[1:] if _COMPLETION in environment else argv
    return next((word for word in words[:1] if not word.startswith("-")), "")


def _help_wanted(argv: list[str]) -> list[str]:
    """Return the arguments, where ``-h`` without a host behind it asks for help."""
    return [*argv[:-1], "--help"] if argv[-1:] == ["-h"] else argv


def _program(name: str) -> str | None:
    """Return the path of the program ``lightapt-NAME``: one beside this Python comes first."""
    if not name.replace("-", "").isalnum():
        return None
    return shutil.which(f"{_NAME}-{name}", path=str(Path(sys.executable).parent)) or shutil.which(f"{_NAME}-{name}")


def _complete(parser: argparse.ArgumentParser) -> NoReturn:
    import argcomplete

    argcomplete.autocomplete(parser, append_space=False, always_complete_options=False)
    raise SystemExit(ExitCode.DONE)
