"""INDI messages that the system tests send and expect."""

from __future__ import annotations

import base64

GET = b'<getProperties version="1.7"/>'


def get(device: str, name: str = "") -> bytes:
    """A getProperties for a device, or for one of its properties."""
    return f'<getProperties version="1.7" device="{device}"{_named(name)}/>'.encode()


def define(device: str, value: int = 0, *, name: str = "LEVEL") -> bytes:
    """A defNumberVector with one number."""
    head = f'<defNumberVector device="{device}" name="{name}" state="Ok" perm="rw">'
    member = f'<defNumber name="V" format="%g" min="0" max="0" step="0">{value}</defNumber>'
    return f"{head}{member}</defNumberVector>".encode()


def update(device: str, value: int, *, name: str = "LEVEL") -> bytes:
    """A setNumberVector for it."""
    return _vector("set", device, name, value)


def order(device: str, value: int, *, name: str = "LEVEL") -> bytes:
    """A newNumberVector for it."""
    return _vector("new", device, name, value)


def _vector(verb: str, device: str, name: str, value: int) -> bytes:
    member = f'<oneNumber name="V">{value}</oneNumber>'
    return f'<{verb}NumberVector device="{device}" name="{name}">{member}</{verb}NumberVector>'.encode()


def define_blob(device: str, *, name: str = "CCD1") -> bytes:
    """A defBLOBVector."""
    head = f'<defBLOBVector device="{device}" name="{name}" state="Ok" perm="ro">'
    return f'{head}<defBLOB name="B" label="B"/></defBLOBVector>'.encode()


def inline(device: str, data: bytes, *, name: str = "CCD1", kind: str = ".fits", verb: str = "set") -> bytes:
    """A BLOB vector with the data as base64, in one line and without enclen."""
    head = f'<{verb}BLOBVector device="{device}" name="{name}">'
    part = f'<oneBLOB name="B" size="{len(data)}" format="{kind}">{base64.b64encode(data).decode()}</oneBLOB>'
    return f"{head}{part}</{verb}BLOBVector>".encode()


def attached(device: str, size: int, *, name: str = "CCD1", kind: str = ".fits", verb: str = "set") -> bytes:
    """A BLOB vector whose data travel beside it."""
    head = f'<{verb}BLOBVector device="{device}" name="{name}">'
    part = f'<oneBLOB name="B" size="{size}" len="{size}" format="{kind}" attached="true"/>'
    return f"{head}{part}</{verb}BLOBVector>".encode()


def choose(policy: str, device: str = "", name: str = "") -> bytes:
    """An enableBLOB."""
    of = f' device="{device}"' if device else ""
    return f"<enableBLOB{of}{_named(name)}>{policy}</enableBLOB>".encode()


def gone(device: str, name: str = "") -> bytes:
    """The delProperty that a hub sends."""
    return f'<delProperty device="{device}"{_named(name)}/>'.encode()


def _named(name: str) -> str:
    return f' name="{name}"' if name else ""
