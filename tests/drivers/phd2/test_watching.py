"""PHD2's state is looked at however much it says, with few questions; what it tells of is not asked all the time."""

from collections import Counter

from lightapt_drivers.phd2 import Options, Phd2Client
from lightapt_drivers.phd2 import events as ev
from lightapt_drivers.phd2.rereading import GLANCE
from lightapt_drivers.phd2.watching import _WHOLE
from lightapt_protocol.vocabulary import State
from tests.drivers.phd2.bridging import play
from tests.drivers.phd2.fake import FakePhd2
from tests.drivers.phd2.scenes import MS, scene


async def looks(client, number):
    """Return the readings that are made while frames come, each as whether it was whole."""
    found = []
    with client.events() as stream:
        async for event in stream:
            found += [event.is_whole] if isinstance(event, ev.StateRead) else []
            if len(found) == number:
                return found


@scene
async def test_it_is_looked_at_while_frames_come_and_now_and_then_read_whole():
    async with FakePhd2(frame=1 * MS) as fake:
        fake.model.connected = True
        fake.model.start_capturing()
        client = Phd2Client("127.0.0.1", fake.port, options=Options(heartbeat=20 * MS))
        await client.open()
        fake.requests.clear()
        assert await looks(client, _WHOLE) == [False] * (_WHOLE - 1) + [True]
        asked = Counter(fake.methods)
        await client.close()
    assert {asked[method] for method in GLANCE} == {_WHOLE}
    assert {number for method, number in asked.items() if method not in GLANCE} == {1}


@scene
async def test_equipment_that_another_client_disconnects_is_seen_while_frames_come():
    async with FakePhd2(frame=1 * MS) as fake:
        fake.model.connected = True
        fake.model.start_capturing()
        client = Phd2Client("127.0.0.1", fake.port, options=Options(heartbeat=20 * MS, calm=20 * MS))
        await client.open()
        fake.model.connected = False
        state = await client.until(lambda state: not state.equipment.camera.is_connected, timeout=10)
        assert state.is_connected is False
        await client.close()


def test_an_idle_phd2_is_asked_little_and_its_algorithms_only_when_they_may_differ():
    async def scene(harness, fake):
        fake.say("Alert", Msg="begun", Type="info")
        await harness.until(lambda: any("begun" in one for one in harness.notices), "all that was said at first")
        await harness.request("PHD2_RECONNECT", RECONNECT=True)
        await harness.expect("CONNECTION", state=State.OK)
        fake.requests.clear()
        for is_on in (True, False, True):
            fake.model.lock_shift["enabled"] = is_on
            await harness.expect("PHD2_LOCK_SHIFT", ON=is_on)
        assert set(fake.methods) <= {*GLANCE, "get_lock_shift_params", "get_cooler_status"}
        fake.model.algo["ra"]["minMove"] = 0.4
        fake.say("ConfigurationChange")
        await harness.expect("PHD2_ALGORITHM_RA", minMove=0.4)

    play(scene)
