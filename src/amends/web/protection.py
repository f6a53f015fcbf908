"""Headers that keep a page to itself: nothing is loaded from elsewhere, nothing runs that we did not write."""

from __future__ import annotations

import logging
import re
from traceback import format_tb
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",  # a desk that can be reached from outside is still nobody's to find
    "Cache-Control": "no-store",  # pages hold what clients wrote
}
LINK = re.compile(r"/(sign-in|invitation|calendar|c)/[\w-]+")
KEY = re.compile(r"/(?:calendar|c)/")  # addresses that are keys, whose forms need no Referer: never passed on
ANSWER = re.compile(r"(/settings/mailboxes/back\?)\S+")  # a code of a mail provider, with which a token is bought


def protect(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Set the headers; what has its own (a style sheet may be kept for a day) keeps them."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if KEY.match(request.path):  # whatever the answer is: an error, a step onward
            response.headers.setdefault("Referrer-Policy", "no-referrer")
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return respond


class Discreet(logging.Filter):
    """Takes the tokens of links, and codes, out of all that is logged: whoever reads the log must not come in by it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite a line that names a link; every line is kept."""
        told = record.getMessage()
        if LINK.search(told) or ANSWER.search(told):
            record.msg, record.args = ANSWER.sub(r"\1…", LINK.sub(r"/\1/…", told)), ()
        return True


class Wordless(logging.Formatter):
    """Tells where something broke, and of which kind it was, without its message.

    What a database says of a row that it refuses quotes the row, and rows hold what clients wrote.
    """

    def formatException(self, ei: Any) -> str:  # noqa: N802  (the library's name)
        """Return the places in the code that led to an exception, and the exception's type."""
        kind, _error, trace = ei
        return f"{''.join(format_tb(trace))}{kind.__name__}"
