"""A responder of Alpaca's discovery on this host, which answers as a test says."""

import json
import socket
import threading
from contextlib import contextmanager


class Responder:
    """Answers discovery on a port of its own with a list of datagrams.

    `heard` counts the questions that are answered; `answered` is notified of each.
    """

    def __init__(self, answers):
        self.answers = answers
        self.heard = 0
        self.answered = threading.Condition()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("0.0.0.0", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                question, asker = self._socket.recvfrom(1024)
            except OSError:
                return
            if question == b"end":
                return
            if question == b"alpacadiscovery1":
                for answer in self.answers:
                    self._socket.sendto(answer, asker)
                with self.answered:
                    self.heard += 1
                    self.answered.notify_all()

    def close(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.sendto(b"end", ("127.0.0.1", self.port))
        self._socket.close()


@contextmanager
def responding(*answers):
    responder = Responder([answer if isinstance(answer, bytes) else json.dumps(answer).encode() for answer in answers])
    try:
        yield responder
    finally:
        responder.close()
