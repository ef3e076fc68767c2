"""Commands from a FIFO, as they come."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lightapt_server.config import ConfigError
from lightapt_server.fifo import FifoReader
from lightapt_server.fifo_grammar import Start, Stop


def obeyed(path: Path, write: Callable[[int], None], *, until: int) -> list[str]:
    """Read a FIFO until so many commands have come; return their targets."""

    async def run() -> list[str]:
        done, targets = asyncio.Event(), []

        def obey(command: Start | Stop) -> None:
            targets.append(command.spec.label if isinstance(command, Start) else str(command.target))
            if len(targets) == until:
                done.set()
            if targets[-1] == "trouble":
                raise ConfigError("there is trouble")

        reader = FifoReader(path, obey)
        descriptor = os.open(path, os.O_WRONLY)
        try:
            async with asyncio.timeout(60):
                await asyncio.to_thread(write, descriptor)
                await done.wait()
        finally:
            os.close(descriptor)
            reader.close()
        return targets

    return asyncio.run(run())


def test_a_fifo_that_is_missing_is_made_and_stays_open_between_writers(tmp_path: Path) -> None:
    path = tmp_path / "fifo"

    def write(_: int) -> None:
        for name in "abc":
            with path.open("w") as file:
                file.write(f"start {name}\n")

    assert obeyed(path, write, until=3) == ["a", "b", "c"]


def test_lines_may_come_in_pieces_or_many_at_once(tmp_path: Path) -> None:
    def write(descriptor: int) -> None:
        for piece in (b"sta", b"rt a\nstop", b" b\n\n# nothing\nstart c\n"):
            os.write(descriptor, piece)

    assert obeyed(tmp_path / "fifo", write, until=3) == ["a", "b", "c"]


def test_what_is_no_command_is_logged_once_and_the_next_one_counts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def write(descriptor: int) -> None:
        os.write(descriptor, b"begin a\n\xff\xfe\nstart trouble\nstart b\n")

    assert obeyed(tmp_path / "fifo", write, until=2) == ["trouble", "b"]
    lines = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert [line.count("FIFO") for line in lines] == [1, 1, 1]
    assert lines[2] == "FIFO: there is trouble"


def test_a_line_without_end_is_dropped(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def write(descriptor: int) -> None:
        os.write(descriptor, b"x" * 200_000 + b"\nstart b\n")

    assert obeyed(tmp_path / "fifo", write, until=1) == ["b"]
    assert "a line of more than 65536 bytes is ignored" in caplog.text


@pytest.mark.parametrize("name", ["file", "folder/none"])
def test_what_cannot_be_a_fifo_is_an_error_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")

    async def run() -> None:
        FifoReader(tmp_path / name, lambda _: None)

    with pytest.raises(ConfigError, match=r"file is no FIFO|none cannot be opened: No such file"):
        asyncio.run(run())
