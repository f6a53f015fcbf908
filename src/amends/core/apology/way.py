"""How an apology reaches somebody: a voice first, in writing only for a reason (docs/method.md rule 5)."""

from __future__ import annotations

from enum import StrEnum


class Way(StrEnum):
    """How somebody says sorry; what is spoken comes before what is written."""

    CALL = "call"
    VISIT = "visit"
    MEETING = "meeting"
    MAIL = "mail"


def asks_for_a_reason(way: str) -> bool:
    """Whether this way needs a stated reason: a voice carries what a mail cannot (Kruger 2005)."""
    return way == Way.MAIL
