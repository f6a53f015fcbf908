"""One client as the method sees it: everything exchanged and recorded, read in a constant number of queries."""

from __future__ import annotations

import json
from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast

from amends.core.case import Status, Step
from amends.core.history import moment
from amends.core.message import Automated, Message, Person, Relationship, Said, Told
from amends.core.staffing import Commitment, Fact, FactKind, Failure, Touch, TouchKind
from amends.core.told import told
from amends.desk import models
from amends.desk.models import ClientKey, Dismissal, PromiseState, StaffingFact, Waiting
from amends.desk.queries.pulse import answers_as_facts
from amends.desk.queries.theme import theme_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from amends.core.dismissal import Finding
    from amends.desk.models import Client

HABIT = timedelta(weeks=52)  # the longest that any signal looks back for what is usual: core.signals.quiet
MOST_A_YEAR = 5_000  # judgement: 20 a working day with one client; of more, the newest tell enough
# How evidence names a record that is no message, as `core` gives it back: "fact:12", "promise:3".
FACT, PROMISE, TOUCH, CASE = "fact:", "promise:", "touch:", "case:"
SETTLED: dict[str, str] = {PromiseState.KEPT: "kept_at", PromiseState.BROKEN: "broken_at"}
LETTER = (
    "pk", "person_id", "message_id", "at", "from_us", "sender", "subject", "thread", "words", "opening", "unhappy",
    "worst", "asks", "has_greeting", "has_thanks", "promised", "promised_by", "calendar_method", "automated",
)  # fmt: skip
# Lists as the text they are kept as: in one client's mail the same few come again and again, and are read once.
LISTS = tuple(Cast(name, TextField()) for name in ("to", "cc", "said"))
TOUCH_COLUMNS = ("pk", "at", "kind", "person_id", "case_id", "words", "case__is_restricted")
CASE_COLUMNS = (
    "pk", "opened_at", "words", "severity", "is_restricted", "theme", "is_verified", "fixed_at", "fixing", "closed_at",
)  # fmt: skip
FACT_COLUMNS = ("pk", "kind", "at", "count", "of", "value", "days", "note", "words")
PROMISE_COLUMNS = (
    "pk", "made_at", "due_at", "what", "state", "settled_at", "case__is_restricted", "message__message_id",
)  # fmt: skip
AUTOMATED = {str(kind): kind for kind in Automated}  # twenty times as fast as asking the enumeration
People = dict[int, tuple[str, str, set[str]]]  # by key: name, title, addresses


