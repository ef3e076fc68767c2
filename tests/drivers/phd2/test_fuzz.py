"""Whatever PHD2 sends, nothing is raised out of the reader, the connection lives on, and what follows is read.

Broken are lines (garbage, merged, cut short, huge, no UTF-8, raw TABs, nan), events (unknown, with members missing,
or of any type) and answers (of any type). What is drawn is the same in each run.
"""

import asyncio
import json
import logging
import random
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lightapt_drivers.phd2.errors import Phd2Error
from lightapt_drivers.phd2.events import GuidingStopped, UnknownEvent
from lightapt_drivers.phd2.link import Link
from lightapt_drivers.phd2.state import State as Phd2State
from lightapt_drivers.phd2.state import StateFollower
from lightapt_drivers.phd2.words import AppState
from lightapt_protocol.vocabulary import State
from tests.drivers.phd2.bridging import bridge
from tests.drivers.phd2.fake_model import dumps
from tests.drivers.phd2.recordings import NAMES, heard
from tests.drivers.phd2.scenes import scene
from tests.drivers.phd2.test_methods_as_recorded import BOTH, Recorded, exchange_of, run

HUGE = 300 * 1024  # bytes: more than a line may have
LAST = b'{"Event":"AppState","State":"Guiding","Inst":1}\n{"Event":"GuidingStopped","Inst":1}\n'
KINDS = {}
for _name in NAMES:
    for _message in heard(_name):
        if isinstance(_message, dict) and "Event" in _message:
            KINDS.setdefault(_message["Event"], {}).update(_message)
JUNK = [None, True, False, 0, -1, 3, 1.5, -1e308, 10**400, "", "x", "\t", "Guiding", [], [1], [1, 2], ["a", None], {}]
JUNK += [
    {"id": []},
    {"name": 7, "id": 1},
    [[]],
    [{}],
    {"camera": 3, "AO": {"name": 1}},
    "é\u2028\udcff",
    [1] * 4,
    [None] * 4,
]

