"""Drivers as programs: started on pipes and on a socket, as servers do it, and ended."""

import os
import signal
import subprocess
import sys

import pytest

from lightapt_protocol.framing import Framer
from lightapt_protocol.messages import Definition, PingReply, PingRequest, SetBlobVector, SetNumberVector
from lightapt_protocol.shared_memory import pieces
from lightapt_protocol.vocabulary import State
from lightapt_protocol.writer import write
from tests.drivers.kit.scenes import PATIENCE, new
from tests.drivers.kit.server_ends import ASK, command, environment, messages, on_socket, told

MEGABYTE = 1_000_000


def devices(said):
    return {message.device for message in said}


def picture(megabytes):
    return bytes(range(200)) * int(megabytes * MEGABYTE / 200)


def shoot(device, megabytes):
    return new("Number", device, "SHOOT", MEGABYTES=megabytes)


def connect(device):
    return new("Switch", device, "CONNECTION", CONNECT="On")


def tick(count):
    return new("Number", "Clock", "TICK", COUNT=count)


def take_long(end):
    """Have the thermostat do what takes its time, and see that it has begun to."""
    end.connect("Thermostat")
    end.send(new("Number", "Thermostat", "LONG", SECONDS=1000), ASK.decode())
    end.until_of("Thermostat", "LONG", SetNumberVector)
    end.until_of("Thermostat", "LONG", Definition)
    end.sync()


# Its command line.


def test_on_pipes_it_answers_and_ends_with_its_input():
    said, log = told("thermostat")
    assert devices(said) == {"Thermostat"}
    assert log == ""


def test_several_devices_answer_on_one_line():
    assert devices(told("cameras")[0]) == {"Left", "Right", "Clock"}


@pytest.mark.parametrize(
    ("arguments", "variables", "expected"),
    [
        ([], {}, "Thermostat"),
        ([], {"INDIDEV": ""}, "Thermostat"),
        ([], {"INDIDEV": "East"}, "East"),
        (["--name", "West"], {}, "West"),
        (["--name", "West"], {"INDIDEV": "East"}, "West"),
    ],
)
def test_it_is_called_what_one_calls_it(arguments, variables, expected):
    said, _ = told("thermostat", *arguments, **variables)
    assert devices(said) == {expected}


def test_help_says_what_it_is():
    shown = subprocess.run(
        command("thermostat", "--help"), capture_output=True, text=True, check=True, env=environment()
    ).stdout
    for word in ("test-thermostat", "A thermostat for tests:", "INDIDEV", "Thermostat", "--heat"):
        assert word in shown
    assert "Only the first line" not in shown


def test_options_of_its_own_are_taken():
    _, log = told("thermostat", "--heat", "2.5", said=connect("Thermostat").encode())
    assert "INFO heats at 2.5" in log


@pytest.mark.parametrize("arguments", [["--nonsense"], ["--heat", "much"], ["more"]])
def test_wrong_usage_is_exit_code_2(arguments):
    _, log = told("thermostat", *arguments, code=2)
    assert arguments[0] in log
    assert "Traceback" not in log


def test_nothing_heavy_is_loaded_before_it_is_needed():
    heavy = "{'numpy', 'astropy', 'erfa', 'serial', 'alpaca'}"
    code = f"import sys, lightapt_drivers; print(sorted({heavy} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"


# Its end.


def test_input_that_is_not_xml_ends_it_with_a_word_and_no_traceback():
    _, log = told("thermostat", said=b"<getProperties <<", code=1)
    assert "what came is not INDI" in log
    assert "Traceback" not in log


def test_the_end_of_the_input_stops_what_goes_on_and_lets_go():
    with on_socket("thermostat") as end:
        take_long(end)
        assert end.end() == 0
        assert end.child.stderr.read().decode().splitlines()[-2:] == ["stopped", "closed"]


def test_what_was_said_before_the_end_arrives():
    said, _ = told("cameras", said=tick(7).encode() + ASK)
    assert [message.members[0].value for message in said if message.name == "TICK"] == [7]


def test_a_server_that_vanishes_ends_it():
    with on_socket("thermostat") as end:
        end.send(ASK.decode() * 100)
        end.line.close()
        assert end.child.wait(PATIENCE) == 0
        assert end.child.stderr.read() == b""


