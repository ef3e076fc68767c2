"""The hub's own device: what it tells of a hub, and when."""

import asyncio
import dataclasses
import socket
from collections.abc import Callable, Coroutine, Iterable

from lightapt_protocol.framing import Element, Framer
from lightapt_protocol.messages import (
    DefNumberVector,
    DefSwitchVector,
    DefTextVector,
    DelProperty,
    Message,
    SetNumberVector,
    SetSwitchVector,
)
from lightapt_protocol.parser import parse
from lightapt_protocol.vocabulary import State, SwitchState
from lightapt_server.routing import Role
from lightapt_server.self_device import DEVICE, Panel, SelfDevice, vectors
from lightapt_server.statistics import HubCounters, PeerCounters

MB = 1024 * 1024
HUB = HubCounters(
    clients=2, drivers=2, remotes=1, devices=4, welcomed=5, cut_off=0, restarts=7, spooled=0, memory=90 * MB
)


def peer(label: str, role: Role, **counts: int) -> PeerCounters:
    zero = dict.fromkeys(("elements_in", "bytes_in", "elements_out", "bytes_out", "behind", "dropped"), 0)
    return PeerCounters(label=label, role=role, **(zero | counts))


DOME = peer("driver dome", Role.DRIVER, elements_in=3, behind=10)
FAR = peer("remote @far:7624", Role.REMOTE)
ANN = peer("client 127.0.0.1:1", Role.CLIENT, bytes_out=100, behind=5)
BOB = peer("client 127.0.0.1:2", Role.CLIENT, bytes_out=200, behind=7)
ITSELF = peer(f"driver {DEVICE}", Role.DRIVER)
ALL = (ITSELF, DOME, FAR, ANN, BOB)


def names(messages: Iterable[Message]) -> list[str]:
    return [message.name for message in messages]


def values(messages: Iterable[Message], name: str) -> dict[str, float]:
    (vector,) = [message for message in messages if getattr(message, "name", "") == name]
    assert isinstance(vector, DefNumberVector | SetNumberVector)
    return {member.name: member.value for member in vector.members}


class TestVectors:
    def test_there_is_one_of_the_hub_one_of_all_clients_and_one_of_each_peer(self) -> None:
        found = vectors(HUB, ALL)
        assert [vector.name for vector in found] == [
            "HUB_COUNTERS",
            "CLIENTS_TRAFFIC",
            "DRIVER_DOME",
            "REMOTE_FAR_7624",
            "CLIENT_127_0_0_1_1",
            "CLIENT_127_0_0_1_2",
        ]
        labels = ["Counters", "Clients here now", "dome", "@far:7624", "127.0.0.1:1", "127.0.0.1:2"]
        assert [vector.label for vector in found] == labels
        assert [vector.group for vector in found] == ["Main", "Clients", "Drivers", "Remotes", "Clients", "Clients"]
        assert (found[-1].values["BYTES_OUT"], found[-1].values["BEHIND"]) == (200, 7)

    def test_of_a_crowd_of_clients_the_first_have_one_each(self) -> None:
        crowd = [peer(f"client 127.0.0.1:{port}", Role.CLIENT, behind=1) for port in range(100)]
        found = vectors(HUB, [DOME, *crowd])
        assert [vector.label for vector in found[3:]] == [f"127.0.0.1:{port}" for port in range(32)]
        assert found[1].values["BEHIND"] == 100

    def test_the_hub_does_not_count_its_own_device(self) -> None:
        counters = vectors(HUB, ALL)[0].values
        assert (counters["DRIVERS"], counters["DEVICES"]) == (1, 3)
        assert (counters["CLIENTS"], counters["RESTARTS"], counters["MEMORY_MB"]) == (2, 7, 90)

    def test_clients_are_taken_together(self) -> None:
        counters = vectors(HUB, ALL)[1].values
        assert (counters["BYTES_OUT"], counters["BEHIND"], counters["MOST_BEHIND"]) == (300, 12, 7)

    def test_two_drivers_of_one_word_have_two_names(self) -> None:
        found = vectors(HUB, [DOME, DOME, DOME])
        assert [vector.name for vector in found[2:]] == ["DRIVER_DOME", "DRIVER_DOME_2", "DRIVER_DOME_3"]

    def test_a_driver_that_is_to_come_back_keeps_its_vector(self) -> None:
        (away,) = vectors(HUB, [], ["driver dome"])[2:]
        (here,) = vectors(HUB, [DOME])[2:]
        assert (away.state, here.state) == (State.ALERT, State.OK)
        assert dataclasses.replace(away, state=here.state, values=here.values) == here

    def test_names_fit_into_libindis_fields(self) -> None:
        long = peer("driver " + "/opt/somewhere/deep/" * 10, Role.DRIVER)
        for vector in vectors(HUB, [long, long]):
            assert len(vector.name) < 64
            assert vector.name.replace("_", "").isalnum()