anything = st.one_of(
    st.sampled_from(JUNK),
    st.integers(),
    st.floats(),
    st.text(max_size=10),
    st.recursive(st.none(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)),
)
known = st.sampled_from(sorted(KINDS))
names = st.one_of(known, known, st.sampled_from(["RotatorMoved", "", "Event"]), anything)
steady = settings(derandomize=True, max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def events(draw):
    """Return an event of which some members are of any type, and some are not there."""
    called = draw(names)
    members = dict(KINDS.get(called, {"X": 1})) if isinstance(called, str) else {}
    for member in draw(st.lists(st.sampled_from(sorted(members) or ["X"]), max_size=4)):
        if draw(st.booleans()):
            members[member] = draw(anything)
        else:
            members.pop(member, None)
    return {**members, "Event": called}


@st.composite
def lines(draw):
    """Return a line, or what is none."""
    whole = json.dumps(draw(events()), ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    match draw(st.integers(0, 8)):
        case 0:
            return draw(st.binary(max_size=60)) + b"\n"
        case 1:
            return whole[: draw(st.integers(0, len(whole)))] + whole + b"\r\n"  # merged
        case 2:
            return whole[: draw(st.integers(0, len(whole)))] + b"\n"
        case 3:
            return whole.replace(b'": 1', b'": nan').replace(b" ", b"\t") + b"\r\n"
        case 4:
            return whole[:9] + b"\xff\xfe\x80" + whole[9:] + b"\n"
        case 5:
            return (
                draw(st.sampled_from([b"{", b'"', b"[" * 2000, b'{"Event":', b'{"jsonrpc":"2.0","id":', b"\x00"]))
                + b"\n"
            )
        case 6:
            answer = {
                "jsonrpc": "2.0",
                "id": draw(anything),
                draw(st.sampled_from(["result", "error", ""])): draw(anything),
            }
            return json.dumps(answer).encode() + b"\n"
        case _:
            return whole + b"\r\n"


class Reader:
    """A link whose events are followed."""

    def __init__(self):
        self.follower, self.heard, self.lost = StateFollower(), [], []
        self.link = Link(self._hear, on_skip=lambda: None, on_lost=self.lost.append)

    def _hear(self, event):
        self.heard.append(event)
        self.follower.apply(event)

    def feed(self, data):
        self.link.data_received(data)


def read(*parts):
    """Feed a reader; return it."""

    async def feed():
        reader = Reader()
        for part in parts:
            reader.feed(part)
        return reader

    return asyncio.run(feed())


@steady
@given(st.lists(lines(), min_size=1, max_size=8), st.integers(1, 50))
def test_whatever_comes_what_follows_is_read_and_followed(broken, step):
    data = b"".join(broken) + b"\n" + LAST
    reader = read(*(data[start : start + step] for start in range(0, len(data), step)))
    assert reader.lost == []
    assert isinstance(reader.heard[-1], GuidingStopped)
    assert reader.follower.state.app in (AppState.LOOPING, AppState.SELECTED)
    assert isinstance(reader.follower.state, Phd2State)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_known_event_s_members_may_be_of_any_type(name):
    for member in KINDS[name]:
        if member != "Event":
            reader = read(*(json.dumps({**KINDS[name], member: junk}).encode() + b"\n" for junk in JUNK), LAST)
            assert isinstance(reader.heard[-1], GuidingStopped)
            assert {type(event).name for event in reader.heard[:-2]} == {name}
    assert type(read(dumps({"Event": name})).heard[0]).name == name


def test_an_unknown_event_is_passed_on_with_all_its_members():
    reader = read(dumps({"Event": "RotatorMoved", "Angle": [1, {"a": None}]}), LAST)
    unknown = reader.heard[0]
    assert isinstance(unknown, UnknownEvent)
    assert (unknown.called, unknown.members["Angle"]) == ("RotatorMoved", [1, {"a": None}])


@pytest.mark.parametrize("filling", [b"x", b'{"Event":"Alert","Msg":"', b"\xff", b"[", b'"\\'])
def test_a_huge_line_costs_itself_alone(filling):
    huge = filling * (HUGE // len(filling))
    reader = read(huge[: HUGE // 2], huge[HUGE // 2 :], b"\r\n" + LAST)
    assert [type(event) for event in reader.heard][-1] is GuidingStopped
    assert reader.link.skipped == 1


@pytest.mark.parametrize("use", [one[2] for one in BOTH], ids=[exchange_of(*one[:2])[0]["method"] for one in BOTH])
def test_an_answer_of_any_type_is_read_or_told_as_phd2_s_error(use):
    for junk in JUNK:
        with suppress(Phd2Error):
            run(use(Recorded({"result": junk})))


@scene
async def test_the_bridge_lives_on_whatever_it_hears(caplog):
    drawn = random.Random(20)
    async with bridge(frame=None) as (harness, fake):
        for name in sorted(KINDS) * 3:
            members = {key: value for key, value in KINDS[name].items() if drawn.random() > 0.2}
            for member in drawn.sample(sorted(members), min(3, len(members))):
                members[member] = drawn.choice(JUNK)
            fake.send(json.dumps({**members, "Event": name}).encode() + b"\r\n")
            fake.send(
                drawn.choice([b"\xff\n", b"{\n", b"[]\n", b'{"Event":7}\n', b'{"id":1,"result":{}}\n', b"\t\r\n"])
            )
        fake.say("Alert", Msg="the words at the end", Type="info")
        await harness.until(lambda: any("the words at the end" in one for one in harness.notices), "the last alert")
        await harness.expect("CONNECTION", state=State.OK, CONNECT=True)
        await harness.expect("PHD2_STATE", STATE="Stopped")
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR and one.exc_info] == []


@scene
async def test_the_bridge_lives_on_whatever_it_is_answered(caplog):
    drawn = random.Random(20)
    async with bridge(frame=None) as (harness, fake):
        honest = fake._methods.line
        spoiled = ("get_app_state", "get_settling")
        fake._methods.line = lambda line: [spoil(one, line, drawn, but=spoiled) for one in honest(line)]
        for _ in range(5):
            asked = fake.methods.count("get_profiles")
            fake.say("ConfigurationChange")
            fake.say("GuideParamChange", Name="Exposure", Value="x")
            await harness.until(lambda asked=asked: fake.methods.count("get_profiles") > asked, "another reading")
        fake._methods.line = honest
        fake.say("ConfigurationChange")
        await harness.expect("PHD2_EQUIPMENT", CONNECT=True)
        await harness.expect("CONNECTION", state=State.OK, CONNECT=True)
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR and one.exc_info] == []


def spoil(reply, line, drawn, *, but):
    """Return a reply whose result is of any type, but for that of some methods."""
    if json.loads(line)["method"] in but or "result" not in reply:
        return reply
    return {**reply, "result": drawn.choice([junk for junk in JUNK if not isinstance(junk, str)])}
