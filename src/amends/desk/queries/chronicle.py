"""What else happened with a client beside mail, each kind as entries of its timeline, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from amends.core.case import Status
from amends.core.mended import FEELINGS
from amends.core.pulse import HANDLED, figure_of, is_low
from amends.core.wording import say
from amends.desk.models import (
    Case,
    CaseStep,
    Dismissal,
    FollowUp,
    Meeting,
    Override,
    Promise,
    PromiseState,
    Pulse,
    StaffingFact,
    Touch,
    TouchKind,
)
from amends.desk.queries.case import step_name
from amends.desk.queries.erased import kept_words
from amends.desk.queries.fact import fact_in_words, hurts
from amends.desk.queries.pulse import answer_of
from amends.desk.rules import of_seen_case

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from amends.desk.models import Client, Message, Person, User


class Tone(StrEnum):
    """How an entry is drawn."""

    PLAIN = ""
    HURT = "hurt"
    GOLD = "gold"  # mended, kept or agreed


class Asked(NamedTuple):
    """What is asked for: of which client, for whose eyes (None: the desk's own), before when, and at most how many."""

    client: Client
    user: User | None
    before: datetime | None
    most: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `words` are somebody's own, said by `by`; `opens` names the page behind it and its key.

    `started_at` is when the first of several joined messages was written; `took` is how long an answer took that took
    too long, where `agreed` working hours were.
    """

    at: datetime
    icon: str
    title: str
    text: str = ""
    words: str = ""
    by: str = ""
    said_at: datetime | None = None
    is_ask: bool = False  # the words ask for something, and say nothing else
    tone: Tone = Tone.PLAIN
    has_time: bool = True
    minutes: int | None = None
    opens: tuple[str, int] | None = None
    undo: int | None = None  # a dismissal that can be taken back
    started_at: datetime | None = None
    messages: tuple[Message, ...] = ()
    took: timedelta | None = None
    agreed: int = 0
    is_mending: bool = False

    @property
    def began_at(self) -> datetime:
        """When it began."""
        return self.started_at or self.at


ICONS = {
    TouchKind.CALL: "phone",
    TouchKind.VISIT: "map-pin",
    TouchKind.MEETING: "calendar",
    TouchKind.VOICEMAIL: "voicemail",
    TouchKind.NOTE: "pencil-line",
}


def first_name(name: str) -> str:
    """Return the name one would call somebody by; of an address, what stands before the @.

    After an initial alone nobody is called: "R. A. Hettinga" stays whole.
    """
    local = name.partition("@")[0].replace(".", " ").replace("_", " ").title() if "@" in name else name
    first = local.partition(" ")[0]
    return local if len(first.rstrip(".")) == 1 else first


def talks(asked: Asked) -> list[Entry]:
    """Return calls, visits, meetings, voicemail and notes."""
    rows = Touch.objects.filter(of_seen_case(asked.user), client=asked.client)
    return _touches(_older(rows, "at", asked))


def mending_talks(asked: Asked) -> list[Entry]:
    """Return those that are part of a recovery."""
    mending = Q(is_mending=True) | ~Q(case=None)
    rows = Touch.objects.filter(mending, of_seen_case(asked.user), client=asked.client)
    return _touches(_older(rows, "at", asked))


def _older(rows: Any, column: str, asked: Asked) -> Any:
    """Return so many rows before a moment, the newest first."""
    before = {f"{column}__lt": asked.before} if asked.before else {f"{column}__isnull": False}
    return rows.filter(**before).order_by(f"-{column}", "-pk")[: asked.most]


def _touches(rows: Any) -> list[Entry]:
    return [
        Entry(
            at=touch.at,
            icon=ICONS[TouchKind(touch.kind)],
            title=touch.summary or _touched(touch.kind, touch.by, touch.person),
            text=touch.detail,
            words=kept_words(touch.words),
            tone=Tone.GOLD if touch.is_mending else Tone.PLAIN,
            minutes=touch.minutes,
            opens=("touch-edit", touch.pk),
        )
        for touch in rows.select_related("person", "by")
    ]


def _touched(kind: str, by: User | None, person: Person | None) -> str:
    """Return a title for what nobody wrote a line about: "Bob called Gary"."""
    told = {"name": by.first_name if by else _("Somebody"), "person": person.first_name if person else _("them")}
    said = {
        TouchKind.CALL: _("%(name)s called %(person)s"),
        TouchKind.VISIT: _("%(name)s visited %(person)s"),
        TouchKind.MEETING: _("%(name)s met %(person)s"),
        TouchKind.VOICEMAIL: _("%(name)s left %(person)s a voicemail"),
        TouchKind.NOTE: _("%(name)s made a note"),
    }
    return said[TouchKind(kind)] % told


def meetings_called_off(asked: Asked) -> list[Entry]:
    """Return the meetings that did not come to pass, and who called them off."""
    gone = Meeting.objects.filter(client=asked.client).exclude(called_off_at=None)
    return [
        Entry(
            at=meeting.called_off_at,
            icon="calendar",
            title=_("We called off a meeting") if meeting.called_off_by_us else _("They called off a meeting"),
            text=meeting.subject,
            tone=Tone.PLAIN if meeting.called_off_by_us else Tone.HURT,
        )
        for meeting in _older(gone, "called_off_at", asked)
        if meeting.called_off_at
    ]


def facts(asked: Asked) -> list[Entry]:
    """Return what happened in the trade: orders, no-shows, payments …."""
    return [
        Entry(
            at=fact.at,
            icon="users-round",
            title=fact_in_words(fact),
            text="" if fact.words else fact.note,
            words=fact.words,
            by=fact.note if fact.words else "",
            tone=Tone.HURT if hurts(fact) else Tone.PLAIN,
            opens=("fact-edit", fact.pk),
        )
        for fact in _older(StaffingFact.objects.filter(client=asked.client), "at", asked)
    ]


def promises_made(asked: Asked) -> list[Entry]:
    """Return what was promised."""
    made = Promise.objects.filter(of_seen_case(asked.user), client=asked.client)
    rows = _older(made, "made_at", asked)
    return [
        Entry(
            at=promise.made_at,
            icon="handshake",
            title=_("%(name)s promised: %(what)s")
            % {"name": promise.promised_by.first_name if promise.promised_by else _("We"), "what": promise.what},
            has_time=False,
        )
        for promise in rows.select_related("promised_by")
    ]


def promises_settled(asked: Asked) -> list[Entry]:
    """Return what became of promises; what nobody needs any more says nothing."""
    told = {
        PromiseState.KEPT: (_("Kept: %(what)s"), Tone.GOLD),
        PromiseState.BROKEN: (_("Not kept: %(what)s"), Tone.HURT),
    }
    rows = Promise.objects.filter(of_seen_case(asked.user), client=asked.client, state__in=told)
    return [
        Entry(
            at=promise.settled_at,
            icon="handshake",
            title=told[PromiseState(promise.state)][0] % {"what": promise.what},
            tone=told[PromiseState(promise.state)][1],
            has_time=False,
        )
        for promise in _older(rows, "settled_at", asked)
    ]


def recoveries(asked: Asked) -> list[Entry]:
    """Return recoveries that were opened, with what the client said."""
    opened = Case.objects.filter(of_seen_case(asked.user, "pk"), client=asked.client)
    rows = _older(opened, "opened_at", asked)
    return [
        Entry(
            at=case.opened_at,
            icon="circle-alert",
            title=_("%(name)s opened a recovery")
            % {"name": case.opened_by.first_name if case.opened_by else _("Somebody")},
            words=kept_words(case.words),
            by=case.person.name if case.person and case.words else "",
            tone=Tone.HURT,
            opens=("recovery", case.pk),
        )
        for case in rows.select_related("opened_by", "person")
    ]


def recoveries_ended(asked: Asked) -> list[Entry]:
    """Return recoveries that came to an end, and which."""
    told = {
        Status.MENDED: (_("Mended"), Tone.GOLD),
        Status.PARTED: (_("Parted well"), Tone.PLAIN),
        Status.CLOSED: (_("The recovery was closed"), Tone.PLAIN),
    }
    ended = Case.objects.filter(of_seen_case(asked.user, "pk"), client=asked.client, status__in=told)
    rows = _older(ended, "closed_at", asked)
    return [
        Entry(
            at=case.closed_at,
            icon="heart-handshake",
            title=told[Status(case.status)][0],
            tone=told[Status(case.status)][1],
            has_time=False,
            opens=("recovery", case.pk),
        )
        for case in rows
    ]


def steps(asked: Asked) -> list[Entry]:
    """Return the steps of recoveries that somebody said are done; those said at once are one entry."""
    done = CaseStep.objects.filter(of_seen_case(asked.user), case__client=asked.client).select_related("by")
    rows = _older(done, "done_at", asked)
    together: dict[tuple[int, datetime], list[CaseStep]] = {}
    for step in rows:
        together.setdefault((step.case_id, step.done_at), []).append(step)
    return [
        Entry(
            at=done_at,
            icon="heart-handshake",
            title=pgettext("steps of a recovery", "%(steps)s: done")
            % {"steps": ", ".join(step_name(step.step) for step in reversed(said))},
            text=_("Said by %(name)s") % {"name": said[0].by.name} if said[0].by else "",
            tone=Tone.GOLD,
            opens=("recovery", case),
        )
        for (case, done_at), said in together.items()
    ]


def check_ins(asked: Asked) -> list[Entry]:
    """Return check-ins that took place."""
    done = FollowUp.objects.filter(of_seen_case(asked.user), client=asked.client)
    rows = _older(done, "done_at", asked)
    return [
        Entry(
            at=followup.done_at,
            icon="calendar-check",
            title=ngettext("Check-in", "Check-in %(number)d of %(of)d", followup.of)
            % {"number": followup.number, "of": followup.of},
            text=followup.outcome or followup.note,
            tone=Tone.GOLD,
            has_time=False,
        )
        for followup in rows
    ]


def pulses(asked: Asked) -> list[Entry]:
    """Return what people there said when asked how it is to work with us."""
    given = Pulse.objects.filter(of_seen_case(asked.user), client=asked.client).select_related("person", "by")
    return [_pulse(pulse) for pulse in _older(given, "at", asked)]


def _pulse(pulse: Pulse) -> Entry:
    answer = answer_of(pulse)
    figure = figure_of(answer)
    told = {
        "name": (pulse.person.first_name if pulse.person else "") or _("Somebody there"),
        "feeling": say(FEELINGS[figure]) if figure else "",
        "handled": say(HANDLED[pulse.handling]) if pulse.handling else "",
    }
    title = _("Asked how it is to work with us, %(name)s said “%(feeling)s”") if figure else _("%(name)s wrote to us")
    if pulse.handling and not figure:
        title = _("Asked how we handled it, %(name)s said “%(handled)s”")
    return Entry(
        at=pulse.at,
        icon="heart-pulse",
        title=title % told,
        text=_("Told %(name)s") % {"name": pulse.by.first_name} if pulse.by else "",
        words=kept_words(pulse.words),
        by=pulse.person.name if pulse.person and pulse.words else "",
        tone=Tone.HURT if is_low(answer) else Tone.PLAIN,
        opens=("client-pulse", pulse.client_id),
    )


def corrections(asked: Asked) -> list[Entry]:
    """Return what people said is wrong with the account, once for all that was said at once."""
    rows = _older(Dismissal.objects.filter(client=asked.client).select_related("by"), "at", asked)
    return list(_once_each(rows))


def _once_each(rows: Iterable[Dismissal]) -> Iterable[Entry]:
    seen: set[tuple[str, datetime]] = set()
    for wrong in rows:
        if (wrong.rule, wrong.at) in seen:
            continue
        seen.add((wrong.rule, wrong.at))
        told = {"name": wrong.by.first_name if wrong.by else _("Somebody"), "what": wrong.summary}
        taken_back = _("%(name)s marked as wrong, and it was taken back: %(what)s")
        yield Entry(
            at=wrong.at,
            icon="eraser",
            title=(taken_back if wrong.undone_at else _("%(name)s marked as wrong: %(what)s")) % told,
            text=wrong.reason,
            has_time=False,
            undo=None if wrong.undone_at else wrong.pk,
        )


def states_set(asked: Asked) -> list[Entry]:
    """Return the states that people set by hand."""
    rows = _older(Override.objects.filter(client=asked.client), "at", asked)
    return [
        Entry(
            at=override.at,
            icon="hand",
            title=_("%(name)s set the state to %(state)s")
            % {"name": override.by.first_name if override.by else _("Somebody"), "state": _(override.state)},
            text=override.reason,
            has_time=False,
        )
        for override in rows.select_related("by")
    ]
