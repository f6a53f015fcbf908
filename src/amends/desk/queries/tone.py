"""What the check of a draft knows of its reader: the firm's own words, the failure, whether anybody has called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from amends.core.apology import FirmPhrase as Phrase
from amends.core.apology import Situation
from amends.core.case import UNDER_WAY, Kind
from amends.core.language import Rule
from amends.core.signals.complaint import COMPLAINTS, UNHAPPY
from amends.core.staffing import TALKS
from amends.desk.models import Case, FirmPhrase, Touch
from amends.desk.rules import cases_seen_by

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Client, Message, Outgoing, User

HARD = COMPLAINTS | {Rule.DISPUTE, Rule.EXIT}  # what a message says that makes its answer one to unhappy people
SECONDS_OF_AN_HOUR = 3600


def firm_phrases() -> list[Phrase]:
    """Return the words that the firm asks its people not to write."""
    return [Phrase(each.words, each.why, each.better) for each in FirmPhrase.objects.all()]


def situation_of(case: Case | None, now: datetime) -> Situation:
    """Return what is known of the failure that a draft answers; without a recovery nothing sets a limit."""
    if case is None:
        return Situation()
    return Situation(
        kind=Kind(case.kind) if case.kind else None,
        is_on_record=case.facts.exists(),
        severity=case.severity,
        is_process=bool(case.is_process),
        hours_known=hours_known(case, now),
    )


def hours_known(case: Case, now: datetime) -> float:
    """Return for how many hours the failure has been known: since somebody said, else since the recovery."""
    return max(0.0, (now - (case.known_at or case.opened_at)).total_seconds() / SECONDS_OF_AN_HOUR)


def under_way_with(client: Client, user: User) -> Case | None:
    """Return the newest recovery of a client that is under way, if there is one that somebody may see."""
    found = Case.objects.filter(cases_seen_by(user), client=client, status__in=UNDER_WAY)
    return found.select_related("person", "client").order_by("-opened_at").first()


def is_hard(message: Message | None) -> bool:
    """Whether a message complains, disputes or wants to leave, or sounds unhappy: whoever answers it, answers that."""
    if message is None or message.from_us:
        return False
    return message.unhappy >= UNHAPPY or any(rule in HARD for rule, _quote in message.said)


def has_spoken(client: Client, since: datetime) -> bool:
    """Whether anybody has called, visited or met a client since then."""
    return Touch.objects.filter(client=client, kind__in=TALKS, at__gte=since).exists()


@dataclass(frozen=True, slots=True)
class Answering:
    """What a draft to a client answers: `is_hard` makes it one to unhappy people, `is_unsaid` that nobody called."""

    case: Case | None
    is_hard: bool
    is_unsaid: bool


def answering(client: Client, user: User, *, case: Case | None = None, answers: Message | None = None) -> Answering:
    """Return what a draft to a client answers: their recovery under way, or a message that was hard to write."""
    case = case or under_way_with(client, user)
    hard = is_hard(answers)
    since = case.opened_at if case else answers.at if hard and answers else None
    return Answering(case, case is not None or hard, since is not None and not has_spoken(client, since))


def answered_by(letter: Outgoing, user: User) -> Answering | None:
    """Return what a letter answers; None for one to nobody's client."""
    if letter.client is None:
        return None
    theirs = Case.objects.filter(cases_seen_by(user)).select_related("person", "client")
    seen = theirs.filter(pk=letter.case_id).first() if letter.case_id else None
    return answering(letter.client, user, case=seen, answers=letter.answers)
