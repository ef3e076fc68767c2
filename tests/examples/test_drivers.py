"""Every example of a driver runs as a program, and does what it says."""

import asyncio
import io
import re
import runpy
from pathlib import Path

import pytest
from astropy.io import fits

from lightapt_drivers import State
from lightapt_drivers.instruments.emulators.line import Line
from lightapt_drivers.testing import Harness
from lightapt_protocol.messages import Definition, Notice, SetBlobVector, SetNumberVector, SetSwitchVector
from lightapt_protocol.shared_memory import pieces
from tests.drivers.kit.scenes import new
from tests.drivers.kit.server_ends import ASK, on_socket, told

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "drivers"
EXAMPLES = sorted(FOLDER.glob("*.py"))
OK, BUSY, ALERT, IDLE = State.OK, State.BUSY, State.ALERT, State.IDLE


def example(name):
    (path,) = FOLDER.glob(f"*_{name}.py")
    return path


def started(name, *arguments, **variables):
    """Start an example on a socket."""
    return on_socket(example(name), *arguments, **variables)


def play(scene, name, cls, *arguments, **options):
    """Play a scene with a device of an example, in one process."""

    async def scene_with_device():
        device = runpy.run_path(str(example(name)))[cls](*arguments)
        async with Harness(device, **options) as harness:
            return await scene(harness)

    return asyncio.run(scene_with_device())


def number(device, name, member, value):
    return new("Number", device, name, **{member: value})


def switch(device, name, *members):
    return new("Switch", device, name, **dict.fromkeys(members, "On"))


# All of them.


def test_they_are_numbered():
    assert [int(path.name[:2]) for path in EXAMPLES] == list(range(1, len(EXAMPLES) + 1))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_none_is_longer_than_a_page(path):
    assert len(path.read_text().splitlines()) < 60


def test_the_first_has_ten_lines_beside_what_it_imports_and_says():
    lines = example("load_meter").read_text().splitlines()
    code = [line for line in lines if line and not re.match(r'import |from |\s*"""', line)]
    assert len(code) <= 10


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_says_what_it_is_and_ends_with_its_input(path):
    said, log = told(path)
    names = [message.name for message in said if isinstance(message, Definition)]
    assert {"CONNECTION", "DRIVER_INFO", "CONFIG_PROCESS"} <= set(names)
    assert log == ""


# Each of them.


def test_01_the_load_meter_is_read_by_itself():
    with started("load_meter") as end:
        end.connect("Load Meter")
        load = end.until_of("Load Meter", "LOAD", SetNumberVector)
        assert (load.state, load.members[0].value >= 0) == (OK, True)
        assert end.end() == 0


def test_02_the_power_strip_switches_and_refuses():
    strip = "Power Strip"
    with started("power_strip") as end:
        end.connect(strip)
        end.send(switch(strip, "OUTLETS", "MOUNT", "CAMERA"), switch(strip, "HEATER", "HIGH"))
        outlets = end.until_of(strip, "OUTLETS", SetSwitchVector)
        assert [bool(one.value) for one in outlets.members] == [True, True, False]
        end.until_of(strip, "HEATER", SetSwitchVector)
        end.send(switch(strip, "OUTLETS", "LAPTOP"))
        refusal = end.until_of(strip, "OUTLETS", SetSwitchVector)
        assert (refusal.state, "the fuse bears three outlets only" in refusal.message) == (ALERT, True)
        end.send(switch(strip, "ALL_OFF", "ALL_OFF"))
        off = end.until_of(strip, "OUTLETS", SetSwitchVector)
        assert [bool(one.value) for one in off.members] == [False, False, False]
        assert end.until_of(strip, "ALL_OFF").state is OK
        assert end.end() == 0


def test_02_the_fuse_shows_what_it_bears():
    async def scene(harness):
        await harness.connect()
        await harness.request("OUTLETS", MOUNT=True, CAMERA=True, LAPTOP=True)
        await harness.expect("FUSE", LOADED=ALERT)
        await harness.request("HEATER", HIGH=True)
        return (await harness.expect("HEATER", state=ALERT)).is_on("OFF")

    assert play(scene, "power_strip", "PowerStrip")


