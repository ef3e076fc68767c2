"""The replay as a program: started as INDI servers do, told what is wrong, and by hand."""

import os
import pty
import subprocess
import sys

import pytest

from lightapt_drivers.replaying.program import main
from lightapt_protocol.messages import DefNumberVector, PingRequest, SetBlobVector
from lightapt_protocol.shared_memory import pieces
from lightapt_protocol.writer import write
from tests.drivers.kit.server_ends import ASK, on_socket, told
from tests.real_programs import script
from tests.system.puppets import PATIENCE

from .scenes import CCD1, COORD, coord, element, file, picture

PATH = script("lightapt-replay")


@pytest.fixture
def night(tmp_path):
    return str(file(tmp_path / "night.indi", element(0, COORD), element(0, CCD1), element(9000, coord(5.0))))


def test_it_defines_the_devices_and_ends_with_its_input(night):
    said, log = told(PATH, night)
    assert "Replay" in {one.device for one in said}
    assert log == ""


def test_on_a_socket_pictures_come_in_shared_memory(tmp_path):
    data = bytes(range(256)) * 1000
    path = file(tmp_path / "night.indi", element(0, CCD1), picture(1, data), picture(2, data), element(3, COORD))
    with on_socket(PATH, str(path), "--speed", "max") as end:
        for _ in range(2):
            vector = end.until_of("Camera", "CCD1", SetBlobVector)
            assert vector.members[0].attached
            assert b"".join(map(bytes, pieces(end.descriptors.pop(), len(data)))) == data
            end.send(write(ping_of(end)).decode().replace("pingRequest", "pingReply"))
        assert end.until_of("Mount", "COORD", DefNumberVector)
        assert end.end() == 0


def ping_of(end):
    while not (pings := [one for one in end.said if isinstance(one, PingRequest)]):
        assert end.read(), "the driver ended"
    end.said.remove(pings[0])
    return pings[0]


def test_a_step_is_waited_for(night):
    with on_socket(PATH, night, "--step") as end:
        end.send(ASK.decode())
        assert end.until_of("Mount", "COORD", DefNumberVector).members[0].value == 1.0
        assert end.end() == 0


@pytest.mark.parametrize("content", [None, b"", b"something else"])
def test_a_file_that_cannot_be_played_is_named(content, tmp_path, caplog):
    path = tmp_path / "night.indi"
    if content is not None:
        path.write_bytes(content)
    _, log = told(PATH, str(path), code=2)
    assert "night.indi" in log
    assert ("no recording" if content is not None else "No such file") in log


def test_what_is_not_indi_ends_it(night):
    _, log = told(PATH, night, said=b"GET / HTTP/1.1\r\n\r\n", code=1)
    assert "not INDI" in log


@pytest.mark.parametrize("speed", ["0", "-1", "fast", "nan", "1e9"])
def test_a_speed_that_is_none_is_refused(speed, night, capsys):
    with pytest.raises(SystemExit):
        main([night, f"--speed={speed}"])
    assert "is no speed" in capsys.readouterr().err


def test_a_person_at_a_terminal_is_told_what_to_do(night):
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [PATH, night],
            stdin=theirs,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 2
    assert f"lightapt-server --driver 'replay {night}'" in done.stderr
    assert done.stdout == ""


def test_it_needs_no_numpy(night):
    code = f"import sys; sys.argv = ['x', {night!r}]; from lightapt_drivers.replaying.program import main; main()"
    code += "; assert 'numpy' not in sys.modules, 'numpy'"
    done = subprocess.run([sys.executable, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
