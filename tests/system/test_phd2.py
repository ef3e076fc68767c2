"""PHD2 under our hub: all that users of a PHD2 client know, done by an INDI client; and a PHD2 that comes and goes."""

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from lightapt_clients import AlertError, connect
from lightapt_clients.kinds.guider import Direction, Guider
from lightapt_protocol.vocabulary import State
from tests.drivers.phd2.fake import FakePhd2

from .rig import LIGHTAPT_SERVER

pytestmark = pytest.mark.system

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
SOON = 2.0
"""Seconds in which the state must be right again once PHD2 is back."""
PROGRAM = """#!{python}
import asyncio, sys
sys.path.insert(0, {root!r})
from tests.drivers.phd2.fake import FakePhd2

async def main():
    instance = int(sys.argv[sys.argv.index("-i") + 1])
    async with FakePhd2(port=4399 + instance, instance=instance) as fake:
        while not fake.model.is_over:
            await asyncio.sleep(0.02)

asyncio.run(main())
"""


@asynccontextmanager
async def observatory(stage, *words, gear=True, folder=None):
    """A fake PHD2, our hub with the bridge, and a client with the device: connected, unless there are words."""
    async with FakePhd2(folder=folder) as fake:
        fake.model.connected = gear
        driver = " ".join(["phd2", *(words or ("--port", str(fake.port), "--host", "127.0.0.1"))])
        home = {"HOME": str(stage.folder), "XDG_CONFIG_HOME": str(stage.folder / "config")}
        command = (*LIGHTAPT_SERVER, "-v", "--port", "0", "--driver", driver)
        hub = await asyncio.to_thread(lambda: stage.run(*command, **home, DISPLAY=":99").listening())
        async with asyncio.timeout(3 * PATIENCE), connect(f"127.0.0.1:{hub.port}") as indi:
            phd2 = await indi.device("PHD2", timeout=PATIENCE)
            if not words:
                await phd2.connect()
                await phd2.set("PHD2_SETTLE", PIXELS=1.5, TIME=2, TIMEOUT=20)
            yield phd2, fake
        await asyncio.to_thread(hub.close)


def play(stage, scene, *words, **options):
    async def whole():
        async with observatory(stage, *words, **options) as (phd2, fake):
            await scene(phd2, fake)

    asyncio.run(whole())


async def guiding(phd2):
    await phd2.set("PHD2_GUIDE", GUIDE=True)
    await phd2["PHD2_STATE"].wait(STATE="Guiding")


async def refused(phd2, name, words, **members):
    with pytest.raises(AlertError, match=words):
        await phd2.set(name, **members)


def test_the_program_is_started_found_connected_reconnected_disconnected_and_stopped(stage):
    program = stage.executable("phd2", PROGRAM.format(python=sys.executable, root=str(ROOT)))

    async def scene(phd2, fake):
        await phd2["PHD2_PROGRAM"].ready()
        await phd2.set("PHD2_PROGRAM", START=True)
        await phd2.set("PHD2_SCAN_PORTS", FIRST=4488, LAST=4492)
        await phd2.set("PHD2_SCAN", SCAN=True)
        await phd2["PHD2_FOUND"].ready()
        await phd2.set("PHD2_FOUND", PORT_4491=True)
        await phd2["DEVICE_ADDRESS"].wait(PORT="4491")
        await phd2.connect()
        await phd2.set("PHD2_RECONNECT", RECONNECT=True)
        await phd2["CONNECTION"].wait(state=State.OK)
        await phd2.disconnect()
        await phd2.set("PHD2_PROGRAM", STOP=True)
        await refused(phd2, "CONNECTION", "Is it running", CONNECT=True)

    play(stage, scene, "--path", str(program), "--instance", "92")


def test_profiles_are_listed_shown_chosen_and_generated(stage):
    settings = stage.folder / ".PHDGuidingV2-instance93"
    settings.write_text("currentProfile=1\n[profile/1]\nname=Simulator\n[profile/1/camera]\npixelsize=3.75\n")

    async def scene(phd2, fake):
        profiles = await phd2["PHD2_PROFILE"].ready()
        assert [member.label for member in profiles.members.values()] == ["Simulator", "Simulator AO", "No Camera"]
        assert phd2["PHD2_PROFILE"].choice == "PROFILE_1"
        await phd2.set("PHD2_PROFILE", PROFILE_2=True)
        assert fake.model.profile == 2
        await phd2.set("PHD2_INSTANCE", NUMBER=93)
        await phd2.set("PHD2_PROFILE_COPY", NAME="Newton", SOURCE="Simulator")
        assert "name=Newton" in settings.read_text()

    play(stage, scene)


def test_equipment_is_connected_disconnected_and_reconnected(stage):
    async def scene(phd2, fake):
        await phd2.set("PHD2_EQUIPMENT", CONNECT=True)
        await phd2["PHD2_EQUIPMENT_STATE"].wait(CAMERA=State.OK)
        await phd2.set("PHD2_EQUIPMENT_RECONNECT", RECONNECT=True)
        await phd2.set("PHD2_EQUIPMENT", DISCONNECT=True)
        assert [one["connected"] for one in fake.asked("set_connected")] == [True, False, True, False]

    play(stage, scene, gear=False)


def test_a_calibration_is_started_stopped_flipped_and_cleared(stage):
    async def scene(phd2, fake):
        await phd2.set("PHD2_CALIBRATION", START=True)
        await phd2["PHD2_CALIBRATION_DATA"].wait(state=State.OK)
        await phd2.set("PHD2_CALIBRATION", FLIP=True)
        assert "flip_calibration" in fake.methods
        assert "clear_calibration" not in fake.methods
        await phd2.set("PHD2_CALIBRATION_CLEAR", BOTH=True)
        await phd2["PHD2_CALIBRATION_DATA"].wait(state=State.IDLE)
        await phd2["PHD2_CALIBRATION"].start(START=True)
        await refused(phd2, "PHD2_CALIBRATION_CLEAR", "PHD2 calibrates", BOTH=True)
        await phd2["PHD2_CALIBRATION"].ask(STOP=True)
        await phd2["PHD2_STATE"].wait(STATE="Stopped")
        await phd2["PHD2_CALIBRATION"].wait(state=State.OK)

    play(stage, slowly(scene))


