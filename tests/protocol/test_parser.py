"""Bytes of an element → a message: lenient where the field is, strict where meaning would be lost."""

from contextlib import suppress
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol.errors import BlobError, GrammarError, MalformedElementError, ProtocolError
from lightapt_protocol.grammar import ELEMENTS
from lightapt_protocol.members import (
    DefLight,
    DefNumber,
    DefSwitch,
    DefText,
    OneBlob,
    OneNumber,
    OneSwitch,
    OneText,
)
from lightapt_protocol.messages import (
    DefLightVector,
    DefNumberVector,
    DefSwitchVector,
    DefTextVector,
    DelProperty,
    EnableBlob,
    GetProperties,
    NewSwitchVector,
    Notice,
    PingRequest,
    SetBlobVector,
    SetNumberVector,
    SetTextVector,
)
from lightapt_protocol.parser import parse, parse_blob
from lightapt_protocol.vocabulary import BlobPolicy, Permission, State, SwitchRule, SwitchState


def text_of(content: str) -> str:
    raw = f"<setTextVector device='D' name='P'><oneText name='T'>{content}</oneText></setTextVector>"
    message = parse(raw.encode())
    assert isinstance(message, SetTextVector)
    return message.members[0].value


def blob_element(*parts, tag="setBLOBVector"):
    head = f"<{tag} device='Camera' name='CCD1' state='Ok'>"
    return SimpleNamespace(head=head.encode(), tail=f"</{tag}>".encode(), parts=list(parts))


def blob_part(*body, **attributes):
    named = {"name": "CCD1", "size": "3", "format": ".fits"} | attributes
    return SimpleNamespace(attributes=named, body=list(body), attached=False)


def test_libindis_layout_of_a_definition_is_read():
    raw = b"""<defNumberVector
      device='Camera'
      name='POLLING_PERIOD'
      label='Polling'
      group='Options'
      state='Idle'
      perm='rw'
      timeout='60'
      timestamp='2026-11-21T02:55:27'
    >
      <defNumber
        name='PERIOD_MS'
        label='Period (ms)'
        format='%.f'
        min='10'
        max='600000'
        step='1000'>
          1000
      </defNumber>
    </defNumberVector>
    """
    number = DefNumber("PERIOD_MS", 1000.0, label="Period (ms)", format="%.f", min=10.0, max=600000.0, step=1000.0)
    assert parse(raw) == DefNumberVector(
        "Camera",
        "POLLING_PERIOD",
        label="Polling",
        group="Options",
        state=State.IDLE,
        perm=Permission.READ_WRITE,
        timeout=60.0,
        timestamp="2026-11-21T02:55:27",
        members=(number,),
    )


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b'<getProperties version="1.7"/>', GetProperties()),
        (b"<getProperties device='A' name='B'/>", GetProperties("A", "B")),
        (b"<enableBLOB device='A'>Also</enableBLOB>", EnableBlob("A", policy=BlobPolicy.ALSO)),
        (b"<enableBLOB>\n Never \n</enableBLOB>", EnableBlob(policy=BlobPolicy.NEVER)),
        (b"<message device='A' message='hi &lt;you&gt;'/>", Notice("A", "hi <you>")),
        (b"<delProperty device='A'/>", DelProperty("A")),
        (b"<delProperty/>", DelProperty()),
        (b"<pingRequest uid='SetBLOB/1'/>", PingRequest("SetBLOB/1")),
        (
            b"<defSwitchVector device='A' name='B' perm='wo' rule='AnyOfMany'>"
            b"<defSwitch name='S'>\n      On\n  </defSwitch></defSwitchVector>",
            DefSwitchVector(
                "A",
                "B",
                perm=Permission.WRITE_ONLY,
                rule=SwitchRule.ANY_OF_MANY,
                members=(DefSwitch("S", SwitchState.ON),),
            ),
        ),
        (
            b"<defLightVector device='A' name='B' state='Alert'><defLight name='L'>Busy</defLight></defLightVector>",
            DefLightVector("A", "B", state=State.ALERT, members=(DefLight("L", State.BUSY),)),
        ),
        (
            b"<newSwitchVector device='A' name='B'><oneSwitch name='S'>Off</oneSwitch></newSwitchVector>",
            NewSwitchVector("A", "B", members=(OneSwitch("S", SwitchState.OFF),)),
        ),
        (
            b"<setNumberVector device='A' name='B'>"
            b"<oneNumber name='N' min='0' max='9'>-0:30</oneNumber></setNumberVector>",
            SetNumberVector("A", "B", members=(OneNumber("N", -0.5, min=0.0, max=9.0),)),
        ),
        (
            b"<setBLOBVector device='A' name='B'><oneBLOB name='N' size='3' format='.x'>YWJj</oneBLOB></setBLOBVector>",
            SetBlobVector("A", "B", members=(OneBlob("N", b"abc", size=3, format=".x"),)),
        ),
    ],
)
def test_messages_are_read(raw, message):
    assert parse(raw) == message


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("value", "value"),
        ("", ""),
        ("  two  blanks  ", "  two  blanks  "),
        ("\n      CCD Simulator\n  ", "CCD Simulator"),
        ("\n      \n  ", ""),
        ("\r\n      value\r\n  ", "value"),
        ("\n      first\nsecond\n  ", "first\nsecond"),
        ("a\n\n", "a\n"),
        ("a <!-- no --> b", "a  b"),
        ("a<![CDATA[<b>]]>", "a<b>"),
        ("&#10;a&#10;", "a"),
    ],
)
def test_text_loses_the_layout_of_libindi_and_no_other_white_space(content, text):
    assert text_of(content) == text


