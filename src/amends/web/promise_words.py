"""What the pages about promises say: of what was found in our mail, what became of them, and who has much to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.core.mended import KEPT_IN_A_ROW
from amends.desk.models import PromiseState
from amends.desk.queries.promise import same_as
from amends.desk.queries.promise_kept import is_in_time
from amends.web import wording
from amends.web.forms.moment import AS_TYPED, LONGEST_PROMISE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from amends.desk.models import FoundPromise, Promise, User
    from amends.desk.queries.promise import Load, Run

Row = dict[str, Any]


def what_of(found: FoundPromise) -> str:
    """Return the sentence that was found, as short as a promise is kept."""
    told = " ".join(found.sentence.split())
    return told if len(told) <= LONGEST_PROMISE else f"{told[: LONGEST_PROMISE - 1]}…"


def typed_of(found: FoundPromise, user: User) -> Row:
    """Return what the form of a promise says where nobody has typed yet: the sentence, its day, and who wrote it."""
    keeper = found.promised_by if found.promised_by and found.promised_by.is_active else user
    return {"what": what_of(found), "due_at": found.due_at, "promised_by": keeper.pk}


def found_rows(found: Sequence[FoundPromise], user: User, now: datetime) -> list[Row]:
    """Write the sentences that read like promises, each beside what somebody may have written down of it."""
    same = same_as(found, user)
    return [found_row(one, user, now) | {"same": same[one.pk][0] if same[one.pk] else None} for one in found]


def found_row(found: FoundPromise, user: User, now: datetime) -> Row:
    """Write one sentence that reads like a promise: to whom, who wrote it when, and by when it would be due."""
    typed = typed_of(found, user)
    return {
        "found": found,
        "sentence": what_of(found),
        "detail": f"{to_whom(found)} {written(found, user, now)}",
        "note": wording.due(found.due_at, now),
        "urgency": wording.urgency(found.due_at, now),
        "typed": typed | {"due_at": timezone.localtime(found.due_at).strftime(AS_TYPED)},
    }


def to_whom(one: FoundPromise | Promise) -> str:
    """Say to whom something was promised."""
    if one.person and one.person.name:
        return _("To %(person)s, %(client)s.") % {"person": one.person, "client": one.client}
    return _("To %(client)s.") % {"client": one.client}


def written(found: FoundPromise, user: User, now: datetime) -> str:
    """Say who wrote a sentence, and when."""
    told = {"when": wording.when(found.message.at, now)}
    if found.promised_by_id == user.pk:
        return _("You wrote it %(when)s.") % told
    name = found.promised_by.name if found.promised_by else found.message.sender_name or found.message.sender
    return _("%(name)s wrote it %(when)s.") % (told | {"name": name})


def declined_row(found: FoundPromise, now: datetime) -> Row:
    """Write one sentence of which somebody said that it is no promise."""
    return {
        "href": reverse("promise-found", args=[found.pk]),
        "title": what_of(found),
        "detail": to_whom(found),
        "note": wording.when(found.settled_at, now),
    }


def settled_row(promise: Promise, now: datetime) -> Row:
    """Write one promise that is over: what, to whom, and what became of it."""
    note, urgency = became(promise)
    who = _("%(name)s promised.") % {"name": promise.promised_by} if promise.promised_by else ""
    was_due = _("It was due %(when)s.") % {"when": wording.when(promise.due_at, now)}
    return {
        "href": reverse("client", args=[promise.client_id]),
        "title": promise.what,
        "detail": f"{to_whom(promise)} {who} {was_due}",
        "note": note,
        "urgency": urgency,
    }


def became(promise: Promise) -> tuple[str, str]:
    """Say what became of a promise, and how it stands out."""
    if promise.state != PromiseState.KEPT:
        return _("Not kept"), "late"
    if is_in_time(promise.settled_at, promise.due_at):
        return _("Kept"), ""
    days = (timezone.localdate(promise.settled_at) - timezone.localdate(promise.due_at)).days
    return ngettext("Kept %(days)d day late", "Kept %(days)d days late", days) % {"days": days}, "soon"


def load_rows(loads: Sequence[Load]) -> list[Row]:
    """Write what each colleague has to keep: for planning, so that something can move in time."""
    return [
        {
            "name": load.user.name if load.user else _("Nobody in particular"),
            "href": reverse("promises-of", args=[load.user.pk]) if load.user else "",
            "due": load.due,
            "late": load.late,
            "text": _week(load),
            "much": _("%(name)s is promising too much.") % {"name": load.user.first_name}
            if load.is_much and load.user
            else "",
        }
        for load in loads
    ]


def _week(load: Load) -> str:
    """Say what somebody has due this week beside what they usually keep; nothing where too little is known."""
    if load.usually is None:
        return ""
    told = ngettext(
        "%(due)d due this week, usually keeps %(usually)d", "%(due)d due this week, usually keeps %(usually)d", load.due
    )
    return told % {"due": load.this_week, "usually": load.usually}


def run_rows(runs: Sequence[Run]) -> list[Row]:
    """Write how many promises in a row were kept to the clients of recoveries."""
    return [
        {
            "name": str(run.case.client),
            "href": reverse("recovery", args=[run.case.pk]),
            "text": _("%(kept)d of %(of)d") % {"kept": run.kept, "of": KEPT_IN_A_ROW}
            if run.kept < KEPT_IN_A_ROW
            else str(run.kept),
        }
        for run in runs
    ]