def test_a_server_that_vanishes_in_the_middle_of_a_picture_ends_it():
    with subprocess.Popen(
        command("cameras"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as child:
        child.stdin.write((connect("Left") + shoot("Left", 10)).encode())
        child.stdin.flush()
        while b"<oneBLOB" not in os.read(child.stdout.fileno(), 1 << 16):
            pass
        child.stdout.close()
        assert child.wait(PATIENCE) == 0
        assert child.stderr.read() == b""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_what_goes_on_lets_go_and_ends_it_without_a_traceback(number, code):
    with on_socket("thermostat") as end:
        take_long(end)
        end.child.send_signal(number)
        assert end.child.wait(PATIENCE) == code
        assert end.child.stderr.read().decode().splitlines()[-2:] == ["stopped", "closed"]


def test_a_mistake_is_in_its_log_with_all_that_is_known():
    said, log = told(
        "thermostat", said=(connect("Thermostat") + new("Number", "Thermostat", "TARGET", CELSIUS=29)).encode()
    )
    assert said[-1].message.startswith("[WARNING]") or said[-1].state is State.ALERT
    assert "ZeroDivisionError: a mistake" in log
    assert "thermostat.py" in log


# Its configuration.


def save(device):
    return new("Switch", device, "CONFIG_PROCESS", CONFIG_SAVE="On")


def ticks(**variables):
    said, _ = told("cameras", **variables)
    return next(one.members[0].value for one in said if isinstance(one, Definition) and one.name == "TICK")


def test_it_is_kept_in_the_user_s_folder(tmp_path):
    told("cameras", said=(tick(7) + save("Clock")).encode(), XDG_CONFIG_HOME=str(tmp_path))
    assert (tmp_path / "lightapt" / "devices" / "Clock.xml").exists()
    assert ticks(XDG_CONFIG_HOME=str(tmp_path)) == 7
    assert ticks() == 0


def test_or_where_the_server_says(tmp_path):
    heat = new("Number", "Thermostat", "TARGET", CELSIUS=20)
    told(
        "thermostat",
        said=(connect("Thermostat") + heat + save("Thermostat")).encode(),
        INDICONFIG=str(tmp_path / "east.xml"),
    )
    assert 'name="TARGET"' in (tmp_path / "east.xml").read_text()


def test_where_the_server_says_is_the_first_device_s(tmp_path):
    variables = {"INDICONFIG": str(tmp_path / "all.xml"), "XDG_CONFIG_HOME": str(tmp_path)}
    told("cameras", said=(save("Left") + save("Right") + tick(7) + save("Clock")).encode(), **variables)
    assert {path.name for path in tmp_path.rglob("*.xml")} == {"all.xml", "Right.xml", "Clock.xml"}
    assert ticks(**variables) == 7


def test_killed_it_comes_back_as_it_was_saved(tmp_path):
    with on_socket("cameras", XDG_CONFIG_HOME=str(tmp_path)) as end:
        end.send(ASK.decode(), tick(7), save("Clock"), tick(8))
        end.until(lambda one: one.name == "TICK" and one.members[0].value == 8)
        end.child.kill()
    assert ticks(XDG_CONFIG_HOME=str(tmp_path)) == 7


# Its pictures.


def test_a_picture_goes_down_a_pipe():
    with subprocess.Popen(
        command("cameras"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), bufsize=0
    ) as child:
        child.stdin.write((connect("Left") + shoot("Left", 5)).encode())
        framer, said = Framer(), []
        while not any(isinstance(message, SetBlobVector) for message in said):
            data = child.stdout.read(1 << 20)
            assert data, "the driver ended"
            said += messages(framer, data)
        child.stdin.close()
        assert child.wait(PATIENCE) == 0
    blob = next(message for message in said if isinstance(message, SetBlobVector)).members[0]
    assert bytes(blob.data) == picture(5)
    assert not any(isinstance(message, PingRequest) for message in said)


def test_a_picture_goes_in_shared_memory_beside_a_socket():
    with on_socket("cameras") as end:
        end.connect("Left")
        end.send(shoot("Left", 5))
        (blob,) = end.until_of("Left", "IMAGE", SetBlobVector).members
        (descriptor,) = end.descriptors
        assert (blob.attached, blob.length, blob.size, blob.format) == (True, 5 * MEGABYTE, 5 * MEGABYTE, ".raw")
        assert b"".join(map(bytes, pieces(descriptor, blob.size))) == picture(5)
        assert end.end() == 0


def test_the_next_waits_until_the_server_is_done_and_holds_nobody_else():
    with on_socket("cameras") as end:
        end.connect("Left", "Right")
        end.send(ASK.decode(), shoot("Left", 1))
        end.until_of("Left", "IMAGE", SetBlobVector)
        end.until_of("Left", "SHOOT", SetNumberVector)
        end.send(shoot("Right", 1), tick(5))
        end.until(lambda one: one.name == "TICK" and one.members[0].value == 5)
        assert len(end.descriptors) == 1
        end.send(write(PingReply("SetBLOB/1")).decode())
        end.until_of("Right", "IMAGE", SetBlobVector)
        assert len(end.descriptors) == 2


def test_pictures_leave_no_descriptors_behind():
    with on_socket("cameras") as end:
        end.connect("Left")
        counts = []
        for number in range(1, 6):
            end.send(shoot("Left", 1))
            end.until_of("Left", "IMAGE", SetBlobVector)
            end.until(lambda one: one.name == "SHOOT" and one.state is State.OK)
            end.send(write(PingReply(f"SetBLOB/{number}")).decode())
            counts.append(len(os.listdir(f"/proc/{end.child.pid}/fd")))
        assert counts == counts[:1] * 5