def test_03_the_lid_turns_and_can_be_aborted():
    with started("lid") as end:
        end.connect("Lid")
        end.send(number("Lid", "ANGLE", "DEGREES", 3))
        assert end.until_of("Lid", "ANGLE", SetNumberVector).state is BUSY
        end.until(lambda one: one.name == "ANGLE" and (one.state, one.members[0].value) == (OK, 3))
        end.send(number("Lid", "ANGLE", "DEGREES", 270))
        end.until(lambda one: one.name == "ANGLE" and one.members[0].value == 5)
        end.send(switch("Lid", "ABORT", "ABORT"))
        end.until(lambda one: one.name == "MOTOR" and one.members[0].value is IDLE)
        stopped = end.until_of("Lid", "ANGLE", SetNumberVector)
        assert (stopped.state, stopped.members[0].value < 270) == (IDLE, True)
        assert end.until_of("Lid", "ABORT").state is OK
        assert end.end() == 0


def test_04_the_thermometer_is_found_lost_and_found_again(tmp_path):
    sensor = tmp_path / "temp"

    async def scene(harness):
        harness.driver.devices[0].reconnect_after = (0.001,)
        await harness.request("CONNECTION", CONNECT=True)
        assert "there is no sensor" in (await harness.expect("CONNECTION", state=ALERT) and harness.notices[-1])
        sensor.write_text("21500\n")
        await harness.connect()
        await harness.request("POLLING_PERIOD", PERIOD_MS=10)
        await harness.expect("TEMPERATURE", CELSIUS=21.5)
        sensor.unlink()
        await harness.expect("CONNECTION", state=ALERT, CONNECT=True)
        sensor.write_text("-3000\n")
        await harness.expect("TEMPERATURE", CELSIUS=-3.0)
        await harness.expect("CONNECTION", state=OK)

    play(scene, "thermometer", "Thermometer", "", sensor)


def test_04_the_command_line_says_which_sensor(tmp_path):
    (tmp_path / "temp").write_text("7000")
    with started("thermometer", "--sensor", str(tmp_path / "temp")) as end:
        end.connect("Thermometer")
        assert end.until_of("Thermometer", "TEMPERATURE", SetNumberVector).members[0].value == 7
        assert end.end() == 0


def test_05_the_shutter_remembers(tmp_path):
    home = {"XDG_CONFIG_HOME": str(tmp_path)}
    with started("shutter", **home) as end:
        end.connect("Shutter")
        end.send(number("Shutter", "LIFETIME", "ACTUATIONS", 1), new("Text", "Shutter", "OWNER", NAME="me"))
        end.send(switch("Shutter", "CONFIG_PROCESS", "CONFIG_SAVE"), number("Shutter", "LIFETIME", "ACTUATIONS", 2))
        end.send(switch("Shutter", "RELEASE", "RELEASE") * 2)
        end.until(lambda one: one.name == "COUNT" and one.members[0].value == 2)
        end.sync()
        end.child.kill()
    with started("shutter", **home) as end:
        end.send(ASK.decode())
        values = {name: end.until_of("Shutter", name).members[0].value for name in ("LIFETIME", "OWNER", "COUNT")}
        assert values == {"LIFETIME": 1, "OWNER": "me", "COUNT": 2}
        end.connect("Shutter")
        end.send(switch("Shutter", "RELEASE", "RELEASE"))
        end.until_of("Shutter", "RELEASE", SetSwitchVector)
        end.sync()
        assert end.end() == 0


def test_05_it_warns_when_its_time_is_over():
    async def scene(harness):
        await harness.connect()
        await harness.request("LIFETIME", ACTUATIONS=1)
        for _ in range(2):
            await harness.request("RELEASE", RELEASE=True)
        return [message.message for message in harness.said if isinstance(message, Notice)]

    assert play(scene, "shutter", "Shutter") == ["[WARNING] the shutter has outlived its time by 1"]


