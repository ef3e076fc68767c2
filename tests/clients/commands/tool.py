"""A subcommand as a test runs it: inside the test's own loop, with its output caught."""

import argparse
import io
import json
from dataclasses import dataclass

from lightapt_clients import ClientError
from lightapt_clients.commands.console import Console
from lightapt_clients.commands.exits import CommandError, ExitCode, exit_code

__all__ = ["Done", "Terminal", "parsed", "run"]


class Terminal(io.StringIO):
    """What a person looks at."""

    def isatty(self):
        return True


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it."""

    code: ExitCode
    out: str
    err: str

    @property
    def records(self):
        return [json.loads(line) for line in self.out.splitlines()]


def parsed(module, *arguments):
    """Return what a command line is understood as."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    module.add_arguments(parser)
    return parser.parse_intermixed_args(arguments)


async def run(module, *arguments, address="localhost:1", err=None):
    """Run a subcommand."""
    options = parsed(module, *arguments, "--server", address)
    out, err = io.StringIO(), err or io.StringIO()
    try:
        code = await module.run(options, Console(out, err, is_json=options.json))
    except CommandError as error:
        print(error, file=err)
        code = error.code
    except ClientError as error:
        print(error, file=err)
        code = exit_code(error)
    return Done(code, out.getvalue(), err.getvalue())
