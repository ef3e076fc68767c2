"""The pages are true: every command, TOML and Python snippet, link, table and generated part of them."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from functools import partial
from pathlib import Path

import pytest

from lightapt_protocol.limits import Limits
from lightapt_server import config_file
from lightapt_server.arguments import read
from lightapt_server.catalog import CATALOG_FOLDERS, Catalog, NotInstalledError, UnknownDriverError
from lightapt_server.config import DriverSpec, HubConfig
from lightapt_server.fifo_grammar import parse_command
from lightapt_server.indiserver_arguments import read as read_indiserver

from . import docs_generated
from .docs_snippets import PAGES, ROOT, Block, Command, anchors, blocks, commands, links, table
from .real_programs import require
from .system.puppets import PATIENCE, eventually
from .system.rig import LIGHTAPT_SERVER, Stage, free_port

DOCS = ROOT / "docs"
CONFIGURATION = DOCS / "reference" / "configuration.md"
COMMANDS = [command for page in PAGES for command in commands(page)]
BIN = str(Path(sys.executable).parent)
# Programs of others that the pages use; ours, make and the FIFO's echo have tests of their own.
INDI_TOOLS = ("indi_getprop", "indi_setprop", "indi_eval")
FOREIGN = {"sudo", "mkdir", "ln", "ls", "kill", "wait", "ssh", "pip", "solve-field", *INDI_TOOLS}
TESTED = {"lightapt", "lightapt-server", "lightapt-indiserver", "indiserver", "make", "echo"}


def of(*programs: str) -> list[Command]:
    return [command for command in COMMANDS if command.program in programs]


def written_in(*languages: str) -> list[Block]:
    return [block for page in PAGES for block in blocks(page, *languages)]


def relative(page: Path) -> str:
    return str(page.relative_to(ROOT))


class ForgivingCatalog(Catalog):
    """Takes what is not on this machine: scripts of the reader's own, and INDI drivers where INDI is not installed."""

    def resolve(self, word: str) -> DriverSpec:
        try:
            return super().resolve(word if "./" not in word else "telescope")
        except NotInstalledError:
            return DriverSpec((word,), word)
        except UnknownDriverError:
            if any(folder.is_dir() for folder in CATALOG_FOLDERS):
                raise
            return DriverSpec((word,), word)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    try:
        yield stage
    finally:
        stage.close()


def understood(arguments: list[str]) -> None:
    """Let the command line be read; a configuration file that it names is there, and empty."""
    if "--config" in arguments:
        Path(arguments[arguments.index("--config") + 1]).touch()
    read(arguments, catalog=ForgivingCatalog())


