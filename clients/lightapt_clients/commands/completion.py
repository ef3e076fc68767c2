"""Print what makes a shell complete this program's arguments: commands, options, and the devices that are there.

For bash, in this shell and in those to come:

    eval "$(lightapt completion bash)"
    lightapt completion bash > ~/.local/share/bash-completion/completions/lightapt

For zsh put `eval "$(lightapt completion zsh)"` behind compinit in ~/.zshrc; for fish:

    lightapt completion fish > ~/.config/fish/completions/lightapt.fish
"""

from __future__ import annotations

import argparse

from .console import Console
from .exits import ExitCode

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the subcommand takes."""
    parser.add_argument("shell", choices=["bash", "zsh", "fish", "tcsh", "powershell"], help="which shell")


async def run(options: argparse.Namespace, console: Console) -> ExitCode:
    """Run the subcommand."""
    from argcomplete.shell_integration import shellcode

    code = shellcode(["lightapt"], shell=options.shell)
    console.say(code.replace("[=/:]", "[.=/:]"))  # nor is there a space behind a device's dot
    return ExitCode.DONE
