"""What has happened with a client, the newest first: mail, calls, facts, promises, recoveries, corrections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Min, Q
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.core.case import UNDER_WAY, Status
from amends.core.language import Rule
from amends.core.waiting import due_at
from amends.desk.models import Case, Message, Touch
from amends.desk.queries.chronicle import (
    Asked,
    Entry,
    Tone,
    check_ins,
    corrections,
    facts,
    first_name,
    meetings_called_off,
    mending_talks,
    promises_made,
    promises_settled,
    pulses,
    recoveries,
    recoveries_ended,
    states_set,
    steps,
    talks,
)
from amends.desk.queries.erased import kept_words, shown_address
from amends.desk.queries.firm import answer_hours_of, hours_of
from amends.desk.queries.page_chronicle import pages
from amends.desk.rules import of_seen_case, of_seen_letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from amends.core.hours import BusinessHours
    from amends.desk.models import Client, Firm, User

SHOWN = 20  # entries of one page: a screen and a half (judgement)
READ = 60  # rows of each kind read for it: folding makes fewer entries than messages (judgement)
HURTING = (Rule.EXIT, Rule.ESCALATION, Rule.COMPLAINT, Rule.DISPUTE, Rule.CHASER, Rule.UNHAPPY)  # the worst first
TELLING = (Rule.LEAVING, Rule.PRAISE)
COLUMNS = (
    "at", "from_us", "sender", "sender_name", "subject", "thread", "opening", "said", "asks", "person__name",
    "client_id", "calendar_method",
)  # fmt: skip


class Show(StrEnum):
    """What of it is asked for."""

    ALL = ""
    MESSAGES = "messages"
    TOUCHES = "touches"
    PROMISES = "promises"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page of it. `before` is where the next page begins, None at the end."""

    entries: tuple[Entry, ...]
    before: datetime | None


def timeline_of(
    client: Client, firm: Firm, show: Show = Show.ALL, before: datetime | None = None, *, user: User | None = None
) -> Timeline:
    """Return one page of what happened before a moment, as far as `user` sees it (None: all).

    A constant number of queries, none that reads all messages.
    """
    found: list[Entry] = []
    horizon: datetime | None = None  # before it, a kind that has more than was read may have been missed
    for read in READERS[show]:
        entries = read(Asked(client, user, before, READ))
        found += entries
        if len(entries) >= READ:
            horizon = max(filter(None, (horizon, entries[-1].at)))
    found = sorted((one for one in found if horizon is None or one.at >= horizon), key=lambda one: one.at, reverse=True)
    folded = _folded(found)
    shown, rest = _page(folded)
    more = shown[-1].began_at if shown and (rest or horizon) else None
    timed = _with_answers(shown, found, answer_hours_of(client, firm), hours_of(firm))
    return Timeline(tuple(_golden(timed, _mending_since(client, user))), more)


def _page(entries: list[Entry]) -> tuple[list[Entry], bool]:
    """Return the entries of one page; what began at the same moment as its last one belongs to it."""
    end = min(SHOWN, len(entries))
    while 0 < end < len(entries) and entries[end].at == entries[end - 1].began_at:
        end += 1
    return entries[:end], end < len(entries)


def _mail(asked: Asked) -> list[Entry]:
    """Return an entry for each message; automated mail says nothing here."""
    older = Q(at__lt=asked.before) if asked.before else Q()
    rows = Message.objects.filter(older, of_seen_letter(asked.user), client=asked.client, automated="")
    return [_letter(row) for row in rows.select_related("person").only(*COLUMNS).order_by("-at", "-pk")[: asked.most]]


def _letter(message: Message) -> Entry:
    words, tone = _what_was_said(message)
    asks = "" if message.from_us else kept_words(message.asks)
    return Entry(
        at=message.at,
        icon="mail",
        title=_("%(name)s wrote") % {"name": first_name(writer_of(message))},
        text=message.subject,
        words=words or asks,
        is_ask=not words and bool(asks),
        tone=tone,
        opens=("message", message.pk),
        messages=(message,),
    )


def writer_of(message: Message) -> str:
    """Return who wrote a message, by name, else by address."""
    return (message.person.name if message.person else "") or message.sender_name or shown_address(message.sender)


def _what_was_said(message: Message) -> tuple[str, Tone]:
    """Return the client's sentence worth repeating, and whether it hurts: nothing of what we wrote."""
    if message.from_us:
        return "", Tone.PLAIN
    said = dict(reversed([(rule, kept_words(quote)) for rule, quote in message.said]))  # the first of each rule
    for rules, tone in ((HURTING, Tone.HURT), (TELLING, Tone.PLAIN)):
        for rule in rules:
            if said.get(rule):
                return said[rule], tone
    return "", Tone.PLAIN


