"""A mail provider's token service on a loopback port: it sells tokens, and tells a mail server whose a token is."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from dovecot import Dovecot, dovecot

if TYPE_CHECKING:
    from collections.abc import Iterator

DOVECOT = """
auth_mechanisms = plain login xoauth2
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = {home}/oauth2.conf.ext
}
"""
"""What a Dovecot needs to ask here whose a token is, beside a file with `introspection`."""


@dataclass
class TokenServer:
    """`users` are those whose tokens are good now. `answer` is what the next buyer of a token gets."""

    url: str = ""
    users: dict[str, str] = field(default_factory=dict)
    status: int = 200
    answer: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    forms: list[dict[str, str]] = field(default_factory=list)
    is_down: bool = False

    @property
    def introspection(self) -> str:
        """What Dovecot's file says of it."""
        place = f"introspection_mode = auth\nintrospection_url = {self.url}/introspect\n"
        return f"{place}username_attribute = email\nactive_attribute = active\nactive_value = true\n"

    def sells(self, status: int = 200, **answer: Any) -> None:
        self.status, self.answer = status, json.dumps(answer).encode()


class _Counter(BaseHTTPRequestHandler):
    """Where the server is asked."""

    server: _Shop

    def do_GET(self) -> None:
        shop = self.server.shop
        user = shop.users.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
        if shop.is_down:
            self.give(500, b"")
        else:
            self.give(200, json.dumps({"email": user, "active": True} if user else {"active": False}).encode())

    def do_POST(self) -> None:
        shop = self.server.shop
        form = self.rfile.read(int(self.headers["Content-Length"]))
        shop.forms.append(dict(parse_qsl(form.decode(), keep_blank_values=True)))
        self.give(shop.status, shop.answer, shop.headers)

    def give(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002  (the library's name)
        """Say nothing."""


class _Shop(ThreadingHTTPServer):
    shop: TokenServer


@pytest.fixture(scope="module")
def tokens() -> Iterator[TokenServer]:
    """Run one for a file of tests."""
    with token_server() as running:
        yield running


@pytest.fixture(scope="module")
def server(tokens: TokenServer) -> Iterator[Dovecot]:
    """Run a mail server for a file of tests that asks it whose a token is."""
    with asking(tokens) as running:
        yield running


@contextmanager
def asking(tokens: TokenServer) -> Iterator[Dovecot]:
    """Run a mail server that asks it until the block ends."""
    with dovecot(DOVECOT, {"oauth2.conf.ext": tokens.introspection}) as running:
        yield running


@contextmanager
def token_server() -> Iterator[TokenServer]:
    """Run one until the block ends."""
    with _Shop(("127.0.0.1", 0), _Counter) as server:
        server.shop = TokenServer(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server.shop
        server.shutdown()
        thread.join()
