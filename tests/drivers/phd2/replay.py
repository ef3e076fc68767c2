"""A server that says what was recorded, cut as one likes; for what a client makes of a real PHD2's words."""

from __future__ import annotations

import asyncio
import json

from tests.drivers.phd2.fake_model import dumps
from tests.drivers.phd2.recordings import exchanges, heard


class Replay:
    """Greets as recorded, answers each method as it first was in the recording, and plays all its events.

    `answers` has the results by method; a test may have PHD2 answer otherwise.
    """

    def __init__(self, name, cut):
        self.name, self.cut = name, cut
        self.answers = {"get_app_state": "Stopped"}  # of both, at their beginnings
        for exchange in exchanges(name)[1:]:
            if isinstance(exchange.request, dict) and "method" in exchange.request:
                for reply in exchange.replies:
                    if isinstance(reply, dict) and "result" in reply:
                        self.answers.setdefault(exchange.request["method"], reply["result"])

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        self._writer.transport.abort()
        await asyncio.wait([self._serving])

    async def _serve(self, reader, writer):
        self._writer, self._serving = writer, asyncio.current_task()
        for message in exchanges(self.name)[0].answers:
            self._write(message)
        while line := await reader.readline():
            request = json.loads(line)
            self._write({"jsonrpc": "2.0", **self._answer(request["method"]), "id": request["id"]})

    def _answer(self, method):
        if method in self.answers:
            return {"result": self.answers[method]}
        return {"error": {"code": 1, "message": "that was not recorded"}}

    async def play(self, told=None):
        """Play all events, and the replies to others, which concern nobody here.

        `told` is waited for after each event.
        """
        for message in heard(self.name):
            if isinstance(message, dict):
                self._write({**message, "id": None} if "id" in message else message)
            await self._writer.drain()
            if told is not None and "Event" in message:
                await told()

    def say(self, message):
        """Tell one more message."""
        self._write(message)

    def _write(self, message):
        for part in self.cut(dumps(message)):
            self._writer.write(part)