def _folded(entries: Sequence[Entry]) -> list[Entry]:
    """Join messages of one conversation on one day that follow each other without anything between."""
    folded: list[Entry] = []
    for entry in entries:
        if folded and _belongs(entry, folded[-1]):
            folded[-1] = _joined(folded[-1], entry)
        else:
            folded.append(entry)
    return folded


def _belongs(entry: Entry, later: Entry) -> bool:
    if not (entry.messages and later.messages):
        return False
    is_same_talk = entry.messages[0].thread == later.messages[0].thread
    return is_same_talk and timezone.localdate(entry.at) == timezone.localdate(later.at)


def _joined(later: Entry, entry: Entry) -> Entry:
    """Return both as one, with the sentence that hurts most, else the newest; what was asked and answered is past."""
    messages = (*later.messages, *entry.messages)
    speaks = entry if (entry.tone is Tone.HURT and later.tone is not Tone.HURT) or not later.words else later
    return replace(
        later,
        title=_talk(messages),
        words="" if speaks.is_ask and messages[0].from_us else speaks.words,
        is_ask=speaks.is_ask,
        tone=speaks.tone,
        by=(speaks.by or writer_of(speaks.messages[-1])) if speaks.words else "",
        said_at=speaks.said_at or speaks.at,
        started_at=entry.began_at,
        messages=messages,
        opens=None,
    )


def _talk(messages: Sequence[Message]) -> str:
    """Return a title for several messages: "Dana and Priya wrote 4 messages"."""
    names = list(dict.fromkeys(first_name(writer_of(message)) for message in reversed(messages)))
    told = {"names": get_text_list(names, _("and")), "count": len(messages)}
    return ngettext("%(names)s wrote %(count)d message", "%(names)s wrote %(count)d messages", len(messages)) % told


def _with_answers(shown: Iterable[Entry], found: Sequence[Entry], agreed: int, hours: BusinessHours) -> list[Entry]:
    """Say of each single answer of ours whom it answered, and how long that took where it was too long."""
    timed = []
    for entry in shown:
        asked = _asked_before(entry, found) if len(entry.messages) == 1 and is_ours(entry) else None
        if asked is None:
            timed.append(entry)
            continue
        is_late = entry.at > due_at(asked.at, agreed, hours)
        names = {"name": first_name(writer_of(entry.messages[0])), "asked": first_name(writer_of(asked.messages[0]))}
        title = _("%(name)s answered %(asked)s’s message") % names
        timed.append(replace(entry, title=title, took=entry.at - asked.at if is_late else None, agreed=agreed))
    return timed


def is_ours(entry: Entry) -> bool:
    """Whether one of us wrote it."""
    return bool(entry.messages) and entry.messages[0].from_us


def _asked_before(answer: Entry, found: Sequence[Entry]) -> Entry | None:
    """Return the client's message that one of ours answers: the oldest since we last wrote in that conversation."""
    asked = None
    for entry in found:
        if entry.at >= answer.at or not entry.messages or entry.messages[0].thread != answer.messages[0].thread:
            continue
        if is_ours(entry):
            break
        asked = entry
    return asked


def _mending_since(client: Client, user: User | None) -> datetime | None:
    """Return when the mending of the latest recovery began, if it goes on or held."""
    case = Case.objects.filter(of_seen_case(user, "pk"), client=client).order_by("-opened_at", "-pk").first()
    if case is None or case.status not in {*UNDER_WAY, Status.MENDED}:
        return None
    touches = Touch.objects.filter(Q(case=case) | Q(case=None, at__gte=case.opened_at), client=client, is_mending=True)
    since: datetime | None = touches.aggregate(since=Min("at"))["since"]
    return since


def _golden(entries: Iterable[Entry], since: datetime | None) -> Iterable[Entry]:
    """Turn the rope gold from where the mending began."""
    return (replace(one, is_mending=since is not None and one.at >= since) for one in entries)


READERS = {
    Show.ALL: (
        _mail, talks, facts, pulses, promises_made, promises_settled, recoveries, recoveries_ended, steps, check_ins,
        corrections, states_set, meetings_called_off, pages,
    ),
    Show.MESSAGES: (_mail,),
    Show.TOUCHES: (talks, meetings_called_off),
    Show.PROMISES: (promises_made, promises_settled),
    Show.RECOVERY: (recoveries, recoveries_ended, steps, check_ins, mending_talks, pages),
}  # fmt: skip
