"""Whether a page was opened by a person: programs look at links before people do, and never count."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest

OPENED = "opened"  # the field that opened.js posts after a person's first gesture
# Programs that open links of mails and chats, by what they call themselves; and anything that calls itself a program.
PREVIEWERS = re.compile(
    r"bot\b|crawl|spider|preview|prefetch|scanner|headless|facebookexternalhit|whatsapp|slack-imgproxy|embedly|iframely"
    r"|googleimageproxy|safelinks|proofpoint|mimecast|barracuda|symantec|trendmicro|sophos|messagelabs|fireeye|ms-office"
    r"|curl/|wget/|python|java/|okhttp|go-http|libwww",
    re.IGNORECASE,
)
AHEAD_OF_TIME = re.compile("prefetch|prerender|preview", re.IGNORECASE)
SAID_BY = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")  # header fields in which a browser says so


def is_by_person(request: HttpRequest) -> bool:
    """Whether a request comes from a browser that somebody uses, as far as it says what it is."""
    agent = request.headers.get("User-Agent", "")
    told = " ".join(request.headers.get(name, "") for name in SAID_BY)
    return bool(agent) and not PREVIEWERS.search(agent) and not AHEAD_OF_TIME.search(told)