def test_line_ends_in_attributes_are_kept_where_they_are_spelt():
    assert parse(b"<message message='&#10;  a&#10;'/>") == Notice(message="\n  a\n")


@pytest.mark.parametrize(
    "raw",
    [
        b"<?xml version='1.0'?>\n<delProperty device='A'/>",
        b"\n  <?xml version='1.0' encoding='ISO-8859-1'?><delProperty device='A'/>\n",
        b"<!-- before --><delProperty device='A'/><!-- after -->",
        b"<delProperty device='A' colour='blue' name=''/>",
        b"<delProperty device='A'><what/>ever</delProperty>",
    ],
)
def test_what_the_grammar_does_not_know_is_passed_over(raw):
    assert parse(raw) == DelProperty("A")


def test_members_that_the_grammar_does_not_know_are_passed_over():
    raw = b"<setTextVector device='A' name='B'><oneFoo name='x'/><oneText name='T'>t</oneText></setTextVector>"
    assert parse(raw) == SetTextVector("A", "B", members=(OneText("T", "t"),))


def test_a_definition_may_leave_out_what_has_a_sensible_default():
    raw = b"<defTextVector device='A' name='B' perm='ro'><defText name='T'/></defTextVector>"
    message = DefTextVector("A", "B", perm=Permission.READ_ONLY, members=(DefText("T", ""),))
    assert parse(raw) == message
    assert message.state is State.IDLE


def test_bytes_that_are_not_utf8_are_latin1():
    assert parse("<message message='12 °C'/>".encode("latin-1")) == Notice(message="12 °C")
    assert parse("<message message='12 °C'/>".encode()) == Notice(message="12 °C")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"<foo/>", "foo is no message"),
        (b"<oneNumber name='a'>1</oneNumber>", "oneNumber is no message"),
        (b"<setNumberVector device='Mount'/>", "setNumberVector Mount: setNumberVector attribute name: missing"),
        (b"<defTextVector device='D' name='P'/>", "D.P: defTextVector P attribute perm: missing"),
        (b"<defSwitchVector device='D' name='P' perm='rw'/>", "attribute rule: missing"),
        (b"<setTextVector device='D' name='P' state='ok'/>", "attribute state: 'ok' is none of Idle, Ok, Busy, Alert"),
        (b"<setTextVector device='D' name='P' timeout='soon'/>", "attribute timeout: not a number: 'soon'"),
        (
            b"<setNumberVector device='D' name='P'><oneNumber name='N'>nan</oneNumber></setNumberVector>",
            "setNumberVector D.P: oneNumber N content: not a finite number: 'nan'",
        ),
        (b"<setNumberVector device='D' name='P'><oneNumber name='N'/></setNumberVector>", "oneNumber N content"),
        (b"<setTextVector device='D' name='P'><oneText>x</oneText></setTextVector>", "oneText attribute name: missing"),
        (b"<enableBLOB device='D'>Maybe</enableBLOB>", "'Maybe' is none of Never, Also, Only"),
        (b"<enableBLOB device='D'/>", "content"),
        (
            b"<setBLOBVector device='D' name='P'><oneBLOB name='B'/></setBLOBVector>",
            "oneBLOB B attribute size: missing",
        ),
        (
            b"<setBLOBVector device='D' name='P'><oneBLOB name='B' size='-1'/></setBLOBVector>",
            "attribute size: not a size: '-1'",
        ),
    ],
)
def test_what_loses_its_meaning_is_refused_by_name(raw, words):
    with pytest.raises(GrammarError) as caught:
        parse(raw)
    assert words in caught.value.reason
    assert raw.startswith(caught.value.element)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"text",
        b"<message",
        b"<message></note>",
        b"<message/><message/>",
        b"<message a='1' a='2'/>",
        b"<message message='&nbsp;'/>",
        b"<message message='\x01'/>",
        b"<!DOCTYPE message><message/>",
        b"<!DOCTYPE m [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]><message message='&c;'/>",
        "<message/>".encode("utf-16"),
    ],
)
def test_what_is_not_well_formed_or_brings_a_document_type_is_malformed(raw):
    with pytest.raises(MalformedElementError):
        parse(raw)