def test_06_the_lamp_follows_the_telescope():
    mount = 'device="Telescope Simulator" name="EQUATORIAL_EOD_COORD"'
    with started("warning_lamp") as end:
        end.send(
            ASK.decode(),
            f'<defNumberVector {mount} state="Busy" perm="rw"><defNumber name="RA">0</defNumber></defNumberVector>',
        )
        end.until(lambda one: one.name == "LAMP" and one.members[0].value is ALERT)
        end.send(f'<setNumberVector {mount} state="Ok"><oneNumber name="RA">1</oneNumber></setNumberVector>')
        end.until(lambda one: one.name == "LAMP" and one.members[0].value is IDLE)
        end.send(f'<setNumberVector {mount} state="Busy"/>', '<delProperty device="Telescope Simulator"/>')
        end.until(lambda one: one.name == "LAMP" and one.members[0].value is IDLE)
        assert end.end() == 0


def test_07_two_relays_are_two_devices():
    with started("two_relays") as end:
        end.connect("Relay 1", "Relay 2")
        end.send(switch("Relay 2", "RELAY", "ON"))
        relay = end.until_of("Relay 2", "RELAY", SetSwitchVector)
        assert [bool(one.value) for one in relay.members] == [True, False]
        end.send(switch("Relay 2", "CONNECTION", "DISCONNECT"))
        end.connect("Relay 2")
        relay = end.until_of("Relay 2", "RELAY", Definition)
        assert [bool(one.value) for one in relay.members] == [True, False]
        assert end.end() == 0


def test_08_the_camera_sends_a_fits_file():
    camera = "All Sky Camera"
    with started("all_sky_camera") as end:
        end.connect(camera)
        end.send(number(camera, "EXPOSE", "SECONDS", 0.01))
        (blob,) = end.until_of(camera, "IMAGE", SetBlobVector).members
        end.until(lambda one: one.name == "EXPOSE" and one.state is OK)
        (descriptor,) = end.descriptors
        file = b"".join(map(bytes, pieces(descriptor, blob.size)))
        assert end.end() == 0
    with fits.open(io.BytesIO(file)) as units:
        assert (units[0].header["EXPTIME"], units[0].data.shape) == (0.01, (480, 480))
        assert units[0].data.argmax() == 240 * 480 + 240


def test_09_the_focuser_has_what_clients_look_for():
    focuser = "Hand Made Focuser"
    with started("focuser") as end:
        end.connect(focuser)
        end.until(lambda one: one.name == "FOCUS_TEMPERATURE" and one.state is OK)
        end.send(number(focuser, "ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION", 1050))
        end.until(lambda one: one.name == "ABS_FOCUS_POSITION" and (one.state, one.members[0].value) == (OK, 1050))
        end.send(number(focuser, "ABS_FOCUS_POSITION", "FOCUS_ABSOLUTE_POSITION", 90_000))
        end.until(lambda one: one.name == "ABS_FOCUS_POSITION" and one.members[0].value == 1250)
        end.send(switch(focuser, "FOCUS_ABORT_MOTION", "ABORT"))
        end.until(lambda one: one.name == "ABS_FOCUS_POSITION" and one.state in (IDLE, ALERT))
        assert end.end() == 0


def test_10_the_sensor_is_found_at_the_end_of_a_serial_line():
    emulated = runpy.run_path(str(example("sky_sensor")))["Emulated"]
    with Line(emulated()) as line, started("sky_sensor", "--port", line.address) as end:
        end.connect("Sky Sensor")
        sky = end.until_of("Sky Sensor", "SKY", SetNumberVector)
        assert (sky.state, -16 <= sky.members[0].value <= -10) == (OK, True)
        assert end.end() == 0


def test_10_it_can_be_tried_without_one():
    with started("sky_sensor", "--simulate") as end:
        end.connect("Sky Sensor")
        assert end.until_of("Sky Sensor", "SKY", SetNumberVector).members[0].value < 0
        assert end.end() == 0


def test_every_example_has_a_test():
    tested = {int(number) for number in re.findall(r"(?m)^def test_(\d\d)_", Path(__file__).read_text())}
    assert tested == {int(path.name[:2]) for path in EXAMPLES}
