"""What the client said where no mail was: on the phone, on a visit, to whoever took the complaint down.

Somebody of ours wrote the words down, so they are heard like mail (docs/method.md rule 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from amends.core.message import Said

if TYPE_CHECKING:
    from datetime import datetime

KEPT = 2_048  # texts whose hearing is remembered: a client is assessed many times with the same words (judgement)


@dataclass(frozen=True, slots=True)
class Told:
    """Words that somebody wrote down; `id` names the record, `matter` what it belongs to, as a thread does for mail.

    `severity` is above 0 where it was taken down as a complaint: how bad it feels, of 5 (`core.case.Severity`).
    `said`, `unhappy` and `worst` are what was heard in `words`.
    """

    id: str
    at: datetime
    matter: str
    words: str = ""
    said: tuple[Said, ...] = ()
    unhappy: float = 0.0
    worst: str = ""
    severity: int = 0

    def repeats(self, quote: str) -> bool:
        """Whether a sentence that they wrote is among these words, or the other way round."""
        written, spoken = _bare(quote), _bare(self.words)
        return bool(written and spoken) and (written in spoken or spoken in written)


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


def _bare(text: str) -> str:
    """Return the letters and digits alone: who repeats a sentence does not repeat its commas."""
    return "".join(filter(str.isalnum, text.lower()))
