"""What the hub remembers reads as the present state."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from xml.sax.saxutils import quoteattr

from hypothesis import given, settings
from hypothesis import strategies as st

from lightapt_server.memory import Memory, Remembered

MEMBERS = ["a", "b", 'c"d', "name=", "e>f", "ü"]
VALUES = st.text("01 x", max_size=3)
STATES = st.none() | st.sampled_from(["Ok", "Busy"])


def attributes(**given_: object) -> str:
    return "".join(f" {key}={quoteattr(str(value))}" for key, value in given_.items() if value is not None)


def definition(values: dict[str, str], state: str = "Idle") -> bytes:
    members = "".join(f"<defText{attributes(label=' name=', name=k)}>{v}</defText>" for k, v in values.items())
    head = attributes(device="D", name="P", state=state, timeout=0)
    return f"<defTextVector{head}>{members}</defTextVector>".encode()


def update(values: dict[str, str], state: str | None = None, timeout: int | None = None) -> bytes:
    members = "\n".join(f"<oneText{attributes(name=key)}>\n{value}</oneText>" for key, value in values.items())
    head = attributes(device="D", name="P", state=state, timeout=timeout, message=" state='Alert'")
    return f"<setTextVector{head}>{members}</setTextVector>".encode()


def fold(replay: list[bytes]) -> dict[str, str] | None:
    """Return the state that a reader of `replay` has then."""
    state: dict[str, str] | None = None
    for raw in replay:
        vector = ET.fromstring(raw)
        news = {child.attrib["name"]: (child.text or "").strip() for child in vector}
        news |= {f"@{key}": vector.attrib[key] for key in ("state", "timeout") if key in vector.attrib}
        if vector.tag.startswith("def"):
            state = news
        elif state is not None:
            state |= {key: value for key, value in news.items() if key in state}
    return state


SOME = st.dictionaries(st.sampled_from([*MEMBERS, "unknown"]), VALUES, max_size=4)
EVENTS = st.one_of(
    st.builds(definition, st.dictionaries(st.sampled_from(MEMBERS), VALUES, min_size=1)),
    *[st.builds(update, SOME, STATES, st.none() | st.integers(0, 9))] * 12,
    st.none(),
)


@given(st.lists(EVENTS, max_size=80))
@settings(max_examples=300)
def test_replay_is_the_present_state(events):
    remembered, all_of_them = Remembered(), []
    for raw in events:
        if raw is None:
            remembered.forget()
            all_of_them.clear()
        elif raw.startswith(b"<def"):
            remembered.define(raw)
            all_of_them.append(raw)
        else:
            remembered.update(raw)
            all_of_them.append(raw)
        assert fold(list(remembered.replay())) == fold(all_of_them)
        assert len(remembered.updates) <= 2 * (len(MEMBERS) + 2) + 8


def test_updates_of_members_that_are_not_defined_do_not_pile_up():
    remembered = Remembered()
    remembered.define(definition({"a": "0"}))
    for serial in range(1000):
        remembered.update(update({f"member{serial}": "1"}))
    assert len(remembered.updates) <= 9


def test_updates_of_many_members_one_by_one_cost_little_each():
    looks = 0

    class Counting(Remembered):
        def _compact(self):
            nonlocal looks
            looks += len(self.updates)
            super()._compact()

    remembered = Counting()
    names = [f"m{serial}" for serial in range(100)]
    remembered.define(definition(dict.fromkeys(names, "0")))
    for turn in range(5000):
        remembered.update(update({names[turn % 100]: str(turn)}))
    assert looks < 3 * 5000
    assert len(remembered.updates) <= 2 * 102


def test_an_update_of_what_is_not_defined_counts_for_nothing():
    remembered = Remembered()
    remembered.update(update({"a": "1"}))
    assert list(remembered.replay()) == []


def test_a_property_is_found_alone_or_with_its_device():
    memory = Memory()
    for device, name in ((b"D", b"P"), (b"D", b"Q"), (b"E", b"P")):
        memory.property(device, name).define(device + name)
    assert list(memory.replay(b"D")) == [b"DP", b"DQ"]
    assert list(memory.replay(b"D", b"Q")) == [b"DQ"]
    assert list(memory.replay(b"D", b"none")) == []
    assert memory.defined(b"D") == [b"P", b"Q"]


def test_what_is_deleted_is_forgotten():
    memory = Memory()
    for name in (b"P", b"Q"):
        memory.property(b"D", name).define(name)
    memory.forget(b"D", b"P")
    assert memory.defined(b"D") == [b"Q"]
    memory.forget(b"D")
    assert list(memory.replay(b"D")) == []
    assert memory.matching(b"D") == []


def test_the_place_of_a_deleted_property_can_be_filled_again():
    memory = Memory()
    place = memory.property(b"D", b"P")
    place.define(b"one")
    memory.forget(b"D", b"P")
    place.define(b"two")
    assert list(memory.replay(b"D")) == [b"two"]
