"""A recovery is opened, taken from step to step, planned and moved: the only place where its status changes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from amends.core.case import UNDER_WAY, Origin, Status, Step, can_move, next_step
from amends.core.case import call_back_by as within_the_hour
from amends.core.mended import lacking
from amends.desk.actions.event import record, values_of
from amends.desk.actions.followup import (
    begin_followups,
    end_followups,
    finish_followup,
    restart_followups,
    schedule_followup,
)
from amends.desk.actions.health import mark_mended, touch_health
from amends.desk.actions.lesson import ask_to_look_back, forget_to_look_back
from amends.desk.actions.touch import record_touch
from amends.desk.models import Case, CaseStep, Event, TouchKind
from amends.desk.queries.case import status_name, step_name
from amends.desk.queries.firm import hours_of, the_firm
from amends.desk.queries.mended import mending_of
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Client, Message, Person, Signal, Touch, User

__all__ = [
    "finish_followup", "finish_step", "hear_again", "move_case", "open_case", "plan_next",
    "schedule_followup",
]  # fmt: skip
OPENED = (
    "client_id", "person_id", "lead_id", "severity", "words", "call_back_by", "status", "step", "origin", "message_id",
    "touch_id", "signal_id", "known_at",
)  # fmt: skip
HEARD = ("severity", "call_back_by", "called_back_at", "next_at", "next_note", "waiting_for")
PLANNED = ("next_at", "next_note", "waiting_for")
STEPPED = ("step", "step_since")
SAID_TO_BE_MENDED = ("mended_anyway", "agrees_it_is_mended_at", "orders_explained")  # what slips has it to do again
MOVED = ("status", "closed_at", *STEPPED)
LONGEST_NOTE = 300
A_WORKING_DAY = timedelta(hours=8)  # until somebody of whom we only have a feeling is asked (judgement)


class From(TypedDict, total=False):
    """What a recovery is opened from: the row is kept with it. Without `known_at`, we have known of it since now."""

    origin: Origin
    message: Message | None
    touch: Touch | None
    signal: Signal | None
    known_at: datetime | None
    is_restricted: bool  # where what it is opened from is its team's alone


@transaction.atomic
def open_case(
    client: Client,
    *,
    by: User | None,
    now: datetime,
    words: str,
    severity: int,
    person: Person | None = None,
    call_back_by: datetime | None = None,
    lead: User | None = None,
    **origin: Unpack[From],
) -> Case:
    """Open a recovery: who is upset is to be called back within the hour of business time, or when it was promised.

    Led by `lead`, else by who looks after the client, else by who opened it.
    """
    require(by, Power.WORK)
    if (origin.get("known_at") or now) > now:
        raise Refused(_("That is still to come. Say since when you have known of it."))
    hours = hours_of(the_firm())
    is_feeling = origin.get("origin") is Origin.FEELING  # nobody asked to be called: within a working day is enough
    call_back_by = call_back_by or (None if is_feeling else within_the_hour(now, hours))
    case = Case.objects.create(
        client=client,
        person=person,
        lead=lead or client.looked_after_by or by,
        opened_by=by,
        step_since=now,
        severity=severity,
        words=words,
        call_back_by=call_back_by,
        next_at=call_back_by or hours.add(now, A_WORKING_DAY),
        opened_at=now,
        **origin,
    )
    record("open_case", case, by=by, now=now, after=values_of(case, OPENED))
    touch_health([client.pk], now=now)
    return case


@transaction.atomic
def hear_again(
    case: Case,
    *,
    by: User | None,
    now: datetime,
    words: str,
    severity: int,
    person: Person | None = None,
    call_back_by: datetime | None = None,
) -> Case:
    """Take down that a client with a recovery under way is upset again: no second case, but a new call-back.

    The words join the timeline, the worse of both feelings stays, and a recovery that was only followed up is open
    again.
    """
    require(by, Power.WORK)
    if case.status not in UNDER_WAY:
        raise Refused(_("This recovery is closed. Open a new one."))
    before = values_of(case, HEARD)
    case.severity = max(case.severity, severity)
    case.call_back_by = case.next_at = call_back_by or within_the_hour(now, hours_of(the_firm()))
    case.called_back_at, case.next_note, case.waiting_for = None, "", ""
    case.save(update_fields=HEARD)
    record("hear_again", case, by=by, now=now, before=before, after=values_of(case, HEARD))
    whom = person or case.person
    record_touch(case.client, TouchKind.NOTE, by=by, now=now, person=whom, words=words, case=case)
    return move_case(case, Status.OPEN, by=by, now=now) if case.status == Status.FOLLOWING else case


@transaction.atomic
def finish_step(case: Case, step: Step, *, by: User | None, now: datetime) -> Case:
    """Say that a step is done, in whatever order; the case then stands at the first recommended step that is not.

    With everything put right it is followed up, after the follow-up it is mended (if nothing speaks against it), after
    a good farewell parted, and closed once it was learnt from.
    """
    require(by, Power.WORK)
    ended = case.status not in UNDER_WAY
    if ended and not (step is Step.LEARN and case.status != Status.MERGED):
        way = _("It goes on there.") if case.status == Status.MERGED else _("Open it again first.")
        raise Refused(f"{who_moved(case)} {way}")
    said, is_new = CaseStep.objects.get_or_create(case=case, step=step, defaults={"done_at": now, "by": by})
    if not is_new:
        raise Refused(_already(said))
    before = values_of(case, STEPPED)
    done = {Step(name) for name in case.steps.values_list("step", flat=True)}
    case.step, case.step_since = next_step(done) or Step.LEARN, now
    if step is Step.PLAN:
        case.waiting_for = ""  # for them to agree: they did
    case.save(update_fields=[*STEPPED, "waiting_for"])
    record("finish_step", case, by=by, now=now, before=before, after={"done": step, **values_of(case, STEPPED)})
    if step is Step.FIX:
        begin_followups(case, by=by, now=now)
    to = _status_after(case, step)
    return move_case(case, to, by=by, now=now) if to else case


def _status_after(case: Case, step: Step) -> Status | None:
    """Return where a case goes by itself when a step is done."""
    status = Status(case.status)
    if step is Step.PART_WELL:
        return Status.PARTED
    if step is Step.FOLLOW_UP and status in UNDER_WAY:
        return Status.MENDED
    if status is Status.OPEN and case.step == Step.FOLLOW_UP:
        return Status.FOLLOWING
    return Status.CLOSED if status is Status.MENDED and case.step == step == Step.LEARN else None


@transaction.atomic
def plan_next(
    case: Case,
    *,
    by: User | None,
    now: datetime,
    next_at: datetime | None = None,
    note: str = "",
    waiting_for: str = "",
) -> Case:
    """Say when somebody gets back to the client, why, and for whom the recovery waits; empty takes it away."""
    require(by, Power.WORK)
    if next_at and next_at < now:
        raise Refused(_("That moment has passed. Choose when you will get back to them."))
    before = values_of(case, PLANNED)
    case.next_at, case.next_note, case.waiting_for = next_at, note[:LONGEST_NOTE], waiting_for
    case.save(update_fields=PLANNED)
    record("plan_next", case, by=by, now=now, before=before, after=values_of(case, PLANNED))
    return case


@transaction.atomic
def move_case(case: Case, to: Status, *, by: User | None, now: datetime, note: str = "") -> Case:
    """Move a case to another status, with the reason in `note`. Refused where `core.case.MOVES` knows no such way.

    Called mended, its client is mended too. Opened again, it stands at Understand: all after Decide is to do again.
    """
    require(by, Power.WORK)
    held = Status(case.status)
    if not can_move(held, to):
        told = _("A recovery that is %(held)s cannot become %(to)s.") % _named(held, to)
        raise Refused(f"{told} {who_moved(case)}".strip())
    if to is Status.MENDED:
        _require_held(case, now)
    before = values_of(case, MOVED)
    closed_at = None if to in UNDER_WAY else case.closed_at or now
    if not Case.objects.filter(pk=case.pk, status=held).update(status=to, closed_at=closed_at):
        raise Refused(f"{who_moved(case)} {_('Look at it again.')}")
    case.status, case.closed_at = to, closed_at
    if to is Status.OPEN:
        case.steps.exclude(step=Step.DECIDE).delete()
        case.step, case.step_since = Step.UNDERSTAND, now
        case.mended_anyway, case.agrees_it_is_mended_at, case.orders_explained = "", None, ""
        case.save(update_fields=(*STEPPED, *SAID_TO_BE_MENDED))
    record("move_case", case, by=by, now=now, before=before, after={**values_of(case, MOVED), "note": note})
    if to is Status.OPEN:
        forget_to_look_back(case)
        restart_followups(case, by=by, now=now)
    elif _teaches(case, to):
        ask_to_look_back(case, by=by, now=now)
    if to is Status.PARTED:
        end_followups(case, by=by, now=now)
    if to is Status.MENDED:
        mark_mended(case.client, timezone.localdate(now), by=by, now=now)
    touch_health([case.client_id], now=now)
    return case


def _teaches(case: Case, to: Status) -> bool:
    """Whether a team looks back on a recovery that ends so: where nothing was mended there is nothing to learn."""
    return to in {Status.MENDED, Status.PARTED} or (
        to is Status.CLOSED and case.steps.exclude(step=Step.DECIDE).exists()
    )


def who_moved(case: Case) -> str:
    """Say who moved a recovery last, where to and when; without any such move, only that it is not where it was."""
    event = Event.objects.filter(verb="move_case", case=case).select_related("by").order_by("-at", "-pk").first()
    if event is None:
        return _("This recovery is not where it was.")
    told = {
        "name": event.by.name if event.by else _("The desk"),
        "status": status_name(event.after["status"]).lower(),
        "when": date_format(timezone.localtime(event.at), "DATETIME_FORMAT"),
    }
    return _("%(name)s moved this recovery to “%(status)s” on %(when)s.") % told


def _already(said: CaseStep) -> str:
    """Say that a step was done already, by whom and when."""
    told = {
        "step": step_name(said.step),
        "name": said.by.name if said.by else _("Somebody"),
        "when": date_format(timezone.localtime(said.done_at), "DATETIME_FORMAT"),
    }
    return _("%(step)s was done already: %(name)s said so on %(when)s.") % told


def _named(held: Status, to: Status) -> dict[str, str]:
    return {"held": status_name(held).lower(), "to": status_name(to).lower()}


def _require_held(case: Case, now: datetime) -> None:
    """Refuse to call a recovery mended before it held, and say what lacks; a manager may have said why it is anyway."""
    lacks = [] if case.mended_anyway else lacking(mending_of(case, now))
    if lacks:
        raise Refused(_("It is not mended yet. %(why)s") % {"why": " ".join(one.text for one in lacks)})
