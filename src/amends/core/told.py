"""Hearing what the client said where no mail was: on the phone, on a visit, to whoever took the complaint down.

Somebody of ours wrote the words down, so they are heard like mail (docs/method.md rule 2).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from amends.core.message import Said, Told

if TYPE_CHECKING:
    from datetime import datetime

KEPT = 2_048  # texts whose hearing is remembered: a client is assessed many times with the same words (judgement)


def told(id_: str, at: datetime, words: str, *, matter: str = "", severity: int = 0) -> Told:
    """Return words that somebody wrote down with what is heard in them; without a `matter` they stand alone."""
    words = words.strip()
    said, unhappy, worst = _heard(words) if words else ((), 0.0, "")
    return Told(id_, at, matter or id_, words, said, unhappy, worst, severity)


@lru_cache(maxsize=KEPT)
def _heard(words: str) -> tuple[tuple[Said, ...], float, str]:
    from amends.core.language import Rule, hear  # noqa: PLC0415  (loads the lexicon: only where there are words)

    heard = hear(words)
    said = tuple(Said(str(one.rule), _line(one.quote)) for one in heard.findings if one.rule is not Rule.UNHAPPY)
    return said, heard.unhappy, _line(words[slice(*heard.worst)])


def _line(text: str) -> str:
    return " ".join(text.split())
