"""The PHD2 device as users start it, with its own patience: what PHD2 tells nobody of is found out."""

import asyncio
import json

import pytest

from lightapt_protocol.vocabulary import State

from .phd2_scenes import SOON, guiding, play
from .puppets import MS
from .rig import LIGHTAPT_SERVER, Stage

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """The port of the hub."""
    home = tmp_path_factory.mktemp("phd2")
    folders = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_STATE_HOME": str(home / "state")}
    stage = Stage(home)
    try:
        yield stage.run(*LIGHTAPT_SERVER, "-v", "--port", "0", "--driver", "phd2", **folders).listening().port
    finally:
        stage.close()


def test_what_another_client_does_without_a_word_from_phd2_is_right_soon(port):
    async def scene(phd2, fake):
        await guiding(phd2)
        fake.frame = 100 * MS  # PHD2 is never silent for long
        reader, writer = await asyncio.open_connection("127.0.0.1", fake.port)

        async def ask(method, *params):
            writer.write(json.dumps({"method": method, "params": params, "id": 1}).encode() + b"\n")
            while b'"id":1' not in await reader.readline():
                pass

        for is_on in (True, False):  # the first may be found by a reading that guiding has caused
            await ask("set_lock_shift_enabled", is_on)
            async with asyncio.timeout(SOON):
                await phd2["PHD2_LOCK_SHIFT"].wait(ON=is_on)
        await ask("stop_capture")
        await phd2["PHD2_STATE"].wait(STATE="Stopped")
        await ask("set_connected", False)
        async with asyncio.timeout(SOON):
            await phd2["PHD2_EQUIPMENT"].wait(DISCONNECT=True)
            await phd2["PHD2_EQUIPMENT_STATE"].wait(CAMERA=State.ALERT)
        writer.close()

    play(port, scene)
