"""The generated parts of the reference: `python -m tests.docs_generated` writes them anew."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout, suppress
from pathlib import Path
from unittest import mock

from lightapt_clients.commands import COMMANDS
from lightapt_clients.commands import program as tools
from lightapt_protocol.grammar import describe
from lightapt_server import arguments
from lightapt_server.indiserver_arguments import USAGE

from . import docs_simulators
from .docs_snippets import ROOT

__all__ = ["REFERENCE", "parts", "written"]

REFERENCE = ROOT / "docs" / "reference"
COMMAND = "python -m tests.docs_generated"

_PART = re.compile(r"(?s)(<!-- generated: ([^>]+) -->\n).*?(<!-- /generated -->)")


def parts() -> Mapping[Path, Mapping[str, str]]:
    """Page → what belongs between its marks, by their names."""
    return {
        REFERENCE / "command-line.md": {
            "lightapt-server": _text(_help()),
            "lightapt-server drivers": _text(_help("drivers")),
            "lightapt-indiserver": _text(USAGE),
            "built-in drivers": _text(docs_simulators.options()),
        },
        REFERENCE / "command-line-tools.md": {
            "lightapt": _text(_tool_help()),
            **{f"lightapt {name}": _text(_tool_help(name)) for name in COMMANDS},
        },
        REFERENCE / "simulators.md": {
            "simulators": docs_simulators.overview(),
            "who watches whom": docs_simulators.snooped(),
            **{name: docs_simulators.own(name) for name in docs_simulators.SIMULATORS},
        },
        REFERENCE / "indi-language.md": {"language": describe()},
    }


def written(page: Path) -> Mapping[str, str]:
    """What stands between the marks of a page, by their names."""
    return {found[2]: found[0] for found in _PART.finditer(page.read_text(encoding="utf-8"))}


def _text(text: str) -> str:
    return f"```text\n{text}```\n"


def _help(*words: str) -> str:
    return _printed(lambda: arguments.read([*words, "--help"]), columns=80)


def _tool_help(*words: str) -> str:
    return _printed(lambda: tools.main([*words, "--help"]), columns=100)


def _printed(print_help: Callable[[], object], *, columns: int) -> str:
    with (
        mock.patch.dict(os.environ, {"COLUMNS": str(columns), "NO_COLOR": "1"}),
        redirect_stdout(io.StringIO()) as out,
        suppress(SystemExit),
    ):
        print_help()
    return out.getvalue()


def _rewrite(page: Path, contents: Mapping[str, str]) -> None:
    text = page.read_text(encoding="utf-8")
    page.write_text(_PART.sub(lambda found: found[1] + contents[found[2]] + found[3], text), encoding="utf-8")


def main(_: Sequence[str] = ()) -> None:
    """Write all parts anew."""
    for page, contents in parts().items():
        _rewrite(page, contents)


if __name__ == "__main__":
    main()