@dataclass(frozen=True, slots=True)
class Row:
    """The row of one message: its key, and that of the person who wrote it, if one is known."""

    pk: int
    person: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a client: the relationship, the rows of its messages by id, and what was marked wrong."""

    relationship: Relationship
    rows: dict[str, Row]
    dismissed: frozenset[Finding]


def known_of(client: Client, now: datetime, span: timedelta = HABIT) -> Known:
    """Return everything exchanged with a client in the `span` before `now`, in order of time: eleven queries.

    Of more than `MOST_A_YEAR` messages the newest are read. What other clients wrote costs nothing here.
    """
    since = now - span
    people = _people(client)
    key = ClientKey.objects.filter(client=client).order_by("pk").values_list("key", flat=True).first()
    messages, rows = _messages(client, since, now, round(MOST_A_YEAR * (span / HABIT)))
    touches = list(models.Touch.objects.filter(client=client, at__gte=since, at__lte=now).values_list(*TOUCH_COLUMNS))
    told_at_opening, failures = _cases(client, since, now)
    relationship = Relationship(
        client=key or client.name,
        name=client.name,
        messages=messages,
        people=tuple(Person(frozenset(addresses), name, title) for name, title, addresses in people.values()),
        facts=(*_facts(client, since, now), *answers_as_facts(client, since, now)),
        touches=tuple(_touches(touches, people)),
        promises=tuple(_promises(client, since, now)),
        failures=failures,
        told=(*_told_in_touches(touches), *told_at_opening),
    )
    return Known(relationship, rows, dismissed_of(client))


def dismissed_of(client: Client) -> frozenset[Finding]:
    """Return the findings of a client that a person marked wrong, and the waits that a person said are over."""
    wrong = Dismissal.objects.filter(client=client, undone_at=None).values_list("rule", "evidence_id")
    over = Waiting.objects.filter(client=client, is_settled_by_hand=True).values_list("message__message_id", flat=True)
    return frozenset(wrong) | {("unanswered", message_id) for message_id in over}


def window(relationship: Relationship, at: datetime) -> Relationship:
    """Return a relationship without the messages that are older than a habit at a moment."""
    first = bisect_left(relationship.messages, at - HABIT, key=moment)
    return replace(relationship, messages=relationship.messages[first:]) if first else relationship


def _people(client: Client) -> People:
    people: People = {}
    columns = ("pk", "name", "title", "addresses__address")
    for pk, name, title, address in client.people.order_by("pk").values_list(*columns):
        known = people.setdefault(pk, (name, title, set()))
        if address:
            known[2].add(address)
    return people


def _messages(client: Client, since: datetime, now: datetime, most: int) -> tuple[tuple[Message, ...], dict[str, Row]]:
    """Return the newest messages in order of time, and their rows."""
    newest = client.messages.filter(at__gte=since, at__lte=now).order_by("-at", "-pk")
    found = list(newest.values_list(*LETTER, *LISTS)[:most])
    found.reverse()
    return tuple(map(_message, found)), {row[2]: Row(row[0], row[1]) for row in found}


def _message(row: tuple[Any, ...]) -> Message:
    """Return one row as the method sees it; its columns are `LETTER` and `LISTS`."""
    _, _, id_, at, from_us, sender, subject, thread, words, opening, unhappy, worst, asks, *rest = row
    has_greeting, has_thanks, promised, promised_by, calendar_method, automated, to, cc, said = rest
    return Message(
        id_,
        at,
        from_us,
        sender,
        _texts(to),
        _texts(cc),
        subject,
        thread,
        words,
        opening,
        unhappy,
        worst,
        _said(said),
        asks,
        has_greeting,
        has_thanks,
        promised,
        promised_by,
        calendar_method,
        AUTOMATED.get(automated),
    )


@lru_cache(maxsize=4096)
def _texts(kept: str) -> tuple[str, ...]:
    return tuple(json.loads(kept))


@lru_cache(maxsize=4096)
def _said(kept: str) -> tuple[Said, ...]:
    return tuple(Said(rule, quote) for rule, quote in json.loads(kept))


def _facts(client: Client, since: datetime, now: datetime) -> Iterable[Fact]:
    facts = StaffingFact.objects.filter(client=client, at__gte=since, at__lte=now)
    for pk, kind, at, *numbers, note, words in facts.values_list(*FACT_COLUMNS):
        count, of, value, days = numbers
        yield Fact(FactKind(kind), at, count, of, value, days, note, f"{FACT}{pk}", words)


def _touches(rows: Iterable[tuple[Any, ...]], people: People) -> Iterable[Touch]:
    """Yield the touches; who took part is told by their addresses, or by name where they have none."""
    for _, at, kind, pk, *_ in rows:
        name, _, addresses = people.get(pk, ("", "", set[str]()))
        yield Touch(at, TouchKind(kind), with_=frozenset(addresses or filter(None, (name,))))


def _told_in_touches(rows: Iterable[tuple[Any, ...]]) -> Iterable[Told]:
    """Yield what the client said in calls and visits; in those of a recovery, it is the recovery's matter.

    What was said in a restricted one is for its team alone, and an account of the client is not.
    """
    for pk, at, _, _, case, words, is_restricted in rows:
        if words and not is_restricted:
            yield told(f"{TOUCH}{pk}", at, words, matter=f"{CASE}{case}" if case else "")


def _cases(client: Client, since: datetime, now: datetime) -> tuple[list[Told], tuple[Failure, ...]]:
    """Return what was taken down when recoveries were opened, and the failures that were verified; one query.

    One merged into another is that one's matter. Of a restricted one neither words nor theme are told.
    """
    asked = Q(opened_at__gte=since) | Q(is_verified=True)
    fixing = models.CaseStep.objects.filter(case=OuterRef("pk"), step=Step.FIX).values("done_at")[:1]
    cases = models.Case.objects.filter(asked, client=client, opened_at__lte=now).exclude(status=Status.MERGED)
    spoken, failures = [], []
    rows = cases.annotate(fixing=Subquery(fixing)).order_by("pk").values_list(*CASE_COLUMNS)
    for pk, at, words, severity, is_restricted, theme, is_verified, *put_right in rows:
        if at >= since:
            spoken.append(told(f"{CASE}{pk}", at, "" if is_restricted else words, severity=severity))
        if is_verified and theme:
            righted_at = min(filter(None, put_right), default=None)
            failures.append(Failure(theme_name(theme), at, righted_at, f"{CASE}{pk}", is_private=is_restricted))
    return spoken, tuple(failures)


def _promises(client: Client, since: datetime, now: datetime) -> Iterable[Commitment]:
    """Yield the promises on record, but for those nobody needs any more.

    One of these that was found in a mail is as good as kept: else the mail would count, which nobody waits for.
    """
    promises = models.Promise.objects.filter(client=client, due_at__gte=since, made_at__lte=now)
    rows = promises.exclude(state=PromiseState.DROPPED, message=None).values_list(*PROMISE_COLUMNS)
    for pk, made_at, due_at, what, state, settled_at, is_restricted, written in rows:
        became = {SETTLED[state]: settled_at} if state in SETTLED else {}
        became |= {"kept_at": made_at} if state == PromiseState.DROPPED else {}
        told, mail = "" if is_restricted else what, written or ""  # found in a mail, it is judged by this record
        yield Commitment(made_at, due_at, told, id=f"{PROMISE}{pk}", message_id=mail, **became)