@pytest.mark.parametrize("command", of("lightapt-server"), ids=str)
def test_command_lines_of_the_hub_are_understood(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    understood(list(command.words[1:]))


@pytest.mark.parametrize("command", of("lightapt-indiserver", "indiserver"), ids=str)
def test_command_lines_of_the_drop_in_are_understood(command: Command) -> None:
    read_indiserver(command.words[1:])


@pytest.mark.parametrize("command", of("make"), ids=str)
def test_make_targets_exist_and_their_arguments_are_understood(command: Command) -> None:
    makefile = (ROOT / "Makefile").read_text()
    target, *settings = command.words[1:]
    assert re.search(rf"(?m)^{target}:", makefile)
    for setting in settings:
        variable, _, value = setting.partition("=")
        assert f"$({variable})" in makefile
        if variable == "ARGS":
            understood(shlex.split(value))


@pytest.mark.parametrize("command", of("echo"), ids=str)
def test_what_is_written_to_a_fifo_is_a_command(command: Command) -> None:
    assert command.target.endswith("fifo")
    assert parse_command(command.words[1]) is not None


def test_no_page_calls_an_unknown_program() -> None:
    assert {command.program for command in COMMANDS} <= FOREIGN | TESTED


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_options_and_targets_named_in_the_text_exist(page: Path) -> None:
    helps = [DOCS / "reference" / name for name in ("command-line.md", "command-line-tools.md")]
    known = " ".join(block.text for help_page in helps for block in blocks(help_page, "text"))
    text = page.read_text()
    for option in re.findall(r"`(--[a-z-]+)", text):
        assert option in (*known.split(), "--name") or f"{option}," in known, option
    for target in re.findall(r"`make ([a-z-]+)", text):
        assert re.search(rf"(?m)^{target}:", (ROOT / "Makefile").read_text()), target


@pytest.mark.parametrize("block", written_in("toml"), ids=str)
def test_toml_is_a_configuration(block: Block, tmp_path: Path) -> None:
    path = tmp_path / "observatory.toml"
    path.write_text(block.text)
    assert config_file.load(path, resolve=ForgivingCatalog().resolve) != HubConfig()


@pytest.mark.parametrize("block", written_in("python"), ids=str)
def test_python_compiles(block: Block) -> None:
    compile(block.text, str(block), "exec")


@pytest.mark.system
@pytest.mark.parametrize("block", [block for block in written_in("python") if block.mark == "run"], ids=str)
def test_a_hub_in_a_program_serves_its_own_driver_and_its_child(block: Block, stage: Stage) -> None:
    pytest.importorskip("indipydriver")
    port = free_port()
    program = stage.folder / "observatory.py"
    assert "port=7624" in block.text
    program.write_text(block.text.replace("port=7624", f"port={port}"))
    search_path = os.pathsep.join([BIN, os.environ.get("PATH", os.defpath)])
    config = str(stage.folder / "config")
    hub = stage.run(sys.executable, str(program), PATH=search_path, XDG_CONFIG_HOME=config).listening_on(port)
    own, child = stage.client(hub, "own"), stage.client(hub, "child")
    own.send(b'<getProperties version="1.7" device="Thermometer"/>')
    own.expect(b"<defNumberVector")
    own.expect_match(rb"<oneNumber name=.CELSIUS.>4\.5")
    child.send(b'<getProperties version="1.7"/>')
    child.expect_match(rb"<def\w+ device=.CCD Simulator.")


@pytest.mark.system
@pytest.mark.timeout(400)
def test_the_first_night_goes_as_told(stage: Stage) -> None:
    for tool in INDI_TOOLS:
        require(tool)
    drivers = re.search(r"(?m)^ARGS \?= (.*)$", (ROOT / "Makefile").read_text())
    assert drivers
    command = [*LIGHTAPT_SERVER, "--port", "0", "-v", *shlex.split(drivers[1])]
    hub = stage.run(*command, XDG_CONFIG_HOME=str(stage.folder / "config")).listening()
    for block in blocks(DOCS / "tutorials" / "first-night.md", "console"):
        if "solve-field" in block.text:
            assert_solved(block, folder=stage.folder)
        elif "indi_" in block.text and "sudo" not in block.text:
            follow(block, folder=stage.folder, port=hub.port)


def assert_solved(block: Block, *, folder: Path) -> None:
    """See that a plate solver finds the place that a page tells; who has none may leave that out."""
    if shutil.which("solve-field") is None and os.environ.get("LIGHTAPT_CI") != "1":
        return
    script = block.text.splitlines()[0].removeprefix("$ ")
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, stdout=subprocess.PIPE, text=True, timeout=300, check=True
    )
    told, found = ([float(number) for number in re.findall(r"\d+\.\d+", text)] for text in (block.text, done.stdout))
    assert found == pytest.approx(told, abs=0.1)  # the sky moves on with the years


def follow(block: Block, *, folder: Path, port: int) -> None:
    """Type what a block says, and see that it answers so.

    A reader takes a second to type: a command may be asked again until its answer is the page's. A block with something
    in the background is one piece.
    """
    steps = [block.text] if " &\n" in block.text else re.findall(r"(?m)^\$ .*\n(?:(?!\$ ).*\n)*", block.text)
    for step in steps:
        lines = step.splitlines()
        script = "\n".join(line.removeprefix("$ ") for line in lines if line.startswith("$ "))
        answer = sorted(line for line in lines if not line.startswith("$ "))
        eventually(partial(answers, script, answer, folder=folder, port=port), f"{block}: {step}")


def answers(script: str, wanted: list[str], *, folder: Path, port: int) -> bool:
    """Run lines in a shell whose INDI tools know the port; say whether they print what is wanted, in any order."""
    ports = (f'{tool}() {{ command {tool} -p {port} "$@"; }}\n' for tool in INDI_TOOLS)
    command = ["bash", "-e", "-c", "".join(ports) + script]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, timeout=4 * PATIENCE, check=False)
    return done.returncode == 0 and sorted(done.stdout.splitlines()) == wanted


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        target, _, anchor = link.partition("#")
        if re.match(r"https?:", link):
            continue
        path = (page.parent / target).resolve() if target else page
        assert path.is_relative_to(ROOT), link
        assert path.exists(), link
        assert not anchor or anchor in anchors(path), link


