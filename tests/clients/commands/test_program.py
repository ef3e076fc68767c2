"""The program: subcommands, errors, exit codes, completion."""

import json
import os
import subprocess
import sys

import pytest

from lightapt_clients.commands import COMMANDS
from lightapt_clients.commands.exits import ExitCode
from lightapt_clients.commands.program import main
from tests.real_programs import script

OWN = ("devices", "connect", "disconnect", "get", "set", "watch", "eval", "completion")


@pytest.mark.parametrize("name", OWN)
def test_every_subcommand_has_a_long_help(name, capsys):
    with pytest.raises(SystemExit) as caught:
        main([name, "--help"])
    assert caught.value.code == 0
    assert COMMANDS[name].help
    assert f"lightapt {name}" in capsys.readouterr().out


def test_without_a_command_the_commands_are_listed(capsys):
    assert main([]) == ExitCode.TROUBLE
    assert "devices" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["rubbish"], ["get", "--rubbish"], ["get", "-t", "x"], ["get", "-p", "x"]])
def test_wrong_usage_is_trouble(words, capsys):
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == ExitCode.TROUBLE
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["get", "--server", "127.0.0.1:1"], ["get", "--server", "a b"], ["eval", "1+"], ["set", "x"], ["set"]]
)
def test_trouble_is_told_in_words(words, capsys):
    assert main(words) == ExitCode.TROUBLE
    assert capsys.readouterr().err.startswith("lightapt: ")


def test_no_server_says_how_to_start_one(capsys):
    main(["get", "--server", "127.0.0.1:1"])
    assert "lightapt-server" in capsys.readouterr().err


def test_options_may_stand_between_and_a_minus_behind_dashes(capsys):
    assert main(["eval", "1", "-f"]) == ExitCode.DONE
    assert main(["eval", "-f", "--", "-1+1"]) == ExitCode.NO
    assert capsys.readouterr().out == "1\n0\n"


def test_nothing_heavy_is_loaded_before_it_is_used():
    code = "import sys, lightapt_clients.commands.get, lightapt_clients.commands.program; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "rich", "textual", "zstandard", "astropy", "argcomplete"} & set(done.stdout.split())


def complete(line):
    """Return what bash would offer at the end of a line."""
    words = f"""
        eval "$({script("lightapt")} completion bash)"
        COMP_LINE={json.dumps(line)} COMP_POINT={len(line)} COMP_TYPE=9 COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
        _python_argcomplete lightapt; printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    done = subprocess.run(["bash", "-c", words], capture_output=True, text=True, check=True, env={"PATH": path})
    return done.stdout.split("\n")[:-1], done.stderr


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("lightapt wat", ["watch"]),
        ("lightapt get --js", ["--json"]),
        ("lightapt connect --server 127.0.0.1:1 A", [""]),
    ],
)
def test_bash_completes(line, found):
    assert complete(line) == (found, "")
