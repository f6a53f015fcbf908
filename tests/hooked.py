"""A service on this machine that notices are sent to, as Slack's or any other's webhook would be."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Hook:
    """What was sent to it, and how it answers."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.paths: list[str] = []  # where each of them was sent to
        self.answer = 200
        self.seconds = 0.0
        self.to = ""  # where it sends on to, when it answers with a redirection
        self.port = 0

    @property
    def address(self) -> str:
        """The address as Apprise writes it."""
        return f"json://127.0.0.1:{self.port}/hook"


@contextmanager
def hook() -> Iterator[Hook]:
    """Run a service on a port of its own."""
    told = Hook()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            words = self.rfile.read(int(self.headers["Content-Length"]))
            told.got.append(json.loads(words))
            told.paths.append(self.path)
            time.sleep(told.seconds)
            self.send_response(told.answer)
            if told.to:
                self.send_header("Location", told.to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *given: object) -> None:
            del given

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    told.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()
