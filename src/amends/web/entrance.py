"""How much of a request the server takes in, decided from its first lines: nobody unknown fills the disk.

waitress keeps a whole request, on disk where it is large, before the pages see any of it, and knows one limit for all.
"""

from __future__ import annotations

import copy
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import parse_cookie
from django.template.loader import render_to_string
from waitress.parser import HTTPRequestParser
from waitress.utilities import RequestEntityTooLarge

from amends.web.upload import is_upload, most_for

SWALLOWED_TIMES = 2.1  # of the most one may send: up to here the rest is read past, so that a browser shows the page


class TooLarge(RequestEntityTooLarge):  # type: ignore[misc]  # waitress has no types
    """The answer 413 as a page for people."""

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Return status, headers and page, as waitress sends them."""
        del ident
        page = render_to_string("web/error/413.html").encode()
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
        return "413 Request Entity Too Large", headers, page


class Past:
    """Reads past the rest of a body that is refused, and keeps nothing of it."""

    error = None

    def __init__(self, length: int) -> None:
        self.left = length
        self.completed = False

    def __len__(self) -> int:
        return 0

    def received(self, data: bytes) -> int:
        """Count a piece, and throw it away."""
        taken = min(self.left, len(data))
        self.left -= taken
        self.completed = self.left == 0
        return taken


class Entrance(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Reads a request; above `MOST_FORM_BYTES` only from who is signed in and may add mail, for the pages that take it.

    What is too large is refused before any of its body is kept. Who may send files is told in words; anybody else is
    hung up on.
    """

    adj: Any
    content_length: int
    error: Any
    is_refused = False

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first lines, and set this request's own limit."""
        super().parse_header(header_plus)
        if self.content_length < settings.MOST_FORM_BYTES and not self.chunked:
            return
        most = self._most()
        self.adj = copy.copy(self.adj)
        self.adj.max_request_body_size = most
        if settings.MOST_FORM_BYTES < most <= self.content_length < most * SWALLOWED_TIMES and not self.expect_continue:
            self.body_rcv, self.is_refused = Past(self.content_length), True
            self.content_length = 0  # else waitress hangs up at once

    def _most(self) -> int:
        if not is_upload(self.path):
            return int(settings.MOST_FORM_BYTES)
        try:
            return most_for(parse_cookie(self.headers.get("COOKIE", "")))
        finally:
            connection.close()  # this thread asks so rarely that a connection would only grow old

    def received(self, data: bytes) -> int:
        """Take a piece of the request."""
        taken: int = super().received(data)
        if self.completed and (self.is_refused or isinstance(self.error, RequestEntityTooLarge)):
            self.error = TooLarge("")
        return taken

    def close(self) -> None:
        """Let go of what was kept."""
        if not self.is_refused:
            super().close()