class TestPanel:
    def test_who_asks_for_all_gets_all(self) -> None:
        answer = list(Panel().answer(vectors(HUB, ALL)))
        assert names(answer)[:3] == ["CONNECTION", "DRIVER_INFO", "HUB_COUNTERS"]
        assert isinstance(answer[0], DefSwitchVector)
        assert [(member.name, member.value) for member in answer[0].members] == [
            ("CONNECT", SwitchState.ON),
            ("DISCONNECT", SwitchState.OFF),
        ]
        assert isinstance(answer[1], DefTextVector)
        assert answer[1].members[3].value == "0"
        assert {message.device for message in answer} == {DEVICE}

    def test_who_asks_for_one_gets_one(self) -> None:
        assert names(Panel().answer(vectors(HUB, ALL), "DRIVER_DOME")) == ["DRIVER_DOME"]
        assert names(Panel().answer(vectors(HUB, ALL), "NOTHING")) == []

    def test_only_what_has_changed_is_told(self) -> None:
        panel = Panel()
        list(panel.answer(vectors(HUB, ALL)))
        assert list(panel.changes(vectors(HUB, ALL))) == []
        changed = list(panel.changes(vectors(HUB, [dataclasses.replace(DOME, behind=0), *ALL[2:], ITSELF])))
        assert [type(message) for message in changed] == [SetNumberVector]
        assert values(changed, "DRIVER_DOME")["BEHIND"] == 0

    def test_an_answer_for_one_hides_no_change_of_another(self) -> None:
        panel = Panel()
        list(panel.answer(vectors(HUB, ALL)))
        later = vectors(HUB, [dataclasses.replace(DOME, behind=0), *ALL[2:], ITSELF])
        list(panel.answer(later, "HUB_COUNTERS"))
        assert names(panel.changes(later)) == ["DRIVER_DOME"]

    def test_a_driver_that_comes_is_defined_and_one_that_goes_for_good_is_deleted(self) -> None:
        panel = Panel()
        list(panel.answer(vectors(HUB, [DOME])))
        came = list(panel.changes(vectors(HUB, [DOME, FAR])))
        went = list(panel.changes(vectors(HUB, [FAR])))
        assert [(type(message), message.name) for message in came] == [(DefNumberVector, "REMOTE_FAR_7624")]
        assert went == [DelProperty(DEVICE, "DRIVER_DOME")]


class Subject:
    """A hub to be shown."""

    def __init__(self) -> None:
        self.hub = HUB
        self.watched = False
        self.has_looked = asyncio.Event()
        self._looks = 0

    def counters(self) -> HubCounters:
        return self.hub

    def peers(self) -> list[PeerCounters]:
        return list(ALL)

    def absent(self) -> list[str]:
        return []

    def is_watched(self, device: bytes) -> bool:
        assert device == DEVICE.encode()
        self._looks += 1
        if self._looks > 2:
            self.has_looked.set()
        return self.watched


class Talk:
    """The hub's end of the device's stream."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self.writer = reader, writer
        self._framer = Framer()
        self._elements: list[Element] = []

    async def next(self) -> Message:
        while not self._elements:
            self._elements += self._framer.feed(await self._reader.read(65536))
        return parse(self._elements.pop(0).raw)

    def ask(self, name: str = "") -> None:
        named = f' name="{name}"' if name else ""
        self.writer.write(f'<getProperties version="1.7" device="{DEVICE}"{named}/>'.encode())


def talk(test: Callable[[Talk, Subject], Coroutine[None, None, None]]) -> None:
    """Run a test between the two ends of a stream."""

    async def run() -> None:
        ours, theirs = socket.socketpair()
        subject = Subject()
        ends = Talk(*await asyncio.open_connection(sock=ours))
        reader, writer = await asyncio.open_connection(sock=theirs)
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            group.create_task(SelfDevice(subject, period=0.001).live(reader, writer))
            await test(ends, subject)
            ends.writer.close()
        writer.close()
        await ends.writer.wait_closed()
        await writer.wait_closed()

    asyncio.run(run())


class TestSelfDevice:
    def test_it_answers_and_ends_with_its_stream(self) -> None:
        async def test(ends: Talk, _: Subject) -> None:
            ends.ask("HUB_COUNTERS")
            assert isinstance(await ends.next(), DefNumberVector)

        talk(test)

    def test_it_tells_nothing_while_nobody_looks(self) -> None:
        async def test(ends: Talk, subject: Subject) -> None:
            await subject.has_looked.wait()
            ends.ask("CONNECTION")
            assert isinstance(await ends.next(), DefSwitchVector)

        talk(test)

    def test_it_tells_what_changes_while_somebody_looks(self) -> None:
        async def test(ends: Talk, subject: Subject) -> None:
            ends.ask("HUB_COUNTERS")
            await ends.next()
            subject.hub = dataclasses.replace(HUB, restarts=8)
            subject.watched = True
            while not isinstance(message := await ends.next(), SetNumberVector):
                pass
            assert values([message], "HUB_COUNTERS")["RESTARTS"] == 8

        talk(test)

    def test_it_cannot_be_disconnected(self) -> None:
        async def test(ends: Talk, _: Subject) -> None:
            ends.writer.write(
                f'<newSwitchVector device="{DEVICE}" name="CONNECTION"><oneSwitch name="DISCONNECT">On</oneSwitch>'
                "</newSwitchVector>".encode()
            )
            answer = await ends.next()
            assert isinstance(answer, SetSwitchVector)
            assert (answer.state, answer.members[0].value) == (State.OK, SwitchState.ON)

        talk(test)
