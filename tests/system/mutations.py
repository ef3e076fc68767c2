"""Valid INDI streams, and what chance may make of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from .phrases import GET, attached, choose, define, define_blob, get, gone, inline, order, update

_FROM_CLIENTS = (
    GET,
    get("Dome"),
    get("Dome", "LEVEL"),
    get("*"),
    choose("Also"),
    choose("Only"),
    choose("Never", "CCD", "CCD1"),
    order("Dome", 5),
    order("CCD", 6),
    update("Weather", 7),
    gone("Dome"),
    inline("CCD", bytes(5000), verb="new"),
    inline("CCD", b"frame", kind=".stream", verb="new"),
    attached("CCD", 100, verb="new"),
    b"<pingRequest uid='fuzz'/>",
    b"<pingReply uid='fuzz'/>",
    b"<!-- a comment > with a sign --><getProperties version='1.7'></getProperties>",
    b"<newTextVector device='Dome' name='T'><oneText name='a'><![CDATA[ ]] <x> ]]></oneText></newTextVector>",
    b"<?xml version='1.0'?><newSwitchVector device='&amp;' name='S'><oneSwitch name='a'/></newSwitchVector>",
)
_FROM_DRIVERS = (
    define("Dome"),
    define("Fuzz"),
    define_blob("CCD"),
    update("Dome", 1),
    update("Fuzz", 2),
    order("Fuzz", 3),
    gone("Fuzz"),
    gone("Dome", "LEVEL"),
    get("Weather"),
    get("Bystander", "LEVEL"),
    choose("Also", "CCD", "CCD1"),
    inline("CCD", bytes(5000)),
    inline("CCD", b"frame" * 100, kind=".stream"),
    attached("CCD", 100),
    b"<message device='Dome' message='&lt;&#65;&gt;'/>",
    b"<message message='to all'/>",
    b"<pingRequest uid='SetBLOB/1'/>",
    b"<delProperty/>",
    b"<getProperties version='1.7' device='*' via='abc'/>",
)
_SPLINTERS = (
    b"<",
    b">",
    b"/>",
    b"'",
    b'"',
    b"&",
    b"]]>",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"\0",
    b"\xff",
    b"\xc3",
    b"=",
    b"device='*'",
)


def _flip(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] = chance.randrange(256)


def _cut_out(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.randrange(1, 40)]


def _repeat(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start:start] = data[start : start + chance.randrange(1, 200)] * chance.choice((1, 2, 50))


def _insert(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start:start] = chance.choice(_SPLINTERS)


def _swap_number(data: bytearray, chance: random.Random) -> None:
    digits = [at for at, byte in enumerate(data) if 0x30 <= byte <= 0x39]
    if digits:
        at = chance.choice(digits)
        data[at : at + 1] = chance.choice((b"-1", b"", b"99999999999999999999", b"1e9", b"NaN", b"0x7f"))


_MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (_flip, _cut_out, _repeat, _insert, _swap_number)


def stream(phrases: tuple[bytes, ...], chance: random.Random, *, mutations: int) -> bytes:
    """A stream of some phrases with so many mutations."""
    data = bytearray(b"\n".join(chance.choices(phrases, k=chance.randrange(1, 12))))
    for _ in range(mutations):
        if data:
            chance.choice(_MUTATIONS)(data, chance)
    return bytes(data)


def client_stream(chance: random.Random) -> bytes:
    """What a client may send."""
    return stream(_FROM_CLIENTS, chance, mutations=chance.choice((0, 0, 1, 1, 2, 5)))


def driver_stream(chance: random.Random) -> bytes:
    """What a driver may send."""
    return stream(_FROM_DRIVERS, chance, mutations=chance.choice((0, 0, 0, 1, 1, 2)))


def cut(data: bytes, chance: random.Random) -> Iterator[bytes]:
    """The data in pieces of any size."""
    while data:
        size = chance.choice((1, 2, 7, 50, 500, len(data)))
        yield data[:size]
        data = data[size:]
