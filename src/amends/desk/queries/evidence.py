"""Why a client stands as it does: the lines of its account, and the messages behind each."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.core.evidence import Family
from amends.core.health import CAPS, ENOUGH_MESSAGES, chance_in_words, chance_of
from amends.core.staffing import FactKind
from amends.core.thread import key_of
from amends.core.trend import WEEK, WEEKS, lately, weeks_back
from amends.desk.models import Dismissal, Message, Override, Promise, Signal, StaffingFact, Touch
from amends.desk.queries.client import trends_of
from amends.desk.queries.erased import kept_words
from amends.desk.queries.fact import fact_in_words
from amends.desk.queries.number import base_rate_of
from amends.desk.queries.pulse import CHECK_IN, PULSE
from amends.desk.queries.relationship import CASE, FACT, PROMISE, TOUCH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from amends.desk.models import Client, Firm
    from amends.desk.queries.client import Trend

COMPARED = "shorter and cooler"  # the rule whose evidence is a message of now and an ordinary one of before
ORDERS = frozenset({FactKind.ORDER, FactKind.PLACEMENT})
KINDS = {
    Family.LANGUAGE: gettext_lazy("complaints"),
    Family.OURS: gettext_lazy("what we left undone"),
    Family.QUIET: gettext_lazy("silence"),
    Family.PEOPLE: gettext_lazy("changes of people"),
    Family.BUSINESS: gettext_lazy("business"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """How a client stands, and why: 100, less `lines`, less `above`, is its number; `silent` count nothing."""

    lines: tuple[Signal, ...]
    silent: tuple[Signal, ...]
    trend: Trend
    since: date  # the first day of the trend
    mended_from: int | None  # the week from which the trend is gold
    lately: str
    chance: str
    coverage: tuple[bool, bool, bool]  # mail, orders, payments
    above: int  # how far what speaks for the client goes beyond 100, where nothing more counts
    override: Override | None
    full: tuple[tuple[str, int], ...] = ()  # kinds of lines that count no more, and how much they do
    enough: int = ENOUGH_MESSAGES


def account_of(client: Client, firm: Firm, today: date) -> Account:
    """Return why a client stands as it does: four queries, and one each where a person set it or lines say the same."""
    lines = list(Signal.objects.filter(client=client, cleared_at=None))
    _tell_apart(lines)
    trend = trends_of([client.pk], today)[client.pk]
    weeks = weeks_back(today)
    known = [(on, number) for on, number in zip(weeks, trend, strict=True) if number is not None]
    return Account(
        lines=tuple(line for line in lines if line.points),
        silent=tuple(line for line in lines if not line.points),
        trend=trend,
        since=weeks[0],
        mended_from=_week_of(client.mended_on, today),
        lately=lately(known) if known else "",
        chance=chance_in_words(chance_of(client.points, base_rate_of(firm))),
        coverage=_coverage(client),
        above=max(0, -sum(line.points for line in lines)),
        override=override_of(client, today) if client.state != client.computed_state else None,
        full=tuple((str(KINDS[family]), CAPS[family]) for family in full_families(lines)),
    )


def _tell_apart(lines: Sequence[Signal]) -> None:
    """Add the subject to lines that say the same, else the hour: one query where there are such lines."""
    times = Counter(line.summary for line in lines)
    same = [line for line in lines if times[line.summary] > 1 and line.evidence]
    if not same:
        return
    keys = [key_of(line.evidence[0]["id"]) for line in same]
    rows = Message.objects.filter(client=same[0].client_id, key__in=keys)
    subjects = dict(rows.values_list("message_id", "subject"))
    told = Counter(subjects.get(line.evidence[0]["id"], "") for line in same)
    for line in same:
        subject = subjects.get(line.evidence[0]["id"], "")
        at = timezone.localtime(datetime.fromisoformat(line.evidence[0]["at"]))
        apart = subject if subject and told[subject] == 1 else time_format(at, "TIME_FORMAT")
        line.summary = _("%(line)s: %(apart)s") % {"line": line.summary, "apart": apart}


def full_families(lines: Iterable[Signal]) -> list[Family]:
    """Return the families of several lines that count no more than their cap (docs/method.md rule 1)."""
    counts: Counter[str] = Counter()
    members: Counter[str] = Counter()
    for line in lines:
        counts[line.family] += line.points
        members[line.family] += 1
    return [family for family, cap in CAPS.items() if counts[family] >= cap and members[family] > 1]


def filled_by_others(gone: Signal) -> tuple[str, int] | None:
    """Return the kind of a line that was taken out and the most it counts, where other lines of it fill that still."""
    rest = Signal.objects.filter(client=gone.client_id, cleared_at=None, family=gone.family)
    cap = CAPS.get(Family(gone.family))
    points = sum(line.points for line in rest)
    return (str(KINDS[Family(gone.family)]), cap) if cap is not None and points >= cap else None


def same_finding(signal: Signal) -> Signal | None:
    """Return the line that says now what a line said that is gone: of the same rule, on some of the same evidence."""
    ids = {one["id"] for one in signal.evidence}
    lines = Signal.objects.filter(client=signal.client_id, rule=signal.rule, cleared_at=None)
    return next(
        (line for line in lines if ids & {one["id"] for one in line.evidence} or line.evidence == signal.evidence), None
    )


def override_of(client: Client, today: date) -> Override | None:
    """Return the state that a person set by hand, while it holds."""
    held = Override.objects.filter(client=client, ended_at=None, until__gte=today)
    return held.select_related("by").order_by("at", "pk").last()


def _week_of(on: date | None, today: date) -> int | None:
    """Return the place of a day in the trend, None where it is older than that."""
    place = WEEKS - 1 - (today - on).days // WEEK.days if on else -1
    return place if 0 <= place < WEEKS else None


def _coverage(client: Client) -> tuple[bool, bool, bool]:
    """Return whether there is mail, orders and payments to go by."""
    kinds = set(StaffingFact.objects.filter(client=client).order_by().values_list("kind", flat=True).distinct())
    return Message.objects.filter(client=client).exists(), bool(kinds & ORDERS), FactKind.PAYMENT in kinds


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a text; `is_marked` where it was heard."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence: the message with the sentence marked, or what was recorded, or the counts."""

    at: datetime
    quote: str
    counts: str
    message: Message | None = None
    runs: tuple[Run, ...] = ()
    recorded: str = ""  # what a record says, in words
    is_ordinary: bool = False  # the message that another one is compared with


