"""A team looks back on a recovery, and what it learnt is changed for every client (docs/method.md rule 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from amends.core.lesson import look_back_by
from amends.desk.actions.case_team import take_in
from amends.desk.actions.event import record, values_of
from amends.desk.models import Lesson, Retrospective
from amends.desk.queries.firm import hours_of, the_day, the_firm
from amends.desk.rules import Power, Refused, may, require

if TYPE_CHECKING:
    from datetime import date, datetime

    from amends.desk.models import Case, User

LOOKED = ("did_well", "do_better", "escape_point", "held_at", "by_id")
LESSON = ("what", "why", "theme", "owner_id", "due_on")
DONE = ("done_at",)


@transaction.atomic
def ask_to_look_back(case: Case, *, by: User | None, now: datetime) -> Retrospective:
    """Lay down by when the team looks back on a recovery that ended; one that was asked for before stays."""
    due_on = look_back_by(timezone.localdate(case.closed_at or now), hours_of(the_firm()))
    row, is_new = Retrospective.objects.get_or_create(case=case, defaults={"due_on": due_on})
    if is_new:
        record("ask_to_look_back", row, by=by, now=now, after=values_of(row, ("due_on",)))
    return row


def forget_to_look_back(case: Case) -> None:
    """Ask for no look back on a recovery that goes on after all; what was written down stays."""
    Retrospective.objects.filter(case=case, held_at=None).delete()


@transaction.atomic
def look_back(
    case: Case, *, by: User | None, now: datetime, did_well: str, do_better: str, escape_point: str = ""
) -> Retrospective:
    """Write down what went well, what could be done better, and why nobody noticed; it may be done in several goes."""
    require(by, Power.WORK)
    told = {"did_well": did_well.strip(), "do_better": do_better.strip(), "escape_point": escape_point.strip()}
    if not any(told.values()):
        raise Refused(_("Write what went well, or what could have gone better."))
    row, _is_new = Retrospective.objects.get_or_create(case=case)
    before = values_of(row, LOOKED)
    for name, value in told.items():
        setattr(row, name, value)
    row.held_at, row.by = row.held_at or now, row.by or by
    row.save()
    record("look_back", row, by=by, now=now, before=before, after=values_of(row, LOOKED))
    return row


@transaction.atomic
def add_lesson(
    case: Case, what: str, *, owner: User, due_on: date, by: User | None, now: datetime, why: str = ""
) -> Lesson:
    """Write down one change for every client: what, why, who sees to it, by when."""
    require(by, Power.WORK)
    _require_able(what, owner, due_on, now)
    told = {"what": what.strip(), "why": why.strip(), "theme": case.theme, "owner": owner, "due_on": due_on}
    row = Lesson.objects.create(case=case, at=now, by=by, **told)
    take_in(case, owner, by=by, now=now)
    record("add_lesson", row, by=by, now=now, after=values_of(row, LESSON))
    return row


@transaction.atomic
def change_lesson(
    row: Lesson, *, what: str, owner: User, due_on: date, by: User | None, now: datetime, why: str = ""
) -> Lesson:
    """Change a lesson that is not done yet."""
    require(by, Power.WORK)
    if row.done_at:
        raise Refused(_("This is done already. Write down what is still to change as a new lesson."))
    _require_able(what, owner, max(due_on, the_day(now)) if due_on == row.due_on else due_on, now)
    before = values_of(row, LESSON)
    row.what, row.why, row.owner, row.due_on = what.strip(), why.strip(), owner, due_on
    row.save(update_fields=LESSON)
    if row.case:
        take_in(row.case, owner, by=by, now=now)
    record("change_lesson", row, by=by, now=now, before=before, after=values_of(row, LESSON))
    return row


@transaction.atomic
def finish_lesson(row: Lesson, *, by: User | None, now: datetime) -> Lesson:
    """Say that it was changed for every client; whether it helped is seen a quarter later."""
    require(by, Power.WORK)
    if not Lesson.objects.filter(pk=row.pk, done_at=None).update(done_at=now):
        raise Refused(_("This is done already."))
    row.refresh_from_db()
    record("finish_lesson", row, by=by, now=now, after=values_of(row, ("what", *DONE)))
    return row


@transaction.atomic
def remove_lesson(row: Lesson, *, by: User | None, now: datetime) -> None:
    """Take a lesson back that nobody has acted on."""
    require(by, Power.WORK)
    if not Lesson.objects.filter(pk=row.pk, done_at=None).exists():
        raise Refused(_("What was changed for every client stays on record."))
    record("remove_lesson", row, by=by, now=now, before=values_of(row, LESSON))
    row.delete()


def _require_able(what: str, owner: User, due_on: date, now: datetime) -> None:
    if not what.strip():
        raise Refused(_("Say what changes for every client."))
    if not may(owner, Power.WORK):
        raise Refused(_("%(name)s does not work here any more, or only looks. Choose somebody else.") % {"name": owner})
    if due_on < the_day(now):
        raise Refused(_("That day has passed. By when is it changed?"))
