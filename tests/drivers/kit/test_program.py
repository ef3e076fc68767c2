"""Drivers as programs: started on pipes and on a socket, as servers do it, and ended."""

import io
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest
from astropy.io import fits

from lightapt_protocol.framing import BlobElement, Framer
from lightapt_protocol.messages import PingRequest, SetBlobVector
from lightapt_protocol.parser import parse, parse_blob
from lightapt_protocol.vocabulary import State
from tests.drivers.server_end import PATIENCE, new

DRIVERS = pytest.mark.parametrize(
    ("module", "device"), [("telescope", "Telescope Simulator"), ("ccd", "CCD Simulator")]
)
ASK = b'<getProperties version="1.7"/>'


def command(module, *arguments):
    return [sys.executable, "-m", f"lightapt_drivers.{module}", *arguments]


def environment(**more):
    return {name: value for name, value in os.environ.items() if name != "INDIDEV"} | more


def answers(data):
    framer = Framer()
    elements = framer.feed(data)
    assert framer.error is None
    return [parse_blob(one) if isinstance(one, BlobElement) else parse(one.raw) for one in elements]


def told(module, *arguments, said=ASK, code=0, **variables):
    """Return what a driver answers on pipes, until it has ended with the end of its input."""
    done = subprocess.run(
        command(module, *arguments),
        input=said,
        env=environment(**variables),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return answers(done.stdout), done.stderr.decode()


@contextmanager
def on_socket(module):
    """Start a driver on one socket, as indiserver does."""
    ours, theirs = socket.socketpair()
    ours.settimeout(PATIENCE)
    with ours:
        with theirs:
            child = subprocess.Popen(command(module), stdin=theirs, stdout=theirs, env=environment())
        with child:
            try:
                yield child, ours
            finally:
                child.kill()


def until(ours, wanted):
    """Return what comes up to a message that is wanted, and the descriptors that came beside it."""
    framer, said, descriptors = Framer(), [], []
    while not any(map(wanted, said)):
        data, more, *_ = socket.recv_fds(ours, 1 << 20, 16)
        assert data, "the driver ended"
        descriptors += more
        said += [parse_blob(one) if isinstance(one, BlobElement) else parse(one.raw) for one in framer.feed(data)]
    return said, descriptors


def is_done(message):
    return getattr(message, "name", "") == "CCD_EXPOSURE" and message.state is State.OK


@DRIVERS
def test_on_pipes_it_answers_and_ends_with_its_input(module, device):
    said, errors = told(module)
    assert {message.device for message in said} == {device}
    assert errors == ""


@DRIVERS
@pytest.mark.parametrize(
    ("arguments", "variables", "expected"),
    [
        ([], {"INDIDEV": "East"}, "East"),
        (["--name", "West"], {}, "West"),
        (["--name", "West"], {"INDIDEV": "East"}, "West"),
    ],
)
def test_it_is_called_what_one_calls_it(module, device, arguments, variables, expected):
    said, _ = told(module, *arguments, **variables)
    assert {message.device for message in said} == {expected}


def test_an_empty_name_in_the_environment_is_none():
    assert told("ccd", INDIDEV="")[0][0].device == "CCD Simulator"


@DRIVERS
def test_help_says_what_it_is(module, device):
    shown = subprocess.run(command(module, "--help"), capture_output=True, text=True, check=True, env=environment())
    assert f"lightapt-{module}" in shown.stdout
    assert "INDIDEV" in shown.stdout
    assert device in shown.stdout


def test_wrong_usage_is_exit_code_2():
    _, errors = told("ccd", "--nonsense", code=2)
    assert "--nonsense" in errors


def test_input_that_is_not_xml_ends_it_with_a_word_and_no_traceback():
    _, errors = told("telescope", said=b"<getProperties <<", code=1)
    assert "not INDI" in errors
    assert "Traceback" not in errors


def test_a_picture_goes_down_a_pipe():
    connect = new("Switch", "CCD Simulator", "CONNECTION", CONNECT="On")
    expose = new("Number", "CCD Simulator", "CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0)
    with subprocess.Popen(
        command("ccd"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), bufsize=0
    ) as child:
        child.stdin.write((connect + expose).encode())
        framer, said = Framer(), []
        while not any(map(is_done, said)):
            data = child.stdout.read(1 << 20)
            assert data, "the driver ended"
            said += [parse_blob(one) if isinstance(one, BlobElement) else parse(one.raw) for one in framer.feed(data)]
        child.stdin.close()
        assert child.wait(PATIENCE) == 0
    blob = next(message for message in said if isinstance(message, SetBlobVector)).members[0]
    assert not any(isinstance(message, PingRequest) for message in said)
    with fits.open(io.BytesIO(blob.data)) as units:
        assert units[0].data.shape == (1024, 1280)


def test_a_picture_goes_in_shared_memory_beside_a_socket():
    connect = new("Switch", "CCD Simulator", "CONNECTION", CONNECT="On")
    expose = new("Number", "CCD Simulator", "CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0)
    with on_socket("ccd") as (child, ours):
        ours.sendall((connect + expose).encode())
        said, (descriptor,) = until(ours, is_done)
        ours.shutdown(socket.SHUT_WR)
        assert child.wait(PATIENCE) == 0
    blob = next(message for message in said if isinstance(message, SetBlobVector)).members[0]
    assert (blob.attached, blob.length) == (True, blob.size)
    with os.fdopen(descriptor, "rb") as file, fits.open(io.BytesIO(file.read(blob.size))) as units:
        assert units[0].data.shape == (1024, 1280)


@DRIVERS
def test_a_server_that_vanishes_ends_it(module, device):
    with on_socket(module) as (child, ours):
        ours.sendall(ASK * 100)
        ours.close()
        assert child.wait(PATIENCE) == 0


def test_an_interrupt_ends_it_without_a_traceback():
    with subprocess.Popen(
        command("telescope"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as child:
        child.stdin.write(ASK)
        child.stdin.flush()
        assert child.stdout.read(1) == b"<"
        child.send_signal(signal.SIGINT)
        _, errors = child.communicate(timeout=PATIENCE)
    assert (child.returncode, errors) == (130, b"")


@DRIVERS
def test_nothing_heavy_is_loaded_before_it_is_needed(module, device):
    code = f"import sys, lightapt_drivers.{module}; print(sorted({{'numpy', 'astropy'}} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"
