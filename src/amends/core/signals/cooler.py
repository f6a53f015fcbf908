"""The client's messages have become short and have lost their greeting or thanks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back, within
from amends.core.norm import more, quantile
from amends.core.wording import day, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Message, Relationship

POINTS = 3  # docs/method.md rule 1
RECENT = timedelta(weeks=4)  # docs/method.md rule 1
NORM = timedelta(weeks=26)  # judgement: their own half year before
LEAST_RECENT = 6  # docs/method.md rule 1, as for replies
LEAST_EARLIER = 15  # docs/method.md rule 1, as for replies
HALF = 0.5  # of the length and of the courtesies, docs/method.md rule 1
SHORTER = 0.75  # probability that a recent message is the shorter one, as docs/method.md rule 1 asks of replies
USUALLY_COURTEOUS = 0.3  # judgement: who rarely greeted or thanked before has no courtesy to lose


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal when length and courtesy both fell below half; the evidence is one message of now, one of then.

    Judged from counts, yet about tone: hence "seem".
    """
    written = [
        message for message in within(look_back(relationship, now).inbound, now - RECENT - NORM) if message.words
    ]
    recent = within(written, now - RECENT)
    earlier = written[: len(written) - len(recent)]
    if len(recent) < LEAST_RECENT or len(earlier) < LEAST_EARLIER or not _is_cooler(recent, earlier):
        return
    usual, shorter = quantile(_words(earlier), HALF), quantile(_words(recent), HALF)
    if shorter < HALF * usual and more(_words(earlier), _words(recent)) >= SHORTER:
        then = next(message for message in reversed(earlier) if message.words >= usual)
        yield Signal(
            "shorter and cooler",
            Family.QUIET,
            POINTS,
            say("Their messages seem shorter and cooler since {day}", day=day(recent[0].at, now, hours)),
            tuple(Evidence(message.id, message.at, message.opening) for message in (recent[-1], then)),
        )


def _is_cooler(recent: Sequence[Message], earlier: Sequence[Message]) -> bool:
    before = _courtesy(earlier)
    return before >= USUALLY_COURTEOUS and _courtesy(recent) < HALF * before


def _courtesy(messages: Sequence[Message]) -> float:
    """Return the share of messages with a greeting or thanks."""
    return sum(message.has_greeting or message.has_thanks for message in messages) / len(messages)


def _words(messages: Sequence[Message]) -> list[int]:
    return [message.words for message in messages]
