"""Lines are read however they are cut, and what is broken costs nothing but itself."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_drivers.phd2 import lines
from lightapt_drivers.phd2.errors import ParameterError
from lightapt_drivers.phd2.lines import LONGEST_REQUEST, LineReader, encode
from tests.drivers.phd2.fake_model import dumps
from tests.drivers.phd2.recordings import NAMES, heard

ALL = [message for name in NAMES for message in heard(name) if isinstance(message, dict)]
DATA = b"".join(dumps(message) for message in ALL)
EVENT = b'{"Event":"StartGuiding","Inst":1}\r\n'
READ = {"Event": "StartGuiding", "Inst": 1}


def test_a_recording_is_read_whole():
    assert LineReader().feed(DATA) == ALL


def test_a_recording_is_read_byte_by_byte():
    reader = LineReader()
    assert [message for byte in range(len(DATA)) for message in reader.feed(DATA[byte : byte + 1])] == ALL
    assert reader.skipped == 0


@given(st.lists(st.integers(0, 20_000), max_size=30))
def test_a_recording_is_read_cut_at_random(places):
    data = DATA[:20_000]
    cuts = [0, *sorted(places), len(data)]
    reader, whole = LineReader(), LineReader()
    parts = [data[start:end] for start, end in pairwise(cuts)]
    assert [message for part in parts for message in reader.feed(part)] == whole.feed(data)


@given(st.binary(max_size=200))
def test_nothing_that_comes_is_an_error_and_what_follows_is_read(garbage):
    reader = LineReader()
    reader.feed(garbage + b"\n")
    assert reader.feed(EVENT) == [READ]


def test_raw_tabs_and_numbers_that_are_none_are_read():
    line = b'{"Event":"Alert","Msg":"a\tb nan","SNR":nan,"HFD":-nan,"x":inf,"y":NaN,"z":-inf,"id":1}\n'
    (message,) = LineReader().feed(line)
    assert message["Msg"] == "a\tb nan"
    assert message["SNR"] is message["HFD"] is message["x"] is message["z"] is None


def test_a_message_that_was_merged_into_a_broken_one_is_read():
    reader = LineReader()
    assert reader.feed(b'{"Event":"GuideStep","Frame":12,"dx":-0.' + EVENT) == [READ]
    assert reader.skipped == 1


def test_a_message_that_only_looks_merged_stays_one():
    line = json.dumps({"Event": "Alert", "Msg": 'he said {"Event":"SettleDone"}'}).encode() + b"\n"
    assert [message["Event"] for message in LineReader().feed(line)] == ["Alert"]


def test_a_line_without_an_end_is_passed_over():
    reader = LineReader()
    for _ in range(5):
        assert reader.feed(b"x" * 100_000) == []
    assert reader.feed(b"y\n" + EVENT) == [READ]
    assert reader.skipped == 1
    assert len(reader._rest) == 0


def test_empty_lines_and_lone_values_are_no_messages():
    reader = LineReader()
    assert reader.feed(b"\r\n\n  \n[1]\n7\n") == []
    assert reader.skipped == 2


def test_deep_nesting_is_but_a_broken_line():
    reader = LineReader()
    assert reader.feed(b"[" * 100_000 + b"\n" + EVENT) == [READ]


def test_a_request_ends_with_a_line_end_and_has_what_was_asked():
    line = encode("set_exposure", {"exposure": 1000}, number=7)
    assert line.endswith(b"\r\n")
    assert json.loads(line) == {"method": "set_exposure", "id": 7, "params": {"exposure": 1000}}


def test_a_request_of_the_longest_that_is_read_is_sent():
    spare = LONGEST_REQUEST - len(encode("m", {"path": ""}, number=1)) + 2
    assert len(encode("m", {"path": "x" * spare}, number=1)) == LONGEST_REQUEST + 2
    with pytest.raises(ParameterError) as caught:
        encode("m", {"path": "x" * (spare + 1)}, number=1)
    assert caught.value.parameter == "path"
    assert "1024 characters" in caught.value.reason


def test_a_request_with_a_number_that_is_none_is_not_sent():
    with pytest.raises(ParameterError, match="finite"):
        encode("m", {"x": float("nan")}, number=1)


@pytest.mark.parametrize("part", [b'{"Event":', b'{"jsonrpc":', b'\\"', b"nan(", b'"', b"["])
def test_a_long_line_of_garbage_is_looked_at_in_few_steps(part, monkeypatch):
    tried = []
    parse = lines._parse
    monkeypatch.setattr(lines, "_parse", lambda text: (tried.append(len(text)), parse(text))[1])
    reader = LineReader()
    assert reader.feed(b'{"' + part * (200_000 // len(part)) + b"\n" + EVENT) == [READ]
    assert len(tried) <= 4


def test_a_merged_message_with_a_text_like_a_message_is_read():
    merged = {"Event": "Alert", "Msg": 'he said {"Event":"SettleDone"}'}
    text = '{"Event":"Alert","Msg":"he said {\\"Event\\":\\"SettleDone\\"}"}'
    assert LineReader().feed(b'{"Event":"GuideStep","dx":-0.{"Event":"Settling","x":' + text.encode() + b"\n") == [
        merged
    ]
