"""Nothing in the fake PHD2 that the recordings contradict: words, numbers, members and the order within a frame.

The recorded requests are asked in their order, and the fake takes the frames that PHD2 took. `test_fake` compares the
answers' shapes and the order of what happens but once; here is the rest: what an answer says, each member of each
event, the steps of a calibration, and which event follows which.
"""

import asyncio
import json
import re
from functools import cache
from itertools import pairwise

import pytest

from tests.drivers.phd2.fake import FakePhd2, bytewise, whole
from tests.drivers.phd2.fake_methods import Methods
from tests.drivers.phd2.fake_model import Model
from tests.drivers.phd2.recordings import NAMES, PLAIN, exchanges, heard
from tests.drivers.phd2.scenes import scene
from tests.drivers.phd2.test_fake import EVERY_FRAME, NOISE, UNCERTAIN, answer_of, flat, line_of, play

HEAD = {"Event", "Timestamp", "Host", "Inst"}
MEASURED = {"find_star", "get_lock_position", "get_star_image", "save_image"}
"""Methods whose answers are of a frame, or of a file: another night has others."""
NOT_RECORDED = {103}  # the request after which the answer to a line that was too long came
WORDS = {"Mount", "dir", "State", "Error", "Reason", "Status", "Name", "Value", "RADirection", "DECDirection"}


def events(messages):
    return [one for one in flat(messages) if "Event" in one]


@cache
def told(name):
    """Return all that the fake says when it is asked what was recorded, by exchange."""
    model = Model(3 if "-ao" in name else 1)
    methods = Methods(model)
    return [(exchange, json.loads(json.dumps(play(model, methods, exchange)))) for exchange in exchanges(name)[1:]]


def said(name):
    return [event for _, messages in told(name) for event in events(messages)]


def recorded(name):
    return events(message for message in heard(name) if isinstance(message, dict))


def kind(value):
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def masked(words):
    return re.sub(r"\s*[\d.]+", " #", words)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_measurement_is_answered_to_the_number(name):
    compared = 0
    for exchange, messages in told(name):
        if not isinstance(exchange.request, dict) or exchange.request_id in NOT_RECORDED:
            continue
        if exchange.request.get("method") in MEASURED:
            continue
        replies = [one for one in messages if isinstance(one, list) or "Event" not in one]
        wanted = [one for one in exchange.replies if isinstance(one, list) or one.get("id") is not None]
        for reply, one in zip(replies, wanted, strict=False):
            if "result" in one:
                assert reply == one, exchange.request
                compared += 1
    assert compared >= (70 if name == PLAIN else 14)


@pytest.mark.parametrize("name", NAMES)
def test_each_event_has_the_members_that_it_always_has_and_none_that_it_never_has(name):
    always, ever = {}, {}
    for event in recorded(name):
        members = {(member, kind(value)) for member, value in event.items()}
        called = event["Event"]
        ever.setdefault(called, set()).update(members)
        names = {member for member, _ in members}
        always[called] = always.get(called, names) & names
    for event in said(name):
        called = event["Event"]
        assert always[called] <= set(event), event
        assert {(member, kind(value)) for member, value in event.items()} <= ever[called], event


@pytest.mark.parametrize("name", NAMES)
def test_its_words_are_those_of_the_recording(name):
    def words(messages):
        return {
            (event["Event"], member, masked(value))
            for event in messages
            for member, value in event.items()
            if member in WORDS and isinstance(value, str)
        }

    assert words(said(name)) - words(recorded(name)) == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_calibration_goes_through_the_recorded_steps(name):
    def steps(messages):
        calibrating = [one for one in messages if one["Event"] == "Calibrating"]
        return [(one["Mount"], one["dir"], one["step"], re.sub(r", dist=.*", "", one["State"])) for one in calibrating]

    real = iter(steps(recorded(name)))
    for step in steps(said(name)):
        assert step in real, step  # an iterator: in the recorded order, though not each


@pytest.mark.parametrize("name", NAMES)
def test_after_each_event_comes_one_that_was_recorded_after_it(name):
    def pairs(messages):
        names = [one["Event"] for one in messages if one["Event"] not in UNCERTAIN | {"Version", "AppState"}]
        return set(pairwise(names))

    found, story = set(), []
    for exchange, messages in told(name):
        if exchange.request_id in NOISE:
            found, story = found | pairs(story), []
        else:
            story += events(messages)
    assert (found | pairs(story)) - pairs(recorded(name)) == set()


@pytest.mark.parametrize("name", NAMES)
def test_settling_ends_as_it_did(name):
    def ends(messages):
        done = [one for one in messages if one["Event"] == "SettleDone"]
        return [(one["Status"], one.get("Error"), one["Status"] or one["TotalFrames"]) for one in done]

    assert ends(said(name)) == ends(recorded(name))


@pytest.mark.parametrize("name", NAMES)
def test_its_clock_and_its_frames_go_on(name):
    times = [event["Timestamp"] for event in said(name)]
    assert times == sorted(times)
    assert times[-1] - times[0] > 20
    last = 0
    for event in said(name):
        if event["Event"] == "StartGuiding":
            last = 0
        elif event["Event"] == "GuideStep":
            assert event["Frame"] > last
            last = event["Frame"]


def test_frames_are_counted_while_guiding_is_paused_and_not_while_all_is():
    model = Model()
    methods = Methods(model)
    methods.request({"method": "set_connected", "params": [True], "id": 1})
    methods.request({"method": "guide", "params": [{"pixels": 2, "time": 3, "timeout": 60}], "id": 2})
    while model.app_state() != "Guiding" or model.busy:
        model.frame()
    for params, more in (([True], 8), ([True, "full"], 1)):
        number = [one for one in model.take() if one["Event"] == "GuideStep"][-1]["Frame"]
        methods.request({"method": "set_paused", "params": params, "id": 3})
        for _ in range(7):
            model.frame()
        assert [one["Event"] for one in model.take()] == ["Paused"]
        methods.request({"method": "set_paused", "params": [False], "id": 4})
        model.frame()
        resumed, step = model.take()
        assert (resumed["Event"], step["Event"], step["Frame"]) == ("Resumed", "GuideStep", number + more)
        model.out.append(step)
    steps = [one for one in recorded(PLAIN) if one["Event"] in ("GuideStep", "Paused")]
    frames = [(steps[place - 1]["Frame"], steps[place + 1]["Frame"]) for place in paused_at(steps)]
    assert frames == [(6, 14), (14, 15)]


def paused_at(steps):
    return [place for place, one in enumerate(steps) if one["Event"] == "Paused"]


@pytest.mark.parametrize("cut", [whole, bytewise])
@pytest.mark.parametrize("name", NAMES)
@scene
async def test_over_its_socket_requests_are_answered_in_their_order_however_they_are_cut(name, cut):
    _, *rest = exchanges(name)
    places = [place for place, one in enumerate(rest) if EVERY_FRAME & {event["Event"] for event in one.events}]
    rest = [one for one in rest[: places[0]] if one.request_id not in NOT_RECORDED]
    wanted = [answer_of(reply) for one in rest for reply in one.replies]
    async with FakePhd2(frame=None, instance=3 if "-ao" in name else 1) as fake:
        reader, writer = await asyncio.open_connection("127.0.0.1", fake.port)
        for part in cut(b"".join(line_of(one.request) + b"\n" for one in rest)):
            writer.write(part)
        replies = []
        while len(replies) < len(wanted):
            message = json.loads(await reader.readline())
            replies += [] if "Event" in message else [answer_of(message)]
        writer.transport.abort()
    assert replies == wanted
