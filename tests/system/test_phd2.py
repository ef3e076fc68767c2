"""PHD2 under our hub as it comes and goes, hangs and is driven by others; what it does otherwise is in another module.

One hub serves all tests: each has a PHD2 of its own, to whose address the device is sent.
"""

import asyncio
import json
import os
import re
import signal

import pytest

from lightapt_clients import AlertError, RequestError, connect
from lightapt_protocol.vocabulary import State
from tests.drivers.phd2 import programs
from tests.drivers.phd2.fake import never
from tests.drivers.phd2.programs import HASTY, ended, program, running

from .phd2_scenes import PATIENCE, guiding, lost, play, refused, right_again
from .rig import LIGHTAPT_SERVER, Stage

pytestmark = pytest.mark.system

SETTLE = {"pixels": 1.5, "time": 2, "timeout": 20}


def calibrates(model):
    """Whether a fake PHD2 does so; it stays at that where it rests then."""
    return model.phase == "calibrating"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("phd2")


@pytest.fixture(scope="module")
def instance():
    with programs.instance() as number:
        yield number


@pytest.fixture(scope="module")
def port(home, instance):
    """The port of the hub."""
    stage = Stage(home)
    driver, phd2 = program(home, "hasty", HASTY), program(home)
    folders = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_STATE_HOME": str(home / "state")}
    words = f"{driver} --name PHD2 --path {phd2} --instance {instance}"
    command = (*LIGHTAPT_SERVER, "-v", "--port", "0", "--driver", words)
    try:
        yield stage.run(*command, DISPLAY=":99", **folders).listening().port
    finally:
        stage.close()
        for process in running(phd2):  # which a test that has failed left: it outlives the driver
            process.kill()


def test_a_program_that_is_killed_is_off_and_no_client_names_another(port, home):
    async def scene(phd2, fake):
        await phd2.set("PHD2_PROGRAM", START=True)
        await phd2.connect()
        (process,) = running(home / "phd2")
        os.killpg(process.pid, signal.SIGKILL)
        await phd2["PHD2_PROGRAM"].wait(state=State.ALERT, STOP=True)
        await ended(process.pid)
        await phd2["CONNECTION"].wait(state=State.ALERT, CONNECT=True)
        await phd2.set("PHD2_PROGRAM", START=True)
        await phd2["CONNECTION"].wait(state=State.OK, CONNECT=True)
        await phd2.set("PHD2_PROGRAM", STOP=True)
        assert phd2["PHD2_PROGRAM_PATH"].text("PATH") == f"{home}/phd2"
        with pytest.raises(RequestError):
            await phd2["PHD2_PROGRAM_PATH"].ask(PATH="/bin/sh")

    play(port, scene, connected=False)


def test_a_phd2_that_is_not_there_yet_is_connected_when_it_comes(port):
    async def scene(phd2, fake):
        await fake.die()
        await refused(phd2, "CONNECTION", "does not listen at 127.0.0.1.*Is it running", CONNECT=True)
        await fake.live()
        await right_again(phd2, fake)

    play(port, scene, connected=False)


def test_a_phd2_that_dies_and_returns_is_right_again_in_time(port):
    async def scene(phd2, fake):
        for number, mode in enumerate(("North", "South", "Auto"), 1):
            await guiding(phd2)
            await fake.die()
            await lost(phd2)
            fake.model.profiles[number] = f"Rig {number}"
            await fake.live()
            fake.model.profile, fake.model.dec_mode, fake.model.connected = number % 2 + 1, mode, True
            await right_again(phd2, fake)

    play(port, scene)


def test_a_phd2_that_is_restarted_at_once_is_right_again_in_time(port):
    async def scene(phd2, fake):
        await guiding(phd2)
        await fake.die()
        await fake.live()
        fake.model.profile = 2
        await phd2["PHD2_PROFILE"].wait(PROFILE_2=True)
        await right_again(phd2, fake)

    play(port, scene)


def test_what_was_busy_as_phd2_died_is_busy_no_more(port):
    async def scene(phd2, fake):
        fake.model.star_hidden = True
        await phd2["PHD2_GUIDE"].start(GUIDE=True)
        await fake.die()
        await lost(phd2)
        await phd2["PHD2_GUIDE"].wait(state=State.ALERT)
        await fake.live()
        await right_again(phd2, fake)

    play(port, scene)


def test_a_connection_that_breaks_while_phd2_guides_on_is_right_again_in_time(port):
    async def scene(phd2, fake):
        await guiding(phd2)
        fake.drop()
        await lost(phd2)
        await right_again(phd2, fake)
        await phd2.set("PHD2_DITHER", AMOUNT=3)

    play(port, scene)


