"""The harness for those who write drivers: it asks as a client does, and waits for what comes."""

import asyncio
import os

import pytest

from lightapt_drivers import (
    BlobVector,
    DefBlob,
    DefLight,
    DefNumber,
    DefSwitch,
    DefText,
    Device,
    LightVector,
    NumberVector,
    State,
    SwitchVector,
    TextVector,
    on_new,
    operation,
)
from lightapt_drivers.testing import Harness, MemoryPort
from lightapt_protocol.messages import GetProperties, PingRequest, SetNumberVector

OK, BUSY, ALERT = State.OK, State.BUSY, State.ALERT


class Thermostat(Device):
    """A thermostat with all kinds of properties."""

    target = NumberVector("TARGET", DefNumber("CELSIUS", 18.0, min=5.0, max=30.0))
    mode = SwitchVector("MODE", DefSwitch("DAY"), DefSwitch("NIGHT"))
    note = TextVector("NOTE", DefText("TEXT"))
    heating = LightVector("HEATING", DefLight("FLAME"))
    picture = BlobVector("PICTURE", DefBlob("PICTURE"))

    def __init__(self, name="Thermostat"):
        super().__init__(name)
        self.warm = asyncio.Event()

    @operation(target)
    async def heat(self, wanted):
        self.heating.ok(FLAME=State.BUSY)
        await self.warm.wait()
        self.heating.ok(FLAME=State.OK)
        self.target.set(CELSIUS=wanted.value)

    @on_new(note)
    async def write(self, wanted):
        await self.picture.send(wanted.value.encode(), format=".txt")


def with_harness(scene, *devices, **options):
    async def play():
        devices_ = devices or (Thermostat(),)
        async with Harness(*devices_, **options) as harness:
            return await scene(harness)

    return asyncio.run(play())


def test_what_the_module_shows_is_so():
    async def scene(harness):
        await harness.connect()
        await harness.request("TARGET", CELSIUS=20)
        harness.driver.devices[0].warm.set()
        prop = await harness.expect("TARGET", state=OK, CELSIUS=20)
        assert prop.number("CELSIUS") == 20

    with_harness(scene)


def test_from_the_start_it_knows_what_a_device_has():
    async def scene(harness):
        assert harness.find("CONNECTION").is_on("DISCONNECT")
        with pytest.raises(KeyError, match="Thermostat has no property TARGET"):
            harness.find("TARGET")

    with_harness(scene)


def test_a_request_returns_what_is_said_until_it_is_dealt_with():
    async def scene(harness):
        await harness.connect()
        said = await harness.request("TARGET", CELSIUS=20)
        mode = await harness.request("MODE", NIGHT=True)
        return [(message.name, message.state) for message in (*said, *mode)]

    assert with_harness(scene) == [("TARGET", BUSY), ("HEATING", OK), ("MODE", OK)]


def test_every_kind_of_value_can_be_asked_for_and_expected():
    async def scene(harness):
        await harness.connect()
        await harness.request("MODE", DAY=True)
        await harness.expect("MODE", DAY=True, NIGHT=False)
        await harness.request("NOTE", TEXT="hello")
        await harness.expect("NOTE", TEXT="hello")
        await harness.request("TARGET", CELSIUS=20)
        await harness.expect("HEATING", FLAME=State.BUSY)

    with_harness(scene)


@pytest.mark.parametrize("name", ["HEATING", "PICTURE"])
def test_what_takes_no_request_says_so(name):
    async def scene(harness):
        await harness.connect()
        with pytest.raises(TypeError, match=f"{name} takes no such request: send it a message"):
            await harness.request(name, FLAME=State.OK)

    with_harness(scene)


@pytest.mark.parametrize("message", [GetProperties(), '<getProperties version="1.7"/>'])
def test_messages_and_xml_can_be_sent(message):
    async def scene(harness):
        harness.send(message)
        return len(await harness.dealt_with())

    assert with_harness(scene) == 4


