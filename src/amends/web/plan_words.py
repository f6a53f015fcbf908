"""What the pages of a plan say: its table, the question to ask, who promises too much, what is to be done today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from amends.core.plan import Answer
from amends.desk.queries.plan import can_own
from amends.web import wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from amends.desk.models import Case, PlanAction, PlanInput, User
    from amends.desk.queries.plan import Overload, Tasks, WholePlan

Row = dict[str, Any]
LONGEST_QUOTE = 240  # characters of their words in the table; the whole stands under Understand (judgement)
LONGEST_WHAT = 400  # characters of an action there (judgement)
# What the client says to a change: the class of its tag, and its word.
ANSWERS = {
    Answer.AGREED: ("gold", gettext_lazy("Agreed")),
    Answer.QUESTION: ("blue", gettext_lazy("Has a question")),
    Answer.NO: ("strained", gettext_lazy("Says no")),
}
UNANSWERED = ("", gettext_lazy("Not answered"))
INSIDE = ("", gettext_lazy("Team only"))


def name_of(case: Case) -> str:
    """Return what one would call whom the recovery is about: the person, or the client where nobody is known."""
    return (case.person.first_name if case.person else "") or str(case.client)


def row_of(action: PlanAction, now: datetime) -> Row:
    """Write one row of the table: We heard, So we will, Who, By, what they say."""
    answer = ANSWERS.get(Answer(action.answer), UNANSWERED) if action.answer else UNANSWERED
    tag, word = answer if action.is_visible else INSIDE
    is_late = action.done_at is None and action.due_on < wording.local(now).date()
    return {
        "action": action,
        "heard": Truncator(action.heard.words).chars(LONGEST_QUOTE) if action.heard else "",
        "what": Truncator(action.what).chars(LONGEST_WHAT),
        "who": action.owner.name if action.owner else "",
        "owner_says": _owner_says(action),
        "is_gone": action.owner is not None and not can_own(action.owner),
        "by": wording.day(action.due_on, now),
        "urgency": "late" if is_late else "",
        "tag": tag,
        "says": word,
        "href": reverse("plan-action", args=[action.pk]),
    }


def _owner_says(action: PlanAction) -> str:
    """Say where the owner stands, unless all is well."""
    if action.owner is None:
        return _("Nobody yet")
    if not can_own(action.owner):
        return _("only looks now") if action.owner.is_active else _("has left")
    return "" if action.owner_agreed_at or action.done_at else _("was asked")


def question(plan: WholePlan) -> str:
    """Ask for buy-in, with the number in words: "Do you feel that by making these four changes, …"."""
    many = len(plan.visible)
    told = ngettext(
        "Do you feel that by making this change, we can get back to how it was?",
        "Do you feel that by making these %(many)s changes, we can get back to how it was?",
        many,
    )
    return told % {"many": wording.counted(many).lower()}


def overload(found: Overload, name: str) -> Row:
    """Say who promises too much, and what to do about it."""
    first, load = found.user.first_name, found.load
    due = ngettext(
        "%(name)s has %(count)d promise due the week of %(day)s, and usually keeps %(usually)d a week.",
        "%(name)s has %(count)d promises due the week of %(day)s, and usually keeps %(usually)d a week.",
        load.due,
    )
    told = {"name": first, "count": load.due, "day": date_format(load.week, "F j"), "usually": load.usually}
    move = _("Move one, or ask someone else to own it, before %(name)s counts on it.") % {"name": name}
    return {
        "title": _("%(name)s is promising too much") % {"name": first},
        "text": f"{due % told} {move}",
        "first_name": first,
        "href": f"{reverse('promises-of', args=[found.user.pk])}?week={load.week:%Y-%m-%d}",
        "user": found.user,
        "week": load.week,
    }


def of_plan(plan: WholePlan, found: Sequence[Overload], user: User, now: datetime) -> Row:
    """Return what the page of a plan says."""
    name, case = name_of(plan.case), plan.case
    mine = [row for row in plan.rows if row.owner_id == user.pk and not (row.owner_agreed_at or row.done_at)]
    own = next((one for one in plan.inputs if one.user_id == user.pk), None)
    return {
        "name": name,
        "rows": [row_of(row, now) for row in plan.rows],
        "to_ask": question(plan),
        "questions": plan.questions,
        "overloads": [overload(one, name) for one in found],
        "missing": plan.core.missing(wording.local(now).date()),
        "unanswered": [(one.pk, Truncator(one.words).chars(LONGEST_QUOTE)) for one in plan.unanswered],
        "mine": [row_of(row, now) for row in mine],
        "inputs": [_input(one, now) for one in plan.inputs],
        "own_input": own,
        "approved": _approved(case, now),
    }


def _input(one: PlanInput, now: datetime) -> Row:
    asked = _("asked on %(day)s, nothing yet") % {"day": wording.day(one.asked_at, now)}
    return {"name": one.user.name, "words": one.words, "asked": "" if one.at else asked}


def _approved(case: Case, now: datetime) -> str:
    if case.plan_approved_at is None:
        return ""
    told = {"name": case.plan_approved_by or _("Somebody"), "day": wording.day(case.plan_approved_at, now)}
    return _("%(name)s approved it on %(day)s.") % told


def fix_row(action: PlanAction, now: datetime) -> Row:
    """Write one row of what is to be fixed: what was said of it last."""
    day = {"day": wording.day(action.verified_at or action.done_at, now)}
    said = _("Holds since %(day)s") if action.verified_at else _("Done on %(day)s") if action.done_at else ""
    return {**row_of(action, now), "said": said % day if said else ""}


def told_fanfare(case: Case) -> str:
    """Say that more progress is told than anybody asked for."""
    told = _(
        "More than one letter about this went out within a week, and nobody had asked. Tell %(name)s when it holds,"
        " not when it starts."
    )
    return told % {"name": name_of(case)}


# ── Today ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def tasks(found: Tasks, now: datetime) -> list[Row]:
    """Write what plans ask of somebody as rows of Today: what is due, what to take on, what to hand on, what to say."""
    today = wording.local(now).date()
    return [
        *(_task(row, _task_of(row), "recovery-fix", _due(row, today)) for row in found.due),
        *(
            _task(row, _("Will you own this? By %(day)s.") % {"day": wording.day(row.due_on, now)})
            for row in found.to_own
        ),
        *(_task(row, _left(row)) for row in found.to_hand_on),
        *(_wanted(one, now) for one in found.inputs),
    ]


def _task(row: PlanAction, detail: str, name: str = "recovery-plan", due: tuple[str, str] = ("", "")) -> Row:
    note, urgency = due
    href = reverse(name, args=[row.case_id])
    title = Truncator(row.what).chars(LONGEST_QUOTE)
    return {"href": href, "title": title, "beside": "", "detail": detail, "note": note, "urgency": urgency}


def _task_of(row: PlanAction) -> str:
    return _("For the recovery of %(client)s.") % {"client": row.case.client}


def _left(row: PlanAction) -> str:
    return _("%(name)s has left. Who takes it over?") % {"name": row.owner}


def _due(row: PlanAction, today: date) -> tuple[str, str]:
    """Write when a task is due: a day late, today, tomorrow."""
    days = (today - row.due_on).days
    if days > 0:
        return ngettext("%(count)d day late", "%(count)d days late", days) % {"count": days}, "late"
    return (_("Today"), "soon") if days == 0 else (_("Tomorrow"), "")


def _wanted(one: PlanInput, now: datetime) -> Row:
    told = _("Asked on %(day)s: what would you do, and what must not be forgotten?")
    return {
        "href": reverse("recovery-plan", args=[one.case_id]) + "#input",
        "title": _("The plan for %(client)s") % {"client": one.case.client},
        "beside": "",
        "detail": told % {"day": wording.day(one.asked_at, now)},
        "note": "",
        "urgency": "",
    }


def week_tasks(found: Sequence[PlanAction], now: datetime) -> list[Row]:
    """Write the tasks of a week, each with its day."""
    today = wording.local(now).date()
    return [_task(row, _task_of(row), "recovery-plan", _day(row, today, now)) for row in found]


def _day(row: PlanAction, today: date, now: datetime) -> tuple[str, str]:
    return wording.when(row.due_on, now), "late" if row.due_on < today else ""
