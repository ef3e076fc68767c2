"""A message → bytes that are well-formed and parse to the same message, whatever it holds."""

import math
import re
from base64 import b64decode
from dataclasses import fields
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol.grammar import ELEMENTS, WORDS, Attribute, ElementRule, Kind
from lightapt_protocol.members import DefNumber, OneBlob, OneNumber, OneText
from lightapt_protocol.messages import (
    DefNumberVector,
    EnableBlob,
    GetProperties,
    NewNumberVector,
    Notice,
    SetBlobVector,
    SetTextVector,
)
from lightapt_protocol.parser import parse
from lightapt_protocol.vocabulary import BlobPolicy, Permission, State
from lightapt_protocol.writer import BlobLayout, write, write_pieces

# Strategies are drawn from the same table as the parser and the writer.

UNSAYABLE = "".join(map(chr, (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)))
sayable = st.text(
    st.one_of(st.characters(codec="utf-8", exclude_characters=UNSAYABLE), st.sampled_from("\n\r\t <&>'\""))
)
unsayable = st.text(st.one_of(st.characters(), st.sampled_from(UNSAYABLE + "\ud800\udfff<&>\"'")))
VALUES = {
    Kind.TEXT: sayable,
    Kind.TIMESTAMP: sayable,
    Kind.NUMBER: st.floats(allow_nan=False, allow_infinity=False),
    Kind.SIZE: st.integers(0, 1 << 50),
    Kind.FLAG: st.just(False),
    Kind.BASE64: st.binary(max_size=500),
    **{kind: st.sampled_from(list(words.values())) for kind, words in WORDS.items()},
}


def values(rule: ElementRule, attribute: Attribute):
    default = next(field.default for field in fields(rule.type) if field.name == attribute.field)
    return st.one_of(st.none(), VALUES[attribute.kind]) if default is None else VALUES[attribute.kind]


def built(rule: ElementRule):
    said = {attribute.field: values(rule, attribute) for attribute in rule.attributes}
    if rule.content:
        said[rule.content.field] = values(rule, rule.content)
    if rule.child:
        said["members"] = st.lists(built(ELEMENTS[rule.child]), max_size=4).map(tuple)
    return st.builds(rule.type, **said)


MEMBER_TAGS = {rule.child for rule in ELEMENTS.values()}
messages = st.one_of([built(rule) for tag, rule in ELEMENTS.items() if tag not in MEMBER_TAGS])


@given(messages)
def test_every_message_survives_writing_and_parsing(message):
    assert parse(write(message)) == message


@given(messages)
def test_the_lines_layout_says_the_same(message):
    assert parse(write(message, layout=BlobLayout.LINES)) == message


@given(messages)
def test_pieces_are_the_element_cut(message):
    assert b"".join(write_pieces(message)) == write(message)


@given(unsayable, unsayable)
def test_characters_that_xml_cannot_say_are_replaced_and_no_others(label, value):
    message = SetTextVector("D", "P", message=label, members=(OneText("T", value),))
    replaced = [re.sub(rf"[{UNSAYABLE}\ud800-\udfff]", "\ufffd", text) for text in (label, value)]
    assert parse(write(message)) == SetTextVector("D", "P", message=replaced[0], members=(OneText("T", replaced[1]),))


def test_an_element_is_one_line_with_attributes_in_libindis_order():
    message = DefNumberVector(
        "Camera",
        "GAIN",
        group="Main",
        state=State.OK,
        perm=Permission.READ_ONLY,
        timestamp="2026-11-21T02:55:27",
        members=(DefNumber("GAIN", 1.5, label="Gain", max=10),),
    )
    assert write(message) == (
        b'<defNumberVector device="Camera" name="GAIN" group="Main" state="Ok" perm="ro" timeout="0"'
        b' timestamp="2026-11-21T02:55:27">'
        b'<defNumber name="GAIN" label="Gain" format="%g" min="0" max="10" step="0">1.5</defNumber>'
        b"</defNumberVector>\n"
    )


@pytest.mark.parametrize(
    ("message", "raw"),
    [
        (GetProperties(), b'<getProperties version="1.7"/>\n'),
        (GetProperties("A", "B"), b'<getProperties version="1.7" device="A" name="B"/>\n'),
        (EnableBlob("A", policy=BlobPolicy.ONLY), b'<enableBLOB device="A">Only</enableBLOB>\n'),
        (Notice("A", 'a "b" <c> & \n'), b'<message device="A" message="a &quot;b&quot; &lt;c&gt; &amp; &#10;"/>\n'),
        (NewNumberVector("A", "B"), b'<newNumberVector device="A" name="B"></newNumberVector>\n'),
    ],
)
def test_what_is_absent_is_not_written(message, raw):
    assert write(message) == raw


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_number_that_is_not_finite_is_refused(value):
    with pytest.raises(ValueError, match="INDI has no word"):
        write(NewNumberVector("A", "B", members=(OneNumber("N", value),)))


def picture(data, **given_fields):
    return SetBlobVector("C", "CCD1", members=(OneBlob("CCD1", data, size=len(data), format=".fits", **given_fields),))


def body_of(raw: bytes) -> tuple[dict[str, str], str]:
    node = ElementTree.fromstring(raw).find("oneBLOB")
    assert node is not None
    return node.attrib, node.text or ""


def test_an_unbroken_body_does_not_tell_its_length():
    data = bytes(range(256)) * 3000
    attributes, body = body_of(write(picture(data)))
    assert attributes == {"name": "CCD1", "size": str(len(data)), "format": ".fits"}
    assert "\n" not in body
    assert b64decode(body) == data


@pytest.mark.parametrize("size", [0, 1, 53, 54, 55, 108, 1_000_003])
def test_lines_tell_the_length_of_their_base64(size):
    data = bytes(size)
    attributes, body = body_of(write(picture(data), layout=BlobLayout.LINES))
    lines = body.split()
    assert attributes["enclen"] == str(len("".join(lines)))
    assert all(len(line) == 72 for line in lines[:-1])
    assert b64decode(body) == data


def test_a_compressed_blob_keeps_the_size_before_compression():
    message = SetBlobVector("C", "P", members=(OneBlob("B", b"abc", size=1000, format=".fits.z"),))
    assert body_of(write(message))[0]["size"] == "1000"


def test_an_attached_blob_is_written_without_a_body():
    message = SetBlobVector("C", "P", members=(OneBlob("B", size=1000, format=".fits", length=1000, attached=True),))
    expected = b'<oneBLOB name="B" size="1000" format=".fits" len="1000" attached="true"/>'
    assert expected in write(message)
    assert parse(write(message)) == message


def test_any_buffer_of_bytes_may_be_the_data():
    data = bytes(range(64))
    words = memoryview(data).cast("H")
    for buffer in (data, bytearray(data), memoryview(data), words):
        message = SetBlobVector("C", "P", members=(OneBlob("B", buffer, size=len(data)),))
        assert b64decode(body_of(write(message))[1]) == data
