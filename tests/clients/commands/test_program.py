"""The program: subcommands, errors, exit codes, completion."""

import io
import json
import logging
import os
import subprocess
import sys

import pytest

from lightapt_clients import MissingError
from lightapt_clients.commands import COMMANDS, program
from lightapt_clients.commands.exits import CommandError, ExitCode
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


class Raising:
    """A subcommand whose tasks fail."""

    __doc__ = "words"

    def __init__(self, *errors):
        self._errors = errors

    def add_arguments(self, parser):
        pass

    async def run(self, options, console):
        raise ExceptionGroup("tasks", [ExceptionGroup("more", list(self._errors))])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BrokenPipeError(), ExitCode.BROKEN_PIPE),
        (CommandError("words", ExitCode.TROUBLE), ExitCode.TROUBLE),
        (MissingError("words"), ExitCode.NO),
    ],
)
def test_what_tasks_raise_is_told_as_ever(error, code, monkeypatch, capfd):
    monkeypatch.setattr(program, "_module", lambda _: Raising(error))
    with open(os.devnull, "w") as out:
        monkeypatch.setattr("sys.stdout", out)
        assert main(["get"]) == code
    assert capfd.readouterr().err == ("" if code is ExitCode.BROKEN_PIPE else "lightapt: words\n")


def test_a_fault_in_a_task_is_not_hidden_by_another(monkeypatch):
    monkeypatch.setattr(program, "_module", lambda _: Raising(CommandError("words"), ValueError("wrong")))
    with pytest.raises(ExceptionGroup):
        main(["get"])


def test_an_interrupt_while_it_is_being_loaded_is_quiet(monkeypatch, capfd):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "_module", interrupted)
    assert main(["get"]) == ExitCode.INTERRUPTED
    assert capfd.readouterr() == ("", "")


def test_options_may_stand_between_and_a_minus_behind_dashes(capsys):
    assert main(["eval", "1", "-f"]) == ExitCode.DONE
    assert main(["eval", "-f", "--", "-1+1"]) == ExitCode.NO
    assert capsys.readouterr().out == "1\n0\n"


@pytest.mark.parametrize("words", [["get", ""], ["watch", "Mount", ""], ["eval", '"" == 1']])
def test_a_name_that_is_empty_is_wrong_usage(words, capsys):
    try:
        code = main(words)
    except SystemExit as ended:
        code = ended.code
    assert code == 2
    assert "names nothing" in capsys.readouterr().err


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


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full disk here")
def test_a_full_disk_is_one_line(capfd):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [script("lightapt"), "eval", "-f", "1"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == ExitCode.TROUBLE
    assert done.stderr == "lightapt: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])  # the latter where there is no locale
def test_characters_that_the_output_lacks_are_printed_in_another_way(errors, monkeypatch):
    class Printing:
        def add_arguments(self, parser):
            pass

        async def run(self, options, console):
            console.say("20 °C")
            return ExitCode.DONE

    monkeypatch.setattr(program, "_module", lambda _: Printing())
    data = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(data, encoding="ascii", errors=errors))
    assert main(["get"]) == ExitCode.DONE
    assert data.getvalue() == b"20 \\xb0C\n"


def test_what_is_logged_does_not_steer_the_terminal():
    record = logging.LogRecord("x", logging.WARNING, "", 0, "a\x1bb", (), None)
    assert program._Words().format(record) == "lightapt: a\\x1bb"


def test_the_help_is_80_columns_wide(capsys):
    main([])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80
