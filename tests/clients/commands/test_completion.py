"""The subcommand that prints what makes a shell complete."""

import subprocess

import pytest

from lightapt_clients.commands.program import main


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_words(shell, capsys):
    assert main(["completion", shell]) == 0
    assert "lightapt" in capsys.readouterr().out


def test_the_words_for_bash_are_bash(capsys):
    main(["completion", "bash"])
    subprocess.run(["bash", "-n"], input=capsys.readouterr().out, text=True, check=True)


def test_there_is_no_space_behind_a_device(capsys):
    main(["completion", "bash"])
    play = """
    compopt() { [[ $1 != -o ]] || echo "$@"; }
    lightapt() { echo -n 'Mount.' >&8; }
    _python_argcomplete lightapt
    """
    done = subprocess.run(["bash"], input=capsys.readouterr().out + play, text=True, stdout=subprocess.PIPE, check=True)
    assert "-o nospace" in done.stdout
