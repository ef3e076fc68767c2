"""The recordings in data/: what a real PHD2 and its clients said, and when."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

DATA = Path(__file__).with_name("data")
PLAIN = "transcript-simulator.jsonl"
WITH_AO = "transcript-simulator-ao.jsonl"
NAMES = [PLAIN, WITH_AO]


@dataclass
class Exchange:
    """A request of the first client, and what came until its next."""

    request: object
    answers: list = field(default_factory=list)

    @property
    def request_id(self):
        return self.request.get("id") if isinstance(self.request, dict) else None

    @property
    def events(self):
        return [one for one in self.answers if "Event" in one]

    @property
    def replies(self):
        return [one for one in self.answers if "Event" not in one]


def records(name, connection=1):
    """Return direction and message of all that one client said and heard."""
    lines = [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]
    return [(line["dir"], line["msg"]) for line in lines if line.get("conn", 1) == connection]


def heard(name, connection=1):
    """Return what PHD2 said."""
    return [message for direction, message in records(name, connection) if direction == "in"]


def greetings(name):
    """Return what PHD2 told each client that came while it was at work: the second client came three times."""
    found = []
    for message in heard(name, 2):
        if message["Event"] == "Version":
            found.append([])
        found[-1].append(message)
    return found


def exchanges(name):
    """Return all requests with what came after each; the first has none, and is the greeting."""
    found = [Exchange(None)]
    for direction, message in records(name):
        if direction == "out":
            found.append(Exchange(message))
        else:
            found[-1].answers.append(message)
    return found