def test_a_phd2_that_hangs_is_found_out_and_right_again_when_it_goes_on(port):
    async def scene(phd2, fake):
        await guiding(phd2)
        fake.hang()
        await lost(phd2)
        fake.model.dec_mode = "Off"
        fake.recover()
        await right_again(phd2, fake)

    play(port, scene)


@pytest.mark.parametrize("cut", [1, 40, -1])
def test_a_phd2_that_stalls_within_a_line_is_right_again_when_it_goes_on(port, cut):
    line = json.dumps({"Event": "Alert", "Msg": "slowly", "Type": "warning"}).encode() + b"\r\n"

    async def scene(phd2, fake):
        await guiding(phd2)
        fake.send(line[:cut])
        fake.hang()
        await lost(phd2)
        fake.recover()
        await right_again(phd2, fake)

    play(port, scene)


def test_a_line_that_is_broken_by_the_next_costs_nothing_but_itself(port):
    async def scene(phd2, fake):
        await guiding(phd2)
        fake.send(b'{"Event":"SettleDone","Status":1,"Err')
        fake.model.dec_mode = "South"
        fake.say("GuideParamChange", Name="Dec Guide Mode", Value="South")
        await right_again(phd2, fake)
        assert phd2["CONNECTION"].state is State.OK

    play(port, scene)


def test_a_profile_that_is_changed_under_our_feet_is_shown(port):
    async def scene(phd2, fake):
        for profile in (2, 3, 1):
            fake.change_profile(profile)
            await right_again(phd2, fake)

    play(port, scene, gear=False)


def test_what_a_second_client_of_phd2_does_is_seen(port):
    async def scene(phd2, fake):
        _, writer = await asyncio.open_connection("127.0.0.1", fake.port)

        def ask(method, **params):
            writer.write(json.dumps({"method": method, "params": params, "id": 1}).encode() + b"\n")

        ask("set_connected", connected=True)
        await phd2["PHD2_EQUIPMENT"].wait(CONNECT=True)
        fake.rests = calibrates
        ask("guide", settle=SETTLE)
        await phd2["PHD2_GUIDE"].wait(state=State.BUSY)
        await refused(phd2, "PHD2_GUIDE", "PHD2 calibrates already|in progress", GUIDE=True)
        fake.rests = never
        await phd2["PHD2_GUIDE"].wait(state=State.OK)
        ask("dither", amount=4, settle=SETTLE)
        await phd2["PHD2_DITHER"].wait(state=State.BUSY)
        await phd2["PHD2_DITHER"].wait(state=State.OK)
        assert phd2["PHD2_GUIDE"].state is State.OK
        ask("set_paused", paused=True)
        await phd2["PHD2_STATE"].wait(STATE="Paused")
        ask("set_paused", paused=False)
        ask("set_dec_guide_mode", mode="North")
        ask("set_exposure", exposure=2000)
        await phd2["PHD2_EXPOSURE"].wait(MS_2000=True)
        ask("stop_capture")
        await phd2["PHD2_STATE"].wait(STATE="Stopped")
        await right_again(phd2, fake)
        writer.close()

    play(port, scene, gear=False)


@pytest.mark.parametrize("member", ["STOP", "GUIDING"])
def test_who_waits_for_guiding_that_another_client_stops_is_told(port, member):
    async def scene(phd2, fake):
        async with connect(f"127.0.0.1:{port}") as other:
            second = await other.device("PHD2", timeout=PATIENCE)
            await second["PHD2_STOP"].ready()
            await phd2.set("PHD2_SETTLE", TIME=3000, TIMEOUT=3600)
            waiting = asyncio.create_task(phd2.set("PHD2_GUIDE", GUIDE=True))
            await second["PHD2_SETTLING"].wait(state=State.BUSY)
            await second.set("PHD2_STOP", **{member: True})
            with pytest.raises(AlertError, match="guiding was stopped before it had settled"):
                await waiting

    play(port, scene)


def test_two_clients_that_drive_at_once_are_both_obeyed_or_told(port):
    async def scene(phd2, fake):
        async with connect(f"127.0.0.1:{port}") as other:
            second = await other.device("PHD2", timeout=PATIENCE)
            await second["PHD2_GUIDE"].ready()
            fake.rests = calibrates
            with other.dialogue("PHD2") as changes:
                both = (phd2.set("PHD2_GUIDE", GUIDE=True), second.set("PHD2_GUIDE", GUIDE=True))
                asking = asyncio.gather(*both, return_exceptions=True)
                while not re.search("guide is in progress|calibrates already", str((await anext(changes)).message)):
                    pass  # until whoever was second is told why
            fake.rests = never
            asked = await asking
            assert len(fake.asked("guide")) == 1
            assert any(not isinstance(one, BaseException) for one in asked)
            await second["PHD2_STATE"].wait(STATE="Guiding")
            await second.set("PHD2_STOP", STOP=True)
            await right_again(phd2, fake)

    play(port, scene)