def test_what_does_not_come_is_a_failure_that_says_what_did():
    async def scene(harness):
        await harness.connect()
        await harness.request("TARGET", CELSIUS=20)
        patience, harness._patience = harness._patience, 0.0
        with pytest.raises(AssertionError, match=words):
            await harness.expect("TARGET", state=OK, CELSIUS=20)
        harness._patience = patience

    words = r"(?s)TARGET OK {'CELSIUS': 20} did not come; the last .*SetNumberVector"
    with_harness(scene)


def test_what_is_so_for_a_moment_only_is_seen():
    async def scene(harness):
        await harness.connect()
        device = harness.driver.devices[0]
        asyncio.get_running_loop().call_soon(device.target.alert, "the flame is out")
        asyncio.get_running_loop().call_soon(device.target.ok)
        await harness.expect("TARGET", state=ALERT)
        assert harness.find("TARGET").state is OK

    with_harness(scene)


def test_a_condition_may_ask_for_what_is_not_there_yet():
    async def scene(harness):
        def is_idle():
            return harness.find("CONNECTION", device="Late").state is State.IDLE

        await asyncio.gather(harness.until(is_idle, "the late one"), harness.driver.add(Thermostat("Late")))

    with_harness(scene)


def test_a_driver_that_ends_meanwhile_is_a_failure():
    async def scene(harness):
        harness._port.tell(b"")
        await harness.expect("TARGET", state=OK)

    with pytest.raises(AssertionError, match="the driver ended, and TARGET OK did not come"):
        with_harness(scene)


def test_words_for_people_are_kept():
    async def scene(harness):
        harness.driver.devices[0].say("hello")
        await harness.connect()
        await harness.request("TARGET", CELSIUS=99)
        return harness.notices

    assert with_harness(scene) == ["hello", "CELSIUS must be from 5 to 30, not 99"]


@pytest.mark.parametrize("attaches", [False, True])
def test_pictures_come_with_their_data_each_once(attaches):
    async def scene(harness):
        await harness.connect()
        for text in ("one", "two"):
            await harness.request("NOTE", TEXT=text)
        first, second = await harness.blob("PICTURE"), await harness.blob("PICTURE")
        return first.data, second.data, first.format, first.size

    before = set(os.listdir("/proc/self/fd"))
    assert with_harness(scene, attaches=attaches) == (b"one", b"two", ".txt", 3)
    assert set(os.listdir("/proc/self/fd")) == before


def test_other_devices_are_named():
    async def scene(harness):
        await harness.connect("Upstairs")
        await harness.request("MODE", device="Upstairs", DAY=True)
        await harness.expect("MODE", device="Upstairs", DAY=True)
        return harness.find("CONNECTION").is_on("CONNECT")

    assert with_harness(scene, Thermostat(), Thermostat("Upstairs")) is False


def test_configurations_are_kept_in_the_folder_that_is_named(tmp_path):
    async def scene(harness):
        await harness.request("CONFIG_PROCESS", CONFIG_SAVE=True)

    with_harness(scene, folder=tmp_path)
    assert os.listdir(tmp_path) == ["Thermostat.xml"]


def test_what_a_driver_says_must_be_indi():
    said = []
    port = MemoryPort(said=lambda message, _: said.append(message))
    port.send([b'<pingRequest uid="1"/>'], size=0)
    assert said == [PingRequest("1")]
    with pytest.raises(AssertionError, match="the driver said what is not INDI"):
        port.send([b"<set <<"], size=0)


def test_the_last_values_are_in_the_mirror_and_all_messages_in_said():
    async def scene(harness):
        await harness.connect()
        harness.driver.devices[0].target.set(CELSIUS=21.0)
        assert isinstance(harness.said[-1], SetNumberVector)
        return harness.mirror.devices["Thermostat"]["TARGET"].number("CELSIUS")

    assert with_harness(scene) == 21


class Stubborn(Thermostat):
    """A thermostat that never begins, and fails when it is to end."""

    async def run(self, wire, **options):
        try:
            await asyncio.Event().wait()
        finally:
            raise RuntimeError("the flame is out")


def test_what_went_wrong_in_a_driver_that_does_not_begin_is_told():
    async def nothing(harness):
        pass

    with pytest.raises((RuntimeError, ExceptionGroup)) as raised:
        with_harness(nothing, Stubborn(), patience=0.05)
    assert "the flame is out" in repr(raised.value)
