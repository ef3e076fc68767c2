from __future__ import annotations

import io
import logging
import os
import threading

import pytest

from lightapt_server.log_writer import _MOST_LINES, LogWriter


def record(text: str) -> logging.LogRecord:
    return logging.LogRecord("x", logging.INFO, __file__, 1, text, None, None)


def test_lines_are_written_in_order_by_the_end() -> None:
    stream = io.StringIO()
    writer = LogWriter(stream)
    for serial in range(100):
        writer.emit(record(str(serial)))
    writer.finish()
    assert stream.getvalue().split() == [str(serial) for serial in range(100)]


def test_a_stream_that_nobody_reads_blocks_nobody_and_what_is_left_out_is_counted() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as stream, os.fdopen(reading) as reader:
        writer = LogWriter(stream)
        for serial in range(2 * _MOST_LINES):
            writer.emit(record(f"{serial} " + "x" * 200))
        lines = iter(reader.readline, "")
        assert next(lines).startswith("0 ")
        assert any("lines left out: nobody read them" in line for line in lines)
        writer.emit(record("the last"))
        assert any(line == "the last\n" for line in lines)
        writer.finish()


def test_a_closed_stream_ends_the_writing_only() -> None:
    stream = io.StringIO()
    stream.close()
    writer = LogWriter(stream)
    writer.emit(record("one"))
    writer.finish()
    writer.emit(record("two"))


def test_a_machine_that_stands_still_at_the_end_costs_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    is_going_on = threading.Event()

    class Waiting(io.StringIO):
        def write(self, text: str) -> int:
            assert is_going_on.wait(60)
            return super().write(text)

    stream = Waiting()
    writer = LogWriter(stream)
    join = writer._thread.join

    def join_after_a_standstill(timeout: float | None = None) -> None:
        """Return for the first time as if all of the time had passed, in which nobody could do anything."""
        if is_going_on.is_set():
            join(60)
        is_going_on.set()

    monkeypatch.setattr(writer._thread, "join", join_after_a_standstill)
    writer.emit(record("the last"))
    writer.finish()
    assert stream.getvalue() == "the last\n"