def test_every_page_is_reached_from_the_readme() -> None:
    reached, new = set[Path](), {ROOT / "README.md"}
    while new:
        page = new.pop()
        reached.add(page)
        found = {(page.parent / link.partition("#")[0]).resolve() for link in links(page) if "://" not in link}
        new |= {path for path in found if path.suffix == ".md"} - reached
    assert set(PAGES) <= reached


@pytest.mark.parametrize("page", docs_generated.parts(), ids=relative)
def test_generated_parts_are_up_to_date(page: Path) -> None:
    written = docs_generated.written(page)
    assert written.keys() == docs_generated.parts()[page].keys()
    for name, text in docs_generated.parts()[page].items():
        # Pythons break the lines of a help text differently.
        assert text.split() == written[name].split()[4 + name.count(" ") : -3], f"run {docs_generated.COMMAND}"


def test_every_setting_has_a_key() -> None:
    read_elsewhere = {"limits", "drivers", "remotes"}
    only_of_the_drop_in = {"exit_with_last_driver"}
    with_key = {name for name, _ in config_file._SETTINGS.values()}
    assert with_key | read_elsewhere | only_of_the_drop_in == {field.name for field in fields(HubConfig)}
    assert {name for name, _ in config_file._LIMITS.values()} == {field.name for field in fields(Limits)}


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("Keys", config_file._SETTINGS),
        ("Limits", config_file._LIMITS),
        ("Drivers", config_file._DRIVER),
        ("Remotes", config_file._REMOTE),
    ],
)
def test_every_key_is_in_its_table(heading: str, keys: dict[str, object]) -> None:
    assert table(CONFIGURATION, heading).keys() == keys.keys()


def test_defaults_in_the_tables_are_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "defaults.toml"
    path.write_text("\n".join([*defaults("Keys"), "[limits]", *defaults("Limits")]))
    assert config_file.load(path, resolve=Catalog().resolve) == HubConfig()


def test_megabytes_named_in_the_text_are_the_defaults() -> None:
    actual = {key: default for key, (default, _) in table(CONFIGURATION, "Keys").items()}
    named = [found for page in PAGES for found in re.findall(r"(\d+) MB[\w ]*\(`--([\w-]+)`\)", page.read_text())]
    assert named
    assert [(f"`{number}`", key) for number, key in named] == [(actual[key], key) for _, key in named]


def defaults(heading: str) -> Iterator[str]:
    for key, (default, _) in table(CONFIGURATION, heading).items():
        if default != "none":
            yield f"{key} = {default.strip('`')}"


def test_defaults_of_a_driver_are_the_defaults() -> None:
    shown = {key: default for key, (default, _) in table(CONFIGURATION, "Drivers").items() if default.startswith("`")}
    spec = DriverSpec(("program",), "label")
    actual = {"arguments": "[]", "environment": "{}", "pipes": str(spec.pipes), "restart": str(spec.restart)}
    assert not spec.environment
    assert shown == {key: f"`{value.lower()}`" for key, value in actual.items()}


def test_the_readme_has_a_place_for_figures() -> None:
    assert re.search(r"(?s)<!-- benchmarks -->\n.+\n<!-- /benchmarks -->", (ROOT / "README.md").read_text())


def test_decisions_are_numbered_and_all_in_the_index() -> None:
    folder = DOCS / "explanation" / "decisions"
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [int(name[:4]) for name in records] == list(range(1, len(records) + 1))
    assert list(links(folder / "README.md")) == records
    for name in records:
        text = (folder / name).read_text()
        assert text.startswith(f"# {int(name[:4])}. ")
        assert all(f"**{part}**" in text or f"**{part}.**" in text for part in ("Status", "Context", "Decision"))


def test_every_dependency_has_its_reason() -> None:
    page = (DOCS / "explanation" / "decisions" / "0009-dependencies.md").read_text()
    named = {name.strip() for row in re.findall(r"(?m)^\|(.+)\|$", page) for name in re.split(r"[|,]", row)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    assert {re.split(r"[\[<>=;]", requirement)[0].strip() for requirement in wanted} <= named
