"""The client cancels or declines meetings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back, within
from amends.core.message import DECLINED
from amends.core.phrase import words
from amends.core.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.core.message import Message, Relationship

POINTS = 5  # docs/method.md rule 1
LAST = 3  # meetings looked at, docs/method.md rule 1
CANCELLED = 2  # of them, docs/method.md rule 1
REMEMBERED = timedelta(days=90)  # judgement: older meetings say nothing about today
SAME_NOTICE = timedelta(hours=1)  # judgement: each person invited gets a cancellation of their own
PREFIX = re.compile(r"\s{0,9}([^\W\d_]{1,20})(?: [^\W\d_:]{1,20})?:\s{0,9}")  # "Canceled event: ", "Declined: "


@dataclass(slots=True)
class _Meeting:
    called_off: Message | None = None


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal when the client called off at least two of the last three meetings, the newest first.

    Read from calendar mail alone: an invitation makes a meeting, the client's cancellation or refusal calls it off.
    """
    del hours  # meetings are counted, not timed
    mail = [m for m in within(look_back(relationship, now).messages, now - REMEMBERED) if m.calendar_method]
    last = _meetings(mail)[-LAST:]
    called_off = [meeting.called_off for meeting in reversed(last) if meeting.called_off]
    if len(called_off) >= CANCELLED:
        summary = counted(
            len(last),
            "They called off {off} of the last {n} meeting",
            "They called off {off} of the last {n} meetings",
            off=len(called_off),
        )
        evidence = tuple(Evidence(message.id, message.at, message.subject) for message in called_off)
        yield Signal("meetings", Family.BUSINESS, POINTS, summary, evidence)


def _meetings(mail: Sequence[Message]) -> list[_Meeting]:
    """Return the meetings that calendar mail speaks of, in order.

    A title whose meeting was called off is another meeting from then on: a series, or a second attempt.
    """
    meetings: list[_Meeting] = []
    latest: dict[str, _Meeting] = {}
    for message in mail:
        title = _title(message.subject)
        meeting = latest.get(title)
        if meeting is None or (meeting.called_off and message.at - meeting.called_off.at > SAME_NOTICE):
            meeting = latest[title] = _Meeting()
            meetings.append(meeting)
        if not message.from_us and _calls_off(message):
            meeting.called_off = message
    return meetings


def _calls_off(message: Message) -> bool:
    if message.calendar_method == "REPLY" and (prefix := PREFIX.match(message.subject)):
        return prefix[1].lower() in words("meetings", "declined")
    return message.calendar_method in {"CANCEL", DECLINED}


def _title(subject: str) -> str:
    prefix = PREFIX.match(subject)
    return subject[prefix.end() if prefix else 0 :].strip().lower()
