"""A mail server of few words, for answers that no real one gives when asked to."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from amends.sources.imap import Account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedRWPair

ANSWERS = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
    b"LIST": b'* LIST () "/" "INBOX"\r\n',
    b"EXAMINE": b"* 2 EXISTS\r\n",
    b"SEARCH": b"* SEARCH 1 2 3\r\n",
    b"RFC822.SIZE": b"",
}


@dataclass
class Script:
    """What a mail server with few words answers: for the first word found in a command, these lines.

    An answer that ends in a tagged `%s ` line is the whole of it, others are followed by OK. After `commands`
    commands it hangs up. `heard` is what it was sent.
    """

    answers: dict[bytes, bytes] = field(default_factory=dict)
    greeting: bytes = b"* OK ready\r\n"
    commands: int = 1_000
    times: int = 1  # that somebody comes
    heard: list[bytes] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        for _ in range(self.times):
            connection, _address = listener.accept()
            with connection, connection.makefile("rwb") as stream, suppress(ConnectionError):
                self.talk(stream)

    def talk(self, stream: BufferedRWPair) -> None:
        stream.write(self.greeting)
        stream.flush()
        for _ in range(self.commands):
            line = stream.readline()
            self.heard.append(line.strip())
            stream.write(self.answer(line) if line else b"")
            stream.flush()
            if not line:
                break

    def answer(self, line: bytes) -> bytes:
        tag, _, command = line.partition(b" ")
        if not command:
            return b""  # what follows a command, like the answer to a challenge
        answer = next((answer for word, answer in [*self.answers.items(), *ANSWERS.items()] if word in line), b"")
        return answer.replace(b"%s", tag) if b"%s" in answer else answer + tag + b" OK done\r\n"


@contextmanager
def playing(script: Script, **changed: Any) -> Iterator[Account]:
    """Run a scripted server and give an account on it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=script.serve, args=(listener,))
        thread.start()
        port = listener.getsockname()[1]
        yield Account("127.0.0.1", "dana", **{"password": "secret", "port": port, "security": "none"} | changed)
    thread.join()