def test_the_word_doctype_in_text_is_text():
    assert text_of("<![CDATA[<!DOCTYPE x>]]>") == "<!DOCTYPE x>"


def test_a_blob_is_decoded_from_chunks_cut_anywhere():
    encoded = b"YW\nJj"
    for cut in range(len(encoded)):
        part = blob_part(encoded[:cut], memoryview(encoded)[cut:], enclen="4", len="3")
        assert parse_blob(blob_element(part)) == SetBlobVector(
            "Camera", "CCD1", state=State.OK, members=(OneBlob("CCD1", b"abc", size=3, format=".fits", length=3),)
        )


def test_an_attached_blob_brings_no_data():
    part = blob_part()
    part.attached = True
    part.attributes["attached"] = "true"
    assert parse_blob(blob_element(part)) == SetBlobVector(
        "Camera", "CCD1", state=State.OK, members=(OneBlob("CCD1", size=3, format=".fits", attached=True),)
    )


def test_a_blob_vector_may_be_empty():
    assert parse_blob(blob_element()) == SetBlobVector("Camera", "CCD1", state=State.OK)


def test_a_body_that_is_not_base64_is_refused_by_name():
    with pytest.raises(BlobError, match=r"Camera\.CCD1: oneBLOB CCD1 content"):
        parse_blob(blob_element(blob_part(b"YW~j")))
    with pytest.raises(BlobError, match="oneBLOB B content"):
        parse(b"<setBLOBVector device='D' name='P'><oneBLOB name='B' size='3'>YW~j</oneBLOB></setBLOBVector>")


def test_a_blob_without_a_size_is_refused():
    part = blob_part(b"YWJj")
    del part.attributes["size"]
    with pytest.raises(GrammarError, match="size: missing"):
        parse_blob(blob_element(part))


def test_a_vector_that_holds_no_blobs_is_refused_as_a_blob():
    with pytest.raises(GrammarError, match="setTextVector holds no BLOBs"):
        parse_blob(blob_element(tag="setTextVector"))


# Invariant: whatever the bytes, the parser returns a message or raises an error of the protocol's tree.


@given(st.binary(max_size=200))
def test_any_bytes_give_a_message_or_a_protocol_error(raw):
    with suppress(ProtocolError):
        parse(raw)


attribute_names = st.sampled_from(sorted({a.wire for rule in ELEMENTS.values() for a in rule.attributes}))
words = st.sampled_from(["", "Ok", "On", "rw", "1", "-1", "1e999", "nan", "12:30", "OneOfMany", "Also", "x", "\n 5 \n"])


@st.composite
def elements(draw, tags=tuple(ELEMENTS), depth=2):
    tag = draw(st.sampled_from(tags))
    attributes = draw(st.dictionaries(attribute_names, words, max_size=8))
    said = "".join(f" {name}='{value}'" for name, value in attributes.items())
    inner = draw(words) + "".join(draw(st.lists(elements(depth=depth - 1), max_size=3))) if depth else draw(words)
    return f"<{tag}{said}>{inner}</{tag}>"


@given(elements())
def test_any_element_of_the_language_gives_a_message_or_a_protocol_error(raw):
    with suppress(ProtocolError):
        parse(raw.encode())