def pieces_of(signal: Signal) -> list[Piece]:
    """Return the evidence of a line, the newest first: two queries at most, for messages and for records."""
    told: list[dict[str, Any]] = signal.evidence
    ids = [one["id"] for one in told]
    messages = {message.message_id: message for message in _messages(signal, ids)}
    recorded = {**_facts(signal, ids), **_promises(signal, ids), **_told(signal, ids), **_asked(ids)}
    pieces = [_piece(one, messages.get(one["id"]), recorded.get(one["id"], "")) for one in told]
    pieces.sort(key=lambda piece: piece.at, reverse=True)
    if signal.rule == COMPARED:
        pieces[1:] = [_ordinary(piece) for piece in pieces[1:]]
    return pieces


def _messages(signal: Signal, ids: Sequence[str]) -> Iterable[Message]:
    keys = [key_of(one) for one in ids]
    return Message.objects.filter(client=signal.client_id, key__in=keys).select_related("person")


def _facts(signal: Signal, ids: Sequence[str]) -> dict[str, str]:
    found = _numbers(ids, FACT)
    if not found:
        return {}
    facts = StaffingFact.objects.filter(client=signal.client_id, pk__in=found)
    return {f"{FACT}{fact.pk}": fact_in_words(fact) for fact in facts}


def _promises(signal: Signal, ids: Sequence[str]) -> dict[str, str]:
    found = _numbers(ids, PROMISE)
    if not found:
        return {}
    told = ~Q(case__is_restricted=True)  # of a restricted recovery an account says nothing
    promises = Promise.objects.filter(told, client=signal.client_id, pk__in=found)
    return {f"{PROMISE}{promise.pk}": promise.what for promise in promises}


def _told(signal: Signal, ids: Sequence[str]) -> dict[str, str]:
    """Return where words were written down that nobody sent by mail."""
    opened = {f"{CASE}{number}": _("When the recovery was opened") for number in _numbers(ids, CASE)}
    found = _numbers(ids, TOUCH)
    told = ~Q(case__is_restricted=True)
    touches = Touch.objects.filter(told, client=signal.client_id, pk__in=found) if found else ()
    return opened | {f"{TOUCH}{one.pk}": one.summary or one.get_kind_display() for one in touches}


def _asked(ids: Sequence[str]) -> dict[str, str]:
    """Return where somebody was asked how they feel; what they wrote stands on the page of their answers alone."""
    where = {PULSE: _("Asked how it is to work with us"), CHECK_IN: _("Asked at a check-in")}
    return {one: told for kind, told in where.items() for one in ids if one.startswith(kind)}


def _numbers(ids: Iterable[str], kind: str) -> list[int]:
    """Return the numbers of the records of one kind."""
    rest = (one.removeprefix(kind) for one in ids if one.startswith(kind))
    return [int(number) for number in rest if number.isdecimal()]


def _piece(told: dict[str, Any], message: Message | None, recorded: str) -> Piece:
    quote = kept_words(told.get("quote", ""))
    runs = marked(kept_words(message.text or message.opening), [quote]) if message else ()
    return Piece(
        at=datetime.fromisoformat(told["at"]),
        quote=quote,
        counts=told.get("counts", ""),
        message=message,
        runs=runs,
        recorded=recorded,
    )


def _ordinary(piece: Piece) -> Piece:
    return Piece(piece.at, piece.quote, piece.counts, piece.message, piece.runs, piece.recorded, is_ordinary=True)


def marked(text: str, quotes: Iterable[str]) -> tuple[Run, ...]:
    """Return a text in stretches, those marked that say one of the quotes; line breaks count as spaces."""
    patterns = [r"\s+".join(map(re.escape, quote.split())) for quote in quotes if quote.strip()]
    if not patterns:
        return (Run(text),) if text else ()
    wanted = re.compile("|".join(sorted(set(patterns), key=len, reverse=True)))
    runs, end = [], 0
    for match in wanted.finditer(text):
        runs += [Run(text[end : match.start()]), Run(match[0], is_marked=True)]
        end = match.end()
    return tuple(run for run in (*runs, Run(text[end:])) if run.text)


def dismissed_of(signal: Signal) -> list[Dismissal]:
    """Return what somebody said against a line, the newest first, one for all that was said at once."""
    ids = [one["id"] for one in signal.evidence] or [""]
    wrong = Dismissal.objects.filter(client=signal.client_id, rule=signal.rule, evidence_id__in=ids, undone_at=None)
    return list({one.at: one for one in wrong.select_related("by").order_by("at", "pk")}.values())[::-1]


def heard_in(message: Message) -> tuple[Run, ...]:
    """Return a message's text with all that was heard in it marked."""
    quotes = [quote for _, quote in message.said]
    return marked(message.text or message.opening, [*quotes, message.asks, message.promised])
