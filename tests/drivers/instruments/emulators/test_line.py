"""A line has an emulator behind it, faults on demand, and a plug to pull."""

import os
import threading
from contextlib import contextmanager

import pytest

from lightapt_drivers.instruments.emulators.faults import Garbage, Half, Slow
from lightapt_drivers.instruments.emulators.line import Line

PATIENCE = 20.0


class Parrot:
    """An instrument that answers each command with its letter and the time."""

    def answer(self, data, now):
        return data.strip(b":#") + f"{now:g}#".encode() if data.endswith(b"#") else b""


@contextmanager
def opened(line):
    near = os.open(line.address, os.O_RDWR | os.O_NOCTTY)
    try:
        yield near
    finally:
        os.close(near)


def ask(near, command):
    os.write(near, command)
    answer = b""
    while not answer.endswith(b"#"):
        answer += os.read(near, 100)
    return answer


def test_questions_are_answered_by_the_clock_that_is_given():
    with Line(Parrot(), clock=lambda: 5.0) as line, opened(line) as near:
        assert ask(near, b":A#") == b"A5#"
        assert ask(near, b":B#") == b"B5#"


def test_one_who_comes_later_is_answered_too():
    with Line(Parrot(), clock=lambda: 5.0) as line:
        for _ in range(2):
            with opened(line) as near:
                assert ask(near, b":A#") == b"A5#"


def test_faults_spoil_one_answer_each():
    with Line(Parrot(), clock=lambda: 5.0) as line, opened(line) as near:
        line.spoil(Garbage(b"?#"), Garbage(b"!#"))
        assert [ask(near, b":A#") for _ in range(3)] == [b"?#", b"!#", b"A5#"]


def test_a_lasting_fault_lasts_until_it_is_taken_away():
    with Line(Parrot(), clock=lambda: 5.0) as line, opened(line) as near:
        line.spoil_all(Garbage(b"?#"))
        assert [ask(near, b":A#") for _ in range(3)] == [b"?#"] * 3
        line.spoil_all(None)
        assert ask(near, b":A#") == b"A5#"


def test_silence_takes_no_fault():
    with Line(Parrot(), clock=lambda: 5.0) as line, opened(line) as near:
        line.spoil(Garbage(b"?#"))
        os.write(near, b":not whole")
        assert ask(near, b":A#") == b"?#"


def test_answers_stay_in_order_however_late():
    class Listener(Parrot):
        heard = threading.Event()

        def answer(self, data, now):
            self.heard.set()
            return super().answer(data, now)

    with Line(Listener(), clock=lambda: 5.0) as line, opened(line) as near:
        line.spoil(Slow(0.05))
        os.write(near, b":A#")
        assert Listener.heard.wait(PATIENCE)
        os.write(near, b":B#")
        answers = b""
        while answers.count(b"#") < 2:
            answers += os.read(near, 100)
        assert answers == b"A5#B5#"


def test_pulling_the_plug_hangs_up_and_takes_the_port_away():
    line = Line(Parrot())
    with line, opened(line) as near:
        address = line.address
        line.unplug()
        assert not os.path.exists(address)
        with pytest.raises(OSError, match=r".+"):
            os.write(near, b":A#")
    assert line.address == ""


def test_plugged_in_again_it_is_found_by_its_link(tmp_path):
    link = tmp_path / "usb-Mount-if00"
    with Line(Parrot(), link=link, clock=lambda: 5.0) as line:
        assert line.address == str(link)
        line.unplug()
        assert not link.is_symlink()
        line.plug()
        with opened(line) as near:
            assert ask(near, b":A#") == b"A5#"
    assert not link.is_symlink()


def test_no_thread_is_left():
    before = set(threading.enumerate())
    with Line(Parrot()) as line:
        line.spoil(Half())
    line.unplug()
    assert set(threading.enumerate()) == before
