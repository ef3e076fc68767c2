"""The load process: many clients of one server, driven line by line."""

from __future__ import annotations

import contextlib
import enum
import subprocess
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .puppets import Emission


class Tag(enum.Enum):
    """What a client counts."""

    SET = "set"
    DEF = "def"
    NEW = "new"
    DEL = "del"
    PING = "ping"
    PICTURE = "picture"


class LoadError(Exception):
    """A client was cut off, or waited in vain."""

    def __init__(self, command: str, answer: str) -> None:
        super().__init__(f"{command}: {answer or 'the load process ended'}")
        self.command = command
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Span:
    """The clients from `first` to `last - 1` of one load process."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class Pace:
    """How far the driver may run ahead of the slowest reader: `window` messages, ordered `step` at a time."""

    window: int
    step: int


ONE_BY_ONE = Pace(1, 1)


class Load:
    """A running load process. Every method but `start` returns when its command is done.

    Raises (all methods):
        LoadError: A client was cut off, or what it waits for did not come.
    """

    def __init__(self, commands: IO[str], answers: IO[str]) -> None:
        self._commands = commands
        self._answers = answers
        self._started = ""

    def start(self, command: str) -> None:
        """Begins a command and returns; `finish` must follow."""
        self._started = command
        self._commands.write(f"{command}\n")
        self._commands.flush()

    def finish(self) -> list[str]:
        """The words of the answer to the command under way."""
        status, _, answer = self._answers.readline().strip().partition(" ")
        if status != "ok":
            raise LoadError(self._started, answer)
        return answer.split()

    def do(self, command: str) -> list[str]:
        """Runs one command; the words of its answer."""
        self.start(command)
        return self.finish()

    def open_tcp(self, port: int) -> Span:
        """One more client."""
        return _alone(self.do(f"open tcp {port}"))

    def open_unix(self, name: str) -> Span:
        """One more client, on the local socket."""
        return _alone(self.do(f"open unix {name}"))

    def send(self, span: Span, text: str) -> None:
        """Sends `text`, one line, from each client."""
        self.do(f"send {span} {text}")

    def set_reading(self, span: Span, reading: bool) -> None:
        """Whether the clients read what the server sends."""
        self.do(f"reading {span} {int(reading)}")

    def forget(self) -> None:
        """Sets all counts to zero."""
        self.do("forget")

    def wait(self, span: Span, tag: Tag, count: int) -> float:
        """Waits until each client has counted `count`; the seconds that it took."""
        return float(self.do(f"await {span} {tag.value} {count}")[0])

    def counts(self, span: Span, tag: Tag) -> list[int]:
        """What each client has counted."""
        return [int(word) for word in self.do(f"counts {span} {tag.value}")]

    def drive(self, readers: Span, emission: Emission, total: int, *, pace: Pace = ONE_BY_ONE, size: int = 0) -> float:
        """The first of `readers` orders messages until all have read `total`; the seconds that it took.

        The counts are forgotten before.
        """
        self.forget()
        return float(self.do(drive_command(readers, emission, total, pace=pace, size=size))[0])

    def end_drive(self) -> int:
        """Ends an endless drive that was started; how many messages were ordered."""
        self._commands.write("\n")
        self._commands.flush()
        return int(self.finish()[1])

    def ping(self, client: Span, count: int, *, pause_us: int) -> list[float]:
        """Round trips of a client's pings, in microseconds."""
        return [float(word) for word in self.do(f"ping {client.first} {count} {pause_us}")]

    def upload(self, client: Span, count: int, *, size: int) -> float:
        """Sends pictures to the driver; the seconds until it has reported the last."""
        return float(self.do(f"upload {client.first} {size} {count}")[0])


def drive_command(readers: Span, emission: Emission, total: int, *, pace: Pace, size: int) -> str:
    """The command line behind `Load.drive`; a `total` of 0 has no end until the next line comes."""
    return f"drive {readers.first} {readers} {int(emission)} {total} {pace.window} {pace.step} {size}"


def _alone(answer: list[str]) -> Span:
    number = int(answer[0])
    return Span(number, number + 1)


@contextlib.contextmanager
def running(program: Path, *, patience: float) -> Generator[Load]:
    """A load process; it has ended afterwards. A wait longer than `patience` seconds is an error."""
    process = subprocess.Popen(
        [program, str(patience)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Load(process.stdin, process.stdout)
    finally:
        process.kill()
        process.communicate()
