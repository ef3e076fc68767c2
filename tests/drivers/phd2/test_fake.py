"""The fake PHD2 does what the recordings of a real one show: the same requests get the same answers and events.

Compared are codes and words of errors, the shapes of results, and the order of all events that are not told of every
frame, with the reply among them. How many frames there are is not: the fake takes them faster.
"""

import json

import pytest

from tests.drivers.phd2.fake_methods import Methods
from tests.drivers.phd2.fake_model import CrashError, Model
from tests.drivers.phd2.recordings import NAMES, PLAIN, exchanges, greetings, heard

EVERY_FRAME = {"LoopingExposures", "GuideStep", "Settling", "StarLost", "Calibrating"}
UNCERTAIN = {"ConfigurationChange", "GuideParamChange"}  # which settings differ from before depends on the computer
NOISE = {155}  # the request after which the recorded simulator's star came and went for a while
FREE_WORDS = {-32700}  # PHD2's JSON parser has its own
LATER = 200  # frames


def telling(messages):
    """Return the names of events that tell of a change, and `reply`."""
    names = [message.get("Event", "reply") for message in flat(messages)]
    return [name for name in names if name not in EVERY_FRAME | UNCERTAIN]


def flat(messages):
    return [one for message in messages for one in (message if isinstance(message, list) else [message])]


def shape(value):
    """Return what a result looks like, without its numbers."""
    match value:
        case {"width": int(), "pixels": str()}:
            return {name: shape(one) for name, one in value.items() if name != "pixels"} | {"side": value["width"]}
        case dict():
            return {name: shape(one) for name, one in value.items()}
        case list() if all(isinstance(one, int | float) for one in value) and len(value) > 4:
            return "numbers"
        case list():
            return [shape(one) for one in value]
        case bool() | None:
            return value
        case int() | float():
            return "number"
        case str() if value.startswith("/"):
            return "path"
    return value


def answer_of(reply):
    if isinstance(reply, list):
        return [answer_of(one) for one in reply]
    if (error := reply.get("error")) is not None:
        words = "" if error["code"] in FREE_WORDS else error["message"]
        return {"code": error["code"], "words": words, "id": reply["id"]}
    return {"result": shape(reply["result"]), "id": reply["id"]}


def line_of(request):
    return request.encode() if isinstance(request, str) else json.dumps(request).encode()


def play(model, methods, exchange):
    """Ask the fake what was asked, and take frames until all has happened that happened then."""
    wanted = telling(exchange.answers)
    said = []
    replies = methods.line(line_of(exchange.request))
    said += model.take() + replies
    if exchange.request_id in NOISE:
        while model.app_state() != "Calibrating":
            model.frame()
        return said + model.take()
    frames = sum(one.get("Event") in EVERY_FRAME for one in flat(exchange.answers))
    for _ in range(LATER if len(telling(said)) < len(wanted) else min(frames, 3)):
        if len(telling(said)) >= len(wanted) and frames <= 0:
            break
        model.frame()
        frames -= 1
        said += model.take()
    return said


@pytest.mark.parametrize("name", NAMES)
def test_the_same_requests_are_answered_alike_and_cause_the_same_events(name):
    model = Model(3 if "-ao" in name else 1)
    methods = Methods(model)
    first, *rest = exchanges(name)
    assert [one["Event"] for one in model.greeting()] == [one["Event"] for one in first.answers]
    late = []  # what the recording's client heard after it had asked the next
    for exchange in rest:
        said = play(model, methods, exchange)
        number = exchange.request_id
        if number == 103:
            continue  # the recording's line that was too long is not in it: only its answer
        replies = [answer_of(one) for one in said if isinstance(one, list) or "Event" not in one]
        assert replies == [answer_of(one) for one in exchange.replies], exchange.request
        if number not in NOISE:
            told, wanted = late + telling(said), telling(exchange.answers)
            assert told[: len(wanted)] == wanted, exchange.request
            late = told[len(wanted) :]
    assert late == []


def test_paused_without_exposures_it_is_paused():
    model = Model()
    methods = Methods(model)
    methods.request({"method": "set_paused", "params": [True], "id": 1})
    assert model.app_state() == "Paused"
    methods.request({"method": "set_paused", "params": [False], "id": 2})
    assert model.app_state() == "Stopped"
    methods.request({"method": "set_paused", "params": [True, "full"], "id": 3})
    methods.request({"method": "stop_capture", "id": 4})
    assert model.app_state() == "Stopped"
    assert [one["Event"] for one in model.take()] == ["Paused", "Resumed"] * 2


def test_while_it_is_paused_it_takes_no_other_kind_of_pause():
    model = Model()
    methods = Methods(model)
    for kind in ("", "full"):
        methods.request({"method": "set_paused", "params": [True, kind], "id": 1})
    assert model.paused == "guiding"
    assert [one["Event"] for one in model.take()] == ["Paused"]


def test_who_connects_while_it_guides_is_greeted_alike():
    model = Model()
    methods = Methods(model)
    methods.request({"method": "set_connected", "params": [True], "id": 1})
    methods.request({"method": "guide", "params": [{"pixels": 2, "time": 3, "timeout": 60}], "id": 2})
    while model.app_state() != "Guiding" or model.busy:
        model.frame()
    found = [model.greeting()]
    methods.request({"method": "set_paused", "params": [True], "id": 3})
    found.append(model.greeting())
    methods.request({"method": "set_paused", "params": [False], "id": 4})
    model.exposure = 10
    model.frame()
    found.append(model.greeting())
    recorded = [one[: [m["Event"] for m in one].index("AppState") + 1] for one in greetings(PLAIN)]
    assert [[one["Event"] for one in greeting] for greeting in found] == [
        [one["Event"] for one in greeting] for greeting in recorded
    ]
    assert [one[-1]["State"] for one in found] == [one[-1]["State"] for one in recorded]


@pytest.mark.parametrize("name", NAMES)
def test_its_events_have_no_members_that_recorded_ones_lack(name):
    recorded = {}
    for each in NAMES:
        for message in heard(each):
            if "Event" in message:
                recorded.setdefault(message["Event"], set()).update(message)
    model = Model(3 if "-ao" in name else 1)
    methods = Methods(model)
    said = []
    for exchange in exchanges(name)[1:]:
        said += play(model, methods, exchange)
    for message in flat(said):
        if "Event" in message:
            assert set(message) <= recorded[message["Event"]], message["Event"]


def test_a_request_that_is_too_long_is_refused_without_an_id():
    (reply,) = Methods(Model()).line(b'{"method":"get_app_state","id":1,"x":"' + b"x" * 1000 + b'"}\r\n')
    assert answer_of(reply) == {"code": -32603, "words": "too big", "id": None}


@pytest.mark.parametrize(
    "request_",
    [
        {"method": "set_algo_param", "params": ["ra", "minMove"]},
        {"method": "get_lock_shift_params", "params": ["camera"]},
    ],
)
def test_what_crashes_a_real_one_crashes_it(request_):
    with pytest.raises(CrashError):
        Methods(Model()).request({**request_, "id": 1})


def test_it_has_all_methods_that_were_recorded():
    requests = [one.request for name in NAMES for one in exchanges(name)[1:] if isinstance(one.request, dict)]
    recorded = {request["method"] for request in requests if "method" in request}
    assert recorded - {"no_such", "no_such_method"} == set(Methods(Model()).names)
