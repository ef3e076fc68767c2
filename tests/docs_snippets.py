"""Markdown pages as data: their fenced blocks, the commands in these, their links, anchors and tables."""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PAGES", "ROOT", "Block", "Command", "anchors", "blocks", "commands", "links", "table"]

ROOT = Path(__file__).resolve().parent.parent
PAGES = tuple(sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]))

_FENCE = re.compile(r"(?P<indent> *)```(?P<language>\w*) *(?P<mark>\w*)$")
_LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"#+ +(.*)")
_SHELL = ("console", "sh")
_PROMPT = "$ "
_OPERATORS = frozenset({"|", "||", "&", "&&", ";", ">", ">>", "<"})


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block.

    Attributes:
        page: Where it stands.
        line: The number of its first line.
        language: The first word behind the fence.
        mark: The second, as `run`.
        text: What is between the fences, without their indentation.
    """

    page: Path
    line: int
    language: str
    mark: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


@dataclass(frozen=True, slots=True)
class Command:
    """A shell command of a block.

    Attributes:
        block: Where it stands.
        line: As written, without the prompt.
        words: Up to the first operator of the shell.
        target: The file to which its output goes, if any.
    """

    block: Block
    line: str
    words: tuple[str, ...]
    target: str

    @property
    def program(self) -> str:
        """The name of the program, without its folder."""
        return self.words[0].rpartition("/")[2]

    def __str__(self) -> str:
        return f"{self.block.page.relative_to(ROOT)}: {self.line}"


def blocks(page: Path, *languages: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page in these languages, or in any."""
    opened: re.Match[str] | None = None
    first, lines = 0, list[str]()
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if opened is None:
            opened, first, lines = _FENCE.match(line), number + 1, []
        elif line.strip() == "```":
            if not languages or opened["language"] in languages:
                yield Block(page, first, opened["language"], opened["mark"], "\n".join(lines) + "\n")
            opened = None
        else:
            lines.append(line.removeprefix(opened["indent"]))
    assert opened is None, f"{page}: a fence is not closed"


def commands(page: Path) -> Iterator[Command]:
    """Yield the commands of the shell blocks of a page."""
    for block in blocks(page, *_SHELL):
        for line in block.text.splitlines():
            if block.language == "sh":
                yield _command(block, line)
            elif line.startswith(_PROMPT):
                yield _command(block, line.removeprefix(_PROMPT))


def _command(block: Block, line: str) -> Command:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = list(lexer)
    end = next((place for place, word in enumerate(words) if word in _OPERATORS), len(words))
    if words[end : end + 1] == [">"] and words[end - 1] == "2":  # 2> is one word to a shell
        del words[end - 1]
        end -= 1
    target = words[words.index(">") + 1] if ">" in words else ""
    return Command(block, line, tuple(words[:end]), target)


def _prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return re.sub(r"(?ms)^ *```.*?^ *```$", "", page.read_text(encoding="utf-8"))


def links(page: Path) -> Iterator[str]:
    """Yield where the links and pictures of a page lead."""
    yield from _LINK.findall(_prose(page))


def anchors(page: Path) -> set[str]:
    """Return the anchors that forges make of the headings of a page."""
    return {_slug(found[1]) for line in _prose(page).splitlines() if (found := _HEADING.match(line))}


def _slug(heading: str) -> str:
    kept = "".join(c for c in heading.lower() if c in " -_" or unicodedata.category(c)[0] in "LN")
    return kept.strip().replace(" ", "-")


def table(page: Path, heading: str) -> dict[str, list[str]]:
    """Return the first table under a heading: what is in its first column → its other cells."""
    section = re.split(rf"(?m)^#+ {re.escape(heading)}$", page.read_text(encoding="utf-8"), maxsplit=1)[1]
    rows = re.search(r"(?m)(?:^\|.*\n)+", section)
    assert rows, f"{page}: no table under {heading!r}"
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in rows[0].splitlines()[2:]]
    return {first.strip("`"): others for first, *others in cells}