def slowly(scene):
    """Take frames slowly enough for a client to act between two."""

    async def whole(phd2, fake):
        fake.frame = 0.02
        await scene(phd2, fake)

    return whole


def test_guiding_is_started_paused_resumed_dithered_and_stopped(stage):
    async def scene(phd2, fake):
        await refused(phd2, "PHD2_DITHER", "start guiding first", AMOUNT=3)
        await phd2.set("PHD2_GUIDE", RECALIBRATE=True)
        settle = {"pixels": 1.5, "time": 2, "timeout": 20}
        assert fake.asked("guide") == [{"settle": settle, "recalibrate": True}]
        await phd2.set("PHD2_PAUSE", GUIDING=True)
        await refused(phd2, "PHD2_DITHER", "resume first", AMOUNT=3)
        await phd2.set("PHD2_PAUSE", OFF=True)
        await phd2["PHD2_STATE"].wait(STATE="Guiding")
        await phd2.set("PHD2_DITHER_AXES", RA_ONLY=True)
        await phd2["PHD2_DITHER"].start(AMOUNT=5)
        await refused(phd2, "PHD2_DITHER", "settled", AMOUNT=3)
        await phd2["PHD2_DITHER"].wait(state=State.OK)
        assert fake.asked("dither") == [{"amount": 5, "raOnly": True, "settle": settle}]
        await phd2["PHD2_RMS"].wait(lambda now: now.number("STEPS") > 3)
        await phd2.set("PHD2_STOP", STOP=True)
        assert phd2["PHD2_STATE"].text("STATE") == "Stopped"

    play(stage, slowly(scene))


def test_looping_is_started_and_stopped(stage):
    async def scene(phd2, fake):
        await phd2.set("PHD2_LOOP", ON=True)
        await phd2["PHD2_FRAME"].wait(lambda now: now.number("FRAME") > 1)
        await phd2.set("PHD2_FIND_STAR", AUTOMATIC=True)
        await phd2["PHD2_STATE"].wait(STATE="Selected")
        await phd2.set("PHD2_LOOP", OFF=True)
        await phd2["PHD2_STATE"].wait(STATE="Stopped")

    play(stage, scene)


def test_the_star_s_image_and_the_saved_image_are_blobs(stage, tmp_path):
    folder = tmp_path / "saved"
    folder.mkdir()

    async def scene(phd2, fake):
        await guiding(phd2)
        async with phd2.blobs("PHD2_STAR_IMAGE_DATA") as blobs:
            await phd2.set("PHD2_STAR_IMAGE", GET=True)
            assert (await anext(blobs)).image().pixels.shape == (15, 15)
        assert phd2["PHD2_STAR_IMAGE_INFO"].number("STAR_X") == pytest.approx(7.02)
        async with phd2.blobs("PHD2_IMAGE") as blobs:
            await phd2.set("PHD2_SAVE_IMAGE", SAVE=True)
            assert bytes((await anext(blobs)).data).startswith(b"SIMPLE")
        assert list(folder.iterdir()) == []

    play(stage, scene, folder=str(folder))


def test_pulses_go_through_phd2_s_mount(stage):
    async def scene(phd2, fake):
        guider = Guider(phd2)
        await guider.pulse(Direction.NORTH, 0.05)
        await guider.pulse(Direction.WEST, 0.05)
        assert [(one["direction"], one["amount"]) for one in fake.asked("guide_pulse")] == [("North", 50), ("West", 50)]

    play(stage, scene)


def test_a_phd2_that_dies_and_returns_is_right_again_in_time(stage):
    async def scene(phd2, fake):
        await guiding(phd2)
        for _ in range(3):
            await fake.die()
            await phd2["CONNECTION"].wait(state=State.ALERT)
            await phd2["PHD2_STATE"].wait(state=State.ALERT)
            await fake.live()
            fake.model.connected = True
            async with asyncio.timeout(SOON):
                await phd2["CONNECTION"].wait(state=State.OK)
                await phd2["PHD2_STATE"].wait(STATE="Stopped")
        await guiding(phd2)

    play(stage, scene)


def test_what_a_second_client_of_phd2_does_is_seen(stage):
    async def scene(phd2, fake):
        _, writer = await asyncio.open_connection("127.0.0.1", fake.port)
        settle = {"pixels": 1.5, "time": 2, "timeout": 20}
        writer.write(json.dumps({"method": "guide", "params": {"settle": settle}, "id": 1}).encode() + b"\n")
        await phd2["PHD2_GUIDE"].wait(state=State.BUSY)
        await refused(phd2, "PHD2_GUIDE", "PHD2 calibrates already|in progress", GUIDE=True)
        await phd2["PHD2_GUIDE"].wait(state=State.OK)
        writer.write(b'{"method": "stop_capture", "id": 2}\n')
        await phd2["PHD2_STATE"].wait(STATE="Stopped")
        writer.close()

    play(stage, slowly(scene))


def test_shutting_down_ends_phd2_and_the_connection(stage):
    async def scene(phd2, fake):
        await phd2["PHD2_SHUTDOWN"].ask(SHUTDOWN=True)
        await phd2["CONNECTION"].wait(state=State.OK, DISCONNECT=True)
        assert "shutdown" in fake.methods

    play(stage, scene)
